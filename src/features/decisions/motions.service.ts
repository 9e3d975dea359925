/** Motions: recording one that was made and seconded, changing it before the vote, tabling it and taking it up again. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { motionStanding } from './committee.reads.js';
import type { MotionInput, TakeUpInput } from './decisions.input.js';
import { DocketItem, Meeting } from './meeting.entity.js';
import { checkMotion, checkMovers, type MotionDraft } from './motion.checks.js';
import { Motion, MotionItem } from './motion.entity.js';
import { type MotionFacts, motionLifecycle } from './motion.lifecycle.js';

/** Where a motion lies, for the policy: with its meeting. */
const motionSubject = (motion: { fundId: string | null; state?: string }): Subject => ({
  scopes: { fund: motion.fundId },
  state: motion.state,
});

@Injectable()
export class Motions {
  readonly machine: Stateful<Motion, MotionFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {
    this.machine = new Stateful<Motion, MotionFacts>({
      entity: Motion,
      lifecycle: motionLifecycle as never,
      readPermission: 'meeting.read',
      subjectOf: motionSubject,
      facts: motionFacts,
    });
  }

  async create(actor: Actor, meetingId: string, input: MotionInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const meeting = await work.lockOne(Meeting, meetingId);
      this.machine.require(work.policy, work.actor, 'motion.create', { ...meeting, state: 'moved' } as never);
      if (meeting.state !== 'in_session') throw conflict('motion.not_in_session');
      const { draft, docketItemId } = await this.draft(work, meetingId, input);
      const number = await work.nextNumber('motion', work.today.slice(0, 4));
      const { moverId, seconderId, text } = input;
      const motion = await work.insertOne(Motion, {
        ...(NO_RESULT as Motion),
        ...columnsOf(draft),
        meetingId,
        fundId: meeting.fundId,
        docketItemId,
        number,
        text,
        moverId,
        seconderId,
        state: 'moved',
      });
      await writeItems(work, motion.id, draft);
      await this.machine.begin(work, [motion]);
      return { id: motion.id };
    });
  }

  /** Changes the motion while nobody has voted; from the first vote on its text and amounts stay. */
  async update(actor: Actor, id: string, input: MotionInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const motion = await this.lock(work, id, 'motion.update');
      if (motion.state !== 'moved') throw conflict('motion.over');
      await requireNoVotes(work, id);
      if (input.kind !== motion.kind) throw invalidField('kind', 'motion.kind_stays');
      const { draft, docketItemId } = await this.draft(work, motion.meetingId, input);
      const { moverId, seconderId, text } = input;
      const before = { text: motion.text, moverId: motion.moverId, seconderId: motion.seconderId };
      const columns = { ...columnsOf(draft), docketItemId, text, moverId, seconderId };
      await work.update(Motion, motion, columns, input.version);
      await work.query(sql`delete from motion_items where motion_id = ${id}`);
      await writeItems(work, id, draft);
      const after = { text, moverId, seconderId, items: draft.items };
      work.audit({ action: 'motion.updated', subjectType: 'motion', subjectId: id, before, after });
      return { id };
    });
  }

  async table(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const motion = await this.lock(work, id, 'motion.table');
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action: 'table', ids: [motion.id], note, expectedVersion });
      return { id };
    });
  }

  /** Brings a tabled motion before a meeting in session; one on which votes were cast only before its own. */
  async takeUp(actor: Actor, id: string, input: TakeUpInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const motion = await findMotion(work, id);
      const meetingId = input.meetingId ?? motion.meetingId;
      const meeting = await work.lockOne(Meeting, meetingId);
      await this.lock(work, id, 'motion.take_up');
      if (meeting.fundId !== motion.fundId) throw invalidField('meetingId', 'motion.other_committee');
      if (meeting.state !== 'in_session') throw conflict('motion.not_in_session');
      const isMoved = meetingId !== motion.meetingId;
      if (isMoved) await requireNoVotes(work, id);
      const docketItemId = isMoved ? await docketItemIn(work, meetingId, motion) : motion.docketItemId;
      await this.machine.transition(work, {
        action: 'take_up',
        ids: [id],
        note: input.note,
        expectedVersion: input.version,
        changes: { meetingId, docketItemId },
      });
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<Motion> {
    const [motion] = await readMotions(this.db, { id });
    const canRead = motion !== undefined && this.policy.can(actor, 'meeting.read', motionSubject(motion));
    if (!canRead) throw notFound('thing.not_found');
    return motion;
  }

  /** The meeting for share, so that it is not adjourned meanwhile, then the motion for update. */
  async lock(work: Work, id: string, permission: string): Promise<Motion> {
    const { meetingId } = await findMotion(work, id);
    await work.query(sql`select 1 from meetings where id = ${meetingId} for share`);
    const motion = await work.lockOne(Motion, id);
    this.machine.require(work.policy, work.actor, permission, motion);
    return motion;
  }

  private async draft(
    work: Work,
    meetingId: string,
    input: MotionInput,
  ): Promise<{ draft: MotionDraft; docketItemId: string | null }> {
    const item = await docketItem(work, meetingId, input.docketItemId);
    const isAward = input.kind === 'award';
    const isRaise = input.kind === 'raise_set_aside';
    const named = (input.items ?? []).filter((each) => (isAward ? each.amount !== undefined : each.include !== false));
    const draft: MotionDraft = {
      kind: input.kind,
      roundId: item?.roundId ?? null,
      selectionMethod: item?.selectionMethod ?? null,
      items: isRaise || input.kind === 'other' ? [] : named.map(itemOf(isAward)),
      factor: input.factor ?? null,
      sourceId: isRaise ? (input.sourceId ?? null) : null,
      amount: isRaise ? (input.amount ?? null) : null,
    };
    requireOnce(draft);
    const only = item?.applicationId ?? undefined;
    if (only !== undefined && draft.items.some((each) => each.applicationId !== only)) {
      throw invalidField('items', 'motion.other_application');
    }
    const applicationIds = draft.items.map((each) => each.applicationId);
    if (only !== undefined) applicationIds.push(only);
    await checkMovers(work, meetingId, input, applicationIds);
    await checkMotion(work, draft);
    return { draft, docketItemId: item?.id ?? null };
  }
}

const NO_RESULT: Partial<Motion> = {
  ayes: null,
  nays: null,
  abstained: null,
  quorumPresent: null,
  quorumNeeded: null,
  closedAt: null,
};

const itemOf =
  (isAward: boolean) =>
  ({ applicationId, amount }: { applicationId: string; amount?: Money }): MotionDraft['items'][number] => ({
    applicationId,
    amount: isAward ? (amount ?? null) : null,
  });

function columnsOf(draft: MotionDraft): Pick<Motion, 'kind' | 'roundId' | 'factor' | 'sourceId' | 'amount'> {
  const { kind, roundId, factor, sourceId, amount } = draft;
  return { kind, roundId, factor, sourceId, amount };
}

function requireOnce(draft: MotionDraft): void {
  const seen = new Set<string>();
  for (const { applicationId } of draft.items) {
    if (seen.has(applicationId)) throw invalidField('items', 'motion.application_twice');
    seen.add(applicationId);
  }
}

async function writeItems(work: Work, motionId: string, draft: MotionDraft): Promise<void> {
  await work.insert(
    MotionItem,
    draft.items.map(({ applicationId, amount }) => ({ motionId, applicationId, amount })),
  );
}

async function requireNoVotes(work: Work, id: string): Promise<void> {
  const votes = await work.query(sql`select 1 from votes where motion_id = ${id} limit 1`);
  if (votes.length > 0) throw conflict('motion.vote_begun');
}

interface ItemRow {
  readonly id: string;
  readonly roundId: string;
  readonly applicationId: string | null;
  readonly selectionMethod: string;
}

async function docketItem(work: Work, meetingId: string, id: string | undefined): Promise<ItemRow | undefined> {
  if (id === undefined) return undefined;
  const [item] = await work.query<ItemRow>(sql`
    select d.id, coalesce(d.round_id, a.round_id) as "roundId", d.application_id as "applicationId",
           d.selection_method as "selectionMethod"
    from docket_items d left join applications a on a.id = d.application_id
    where d.id = ${id} and d.meeting_id = ${meetingId}`);
  if (item === undefined) throw invalidField('docketItemId', 'field.not_found');
  return item;
}

/** The same subject on the docket of another meeting; put at its end when it is not there. */
async function docketItemIn(work: Work, meetingId: string, motion: Motion): Promise<string | null> {
  if (motion.docketItemId === null) return null;
  const [there] = await work.query<{ id: string }>(sql`
    select other.id from docket_items d join docket_items other on other.meeting_id = ${meetingId}
      and (other.round_id = d.round_id or other.application_id = d.application_id)
    where d.id = ${motion.docketItemId}`);
  if (there !== undefined) return there.id;
  const [item] = await work.query<Omit<DocketItem, 'id'> & { next: number }>(sql`
    select round_id as "roundId", application_id as "applicationId", recommendation,
           selection_method as "selectionMethod",
           (select coalesce(max(position), 0) + 1 from docket_items where meeting_id = ${meetingId}) as next
    from docket_items where id = ${motion.docketItemId}`);
  if (item === undefined) throw notFound('thing.not_found');
  const { roundId, applicationId, recommendation, selectionMethod, next: position } = item;
  const columns = { meetingId, position, roundId, applicationId, recommendation, selectionMethod };
  return (await work.insertOne(DocketItem, columns)).id;
}

async function findMotion(from: Queryable, id: string): Promise<Motion> {
  const [motion] = await readMotions(from, { id });
  if (motion === undefined) throw notFound('thing.not_found');
  return motion;
}

/** Motions as rows: one, or those of a meeting in the order they were made. */
export async function readMotions(
  from: Queryable,
  of: { readonly id: string } | { readonly meetingId: string },
): Promise<Motion[]> {
  const where = 'id' in of ? sql`id = ${of.id}` : sql`meeting_id = ${of.meetingId}`;
  const rows = await from.query<Motion & { cents: string | null }>(sql`
    select id, version, created_at as "createdAt", state, meeting_id as "meetingId", fund_id as "fundId",
           docket_item_id as "docketItemId", round_id as "roundId", number, kind, text, amount_cents::text as cents,
           source_id as "sourceId", mover_id as "moverId", seconder_id as "seconderId", factor, ayes, nays, abstained,
           quorum_present as "quorumPresent", quorum_needed as "quorumNeeded", closed_at as "closedAt"
    from motions where ${where} order by number`);
  return rows.map(({ cents, ...row }) => ({ ...row, amount: cents === null ? null : Money.ofCents(cents) }));
}

async function motionFacts(from: Queryable, rows: readonly Motion[]): Promise<Map<string, MotionFacts>> {
  const facts = new Map<string, MotionFacts>();
  for (const row of rows) {
    const { meetingState, quorum, members } = await motionStanding(from, row);
    const waiting = members.filter((each) => each.present && each.recusal === undefined && each.vote === undefined);
    facts.set(row.id, {
      id: row.id,
      meetingState,
      quorum,
      waitingFor: waiting.map((each) => each.name),
    });
  }
  return facts;
}
