/**
 * Broadcasts: one message to the applications of a list. It is a draft that can be looked at, then frozen to the list as it
 * is; a job writes it into each application's conversation, where it is mailed and answered like any other.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Texts } from '../../platform/texts/texts.js';
import { titleShown } from '../applications/index.js';
import { closedTo } from '../conflicts/index.js';
import { ExclusionChecks } from '../organizations/index.js';
import { findRound, roundSubject } from '../rounds/index.js';
import { Broadcast, BroadcastItem } from './broadcast.entity.js';
import type { BroadcastInput, BroadcastItemsQuery, BroadcastListQuery, SendBroadcastInput } from './broadcast.input.js';
import { broadcastLifecycle } from './broadcast.lifecycle.js';
import {
  type Chosen,
  countRecipients,
  listMark,
  listed,
  mergeValues,
  readRecipients,
  recipientsSeen,
  recipientsWhere,
} from './broadcast.reads.js';
import { fieldProblem, merge, type MergeField, type MergeValues } from './broadcast.rules.js';
import {
  BROADCAST_COLUMNS,
  type BroadcastExample,
  type BroadcastItemRow,
  type BroadcastPreview,
  broadcastRow,
  type BroadcastRow,
  type StoredBroadcast,
} from './broadcast.view.js';

export const BROADCAST_TOPIC = 'broadcast.send';
const MOST_RECIPIENTS = 5000;
const MOST_NAMED = 200;
const MOST_EXAMPLES = 2;

@Injectable()
export class Broadcasts {
  readonly machine: Stateful<Broadcast, unknown>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly exclusions: ExclusionChecks,
    private readonly texts: Texts,
  ) {
    this.machine = new Stateful<Broadcast, unknown>({
      entity: Broadcast,
      lifecycle: broadcastLifecycle as never,
      readPermission: 'broadcast.read',
      subjectOf: ({ fundId, roundId }) => ({ scopes: { fund: fundId, round: roundId } }),
      facts: async (_from, rows) => new Map(rows.map(({ id }) => [id, {}])),
    });
  }

  async create(actor: Actor, input: BroadcastInput): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('broadcast.people_only');
    return this.db.work(actor, async (work) => {
      const columns = await this.columns(work, input, 'broadcast.create');
      const row = await work.insertOne(Broadcast, {
        ...{ ...columns, state: 'draft', writtenBy: actor.personId, sentBy: null, sentAt: null },
      });
      await this.machine.begin(work, [row]);
      return { id: row.id };
    });
  }

  async update(actor: Actor, id: string, input: BroadcastInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await work.lockOne(Broadcast, id);
      this.machine.require(work.policy, actor, 'broadcast.update', row);
      if (row.state !== 'draft') throw conflict('broadcast.sent_already');
      const columns = await this.columns(work, input, 'broadcast.update');
      await work.update(Broadcast, row, columns, input.version);
      const after = { title: columns.title, states: columns.states };
      work.audit({ action: 'broadcast.updated', subjectType: 'broadcast', subjectId: id, after });
      return { id };
    });
  }

  /** Freezes the list as it is now and lets the job write to each. Refused when it is not the list that was looked at. */
  async send(actor: Actor, id: string, input: SendBroadcastInput): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('broadcast.people_only');
    return this.db.work(actor, async (work) => {
      const row = await work.lockOne(Broadcast, id);
      this.machine.require(work.policy, actor, 'broadcast.send', row);
      const where = await this.recipients(work, actor, row);
      const all = await listed(work, where, MOST_RECIPIENTS + 1);
      const now = all.length;
      if (now > MOST_RECIPIENTS) throw conflict('broadcast.too_many', { params: { most: MOST_RECIPIENTS } });
      if (row.state === 'draft' && now !== input.count) {
        throw conflict('broadcast.list_changed', { params: { before: input.count, now } });
      }
      // As many as before, and not the same: one left the list and another came.
      if (row.state === 'draft' && input.list !== undefined && input.list !== listMark(all)) {
        throw conflict('broadcast.list_differs');
      }
      await this.machine.transition(work, {
        ...{ action: 'send', ids: [id], expectedVersion: input.version },
        changes: { sentBy: actor.personId, sentAt: work.now },
      });
      await work.insert(
        BroadcastItem,
        all.map(({ id: applicationId }) => ({
          ...{ broadcastId: id, applicationId, outcome: 'waiting' as const, reason: null, messageId: null },
        })),
      );
      work.queue(BROADCAST_TOPIC, { broadcastId: id });
      return { id };
    });
  }

  async discard(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action: 'discard', ids: [id], note, expectedVersion });
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<BroadcastRow> {
    const row = await this.db.find<StoredBroadcast>(
      sql`select ${BROADCAST_COLUMNS} from ${tables(actor)} where b.id = ${id} and ${this.readable(actor)}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return broadcastRow(row);
  }

  async list(actor: Actor, query: BroadcastListQuery): Promise<ListPage<BroadcastRow>> {
    const where = [this.readable(actor)];
    if (query.state !== undefined) where.push(sql`b.state = ${query.state}`);
    if (query.round !== undefined) where.push(sql`b.round_id = ${query.round}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(b.title ilike ${pattern} or b.body ilike ${pattern})`);
    }
    const page = await readList<StoredBroadcast>(
      this.db,
      {
        ...{ columns: BROADCAST_COLUMNS, from: tables(actor), where, id: 'b.id', defaultSort: '-createdAt' },
        countFrom: sql`broadcasts b`,
        sorts: { createdAt: { expression: 'b.created_at', type: 'timestamptz' } },
      },
      query,
    );
    return { ...page, items: page.items.map(broadcastRow) };
  }

  /** Who would get it, and how it reads for the first of them. */
  async preview(actor: Actor, row: BroadcastRow): Promise<BroadcastPreview> {
    const chosen = { ...row, states: [...row.states] };
    const where = await this.recipients(this.db, actor, chosen);
    const all = await listed(this.db, where, MOST_RECIPIENTS + 1);
    const count = all.length > MOST_RECIPIENTS ? await countRecipients(this.db, where) : all.length;
    const drafts = all.filter(({ state }) => state === 'draft').length;
    const unreachable = all.filter(({ isReachable }) => !isReachable).length;
    const named = all.filter(({ state }) => state !== 'draft').slice(0, MOST_NAMED);
    const recipients = await readRecipients(
      this.db,
      named.map(({ id }) => id),
    );
    const examples: BroadcastExample[] = [];
    const reached = recipients.filter(({ isReachable }) => isReachable);
    for (const { id, organizationName } of reached.slice(0, MOST_EXAMPLES)) {
      const values = await mergeValues(this.db, this.db.currentCalendar, id);
      const [title, body] = [merge(row.title, values), merge(row.body, values)];
      examples.push({ applicationId: id, to: organizationName, title, body });
    }
    if (examples.length === 0 && drafts > 0) {
      const values = await this.sampleValues(row.roundId);
      examples.push({ to: '', title: merge(row.title, values), body: merge(row.body, values) });
    }
    return { count, list: listMark(all), drafts, unreachable, recipients, examples };
  }

  /** Of a draft nothing is shown: what is the round's is as it is, the rest an example that says so. */
  private async sampleValues(roundId: string): Promise<MergeValues> {
    const round = await findRound(this.db, roundId);
    if (round === undefined) throw notFound('thing.not_found');
    const sample = (name: MergeField): string => this.texts.t(`broadcast.sample.${name}`);
    return {
      ...{ organization: sample('organization'), title: sample('title'), number: sample('number') },
      ...{ requested: sample('requested'), round: round.name },
      due: this.db.currentCalendar.formatDeadline(round.dueAt),
    };
  }

  /** What became of it for each; a draft is not named, and neither is what the reader has a conflict with. */
  async items(actor: Actor, row: BroadcastRow, query: BroadcastItemsQuery): Promise<ListPage<BroadcastItemRow>> {
    const where = [
      sql`i.broadcast_id = ${row.id}`,
      recipientsSeen(actor, this.policy),
      ...(query.outcome === undefined ? [] : [sql`i.outcome = ${query.outcome}`]),
    ];
    const page = await readList<BroadcastItemRow>(
      this.db,
      {
        columns: sql`i.id, i.application_id as "applicationId", i.outcome, i.reason, a.number,
          ${titleShown} as "applicationTitle", o.name as "organizationName", a.state in ('draft', 'expired') as "isDraft"`,
        from: sql`broadcast_items i join applications a on a.id = i.application_id
          join organizations o on o.id = a.organization_id`,
        where,
        sorts: { createdAt: { expression: 'i.created_at', type: 'timestamptz' } },
        defaultSort: 'createdAt',
        id: 'i.id',
      },
      query,
    );
    const items = page.items.map((item) =>
      item.isDraft ? { ...item, number: '', applicationTitle: '', organizationName: '', applicationId: '' } : item,
    );
    return { ...page, items };
  }

  private async columns(
    work: Work,
    input: BroadcastInput,
    permission: string,
  ): Promise<Chosen & Pick<Broadcast, 'fundId' | 'title' | 'body' | 'expectsAnswer'>> {
    const { roundId, states, district = null, search = null, title, body, expectsAnswer = false } = input;
    const { check = null, atLeast = null, atMost = null } = input;
    const round = await findRound(work, roundId);
    if (round === undefined || !work.policy.can(work.actor, permission, roundSubject(round))) {
      throw invalidField('roundId', 'field.not_found');
    }
    if (states.length === 0) throw invalidField('states', 'broadcast.no_states');
    // By searching among drafts one would learn whose they are.
    const isNarrowed = [district, search, check, atLeast, atMost].some((each) => each !== null);
    if (isNarrowed && states.includes('draft')) throw invalidField('states', 'broadcast.drafts_together');
    for (const [field, text] of Object.entries({ title, body })) {
      const problem = fieldProblem(text);
      if (problem !== undefined) throw invalidField(field, 'broadcast.field_unknown', problem.params);
    }
    const narrowing = { district, search, check, atLeast, atMost };
    return { roundId, fundId: round.fundId, states, ...narrowing, title, body, expectsAnswer };
  }

  private async recipients(from: Queryable, actor: Actor, chosen: Chosen): Promise<Sql> {
    const since = this.db.currentCalendar.addDays(this.db.today, -(await this.exclusions.days(from)));
    return recipientsWhere(actor, this.policy, chosen, since);
  }

  private readable(actor: Actor): Sql {
    const scopes = { fund: 'b.fund_id', round: 'b.round_id' };
    return conditionSql(this.policy.filter(actor, 'broadcast.read', { scopes }));
  }
}

/** What became of each is counted on its row, and what the reader has a conflict with is taken off. */
const tables = (actor: Actor): Sql => sql`
  broadcasts b join rounds r on r.id = b.round_id join persons p on p.id = b.written_by
  left join (
    select i.broadcast_id, count(*)::int as items, count(*) filter (where i.outcome = 'sent')::int as sent,
      count(*) filter (where i.outcome = 'skipped')::int as skipped
    from broadcast_items i where i.application_id in (${closedTo(actor)}) group by 1
  ) closed on closed.broadcast_id = b.id`;
