/** Forms, their versions and the library for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { ListQuery } from '../../platform/lists/list.js';
import type { FormFile } from './form.file.js';
import {
  BuilderStepInput,
  DefinitionInput,
  FormChangesQuery,
  FormDiscardInput,
  FormInput,
  ImportFormInput,
  KeepInput,
  LibraryQuery,
  LibraryQuestionInput,
  NewVersionInput,
  FormQuestionInput,
  RenameFormInput,
  FormSectionInput,
  LibraryTakeInput,
} from './form.input.js';
import { editOf } from './form.steps.js';
import { FormChanges, type FormChangesView } from './form-changes.page-view.js';
import { type Discarded, FormDrafts } from './form-drafts.service.js';
import { FormLibrary, type LibraryQuestionView, type LibraryRow } from './form-library.service.js';
import { FormParts } from './form-parts.service.js';
import { type FormVersionView, FormViews, type FormView } from './form.view.js';
import { type FormRow, Forms } from './forms.service.js';

@ApiTags('forms')
@Controller('api/forms')
export class FormsApi {
  constructor(
    private readonly forms: Forms,
    private readonly views: FormViews,
  ) {}

  @Get()
  @Permit('form.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ListQuery,
  ): Promise<{ items: readonly FormRow[]; next: string | null }> {
    const { items, next } = await this.forms.list(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('form.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<FormView> {
    return this.views.one(actor, id);
  }

  @Post()
  @Permit('form.create')
  async create(@Acting() actor: Actor, @Body() input: FormInput): Promise<{ id: string; versionId: string }> {
    return this.forms.createForm(actor, input);
  }

  @Post('import')
  @Permit('form.create')
  async import(@Acting() actor: Actor, @Body() input: ImportFormInput): Promise<{ id: string; versionId: string }> {
    return this.forms.importForm(actor, input);
  }

  @Put(':id')
  @Permit('form.update')
  async rename(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RenameFormInput): Promise<FormView> {
    await this.forms.rename(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/versions')
  @Permit('form.update')
  async newVersion(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: NewVersionInput,
  ): Promise<{ id: string }> {
    return this.forms.newVersion(actor, id, input.fromId);
  }
}

@ApiTags('forms')
@Controller('api/form-versions/:id')
export class FormVersionsApi {
  constructor(
    private readonly forms: Forms,
    private readonly parts: FormParts,
    private readonly library: FormLibrary,
    private readonly views: FormViews,
    private readonly changes: FormChanges,
    private readonly drafts: FormDrafts,
  ) {}

  @Get()
  @Permit('form.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<FormVersionView> {
    return this.views.version(actor, id);
  }

  /** The definition whole, as JSON text. */
  @Put()
  @Permit('form.update')
  async save(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: DefinitionInput,
  ): Promise<{ id: string; version: number }> {
    return this.forms.saveDefinition(actor, id, parsed(input.definition), input.version);
  }

  /** What differs from an earlier version; from the one before it when nothing is said. */
  @Get('changes')
  @Permit('form.read')
  async showChanges(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Query() query: FormChangesQuery,
  ): Promise<FormChangesView> {
    return this.changes.changes(actor, id, query.from);
  }

  @Post('discard')
  @HttpCode(200)
  @Permit('form.update')
  async discard(@Acting() actor: Actor, @Param('id') id: string, @Body() input: FormDiscardInput): Promise<Discarded> {
    return this.drafts.discard(actor, id, input);
  }

  @Get('export')
  @Permit('form.read')
  async export(@Acting() actor: Actor, @Param('id') id: string): Promise<FormFile> {
    return this.forms.exportForm(actor, id);
  }

  @Post('publish')
  @HttpCode(200)
  @Permit('form_version.publish')
  async publish(@Acting() actor: Actor, @Param('id') id: string, @Body() input: StepInput): Promise<FormVersionView> {
    await this.forms.take(actor, id, 'publish', input);
    return this.views.version(actor, id);
  }

  @Post('steps')
  @HttpCode(200)
  @Permit('form.update')
  async step(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: BuilderStepInput,
  ): Promise<{ id: string; version: number }> {
    return this.forms.edit(actor, id, editOf(input.step), input.version);
  }

  @Post('sections')
  @Permit('form.update')
  async addSection(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: FormSectionInput,
  ): Promise<{ key: string }> {
    return this.parts.saveSection(actor, id, input);
  }

  @Post('questions')
  @Permit('form.update')
  async addQuestion(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: FormQuestionInput,
  ): Promise<{ key: string }> {
    return this.parts.saveQuestion(actor, id, input);
  }

  @Post('library')
  @Permit('form.update')
  async take(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: LibraryTakeInput,
  ): Promise<{ id: string; version: number; key: string }> {
    return this.library.take(actor, id, input);
  }

  @Post('keep')
  @Permit('library_question.update')
  async keep(@Acting() actor: Actor, @Param('id') id: string, @Body() input: KeepInput): Promise<{ id: string }> {
    return this.library.keep(actor, id, input);
  }
}

@ApiTags('forms')
@Controller('api/form-library')
export class FormLibraryApi {
  constructor(private readonly library: FormLibrary) {}

  @Get()
  @Permit('form.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: LibraryQuery,
  ): Promise<{ items: readonly LibraryRow[]; next: string | null }> {
    const { items, next } = await this.library.list(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('library_question.update')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<LibraryQuestionView> {
    return this.library.get(actor, id);
  }

  @Put(':id')
  @Permit('library_question.update')
  async update(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: LibraryQuestionInput,
  ): Promise<LibraryQuestionView> {
    await this.library.update(actor, id, input);
    return this.library.get(actor, id);
  }

  @Post(':id/remove')
  @HttpCode(200)
  @Permit('library_question.update')
  async remove(@Acting() actor: Actor, @Param('id') id: string): Promise<{ id: string }> {
    return this.library.remove(actor, id);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidField('definition', 'form.not_json');
  }
}
