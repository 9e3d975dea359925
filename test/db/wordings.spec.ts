/** The words certifiers sign: proposed by one person, confirmed by another, never changed, and signed as they were shown. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RuleSets } from '../../src/features/agency/index.js';
import { Applications, certificationOf } from '../../src/features/applications/index.js';
import { ApplicationSubmissions } from '../../src/features/applications/receipt.service.js';
import { wordsMark } from '../../src/features/applications/certifier.certification.js';
import { Wordings, type WordingInput } from '../../src/features/rounds/index.js';
import { WordingsTasks } from '../../src/features/rounds/wordings.tasks.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { draftApplication } from '../factories/applications.js';
import { publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let wordings: Wordings;
let officer: PersonActor;
let administrator: PersonActor;
let ruleSetId: string;
let roundId: string;

beforeAll(async () => {
  world = await openWorld();
  wordings = world.get(Wordings);
  officer = await world.actor('program_officer');
  administrator = await world.actor('administrator');
  ({ roundId } = await publishedRound(world));
  const { ruleSetId: ofRound } = await certificationOf(world.db, roundId);
  ruleSetId = ofRound ?? '';
}, 60_000);
afterAll(() => world?.close());

const inDays = (days: number): string => world.db.currentCalendar.addDays(world.db.today, days);

const words = (body: string, changes: Partial<WordingInput> = {}): WordingInput => ({
  ...{
    body,
    source: 'Counsel of the agency',
    confirmed: true,
    effectiveOn: world.db.today,
    reason: 'Counsel read them',
  },
  ...changes,
});

/** Proposed by the officer and confirmed by the administrator. */
async function inForce(body: string, changes: Partial<WordingInput> = {}): Promise<void> {
  const { id } = await wordings.propose(officer, ruleSetId, words(body, changes));
  await wordings.confirm(administrator, ruleSetId, id);
}

const signedNow = async (): Promise<string> => (await certificationOf(world.db, roundId)).text;

describe('words certifiers sign', () => {
  it('come as a sample, and say so', async () => {
    const { inForce: now, versions, funds } = await wordings.get(administrator, ruleSetId);
    expect(now).toMatchObject({ number: 1, confirmed: false, effectiveOn: null, proposedBy: null });
    expect(versions).toHaveLength(1);
    expect(funds).toHaveLength(1);
    const lines = await wordings.list(administrator);
    expect(lines.every(({ confirmed, isWaiting }) => !confirmed && !isWaiting)).toBe(true);
  });

  it('are signed once a second person has confirmed them, and not before', async () => {
    const before = await signedNow();
    const { id } = await wordings.propose(officer, ruleSetId, words('I say so.'));
    expect(await signedNow()).toBe(before);
    const own = await refusal(wordings.confirm(officer, ruleSetId, id));
    expect(own).toMatchObject({ kind: 'forbidden', code: 'wording.confirmed_by_another' });
    await wordings.confirm(administrator, ruleSetId, id);
    expect(await signedNow()).toBe('I say so.');
    const { versions, waiting } = await wordings.get(officer, ruleSetId);
    expect(waiting).toBeUndefined();
    expect(versions[0]).toMatchObject({ number: 2, confirmed: true, reason: 'Counsel read them' });
    expect([versions[0]?.proposedBy, versions[0]?.confirmedBy]).toEqual([officer.name, administrator.name]);
    expect((await world.get(RuleSets).get(administrator, ruleSetId)).texts).toMatchObject([{ body: 'I say so.' }]);
    expect((await refusal(wordings.confirm(administrator, ruleSetId, id))).code).toBe('wording.decided_already');
  });

  it('begin on their day, and never in the past', async () => {
    await inForce('Words of next month.', { effectiveOn: inDays(30) });
    expect(await signedNow()).toBe('I say so.');
    const late = await certificationOf({ query: (text) => world.db.query(text), today: inDays(30) }, roundId);
    expect(late.text).toBe('Words of next month.');
    const past = await refusal(wordings.propose(officer, ruleSetId, words('Other', { effectiveOn: inDays(-1) })));
    expect(past.fields).toMatchObject([{ field: 'effectiveOn', code: 'wording.day_is_past' }]);
  });

  it('wait one at a time, and can be taken back or not taken', async () => {
    const { id } = await wordings.propose(officer, ruleSetId, words('First idea.'));
    expect((await refusal(wordings.propose(administrator, ruleSetId, words('Second idea.')))).code).toBe(
      'wording.one_waits',
    );
    const tasks = world.get(WordingsTasks);
    expect(await tasks.tasks(officer)).toEqual([]);
    expect((await tasks.tasks(administrator)).map(({ href }) => href)).toEqual([`/wordings/${ruleSetId}`]);
    await wordings.decline(officer, ruleSetId, id, 'A slip of the pen');
    const { waiting, declined } = await wordings.get(officer, ruleSetId);
    expect(waiting).toBeUndefined();
    expect(declined[0]).toMatchObject({ decisionNote: 'A slip of the pen', decidedBy: officer.name });
    expect(await signedNow()).toBe('I say so.');
    const nothing = await refusal(wordings.propose(officer, ruleSetId, words('I say so.')));
    expect(nothing.fields).toMatchObject([{ field: 'body', code: 'wording.nothing_new' }]);
  });

  it('of several confirming at once become one version', async () => {
    const { id } = await wordings.propose(officer, ruleSetId, words('All at once.'));
    const second = await world.actor('administrator');
    const before = (await wordings.get(officer, ruleSetId)).versions.length;
    const outcomes = await Promise.all(
      [administrator, second, administrator, second].map((each) =>
        wordings.confirm(each, ruleSetId, id).then(
          () => 'confirmed',
          () => 'refused',
        ),
      ),
    );
    expect(outcomes.filter((each) => each === 'confirmed')).toHaveLength(1);
    expect((await wordings.get(officer, ruleSetId)).versions).toHaveLength(before + 1);
  });

  it('are not signed unread: who was shown others reads the new ones first', async () => {
    const { owner, applicationId } = await draftApplication(world, { roundId, requested: Money.ofCents(100_000) });
    const wordsShown = wordsMark(await signedNow());
    await inForce('The newest words.');
    const signed = { agreed: true, signedName: 'Kim Director' };
    const applications = world.get(Applications);
    const changed = await refusal(applications.submit(owner, applicationId, { ...signed, wordsShown }));
    expect(changed).toMatchObject({ kind: 'conflict', code: 'certify.words_changed' });
    await applications.submit(owner, applicationId, { ...signed, wordsShown: wordsMark('The newest words.') });
    await inForce('Words after that.');
    const kept = await world.get(ApplicationSubmissions).latest(world.db, applicationId);
    expect(kept.certification).toBe('The newest words.');
    expect(await signedNow()).toBe('Words after that.');
  });

  it('are for administrators and program officers of the whole agency', async () => {
    for (const role of ['auditor', 'finance_officer', 'reviewer', 'applicant'] as const) {
      const outcome = await refusal(wordings.propose(await world.actor(role), ruleSetId, words('Mine.')));
      expect({ role, kind: outcome.kind }).toEqual({ role, kind: 'forbidden' });
    }
    expect((await refusal(wordings.propose(systemActor('test'), ruleSetId, words('Mine.')))).code).toBe(
      'wording.by_a_person',
    );
    await expect(wordings.get(await world.actor('reviewer'), ruleSetId)).rejects.toMatchObject({ kind: 'not_found' });
    expect((await wordings.get(await world.actor('auditor'), ruleSetId)).name).toBe('UG-2024');
  });

  it('stay as they were: the application itself can change neither versions nor what was proposed', async () => {
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      for (const statement of [
        `update rule_texts set body = ''`,
        `delete from rule_texts`,
        `update rule_text_proposals set body = ''`,
        `update rule_text_proposals set proposed_by = decided_by`,
        `delete from rule_text_proposals`,
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
      await expect(
        client.query(`update rule_text_proposals set decided_by = proposed_by where rule_text_id is not null`),
      ).rejects.toMatchObject({ constraint: 'rule_text_proposals_confirmed_by_check' });
    } finally {
      await client.end();
    }
  });
});
