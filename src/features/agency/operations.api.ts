/** Mail and jobs as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { RetryInput } from './operations.input.js';
import { type JobLine, type MailLine, type MailView, Operations } from './operations.service.js';

interface JsonList<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

@Controller('api/mails')
export class MailsApi {
  constructor(private readonly operations: Operations) {}

  @Get()
  @Permit('mail.read')
  async list(@Acting() actor: Actor, @Query() query: ListQuery): Promise<JsonList<MailLine>> {
    const { items, next } = await this.operations.mails(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('mail.read')
  show(@Acting() actor: Actor, @Param('id') id: string): Promise<MailView> {
    return this.operations.mail(actor, id);
  }
}

@Controller('api/jobs')
export class JobsApi {
  constructor(private readonly operations: Operations) {}

  @Get()
  @Permit('job.read')
  async list(@Acting() actor: Actor, @Query() query: ListQuery): Promise<JsonList<JobLine>> {
    const { items, next } = await this.operations.jobs(actor, query);
    return { items, next };
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Permit('job.retry')
  async retry(@Acting() actor: Actor, @Param('id') id: string, @Body() _input: RetryInput): Promise<JobLine> {
    await this.operations.retry(actor, id);
    return this.operations.job(actor, id);
  }
}
