/** The administrators' pages of mail and jobs. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { RetryInput } from './operations.input.js';
import { Operations } from './operations.service.js';
import { jobsPage, mailPage, mailsPage } from './operations.view.js';

@Controller('mails')
export class MailsPages {
  constructor(
    private readonly operations: Operations,
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('mail.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    const list = await this.operations.mails(visit.actor, query);
    return page('agency/operations', mailsPage(list, query, this.texts, this.db.currentCalendar));
  }

  @Get(':id')
  @Permit('mail.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const mail = await this.operations.mail(visit.actor, visit.id());
    return page('agency/mail', mailPage(mail, this.texts, this.db.currentCalendar));
  }
}

@Controller('jobs')
export class JobsPages {
  constructor(
    private readonly operations: Operations,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('job.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    return this.show(visit, query);
  }

  @Post(':id/retry')
  @Permit('job.retry')
  @Resubmit('again')
  async retry(@Here() visit: Visit, @Body() _input: RetryInput): Promise<Redirect> {
    await this.operations.retry(visit.actor, visit.id());
    return redirect('/jobs', 'job.retried');
  }

  /** The list again, when a job could not be retried. */
  again(visit: Visit): Promise<Page> {
    return this.show(visit, {});
  }

  private async show(visit: Visit, query: ListQuery): Promise<Page> {
    const mayRetry = this.policy.can(visit.actor, 'job.retry', {});
    const list = await this.operations.jobs(visit.actor, query);
    return page('agency/operations', jobsPage(list, query, mayRetry, this.texts, this.db.currentCalendar));
  }
}
