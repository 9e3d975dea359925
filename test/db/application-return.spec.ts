/** Sending an application back for a fix of named parts: what is open then, what is told, and what changed when it returned. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleSets } from '../../src/features/agency/index.js';
import { Answers, Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { ReturnChanges } from '../../src/features/applications/return.changes.js';
import type { ReturnInput } from '../../src/features/applications/application.input.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadeApplication, submittedApplication } from '../factories/applications.js';
import { publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const FIX_BY = '2015-11-20';

let world: World;
let applications: Applications;
let roundId: string;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  applications = world.get(Applications);
  ({ roundId } = await publishedRound(world, { ceiling: Money.parse('100000') }));
});
afterAll(async () => world?.close());

async function sent(): Promise<MadeApplication> {
  return submittedApplication(world, {
    roundId,
    partners: [{ name: 'A partner', role: 'Mentors', level: 'vendor' }],
  });
}

const giveBack = (made: MadeApplication, input: Partial<ReturnInput>): Promise<{ id: string }> =>
  applications.return(system, made.applicationId, { note: 'Look again', fixBy: FIX_BY, ...input });
const save = (made: MadeApplication, key: string, value: unknown): Promise<{ problems: readonly unknown[] }> =>
  world.get(Answers).save(made.owner, made.applicationId, [{ key, value }]);
const isOpen = async (made: MadeApplication, key: string, value: unknown): Promise<boolean> =>
  (await save(made, key, value)).problems.length === 0;

/** The keys of the form that every round can use. */
async function keys(): Promise<{ section: string; title: string; summary: string }> {
  const { partsOf } = await import('../../src/features/applications/return.reads.js');
  const made = await sent();
  const parts = await partsOf(world.db, made.applicationId);
  const section = parts.find(({ questions }) => questions.some(({ kind }) => kind === 'title'));
  const of = (kind: string): string => section?.questions.find((each) => each.kind === kind)?.key ?? '';
  return { section: section?.key ?? '', title: of('title'), summary: of('summary') };
}

describe('an application that goes back', () => {
  it('is open in the one question that was named, and not in the one beside it', async () => {
    const { section, title, summary } = await keys();
    const made = await sent();
    await giveBack(made, { questions: [summary] });
    expect(await isOpen(made, summary, 'New words of the summary')).toBe(true);
    expect(await isOpen(made, title, 'Another title')).toBe(false);
    const [row] = await world.db.query<{ parts: string[] }>(
      sql`select returned_parts as parts from applications where id = ${made.applicationId}`,
    );
    expect(row?.parts).toEqual([`${section}/${summary}`]);
  });

  it('keeps the budget and the partners closed until they are named', async () => {
    const { summary } = await keys();
    const sections = world.get(ApplicationSections);
    const made = await sent();
    await giveBack(made, { questions: [summary] });
    const requested = Money.parse('90');
    const lines = [{ category: 'Salaries', amount: requested }];
    const closed = sections.saveBudget(made.owner, made.applicationId, { requested, lines });
    expect((await refusal(closed)).code).toBe('application.part_closed');
    const partners = sections.savePartners(made.owner, made.applicationId, { partners: [] });
    expect((await refusal(partners)).code).toBe('application.part_closed');
  });

  it('opens a part where it says what to mend, and mails it with its words', async () => {
    const { section, summary } = await keys();
    const made = await sent();
    await giveBack(made, { partNotes: [{ part: `${section}/${summary}`, note: 'Say how many students' }] });
    expect(await isOpen(made, summary, 'For 40 students')).toBe(true);
    const { email } = made.owner as PersonActor & { email: string };
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = ${email} and subject like '%came back to you' order by id desc`,
    );
    expect(mail?.body).toMatch(/: Say how many students/);
  });

  it('is refused for a part that its form does not have', async () => {
    const made = await sent();
    const strange = giveBack(made, { partNotes: [{ part: 'nowhere/nothing', note: 'x' }] });
    expect((await refusal(strange)).fields[0]).toMatchObject({ field: 'parts' });
    const question = giveBack(made, { questions: ['nothing'] });
    expect((await refusal(question)).fields[0]).toMatchObject({ field: 'questions' });
  });

  it('keeps what was said each time, and nobody changes it', async () => {
    const made = await sent();
    await giveBack(made, { note: 'As it was said' });
    const where = sql`where application_id = ${made.applicationId}`;
    const [kept] = await world.db.query(sql`select note, parts from application_returns ${where}`);
    expect(kept).toEqual({ note: 'As it was said', parts: null });
    const changed = world.db.work(system, async (work) => {
      await work.query(sql`update application_returns set note = 'x' ${where}`);
      return null;
    });
    await expect(changed).rejects.toThrow(/permission denied/);
  });
});

describe('what changed when it returned', () => {
  it('stands side by side, with what was named and is as it was', async () => {
    const { section, title, summary } = await keys();
    const made = await sent();
    const partNotes = [
      { part: `${section}/${summary}`, note: 'Say how many' },
      { part: `${section}/${title}`, note: 'Shorter' },
    ];
    await giveBack(made, { partNotes });
    await save(made, summary, 'What we will do with 40 students.');
    await applications.submit(made.owner, made.applicationId, {});
    const officer = await world.actor('program_officer');
    const found = await world.get(ReturnChanges).get(officer, made.applicationId);
    expect(found.changes).toHaveLength(1);
    expect(found.changes[0]).toMatchObject({
      ...{ key: summary, note: 'Say how many' },
      before: ['What we will do with students and families.'],
      after: ['What we will do with 40 students.'],
    });
    expect(found.untouched).toEqual([`${section}/${title}`]);
  });

  it('is nothing of what was sent once, and is not there for a stranger', async () => {
    const [made, other] = [await sent(), await sent()];
    const officer = await world.actor('program_officer');
    expect(await world.get(ReturnChanges).get(officer, made.applicationId)).toMatchObject({
      beforeAt: null,
      changes: [],
    });
    const stranger = world.get(ReturnChanges).get(other.owner, made.applicationId);
    expect((await refusal(stranger)).kind).toBe('not_found');
  });
});
