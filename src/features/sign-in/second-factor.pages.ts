/** The pages of the second step: the code at the door, and one's own app and recovery codes. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Fresh, Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { NothingInput, safePath } from '../identity/index.js';
import { CodeEntry } from './code-entry.service.js';
import { personOf } from './own-page.js';
import { CodeForm, CodeInput, ConfirmForm } from './second-factor.input.js';
import { SecondFactorSetUp } from './second-factor-set-up.service.js';
import { SecondFactorViews } from './second-factor.view.js';
import { Sessions } from './sessions.service.js';

const PATH = '/me/second-factor';

@Controller()
export class CodePages {
  constructor(
    private readonly codes: CodeEntry,
    private readonly views: SecondFactorViews,
  ) {}

  @Get('sign-in/code')
  @Public()
  async form(@Here() visit: Visit): Promise<Page | Redirect> {
    const next = safePath(visit.refused?.values['next'] ?? visit.query['next']);
    if (!this.codes.isDue(visit)) return redirect(visit.actor.kind === 'person' ? (next ?? '/') : '/sign-in');
    return page('sign-in/code', await this.views.door(next, visit.refused), { hasForm: true });
  }

  @Post('sign-in/code')
  @Public()
  @Resubmit('form')
  async give(@Here() visit: Visit, @Body() input: CodeForm): Promise<Redirect> {
    if (!this.codes.isDue(visit)) return redirect('/sign-in', 'second_factor.too_late');
    const { by, recoveryCodesLeft: count } = await this.codes.give(visit, input.code);
    if (by === 'recovery') return redirect(PATH, 'second_factor.recovery_used', { count });
    return redirect(safePath(input.next) ?? '/');
  }

  /** Where those come who asked for a page that needs a proof. */
  @Post('confirm')
  @Permit('session.confirm')
  @Fresh()
  confirm(@Body() input: ConfirmForm): Redirect {
    return redirect(safePath(input.next) ?? '/');
  }
}

@Controller('me/second-factor')
export class SecondFactorPages {
  constructor(
    private readonly setUp: SecondFactorSetUp,
    private readonly sessions: Sessions,
    private readonly views: SecondFactorViews,
  ) {}

  @Get()
  @Permit('second_factor.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('sign-in/second-factor', await this.views.standing(personOf(visit)));
  }

  @Post('begin')
  @Permit('second_factor.set_up')
  @Fresh('code')
  async begin(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.setUp.begin(personOf(visit));
    return redirect(`${PATH}/set-up`);
  }

  @Get('set-up')
  @Permit('second_factor.set_up')
  @Fresh('code')
  async setUpForm(@Here() visit: Visit): Promise<Page> {
    const view = await this.views.setUpPage(personOf(visit), visit.refused);
    return view === undefined ? this.show(visit) : page('sign-in/set-up', view);
  }

  /** The recovery codes stand in the answer itself and nowhere else. */
  @Post('set-up')
  @Permit('second_factor.set_up')
  @Fresh('code')
  @Resubmit('setUpForm')
  async confirm(@Here() visit: Visit, @Body() input: CodeInput): Promise<Page> {
    const actor = personOf(visit);
    const { recoveryCodes } = await this.setUp.confirm(actor, input.code);
    await this.sessions.renew(visit);
    return page('sign-in/recovery-codes', this.views.codes(actor, recoveryCodes));
  }

  @Post('codes')
  @Permit('second_factor.set_up')
  @Fresh('code')
  @Resubmit('show')
  async renewCodes(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Page> {
    const actor = personOf(visit);
    const { recoveryCodes } = await this.setUp.renewCodes(actor);
    return page('sign-in/recovery-codes', this.views.codes(actor, recoveryCodes));
  }

  @Post('remove')
  @Permit('second_factor.remove')
  @Fresh('code')
  @Resubmit('show')
  async remove(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.setUp.remove(personOf(visit));
    return redirect(PATH, 'second_factor.removed');
  }
}
