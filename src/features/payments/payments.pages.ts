/** Payables, payees and single payments as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { PayableListQuery, PayeeInput, PayeeListQuery, TaxFormInput } from './payment.input.js';
import { PayeePageViews } from './payee.page-view.js';
import { Payees } from './payees.service.js';
import { PayablePageViews } from './payable.page-view.js';
import { type PayableStep, Payables } from './payables.service.js';
import { PaymentPageViews } from './payment.page-view.js';
import { type PaymentStep, Payments } from './payments.service.js';

@Controller('payments/payables')
export class PayablesPages {
  constructor(
    private readonly payables: Payables,
    private readonly views: PayablePageViews,
  ) {}

  @Get()
  @Permit('payable.read')
  async list(@Here() visit: Visit, @Query() query: PayableListQuery): Promise<Page> {
    return page('payments/list', await this.views.list(visit.actor, query));
  }

  @Get(':id')
  @Permit('payable.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('payments/payable', await this.views.show(visit));
  }

  @Post(':id/hold')
  @Permit('payable.hold')
  @Resubmit('show')
  async hold(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'hold', step);
  }

  @Post(':id/lift')
  @Permit('payable.lift')
  @Resubmit('show')
  async lift(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'lift', step);
  }

  @Post(':id/cancel')
  @Permit('payable.cancel')
  @Resubmit('show')
  async cancel(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'cancel', step);
  }

  private async take(visit: Visit, action: PayableStep, step: StepInput): Promise<Redirect> {
    await this.payables.take(visit.actor, visit.id(), action, step);
    return redirect(`/payments/payables/${visit.id()}`, `payable.${action}`);
  }
}

@Controller('payments/payees')
export class PayeesPages {
  constructor(
    private readonly payees: Payees,
    private readonly views: PayeePageViews,
  ) {}

  @Get()
  @Permit('payee.read')
  async list(@Here() visit: Visit, @Query() query: PayeeListQuery): Promise<Page> {
    return page('payments/list', await this.views.list(visit.actor, query));
  }

  @Get(':id')
  @Permit('payee.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('payments/payee', await this.views.show(visit));
  }

  @Post(':id/tax-form')
  @Permit('payee.record_tax_form')
  @Resubmit('show')
  async recordTaxForm(@Here() visit: Visit, @Body() input: TaxFormInput): Promise<Redirect> {
    await this.payees.recordTaxForm(visit.actor, visit.id(), input);
    return redirect(`/payments/payees/${visit.id()}`, 'payee.tax_form_recorded');
  }

  @Get(':id/edit')
  @Permit('payee.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('payments/form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('payee.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: PayeeInput): Promise<Redirect> {
    await this.payees.update(visit.actor, visit.id(), input);
    return redirect(`/payments/payees/${visit.id()}`, 'payee.updated');
  }
}

@Controller('payments')
export class PaymentsPages {
  constructor(
    private readonly payments: Payments,
    private readonly views: PaymentPageViews,
  ) {}

  @Get()
  @Permit('payment_batch.read')
  async home(@Here() visit: Visit): Promise<Page> {
    return page('payments/home', await this.views.home(visit.actor));
  }

  @Get(':id')
  @Permit('payment.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('payments/payment', await this.views.show(visit));
  }

  @Post(':id/clear')
  @Permit('payment.clear')
  @Resubmit('show')
  async clear(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'clear', step);
  }

  @Post(':id/return')
  @Permit('payment.return')
  @Resubmit('show')
  async giveBack(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'return', step);
  }

  @Post(':id/stop')
  @Permit('payment.stop')
  @Resubmit('show')
  async stop(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'stop', step);
  }

  @Post(':id/mark-stale')
  @Permit('payment.mark_stale')
  @Resubmit('show')
  async markStale(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'mark_stale', step);
  }

  private async take(visit: Visit, action: PaymentStep, step: StepInput): Promise<Redirect> {
    await this.payments.take(visit.actor, visit.id(), action, step);
    return redirect(`/payments/${visit.id()}`, `payment.${action}`);
  }
}
