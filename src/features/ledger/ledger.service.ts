/** Ledger: moves money between accounts, as one step of a work, and says where it is. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { EffectHandlers } from '../../platform/database/effects.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type FigureFilter, type FigureGroups, type Figures, readFigures } from './ledger.figures.js';
import { record } from './ledger.posting.js';
import { type AccountRef, type LedgerEffect, POST_EFFECT, type TransferRequest } from './ledger.rules.js';

interface RecordedRow {
  readonly key: string;
  readonly cents: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly debit: AccountRef;
  readonly credit: AccountRef;
}

@Injectable()
export class Ledger implements OnModuleInit {
  constructor(private readonly effects: EffectHandlers) {}

  onModuleInit(): void {
    this.effects.register<LedgerEffect>(POST_EFFECT, (work, effects) =>
      this.post(
        work,
        effects.flatMap((effect) => effect.transfers),
      ),
    );
  }

  /**
   * Records a set of transfers and moves the balances, all or none. A key that was recorded before with the same
   * content does nothing. The number of statements does not depend on the number of transfers.
   *
   * Throws conflict `ledger.not_enough` (params: available, asked, missing, holderKind, holderId, sourceId, category,
   * stage, stageCode), `ledger.key_reused` (key) or `ledger.month_closed` (month).
   */
  async post(work: Work, transfers: readonly TransferRequest[]): Promise<void> {
    await record(work, transfers);
  }

  /** Moves recorded transfers back, booked today. Each is moved back at most once; asked again it does nothing. */
  async reverse(work: Work, keys: string | readonly string[], reason: string): Promise<void> {
    const wanted = [...new Set([keys].flat())];
    const rows = await work.query<RecordedRow>(sql`
      select t.key, t.amount_cents::text as cents, t.subject_type as "subjectType", t.subject_id as "subjectId",
             jsonb_build_object('sourceId', d.source_id, 'category', d.category, 'stage', d.stage,
               'holder', jsonb_build_object('kind', d.holder_kind, 'id', d.holder_id)) as debit,
             jsonb_build_object('sourceId', c.source_id, 'category', c.category, 'stage', c.stage,
               'holder', jsonb_build_object('kind', c.holder_kind, 'id', c.holder_id)) as credit
      from ledger_transfers t
      join ledger_accounts d on d.id = t.debit_account_id
      join ledger_accounts c on c.id = t.credit_account_id
      where t.key = any(${wanted}::text[]) order by t.id`);
    if (rows.length !== wanted.length) throw notFound('ledger.transfer_not_found');
    await record(
      work,
      rows.map((row) => ({
        key: `${row.key}:reversed`,
        from: row.credit,
        to: row.debit,
        amount: Money.ofCents(row.cents),
        reason,
        subject: { type: row.subjectType, id: row.subjectId },
        reversesKey: row.key,
      })),
    );
  }

  /** Today's report columns by group. A group without an account is absent. */
  async figures(
    from: Queryable,
    filter: FigureFilter = {},
    groups: FigureGroups = 'all',
  ): Promise<ReadonlyMap<string, Figures>> {
    return readFigures(from, filter, groups);
  }

  /** The same as of a booking date, that day included. What is booked into the past later changes what it said. */
  async figuresAsOf(
    from: Queryable,
    date: string,
    filter: FigureFilter = {},
    groups: FigureGroups = 'all',
  ): Promise<ReadonlyMap<string, Figures>> {
    return readFigures(from, filter, groups, date);
  }
}
