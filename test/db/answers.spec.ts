/** Answers: per-question versions, two people at once, assisted entry, and what the typed tables make of them. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleSets } from '../../src/features/agency/index.js';
import { AnswerReuse, Answers, Applications } from '../../src/features/applications/index.js';
import { Attachments } from '../../src/features/documents/index.js';
import { Forms } from '../../src/features/forms/index.js';
import { actingGrants, Assistances } from '../../src/features/identity/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, someDistricts } from '../factories/applications.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');

let world: World;
let answers: Answers;
let roundId: string;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  answers = world.get(Answers);
  ({ roundId } = await publishedRound(world, { ceiling: Money.parse('100000') }));
  await someDistricts(world);
});
afterAll(async () => world?.close());

interface Draft {
  readonly id: string;
  readonly organizationId: string;
  readonly owner: PersonActor;
  readonly editor: PersonActor;
}

async function draft(): Promise<Draft> {
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const editor = await organizationMember(world, organizationId, 'editor');
  const { id } = await world
    .get(Applications)
    .create(owner, { roundId, organizationId, title: 'Reading after school' });
  return { id, organizationId, owner, editor };
}

/** A draft in a round whose form asks for a plan, as a file, and for nothing else. */
async function draftWithFile(): Promise<Draft & { readonly roundWithFile: string }> {
  const made = await draftRound(world, {});
  const definition = {
    sections: [
      { key: 'only', title: 'Your plan', questions: [{ key: 'plan', kind: 'file', label: 'Plan', required: true }] },
    ],
  };
  const forms = world.get(Forms);
  const { versionId } = await forms.createForm(system, { fundId: made.fundId, name: `Plan ${made.roundId}` });
  await forms.saveDefinition(system, versionId, definition);
  await world.get(RoundSetUp).chooseForm(system, made.roundId, { formVersionId: versionId } as never);
  await world.get(Rounds).take(system, made.roundId, 'publish', {});
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const editor = await organizationMember(world, organizationId, 'editor');
  const input = { roundId: made.roundId, organizationId, title: 'Plan' };
  const { id } = await world.get(Applications).create(owner, input);
  return { id, organizationId, owner, editor, roundWithFile: made.roundId };
}

const versionsOf = (id: string): Promise<{ key: string; version: number; kind: string; value: unknown }[]> =>
  world.db.query(sql`
    select question_key as key, answer_version as version, kind, value from answer_versions
    where application_id = ${id} order by created_at, answer_version`);

describe('saving answers', () => {
  it('keeps each with a version of its own, and puts the parts of the proposal where all of Granary reads them', async () => {
    const { id, owner } = await draft();
    const first = await answers.save(owner, id, [
      { key: 'summary', value: 'We read together.', version: 0 },
      { key: 'districts', value: [{ district: 'Kent', share: '100' }], version: 0 },
      { key: 'budget', value: [{ category: 'Salaries', amount: '1200.50' }, { category: 'Books' }], version: 0 },
    ]);
    expect(first.saved.map((each) => each.version)).toEqual([1, 1, 1]);
    expect([first.conflicts, first.problems, first.newer]).toEqual([[], [], []]);
    const again = await answers.save(owner, id, [{ key: 'summary', value: 'We read and write together.', version: 1 }]);
    expect(again.saved).toEqual([{ key: 'summary', version: 2 }]);
    const application = await world.get(Applications).get(owner, id);
    expect(application.summary).toBe('We read and write together.');
    expect(application.districts).toEqual([{ name: 'Kent', shareBasisPoints: 10_000 }]);
    expect(application.requested.toDecimal()).toBe('1200.50');
    expect(application.budgetLines).toHaveLength(1);
  });

  it('keeps what cannot be read as it was typed, and says what to enter', async () => {
    const { id, owner } = await draft();
    const result = await answers.save(owner, id, [
      { key: 'budget', value: [{ category: 'Salaries', amount: 'twelve' }], version: 0 },
      { key: 'nonsense', value: 'x', version: 0 },
      { key: 'partners', value: 'x', version: 0 },
    ]);
    expect(result.problems.map((each) => [each.key, each.sentence.code])).toEqual([
      ['nonsense', 'answer.unknown_question'],
      ['partners', 'answer.partners_elsewhere'],
    ]);
    const { rows } = { rows: await versionsOf(id) };
    expect(rows.map((each) => each.value)).toEqual([[{ category: 'Salaries', amount: 'twelve' }]]);
    const error = await refusal(world.get(Applications).submit(owner, id, {}));
    expect(error.blockers.map((each) => each.code)).toContain('proposed_budget.amount_unreadable');
  });

  it('takes no text that is longer than any answer, and keeps the one that was there', async () => {
    const { id, owner } = await draft();
    await answers.save(owner, id, [{ key: 'summary', value: 'Short.', version: 0 }]);
    const long = 'x'.repeat(150_000);
    const result = await answers.save(owner, id, [{ key: 'summary', value: long, version: 1 }]);
    expect([result.saved, result.problems.map((each) => each.sentence.code)]).toEqual([[], ['answer.too_long']]);
    expect((await world.get(Applications).get(owner, id)).summary).toBe('Short.');
  });

  it('takes back an answer that is emptied, and puts an earlier version back', async () => {
    const { id, owner } = await draft();
    await answers.save(owner, id, [{ key: 'summary', value: 'First.', version: 0 }]);
    await answers.save(owner, id, [{ key: 'summary', value: '', version: 1 }]);
    expect((await world.get(Applications).get(owner, id)).summary).toBeNull();
    const [empty, first] = await answers.versions(owner, id, 'summary');
    expect([empty?.value, first]).toEqual(['First.', undefined]);
    await answers.restore(owner, id, empty?.id ?? '');
    expect((await world.get(Applications).get(owner, id)).summary).toBe('First.');
  });
});

describe('two who write at once', () => {
  it('never write over each other: the later one is told, and both are kept', async () => {
    const { id, owner, editor } = await draft();
    await answers.save(owner, id, [{ key: 'summary', value: 'Ours.', version: 0 }]);
    const outcomes = await Promise.all([
      answers.save(owner, id, [{ key: 'summary', value: 'Of the owner.', version: 1 }]),
      answers.save(editor, id, [{ key: 'summary', value: 'Of the editor.', version: 1 }]),
    ]);
    expect(outcomes.flatMap((each) => each.saved)).toHaveLength(1);
    const [conflict] = outcomes.flatMap((each) => each.conflicts);
    const loser = outcomes[0]?.conflicts.length === 1 ? owner : editor;
    expect(conflict?.theirsBy).toBe(loser === owner ? editor.name : owner.name);
    expect(new Set((await versionsOf(id)).map((each) => each.value))).toEqual(
      new Set(['Ours.', 'Of the owner.', 'Of the editor.']),
    );
    const [waiting] = await answers.differences(owner, id);
    expect(waiting?.refusedId).toBe(conflict?.refusedId);
    await answers.settle(loser, id, conflict?.refusedId ?? '', 'taken', 2);
    expect((await world.get(Applications).get(owner, id)).summary).toBe(
      loser === owner ? 'Of the owner.' : 'Of the editor.',
    );
    expect(await answers.differences(owner, id)).toEqual([]);
    expect((await refusal(answers.settle(loser, id, conflict?.refusedId ?? '', 'dropped', 3))).code).toBe(
      'answer.settled_already',
    );
  });

  it('of sixteen at once save exactly one, and lose none', async () => {
    const { id, owner, editor } = await draft();
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        answers.save(index % 2 === 0 ? owner : editor, id, [{ key: 'summary', value: `Version ${index}`, version: 0 }]),
      ),
    );
    expect(outcomes.flatMap((each) => each.saved)).toHaveLength(1);
    expect(await versionsOf(id)).toHaveLength(16);
    // Of one person the latest waits for a choice; the others stay among the versions.
    expect((await answers.differences(owner, id)).length).toBeLessThanOrEqual(2);
  });

  it('do not meet where one only sends back what was read', async () => {
    const { id, owner, editor } = await draft();
    await answers.save(owner, id, [{ key: 'summary', value: 'As read.', version: 0 }]);
    await answers.save(editor, id, [{ key: 'summary', value: 'Changed by the editor.', version: 1 }]);
    const result = await answers.save(owner, id, [
      { key: 'summary', value: 'As read.', version: 1 },
      { key: 'schools', value: 'Kent Elementary', version: 0 },
    ]);
    expect(result.conflicts).toEqual([]);
    expect(result.newer.map((each) => each.value)).toEqual(['Changed by the editor.']);
    expect(result.saved).toEqual([{ key: 'schools', version: 1 }]);
  });

  it('are not confused by an answer that was lost on the way back and comes again', async () => {
    const { id, owner } = await draft();
    const first = { key: 'summary', value: 'Sent twice.', version: 0 };
    await answers.save(owner, id, [first]);
    expect((await answers.save(owner, id, [first])).saved).toEqual([{ key: 'summary', version: 1 }]);
    await answers.save(owner, id, [{ key: 'summary', value: 'And gone on from.', version: 1 }]);
    const late = await answers.save(owner, id, [first]);
    expect([late.conflicts, late.newer.length]).toEqual([[], 1]);
    expect((await world.get(Applications).get(owner, id)).summary).toBe('And gone on from.');
  });

  it('know what was there before anybody answered: the title an application is begun with', async () => {
    const { id, owner, editor } = await draft();
    await answers.save(owner, id, [{ key: 'title', value: 'Another title', version: 0 }]);
    const untouched = await answers.save(editor, id, [{ key: 'title', value: 'Reading after school', version: 0 }]);
    expect([untouched.conflicts, untouched.newer.length]).toEqual([[], 1]);
  });
});

describe('who may', () => {
  it('is nobody of another organization, no viewer of it, and nobody once it was sent', async () => {
    const { id, owner } = await draft();
    const { owner: stranger } = await draft();
    const mine = [{ key: 'summary', value: 'Mine now.', version: 0 }];
    expect((await refusal(answers.save(stranger, id, mine))).kind).toBe('not_found');
    expect((await refusal(answers.differences(stranger, id))).kind).toBe('not_found');
    expect((await refusal(answers.versions(stranger, id, 'summary'))).kind).toBe('not_found');
    const officer = await world.actor('program_officer');
    expect((await refusal(answers.save(officer, id, mine))).kind).toBe('not_found');
    expect((await refusal(answers.save(owner, id, mine, stranger.personId))).code).toBe('answer.other_person');

    const made = await draftApplication(world, { roundId });
    await world.get(Applications).submit(made.owner, made.applicationId, {});
    const late = answers.save(made.owner, made.applicationId, mine);
    expect((await refusal(late)).code).toBe('application.frozen');
  });

  it('is not even the database, for what was sent and for versions', async () => {
    const made = await draftApplication(world, { roundId });
    const { applicationId } = made;
    await world.get(Applications).submit(made.owner, applicationId, {});
    const run = (text: ReturnType<typeof sql>): Promise<unknown> =>
      world.db.work(system, (work) => work.query(text) as never);
    await expect(
      run(sql`update answers set value = '"Other"' where application_id = ${applicationId}`),
    ).rejects.toMatchObject({ driverError: { constraint: 'applications_frozen_check' } });
    await expect(
      run(sql`update applications set form_version_id = ${applicationId} where id = ${applicationId}`),
    ).rejects.toMatchObject({ driverError: { constraint: 'applications_form_check' } });
    for (const statement of [
      sql`update answer_versions set value = '"Other"'`,
      sql`delete from answer_versions`,
      sql`delete from answers`,
      sql`update answer_settlements set choice = 'taken'`,
    ]) {
      await expect(run(statement)).rejects.toThrow(/permission denied/);
    }
  });
});

describe('entered for somebody', () => {
  it('is marked, must be confirmed by the organization, and is its own once it changed it', async () => {
    const { id, organizationId, owner } = await draft();
    const helper = await world.actor('program_officer');
    const today = world.db.today;
    const { id: assistanceId } = await world.get(Assistances).start(helper, organizationId, {
      ...{ organizationId, consent: 'phone', consentedBy: 'Rosa Diaz', consentedOn: today, endsOn: today },
      reason: 'Has no computer',
    } as never);
    const assists = [{ assistanceId, organizationId }];
    const acting: PersonActor = { ...helper, assists, grants: actingGrants(helper.grants, assists) };
    await answers.save(acting, id, [
      { key: 'summary', value: 'As told on the phone.', version: 0 },
      { key: 'schools', value: 'Kent Elementary', version: 0 },
      { key: 'districts', value: [{ district: 'Kent', share: '100' }], version: 0 },
      { key: 'budget', value: [{ category: 'Salaries', amount: '1000' }], version: 0 },
    ]);
    const blockers = async (): Promise<string[]> =>
      (await refusal(world.get(Applications).submit(owner, id, {}))).blockers.map((each) => each.code);
    expect(await blockers()).toContain('application.assisted_unconfirmed');
    expect((await refusal(answers.confirmAssisted(acting, id))).code).toBe('answer.confirm_by_member');
    await answers.save(owner, id, [{ key: 'schools', value: 'Kent Elementary and Meeker', version: 1 }]);
    expect(await answers.confirmAssisted(owner, id)).toEqual({ id, count: 3 });
    const marks = await world.db.query<{ key: string; assisted: boolean; confirmed: boolean }>(sql`
      select question_key as key, assistance_id is not null as assisted, confirmed_at is not null as confirmed
      from answers where application_id = ${id} order by question_key`);
    expect(marks.map(({ key, assisted, confirmed }) => [key, assisted, confirmed])).toEqual([
      ['budget', true, true],
      ['districts', true, true],
      ['schools', false, false],
      ['summary', true, true],
    ]);
    await world.get(Applications).submit(owner, id, {});
  });
});

describe('answers of an earlier application', () => {
  it('are taken where the questions match, and what was there becomes an earlier version', async () => {
    const { id, organizationId, owner } = await draft();
    await answers.save(owner, id, [
      { key: 'summary', value: 'What we always do.', version: 0 },
      { key: 'schools', value: 'Kent Elementary', version: 0 },
    ]);
    const { id: second } = await world
      .get(Applications)
      .create(owner, { roundId, organizationId, title: 'The next one' });
    await answers.save(owner, second, [{ key: 'summary', value: 'Begun anew.', version: 0 }]);
    const reuse = world.get(AnswerReuse);
    expect((await reuse.earlier(owner, second)).map((each) => each.id)).toEqual([id]);
    expect((await reuse.reusable(owner, second, id)).map(({ question }) => question.key)).toEqual([
      'summary',
      'schools',
    ]);
    expect(await reuse.take(owner, second, id, ['summary', 'schools', 'title'])).toEqual({ id: second, count: 2 });
    const application = await world.get(Applications).get(owner, second);
    expect([application.title, application.summary, application.schools]).toEqual([
      'The next one',
      'What we always do.',
      'Kent Elementary',
    ]);
    expect((await answers.versions(owner, second, 'summary')).map((each) => each.value)).toEqual(['Begun anew.']);
    const { id: foreign, owner: stranger } = await draft();
    expect((await refusal(reuse.reusable(owner, second, foreign))).kind).toBe('not_found');
    expect((await refusal(reuse.take(stranger, second, id, ['summary']))).kind).toBe('not_found');
  });
});

describe('files', () => {
  it('belong to the application once they are its answer, and to no other', async () => {
    const { id, owner, roundWithFile } = await draftWithFile();
    expect(roundWithFile).not.toBe(roundId);
    const { id: fileId } = await attachment(world, owner);
    const saved = await answers.save(owner, id, [{ key: 'plan', value: [fileId], version: 0 }]);
    expect([saved.saved, saved.problems]).toEqual([[{ key: 'plan', version: 1 }], []]);
    expect(saved.progress.sections[0]?.missing).toEqual([]);
    const { owner: stranger, id: other } = await draftWithFile();
    const stolen = await answers.save(stranger, other, [{ key: 'plan', value: [fileId], version: 0 }]);
    expect([stolen.saved, stolen.problems.length]).toEqual([[], 1]);
    expect((await refusal(world.get(Attachments).open(stranger, fileId))).kind).toBe('not_found');
  });
});

describe('a form of its own', () => {
  it('asks what it asks: without a budget there is no amount to miss', async () => {
    const { id, owner } = await draftWithFile();
    const codes = async (): Promise<string[]> =>
      (await refusal(world.get(Applications).submit(owner, id, {}))).blockers.map((each) => each.code);
    expect(await codes()).toEqual(['answer.required']);
    const { id: fileId } = await attachment(world, owner);
    await answers.save(owner, id, [{ key: 'plan', value: [fileId], version: 0 }]);
    await world.get(Applications).submit(owner, id, {});
  });
});
