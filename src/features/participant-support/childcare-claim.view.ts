/** What is shown of childcare claims: in a list, and one with its arithmetic and receipt. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { nameOfStep } from '../../platform/audit/actor-name.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { readAttendances } from '../collaboratives/index.js';
import { type AttachmentView, attachmentUrl, Attachments } from '../documents/index.js';
import { Payables } from '../payments/index.js';
import { claimLifecycle, EDITABLE_CLAIMS, type ClaimState } from './childcare-claim.lifecycle.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { type DeniedBefore, deniedBefore } from './childcare-claim.receipts.js';
import { type ClaimRow, ChildcareClaims } from './childcare-claims.service.js';
import { claimArithmetic } from './childcare.rules.js';
import { type PaymentOfSupport, paymentOf } from './stipend.view.js';
import { supportSubject } from './stipend.machine.js';
import { withCents } from './support.words.js';

export interface ClaimListItem {
  readonly id: string;
  readonly state: StateAnswer;
  readonly amount: Money;
  readonly children: number;
  readonly minutes: number;
  readonly person: string;
  readonly convening: { readonly name: string; readonly on: string };
  readonly submittedAt: Date | null;
}

export interface ClaimView extends Omit<ClaimListItem, 'convening'> {
  readonly version: number;
  readonly personId: string;
  /** Whether the reader is who asks. */
  readonly isOwn: boolean;
  readonly convening: { readonly id: string; readonly name: string; readonly on: string };
  readonly attendedMinutes: number;
  readonly extraMinutes: number;
  readonly confirmedBy: string | null;
  readonly provider: string;
  readonly paid: Money;
  readonly rate: Money;
  readonly cap: Money;
  readonly claimBy: string;
  /** How the amount comes about, in sentences; the last is the result. */
  readonly arithmetic: readonly string[];
  readonly receipt: AttachmentView;
  /** Claims with this very receipt that were denied; for who checks, and only those they may see. */
  readonly deniedBefore: readonly DeniedBefore[];
  readonly approvedBy: string | null;
  readonly payment: PaymentOfSupport | null;
  readonly canEdit: boolean;
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class ClaimViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly claims: ChildcareClaims,
    private readonly machine: ChildcareClaimMachine,
    private readonly attachments: Attachments,
    private readonly payables: Payables,
  ) {}

  row(row: ClaimRow): ClaimListItem {
    const { id, amountCents, children, minutes, personName, conveningName, conveningOn, submittedAt } = row;
    return {
      id,
      state: this.machine.state(row.state),
      amount: Money.ofCents(amountCents),
      children,
      minutes,
      person: personName,
      convening: { name: conveningName, on: conveningOn },
      submittedAt,
    };
  }

  async one(actor: Actor, id: string): Promise<ClaimView> {
    const claim = await this.claims.get(actor, id);
    const [[attendance], people, approver, file, payment, actions] = await Promise.all([
      readAttendances(this.db, [claim.attendanceId]),
      this.db.query<{ id: string; name: string }>(sql`
        select p.id, p.name from persons p
        where p.id = (select a.confirmed_by from attendances a where a.id = ${claim.attendanceId})`),
      this.db.find<{ name: string }>(sql`
        select ${nameOfStep('p.name', 'childcare_claim.approve', 'c.id')} as name
        from childcare_claims c join persons p on p.id = c.approved_by where c.id = ${id}`),
      this.attachments.get(this.db, claim.receiptId),
      paymentOf(this.db, this.payables, 'childcare_claim', id),
      this.machine.actions(this.policy, this.db, actor, claim),
    ]);
    const nameOf = (personId: string | null | undefined): string | null =>
      people.find((each) => each.id === personId)?.name ?? null;
    const isOwn = actor.kind === 'person' && actor.personId === claim.personId;
    const { timeZone } = this.db.currentCalendar;
    const { receiptHash } = claim;
    const denied = isOwn ? [] : await deniedBefore(this.db, this.policy, actor, { id, receiptHash, timeZone });
    const { version, personId, children, minutes, amount, submittedAt, extraMinutes } = claim;
    const { provider, paid, rate, cap, claimBy } = claim;
    const mayEdit = this.policy.can(actor, 'childcare_claim.update', { ...supportSubject(claim), state: claim.state });
    return {
      ...{ id, version, personId, isOwn, children, minutes, amount, submittedAt, extraMinutes },
      ...{ provider, paid, rate, cap, claimBy, payment },
      state: stateFor(this.machine.state(claim.state), isOwn),
      person: attendance?.personName ?? '',
      convening: {
        id: claim.conveningId,
        name: attendance?.conveningName ?? '',
        on: attendance?.conveningOn ?? '',
      },
      attendedMinutes: attendance?.minutes ?? 0,
      confirmedBy: nameOf(attendance?.confirmedBy),
      arithmetic: claimArithmetic(claim).map(({ code, params }) =>
        this.texts.t(isOwn ? `childcare_claim.sum.${code}` : `childcare_claim.sum_of.${code}`, withCents(params)),
      ),
      receipt: {
        id: file.id,
        fileName: file.fileName,
        mime: file.mime,
        sizeBytes: file.sizeBytes,
        state: file.state,
        url: attachmentUrl(file.id),
      },
      deniedBefore: denied,
      approvedBy: approver?.name ?? null,
      canEdit: mayEdit && EDITABLE_CLAIMS.includes(claim.state),
      actions: apiActions(this.texts, actions),
    };
  }
}

/** The word participants read of their own. */
function stateFor(answer: StateAnswer, isOwn: boolean): StateAnswer {
  const row = claimLifecycle.definition.states[answer.state as ClaimState];
  return isOwn && row.publicLabel !== undefined ? { ...answer, label: row.publicLabel } : answer;
}
