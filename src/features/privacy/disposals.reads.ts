/** DisposalReads: what was proposed and what has gone, for those who watch over it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import type { DisposalListQuery } from './privacy.input.js';
import { Retention } from './retention.service.js';

export interface DisposalRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly className: string;
  readonly years: number;
  readonly basis: string;
  readonly cutoffOn: string;
  /** 'YYYY-MM' of the monthly run; nothing when a person asked. */
  readonly month: string | null;
  readonly reason: string | null;
  readonly itemCount: number;
  /** So far. */
  readonly gone: number;
  readonly kept: number;
  readonly proposedBy: string | null;
  readonly proposedByName: string | null;
  readonly approvedByName: string | null;
  readonly approvedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly createdAt: Date;
}

export interface DisposalItemRow {
  readonly id: string;
  readonly label: string | null;
  readonly endedOn: string | null;
  /** No longer due: held, or in use again. It stays when the rest goes. */
  readonly stays: boolean;
}

export interface DisposalLogRow {
  readonly id: string;
  readonly disposalId: string;
  readonly className: string;
  readonly action: string;
  readonly itemCount: number;
  readonly keptCount: number;
  readonly removed: Readonly<Record<string, number>>;
  readonly approvedByName: string;
  readonly createdAt: Date;
}

const COLUMNS = rawSql(`d.id, d.version, d.state, d.class_name as "className", d.years, d.basis,
  d.cutoff_on as "cutoffOn", d.month, d.reason, d.item_count as "itemCount", d.proposed_by as "proposedBy",
  coalesce((select sum(item_count) from disposal_log where disposal_id = d.id), 0)::int as gone,
  coalesce((select sum(kept_count) from disposal_log where disposal_id = d.id), 0)::int as kept,
  proposer.name as "proposedByName", approver.name as "approvedByName", d.approved_at as "approvedAt",
  d.finished_at as "finishedAt", d.created_at as "createdAt"`);
const TABLES = rawSql(`disposals d left join persons proposer on proposer.id = d.proposed_by
  left join persons approver on approver.id = d.approved_by`);
/** What is looked through before it goes; the rest is counted. */
export const PREVIEWED = 200;

@Injectable()
export class DisposalReads {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly retention: Retention,
  ) {}

  async list(actor: Actor, query: DisposalListQuery): Promise<ListPage<DisposalRow>> {
    const where = [this.seen(actor)];
    if (query.state !== undefined) where.push(sql`d.state = ${query.state}`);
    return readList<DisposalRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'd.id', defaultSort: '-createdAt' },
        sorts: { createdAt: { expression: 'd.created_at', type: 'timestamptz' } },
      },
      query,
    );
  }

  async get(actor: Actor, id: string): Promise<DisposalRow> {
    const [row] = await this.db.query<DisposalRow>(
      sql`select ${COLUMNS} from ${TABLES} where d.id = ${id} and ${this.seen(actor)}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** The first of what is still to go, by what it is called today. */
  async items({ id, className, cutoffOn, reason }: DisposalRow): Promise<DisposalItemRow[]> {
    const due = await this.retention.due(this.db, className, { cutoffOn, asked: reason !== null });
    return this.db.query<DisposalItemRow>(sql`
      select i.subject_id as id, due.label, due.ended_on as "endedOn", due.id is null as stays
      from disposal_items i left join (${due}) due on due.id = i.subject_id
      where i.disposal_id = ${id} order by due.ended_on, i.subject_id limit ${PREVIEWED}`);
  }

  /** The log, newest first; of one disposal when it is named. */
  async log(actor: Actor, query: ListQuery, disposalId?: string): Promise<ListPage<DisposalLogRow>> {
    const where = [this.seen(actor)];
    if (disposalId !== undefined) where.push(sql`l.disposal_id = ${disposalId}`);
    return readList<DisposalLogRow>(
      this.db,
      {
        columns: sql`l.id, l.disposal_id as "disposalId", l.class_name as "className", l.action,
          l.item_count as "itemCount", l.kept_count as "keptCount", l.removed, p.name as "approvedByName",
          l.created_at as "createdAt"`,
        from: sql`disposal_log l join persons p on p.id = l.approved_by`,
        sorts: { createdAt: { expression: 'l.created_at', type: 'timestamptz' } },
        ...{ where, defaultSort: '-createdAt', id: 'l.id' },
      },
      query,
    );
  }

  private seen(actor: Actor): Sql {
    return conditionSql(this.policy.filter(actor, 'disposal.read', {}));
  }
}
