/** Applications: from the draft to eligible, and every way around the deadline, the freeze and who may see what. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RuleSets } from '../../src/features/agency/index.js';
import { Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { type MemberRole, OrganizationMembers } from '../../src/features/organizations/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  type ApplicationGiven,
  draftApplication,
  eligibleApplication,
  type MadeApplication,
  someDistricts,
  submittedApplication,
} from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { beginReview, type MadeRound, publishedRound, type RoundOptions } from '../factories/rounds.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const SECOND = 1000;
/** When an application that was sent in time cannot be on its way any more. */
const SETTLED = 11 * 60 * SECOND;
const MINUTE = 60 * SECOND;

let world: World;
let applications: Applications;
let sections: ApplicationSections;
let round: MadeRound;

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
  sections = world.get(ApplicationSections);
  round = await openRound();
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

const dollars = (text: string): Money => Money.parse(text);

const openRound = (options: RoundOptions = {}, where = world): Promise<MadeRound> =>
  publishedRound(where, { ceiling: dollars('100000'), ...options });

const draft = (given: Partial<ApplicationGiven> = {}): Promise<MadeApplication> =>
  draftApplication(world, { roundId: round.roundId, ...given });
const submitted = (given: Partial<ApplicationGiven> = {}): Promise<MadeApplication> =>
  submittedApplication(world, { roundId: round.roundId, ...given });

const codesOf = (error: AppError): string[] => error.blockers.map((each) => each.code);

async function stateOf(id: string, where = world): Promise<string> {
  return (await where.get(Applications).get(system, id)).state;
}

async function stepsOf(id: string, action: string): Promise<number> {
  const rows = await world.db.query(sql`select 1 from lifecycle_steps where subject_id = ${id} and action = ${action}`);
  return rows.length;
}

/** The person as they are after their roles changed. */
async function withGrantsOfNow(actor: PersonActor): Promise<PersonActor> {
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${actor.personId} and ended_at is null`);
  return { ...actor, grants };
}

async function join(actor: PersonActor, organizationId: string, role: MemberRole): Promise<PersonActor> {
  await world.get(OrganizationMembers).add(system, organizationId, { personId: actor.personId, role });
  return withGrantsOfNow(actor);
}

const idsOf = (page: { items: readonly { id: string }[] }): string[] => page.items.map((item) => item.id);

describe('the way to eligible', () => {
  it('is written section by section, submitted, and screened in by a program officer', async () => {
    const {
      applicationId: id,
      owner,
      organizationId,
    } = await draft({
      partners: [{ name: 'A partner nobody knows', role: 'Mentors', level: 'vendor', share: dollars('1000') }],
    });
    expect(await applications.get(owner, id)).toMatchObject({ state: 'draft', submittedAt: null, receiptNumber: null });
    const { receiptNumber } = await applications.submit(owner, id, {});
    expect(receiptNumber).toMatch(/^R-2015-\d{4}$/);
    const officer = await world.actor('program_officer');
    const content = await applications.get(officer, id);
    expect(content).toMatchObject({ state: 'submitted', receiptNumber, organizationId, roundId: round.roundId });
    expect(content.submittedAt).toEqual(WORLD_START);
    expect(content.budgetLines.map((line) => line.amount.format())).toEqual(['$75,000', '$25,000']);
    expect(content.partners).toMatchObject([{ name: 'A partner nobody knows', organizationId: null }]);
    await applications.take(officer, id, 'screen_in', {});
    expect(await stateOf(id)).toBe('eligible');
    const [row] = await world.db.query<{ fingerprint: string; certified: string }>(
      sql`select fingerprint, certified_by as certified from applications where id = ${id}`,
    );
    expect(row?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(row?.certified).toBe(owner.personId);
  });

  it('ends in the same state by the factory', async () => {
    const { applicationId } = await eligibleApplication(world, { roundId: round.roundId });
    expect(await stateOf(applicationId)).toBe('eligible');
  });

  it('sends the receipt to those who write and sign, and to nobody else', async () => {
    const { applicationId: id, owner, organizationId } = await draft();
    const signatory = await organizationMember(world, organizationId, 'signatory');
    const editor = await organizationMember(world, organizationId, 'editor');
    const viewer = await organizationMember(world, organizationId, 'viewer');
    const { receiptNumber } = await applications.submit(signatory, id, {});
    const mails = await mailsWith(receiptNumber);
    expect(mails).toHaveLength(3);
    expect(mails).toContain(signatory.email);
    expect(mails).toContain(editor.email);
    expect(mails).not.toContain(viewer.email);
    expect((await applications.get(owner, id)).state).toBe('submitted');
  });

  it('can be withdrawn with a reason, and then stays so', async () => {
    const { applicationId: id, owner } = await submitted();
    expect((await refusal(applications.take(owner, id, 'withdraw', {}))).fields[0]?.code).toBe('action.needs_note');
    await applications.take(owner, id, 'withdraw', { note: 'We have other money' });
    expect(await stateOf(id)).toBe('withdrawn');
    expect((await refusal(applications.submit(owner, id, {}))).code).toBe('action.not_open');
  });
});

async function mailsWith(text: string): Promise<string[]> {
  const rows = await world.db.query<{ recipient: string }>(
    sql`select recipient from mails where position(${text} in body || subject) > 0`,
  );
  return rows.map((row) => row.recipient);
}

describe('submitting', () => {
  it('says all that is missing at once', async () => {
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    const { id } = await applications.create(owner, { roundId: round.roundId, organizationId, title: 'Empty' });
    const error = await refusal(applications.submit(owner, id, {}));
    expect(error).toMatchObject({ kind: 'conflict', code: 'action.blocked' });
    expect(codesOf(error)).toEqual([
      'application.needs_summary',
      'application.districts_not_whole',
      'application.needs_amount',
    ]);
    expect(await stateOf(id)).toBe('draft');
  });

  it('says which amounts do not meet', async () => {
    const { roundId } = await openRound({ floor: dollars('5000'), ceiling: dollars('50000') });
    const [district = ''] = await someDistricts(world);
    const { applicationId: id, owner } = await draft({
      roundId,
      requested: dollars('60000'),
      budget: [{ category: 'Salaries', amount: dollars('59999.99') }],
      partners: [{ name: 'Large partner', role: 'Most of it', level: 'integrated', share: dollars('60000.01') }],
      districts: [{ district, share: 6000 }],
    });
    const words = Array.from({ length: 501 }, () => 'word').join(' ');
    await sections.saveSummary(owner, id, { title: 'T', summary: words, districts: [{ district, share: 6000 }] });
    const over = await refusal(applications.submit(owner, id, {}));
    expect(over.blockers).toEqual([
      { code: 'application.summary_long', params: { words: 501, most: 500, over: 1 } },
      { code: 'application.districts_not_whole', params: { share: 60 } },
      { code: 'application.over_ceiling', params: { requested: dollars('60000'), ceiling: dollars('50000') } },
      { code: 'application.budget_differs', params: { budget: dollars('59999.99'), requested: dollars('60000') } },
      { code: 'application.partners_over', params: { shares: dollars('60000.01'), requested: dollars('60000') } },
    ]);
    const lines = [{ category: 'Salaries', amount: dollars('4999.99') }];
    await sections.saveBudget(owner, id, { requested: dollars('4999.99'), lines });
    const under = await refusal(applications.submit(owner, id, {}));
    expect(under.blockers).toContainEqual({
      ...{ code: 'application.below_floor', params: { requested: dollars('4999.99'), floor: dollars('5000') } },
    });
  });

  it('refuses a lead of a kind that may not lead', async () => {
    const { roundId } = await openRound({ whoMayLead: ['school_district'] });
    const { applicationId: id, owner } = await draft({ roundId });
    expect(codesOf(await refusal(applications.submit(owner, id, {})))).toEqual(['application.may_not_lead']);
  });

  it('thirty-two times at once is one application with one receipt and one set of mails', async () => {
    const { applicationId: id, owner, organizationId } = await draft();
    const signatory = await organizationMember(world, organizationId, 'signatory');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 32 }, (_, index) => applications.submit(index % 2 === 0 ? owner : signatory, id, {})),
    );
    const taken = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(taken).toHaveLength(1);
    for (const each of outcomes)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ kind: 'conflict' });
    const { receiptNumber } = await applications.get(owner, id);
    expect(receiptNumber).toBe(taken[0]?.receiptNumber);
    expect(await mailsWith(receiptNumber ?? '')).toHaveLength(2);
    expect(await stepsOf(id, 'submit')).toBe(1);
  });

  it('gives no number twice and leaves none out, however many applications arrive at once', async () => {
    const made: MadeApplication[] = [];
    for (let index = 0; index < 6; index += 1) made.push(await draft());
    const receipts = await Promise.all(
      made.map(async ({ owner, applicationId }) => (await applications.submit(owner, applicationId, {})).receiptNumber),
    );
    const counted = receipts.map((receipt) => Number(receipt.slice(-4))).sort((one, other) => one - other);
    expect(counted).toEqual(counted.map((_, index) => (counted[0] ?? 0) + index));
  });

  it('refuses what was read on an old page', async () => {
    const { applicationId: id, owner } = await draft();
    const { version } = await applications.get(owner, id);
    await sections.savePartners(owner, id, { partners: [], version });
    expect((await refusal(applications.submit(owner, id, { version }))).code).toBe('thing.changed_meanwhile');
  });
});

describe('the deadline', () => {
  it('is to the second with its grace, in the night the clocks go back', async () => {
    const night = await prepared(new Date('2015-10-20T19:00:00Z'));
    try {
      const service = night.get(Applications);
      // Half past one comes twice in that night; the deadline is the later one.
      const given = { dueAt: new Date('2015-11-01T08:30:00Z'), graceMinutes: 45 };
      const { roundId } = await openRound(given, night);
      expect((await night.get(Rounds).get(system, roundId)).dueAt.toISOString()).toBe('2015-11-01T09:30:00.000Z');
      const inTime = await draftApplication(night, { roundId });
      const late = await draftApplication(night, { roundId });
      night.clock.set(new Date('2015-11-01T10:15:00Z'));
      await service.submit(inTime.owner, inTime.applicationId, {});
      night.clock.set(new Date('2015-11-01T10:15:01Z'));
      const error = await refusal(service.submit(late.owner, late.applicationId, {}));
      expect(codesOf(error)).toEqual(['application.too_late']);
      expect(String(error.blockers[0]?.params?.['closes'])).toContain('1:30');
      // It is kept, and can still be read.
      expect(await service.get(late.owner, late.applicationId)).toMatchObject({ state: 'draft' });
      const begun = service.create(late.owner, { roundId, organizationId: late.organizationId, title: 'Too late' });
      expect((await refusal(begun)).code).toBe('application.round_not_open');
    } finally {
      await night.close();
    }
  });

  it('looks at when it arrived, not at when its turn came', async () => {
    const { roundId } = await openRound({ graceMinutes: 1 });
    const one = await draft({ roundId });
    const other = await draft({ roundId });
    const { dueAt } = await world.get(Rounds).get(system, roundId);
    const closes = dueAt.getTime() + MINUTE;
    world.clock.set(new Date(closes + 90 * SECOND));
    const arriving = (at: number, { owner, applicationId }: MadeApplication): Promise<unknown> =>
      runInRequest({ requestId: 'slow', receivedAt: new Date(at) }, () =>
        applications.submit(owner, applicationId, {}),
      );
    expect(codesOf(await refusal(arriving(closes + SECOND, other)))).toEqual(['application.too_late']);
    await arriving(closes, one);
    const { state, submittedAt } = await applications.get(one.owner, one.applicationId);
    expect(state).toBe('submitted');
    expect(submittedAt).toEqual(new Date(closes));
  });

  it('lets nothing in before the round opens, nor into one that is not published', async () => {
    const { roundId } = await openRound();
    const { owner, organizationId } = await draft({ roundId });
    const { opensAt } = await world.get(Rounds).get(system, roundId);
    const begin = (): Promise<unknown> => applications.create(owner, { roundId, organizationId, title: 'Early' });
    const { now } = world.db;
    world.clock.set(opensAt);
    const early = runInRequest({ requestId: 'early', receivedAt: new Date(opensAt.getTime() - 1) }, begin);
    expect((await refusal(early)).code).toBe('application.round_not_open');
    world.clock.set(now);
    await world.get(Rounds).take(system, roundId, 'cancel', { note: 'No money' });
    expect((await refusal(begin())).fields[0]).toMatchObject({ field: 'roundId' });
  });

  it('ends drafts when the review of the round begins, and only those', async () => {
    const made = await openRound();
    const unsent = await draft({ roundId: made.roundId });
    const sent = await submitted({ roundId: made.roundId });
    const elsewhere = await draft();
    const { dueAt } = await world.get(Rounds).get(system, made.roundId);
    world.clock.set(new Date(dueAt.getTime() + SETTLED));
    // By a person: no officer may read a draft, and yet it ends.
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: made.fundId });
    await world.get(Rounds).take(officer, made.roundId, 'begin_review', {});
    expect(await stateOf(unsent.applicationId)).toBe('expired');
    expect(await stateOf(sent.applicationId)).toBe('submitted');
    expect(await stateOf(elsewhere.applicationId)).toBe('draft');
    expect((await refusal(applications.get(officer, unsent.applicationId))).kind).toBe('not_found');
    expect((await applications.get(unsent.owner, unsent.applicationId)).state).toBe('expired');
  });

  it('and a submission that arrived in time is not lost: the review waits until none can be on its way', async () => {
    const { roundId } = await openRound();
    const made = await draft({ roundId });
    const { dueAt } = await world.get(Rounds).get(system, roundId);
    world.clock.set(new Date(dueAt.getTime() + 9 * 60 * SECOND));
    const [sent, begun] = await Promise.allSettled([
      runInRequest({ requestId: 'slow', receivedAt: dueAt }, () =>
        applications.submit(made.owner, made.applicationId, {}),
      ),
      world.get(Rounds).take(system, roundId, 'begin_review', {}),
    ]);
    expect(sent.status).toBe('fulfilled');
    expect(begun.status === 'rejected' && begun.reason).toMatchObject({ kind: 'conflict' });
    expect(await stateOf(made.applicationId)).toBe('submitted');
    await beginReview(world, roundId);
    expect(await stateOf(made.applicationId)).toBe('submitted');
  });

  it('leaves what was returned alone until its own day is over', async () => {
    const { roundId } = await openRound();
    const open = await submitted({ roundId });
    const over = await submitted({ roundId });
    await applications.return(system, open.applicationId, { note: 'Mend the budget', fixBy: '2016-03-01' });
    await applications.return(system, over.applicationId, { note: 'Mend the budget', fixBy: '2015-11-12' });
    await beginReview(world, roundId);
    expect(await stateOf(open.applicationId)).toBe('returned');
    expect(await stateOf(over.applicationId)).toBe('expired');
    await applications.submit(open.owner, open.applicationId, {});
    expect(await stateOf(open.applicationId)).toBe('submitted');
  });
});

describe('what was submitted', () => {
  it('is not written again by any section', async () => {
    const { applicationId: id, owner } = await submitted();
    const summary = { title: 'Other', summary: 'Other', districts: [] };
    const budget = { requested: dollars('1'), lines: [{ category: 'x', amount: dollars('1') }] };
    for (const save of [
      () => sections.saveSummary(owner, id, summary),
      () => sections.saveBudget(owner, id, budget),
      () => sections.savePartners(owner, id, { partners: [] }),
    ]) {
      expect(await refusal(save())).toMatchObject({ kind: 'conflict', code: 'application.frozen' });
    }
  });

  it('is frozen in the database too, for the role the application has', async () => {
    const { applicationId: id } = await submitted({
      partners: [{ name: 'Partner', role: 'Tutors', level: 'coordinated' }],
    });
    const other = await draft();
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    const frozen = { code: '23514', constraint: 'applications_frozen_check' };
    try {
      for (const statement of [
        `update applications set title = 'Other' where id = $1`,
        `update applications set summary = 'Other' where id = $1`,
        `update applications set requested_cents = requested_cents + 1 where id = $1`,
        `update applications set schools = 'Other' where id = $1`,
        `update applications set state = 'draft', title = 'Other' where id = $1`,
        `update applications set number = '2015-9999' where id = $1`,
        `update application_budget_lines set amount_cents = 1 where application_id = $1`,
        `delete from application_budget_lines where application_id = $1`,
        `update application_districts set share_basis_points = 1 where application_id = $1`,
        `delete from application_districts where application_id = $1`,
        `update application_partners set role = 'Other' where application_id = $1`,
        `delete from application_partners where application_id = $1`,
        `update application_partners set application_id = '${other.applicationId}' where application_id = $1`,
        `update application_districts set application_id = $1 where application_id = '${other.applicationId}'`,
        `insert into application_districts (id, version, created_at, application_id, district, share_basis_points)
         values (gen_random_uuid(), 1, now(), $1, 'Other', 1)`,
      ]) {
        await expect(client.query(statement, [id])).rejects.toMatchObject(frozen);
      }
      await expect(client.query('delete from applications where id = $1', [id])).rejects.toMatchObject({
        code: '42501',
      });
    } finally {
      await client.end();
    }
  });

  it('comes back for a fix, is mended, and keeps its receipt number', async () => {
    const { applicationId: id, owner } = await submitted();
    const officer = await world.actor('program_officer');
    const before = await applications.get(owner, id);
    const past = await refusal(applications.return(officer, id, { note: 'x', fixBy: '2015-11-09' }));
    expect(past.fields[0]).toMatchObject({ field: 'fixBy', code: 'application.day_past' });
    await applications.return(officer, id, { note: 'The budget names no salaries', fixBy: '2015-11-20' });
    await sections.saveBudget(owner, id, {
      requested: dollars('90000'),
      lines: [{ category: 'Salaries', amount: dollars('90000') }],
    });
    world.clock.set(new Date('2015-11-20T20:00:00Z'));
    const { receiptNumber } = await applications.submit(owner, id, {});
    expect(receiptNumber).toBe(before.receiptNumber);
    const after = await applications.get(officer, id);
    expect(after).toMatchObject({ state: 'submitted', receiptNumber, fixBy: null });
    expect(after.requested).toEqual(dollars('90000'));
    expect(after.submittedAt).not.toEqual(before.submittedAt);
  });

  it('does not come back after the day for the fix', async () => {
    const { applicationId: id, owner } = await submitted();
    await applications.return(system, id, { note: 'Mend it', fixBy: '2015-11-12' });
    world.clock.set(new Date('2015-11-13T09:00:00Z'));
    const error = await refusal(applications.submit(owner, id, {}));
    expect(error.blockers).toEqual([{ code: 'application.fix_over', params: { date: '2015-11-12' } }]);
  });

  it('may be appealed once, until its day, and the appeal is answered', async () => {
    const { applicationId: id, owner } = await submitted();
    const officer = await world.actor('program_officer');
    await applications.screenOut(officer, id, { note: 'Outside the district', appealBy: '2015-11-20' });
    world.clock.set(new Date('2015-11-21T20:00:00Z'));
    const late = await refusal(applications.take(owner, id, 'appeal', { note: 'We serve it' }));
    expect(codesOf(late)).toEqual(['application.appeal_over']);
    world.clock.set(new Date('2015-11-20T20:00:00Z'));
    await applications.take(owner, id, 'appeal', { note: 'We serve it' });
    await applications.take(officer, id, 'uphold', { note: 'The school is outside' });
    expect(await stateOf(id)).toBe('ineligible');
    const twice = await refusal(applications.take(owner, id, 'appeal', { note: 'Again' }));
    expect(codesOf(twice)).toEqual(['application.appealed_already']);
    const other = await submitted();
    await applications.screenOut(officer, other.applicationId, { note: 'No', appealBy: '2015-11-25' });
    await applications.take(other.owner, other.applicationId, 'appeal', { note: 'Yes' });
    await applications.take(officer, other.applicationId, 'allow', {});
    expect(await stateOf(other.applicationId)).toBe('eligible');
  });
});

describe('who sees and does what', () => {
  it('another organization finds nothing, whatever it asks', async () => {
    const { applicationId: id, organizationId } = await submitted({ title: 'Quietly ours' });
    const stranger = (await draft()).owner;
    expect((await refusal(applications.get(stranger, id))).kind).toBe('not_found');
    expect((await refusal(applications.submit(stranger, id, {}))).kind).toBe('not_found');
    expect((await refusal(applications.take(stranger, id, 'withdraw', { note: 'x' }))).kind).toBe('not_found');
    expect((await refusal(sections.savePartners(stranger, id, { partners: [] }))).kind).toBe('not_found');
    expect(idsOf(await applications.list(stranger, {}))).not.toContain(id);
    expect((await applications.list(stranger, { q: 'Quietly' })).count).toBe(0);
    expect((await refusal(applications.get(PUBLIC_ACTOR, id))).kind).toBe('not_found');
    const create = applications.create(stranger, { roundId: round.roundId, organizationId, title: 'For others' });
    expect((await refusal(create)).fields[0]).toMatchObject({
      ...{ field: 'organizationId', code: 'application.not_your_organization' },
    });
  });

  it('nobody at the agency reads a draft, save the auditor, who changes nothing', async () => {
    const { applicationId: id } = await draft();
    for (const role of ['program_officer', 'clerk', 'reviewer', 'committee_member', 'administrator'] as const) {
      expect((await refusal(applications.get(await world.actor(role), id))).kind).toBe('not_found');
    }
    const sent = await submitted();
    const auditor = await world.actor('auditor');
    expect((await applications.get(auditor, id)).state).toBe('draft');
    expect((await refusal(applications.take(auditor, sent.applicationId, 'screen_in', {}))).kind).toBe('forbidden');
    expect((await refusal(applications.get(await world.actor('reviewer'), sent.applicationId))).kind).toBe('not_found');
  });

  it('an officer of another fund finds nothing', async () => {
    const elsewhere = await openRound();
    const { applicationId: id } = await submitted();
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: elsewhere.fundId });
    expect((await refusal(applications.take(officer, id, 'screen_in', {}))).kind).toBe('not_found');
    expect((await applications.list(officer, {})).count).toBe(0);
  });

  it('an editor writes and does not certify; a viewer only looks; a signatory certifies and does not write', async () => {
    const { applicationId: id, organizationId } = await draft();
    const partners = { partners: [] };
    const editor = await organizationMember(world, organizationId, 'editor');
    await sections.savePartners(editor, id, partners);
    expect(await refusal(applications.submit(editor, id, {}))).toMatchObject({
      ...{ kind: 'forbidden', code: 'application.certifier_only' },
    });
    const viewer = await organizationMember(world, organizationId, 'viewer');
    expect((await applications.get(viewer, id)).state).toBe('draft');
    expect((await refusal(sections.savePartners(viewer, id, partners))).kind).toBe('forbidden');
    expect((await refusal(applications.submit(viewer, id, {}))).kind).toBe('forbidden');
    const signatory = await organizationMember(world, organizationId, 'signatory');
    expect((await refusal(sections.savePartners(signatory, id, partners))).kind).toBe('forbidden');
    await applications.submit(signatory, id, {});
    expect((await refusal(applications.take(signatory, id, 'screen_in', {}))).kind).toBe('forbidden');
    expect(await stateOf(id)).toBe('submitted');
  });

  it('a direct conflict keeps an officer away from it everywhere: page, list, count and search', async () => {
    const partner = await organization(world);
    const { roundId, fundId } = await openRound();
    const clean = await submitted({ roundId, title: 'Heron one' });
    const { applicationId: id } = await submitted({
      ...{ roundId, title: 'Heron two' },
      partners: [{ name: partner.name.toUpperCase(), role: 'Tutors', level: 'collaborative' }],
    });
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    expect((await applications.list(officer, { q: 'heron' })).count).toBe(2);
    const torn = await join(officer, partner.id, 'viewer');
    expect((await refusal(applications.get(torn, id))).kind).toBe('not_found');
    for (const query of [{}, { q: 'heron' }, { round: roundId }, { state: 'submitted' }]) {
      const page = await applications.list(torn, query);
      expect(idsOf(page)).toEqual([clean.applicationId]);
      expect(page.count).toBe(1);
    }
    expect((await refusal(applications.take(torn, id, 'screen_in', {}))).kind).toBe('not_found');
    expect((await refusal(applications.return(torn, id, { note: 'x', fixBy: '2015-12-01' }))).kind).toBe('not_found');
    expect((await refusal(applications.screenOut(torn, id, { note: 'x', appealBy: '2015-12-01' }))).kind).toBe(
      'not_found',
    );
    expect(idsOf(await applications.list(officer, {}))).not.toContain(id);
  });

  it('as a member of the applicant the same person sees their own, and decides nothing of it', async () => {
    const { applicationId: id, organizationId, owner } = await submitted();
    const torn = await join(await world.actor('program_officer'), organizationId, 'owner');
    expect((await applications.get(torn, id)).id).toBe(id);
    expect(idsOf(await applications.list(torn, { round: round.roundId }))).toContain(id);
    const due = '2015-12-01';
    expect((await refusal(applications.take(torn, id, 'screen_in', {}))).kind).toBe('forbidden');
    expect((await refusal(applications.return(torn, id, { note: 'x', fixBy: due }))).kind).toBe('forbidden');
    expect((await refusal(applications.screenOut(torn, id, { note: 'x', appealBy: due }))).kind).toBe('forbidden');
    await applications.screenOut(system, id, { note: 'No', appealBy: due });
    await applications.take(owner, id, 'appeal', { note: 'Yes' });
    expect((await refusal(applications.take(torn, id, 'allow', {}))).kind).toBe('forbidden');
    expect((await refusal(applications.take(torn, id, 'uphold', { note: 'x' }))).kind).toBe('forbidden');
    expect(await stateOf(id)).toBe('appealed');
    await applications.take(torn, id, 'withdraw', { note: 'As its owner' });
    expect(await stateOf(id)).toBe('withdrawn');
  });
});

describe('writing', () => {
  it('from an old page is refused, and what the other wrote stays', async () => {
    const { applicationId: id, owner } = await draft();
    const { version } = await applications.get(owner, id);
    const lines = [{ category: 'Salaries', amount: dollars('10') }];
    await sections.saveBudget(owner, id, { requested: dollars('10'), lines, version });
    for (const save of [
      () => sections.saveBudget(owner, id, { requested: dollars('20'), lines: [], version }),
      () => sections.savePartners(owner, id, { partners: [], version }),
      () => sections.saveSummary(owner, id, { title: 'Old', districts: [], version }),
    ]) {
      expect(await refusal(save())).toMatchObject({ kind: 'conflict', code: 'thing.changed_meanwhile' });
    }
    expect((await applications.get(owner, id)).requested).toEqual(dollars('10'));
  });

  it('of one section by many at once from one page is done once', async () => {
    const { applicationId: id, owner } = await draft();
    const { version } = await applications.get(owner, id);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        sections.saveBudget(owner, id, {
          ...{ requested: Money.ofCents(100 + index), version },
          lines: [{ category: 'Salaries', amount: Money.ofCents(100 + index) }],
        }),
      ),
    );
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const { requested, budgetLines } = await applications.get(owner, id);
    expect(budgetLines.map((line) => line.amount)).toEqual([requested]);
  });

  it('knows only the districts of the agency, each once', async () => {
    const { applicationId: id, owner } = await draft();
    const [known = ''] = await someDistricts(world);
    const districts = [known, 'Nowhere', known].map((district) => ({ district, share: 2000 }));
    const error = await refusal(sections.saveSummary(owner, id, { title: 'T', districts }));
    expect(error.fields.map(({ field, code }) => [field, code])).toEqual([
      ['districts[1].district', 'application.district_unknown'],
      ['districts[2].district', 'application.district_twice'],
    ]);
  });
});

describe('the list', () => {
  it('is filtered by state, round, district and what is looked for', async () => {
    const [first = '', second = ''] = await someDistricts(world);
    const { roundId } = await openRound();
    const wide = [
      { district: first, share: 4000 },
      { district: second, share: 6000 },
    ];
    const one = await submitted({ roundId, title: '100% of families' });
    const two = await submitted({ roundId, title: 'Reading_room', districts: wide });
    const three = await draft({ roundId, title: 'Unsent' });
    const found = async (query: object): Promise<string[]> =>
      idsOf(await applications.list(system, { round: roundId, ...query })).sort();
    const ids = (...made: MadeApplication[]): string[] => made.map((each) => each.applicationId).sort();
    expect(await found({})).toEqual(ids(one, two, three));
    expect(await found({ state: 'submitted' })).toEqual(ids(one, two));
    expect(await found({ district: second })).toEqual(ids(two));
    expect(await found({ q: '100%' })).toEqual(ids(one));
    // Signs that mean something to the database mean only themselves.
    expect(await found({ q: '%' })).toEqual(ids(one));
    expect(await found({ q: 'g_r' })).toEqual(ids(two));
    expect(await found({ q: "'; drop" })).toEqual([]);
    const { number } = await applications.get(system, three.applicationId);
    expect(await found({ q: number })).toEqual(ids(three));
    expect(await found({ round: (await openRound()).roundId })).toEqual([]);
    const [row] = (await applications.list(system, { q: 'Reading_room' })).items;
    expect(row).toMatchObject({ district: second, requestedCents: '10000000' });
  });

  it.each(['title', '-number', 'requested'])('by %s gives every application once, page by page', async (sort) => {
    const { roundId } = await openRound();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.push((await draft({ roundId, title: 'Same' })).applicationId);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await applications.list(system, { round: roundId, sort, limit: 2, after });
      expect(page.count).toBe(5);
      seen.push(...idsOf(page));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toHaveLength(5);
    expect([...seen].sort()).toEqual([...made].sort());
  });

  it('takes no cursor of another list', async () => {
    const { roundId } = await openRound();
    await draft({ roundId });
    await draft({ roundId });
    const { next } = await applications.list(system, { round: roundId, limit: 1 });
    const error = await refusal(applications.list(system, { limit: 1, after: next ?? '' }));
    expect(error.fields[0]?.code).toBe('list.cursor_of_another_list');
  });
});
