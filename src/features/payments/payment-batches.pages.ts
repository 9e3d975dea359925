/** Batches of payments as pages, and their registers to save. */
import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { BatchInput, BatchListQuery } from './payment.input.js';
import { BatchPageViews } from './batch.page-view.js';
import { type BatchStep, PaymentBatches } from './payment-batches.service.js';
import { sendRegister } from './register.js';

@Controller('payments/batches')
export class PaymentBatchesPages {
  constructor(
    private readonly batches: PaymentBatches,
    private readonly views: BatchPageViews,
  ) {}

  @Get()
  @Permit('payment_batch.read')
  async list(@Here() visit: Visit, @Query() query: BatchListQuery): Promise<Page> {
    return page('payments/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('payment_batch.prepare')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('payments/new-batch', await this.views.newForm(visit));
  }

  @Post()
  @Permit('payment_batch.prepare')
  @Resubmit('newForm')
  async prepare(@Here() visit: Visit, @Body() input: BatchInput): Promise<Redirect> {
    const { id, ...made } = await this.batches.prepare(visit.actor, input);
    const leftOut = made.withoutTaxForm + made.own;
    return redirect(`/payments/batches/${id}`, 'payment_batch.prepared', { ...made, leftOut });
  }

  @Get(':id')
  @Permit('payment_batch.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('payments/batch', await this.views.show(visit));
  }

  @Get(':id/register')
  @Permit('payment_batch.read')
  async register(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return sendRegister(reply, await this.batches.register(visit.actor, visit.id()));
  }

  @Post(':id/approve')
  @Permit('payment_batch.approve')
  @Resubmit('show')
  async approve(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'approve', step);
  }

  @Post(':id/release')
  @Permit('payment_batch.release')
  @Fresh()
  @Resubmit('show')
  async release(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'release', step);
  }

  @Post(':id/settle')
  @Permit('payment_batch.settle')
  @Resubmit('show')
  async settle(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'settle', step);
  }

  @Post(':id/mark-unknown')
  @Permit('payment_batch.mark_unknown')
  @Resubmit('show')
  async markUnknown(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'mark_unknown', step);
  }

  @Post(':id/confirm-released')
  @Permit('payment_batch.confirm_released')
  @Resubmit('show')
  async confirmReleased(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'confirm_released', step);
  }

  @Post(':id/confirm-failed')
  @Permit('payment_batch.confirm_failed')
  @Resubmit('show')
  async confirmFailed(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'confirm_failed', step);
  }

  @Post(':id/void')
  @Permit('payment_batch.void')
  @Resubmit('show')
  async makeVoid(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'void', step);
  }

  private async take(visit: Visit, action: BatchStep, step: StepInput): Promise<Redirect> {
    await this.batches.take(visit.actor, visit.id(), action, step);
    return redirect(`/payments/batches/${visit.id()}`, `payment_batch.${action}`);
  }
}
