/** One's own second step, and proving once more who one is, for programs. */
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { invalid, invalidField, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Confirmer } from '../../platform/http/confirmation.js';
import { Fresh, Permit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { NothingInput } from '../identity/index.js';
import { CodeInput, ConfirmInput } from './second-factor.input.js';
import { personOf } from './own-page.js';
import { type BegunFactor, SecondFactorSetUp } from './second-factor-set-up.service.js';
import { Sessions } from './sessions.service.js';

interface OwnFactor {
  readonly since: Date | null;
  readonly recoveryCodesLeft: number;
  /** Roles that wait for it. */
  readonly withheld: readonly { readonly role: string; readonly scopeKind: string; readonly scopeId: string | null }[];
}

interface Codes {
  readonly recoveryCodes: readonly string[];
}

@ApiTags('second factors')
@Controller('api')
export class SecondFactorApi {
  constructor(
    private readonly db: Database,
    private readonly setUp: SecondFactorSetUp,
    private readonly sessions: Sessions,
    private readonly confirmer: Confirmer,
  ) {}

  /** Sends one of the two; the session then counts as proved for a quarter of an hour. */
  @Post('session/confirm')
  @HttpCode(200)
  @Permit('session.confirm')
  async confirmSession(@Here() visit: Visit, @Body() input: ConfirmInput): Promise<{ confirmed: true }> {
    const typed = input.code ?? input.password;
    const { account } = visit.request.session;
    if (typed === undefined) throw invalidField('code', 'field.required');
    if (account === undefined) throw unauthenticated('session.required');
    const proof = input.code === undefined ? 'any' : 'code';
    const isRight = await this.confirmer.prove(account, typed, visit.request.ip, proof);
    if (!isRight) throw invalid('session.proof_wrong', { status: 401 });
    return { confirmed: true };
  }

  @Get('me/second-factor')
  @Permit('second_factor.read')
  async show(@Here() visit: Visit): Promise<OwnFactor> {
    const actor = personOf(visit);
    const { since, recoveryCodesLeft } = await this.setUp.standing(this.db, actor.personId);
    return { since, recoveryCodesLeft, withheld: actor.withheld ?? [] };
  }

  @Post('me/second-factor/begin')
  @Permit('second_factor.set_up')
  @Fresh('code')
  async begin(@Here() visit: Visit, @Body() _input: NothingInput): Promise<BegunFactor> {
    const actor = personOf(visit);
    await this.setUp.begin(actor);
    const begun = await this.setUp.begun(actor);
    if (begun === undefined) throw new Error('What was begun is gone');
    return begun;
  }

  @Post('me/second-factor')
  @HttpCode(200)
  @Permit('second_factor.set_up')
  @Fresh('code')
  async confirm(@Here() visit: Visit, @Body() input: CodeInput): Promise<Codes> {
    const codes = await this.setUp.confirm(personOf(visit), input.code);
    await this.sessions.renew(visit);
    return codes;
  }

  @Post('me/second-factor/codes')
  @HttpCode(200)
  @Permit('second_factor.set_up')
  @Fresh('code')
  async renewCodes(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Codes> {
    return this.setUp.renewCodes(personOf(visit));
  }

  @Post('me/second-factor/remove')
  @HttpCode(200)
  @Permit('second_factor.remove')
  @Fresh('code')
  async remove(@Here() visit: Visit, @Body() _input: NothingInput): Promise<{ id: string }> {
    return this.setUp.remove(personOf(visit));
  }
}
