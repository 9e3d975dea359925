/** Disbursement requests for programs. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { DisbursementApprovals } from './disbursement-approval.service.js';
import {
  DisbursementInput,
  DisbursementListQuery,
  DisbursementTermsInput,
  ExpenseInput,
} from './disbursement.input.js';
import { type DisbursementListItem, type DisbursementView, DisbursementViews } from './disbursement.view.js';
import { Disbursements, type DisbursementStep } from './disbursements.service.js';

@ApiTags('disbursement requests')
@Controller('api/requests')
export class DisbursementsApi {
  constructor(
    private readonly disbursements: Disbursements,
    private readonly approvals: DisbursementApprovals,
    private readonly views: DisbursementViews,
  ) {}

  @Get()
  @Permit('disbursement.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: DisbursementListQuery,
  ): Promise<{ items: DisbursementListItem[]; next: string | null }> {
    const { items, next } = await this.disbursements.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get(':id')
  @Permit('disbursement.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<DisbursementView> {
    return this.views.one(actor, id);
  }

  @Post()
  @Permit('disbursement.create')
  async create(@Acting() actor: Actor, @Body() input: DisbursementInput): Promise<DisbursementView> {
    const { id } = await this.disbursements.create(actor, input);
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('disbursement.update')
  async update(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: DisbursementTermsInput,
  ): Promise<DisbursementView> {
    await this.disbursements.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/expenses')
  @Permit('disbursement.update')
  async addExpense(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ExpenseInput,
  ): Promise<{ id: string }> {
    return this.disbursements.addExpense(actor, id, input);
  }

  @Delete(':id/expenses/:expenseId')
  @Permit('disbursement.update')
  async removeExpense(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('expenseId') expenseId: string,
  ): Promise<DisbursementView> {
    await this.disbursements.removeExpense(actor, id, expenseId);
    return this.views.one(actor, id);
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Permit('disbursement.submit')
  async submit(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<DisbursementView> {
    return this.take(actor, id, 'submit', step);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Permit('disbursement.return')
  async return(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<DisbursementView> {
    return this.take(actor, id, 'return', step);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Permit('disbursement.reject')
  async reject(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<DisbursementView> {
    return this.take(actor, id, 'reject', step);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('disbursement.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<DisbursementView> {
    return this.take(actor, id, 'withdraw', step);
  }

  @Post(':id/approve-program')
  @HttpCode(200)
  @Permit('disbursement.approve_program')
  async approveProgram(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() step: StepInput,
  ): Promise<DisbursementView> {
    return this.take(actor, id, 'approve_program', step);
  }

  @Post(':id/approve-finance')
  @HttpCode(200)
  @Permit('disbursement.approve_finance')
  async approveFinance(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() step: StepInput,
  ): Promise<DisbursementView> {
    await this.approvals.approve(actor, id, step);
    return this.views.one(actor, id);
  }

  private async take(actor: Actor, id: string, action: DisbursementStep, step: StepInput): Promise<DisbursementView> {
    await this.disbursements.take(actor, id, action, step);
    return this.views.one(actor, id);
  }
}
