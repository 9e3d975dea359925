/** How other people get in, as pages and for programs: asking to take a second step off, and the sign-in service. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { NothingInput } from '../identity/index.js';
import { ExternalIdentities } from './external-identities.service.js';
import { type PersonEntry, PersonEntryViews, type ResetDetail } from './person-entry.view.js';
import { SecondFactorResets } from './second-factor-resets.service.js';
import { AdmissionInput, ResetInput } from './second-factor.input.js';

@Controller('people/:id')
export class PersonEntryPages {
  constructor(
    private readonly views: PersonEntryViews,
    private readonly resets: SecondFactorResets,
    private readonly identities: ExternalIdentities,
  ) {}

  @Get('sign-in')
  @Permit('second_factor_reset.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('sign-in/person-entry', await this.views.show(visit));
  }

  @Post('second-factor-reset')
  @Permit('second_factor_reset.ask')
  @Fresh()
  @Resubmit('show')
  async ask(@Here() visit: Visit, @Body() input: ResetInput): Promise<Redirect> {
    const { id } = await this.resets.ask(visit.actor, visit.id(), input.reason);
    return redirect(`/second-factor-resets/${id}`, 'second_factor_reset.ask');
  }

  @Post('admission')
  @Permit('external_admission.create')
  @Fresh()
  @Resubmit('show')
  async letIn(@Here() visit: Visit, @Body() input: AdmissionInput): Promise<Redirect> {
    await this.identities.letIn(visit.actor, visit.id(), input.address);
    return redirect(`/people/${visit.id()}/sign-in`, 'external_admission.created');
  }

  @Post('admission/end')
  @Permit('external_admission.end')
  @Resubmit('show')
  async takeBack(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.identities.endAdmission(visit.actor, visit.id());
    return redirect(`/people/${visit.id()}/sign-in`, 'external_admission.ended');
  }
}

@Controller('second-factor-resets/:id')
export class ResetPages {
  constructor(
    private readonly views: PersonEntryViews,
    private readonly resets: SecondFactorResets,
  ) {}

  @Get()
  @Permit('second_factor_reset.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('sign-in/reset', await this.views.reset(visit));
  }

  @Post('confirm')
  @Permit('second_factor_reset.confirm')
  @Fresh()
  @Resubmit('show')
  async confirm(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.resets.take(visit.actor, visit.id(), 'confirm', step);
    return redirect(`/second-factor-resets/${visit.id()}`, 'second_factor_reset.confirm');
  }

  @Post('decline')
  @Permit('second_factor_reset.decline')
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.resets.take(visit.actor, visit.id(), 'decline', step);
    return redirect(`/second-factor-resets/${visit.id()}`, 'second_factor_reset.decline');
  }
}

@ApiTags('second factors')
@Controller('api')
export class PersonEntryApi {
  constructor(
    private readonly views: PersonEntryViews,
    private readonly resets: SecondFactorResets,
    private readonly identities: ExternalIdentities,
  ) {}

  @Get('people/:id/sign-in')
  @Permit('second_factor_reset.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<PersonEntry> {
    return this.views.get(actor, id);
  }

  @Post('people/:id/second-factor-reset')
  @Permit('second_factor_reset.ask')
  @Fresh()
  async ask(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ResetInput): Promise<{ id: string }> {
    return this.resets.ask(actor, id, input.reason);
  }

  @Post('people/:id/admission')
  @Permit('external_admission.create')
  @Fresh()
  async letIn(@Acting() actor: Actor, @Param('id') id: string, @Body() input: AdmissionInput): Promise<{ id: string }> {
    return this.identities.letIn(actor, id, input.address);
  }

  @Post('people/:id/admission/end')
  @HttpCode(200)
  @Permit('external_admission.end')
  async takeBack(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() _input: NothingInput,
  ): Promise<{ id: string }> {
    return this.identities.endAdmission(actor, id);
  }

  @Get('second-factor-resets/:id')
  @Permit('second_factor_reset.read')
  async reset(@Acting() actor: Actor, @Param('id') id: string): Promise<ResetDetail> {
    return this.views.resetDetail(actor, id);
  }

  @Post('second-factor-resets/:id/confirm')
  @HttpCode(200)
  @Permit('second_factor_reset.confirm')
  @Fresh()
  async confirm(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ResetDetail> {
    await this.resets.take(actor, id, 'confirm', step);
    return this.views.resetDetail(actor, id);
  }

  @Post('second-factor-resets/:id/decline')
  @HttpCode(200)
  @Permit('second_factor_reset.decline')
  async decline(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ResetDetail> {
    await this.resets.take(actor, id, 'decline', step);
    return this.views.resetDetail(actor, id);
  }
}
