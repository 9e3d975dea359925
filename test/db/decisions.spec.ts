/** Decisions: no vote without a quorum, nobody votes on their own, and no motion awards a dollar that is not there. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import {
  AWARD_DRAFT,
  Meetings,
  motionById,
  MotionEffects,
  Motions,
  Votes,
} from '../../src/features/decisions/index.js';
import { MotionInput } from '../../src/features/decisions/decisions.input.js';
import { MeetingViews } from '../../src/features/decisions/meeting.view.js';
import { MotionViews } from '../../src/features/decisions/motion.view.js';
import { DecisionsTasks } from '../../src/features/decisions/decisions.tasks.js';
import { Slates } from '../../src/features/decisions/slate.view.js';
import { Documents } from '../../src/features/documents/index.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { readPool } from '../../src/features/funds/index.js';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  carriedAward,
  carry,
  markPresent,
  motionOf,
  type RoundForDecision,
  roundForDecision,
  type Session,
  sessionOn,
} from '../factories/decisions.js';
import { activeSource } from '../factories/funds.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let votes: Votes;
let motions: Motions;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  votes = world.get(Votes);
  motions = world.get(Motions);
});
afterAll(async () => world?.close());

const fieldCodes = (error: AppError): string[] => error.fields.map((each) => each.code);
const stateOf = async (id: string): Promise<string> =>
  (await world.db.find<{ state: string }>(sql`select state from applications where id = ${id}`))?.state ?? '';
const left = async (poolId: string): Promise<string> => (await readPool(world.db, poolId)).available.toDecimal();

async function prepared(
  asked: readonly string[],
  setAside = '1000',
  members = 3,
): Promise<{ round: RoundForDecision; session: Session }> {
  const options = { setAside: dollars(setAside), ceiling: dollars('500'), floor: dollars('10') };
  const round = await roundForDecision(world, asked.map(dollars), options);
  return { round, session: await sessionOn(world, round, { members }) };
}

const item = (round: RoundForDecision, index: number, amount?: string): { applicationId: string; amount?: Money } => ({
  applicationId: round.applicationIds[index] ?? '',
  ...(amount !== undefined && { amount: dollars(amount) }),
});

/** How the count of a motion ends. Told that the house is busy, the clerk tries again, as a person would. */
async function closed(session: Session, id: string): Promise<string | AppError> {
  for (;;) {
    const outcome = await votes.closeVote(session.clerk, id, {}).then(
      ({ state }) => state,
      (error: unknown) => error as AppError,
    );
    if (typeof outcome === 'string' || outcome.code !== 'service.busy') return outcome;
  }
}

describe('a motion to award', () => {
  it('that carries approves its applications and commits the money, in one work', async () => {
    const { round, session } = await prepared(['300', '200']);
    const heard: string[] = [];
    world.get(MotionEffects).register(async (_work, motion) => {
      heard.push(motion.id);
    });
    const id = await motionOf(world, session, { items: [item(round, 0, '300'), item(round, 1, '150')] });
    expect(await carry(world, session, id)).toBe('carried');
    expect(await stateOf(round.applicationIds[0] ?? '')).toBe('approved');
    expect(await stateOf(round.applicationIds[1] ?? '')).toBe('approved');
    expect(await left(round.poolId)).toBe('550.00');
    expect(heard).toContain(id);
    const motion = await motionById(world.db, id);
    expect(motion).toMatchObject({ state: 'carried', kind: 'award', roundId: round.roundId });
    expect(motion?.items.map((each) => each.amount?.toDecimal()).sort()).toEqual(['150.00', '300.00']);
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  it('is refused over the ceiling, under the floor and over what is left', async () => {
    const { round, session } = await prepared(['500', '500', '400'], '839');
    const over = await refusal(motionOf(world, session, { items: [item(round, 0, '500.01')] }));
    expect(fieldCodes(over)).toEqual(['motion.over_ceiling']);
    const under = await refusal(motionOf(world, session, { items: [item(round, 0, '9.99')] }));
    expect(fieldCodes(under)).toEqual(['motion.under_floor']);
    const all = [item(round, 0, '400'), item(round, 1, '400'), item(round, 2, '250')];
    const short = await refusal(motionOf(world, session, { items: all }));
    expect([short.kind, short.code]).toEqual(['conflict', 'motion.does_not_fit']);
    expect(String(short.params['left'])).toBe('$39');
    expect(String(short.params['short'])).toBe('$211');
    expect(short.params['rank']).toBe(3);
  });

  it('names only open applications of its own round, each once', async () => {
    const { round, session } = await prepared(['100']);
    const { round: other } = await prepared(['100']);
    const foreign = await refusal(motionOf(world, session, { items: [item(other, 0, '100')] }));
    expect(fieldCodes(foreign)).toEqual(['motion.not_of_round']);
    const twice = await refusal(motionOf(world, session, { items: [item(round, 0, '50'), item(round, 0, '50')] }));
    expect(fieldCodes(twice)).toEqual(['motion.application_twice']);
    const none = await refusal(motionOf(world, session, { items: [] }));
    expect(fieldCodes(none)).toEqual(['motion.needs_applications']);
    await carry(world, session, await motionOf(world, session, { items: [item(round, 0, '100')] }));
    const again = await refusal(motionOf(world, session, { items: [item(round, 0, '100')] }));
    expect(fieldCodes(again)).toEqual(['motion.not_open']);
  });

  it('that ties with another for the last money is refused when it is counted, and nothing is changed', async () => {
    const { round, session } = await prepared(['500', '500'], '600');
    const first = await motionOf(world, session, { items: [item(round, 0, '500')] });
    const second = await motionOf(world, session, { items: [item(round, 1, '500')] });
    await carry(world, session, first);
    const error = await refusal(carry(world, session, second));
    expect(error.code).toBe('motion.does_not_fit');
    expect((await motions.get(system, second)).state).toBe('moved');
    expect(await stateOf(round.applicationIds[1] ?? '')).toBe('eligible');
    expect(await left(round.poolId)).toBe('100.00');
    // Table it, raise the set-aside, take it up: the votes stand.
    await motions.table(session.clerk, second, { note: 'Waits for a raise' });
    const raise = { kind: 'raise_set_aside' as const, items: [], amount: dollars('400') };
    const sourceId = await activeSource(world, dollars('400'));
    await carry(world, session, await motionOf(world, session, { ...raise, sourceId }));
    expect(await left(round.poolId)).toBe('500.00');
    await motions.takeUp(session.clerk, second, {});
    expect((await votes.closeVote(session.clerk, second, {})).state).toBe('carried');
    expect(await left(round.poolId)).toBe('0.00');
  });

  it('of 64 that are closed at once leaves exactly those that fit', async () => {
    const round = await roundForDecision(
      world,
      Array.from({ length: 64 }, () => dollars('30')),
      { setAside: dollars('1000'), ceiling: dollars('30') },
    );
    const session = await sessionOn(world, round);
    const ids: string[] = [];
    for (const applicationId of round.applicationIds) {
      const id = await motionOf(world, session, { items: [{ applicationId, amount: dollars('30') }] });
      ids.push(id);
    }
    for (const member of session.members) {
      await Promise.all(ids.map((id) => votes.vote(member, id, { choice: 'aye' })));
    }
    const outcomes = await Promise.all(ids.map((id) => closed(session, id)));
    const carried = outcomes.filter((outcome) => outcome === 'carried');
    expect(carried.length).toBe(33);
    const refused = outcomes.filter((outcome): outcome is AppError => outcome instanceof AppError);
    expect(new Set(refused.map((error) => error.code))).toEqual(new Set(['motion.does_not_fit']));
    expect(await left(round.poolId)).toBe('10.00');
    expect(await verifyLedger(world.db)).toEqual([]);
  }, 120_000);
});

describe('a motion to raise, decline or put on the waiting list', () => {
  it('is carried out under its own number', async () => {
    const { round, session } = await prepared(['100', '100', '100']);
    const kind = (name: 'decline' | 'waitlist', index: number): Promise<string> =>
      motionOf(world, session, { kind: name, items: [item(round, index)] });
    await carry(world, session, await kind('decline', 0));
    await carry(world, session, await kind('waitlist', 1));
    expect(await stateOf(round.applicationIds[0] ?? '')).toBe('declined');
    expect(await stateOf(round.applicationIds[1] ?? '')).toBe('waitlisted');
    const sourceId = await activeSource(world, dollars('50'));
    const raise = { kind: 'raise_set_aside' as const, sourceId };
    const tooMuch = await motionOf(world, session, { ...raise, amount: dollars('50.01') });
    expect((await refusal(carry(world, session, tooMuch))).kind).toBe('conflict');
    const id = await motionOf(world, session, { ...raise, amount: dollars('50') });
    await carry(world, session, id);
    expect(await left(round.poolId)).toBe('1050.00');
    const allotment = await world.db.find<{ authority: string }>(
      sql`select authority from allotments where motion_id = ${id}`,
    );
    const { number } = await motions.get(system, id);
    expect(allotment?.authority).toBe(`Motion ${number}`);
  });

  it('takes no more from a source than it has, from however many rounds it is raised at once', async () => {
    const sourceId = await activeSource(world, dollars('100'));
    const moved = await Promise.all(
      [await prepared(['100']), await prepared(['100'])].map(async ({ session }) => {
        const raise = { kind: 'raise_set_aside' as const, items: [], sourceId, amount: dollars('30') };
        const ids: string[] = [];
        for (let count = 0; count < 4; count += 1) ids.push(await motionOf(world, session, raise));
        for (const id of ids) for (const each of session.members) await votes.vote(each, id, { choice: 'aye' });
        return ids.map((id) => ({ session, id }));
      }),
    );
    const outcomes = await Promise.all(moved.flat().map(({ session, id }) => closed(session, id)));
    expect(outcomes.filter((outcome) => outcome === 'carried')).toHaveLength(3);
    const refused = outcomes.filter((outcome): outcome is AppError => outcome instanceof AppError);
    expect(refused.map((error) => error.code)).toEqual(Array.from({ length: 5 }, () => 'allotment.more_than_left'));
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  it('fails with as many nays as ayes, and then nothing happens', async () => {
    const { round, session } = await prepared(['100']);
    const id = await motionOf(world, session, { kind: 'decline', items: [item(round, 0)] });
    const choices = ['aye', 'nay', 'abstain'] as const;
    for (const [index, choice] of choices.entries()) {
      await votes.vote(session.members[index] as PersonActor, id, { choice });
    }
    expect((await votes.closeVote(session.clerk, id, {})).state).toBe('failed');
    expect(await stateOf(round.applicationIds[0] ?? '')).toBe('eligible');
    expect(await motions.get(system, id)).toMatchObject({ ayes: 1, nays: 1, abstained: 1, quorumNeeded: 2 });
  });
});

describe('the ranking', () => {
  it('is departed from only with a reason', async () => {
    const { round, session } = await prepared(['100', '100']);
    const reviewer = await world.actor('reviewer');
    await score(round, round.applicationIds[1] ?? '', reviewer);
    const error = await refusal(motionOf(world, session, { items: [item(round, 0, '100')] }));
    expect(fieldCodes(error)).toEqual(['motion.departs_from_ranking']);
    const factor = 'Kent has no award yet.';
    const id = await motionOf(world, session, { items: [item(round, 0, '100')], factor });
    expect((await motions.get(system, id)).factor).toBe(factor);
    await motionOf(world, session, { items: [item(round, 1, '100')] });
  });
});

/** A submitted review written to the tables: the panel's own steps are tested with reviews. */
async function score(round: RoundForDecision, applicationId: string, reviewer: PersonActor): Promise<void> {
  const criteria = await world.db.query<{ id: string }>(
    sql`select id from rubric_criteria where round_id = ${round.roundId}`,
  );
  await world.db.work(system, async (work) => {
    const id = newId();
    await work.query(sql`
      insert into reviews (id, version, created_at, state, application_id, round_id, fund_id, reviewer_id)
      values (${id}, 1, ${work.now}, 'in_progress', ${applicationId}, ${round.roundId}, ${round.fundId},
              ${reviewer.personId})`);
    for (const criterion of criteria) {
      await work.query(sql`
        insert into review_scores (id, version, created_at, review_id, criterion_id, score, reason)
        values (${newId()}, 1, ${work.now}, ${id}, ${criterion.id}, 4, 'Clear need')`);
    }
    await work.query(sql`update reviews set state = 'submitted' where id = ${id}`);
    return null;
  });
}

describe('the roll call', () => {
  it('takes one vote of each member, by themself or by the clerk', async () => {
    const { round, session } = await prepared(['100']);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const [first, second, third] = session.members as [PersonActor, PersonActor, PersonActor];
    await votes.vote(first, id, { choice: 'nay' });
    expect((await refusal(votes.vote(first, id, { choice: 'aye' }))).code).toBe('motion.voted_already');
    await votes.recordVote(session.clerk, id, { personId: second.personId, choice: 'aye' });
    const twice = votes.recordVote(session.clerk, id, { personId: first.personId, choice: 'aye' });
    expect((await refusal(twice)).code).toBe('motion.voted_already');
    const early = await refusal(votes.closeVote(session.clerk, id, {}));
    expect([early.code, early.blockers[0]?.code]).toEqual(['action.blocked', 'motion.waits_for_votes']);
    const both = await Promise.allSettled([
      votes.vote(third, id, { choice: 'aye' }),
      votes.recordVote(session.clerk, id, { personId: third.personId, choice: 'nay' }),
    ]);
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(
      world.db.work(system, (work) => work.query(sql`update votes set choice = 'aye' where motion_id = ${id}`)),
    ).rejects.toThrow(/permission denied/);
  });

  it('is for members of this committee who are there, and for nobody else', async () => {
    const { round, session } = await prepared(['100']);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const stranger = await world.actor('committee_member', { scopeKind: 'fund', scopeId: round.fundId });
    expect((await refusal(votes.vote(stranger, id, { choice: 'aye' }))).code).toBe('motion.not_a_member');
    const elsewhere = await world.actor('committee_member', { scopeKind: 'fund', scopeId: newId() });
    expect((await refusal(votes.vote(elsewhere, id, { choice: 'aye' }))).kind).toBe('not_found');
    const officer = await world.actor('program_officer');
    expect((await refusal(votes.vote(officer, id, { choice: 'aye' }))).kind).toBe('forbidden');
    const auditor = await world.actor('auditor');
    expect((await refusal(votes.closeVote(auditor, id, {}))).kind).toBe('forbidden');
    const gone = session.members[2] as PersonActor;
    await markPresent(world, session.meetingId, [gone], false);
    expect((await refusal(votes.vote(gone, id, { choice: 'aye' }))).code).toBe('motion.member_absent');
  });

  it('freezes the motion from the first vote', async () => {
    const { round, session } = await prepared(['100']);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const [mover, seconder] = session.members as [PersonActor, PersonActor];
    const change = (amount: string): MotionInput =>
      Object.assign(new MotionInput(), {
        ...{ kind: 'award', docketItemId: session.docketItemId, text: 'Award less.', items: [item(round, 0, amount)] },
        ...{ moverId: mover.personId, seconderId: seconder.personId },
      });
    await motions.update(session.clerk, id, change('90'));
    expect((await motionById(world.db, id))?.items[0]?.amount?.toDecimal()).toBe('90.00');
    await votes.vote(mover, id, { choice: 'aye' });
    expect((await refusal(motions.update(session.clerk, id, change('80')))).code).toBe('motion.vote_begun');
  });

  it('does not begin without a quorum, and says who is there', async () => {
    const { round, session } = await prepared(['100'], '1000', 5);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    await markPresent(world, session.meetingId, session.members.slice(2), false);
    const error = await refusal(votes.vote(session.members[0] as PersonActor, id, { choice: 'aye' }));
    expect([error.kind, error.code]).toEqual(['conflict', 'motion.no_quorum']);
    expect(error.params).toMatchObject({ needed: 3, members: 5 });
    expect(String(error.params['present'])).toContain(session.members[0]?.name);
    expect((await refusal(votes.closeVote(session.clerk, id, {}))).blockers[0]?.code).toBe('motion.no_quorum');
  });
});

describe('movers', () => {
  it('are two present members, neither recused', async () => {
    const { round, session } = await prepared(['100']);
    const [one, two, three] = session.members as [PersonActor, PersonActor, PersonActor];
    const items = [item(round, 0, '100')];
    const by = (moverId: string, seconderId: string): Promise<AppError> =>
      refusal(motionOf(world, session, { items, moverId, seconderId }));
    expect(fieldCodes(await by(one.personId, one.personId))).toEqual(['motion.seconder_is_mover']);
    expect(fieldCodes(await by(one.personId, newId()))).toEqual(['attendance.no_member']);
    await declare(three, round.applicationIds[0] ?? '', 'direct');
    expect(fieldCodes(await by(one.personId, three.personId))).toEqual(['motion.mover_recused']);
    await markPresent(world, session.meetingId, [two], false);
    expect(fieldCodes(await by(two.personId, one.personId))).toEqual(['motion.mover_absent']);
  });
});

async function declare(person: PersonActor, applicationId: string, level: 'direct' | 'remote'): Promise<void> {
  await world.db.work(system, async (work) => {
    const { personId } = person;
    await world.get(Conflicts).declare(work, { personId, applicationId, type: 'board', level });
    return null;
  });
}

describe('a member with a conflict of interest', () => {
  it('is recused at the moment of voting, and the recusal is minuted although the vote is refused', async () => {
    const { round, session } = await prepared(['100', '100'], '1000', 4);
    const id = await motionOf(world, session, { items: [item(round, 0, '100'), item(round, 1, '100')] });
    const member = session.members[3] as PersonActor;
    await declare(member, round.applicationIds[1] ?? '', 'direct');
    const error = await refusal(votes.vote(member, id, { choice: 'aye' }));
    expect([error.kind, error.code]).toEqual(['forbidden', 'motion.member_recused']);
    const byClerk = await refusal(votes.recordVote(session.clerk, id, { personId: member.personId, choice: 'aye' }));
    expect(byClerk.kind).toBe('forbidden');
    const recusals = await world.db.query(sql`select interest from recusals where motion_id = ${id}`);
    expect(recusals).toEqual([{ interest: 'board' }]);
    for (const each of session.members.slice(0, 3)) await votes.vote(each, id, { choice: 'aye' });
    expect((await votes.closeVote(session.clerk, id, {})).state).toBe('carried');
    expect(await motions.get(system, id)).toMatchObject({ ayes: 3, quorumPresent: 3, quorumNeeded: 3 });
  });

  it('that the house finds by a membership is recused too, and their earlier vote is not counted', async () => {
    const { round, session } = await prepared(['100'], '1000', 4);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const [, , , last] = session.members as [PersonActor, PersonActor, PersonActor, PersonActor];
    await votes.vote(last, id, { choice: 'nay' });
    const organizationId = round.organizationIds[0] ?? '';
    const membership = { personId: last.personId, role: 'editor' as const };
    await world.get(OrganizationMembers).add(system, organizationId, membership);
    for (const each of session.members.slice(0, 3)) await votes.vote(each, id, { choice: 'aye' });
    await votes.closeVote(session.clerk, id, {});
    expect(await motions.get(system, id)).toMatchObject({ state: 'carried', ayes: 3, nays: 0 });
    expect(await world.db.query(sql`select interest from recusals where motion_id = ${id}`)).toEqual([
      { interest: 'found' },
    ]);
  });

  it('can cost the quorum, unless the by-laws count the recused', async () => {
    const { round, session } = await prepared(['100'], '1000', 3);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    for (const member of session.members.slice(1)) await declare(member, round.applicationIds[0] ?? '', 'direct');
    const error = await refusal(votes.vote(session.members[0] as PersonActor, id, { choice: 'aye' }));
    expect(error.code).toBe('motion.no_quorum_after_recusals');
    expect(error.params).toMatchObject({ counted: 1, needed: 2, members: 3 });
    const lenient = await sessionOn(world, round, { members: 3, recusedCount: true, seats: session.members });
    const items = [item(round, 0, '100')];
    const movers = { moverId: session.members[0]?.personId, seconderId: session.members[1]?.personId };
    expect(fieldCodes(await refusal(motionOf(world, lenient, { items, ...movers })))).toEqual(['motion.mover_recused']);
  });

  it('with a remote interest discloses it, and the vote is minuted and not counted', async () => {
    const { round, session } = await prepared(['100'], '1000', 3);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const [one, two, three] = session.members as [PersonActor, PersonActor, PersonActor];
    await declare(one, round.applicationIds[0] ?? '', 'remote');
    await votes.vote(one, id, { choice: 'aye' });
    await votes.vote(two, id, { choice: 'nay' });
    await votes.vote(three, id, { choice: 'abstain' });
    expect((await votes.closeVote(session.clerk, id, {})).state).toBe('failed');
    expect(await motions.get(system, id)).toMatchObject({ ayes: 0, nays: 1, abstained: 1 });
    const [vote] = await world.db.query(
      sql`select counted, interest from votes where motion_id = ${id} and person_id = ${one.personId}`,
    );
    expect(vote).toEqual({ counted: false, interest: 'board' });
  });

  it('sees that there is something, and nothing of it', async () => {
    const { round, session } = await prepared(['100', '90'], '1000', 3);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const member = session.members[2] as PersonActor;
    await declare(member, round.applicationIds[0] ?? '', 'direct');
    const motion = await world.get(MotionViews).one(member, id);
    expect(motion).toMatchObject({ isHidden: true, text: null });
    expect(motion.items[0]).toMatchObject({ title: null, organizationName: null, amount: null });
    const slate = await world.get(Slates).one(member, session.meetingId, round.roundId, undefined);
    const hidden = slate.rows.filter((row) => row.isHidden);
    expect(hidden).toHaveLength(1);
    expect(hidden[0]).toMatchObject({ title: '', name: '', districts: [], amount: null });
    const json = JSON.stringify(await world.get(MeetingViews).one(member, session.meetingId));
    expect(json).not.toContain('Award as recommended.');
  });
});

describe('a meeting', () => {
  it('needs a docket before notice, and closed motions before it adjourns', async () => {
    const { round, session } = await prepared(['100']);
    const meetings = world.get(Meetings);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const error = await refusal(meetings.take(session.clerk, session.meetingId, 'adjourn', {}));
    expect(error.blockers[0]?.code).toBe('meeting.motion_open');
    await carry(world, session, id);
    await meetings.take(session.clerk, session.meetingId, 'adjourn', {});
    const late = await refusal(motionOf(world, session, { kind: 'other', docketItemId: undefined, items: [] }));
    expect(late.code).toBe('motion.not_in_session');
    await meetings.take(session.clerk, session.meetingId, 'approve_minutes', {});
    expect((await meetings.get(system, session.meetingId)).state).toBe('minuted');
  });

  it('has its minutes as a document once they are approved, for all but those recused from something in it', async () => {
    const { round, session } = await prepared(['100', '90'], '1000', 4);
    const meetings = world.get(Meetings);
    const member = session.members[3] as PersonActor;
    await declare(member, round.applicationIds[1] ?? '', 'direct');
    await declare(session.members[2] as PersonActor, round.applicationIds[0] ?? '', 'remote');
    const items = [item(round, 0, '100'), item(round, 1, '90')];
    const id = await motionOf(world, session, { items });
    for (const each of session.members.slice(0, 3)) await votes.vote(each, id, { choice: 'aye' });
    await votes.closeVote(session.clerk, id, {});
    const { meetingId } = session;
    await meetings.take(session.clerk, meetingId, 'adjourn', {});
    const minutesFor = async (actor: PersonActor): Promise<readonly { kind: string; title: string; id: string }[]> =>
      (await world.get(MeetingViews).one(actor, meetingId)).documents;
    expect(await minutesFor(session.clerk)).toEqual([]);
    await meetings.take(session.clerk, meetingId, 'approve_minutes', {});
    await world.drain();
    const [minutes] = await minutesFor(session.clerk);
    expect(minutes).toMatchObject({ kind: 'minutes', title: expect.stringMatching(/^Minutes, Committee.* 201\d$/) });
    const documents = world.get(Documents);
    const { content } = await documents.open(session.clerk, minutes?.id ?? '');
    expect(content.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await minutesFor(member)).toEqual([]);
    expect((await refusal(documents.open(member, minutes?.id ?? ''))).kind).toBe('not_found');
    const elsewhere = await world.actor('clerk', { scopeKind: 'fund', scopeId: newId() });
    expect((await refusal(documents.open(elsewhere, minutes?.id ?? ''))).kind).toBe('not_found');
  });

  it('is planned, changed and run by a clerk where the role is held, and stale forms are refused', async () => {
    const { round, session } = await prepared(['100']);
    const meetings = world.get(Meetings);
    const input = { name: 'Special meeting', fundId: round.fundId, heldOn: '2016-02-01', heldTime: '09:30' };
    const member = session.members[0] as PersonActor;
    expect((await refusal(meetings.create(member, input))).kind).toBe('forbidden');
    const elsewhere = await world.actor('clerk', { scopeKind: 'fund', scopeId: newId() });
    expect((await refusal(meetings.get(elsewhere, session.meetingId))).kind).toBe('not_found');
    const { id } = await meetings.create(session.clerk, input);
    const { version } = await meetings.get(session.clerk, id);
    await meetings.update(session.clerk, id, { ...input, place: 'Room 4', version });
    expect((await refusal(meetings.update(session.clerk, id, { ...input, version }))).code).toBe(
      'thing.changed_meanwhile',
    );
    const empty = await refusal(meetings.take(session.clerk, id, 'give_notice', {}));
    expect(empty.blockers[0]?.code).toBe('meeting.needs_docket');
    await meetings.take(session.clerk, id, 'cancel', { note: 'No quorum expected' });
  });

  it('keeps an item on its docket once it was moved, and has each round once', async () => {
    const { round, session } = await prepared(['100']);
    const meetings = world.get(Meetings);
    const again = { roundId: round.roundId, selectionMethod: 'ranking_only' };
    expect(fieldCodes(await refusal(meetings.addItem(session.clerk, session.meetingId, again)))).toEqual([
      'docket.already_there',
    ]);
    const { round: other } = await prepared(['100']);
    const foreign = { roundId: other.roundId, selectionMethod: 'ranking_only' };
    expect(fieldCodes(await refusal(meetings.addItem(session.clerk, session.meetingId, foreign)))).toEqual([
      'docket.other_fund',
    ]);
    await motionOf(world, session, { items: [item(round, 0, '100')] });
    const remove = meetings.removeItem(session.clerk, session.meetingId, session.docketItemId);
    expect((await refusal(remove)).code).toBe('docket.already_moved');
  });

  it('tells its members and its clerk what waits for them', async () => {
    const { round, session } = await prepared(['100']);
    const tasks = world.get(DecisionsTasks);
    const id = await motionOf(world, session, { items: [item(round, 0, '100')] });
    const member = session.members[0] as PersonActor;
    expect((await tasks.tasks(member)).map((task) => task.href)).toEqual([`/motions/${id}`]);
    await votes.vote(member, id, { choice: 'aye' });
    expect(await tasks.tasks(member)).toEqual([]);
    expect((await tasks.tasks(session.clerk)).map((task) => task.href)).toEqual([`/meetings/${session.meetingId}`]);
  });
});

describe('for the features that follow', () => {
  it('there is a factory that carries an award', async () => {
    const round = await roundForDecision(world, [dollars('100')]);
    const { motionId } = await carriedAward(world, {
      applicationId: round.applicationIds[0] ?? '',
      amount: dollars('100'),
    });
    expect(await motionById(world.db, motionId)).toMatchObject({ state: 'carried' });
    expect(AWARD_DRAFT).toBe('award.draft');
  });
});
