/** Pages that set a round up beyond its terms, rehearse it, and change its dates; the questions before the form. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { Limits } from '../sign-in/index.js';
import { carry, putDown } from './eligibility.carried.js';
import { limitStrangers } from './eligibility.limit.js';
import { CheckInput, recordOf, RehearsalInput } from './eligibility.input.js';
import { EligibilityViews } from './eligibility.page-view.js';
import { Eligibility } from './eligibility.service.js';
import { RehearsalViews } from './rehearsal.page-view.js';
import { RoundChanges } from './round-changes.view.js';
import { RoundSetUpForms } from './round-set-up.forms.js';
import {
  ChangeReasonInput,
  EligibilityInput,
  FormChoiceInput,
  RoundCopyInput,
  RoundDatesInput,
} from './round-set-up.input.js';
import { RoundSetUp } from './round-set-up.service.js';
import { Rounds } from './rounds.service.js';

@Controller('rounds')
export class RoundSetUpPages {
  constructor(
    private readonly setUp: RoundSetUp,
    private readonly forms: RoundSetUpForms,
    private readonly changes: RoundChanges,
  ) {}

  @Get(':id/form')
  @Permit('round.update')
  async chooseFormForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.chooseForm(visit));
  }

  @Post(':id/form')
  @Permit('round.update')
  @Resubmit('chooseFormForm')
  async chooseForm(@Here() visit: Visit, @Body() input: FormChoiceInput): Promise<Redirect> {
    await this.setUp.chooseForm(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}`, 'round.form_chosen');
  }

  /** Builds a form for this round: it is chosen here at once, and the builder leads back. */
  @Post(':id/form/build')
  @Permit('round.update')
  async buildForm(@Here() visit: Visit): Promise<Redirect> {
    const { versionId } = await this.setUp.buildForm(visit.actor, visit.id());
    return redirect(`/form-versions/${versionId}`, 'round.form_begun');
  }

  @Get(':id/eligibility')
  @Permit('round.update')
  async eligibilityForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.eligibility(visit));
  }

  @Post(':id/eligibility')
  @Permit('round.update')
  @Resubmit('eligibilityForm')
  async setEligibility(@Here() visit: Visit, @Body() input: EligibilityInput): Promise<Redirect> {
    await this.setUp.setEligibility(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}`, 'round.eligibility_changed');
  }

  @Get(':id/copy')
  @Permit('round.create')
  async copyForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.copy(visit));
  }

  @Post(':id/copy')
  @Permit('round.create')
  @Resubmit('copyForm')
  async copy(@Here() visit: Visit, @Body() input: RoundCopyInput): Promise<Redirect> {
    const { id } = await this.setUp.copy(visit.actor, visit.id(), input);
    return redirect(`/rounds/${id}`, 'round.copied', { name: input.name });
  }

  @Get(':id/changes')
  @Permit('round.read')
  async showChanges(@Here() visit: Visit): Promise<Page> {
    return page('rounds/changes', await this.changes.show(visit));
  }

  @Get(':id/changes/reason')
  @Permit('round.answer_comment')
  async reasonForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.changes.reasonForm(visit));
  }

  @Post(':id/changes/reason')
  @Permit('round.answer_comment')
  @Resubmit('reasonForm')
  async giveReason(@Here() visit: Visit, @Body() input: ChangeReasonInput): Promise<Redirect> {
    await this.setUp.giveReason(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/changes`, 'round.change_explained');
  }

  @Get(':id/dates')
  @Permit('round.change_dates')
  async datesForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.dates(visit));
  }

  @Post(':id/dates')
  @Permit('round.change_dates')
  @Resubmit('datesForm')
  async changeDates(@Here() visit: Visit, @Body() input: RoundDatesInput): Promise<Redirect> {
    await this.setUp.changeDates(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}`, 'round.change_dates');
  }
}

@Controller('rounds')
export class RehearsalPages {
  constructor(
    private readonly views: RehearsalViews,
    private readonly checks: EligibilityViews,
    private readonly eligibility: Eligibility,
    private readonly rounds: Rounds,
  ) {}

  @Get(':id/rehearsal')
  @Permit('round.update')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/funding-round', await this.views.show(visit));
  }

  @Get(':id/rehearsal/check')
  @Permit('round.update')
  async showCheck(@Here() visit: Visit): Promise<Page> {
    return page('rounds/check', await this.checks.rehearsal(visit));
  }

  @Post(':id/rehearsal/check')
  @Permit('round.update')
  @Resubmit('showCheck')
  async check(@Here() visit: Visit, @Body() input: CheckInput): Promise<Page> {
    const { eligibilityRules } = await this.rounds.get(visit.actor, visit.id());
    const result = this.eligibility.judge(eligibilityRules, recordOf(input.answers));
    return page('rounds/check', await this.checks.rehearsal(visit, result));
  }

  @Get(':id/rehearsal/form')
  @Permit('round.update')
  async showForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/rehearsal-form', await this.views.form(visit));
  }

  @Post(':id/rehearsal/form')
  @Permit('round.update')
  @Resubmit('showForm')
  async tryForm(@Here() visit: Visit, @Body() input: RehearsalInput): Promise<Page> {
    return page('rounds/rehearsal-form', await this.views.form(visit, input.answers ?? {}));
  }
}

@Controller('funding')
export class EligibilityPages {
  constructor(
    private readonly views: EligibilityViews,
    private readonly eligibility: Eligibility,
    private readonly limits: Limits,
  ) {}

  @Get(':id/check')
  @Public()
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/check', await this.views.check(visit), { hasForm: true });
  }

  @Post(':id/check')
  @Public()
  @Resubmit('show')
  async check(@Here() visit: Visit, @Body() input: CheckInput): Promise<Page> {
    const { organizationId, answers } = input;
    const { actor, request, reply } = visit;
    await limitStrangers(this.limits, visit);
    const result = await this.eligibility.check(actor, visit.id(), recordOf(answers), organizationId);
    if (result.at === undefined) {
      carry(
        request,
        reply,
        visit.id(),
        Object.fromEntries(result.findings.map(({ rule, answer }) => [rule.key, answer])),
      );
    } else {
      putDown(request, reply);
    }
    return page('rounds/check', await this.views.check(visit, result), { hasForm: true });
  }
}
