/** Screening: what the house finds beside what people judge, many at once, letters of intent, and help to applicants. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Answers, Applications, canReadApplication } from '../../src/features/applications/index.js';
import { Conflicts, directConflict } from '../../src/features/conflicts/index.js';
import { ListExports } from '../../src/features/documents/index.js';
import { LettersOfIntent, Screening, ScreeningRuns, TechnicalAssistances } from '../../src/features/screening/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { askedForHelp, lookedUp } from '../factories/screening.js';
import { openWorld, type World } from '../support/world.js';

const SYSTEM = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let screening: Screening;
let runs: ScreeningRuns;
let help: TechnicalAssistances;
let round: MadeRound;

beforeAll(async () => {
  world = await openWorld();
  screening = world.get(Screening);
  runs = world.get(ScreeningRuns);
  help = world.get(TechnicalAssistances);
  round = await publishedRound(world, { floor: dollars('1000') });
});

afterAll(async () => {
  await world?.close();
});

const officerOf = (fundId: string): Promise<PersonActor> =>
  world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });

const sent = (given: Partial<Parameters<typeof submittedApplication>[1]> = {}): Promise<MadeApplication> =>
  submittedApplication(world, { roundId: round.roundId, requested: dollars('20000'), ...given });

const foundOf = async (actor: PersonActor, id: string): Promise<Record<string, string>> =>
  Object.fromEntries((await screening.get(actor, id)).checks.map(({ key, found }) => [key, found]));

describe('the checks', () => {
  it('find nothing against an application that is whole and looked up', async () => {
    const officer = await officerOf(round.fundId);
    const { applicationId, organizationId } = await sent();
    expect(await foundOf(officer, applicationId)).toEqual({
      ...{ eligibility: 'pass', completeness: 'pass', exclusion: 'look', amount: 'pass', duplicates: 'pass' },
    });
    await lookedUp(world, organizationId);
    expect((await screening.get(officer, applicationId)).checks.every(({ isFine }) => isFine)).toBe(true);
  });

  it('find a second application of the same organization, and the same title of another', async () => {
    const officer = await officerOf(round.fundId);
    const first = await sent({ title: 'Reading together' });
    const second = await sent({ organizationId: first.organizationId });
    const third = await sent({ title: ' reading TOGETHER ' });
    const { checks } = await screening.get(officer, first.applicationId);
    const params = checks.find(({ key }) => key === 'duplicates')?.params as { count: number; applications: string };
    expect(params.count).toBe(2);
    await world.get(Applications).take(second.owner, second.applicationId, 'withdraw', { note: 'One is enough.' });
    await world.get(Applications).take(third.owner, third.applicationId, 'withdraw', { note: 'Not now.' });
    expect((await foundOf(officer, first.applicationId))['duplicates']).toBe('pass');
  });

  it('never tell of a duplicate in which the officer has a conflict of interest', async () => {
    const officer = await officerOf(round.fundId);
    const first = await sent({ title: 'The same words' });
    const second = await sent({ title: 'The same words' });
    expect((await foundOf(officer, first.applicationId))['duplicates']).toBe('look');
    await world.get(Conflicts).declareOwn(officer, {
      ...{ applicationId: second.applicationId, type: 'family', level: 'direct' },
    });
    expect((await foundOf(officer, first.applicationId))['duplicates']).toBe('pass');
    await expect(screening.get(officer, second.applicationId)).rejects.toMatchObject({ code: 'thing.not_found' });
  });

  it('say the same in words as the filter of the list does in SQL', async () => {
    const officer = await officerOf(round.fundId);
    const all = await screening.list(officer, { state: 'all', limit: 200 });
    for (const check of ['eligibility', 'exclusion', 'amount', 'duplicates'] as const) {
      const open = await screening.list(officer, { state: 'all', limit: 200, check });
      const expected = all.items.filter(({ checks }) => checks.some(({ key, isFine }) => key === check && !isFine));
      expect(open.items.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
    expect(all.items.length).toBeGreaterThan(3);
  });
});

describe('what may be twice', () => {
  const twice = async (officer: PersonActor): Promise<string[]> =>
    (await screening.list(officer, { check: 'duplicates', limit: 200 })).items.map(({ id }) => id).sort();
  const fresh = async (): Promise<{ roundId: string; officer: PersonActor }> => {
    const { roundId, fundId } = await publishedRound(world, { floor: dollars('1000') });
    return { roundId, officer: await officerOf(fundId) };
  };

  it('is found also when both are sent at the same moment', async () => {
    const { roundId, officer } = await fresh();
    const drafts: MadeApplication[] = [];
    for (let each = 0; each < 4; each += 1) {
      drafts.push(await draftApplication(world, { roundId, requested: dollars('20000'), title: 'Sent at once' }));
    }
    await sent({ roundId, title: 'Another one' });
    expect(await twice(officer)).toEqual([]);
    await Promise.all(
      drafts.map(({ applicationId, owner }) => world.get(Applications).submit(owner, applicationId, {})),
    );
    expect(await twice(officer)).toEqual(drafts.map(({ applicationId }) => applicationId).sort());
  });

  it('is found once two organizations become one, and once one is sent again under the title of another', async () => {
    const { roundId, officer } = await fresh();
    const [first, second, third] = [
      await sent({ roundId, title: 'The first' }),
      await sent({ roundId, title: 'The second' }),
      await sent({ roundId, title: 'The third' }),
    ];
    expect(await twice(officer)).toEqual([]);
    await world.db.work(officer, async (work) => {
      await work.query(sql`update organizations set merged_into_id = ${first.organizationId}, merged_at = now()
        where id = ${second.organizationId}`);
      return null;
    });
    const merged = [first, second].map(({ applicationId }) => applicationId).sort();
    expect(await twice(officer)).toEqual(merged);
    const { applicationId: id, owner } = third;
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await world.get(Applications).return(officer, id, { note: 'Say more.', fixBy } as never);
    await world.get(Answers).save(owner, id, [{ key: 'title', value: 'THE FIRST ' }]);
    expect(await twice(officer)).toEqual(merged);
    await world.get(Applications).submit(owner, id, {});
    expect(await twice(officer)).toEqual([...merged, id].sort());
  });
});

describe('a judgement', () => {
  it('stands beside what was found, keeps its history, and is asked for again when that changes', async () => {
    const officer = await officerOf(round.fundId);
    const { applicationId, organizationId } = await sent();
    const judge = (judgement: 'fine' | 'open', reason?: string): Promise<{ judged: number }> =>
      screening.judge(officer, applicationId, { judgements: [{ check: 'exclusion', judgement, reason }] });
    await expect(judge('fine')).rejects.toMatchObject({ fields: [{ field: 'judgements[0].reason' }] });
    expect(await judge('open', 'Asked finance to look.')).toMatchObject({ judged: 1 });
    expect(await judge('open', 'Asked finance to look.')).toMatchObject({ judged: 0 });
    expect(await judge('fine', 'A public body.')).toMatchObject({ judged: 1 });
    const open = await screening.list(officer, { check: 'exclusion', limit: 200 });
    expect(open.items.map(({ id }) => id)).not.toContain(applicationId);
    expect((await screening.history(applicationId)).map(({ judgement }) => judgement)).toEqual(['fine', 'open']);
    await lookedUp(world, organizationId);
    const { checks } = await screening.get(officer, applicationId);
    expect(checks.find(({ key }) => key === 'exclusion')).toMatchObject({ found: 'pass', isStale: true, isFine: true });
  });

  it('is made by nobody without the role, in conflict, or of the applicant; and is never changed', async () => {
    const { applicationId, owner } = await sent();
    const input = { judgements: [{ check: 'amount' as const, judgement: 'fine' as const, reason: 'Ok.' }] };
    const elsewhere = await officerOf(crypto.randomUUID());
    const auditor = await world.actor('auditor');
    await expect(screening.judge(elsewhere, applicationId, input)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(screening.judge(owner, applicationId, input)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(screening.judge(auditor, applicationId, input)).rejects.toMatchObject({ code: 'permission.missing' });
    expect((await screening.get(auditor, applicationId)).id).toBe(applicationId);
    const change = world.db.work(SYSTEM, (work) => work.query(sql`update screening_judgements set reason = 'x'`));
    await expect(change).rejects.toThrow(/permission denied/);
  });
});

describe('one step for many', () => {
  const items = async (
    officer: PersonActor,
    made: readonly MadeApplication[],
  ): Promise<{ id: string; version: number }[]> =>
    (
      await screening.find(
        world.db,
        officer,
        made.map(({ applicationId }) => applicationId),
      )
    ).map(({ id, version }) => ({
      ...{ id, version },
    }));

  it('tells of each what became of it', async () => {
    const officer = await officerOf(round.fundId);
    const [good, unlooked, changed] = [await sent(), await sent(), await sent()];
    for (const { organizationId } of [good, changed]) await lookedUp(world, organizationId);
    const chosen = await items(officer, [good, unlooked, changed]);
    await world.get(Applications).take(SYSTEM, changed.applicationId, 'screen_in', {});
    const { id } = await runs.run(officer, { action: 'screen_in', items: chosen });
    const run = await runs.get(officer, id);
    expect(run.items.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'refused']);
    expect(run.items[1]?.sentence).toContain('Exclusion');
    expect(run.items[2]?.sentence).toMatch(/changed|Eligible/);
    expect((await screening.get(officer, good.applicationId)).state).toBe('eligible');
    expect((await screening.get(officer, unlooked.applicationId)).state).toBe('submitted');
  });

  it('returns many for a fix with one note and day, and asks for both', async () => {
    const officer = await officerOf(round.fundId);
    const made = [await sent(), await sent()];
    const chosen = await items(officer, made);
    await expect(runs.run(officer, { action: 'return', items: chosen })).rejects.toMatchObject({
      fields: [{ field: 'note' }, { field: 'untilOn' }],
    });
    const past = { action: 'return', items: chosen, note: 'Add names.', untilOn: '2015-01-01' } as const;
    await expect(runs.run(officer, past)).rejects.toMatchObject({ fields: [{ field: 'untilOn' }] });
    const untilOn = world.db.currentCalendar.addDays(world.db.today, 5);
    const { id } = await runs.run(officer, { ...past, untilOn });
    expect((await runs.get(officer, id)).items.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    const rows = await world.db.query<{ state: string; fixBy: string }>(sql`
      select state, fix_by as "fixBy" from applications where id = any(${made.map((each) => each.applicationId)}::uuid[])`);
    expect(rows).toEqual([
      { state: 'returned', fixBy: untilOn },
      { state: 'returned', fixBy: untilOn },
    ]);
  });

  it('takes nothing that the officer does not screen, and is read by nobody else', async () => {
    const officer = await officerOf(round.fundId);
    const other = await publishedRound(world);
    const foreign = await submittedApplication(world, { roundId: other.roundId, requested: dollars('20000') });
    const own = await sent();
    const chosen = [...(await items(officer, [own])), { id: foreign.applicationId, version: 2 }];
    await expect(runs.run(officer, { action: 'screen_in', items: chosen })).rejects.toMatchObject({
      fields: [{ code: 'screening.not_all_found' }],
    });
    const twice = await items(officer, [own]);
    await expect(runs.run(officer, { action: 'shortlist', items: [...twice, ...twice] })).rejects.toMatchObject({
      fields: [{ code: 'screening.twice' }],
    });
    const { id } = await runs.run(officer, { action: 'shortlist', items: twice });
    expect((await runs.get(officer, id)).items[0]).toMatchObject({ outcome: 'refused' });
    await expect(runs.get(own.owner, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    const elsewhere = await officerOf(other.fundId);
    await expect(runs.get(elsewhere, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    const colleague = await officerOf(round.fundId);
    expect((await runs.get(colleague, id)).isOwn).toBe(false);
    await expect(runs.carryOn(colleague, id)).rejects.toMatchObject({ code: 'screening.run_of_another' });
  });

  it('goes on with what waits, also twice at once, and does nothing twice', async () => {
    const officer = await officerOf(round.fundId);
    const made = [await sent(), await sent(), await sent()];
    for (const { organizationId } of made) await lookedUp(world, organizationId);
    const { id } = await runs.run(officer, { action: 'screen_in', items: await items(officer, made) });
    // As if the process had died after the first.
    await world.db.work(SYSTEM, (work) =>
      work.query(sql`update screening_run_items set outcome = 'waiting' where run_id = ${id} and position > 1`),
    );
    await Promise.all([runs.carryOn(officer, id), runs.carryOn(officer, id)]);
    const { items: settled } = await runs.get(officer, id);
    expect(settled.map(({ outcome }) => outcome)).not.toContain('waiting');
    const steps = await world.db.query(sql`
      select 1 from lifecycle_steps where action = 'screen_in'
        and subject_id = any(${made.map((each) => each.applicationId)}::uuid[])`);
    expect(steps).toHaveLength(3);
  });
});

describe('a letter of intent', () => {
  let letters: LettersOfIntent;
  let taking: MadeRound;

  beforeAll(async () => {
    letters = world.get(LettersOfIntent);
    taking = await publishedRound(world, { lettersUntil: world.db.currentCalendar.addDays(world.db.today, 3) });
  });

  const letter = async (): Promise<{ id: string; owner: PersonActor; organizationId: string }> => {
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    const input = { roundId: taking.roundId, organizationId, title: 'We mean to apply', summary: 'With families.' };
    return { ...(await letters.send(owner, input)), owner, organizationId };
  };

  it('is sent once, changed, acknowledged with a mail, and joined with the application that follows', async () => {
    const officer = await officerOf(taking.fundId);
    const { id, owner, organizationId } = await letter();
    const again = { roundId: taking.roundId, organizationId, title: 'Again', summary: 'Again.' };
    await expect(letters.send(owner, again)).rejects.toMatchObject({ code: 'letter_of_intent.sent_already' });
    await letters.change(owner, id, { title: 'Better title', summary: 'With families.', expected: dollars('30000') });
    await letters.take(officer, id, 'acknowledge', {});
    const mails = await world.db.query<{ subject: string }>(
      sql`select subject from mails where body like ${`%${id}%`}`,
    );
    expect(mails).toHaveLength(1);
    await submittedApplication(world, { roundId: taking.roundId, organizationId, requested: dollars('20000') });
    const row = await letters.get(officer, id);
    expect(row).toMatchObject({ title: 'Better title', state: 'acknowledged', expectedCents: '3000000' });
    expect(row.applicationNumber).toMatch(/^2015-/);
  });

  it('may be sent again after it was withdrawn; two at once are one', async () => {
    const { id, owner, organizationId } = await letter();
    await letters.take(owner, id, 'withdraw', {});
    const again = { roundId: taking.roundId, organizationId, title: 'Again', summary: 'Again.' };
    const outcomes = await Promise.allSettled([letters.send(owner, again), letters.send(owner, again)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is not for rounds that do not ask for one, nor for others to read, change or take back', async () => {
    const { id, owner, organizationId } = await letter();
    const input = { roundId: round.roundId, organizationId, title: 'A', summary: 'B' };
    await expect(letters.send(owner, input)).rejects.toMatchObject({ code: 'letter_of_intent.not_asked_for' });
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    const viewer = await organizationMember(world, organizationId, 'viewer');
    const elsewhere = await officerOf(round.fundId);
    const notFound = { code: 'thing.not_found' };
    await expect(letters.get(stranger, id)).rejects.toMatchObject(notFound);
    await expect(letters.get(elsewhere, id)).rejects.toMatchObject(notFound);
    await expect(letters.change(stranger, id, { title: 'X', summary: 'Y' })).rejects.toMatchObject(notFound);
    await expect(letters.take(stranger, id, 'withdraw', {})).rejects.toMatchObject(notFound);
    await expect(letters.take(viewer, id, 'withdraw', {})).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(letters.take(owner, id, 'acknowledge', {})).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(
      letters.send(stranger, { roundId: taking.roundId, organizationId, title: 'Theirs', summary: 'No.' }),
    ).rejects.toMatchObject({ fields: [{ field: 'organizationId' }] });
  });

  it('is over with its day', async () => {
    const { id, owner } = await letter();
    world.clock.set(new Date(world.clock.now().getTime() + 4 * 86_400_000));
    await expect(letters.change(owner, id, { title: 'Late', summary: 'Late.' })).rejects.toMatchObject({
      code: 'letter_of_intent.over',
    });
    expect(await letters.openRounds(world.db)).not.toContainEqual(expect.objectContaining({ value: taking.roundId }));
  });
});

describe('help with an application', () => {
  const drafted = (): Promise<MadeApplication> =>
    draftApplication(world, { roundId: round.roundId, requested: dollars('20000') });

  it('gives whoever takes it a conflict of interest, and hours that add up', async () => {
    const officer = await officerOf(round.fundId);
    const colleague = await officerOf(round.fundId);
    const { applicationId, owner } = await drafted();
    const id = await askedForHelp(world, owner, applicationId);
    await help.take(officer, id, {});
    expect(await directConflict(world.db, officer.personId, applicationId)).toMatchObject({ type: 'advisor' });
    const entry = { givenOn: world.db.today, way: 'call' as const, note: 'Went through the categories.' };
    await help.log(officer, id, { ...entry, minutes: 45 });
    await help.log(officer, id, { ...entry, minutes: 30 });
    expect(await help.get(owner, id)).toMatchObject({ minutes: 75, state: 'advising', advisorName: officer.name });
    await help.step(officer, id, 'close', {});
    // Once it was sent, the advisor sees nothing of it; the colleague screens it.
    await world.get(Applications).submit(owner, applicationId, {});
    expect(await canReadApplication(world.policy, officer, world.db, applicationId)).toBe(false);
    await expect(screening.get(officer, applicationId)).rejects.toMatchObject({ code: 'thing.not_found' });
    expect((await screening.get(colleague, applicationId)).id).toBe(applicationId);
    expect(await help.get(officer, id)).toMatchObject({ state: 'closed' });
  });

  it('goes to the same advisor again, who alone of those in conflict sees it', async () => {
    const officer = await officerOf(round.fundId);
    const { applicationId, owner } = await drafted();
    const first = await askedForHelp(world, owner, applicationId);
    await help.take(officer, first, {});
    const second = await askedForHelp(world, owner, applicationId);
    expect(await help.get(officer, second)).toMatchObject({ advisorId: officer.personId, state: 'asked' });
    await help.take(officer, second, {});
    const conflicts = await world.db.query(sql`
      select 1 from conflicts where person_id = ${officer.personId} and application_id = ${applicationId}`);
    expect(conflicts).toHaveLength(1);
  });

  it('is handed to a colleague, but to nobody in another conflict or without the role', async () => {
    const [officer, colleague] = [await officerOf(round.fundId), await officerOf(round.fundId)];
    const { applicationId, owner, organizationId } = await drafted();
    const id = await askedForHelp(world, owner, applicationId);
    const auditor = await world.actor('auditor');
    const family = await officerOf(round.fundId);
    await world.get(Conflicts).declareOwn(family, { applicationId, type: 'family', level: 'direct' });
    const refused = { fields: [{ code: 'technical_assistance.not_an_advisor' }] };
    for (const { personId } of [auditor, family, owner]) {
      await expect(help.take(officer, id, { advisorId: personId })).rejects.toMatchObject(refused);
    }
    await expect(help.take(family, id, {})).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(help.take(auditor, id, { advisorId: officer.personId })).rejects.toMatchObject({ kind: 'forbidden' });
    await help.take(officer, id, { advisorId: colleague.personId });
    expect(await directConflict(world.db, officer.personId, applicationId)).toBeUndefined();
    await expect(
      help.log(officer, id, { givenOn: world.db.today, minutes: 30, way: 'call', note: 'x' }),
    ).rejects.toMatchObject({
      code: 'technical_assistance.advisor_only',
    });
    await expect(help.step(officer, id, 'close', {})).rejects.toMatchObject({ kind: 'forbidden' });
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    await expect(help.get(stranger, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    expect((await help.get(await organizationMember(world, organizationId, 'viewer'), id)).id).toBe(id);
  });

  it('is asked by writers, for their own draft, and for no day to come', async () => {
    const officer = await officerOf(round.fundId);
    const { applicationId, owner, organizationId } = await drafted();
    const viewer = await organizationMember(world, organizationId, 'viewer');
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    await expect(askedForHelp(world, viewer, applicationId)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(askedForHelp(world, stranger, applicationId)).rejects.toMatchObject({
      fields: [{ field: 'applicationId' }],
    });
    const id = await askedForHelp(world, owner, applicationId);
    await help.take(officer, id, {});
    const tomorrow = world.db.currentCalendar.addDays(world.db.today, 1);
    const entry = { minutes: 30, way: 'call' as const, note: 'x' };
    await expect(help.log(officer, id, { ...entry, givenOn: tomorrow })).rejects.toMatchObject({
      fields: [{ field: 'givenOn' }],
    });
    const { applicationId: late, owner: sender } = await sent();
    await expect(askedForHelp(world, sender, late)).rejects.toMatchObject({ code: 'technical_assistance.too_late' });
    const change = world.db.work(SYSTEM, (work) =>
      work.query(sql`update technical_assistance_entries set minutes = 60`),
    );
    await expect(change).rejects.toThrow(/permission denied/);
  });

  it('is taken by one of two at once', async () => {
    const officers = [await officerOf(round.fundId), await officerOf(round.fundId)];
    const { applicationId, owner } = await drafted();
    const id = await askedForHelp(world, owner, applicationId);
    const outcomes = await Promise.allSettled(officers.map((officer) => help.take(officer, id, {})));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const conflicts = await world.db.query(sql`
      select 1 from conflicts where application_id = ${applicationId} and type = 'advisor'`);
    expect(conflicts).toHaveLength(1);
  });
});

describe('the worklist', () => {
  it('searches and filters across rounds, within the scope of the role alone', async () => {
    const other = await publishedRound(world);
    const made = await submittedApplication(world, {
      ...{ roundId: other.roundId, requested: dollars('7500'), title: 'A garden of 100% hope' },
    });
    const officer = await world.actor('program_officer');
    const ids = async (query: object): Promise<string[]> =>
      (await screening.list(officer, { limit: 200, ...query })).items.map(({ id }) => id);
    expect(await ids({ q: '100%' })).toEqual([made.applicationId]);
    expect(await ids({ round: other.roundId })).toEqual([made.applicationId]);
    expect(await ids({ fund: other.fundId })).toEqual([made.applicationId]);
    expect(await ids({ atMost: dollars('7500') })).toEqual([made.applicationId]);
    expect(await ids({ atLeast: dollars('7500.01'), round: other.roundId })).toEqual([]);
    expect(await ids({ district: 'Kent', q: 'garden' })).toEqual([made.applicationId]);
    const elsewhere = await officerOf(round.fundId);
    expect((await screening.list(elsewhere, { q: 'garden' })).items).toEqual([]);
    expect((await screening.list(made.owner, {})).items).toEqual([]);
  });

  it('goes into a file with its checks; what came into conflict meanwhile is left out', async () => {
    const exports = world.get(ListExports);
    const person = await world.person([{ role: 'program_officer', scopeKind: 'fund', scopeId: round.fundId }]);
    const grants = [{ role: 'program_officer', scopeKind: 'fund', scopeId: round.fundId }] as const;
    const officer: PersonActor = { kind: 'person', personId: person.personId, name: person.name, grants };
    const { applicationId } = await sent({ title: '=1+1' });
    const fileOf = async (): Promise<string> => {
      const { id } = await exports.ask(officer, { list: 'screening', format: 'csv', search: 'state=all&sort=-number' });
      await world.drain();
      return (await exports.open(officer, id)).content.toString('utf8');
    };
    const lines = (await fileOf()).split('\r\n');
    expect(lines[0]).toContain('Exclusion,"Exclusion, judged"');
    expect(lines.filter((line) => line.includes("'=1+1"))).toHaveLength(1);
    const { id: earlier } = await exports.ask(officer, { list: 'screening', format: 'xlsx', search: '' });
    await world.drain();
    await world.get(Conflicts).declareOwn(officer, { applicationId, type: 'board', level: 'direct' });
    await expect(exports.open(officer, earlier)).rejects.toMatchObject({ code: 'list_export.changed_since' });
    world.clock.set(new Date(world.clock.now().getTime() + 1000));
    expect(await fileOf()).not.toContain('=1+1');
  });
});
