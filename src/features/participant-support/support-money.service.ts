/** SupportMoney: what stipends and claims hold in their pools. Set-wise: one draw, one insert and one post for all. */
import { Injectable } from '@nestjs/common';
import { AppError, conflict } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { rawSql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Funds } from '../funds/index.js';
import { inPool, Ledger, type TransferRequest } from '../ledger/index.js';
import type { PayableRequest } from '../payments/index.js';
import { spread } from './stipend.rules.js';
import { SupportCommitment } from './support-commitment.entity.js';

export type SupportKind = 'stipend' | 'childcare_claim';

/** Something that takes money of a pool. */
export interface Held {
  readonly id: string;
  readonly amount: Money;
}

interface CommitmentRow {
  readonly id: string;
  readonly ownerId: string;
  readonly poolId: string;
  readonly sourceId: string;
  readonly cents: string;
}

const COLUMN_OF = { stipend: rawSql('stipend_id'), childcare_claim: rawSql('claim_id') } as const;

@Injectable()
export class SupportMoney {
  constructor(
    private readonly funds: Funds,
    private readonly ledger: Ledger,
  ) {}

  /** Commits money of the pool for all of these, or for none where it does not suffice. */
  async commit(work: Work, kind: SupportKind, poolId: string, held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    const needed = Money.sum(held.map((each) => each.amount));
    const shares = await this.draw(work, kind, poolId, needed, held.length);
    const rows = spread(
      shares,
      held.map((each) => each.amount),
    ).map(({ index, sourceId, amount }) => {
      const owner = (held[index] as Held).id;
      return {
        id: newId(),
        stipendId: kind === 'stipend' ? owner : null,
        claimId: kind === 'stipend' ? null : owner,
        poolId,
        sourceId,
        amount,
        endedAt: null,
      };
    });
    await work.insert(SupportCommitment, rows);
    await this.ledger.post(
      work,
      rows.map(({ id, stipendId, claimId, sourceId, amount }): TransferRequest => ({
        key: `support:${id}:committed`,
        from: inPool(sourceId, poolId, 'allotted'),
        to: inPool(sourceId, poolId, 'committed'),
        amount,
        reason: `${kind}.committed`,
        subject: { type: kind, id: (stipendId ?? claimId) as string },
      })),
    );
  }

  /** Gives back to the pool what these hold. */
  async release(work: Work, kind: SupportKind, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const column = COLUMN_OF[kind];
    const rows = await work.query<CommitmentRow>(sql`
      update support_commitments set ended_at = ${work.now}, version = version + 1
      where ${column} = any(${[...ids]}::uuid[]) and ended_at is null
      returning id, ${column} as "ownerId", pool_id as "poolId", source_id as "sourceId", amount_cents::text as cents`);
    await this.ledger.post(
      work,
      rows.map(({ id, ownerId, poolId, sourceId, cents }): TransferRequest => ({
        key: `support:${id}:released`,
        from: inPool(sourceId, poolId, 'committed'),
        to: inPool(sourceId, poolId, 'allotted'),
        amount: Money.ofCents(cents),
        reason: `${kind}.released`,
        subject: { type: kind, id: ownerId },
      })),
    );
  }

  /** The lines that a payable of each of these is paid from. */
  async lines(
    from: Queryable,
    kind: SupportKind,
    ids: readonly string[],
  ): Promise<Map<string, PayableRequest['lines']>> {
    const column = COLUMN_OF[kind];
    const rows = await from.query<CommitmentRow>(sql`
      select id, ${column} as "ownerId", pool_id as "poolId", source_id as "sourceId", amount_cents::text as cents
      from support_commitments where ${column} = any(${[...ids]}::uuid[]) and ended_at is null order by id`);
    const lines = new Map<string, PayableRequest['lines']>();
    for (const { ownerId, poolId, sourceId, cents } of rows) {
      const account = { sourceId, holder: { kind: 'pool', id: poolId } } as const;
      const line = { account, fromStage: 'committed', amount: Money.ofCents(cents) } as const;
      lines.set(ownerId, [...(lines.get(ownerId) ?? []), line]);
    }
    return lines;
  }

  /** Says whose money is missing and who can mend it, instead of only that a pool is empty. */
  private async draw(
    work: Work,
    kind: SupportKind,
    poolId: string,
    amount: Money,
    count: number,
  ): ReturnType<Funds['draw']> {
    try {
      return await this.funds.draw(work, poolId, amount);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'pool.not_enough') throw error;
      const params = { ...error.params, amount, count };
      throw conflict(kind === 'stipend' ? 'stipend.pool_too_small' : 'childcare_claim.pool_too_small', { params });
    }
  }
}
