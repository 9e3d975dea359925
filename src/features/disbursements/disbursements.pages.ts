/** Disbursement requests as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { DisbursementApprovals } from './disbursement-approval.service.js';
import {
  DisbursementInput,
  DisbursementListQuery,
  DisbursementTermsInput,
  ExpenseInput,
} from './disbursement.input.js';
import { DisbursementPageViews } from './disbursement.page-view.js';
import { Disbursements, type DisbursementStep } from './disbursements.service.js';

@Controller('requests')
export class DisbursementsPages {
  constructor(
    private readonly disbursements: Disbursements,
    private readonly approvals: DisbursementApprovals,
    private readonly views: DisbursementPageViews,
  ) {}

  @Get()
  @Permit('disbursement.read')
  async list(@Here() visit: Visit, @Query() query: DisbursementListQuery): Promise<Page> {
    return page('disbursements/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('disbursement.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('disbursements/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('disbursement.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: DisbursementInput): Promise<Redirect> {
    const { id, number } = await this.disbursements.create(visit.actor, input);
    return redirect(`/requests/${id}`, 'disbursement.created', { number });
  }

  @Get(':id')
  @Permit('disbursement.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('disbursements/show', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('disbursement.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('disbursements/form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('disbursement.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: DisbursementTermsInput): Promise<Redirect> {
    await this.disbursements.update(visit.actor, visit.id(), input);
    return redirect(`/requests/${visit.id()}`, 'disbursement.updated');
  }

  @Post(':id/expenses')
  @Permit('disbursement.update')
  @Resubmit('show')
  async addExpense(@Here() visit: Visit, @Body() input: ExpenseInput): Promise<Redirect> {
    await this.disbursements.addExpense(visit.actor, visit.id(), input);
    return redirect(`/requests/${visit.id()}`, 'disbursement.expense_added', {
      amount: input.amount.formatPayment(),
    });
  }

  @Post(':id/expenses/:expenseId/remove')
  @Permit('disbursement.update')
  @Resubmit('show')
  async removeExpense(@Here() visit: Visit): Promise<Redirect> {
    await this.disbursements.removeExpense(visit.actor, visit.id(), visit.id('expenseId'));
    return redirect(`/requests/${visit.id()}`, 'disbursement.expense_removed');
  }

  @Post(':id/submit')
  @Permit('disbursement.submit')
  @Resubmit('show')
  async submit(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'submit', step);
  }

  @Post(':id/return')
  @Permit('disbursement.return')
  @Resubmit('show')
  async return(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'return', step);
  }

  @Post(':id/reject')
  @Permit('disbursement.reject')
  @Resubmit('show')
  async reject(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'reject', step);
  }

  @Post(':id/withdraw')
  @Permit('disbursement.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'withdraw', step);
  }

  @Post(':id/approve-program')
  @Permit('disbursement.approve_program')
  @Resubmit('show')
  async approveProgram(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'approve_program', step);
  }

  @Post(':id/approve-finance')
  @Permit('disbursement.approve_finance')
  @Resubmit('show')
  async approveFinance(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.approvals.approve(visit.actor, visit.id(), step);
    return redirect(`/requests/${visit.id()}`, 'disbursement.approve_finance');
  }

  private async take(visit: Visit, action: DisbursementStep, step: StepInput): Promise<Redirect> {
    await this.disbursements.take(visit.actor, visit.id(), action, step);
    return redirect(`/requests/${visit.id()}`, `disbursement.${action}`);
  }
}
