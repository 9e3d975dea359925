/** Questions about a round, answered for everybody; what the agency announces; and what is funded, for everybody. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnnouncementInput, Announcements } from '../../src/features/announcements/index.js';
import { FundedAwards, Questions } from '../../src/features/rounds/index.js';
import { type PersonActor, PUBLIC_ACTOR } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { ListQuery } from '../../src/platform/lists/list.js';
import { draftApplication } from '../factories/applications.js';
import { draftRound, type MadeRound, publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

const DAY = 24 * 60 * 60 * 1000;

let world: World;
let questions: Questions;
let round: MadeRound;
let officer: PersonActor;
let asker: PersonActor;

beforeAll(async () => {
  world = await openWorld();
  questions = world.get(Questions);
  round = await publishedRound(world);
  officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: round.fundId });
  const { personId, name } = await world.person();
  asker = { kind: 'person', personId, name, grants: [] };
});

afterAll(async () => {
  await world?.close();
});

const mailsTo = (actor: PersonActor): Promise<{ subject: string; body: string }[]> =>
  world.db.query(sql`select m.subject, m.body from mails m join identifiers i on lower(i.value) = lower(m.recipient)
    where i.person_id = ${actor.personId} order by m.id`);

describe('a question about a round', () => {
  it('is asked by anybody signed in, answered for everybody without a name, and its asker is told', async () => {
    const body = 'Is Maria of Kent Families right that libraries count?';
    const { id } = await questions.ask(asker, round.roundId, { body });
    expect(await questions.published(round.roundId)).toEqual([]);
    expect((await questions.waitingOf(asker, round.roundId)).map((each) => each.body)).toEqual([body]);
    expect((await questions.get(officer, id)).askedBy).toBe(asker.name);

    await questions.answer(officer, id, { question: 'Do libraries count as partners?', answer: 'Yes, they do.' });
    const [published] = await questions.published(round.roundId);
    expect(published).toMatchObject({
      question: 'Do libraries count as partners?',
      answer: 'Yes, they do.',
      earlier: [],
    });
    expect(JSON.stringify(published)).not.toContain(asker.name);
    expect((await mailsTo(asker)).at(-1)?.body).toContain('Yes, they do.');
    expect(await questions.waitingOf(asker, round.roundId)).toEqual([]);

    await questions.answer(officer, id, { question: 'Do libraries count as partners?', answer: 'Public ones do.' });
    const [changed] = await questions.published(round.roundId);
    expect(changed?.answer).toBe('Public ones do.');
    expect(changed?.earlier.map(({ answer }) => answer)).toEqual(['Yes, they do.']);
    await expect(
      world.db.work(officer, (work) => work.query(sql`update round_question_answers set answer = 'No'`)),
    ).rejects.toMatchObject({ message: expect.stringContaining('permission denied') as unknown });
  });

  it('answered twice at once keeps both answers in their order', async () => {
    const { id } = await questions.ask(asker, round.roundId, { body: 'May we apply with two schools?' });
    const answer = (text: string): Promise<unknown> =>
      questions.answer(officer, id, { question: 'Two schools?', answer: text });
    await Promise.all([answer('Yes.'), answer('Yes, with two.')]);
    const published = (await questions.published(round.roundId)).find((each) => each.id === id);
    expect([published?.answer, ...(published?.earlier.map((each) => each.answer) ?? [])].sort()).toEqual([
      'Yes, with two.',
      'Yes.',
    ]);
  });

  it('is set aside with a reason that its asker gets, and can still be answered', async () => {
    const { id } = await questions.ask(asker, round.roundId, { body: 'What does our own budget lack?' });
    await expect(questions.setAside(officer, id, {})).rejects.toMatchObject({ fields: [{ field: 'note' }] });
    await questions.setAside(officer, id, { note: 'This is about one application.' });
    expect((await mailsTo(asker)).at(-1)?.body).toContain('This is about one application.');
    expect((await questions.published(round.roundId)).map((each) => each.id)).not.toContain(id);
    await questions.answer(officer, id, { question: 'What is asked of a budget?', answer: 'Lines that add up.' });
    expect((await questions.published(round.roundId)).map((each) => each.id)).toContain(id);
  });

  it('is mailed to those with a draft when the answer says so, once to each', async () => {
    const own = await publishedRound(world);
    const boss = await world.actor('program_officer', { scopeKind: 'fund', scopeId: own.fundId });
    const { owner, organizationId } = await draftApplication(world, { roundId: own.roundId });
    await questions.add(boss, own.roundId, {
      ...{ question: 'Asked at the info session: is lunch allowed?', answer: 'It is.', tellDrafts: true },
    });
    const mails = (await mailsTo(owner)).filter(({ body }) => body.includes('is lunch allowed?'));
    expect(mails).toHaveLength(1);
    expect(organizationId).not.toBe('');
  });

  it('is taken until the end of the last day for questions, and no second longer', async () => {
    const own = await publishedRound(world);
    const calendar = world.db.currentCalendar;
    const last = calendar.addDays(world.db.today, 3);
    await world.db.work(officer, (work) =>
      work.query(sql`insert into round_milestones (id, version, created_at, round_id, kind, happens_on)
        values (gen_random_uuid(), 1, ${work.now}, ${own.roundId}, 'questions_until', ${last})`),
    );
    const before = world.clock.now();
    const end = calendar.startOfDay(calendar.addDays(last, 1));
    world.clock.set(new Date(end.getTime() - 1000));
    await questions.ask(asker, own.roundId, { body: 'Just in time?' });
    world.clock.set(end);
    await expect(questions.ask(asker, own.roundId, { body: 'Too late?' })).rejects.toMatchObject({
      code: 'question.over',
    });
    world.clock.set(before);
  });

  it('is nobody’s before the round is public, and answered only by those who look after it', async () => {
    const draft = await draftRound(world);
    await expect(questions.ask(asker, draft.roundId, { body: 'Who are you?' })).rejects.toMatchObject({
      code: 'thing.not_found',
    });
    const { id } = await questions.ask(asker, round.roundId, { body: 'Who answers this one?' });
    const elsewhere = await world.actor('program_officer', { scopeKind: 'fund', scopeId: draft.fundId });
    const answer = { question: 'Who answers?', answer: 'I do.' };
    await expect(questions.answer(elsewhere, id, answer)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(questions.get(elsewhere, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(questions.list(elsewhere, round.roundId, {})).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(questions.answer(asker, id, answer)).rejects.toMatchObject({ code: 'thing.not_found' });
    const auditor = await world.actor('auditor');
    await expect(questions.answer(auditor, id, answer)).rejects.toMatchObject({ code: 'permission.missing' });
    const row = await questions.get(officer, id);
    await questions.answer(officer, id, { ...answer, version: row.version });
    await expect(questions.answer(officer, id, { ...answer, version: row.version })).rejects.toMatchObject({
      code: 'thing.changed_meanwhile',
    });
  });

  it('is not asked a hundred times a day by one person', async () => {
    const { personId, name } = await world.person();
    const eager: PersonActor = { kind: 'person', personId, name, grants: [] };
    const asked = Array.from({ length: 25 }, (_, nth) =>
      questions.ask(eager, round.roundId, { body: `Number ${nth}?` }),
    );
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });
});

describe('an announcement', () => {
  const input = (changes: Partial<AnnouncementInput> = {}): AnnouncementInput =>
    Object.assign(new AnnouncementInput(), {
      ...{ title: 'Office closed', body: 'We are back on Monday.', audiences: ['everybody'], startsOn: world.db.today },
      ...changes,
    });

  it('is shown to those it is for, from its first day to its last, until it is taken down', async () => {
    const announcements = world.get(Announcements);
    const boss = await world.actor('program_officer');
    const reviewer = await world.actor('reviewer');
    const titles = async (actor: PersonActor | typeof PUBLIC_ACTOR): Promise<string[]> =>
      (await announcements.current(actor)).map(({ title }) => title);
    const today = world.db.today;
    const calendar = world.db.currentCalendar;
    const all = await announcements.create(boss, input({ endsOn: today }));
    const some = await announcements.create(boss, input({ title: 'Reviews are due', audiences: ['reviewers'] }));
    const later = await announcements.create(boss, input({ title: 'Later', startsOn: calendar.addDays(today, 1) }));
    expect(await titles(PUBLIC_ACTOR)).toEqual([]);
    for (const { id } of [all, some, later]) await announcements.take(boss, id, 'publish', {});
    expect(await titles(PUBLIC_ACTOR)).toEqual(['Office closed']);
    expect(await titles(reviewer)).toEqual(['Reviews are due', 'Office closed']);
    expect(await titles(asker)).toEqual(['Office closed']);

    const before = world.clock.now();
    world.clock.set(new Date(before.getTime() + DAY));
    expect(await titles(PUBLIC_ACTOR)).toEqual(['Later']);
    await announcements.take(boss, later.id, 'withdraw', {});
    expect(await titles(PUBLIC_ACTOR)).toEqual([]);
    world.clock.set(before);
  });

  it('is not changed once it is published, and written only by those who speak for the agency', async () => {
    const announcements = world.get(Announcements);
    const boss = await world.actor('administrator');
    const { id } = await announcements.create(boss, input());
    await announcements.update(boss, id, input({ title: 'Office closed today' }));
    await announcements.take(boss, id, 'publish', {});
    await expect(announcements.update(boss, id, input())).rejects.toMatchObject({
      code: 'announcement.published_already',
    });
    await expect(announcements.create(officer, input())).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(announcements.get(asker, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(announcements.create(boss, input({ endsOn: '2001-01-01' }))).rejects.toMatchObject({
      fields: [{ field: 'endsOn', code: 'announcement.ends_before' }],
    });
    const auditor = await world.actor('auditor');
    expect((await announcements.get(auditor, id)).title).toBe('Office closed today');
    await expect(announcements.take(auditor, id, 'withdraw', {})).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

it('says what is funded with every district, also while nothing is', async () => {
  const funded = world.get(FundedAwards);
  const totals = await funded.totals();
  expect(totals.count).toBe(0);
  expect((await funded.list(Object.assign(new ListQuery(), { q: '%' }))).items).toEqual([]);
});
