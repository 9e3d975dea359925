/** LettersOfIntent: sending one, changing it until its day, taking it back, and telling the sender that it was read. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Mailer } from '../../platform/mail/mail.js';
import { applicantSide, notConflicted, staffSide } from '../conflicts/index.js';
import { contactOf } from '../identity/index.js';
import { leftOf, requireMemberRole } from '../organizations/index.js';
import { findRound } from '../rounds/index.js';
import { LetterOfIntent } from './letter-of-intent.entity.js';
import type { LetterOfIntentChange, LetterOfIntentInput, LetterOfIntentListQuery } from './letter-of-intent.input.js';
import { type LetterOfIntentFacts, letterOfIntentLifecycle } from './letter-of-intent.lifecycle.js';

export interface LetterRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly title: string;
  readonly summary: string;
  readonly partners: string | null;
  readonly expectedCents: string | null;
  readonly roundId: string;
  readonly roundName: string;
  readonly fundId: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly sentAt: Date;
  readonly sentByName: string | null;
  /** What the organization sent in to the same round, once it did. */
  readonly applicationId: string | null;
  readonly applicationNumber: string | null;
}

export type LetterStep = 'acknowledge' | 'withdraw';

const COLUMNS = sql`l.id, l.version, l.state, l.title, l.summary, l.partners, l.expected_cents::text as "expectedCents",
  l.round_id as "roundId", r.name as "roundName", l.fund_id as "fundId", l.organization_id as "organizationId",
  o.name as "organizationName", l.sent_at as "sentAt", p.name as "sentByName",
  sent.id as "applicationId", sent.number as "applicationNumber"`;

const TABLES = sql`letters_of_intent l join rounds r on r.id = l.round_id
  join organizations o on o.id = l.organization_id left join persons p on p.id = l.sent_by
  left join lateral (select a.id, a.number from applications a where a.round_id = l.round_id
    and a.organization_id = l.organization_id and a.submitted_at is not null and a.state not in ('withdrawn', 'expired')
    order by a.submitted_at limit 1) sent on true`;

@Injectable()
export class LettersOfIntent {
  readonly machine: Stateful<LetterOfIntent, LetterOfIntentFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly mailer: Mailer,
  ) {
    this.machine = new Stateful<LetterOfIntent, LetterOfIntentFacts>({
      entity: LetterOfIntent,
      lifecycle: letterOfIntentLifecycle as never,
      readPermission: 'letter_of_intent.read',
      subjectOf: ({ fundId, roundId, organizationId, state }) => ({
        scopes: { fund: fundId, round: roundId, organization: organizationId },
        state,
      }),
      facts: readFacts,
    });
  }

  async send(actor: Actor, input: LetterOfIntentInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const { roundId, organizationId, title, summary, partners = null, expected = null } = input;
        const scopes = { organization: organizationId };
        if (!work.policy.can(actor, 'letter_of_intent.send', { scopes })) {
          throw invalidField('organizationId', 'application.not_your_organization');
        }
        await requireMemberRole(work, actor, organizationId, ['owner', 'editor']);
        if ((await leftOf(work, organizationId)) !== organizationId)
          throw invalidField('organizationId', 'organization.merged');
        const round = await findRound(work, roundId);
        if (round === undefined || round.state !== 'published') throw invalidField('roundId', 'field.not_found');
        await this.requireOpen(work, roundId);
        const letter = await work.insertOne(LetterOfIntent, {
          ...{ state: 'sent', roundId, fundId: round.fundId, organizationId, title, summary, partners, expected },
          ...{ sentBy: actor.kind === 'person' ? actor.personId : null, sentAt: work.now },
        });
        await this.machine.begin(work, [letter], 'send');
        return { id: letter.id };
      }),
    );
  }

  /** Until its day; whoever read it before is asked to read it again. */
  async change(actor: Actor, id: string, input: LetterOfIntentChange): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const letter = await work.lockOne(LetterOfIntent, id);
      this.machine.require(work.policy, actor, 'letter_of_intent.update', letter);
      await requireMemberRole(work, actor, letter.organizationId, ['owner', 'editor']);
      await this.requireOpen(work, letter.roundId);
      const { title, summary, partners = null, expected = null, version } = input;
      await work.update(LetterOfIntent, letter, { title, summary, partners, expected }, version);
      work.audit({
        action: 'letter_of_intent.updated',
        subjectType: 'letter_of_intent',
        subjectId: id,
        after: { title },
      });
      return { id };
    });
  }

  async take(actor: Actor, id: string, action: LetterStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      if (!(await this.isSeen(work, actor, id))) throw notFound('thing.not_found');
      const [letter] = await this.machine.transition(work, { action, ids: [id], note, expectedVersion });
      if (action === 'acknowledge' && letter !== undefined) await this.tell(work, letter);
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<LetterRow> {
    const [row] = await this.db.query<LetterRow>(
      sql`select ${COLUMNS} from ${TABLES} where l.id = ${id} and ${this.seen(actor)}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  async list(actor: Actor, query: LetterOfIntentListQuery): Promise<ListPage<LetterRow>> {
    const where = [this.seen(actor)];
    if (query.state !== undefined) where.push(sql`l.state = ${query.state}`);
    if (query.round !== undefined) where.push(sql`l.round_id = ${query.round}`);
    if (query.q !== undefined) {
      const like = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(l.title ilike ${like}
        or l.organization_id = any(array(select id from organizations where name ilike ${like})))`);
    }
    return readList<LetterRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'l.id', defaultSort: '-sent' },
        sorts: {
          sent: { expression: 'l.sent_at', type: 'timestamptz' },
          title: { expression: 'lower(l.title)', type: 'text' },
          organization: { expression: 'lower(o.name)', type: 'text' },
        },
      },
      query,
    );
  }

  /** Rounds that take letters today, for a form. */
  async openRounds(from: Queryable): Promise<{ value: string; label: string }[]> {
    return from.query(sql`
      select r.id as value, r.name as label from rounds r
      where r.state = 'published' and r.takes_letters_of_intent and r.due_at >= ${this.db.now}
        and coalesce((${lastDay}), '9999-12-31') >= ${this.db.today} order by r.due_at, r.name limit 50`);
  }

  /** Whether this letter can be changed today. */
  async isOpen(from: Queryable, roundId: string): Promise<boolean> {
    return (await this.openRounds(from)).some(({ value }) => value === roundId);
  }

  private seen(actor: Actor): Sql {
    return lettersSeen(actor, this.policy);
  }

  private async isSeen(from: Queryable, actor: Actor, id: string): Promise<boolean> {
    const rows = await from.query(sql`select 1 from letters_of_intent l where l.id = ${id} and ${this.seen(actor)}`);
    return rows.length > 0;
  }

  private async requireOpen(work: Work, roundId: string): Promise<void> {
    const [round] = await work.query<{ takes: boolean; isDue: boolean; lastOn: string | null }>(sql`
      select r.takes_letters_of_intent as takes, r.due_at < ${work.now} as "isDue", (${lastDay}) as "lastOn"
      from rounds r where r.id = ${roundId}`);
    if (round === undefined || !round.takes) throw conflict('letter_of_intent.not_asked_for');
    if (round.isDue || (round.lastOn !== null && round.lastOn < work.today)) throw conflict('letter_of_intent.over');
  }

  private async tell(work: Work, letter: LetterOfIntent): Promise<void> {
    const contact = letter.sentBy === null ? undefined : await contactOf(work, letter.sentBy);
    if (contact === undefined) return;
    const round = await findRound(work, letter.roundId);
    await this.mailer.send(work, {
      to: contact.address,
      about: { type: 'letter_of_intent', id: letter.id },
      subjectKey: 'mail.letter_of_intent.subject',
      params: { round: round?.name ?? '' },
      template: 'mail/letter-of-intent',
      view: { name: contact.name, title: letter.title, round: round?.name ?? '', id: letter.id },
    });
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (violatedConstraint(error) === 'letters_of_intent_one_key') throw conflict('letter_of_intent.sent_already');
      throw error;
    }
  }
}

/**
 * Letters `l` that this actor sees: as a member of the sender its own; from the agency's side those of their roles, but none
 * of an organization they are of, nor of one in whose application to that round they have a direct conflict.
 */
export function lettersSeen(actor: Actor, policy: Policy): Sql {
  const scopes = { fund: 'l.fund_id', round: 'l.round_id', organization: 'l.organization_id' };
  const side = (of: Actor): Sql =>
    conditionSql(policy.filter(of, 'letter_of_intent.read', { scopes, state: 'l.state' }));
  if (actor.kind !== 'person') return side(actor);
  return sql`((${side(staffSide(actor))} and not ${closedTo(actor)}) or ${side(applicantSide(actor))})`;
}

/** Whether `letters_of_intent l` is of one's own organization, or of one whose application a conflict closes. */
function closedTo(actor: Actor): Sql {
  const personId = actor.kind === 'person' ? actor.personId : null;
  return sql`(exists (select from organization_members own where own.organization_id = l.organization_id
      and own.person_id = ${personId}::uuid and own.ended_at is null)
    or exists (select from applications theirs where theirs.round_id = l.round_id
      and theirs.organization_id = l.organization_id and not ${notConflicted(actor, rawSql('theirs.id'))}))`;
}

/** The same for the letter with this id, an SQL expression. */
export const closedLetter = (actor: Actor, id: Sql): Sql =>
  sql`exists (select from letters_of_intent l where l.id = ${id} and ${closedTo(actor)})`;

/** The last day of letters in the round `r`; nothing when no milestone names one. */
const lastDay = sql`select max(m.happens_on)::text from round_milestones m
  where m.round_id = r.id and m.kind = 'letter_of_intent'`;

async function readFacts(from: Queryable, rows: readonly LetterOfIntent[]): Promise<Map<string, LetterOfIntentFacts>> {
  const ids = rows.map(({ id }) => id);
  const facts = await from.query<LetterOfIntentFacts>(sql`
    select l.id, array(select m.person_id::text from organization_members m where m.organization_id = l.organization_id
      and m.ended_at is null and m.role in ('owner', 'editor')) as writers
    from letters_of_intent l where l.id = any(${ids}::uuid[])`);
  return new Map(facts.map((each) => [each.id, each]));
}
