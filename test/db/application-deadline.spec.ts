/** Until when an application is taken: the last minute, more time for one applicant, reminders, receipts, returned parts. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RuleSets } from '../../src/features/agency/index.js';
import {
  ApplicationReminders,
  Applications,
  ApplicationSections,
  ApplicationSubmissions,
  Extensions,
} from '../../src/features/applications/index.js';
import { Documents } from '../../src/features/documents/index.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  type ApplicationGiven,
  draftApplication,
  type MadeApplication,
  submittedApplication,
} from '../factories/applications.js';
import { organizationMember } from '../factories/organizations.js';
import { beginReview, type MadeRound, publishedRound, type RoundOptions } from '../factories/rounds.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

let world: World;
let applications: Applications;
let extensions: Extensions;
let reminders: ApplicationReminders;
let submissions: ApplicationSubmissions;

async function prepared(start?: Date): Promise<World> {
  const opened = await openWorld({ start });
  await opened.db.work(system, async (work) => {
    await opened.get(RuleSets).ensureDefaults(work);
    return null;
  });
  return opened;
}

beforeAll(async () => {
  world = await prepared();
  applications = world.get(Applications);
  extensions = world.get(Extensions);
  reminders = world.get(ApplicationReminders);
  submissions = world.get(ApplicationSubmissions);
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

const openRound = (options: RoundOptions = {}, where = world): Promise<MadeRound> =>
  publishedRound(where, { ceiling: dollars('100000'), ...options });
const draft = (given: ApplicationGiven): Promise<MadeApplication> => draftApplication(world, given);
const submit = ({ owner, applicationId }: MadeApplication): Promise<{ receiptNumber: string }> =>
  applications.submit(owner, applicationId, {});
const stateOf = async ({ applicationId }: MadeApplication, where = world): Promise<string> =>
  (await where.get(Applications).get(system, applicationId)).state;
const dueOf = async (roundId: string, where = world): Promise<Date> =>
  (await where.get(Rounds).get(system, roundId)).dueAt;
const codesOf = async (run: Promise<unknown>): Promise<string[]> =>
  (await refusal(run)).blockers.map(({ code }) => code);
const mailOf = ({ owner }: MadeApplication): string => (owner as PersonActor & { email: string }).email;

async function subjectsTo(address: string): Promise<string[]> {
  const rows = await world.db.query<{ subject: string }>(
    sql`select subject from mails where recipient = ${address} order by created_at, id`,
  );
  return rows.map(({ subject }) => subject);
}

/** So many of these at once, as the pool of connections has room for. */
async function inBatches<T, R>(items: readonly T[], run: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let start = 0; start < items.length; start += 10) {
    done.push(...(await Promise.all(items.slice(start, start + 10).map((item, at) => run(item, start + at)))));
  }
  return done;
}

describe('the last minute', () => {
  it('of the night the clocks go back: 200 at once, some twice, some too late - each in time exactly once', async () => {
    const night = await prepared(new Date('2015-10-30T19:00:00Z'));
    try {
      const service = night.get(Applications);
      // Half past one comes twice in that night; the deadline is the later one.
      const { roundId } = await openRound({ dueAt: new Date('2015-11-01T08:30:00Z') }, night);
      const dueAt = await dueOf(roundId, night);
      expect(dueAt.toISOString()).toBe('2015-11-01T09:30:00.000Z');
      const made = await inBatches(Array.from({ length: 200 }), () => draftApplication(night, { roundId }));
      night.clock.set(new Date(dueAt.getTime() + 20 * SECOND));
      const isLate = (index: number): boolean => index % 20 === 19;
      const send = (
        { owner, applicationId }: MadeApplication,
        index: number,
        key: string,
      ): Promise<{ receiptNumber: string }> => {
        const receivedAt = new Date(dueAt.getTime() + (isLate(index) ? SECOND : -(index % 60) * SECOND));
        const idempotency = { key, route: 'POST /applications/:id/submit', inputHash: 'same' };
        return runInRequest({ requestId: key, receivedAt, idempotency }, () =>
          service.submit(owner, applicationId, {}),
        );
      };
      const outcomes = await Promise.all(
        made.flatMap((each, index) => {
          const key = `key-of-${index}-0123456789`;
          // A double click has the same key; whoever pressed again after a lost answer may have another page.
          const again = index % 4 === 0 ? [key] : index % 4 === 1 ? [`${key}-other`] : [];
          return [key, ...again].map((one) =>
            send(each, index, one).then(
              ({ receiptNumber }) => ({ index, receiptNumber }),
              (error: { code?: string }) => ({ index, code: error.code }),
            ),
          );
        }),
      );
      const inTime = made.filter((_, index) => !isLate(index));
      for (const [index, each] of made.entries()) {
        const mine = outcomes.filter((outcome) => outcome.index === index);
        const receipts = mine.flatMap((outcome) => ('receiptNumber' in outcome ? [outcome.receiptNumber] : []));
        const rows = await night.get(ApplicationSubmissions).of(night.db, each.applicationId);
        if (isLate(index)) {
          expect([index, await stateOf(each, night), rows.length, receipts]).toEqual([index, 'draft', 0, []]);
          continue;
        }
        expect([index, await stateOf(each, night), rows.length]).toEqual([index, 'submitted', 1]);
        // A double click is told the same; another page that it was sent already.
        expect(new Set(receipts)).toEqual(new Set([rows[0]?.receiptNumber]));
        expect(receipts).toHaveLength(index % 4 === 0 ? 2 : 1);
        expect(rows[0]?.arrivedAt.getTime()).toBeLessThanOrEqual(dueAt.getTime());
      }
      const numbers = await night.db.query<{ number: string }>(
        sql`select receipt_number as number from application_submissions order by 1`,
      );
      expect(numbers.map(({ number }) => Number(number.slice(-4)))).toEqual(inTime.map((_, index) => index + 1));
      const mails = await night.db.query(sql`select 1 from mails where subject like 'We received%'`);
      expect(mails).toHaveLength(inTime.length);
      const late = await night.db.query(sql`select 1 from application_late_attempts`);
      expect(late).toHaveLength(10);
    } finally {
      await night.close();
    }
  }, 400_000);

  it('counts a request whose first line came in time, when the rest is here within ten minutes', async () => {
    const { roundId } = await openRound();
    const [soon, slow] = [await draft({ roundId }), await draft({ roundId })];
    const dueAt = await dueOf(roundId);
    const begunInTime = (made: MadeApplication): Promise<unknown> =>
      runInRequest({ requestId: 'slow', receivedAt: dueAt }, () => submit(made));
    world.clock.set(new Date(dueAt.getTime() + 10 * MINUTE));
    await begunInTime(soon);
    world.clock.set(new Date(dueAt.getTime() + 10 * MINUTE + 1));
    expect(await codesOf(begunInTime(slow))).toEqual(['application.too_late']);
    expect((await submissions.latest(world.db, soon.applicationId)).arrivedAt).toEqual(dueAt);
  });

  it('that was missed is told and kept: the draft with every word, and the attempt for whoever gives more time', async () => {
    const { roundId } = await openRound({ graceMinutes: 5 });
    const made = await draft({ roundId });
    const closesAt = new Date((await dueOf(roundId)).getTime() + 5 * MINUTE);
    world.clock.set(new Date(closesAt.getTime() + SECOND));
    expect(await codesOf(submit(made))).toEqual(['application.too_late']);
    expect(await codesOf(submit(made))).toEqual(['application.too_late']);
    expect(await submissions.lateAttempt(world.db, made.applicationId)).toEqual({
      ...{ arrivedAt: new Date(closesAt.getTime() + SECOND), closedAt: closesAt },
    });
    const rows = await world.db.query(sql`
      select 1 from application_late_attempts where application_id = ${made.applicationId}`);
    expect(rows).toHaveLength(1);
    expect(await applications.get(made.owner, made.applicationId)).toMatchObject({
      ...{ state: 'draft', summary: 'What we will do with students and families.' },
    });
  });
});

describe('more time', () => {
  const ask = (made: MadeApplication, wantedOn: string): Promise<{ id: string }> =>
    extensions.ask(made.owner, made.applicationId, { wantedOn, reason: 'Our office burned down' });
  const granted = { dueOn: '2015-12-20', dueTime: '17:00', note: 'A fire, proven by the report' };

  it('is asked for, given by an officer with a reason, and holds for this applicant alone', async () => {
    const { roundId, fundId } = await openRound();
    const [made, other] = [await draft({ roundId }), await draft({ roundId })];
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const elsewhere = await world.actor('program_officer', { scopeKind: 'fund', scopeId: (await openRound()).fundId });
    const early = await refusal(ask(made, '2015-12-10'));
    expect(early.fields).toMatchObject([{ field: 'wantedOn', code: 'extension.only_later' }]);
    const { id } = await ask(made, '2015-12-20');
    expect((await refusal(ask(made, '2015-12-21'))).code).toBe('extension_request.asked_already');
    expect((await refusal(extensions.see(elsewhere, id))).kind).toBe('not_found');
    expect((await refusal(extensions.grant(elsewhere, id, granted))).kind).toBe('not_found');
    expect((await refusal(extensions.grant(made.owner, id, granted))).kind).toBe('forbidden');
    expect((await refusal(extensions.see(other.owner, id))).kind).toBe('not_found');
    await extensions.grant(officer, id, granted);
    expect((await extensions.see(made.owner, id)).request).toMatchObject({ state: 'granted', answer: granted.note });
    expect(await subjectsTo(mailOf(made))).toContain(
      'You have more time for ' + (await applications.get(made.owner, made.applicationId)).title,
    );
    world.clock.set(new Date((await dueOf(roundId)).getTime() + DAY));
    expect(await codesOf(submit(other))).toEqual(['application.too_late']);
    await submit(made);
    expect(await stateOf(made)).toBe('submitted');
  });

  it('is to the second, and outlasts the beginning of the review, that closes the drafts of the others', async () => {
    const { roundId } = await openRound();
    const [made, slow, other] = [await draft({ roundId }), await draft({ roundId }), await draft({ roundId })];
    for (const each of [made, slow]) {
      const { id } = await ask(each, '2015-12-20');
      await extensions.grant(system, id, granted);
    }
    await beginReview(world, roundId);
    expect([await stateOf(made), await stateOf(slow), await stateOf(other)]).toEqual(['draft', 'draft', 'expired']);
    const own = new Date('2015-12-21T01:00:00Z');
    world.clock.set(own);
    await submit(made);
    world.clock.set(new Date(own.getTime() + SECOND));
    expect(await codesOf(submit(slow))).toEqual(['application.too_late']);
    world.clock.set(new Date(own.getTime() + 9 * MINUTE));
    await reminders.sweep();
    expect(await stateOf(slow)).toBe('draft');
    world.clock.set(new Date(own.getTime() + 11 * MINUTE));
    await Promise.all([reminders.sweep(), reminders.sweep()]);
    expect(await stateOf(slow)).toBe('expired');
    expect(await stateOf(made)).toBe('submitted');
  });

  it('opens again what was closed, by the number somebody says on the telephone', async () => {
    const { roundId, fundId } = await openRound();
    const made = await draft({ roundId });
    await beginReview(world, roundId);
    expect(await stateOf(made)).toBe('expired');
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const { number } = await applications.get(made.owner, made.applicationId);
    const give = { ...granted, dueOn: '2016-01-08', number: ` ${number} ` };
    const stranger = await world.actor('program_officer', { scopeKind: 'fund', scopeId: (await openRound()).fundId });
    expect((await refusal(extensions.giveByNumber(stranger, give))).fields[0]).toMatchObject({ field: 'number' });
    const past = { ...give, dueOn: '2015-11-01' };
    expect((await refusal(extensions.giveByNumber(officer, past))).fields[0]?.code).toBe('extension.only_later');
    await extensions.giveByNumber(officer, give);
    expect(await stateOf(made)).toBe('draft');
    expect((await refusal(applications.get(officer, made.applicationId))).kind).toBe('not_found');
    await submit(made);
  });

  it('is kept from the applicant with a reason, taken back by them, and given to nobody by themselves', async () => {
    const { roundId, fundId } = await openRound();
    const [made, back] = [await draft({ roundId }), await draft({ roundId })];
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const { id } = await ask(made, '2015-12-20');
    expect((await refusal(extensions.deny(officer, id, {}))).fields[0]?.code).toBe('action.needs_note');
    await extensions.deny(officer, id, { note: 'Everybody had the same storm' });
    expect((await extensions.see(made.owner, id)).request).toMatchObject({ state: 'denied' });
    const { id: second } = await ask(back, '2015-12-20');
    await extensions.withdraw(back.owner, second, {});
    expect((await refusal(extensions.grant(officer, second, granted))).code).toBe('action.not_open');
    const torn = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const { id: third } = await ask(back, '2015-12-21');
    await world.get(OrganizationMembers).add(system, back.organizationId, { personId: torn.personId, role: 'viewer' });
    const member: PersonActor = {
      ...torn,
      grants: [...torn.grants, { role: 'applicant', scopeKind: 'organization', scopeId: back.organizationId }],
    };
    expect((await refusal(extensions.grant(member, third, granted))).code).toBe('extension_request.own');
    // Who hides that they belong to it sees no request at all.
    expect((await refusal(extensions.see(torn, third))).kind).toBe('not_found');
    const { number } = await applications.get(back.owner, back.applicationId);
    const own = await refusal(extensions.giveByNumber(torn, { ...granted, number }));
    expect(own.fields[0]).toMatchObject({ field: 'number', code: 'field.not_found' });
  });

  it('is never changed once it was given', async () => {
    const { roundId } = await openRound();
    const { id } = await ask(await draft({ roundId }), '2015-12-20');
    await extensions.grant(system, id, granted);
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      for (const statement of [
        `update application_extensions set due_after = due_after + interval '1 day'`,
        `delete from application_extensions`,
        `delete from application_late_attempts`,
        `delete from application_reminders`,
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    } finally {
      await client.end();
    }
  });
});

describe('reminders', () => {
  it('come 7, 2 and 1 days before, each once, to those who write it, with what is missing', async () => {
    const { roundId } = await openRound({ dueAt: new Date('2015-12-10T20:00:00Z') });
    const made = await draft({ roundId });
    const editor = await organizationMember(world, made.organizationId, 'editor');
    const viewer = await organizationMember(world, made.organizationId, 'viewer');
    const sent = await submittedApplication(world, { roundId });
    await world
      .get(ApplicationSections)
      .saveBudget(made.owner, made.applicationId, { requested: dollars('5'), lines: [] });
    const due = async (address: string): Promise<number> =>
      (await subjectsTo(address)).filter((subject) => subject.endsWith('is due')).length;
    const at = async (instant: string): Promise<number> => {
      world.clock.set(new Date(instant));
      await Promise.all([reminders.sweep(), reminders.sweep(), reminders.sweep()]);
      await reminders.sweep();
      return due(mailOf(made));
    };
    expect(await at('2015-12-02T20:00:00Z')).toBe(0);
    expect(await at('2015-12-03T20:00:00Z')).toBe(1);
    expect(await at('2015-12-05T20:00:00Z')).toBe(1);
    expect(await at('2015-12-08T20:00:00Z')).toBe(2);
    expect(await at('2015-12-09T20:00:00Z')).toBe(3);
    expect(await at('2015-12-10T19:00:00Z')).toBe(3);
    expect(await at('2015-12-10T20:00:01Z')).toBe(3);
    expect([await due(editor.email), await due(viewer.email), await due(mailOf(sent))]).toEqual([3, 0, 0]);
    const [mail] = await world.db.query<{ body: string }>(sql`
      select body from mails where recipient = ${mailOf(made)} and subject like '%is due' limit 1`);
    expect(mail?.body).toContain('This is still missing');
  });

  it("come again when the deadline moved, and by the applicant's own where that is later", async () => {
    const { roundId } = await openRound({ dueAt: new Date('2015-12-10T20:00:00Z') });
    const [made, own] = [await draft({ roundId }), await draft({ roundId })];
    const { number } = await applications.get(own.owner, own.applicationId);
    await extensions.giveByNumber(system, { number, dueOn: '2015-12-30', dueTime: '17:00', note: 'Reason' });
    const due = async (each: MadeApplication): Promise<number> =>
      (await subjectsTo(mailOf(each))).filter((subject) => subject.endsWith('is due')).length;
    world.clock.set(new Date('2015-12-09T20:00:00Z'));
    await reminders.sweep();
    expect([await due(made), await due(own)]).toEqual([1, 0]);
    await world.get(Rounds).extend(system, roundId, { dueOn: '2015-12-16', dueTime: '12:00', reason: 'Snow' } as never);
    await reminders.sweep();
    await reminders.sweep();
    expect([await due(made), await due(own)]).toEqual([2, 0]);
    world.clock.set(new Date('2015-12-29T20:00:00Z'));
    await reminders.sweep();
    expect(await due(own)).toBe(1);
  });
});

describe('the receipt', () => {
  it('has number, time and fingerprint, is mailed, and is a PDF that says them', async () => {
    const { roundId } = await openRound();
    const made = await draft({ roundId });
    const { receiptNumber } = await submit(made);
    await world.drain();
    const submission = await submissions.latest(world.db, made.applicationId);
    const documents = await world.get(Documents).of(world.db, 'application_submission', [submission.id]);
    const [paper] = documents.get(submission.id) ?? [];
    expect(paper).toMatchObject({ kind: 'application_receipt', mime: 'application/pdf' });
    expect(paper?.title).toContain(receiptNumber);
    const opened = await world.get(Documents).open(made.owner, paper?.id ?? '');
    expect(opened.content.subarray(0, 5).toString()).toBe('%PDF-');
    const officer = await world.actor('program_officer');
    expect((await world.get(Documents).open(officer, paper?.id ?? '')).contentHash).toBe(opened.contentHash);
    const stranger = await draft({ roundId });
    expect((await refusal(world.get(Documents).open(stranger.owner, paper?.id ?? ''))).kind).toBe('not_found');
    const [row] = await world.db.query<{ fingerprint: string }>(
      sql`select fingerprint from applications where id = ${made.applicationId}`,
    );
    expect(submission.fingerprint).toBe(row?.fingerprint);
  });

  it('of what is sent again has the same number, and what was sent before stays as it was', async () => {
    const { roundId } = await openRound();
    const made = await draft({ roundId, title: 'As it was' });
    await submit(made);
    await applications.return(system, made.applicationId, { note: 'Mend the title', fixBy: '2015-11-20' });
    await world.get(ApplicationSections).saveSummary(made.owner, made.applicationId, {
      ...{ title: 'As it is', summary: 'Other words', districts: [{ district: 'Kent', share: 10_000 }] },
    });
    await submit(made);
    const [second, first] = await submissions.of(world.db, made.applicationId);
    expect([first?.number, second?.number]).toEqual([1, 2]);
    expect(second?.receiptNumber).toBe(first?.receiptNumber);
    expect(second?.fingerprint).not.toBe(first?.fingerprint);
    const contents = await world.db.query<{ title: string }>(sql`
      select content ->> 'title' as title from application_submissions
      where application_id = ${made.applicationId} order by number`);
    expect(contents.map(({ title }) => title)).toEqual(['As it was', 'As it is']);
  });
});

describe('what comes back for a fix', () => {
  it('is open in the parts that were named, and in no other', async () => {
    const { roundId } = await openRound();
    const made = await draft({ roundId, partners: [{ name: 'A partner', role: 'Mentors', level: 'vendor' }] });
    await submit(made);
    const sections = world.get(ApplicationSections);
    const unknown = applications.return(system, made.applicationId, {
      ...{ note: 'x', fixBy: '2015-11-20', parts: ['nothing'] },
    });
    expect((await refusal(unknown)).fields[0]).toMatchObject({ field: 'parts' });
    await applications.return(system, made.applicationId, {
      ...{ note: 'The lines do not add up', fixBy: '2015-11-20', parts: ['budget'] },
    });
    const summary = { title: 'Other', districts: [] };
    expect((await refusal(sections.saveSummary(made.owner, made.applicationId, summary))).code).toBe(
      'application.part_closed',
    );
    expect((await refusal(sections.savePartners(made.owner, made.applicationId, { partners: [] }))).code).toBe(
      'application.part_closed',
    );
    await sections.saveBudget(made.owner, made.applicationId, {
      ...{ requested: dollars('90'), lines: [{ category: 'Salaries', amount: dollars('90') }] },
    });
    const [mail] = await world.db.query<{ body: string }>(sql`
      select body from mails where recipient = ${mailOf(made)} and subject like '%came back to you'`);
    expect(mail?.body).toContain('The lines do not add up');
    await submit(made);
    // Named nothing, all of it is open.
    await applications.return(system, made.applicationId, { note: 'Once more', fixBy: '2015-11-20' });
    await sections.saveSummary(made.owner, made.applicationId, summary);
  });
});
