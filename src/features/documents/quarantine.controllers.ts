/** The pages and the API of files that wait for the virus scanner or were shut away. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { Quarantine } from './quarantine.service.js';
import { QuarantineViews } from './quarantine.view.js';

@ApiTags('documents')
@Controller('api')
export class QuarantineApi {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly views: QuarantineViews,
  ) {}

  @Get('quarantine')
  @Permit('quarantine.read')
  async list(@Acting() actor: Actor, @Query() query: ListQuery): Promise<object> {
    const { items, next } = await this.quarantine.list(actor, query);
    return { items, next };
  }

  @Get('quarantine/:id')
  @Permit('quarantine.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<object> {
    return this.views.api({ actor }, id);
  }

  @Post('attachments/:id/rescan')
  @HttpCode(200)
  @Permit('attachment.rescan')
  async rescan(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<object> {
    return this.quarantine.rescan(actor, id, step);
  }

  @Post('attachments/:id/destroy')
  @HttpCode(200)
  @Permit('attachment.destroy')
  async destroy(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<object> {
    return this.quarantine.destroy(actor, id, step);
  }
}

@Controller()
export class QuarantinePages {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly views: QuarantineViews,
  ) {}

  @Get('quarantine')
  @Permit('quarantine.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    return page('documents/quarantine', await this.views.list(visit, query));
  }

  @Get('quarantine/:id')
  @Permit('quarantine.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('documents/quarantined', await this.views.show(visit));
  }

  @Post('attachments/:id/rescan')
  @Permit('attachment.rescan')
  @Resubmit('show')
  async rescan(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.quarantine.rescan(visit.actor, visit.id(), step);
    return redirect(`/quarantine/${visit.id()}`, 'attachment.rescan');
  }

  @Post('attachments/:id/destroy')
  @Permit('attachment.destroy')
  @Resubmit('show')
  async destroy(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.quarantine.destroy(visit.actor, visit.id(), step);
    return redirect(`/quarantine/${visit.id()}`, 'attachment.destroy');
  }
}
