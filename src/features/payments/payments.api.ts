/** Payables, batches, payments and payees for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../kernel/actor.js';
import { Fresh, Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import {
  BatchListQuery,
  ChosenBatchInput,
  PayableListQuery,
  PayeeInput,
  PayeeListQuery,
  TaxFormInput,
} from './payment.input.js';
import { type PayeeListRow, PaymentLists } from './payment-lists.service.js';
import { type BatchStep, type PreparedBatch, PaymentBatches } from './payment-batches.service.js';
import {
  type BatchItem,
  type BatchView,
  type PayableItem,
  type PayableView,
  type PayeeView,
  type PaymentView,
  PaymentViews,
} from './payment.view.js';
import { Payees } from './payees.service.js';
import { type PayableStep, Payables } from './payables.service.js';
import { type PaymentStep, Payments } from './payments.service.js';
import { sendRegister } from './register.js';

type Listed<T> = { items: T[]; next: string | null };

@ApiTags('payments')
@Controller('api/payments/payables')
export class PayablesApi {
  constructor(
    private readonly payables: Payables,
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
  ) {}

  @Get()
  @Permit('payable.read')
  async list(@Acting() actor: Actor, @Query() query: PayableListQuery): Promise<Listed<PayableItem>> {
    const { items, next } = await this.lists.payables(actor, query);
    return { items: items.map((row) => this.views.payableItem(row)), next };
  }

  @Get(':id')
  @Permit('payable.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<PayableView> {
    return this.views.payable(actor, id);
  }

  @Post(':id/hold')
  @HttpCode(200)
  @Permit('payable.hold')
  async hold(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PayableView> {
    return this.take(actor, id, 'hold', step);
  }

  @Post(':id/lift')
  @HttpCode(200)
  @Permit('payable.lift')
  async lift(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PayableView> {
    return this.take(actor, id, 'lift', step);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('payable.cancel')
  async cancel(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PayableView> {
    return this.take(actor, id, 'cancel', step);
  }

  private async take(actor: Actor, id: string, action: PayableStep, step: StepInput): Promise<PayableView> {
    await this.payables.take(actor, id, action, step);
    return this.views.payable(actor, id);
  }
}

@ApiTags('payments')
@Controller('api/payments/batches')
export class PaymentBatchesApi {
  constructor(
    private readonly batches: PaymentBatches,
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
  ) {}

  @Get()
  @Permit('payment_batch.read')
  async list(@Acting() actor: Actor, @Query() query: BatchListQuery): Promise<Listed<BatchItem>> {
    const { items, next } = await this.lists.batches(actor, query);
    return { items: items.map((row) => this.views.batchItem(row)), next };
  }

  @Post()
  @Permit('payment_batch.prepare')
  async prepare(@Acting() actor: Actor, @Body() input: ChosenBatchInput): Promise<PreparedBatch> {
    return this.batches.prepare(actor, input);
  }

  @Get(':id')
  @Permit('payment_batch.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<BatchView> {
    return this.views.batch(actor, id);
  }

  @Get(':id/register')
  @Permit('payment_batch.read')
  async register(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return sendRegister(reply, await this.batches.register(actor, id));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Permit('payment_batch.approve')
  async approve(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'approve', step);
  }

  @Post(':id/release')
  @HttpCode(200)
  @Permit('payment_batch.release')
  @Fresh()
  async release(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'release', step);
  }

  @Post(':id/settle')
  @HttpCode(200)
  @Permit('payment_batch.settle')
  async settle(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'settle', step);
  }

  @Post(':id/mark-unknown')
  @HttpCode(200)
  @Permit('payment_batch.mark_unknown')
  async markUnknown(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'mark_unknown', step);
  }

  @Post(':id/confirm-released')
  @HttpCode(200)
  @Permit('payment_batch.confirm_released')
  async confirmReleased(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'confirm_released', step);
  }

  @Post(':id/confirm-failed')
  @HttpCode(200)
  @Permit('payment_batch.confirm_failed')
  async confirmFailed(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'confirm_failed', step);
  }

  @Post(':id/void')
  @HttpCode(200)
  @Permit('payment_batch.void')
  async makeVoid(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<BatchView> {
    return this.take(actor, id, 'void', step);
  }

  private async take(actor: Actor, id: string, action: BatchStep, step: StepInput): Promise<BatchView> {
    await this.batches.take(actor, id, action, step);
    return this.views.batch(actor, id);
  }
}

@ApiTags('payments')
@Controller('api/payments/payees')
export class PayeesApi {
  constructor(
    private readonly payees: Payees,
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
  ) {}

  @Get()
  @Permit('payee.read')
  async list(@Acting() actor: Actor, @Query() query: PayeeListQuery): Promise<Listed<PayeeListRow>> {
    const { items, next } = await this.lists.payees(actor, query);
    return { items: [...items], next };
  }

  @Get(':id')
  @Permit('payee.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<PayeeView> {
    return this.views.payee(actor, id);
  }

  @Put(':id')
  @Permit('payee.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: PayeeInput): Promise<PayeeView> {
    await this.payees.update(actor, id, input);
    return this.views.payee(actor, id);
  }

  @Post(':id/tax-form')
  @HttpCode(200)
  @Permit('payee.record_tax_form')
  async recordTaxForm(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: TaxFormInput,
  ): Promise<PayeeView> {
    await this.payees.recordTaxForm(actor, id, input);
    return this.views.payee(actor, id);
  }
}

@ApiTags('payments')
@Controller('api/payments')
export class PaymentsApi {
  constructor(
    private readonly payments: Payments,
    private readonly views: PaymentViews,
  ) {}

  @Get(':id')
  @Permit('payment.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<PaymentView> {
    return this.views.payment(actor, id);
  }

  @Post(':id/clear')
  @HttpCode(200)
  @Permit('payment.clear')
  async clear(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PaymentView> {
    return this.take(actor, id, 'clear', step);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Permit('payment.return')
  async giveBack(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PaymentView> {
    return this.take(actor, id, 'return', step);
  }

  @Post(':id/stop')
  @HttpCode(200)
  @Permit('payment.stop')
  async stop(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PaymentView> {
    return this.take(actor, id, 'stop', step);
  }

  @Post(':id/mark-stale')
  @HttpCode(200)
  @Permit('payment.mark_stale')
  async markStale(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<PaymentView> {
    return this.take(actor, id, 'mark_stale', step);
  }

  private async take(actor: Actor, id: string, action: PaymentStep, step: StepInput): Promise<PaymentView> {
    await this.payments.take(actor, id, action, step);
    return this.views.payment(actor, id);
  }
}
