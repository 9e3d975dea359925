/** Signing an application and its receipt, as pages and as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { type DocumentView, Documents } from '../documents/index.js';
import { findRound } from '../rounds/index.js';
import { readProgress } from './answer-facts.js';
import { mendings } from './application.mending.js';
import { Applications } from './applications.service.js';
import { actsFor, ApplicationViews } from './application.view.js';
import { certificationOf } from './certifier.certification.js';
import { SubmitInput } from './certifier.input.js';
import { signPage } from './certifier.view.js';
import { extensionOf } from './extension.reads.js';
import { dueOf } from './extension.rules.js';
import { partnersOf } from './partner.reads.js';
import { ApplicationSubmissions, SUBMISSION_SUBJECT, type SubmissionView } from './receipt.service.js';
import { receiptPage } from './receipt.view.js';
import { SignatureAsking } from './signature-asking.service.js';

@Controller('applications')
export class ReceiptPages {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly submissions: ApplicationSubmissions,
    private readonly documents: Documents,
    private readonly views: ApplicationViews,
    private readonly texts: Texts,
    private readonly asking: SignatureAsking,
  ) {}

  @Get(':id/submit')
  @Permit('application.submit')
  async sign(@Here() visit: Visit): Promise<Page> {
    const { application, actions } = await this.views.whole(visit.actor, visit.id());
    const submit = actions.find(({ name }) => name === 'submit');
    if (submit === undefined) throw conflict('application.step_over');
    const { currentCalendar: calendar } = this.db;
    const round = await findRound(this.db, application.roundId);
    if (round === undefined) throw notFound('thing.not_found');
    const dueAt =
      application.fixBy === null
        ? dueOf(round, await extensionOf(this.db, application.id))
        : calendar.deadline(application.fixBy, '23:59');
    const isMember = actsFor(visit.actor, application.organizationId);
    const progress = await readProgress(this.db, application.id, { blockers: submit.blockers });
    const { text: certification } = await certificationOf(this.db, application.roundId);
    const { actor, refused } = visit;
    const name = actor.kind === 'person' ? actor.name : undefined;
    const view = signPage(this.texts, {
      ...{
        application,
        certification,
        partners: await partnersOf(this.db, [application.id]),
        sections: progress,
        lacks: mendings({ ...application, isMember }, progress, submit.blockers),
        due: calendar.formatDeadline(dueAt),
        name,
        refused,
      },
    });
    // What stands in the way is told in the note of the page, and not above it a second time.
    return page('applications/team', { ...view, tellsRefusal: view.note !== undefined });
  }

  @Post(':id/submit')
  @Permit('application.submit')
  @Resubmit('sign')
  async submit(@Here() visit: Visit, @Body() input: SubmitInput): Promise<Redirect> {
    const { receiptNumber } = await this.applications.submit(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}/receipt`, 'application.submit', { receiptNumber });
  }

  /** Whoever wrote it and may not sign asks who may. */
  @Post(':id/ask-to-sign')
  @Permit('application.update')
  async askToSign(@Here() visit: Visit, @Body() _step: StepInput): Promise<Redirect> {
    const { names } = await this.asking.ask(visit.actor, visit.id());
    return redirect(`/applications/${visit.id()}`, 'application.asked_to_sign', { names });
  }

  @Get(':id/receipt')
  @Permit('application.read')
  async receipt(@Here() visit: Visit): Promise<Page> {
    const { application } = await this.views.whole(visit.actor, visit.id());
    const submissions = await this.submissions.of(this.db, application.id);
    if (submissions.length === 0) throw notFound('thing.not_found');
    const documents = await this.documents.of(
      this.db,
      SUBMISSION_SUBJECT,
      submissions.map(({ id }) => id),
    );
    const view = receiptPage(this.texts, this.db.currentCalendar, application, submissions, documents);
    return page('applications/team', view);
  }
}

@ApiTags('applications')
@Controller('api/applications')
export class ReceiptApi {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly submissions: ApplicationSubmissions,
    private readonly documents: Documents,
    private readonly asking: SignatureAsking,
  ) {}

  @Post(':id/ask-to-sign')
  @HttpCode(200)
  @Permit('application.update')
  async askToSign(@Acting() actor: Actor, @Param('id') id: string): Promise<{ id: string; names: string }> {
    return this.asking.ask(actor, id);
  }

  @Get(':id/receipt')
  @Permit('application.read')
  async receipt(
    @Acting() actor: Actor,
    @Param('id') id: string,
  ): Promise<SubmissionView & { documents: readonly DocumentView[] }> {
    const application = await this.applications.get(actor, id);
    const latest = await this.submissions.latest(this.db, application.id);
    const documents = await this.documents.of(this.db, SUBMISSION_SUBJECT, [latest.id]);
    return { ...latest, documents: documents.get(latest.id) ?? [] };
  }
}
