/** Tax numbers and bank accounts of payees for programs: masked, save where they are unmasked with a reason. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Fresh, Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { BankAccountInput, TinInput, UnmaskInput } from './payee-secret.input.js';
import { type PayeeSecretRow, PayeeSecrets } from './payee-secrets.service.js';
import { Payees } from './payees.service.js';

@ApiTags('payments')
@Controller('api/payments/payees/:id')
export class NewPayeeSecretsApi {
  constructor(
    private readonly secrets: PayeeSecrets,
    private readonly payees: Payees,
  ) {}

  /** All there ever were, those in use first. */
  @Get('secrets')
  @Permit('payee.read')
  async list(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: PayeeSecretRow[] }> {
    const payee = await this.payees.get(actor, id);
    return { items: await this.secrets.of(actor, payee.id, true) };
  }

  @Post('tax-number')
  @Permit('payee_secret.record')
  async recordTin(@Acting() actor: Actor, @Param('id') id: string, @Body() input: TinInput): Promise<{ id: string }> {
    return this.secrets.recordTin(actor, id, input);
  }

  @Post('bank-account')
  @Permit('payee_secret.record')
  async recordBankAccount(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: BankAccountInput,
  ): Promise<{ id: string }> {
    return this.secrets.recordBankAccount(actor, id, input);
  }
}

@ApiTags('payments')
@Controller('api/payments/payee-secrets')
export class PayeeSecretsApi {
  constructor(private readonly secrets: PayeeSecrets) {}

  @Get(':id')
  @Permit('payee.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<PayeeSecretRow> {
    return this.secrets.get(actor, id);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Fresh()
  @Permit('payee_secret.confirm')
  async confirm(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PayeeSecretRow> {
    await this.secrets.take(actor, id, 'confirm', step);
    return this.secrets.get(actor, id);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Permit('payee_secret.decline')
  async decline(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PayeeSecretRow> {
    await this.secrets.take(actor, id, 'decline', step);
    return this.secrets.get(actor, id);
  }

  @Post(':id/unmask')
  @HttpCode(200)
  @Fresh()
  @Permit('payee_secret.unmask')
  async unmask(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: UnmaskInput,
  ): Promise<{ number: string }> {
    return { number: await this.secrets.unmask(actor, id, input) };
  }
}
