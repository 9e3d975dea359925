/** The builder: one version of a form as a page, the pages of its parts, and its preview. */
import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import {
  BuilderStepInput,
  FormChangesQuery,
  FormDiscardInput,
  FormQuestionInput,
  FormSectionInput,
  KeepInput,
  LibraryTakeInput,
} from './form.input.js';
import { FormChanges } from './form-changes.page-view.js';
import { FormDrafts } from './form-drafts.service.js';
import { doneOf, editOf } from './form.steps.js';
import { FormLibrary } from './form-library.service.js';
import { FormPartPageViews, wordIn } from './form-parts.page-view.js';
import { FormPreviews } from './form-preview.page-view.js';
import { FormVersionPageViews } from './form-version.page-view.js';
import { FormPublishViews } from './form-publish.page-view.js';
import { FormParts } from './form-parts.service.js';
import { Forms } from './forms.service.js';

@Controller('form-versions/:id')
export class FormVersionsPages {
  constructor(
    private readonly forms: Forms,
    private readonly parts: FormParts,
    private readonly library: FormLibrary,
    private readonly views: FormVersionPageViews,
    private readonly partViews: FormPartPageViews,
    private readonly previews: FormPreviews,
    private readonly changes: FormChanges,
    private readonly drafts: FormDrafts,
    private readonly publishing: FormPublishViews,
  ) {}

  @Get()
  @Permit('form.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('forms/version', await this.views.show(visit));
  }

  /** What is published, before it is. */
  @Get('publish')
  @Permit('form_version.publish')
  async publishForm(@Here() visit: Visit): Promise<Page> {
    return page('forms/publish', await this.publishing.show(visit));
  }

  @Post('publish')
  @Permit('form_version.publish')
  @Resubmit('publishForm')
  async publish(@Here() visit: Visit, @Body() input: StepInput): Promise<Redirect> {
    await this.forms.take(visit.actor, visit.id(), 'publish', input);
    return redirect(`/form-versions/${visit.id()}`, 'form_version.publish');
  }

  /** The buttons beside sections and questions: up, down, copy, remove. */
  @Post('steps')
  @Permit('form.update')
  @Resubmit('show')
  async step(@Here() visit: Visit, @Body() input: BuilderStepInput): Promise<Redirect> {
    const edit = editOf(input.step);
    await this.forms.edit(visit.actor, visit.id(), edit, input.version);
    return redirect(`/form-versions/${visit.id()}${anchorOf(input.step)}`, doneOf(edit));
  }

  @Get('sections/new')
  @Permit('form.update')
  async newSection(@Here() visit: Visit): Promise<Page> {
    return page('forms/part', await this.partViews.sectionForm(visit));
  }

  @Post('sections')
  @Permit('form.update')
  @Resubmit('newSection')
  async addSection(@Here() visit: Visit, @Body() input: FormSectionInput): Promise<Redirect> {
    const { key } = await this.parts.saveSection(visit.actor, visit.id(), input);
    return redirect(`/form-versions/${visit.id()}#s-${key}`, 'form_builder.section_saved', { title: input.title });
  }

  @Get('sections/:key')
  @Permit('form.update')
  async editSection(@Here() visit: Visit): Promise<Page> {
    return page('forms/part', await this.partViews.sectionForm(visit));
  }

  @Post('sections/:key')
  @Permit('form.update')
  @Resubmit('editSection')
  async changeSection(@Here() visit: Visit, @Body() input: FormSectionInput): Promise<Redirect> {
    const { key } = await this.parts.saveSection(visit.actor, visit.id(), input, wordIn(visit, 'key'));
    return redirect(`/form-versions/${visit.id()}#s-${key}`, 'form_builder.section_saved', { title: input.title });
  }

  @Get('questions/new')
  @Permit('form.update')
  async newQuestion(@Here() visit: Visit): Promise<Page> {
    return page('forms/part', await this.partViews.newQuestion(visit));
  }

  @Post('questions')
  @Permit('form.update')
  @Resubmit('newQuestion')
  async addQuestion(@Here() visit: Visit, @Body() input: FormQuestionInput): Promise<Redirect> {
    const { key } = await this.parts.saveQuestion(visit.actor, visit.id(), input);
    return redirect(`/form-versions/${visit.id()}#q-${key}`, 'form_builder.question_saved');
  }

  @Get('questions/:key')
  @Permit('form.update')
  async editQuestion(@Here() visit: Visit): Promise<Page> {
    return page('forms/part', await this.partViews.editQuestion(visit));
  }

  @Post('questions/:key')
  @Permit('form.update')
  @Resubmit('editQuestion')
  async changeQuestion(@Here() visit: Visit, @Body() input: FormQuestionInput): Promise<Redirect> {
    const { key } = await this.parts.saveQuestion(visit.actor, visit.id(), input, wordIn(visit, 'key'));
    return redirect(`/form-versions/${visit.id()}#q-${key}`, 'form_builder.question_saved');
  }

  @Post('library')
  @Permit('form.update')
  @Resubmit('show')
  async take(@Here() visit: Visit, @Body() input: LibraryTakeInput): Promise<Redirect> {
    const { key } = await this.library.take(visit.actor, visit.id(), input);
    return redirect(`/form-versions/${visit.id()}#q-${key}`, 'form_builder.question_saved');
  }

  @Get('keep')
  @Permit('library_question.update')
  async keepForm(@Here() visit: Visit): Promise<Page> {
    return page('forms/form', await this.partViews.keepForm(visit));
  }

  @Post('keep')
  @Permit('library_question.update')
  @Resubmit('keepForm')
  async keep(@Here() visit: Visit, @Body() input: KeepInput): Promise<Redirect> {
    await this.library.keep(visit.actor, visit.id(), input);
    return redirect(`/form-versions/${visit.id()}`, 'form_library.kept', { name: input.name });
  }

  @Get('preview')
  @Permit('form.read')
  async preview(@Here() visit: Visit): Promise<Page> {
    return page('forms/preview', await this.views.preview(visit, this.previews));
  }

  /** Nothing of what is typed is kept: the same page shows what follows from it. */
  @Post('preview')
  @Permit('form.try_out')
  async tryOut(@Here() visit: Visit): Promise<Page> {
    return page('forms/preview', await this.views.preview(visit, this.previews));
  }

  @Get('changes')
  @Permit('form.read')
  async showChanges(@Here() visit: Visit, @Query() query: FormChangesQuery): Promise<Page> {
    return page('forms/changes', await this.changes.show(visit, query.from));
  }

  @Get('discard')
  @Permit('form.update')
  async discardForm(@Here() visit: Visit): Promise<Page> {
    return page('forms/form', await this.views.discardForm(visit));
  }

  @Post('discard')
  @Permit('form.update')
  @Resubmit('discardForm')
  async discard(@Here() visit: Visit, @Body() input: FormDiscardInput): Promise<Redirect> {
    const { formId, formName } = await this.drafts.discard(visit.actor, visit.id(), input);
    if (formId === null) return redirect('/forms', 'form.discarded', { name: formName });
    return redirect(`/forms/${formId}`, 'form_version.discarded');
  }

  @Get('export')
  @Permit('form.read')
  async export(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const file = await this.forms.exportForm(visit.actor, visit.id());
    reply.header('content-disposition', `attachment; filename="form-${visit.id().slice(-8)}.json"`);
    reply.type('application/json; charset=utf-8');
    return JSON.stringify(file, null, 2);
  }
}

/** A moved part is found again; one that is gone leads to the top. */
function anchorOf(step: string): string {
  const [part, verb, key = ''] = step.split('.');
  return verb === 'remove' ? '' : `#${part === 'section' ? 's' : 'q'}-${key}`;
}
