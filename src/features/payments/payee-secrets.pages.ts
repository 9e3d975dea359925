/** Tax numbers and bank accounts of payees as pages. */
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { BankAccountInput, TinInput, UnmaskInput } from './payee-secret.input.js';
import { PayeeSecretPageViews } from './payee-secret.page-view.js';
import { type PayeeSecretStep, PayeeSecrets } from './payee-secrets.service.js';

@Controller('payments/payees/:id')
export class NewPayeeSecretsPages {
  constructor(
    private readonly secrets: PayeeSecrets,
    private readonly views: PayeeSecretPageViews,
  ) {}

  @Get('tax-number/new')
  @Permit('payee_secret.record')
  async tinForm(@Here() visit: Visit): Promise<Page> {
    return page('payments/form', await this.views.form(visit, 'tin'));
  }

  @Post('tax-number')
  @Permit('payee_secret.record')
  @Resubmit('tinForm')
  async recordTin(@Here() visit: Visit, @Body() input: TinInput): Promise<Redirect> {
    await this.secrets.recordTin(visit.actor, visit.id(), input);
    return redirect(`/payments/payees/${visit.id()}`, 'payee_secret.recorded');
  }

  @Get('bank-account/new')
  @Permit('payee_secret.record')
  async bankForm(@Here() visit: Visit): Promise<Page> {
    return page('payments/form', await this.views.form(visit, 'bank_account'));
  }

  @Post('bank-account')
  @Permit('payee_secret.record')
  @Resubmit('bankForm')
  async recordBankAccount(@Here() visit: Visit, @Body() input: BankAccountInput): Promise<Redirect> {
    await this.secrets.recordBankAccount(visit.actor, visit.id(), input);
    return redirect(`/payments/payees/${visit.id()}`, 'payee_secret.recorded');
  }
}

@Controller('payments/payee-secrets')
export class PayeeSecretsPages {
  constructor(
    private readonly secrets: PayeeSecrets,
    private readonly views: PayeeSecretPageViews,
  ) {}

  @Get(':id')
  @Permit('payee.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('payments/payee-secret', await this.views.show(visit));
  }

  @Post(':id/confirm')
  @Fresh()
  @Permit('payee_secret.confirm')
  @Resubmit('show')
  async confirm(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'confirm', step);
  }

  @Post(':id/decline')
  @Permit('payee_secret.decline')
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'decline', step);
  }

  /** The answer itself shows the number: it stands in no address and no session. */
  @Post(':id/unmask')
  @HttpCode(200)
  @Fresh()
  @Permit('payee_secret.unmask')
  @Resubmit('show')
  async unmask(@Here() visit: Visit, @Body() input: UnmaskInput): Promise<Page> {
    const number = await this.secrets.unmask(visit.actor, visit.id(), input);
    return page('payments/payee-secret', await this.views.show(visit, number));
  }

  private async take(visit: Visit, action: PayeeSecretStep, step: StepInput): Promise<Redirect> {
    await this.secrets.take(visit.actor, visit.id(), action, step);
    return redirect(`/payments/payee-secrets/${visit.id()}`, `payee_secret.${action}`);
  }
}
