/** Answering as pages: one section at a time, two versions of an answer side by side, earlier versions, confirming. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { AnswerPageViews } from './answer-page.view.js';
import { sentBySection } from './answer-form.rules.js';
import { RestoreInput, SectionAnswersInput, SettleInput } from './answer.input.js';
import { SectionViews } from './answer-section.view.js';
import { Answers } from './answers.service.js';

@Controller('applications')
export class AnswersPages {
  constructor(
    private readonly answers: Answers,
    private readonly sections: SectionViews,
    private readonly views: AnswerPageViews,
  ) {}

  @Get(':id/sections/:key')
  @Permit('application.update')
  async section(@Here() visit: Visit): Promise<Page> {
    return page('applications/section', await this.sections.section(visit));
  }

  @Post(':id/sections/:key')
  @Permit('application.update')
  @Resubmit('section')
  async saveSection(@Here() visit: Visit, @Body() input: SectionAnswersInput): Promise<Redirect> {
    const before = await this.sections.place(visit);
    const sent = sentBySection(before.section.questions, input);
    const saved = await this.answers.save(visit.actor, visit.id(), sent);
    return this.sections.after(visit, before, saved, input.go ?? 'stay');
  }

  @Get(':id/differences')
  @Permit('application.update')
  async differences(@Here() visit: Visit): Promise<Page> {
    return page('applications/differences', await this.views.differences(visit));
  }

  @Post(':id/differences/:refused')
  @Permit('application.update')
  @Resubmit('differences')
  async settle(@Here() visit: Visit, @Body() input: SettleInput): Promise<Redirect> {
    const { choice, version } = input;
    await this.answers.settle(visit.actor, visit.id(), visit.id('refused'), choice, version);
    return redirect(`/applications/${visit.id()}/differences`, `answer.${choice}`);
  }

  @Get(':id/versions/:key')
  @Permit('application.update')
  async versions(@Here() visit: Visit): Promise<Page> {
    return page('applications/versions', await this.views.versions(visit));
  }

  @Post(':id/versions')
  @Permit('application.update')
  async restore(@Here() visit: Visit, @Body() input: RestoreInput): Promise<Redirect> {
    const { key } = await this.answers.restore(visit.actor, visit.id(), input.versionId);
    return redirect(await this.views.sectionOf(visit, key), 'answer.restored');
  }

  @Get(':id/assisted')
  @Permit('application.read')
  async assisted(@Here() visit: Visit): Promise<Page> {
    return page('applications/assisted', await this.views.assisted(visit));
  }

  @Post(':id/assisted')
  @Permit('application.update')
  @Resubmit('assisted')
  async confirmAssisted(@Here() visit: Visit, @Body() _step: StepInput): Promise<Redirect> {
    const { count } = await this.answers.confirmAssisted(visit.actor, visit.id());
    return redirect(`/applications/${visit.id()}`, 'answer.confirmed', { count });
  }
}
