/** Who works on an application: partners that confirm, colleagues with one application, who certifies and what is signed. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RuleSets } from '../../src/features/agency/index.js';
import {
  ApplicationColleagues,
  Applications,
  ApplicationSections,
  ApplicationSubmissions,
  type PartnerLine,
  Partners,
  partnersOf,
} from '../../src/features/applications/index.js';
import { Attachments } from '../../src/features/documents/index.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { type ApplicationGiven, draftApplication, type MadeApplication } from '../factories/applications.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound, type RoundOptions } from '../factories/rounds.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let applications: Applications;
let sections: ApplicationSections;
let partners: Partners;
let colleagues: ApplicationColleagues;
let round: MadeRound;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  applications = world.get(Applications);
  sections = world.get(ApplicationSections);
  partners = world.get(Partners);
  colleagues = world.get(ApplicationColleagues);
  round = await openRound({ partnersMustConfirm: true });
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

const openRound = (options: RoundOptions = {}): Promise<MadeRound> =>
  publishedRound(world, { ceiling: dollars('100000'), ...options });

let names = 0;
const partnerRow = (given: Partial<NonNullable<ApplicationGiven['partners']>[number]> = {}) => ({
  ...{ name: `Partner ${(names += 1)}`, role: 'Mentors', level: 'collaborative' as const, share: dollars('1000') },
  ...given,
});
const draft = (given: Partial<ApplicationGiven> = {}): Promise<MadeApplication> =>
  draftApplication(world, { roundId: round.roundId, partners: [partnerRow()], ...given });

const partnerOf = async ({ applicationId }: MadeApplication, at = 0): Promise<PartnerLine> =>
  (await partnersOf(world.db, [applicationId]))[at] as PartnerLine;

async function tokensTo(address: string): Promise<string[]> {
  await world.drain();
  const rows = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${address} order by created_at desc, id desc`,
  );
  return rows.flatMap(({ body }) => /\/(?:partner|colleague)\/([\w-]{43})/u.exec(body)?.[1] ?? []);
}

async function asked(made: MadeApplication, address: string, at = 0): Promise<string> {
  const { id: partnerId } = await partnerOf(made, at);
  await partners.invite(made.owner, made.applicationId, { partnerId, address });
  const [token = ''] = await tokensTo(address);
  return token;
}

/** The same person with the roles they hold now, as their next request has them. */
async function again(actor: PersonActor): Promise<PersonActor> {
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${actor.personId} and ended_at is null`);
  return { kind: 'person', personId: actor.personId, name: actor.name, grants };
}

async function newcomer(): Promise<PersonActor & { email: string }> {
  const { personId, name, email } = await world.person();
  return { kind: 'person', personId, name, grants: [], email };
}

const submitCodes = async (made: MadeApplication): Promise<string[]> =>
  (await refusal(applications.submit(made.owner, made.applicationId, {}))).blockers.map(({ code }) => code);

describe('a partner', () => {
  it('is waited for, confirms by a mailed link, and then the application can be sent', async () => {
    const made = await draft();
    expect(await submitCodes(made)).toEqual(['application.partner_named']);
    const token = await asked(made, 'one@partner.example');
    expect(await submitCodes(made)).toEqual(['application.partner_asked']);
    const door = await partners.look(token);
    expect(door.partner).toMatchObject({ role: 'Mentors', level: 'collaborative', state: 'asked' });
    expect(
      (await refusal(partners.confirmByLink(PUBLIC_ACTOR, token, answer(door.part, { agreed: false })))).fields,
    ).toMatchObject([{ field: 'agreed', code: 'partner.must_agree' }]);
    await partners.confirmByLink(PUBLIC_ACTOR, token, answer(door.part));
    expect(await partnerOf(made)).toMatchObject({
      state: 'confirmed',
      confirmedName: 'Kim Partner',
      confirmedBy: null,
    });
    const told = await world.db.query(sql`
      select 1 from mails where recipient = ${ownerMail(made)} and subject like '%can be sent now: all partners have confirmed'`);
    expect(told).toHaveLength(1);
    await applications.submit(made.owner, made.applicationId, {});
    expect((await applications.get(made.owner, made.applicationId)).state).toBe('submitted');
  });

  it('is asked for nothing where the round does not want it', async () => {
    const { roundId } = await openRound();
    const made = await draft({ roundId });
    await applications.submit(made.owner, made.applicationId, {});
    expect(await partnerOf(made)).toMatchObject({ state: 'named' });
  });

  it('confirms what it read: another role or dollar is another part, and the lead waits again', async () => {
    const row = partnerRow();
    const made = await draft({ partners: [row] });
    const token = await asked(made, 'two@partner.example');
    const { part } = await partners.look(token);
    const save = (share: Money): Promise<unknown> =>
      sections.savePartners(made.owner, made.applicationId, { partners: [{ ...row, share }] });
    await save(dollars('999'));
    const stale = await refusal(partners.confirmByLink(PUBLIC_ACTOR, token, answer(part)));
    expect(stale.code).toBe('partner.part_changed');
    // The link is as good as before: nothing was used up.
    await partners.confirmByLink(PUBLIC_ACTOR, token, answer((await partners.look(token)).part));
    await save(dollars('998.99'));
    expect(await partnerOf(made)).toMatchObject({ state: 'changed' });
    expect(await submitCodes(made)).toEqual(['application.partner_changed']);
    // Saved as it was confirmed, it is confirmed.
    await save(dollars('999'));
    expect(await partnerOf(made)).toMatchObject({ state: 'confirmed' });
  });

  it('that declines is named with its reason until the lead asks again', async () => {
    const made = await draft();
    const token = await asked(made, 'three@partner.example');
    await partners.declineByLink(PUBLIC_ACTOR, token, { note: 'We have no mentors' });
    expect(await partnerOf(made)).toMatchObject({ state: 'declined', declineReason: 'We have no mentors' });
    expect(await submitCodes(made)).toEqual(['application.partner_declined']);
    const other = await asked(made, 'three@partner.example');
    expect(other).not.toBe(token);
    expect((await refusal(partners.look(token))).code).toBe('link.not_open');
    expect((await partners.look(other)).partner.state).toBe('asked');
  });

  it('confirms once, however often the button is pressed at once', async () => {
    const made = await draft();
    const token = await asked(made, 'four@partner.example');
    const { part } = await partners.look(token);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => partners.confirmByLink(PUBLIC_ACTOR, token, answer(part))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const events = await world.db.query(sql`
      select 1 from audit_events where action = 'partner.confirmed' and subject_id = ${made.applicationId}`);
    expect(events).toHaveLength(1);
  });

  it('and the one who sends it meet: never is one sent without the other', async () => {
    const made = await draft();
    const token = await asked(made, 'meet@partner.example');
    const { part } = await partners.look(token);
    const [sent] = await Promise.allSettled([
      applications.submit(made.owner, made.applicationId, {}),
      partners.confirmByLink(PUBLIC_ACTOR, token, answer(part)),
    ]);
    const { state } = await applications.get(made.owner, made.applicationId);
    expect(state).toBe(sent.status === 'fulfilled' ? 'submitted' : 'draft');
    expect((await partnerOf(made)).state).toBe('confirmed');
  });

  it('is not confirmed by the lead: neither its address nor its people', async () => {
    const made = await draft();
    const { id: partnerId } = await partnerOf(made);
    const own = await refusal(partners.invite(made.owner, made.applicationId, { partnerId, address: ownerMail(made) }));
    expect(own.fields).toMatchObject([{ field: 'address', code: 'partner.own_address' }]);
    const token = await asked(made, 'five@partner.example');
    const { part } = await partners.look(token);
    expect((await refusal(partners.confirmByLink(made.owner, token, answer(part)))).code).toBe('partner.own');
    expect((await partnerOf(made)).state).toBe('asked');
  });

  it('that is known here confirms signed in, sees its own part, and nothing else of the lead', async () => {
    const known = await organization(world);
    const signatory = await organizationMember(world, known.id, 'signatory');
    const viewer = await organizationMember(world, known.id, 'viewer');
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    const made = await draft({ partners: [partnerRow({ name: known.name }), partnerRow()] });
    const { id: partnerId } = await partnerOf(made);
    expect(await partners.namingMe(signatory)).toEqual([]);
    await asked(made, 'six@partner.example');
    const [door] = await partners.namingMe(signatory);
    expect(door).toMatchObject({ partnerId, lead: expect.any(String), partner: { name: known.name } });
    expect(JSON.stringify(door)).not.toContain('What we will do');
    expect(await partners.namingMe(viewer)).toEqual([]);
    expect(await partners.namingMe(stranger)).toEqual([]);
    const part = door?.part ?? '';
    expect((await refusal(applications.get(signatory, made.applicationId))).kind).toBe('not_found');
    expect((await refusal(partners.confirmAs(stranger, partnerId, answer(part)))).kind).toBe('not_found');
    expect((await refusal(partners.confirmAs(viewer, partnerId, answer(part)))).kind).toBe('forbidden');
    const { id: other } = await partnerOf(made, 1);
    expect((await refusal(partners.confirmAs(signatory, other, answer(part)))).kind).toBe('not_found');
    await partners.confirmAs(signatory, partnerId, answer(part));
    expect(await partnerOf(made)).toMatchObject({ state: 'confirmed', confirmedBy: signatory.personId });
  });

  it('has nothing to confirm any more once the application was sent', async () => {
    const { roundId } = await openRound();
    const made = await draft({ roundId });
    const token = await asked(made, 'seven@partner.example');
    const { part } = await partners.look(token);
    await applications.submit(made.owner, made.applicationId, {});
    expect((await refusal(partners.confirmByLink(PUBLIC_ACTOR, token, answer(part)))).code).toBe(
      'partner.sent_already',
    );
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      await expect(
        client.query(
          `update application_partners set confirmed_at = now(), confirmed_name = 'X', confirmed_fingerprint = 'x'
           where application_id = $1`,
          [made.applicationId],
        ),
      ).rejects.toMatchObject({ constraint: 'applications_frozen_check' });
    } finally {
      await client.end();
    }
  });

  it('keeps who it is when rows change places, and is another one under another name', async () => {
    const [one, two, three] = [partnerRow(), partnerRow(), partnerRow()] as const;
    const made = await draft({ partners: [one, two] });
    const token = await asked(made, 'eight@partner.example');
    await partners.confirmByLink(PUBLIC_ACTOR, token, answer((await partners.look(token)).part));
    const before = await partnersOf(world.db, [made.applicationId]);
    await sections.savePartners(made.owner, made.applicationId, { partners: [two, one] });
    const swapped = await partnersOf(world.db, [made.applicationId]);
    expect(swapped.map(({ id }) => id)).toEqual([before[1]?.id, before[0]?.id]);
    expect(swapped[1]).toMatchObject({ name: one.name, state: 'confirmed' });
    await sections.savePartners(made.owner, made.applicationId, { partners: [two, three] });
    expect(await partnerOf(made, 1)).toMatchObject({ id: before[0]?.id, name: three.name, state: 'named' });
    const twice = await refusal(
      sections.savePartners(made.owner, made.applicationId, {
        partners: [two, { ...two, name: two.name.toUpperCase() }],
      }),
    );
    expect(twice.fields).toMatchObject([{ field: 'partners[1].name', code: 'partner.named_twice' }]);
  });

  it('has its memorandum opened by both sides and the agency, and by nobody else', async () => {
    const known = await organization(world);
    const signatory = await organizationMember(world, known.id, 'signatory');
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    const made = await draft({ partners: [partnerRow({ name: known.name })] });
    const { id: partnerId } = await partnerOf(made);
    const { id: mouId } = await attachment(world, made.owner);
    const foreign = await draft();
    const misplaced = partners.attachMou(foreign.owner, foreign.applicationId, { partnerId, mouId });
    expect((await refusal(misplaced)).kind).toBe('not_found');
    await partners.attachMou(made.owner, made.applicationId, { partnerId, mouId });
    const files = world.get(Attachments);
    expect((await files.describe(made.owner, mouId)).id).toBe(mouId);
    expect((await files.describe(signatory, mouId)).id).toBe(mouId);
    expect((await refusal(files.describe(stranger, mouId))).kind).toBe('not_found');
    expect((await refusal(files.describe(foreign.owner, mouId))).kind).toBe('not_found');
  });

  it('of another organization is asked by nobody but who writes the application', async () => {
    const made = await draft();
    const { id: partnerId } = await partnerOf(made);
    const viewer = await organizationMember(world, made.organizationId, 'viewer');
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    const ask = (actor: PersonActor): Promise<unknown> =>
      partners.invite(actor, made.applicationId, { partnerId, address: 'x@partner.example' });
    expect((await refusal(ask(viewer))).kind).toBe('forbidden');
    expect((await refusal(ask(stranger))).kind).toBe('not_found');
    expect((await refusal(ask(await world.actor('program_officer')))).kind).toBe('not_found');
  });
});

const answer = (part: string, given: { agreed?: boolean } = {}) => ({
  ...{ part, agreed: true, name: 'Kim Partner' },
  ...given,
});
const ownerMail = ({ owner }: MadeApplication): string => (owner as PersonActor & { email: string }).email;

describe('a colleague', () => {
  async function invited(access: 'edit' | 'view', made: MadeApplication): Promise<PersonActor> {
    const person = await newcomer();
    await colleagues.invite(made.owner, made.applicationId, { address: person.email, access });
    const [token = ''] = await tokensTo(person.email);
    await colleagues.acceptAs(person, token);
    return again(person);
  }

  it('writes one application, sees no other of the organization, and does not sign', async () => {
    const made = await draft({ partners: undefined });
    const other = await draftApplication(world, { roundId: round.roundId, organizationId: made.organizationId });
    const helper = await invited('edit', made);
    expect((await applications.get(helper, made.applicationId)).id).toBe(made.applicationId);
    expect((await refusal(applications.get(helper, other.applicationId))).kind).toBe('not_found');
    const listed = await applications.list(helper, {});
    expect(listed.items.map(({ id }) => id)).toEqual([made.applicationId]);
    expect(listed.count).toBe(1);
    const lines = [{ category: 'Salaries', amount: dollars('5') }];
    await sections.saveBudget(helper, made.applicationId, { requested: dollars('5'), lines });
    expect(
      (await refusal(sections.saveBudget(helper, other.applicationId, { requested: dollars('5'), lines }))).kind,
    ).toBe('not_found');
    expect((await refusal(applications.submit(helper, made.applicationId, {}))).kind).toBe('forbidden');
    expect((await refusal(applications.take(helper, made.applicationId, 'withdraw', { note: 'x' }))).kind).toBe(
      'forbidden',
    );
    const begin = { roundId: round.roundId, organizationId: made.organizationId, title: 'Mine' };
    expect((await refusal(applications.create(helper, begin))).fields[0]?.code).toBe(
      'application.not_your_organization',
    );
    const more = colleagues.invite(helper, made.applicationId, { address: 'a@b.example', access: 'edit' });
    expect((await refusal(more)).kind).toBe('forbidden');
  });

  it('who may only read does not write; and is made one who may', async () => {
    const made = await draft({ partners: undefined });
    const reader = await invited('view', made);
    expect((await applications.get(reader, made.applicationId)).id).toBe(made.applicationId);
    const save = (): Promise<unknown> =>
      sections.saveSummary(reader, made.applicationId, { title: 'Theirs', districts: [] });
    expect((await refusal(save())).kind).toBe('forbidden');
    const [{ address = '' } = {}] = await colleagues.of(world.db, made.applicationId);
    await colleagues.invite(made.owner, made.applicationId, { address, access: 'edit' });
    await save();
    expect((await applications.get(made.owner, made.applicationId)).title).toBe('Theirs');
  });

  it('that is taken off sees it no more, and the link of somebody who was not there yet opens nothing', async () => {
    const made = await draft({ partners: undefined });
    const helper = await invited('edit', made);
    await colleagues.invite(made.owner, made.applicationId, { address: 'late@colleague.example', access: 'view' });
    const [token = ''] = await tokensTo('late@colleague.example');
    for (const { id: colleagueId } of await colleagues.of(world.db, made.applicationId)) {
      await colleagues.remove(made.owner, made.applicationId, { colleagueId });
    }
    expect((await refusal(applications.get(await again(helper), made.applicationId))).kind).toBe('not_found');
    expect((await refusal(colleagues.look(token))).code).toBe('link.not_open');
    expect((await refusal(colleagues.accept(token, { name: 'Late One' }))).code).toBe('link.not_open');
  });

  it('who is new here gets an account by the link, once', async () => {
    const made = await draft({ partners: undefined });
    await colleagues.invite(made.owner, made.applicationId, { address: 'new@colleague.example', access: 'edit' });
    const [token = ''] = await tokensTo('new@colleague.example');
    const unnamed = await refusal(colleagues.accept(token, {}));
    expect(unnamed.fields).toMatchObject([{ field: 'name', code: 'field.required' }]);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => colleagues.accept(token, { name: 'New One' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const people = await world.db.query(sql`select 1 from identifiers where value = 'new@colleague.example'`);
    expect(people).toHaveLength(1);
  });

  it('is nobody of the agency; and whoever was one has a conflict for good', async () => {
    const made = await draft({ partners: undefined });
    const officer = await world.person([{ role: 'program_officer' }]);
    await colleagues.invite(made.owner, made.applicationId, { address: officer.email, access: 'edit' });
    const [token = ''] = await tokensTo(officer.email);
    const asOfficer = await again({ kind: 'person', personId: officer.personId, name: officer.name, grants: [] });
    expect((await refusal(colleagues.acceptAs(asOfficer, token))).code).toBe('application_colleague.agency');
    const helper = await invited('edit', made);
    const [line] = (await colleagues.of(world.db, made.applicationId)).filter(({ acceptedAt }) => acceptedAt !== null);
    await colleagues.remove(made.owner, made.applicationId, { colleagueId: line?.id ?? '' });
    await applications.submit(made.owner, made.applicationId, {});
    const later: PersonActor = {
      ...helper,
      grants: [{ role: 'program_officer', scopeKind: 'agency', scopeId: null }],
    };
    expect((await applications.get(asOfficer, made.applicationId)).id).toBe(made.applicationId);
    expect((await refusal(applications.get(later, made.applicationId))).kind).toBe('not_found');
    expect((await applications.list(later, { round: round.roundId })).items.map(({ id }) => id)).not.toContain(
      made.applicationId,
    );
  });
});

describe('the certifier', () => {
  it('signs the words of the rule set that the money stands under, by name, and all of it is kept', async () => {
    const made = await draft({ partners: undefined });
    const signed = { agreed: true, signedName: 'Kim Director', signedTitle: 'Director' };
    expect(
      (await refusal(applications.submit(made.owner, made.applicationId, { ...signed, agreed: false }))).fields,
    ).toMatchObject([{ field: 'agreed', code: 'application.must_agree' }]);
    const { receiptNumber } = await applications.submit(made.owner, made.applicationId, signed);
    const submission = await world.get(ApplicationSubmissions).latest(world.db, made.applicationId);
    expect(submission).toMatchObject({
      ...{ number: 1, receiptNumber, certifierName: 'Kim Director', certifierTitle: 'Director' },
      arrivedAt: WORLD_START,
    });
    const [text] = await world.db.query<{ body: string }>(sql`
      select t.body from application_submissions s join rule_texts t on t.rule_set_id = s.rule_set_id
      where s.application_id = ${made.applicationId}`);
    expect(submission.certification).toBe(text?.body);
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      for (const statement of [
        `update application_submissions set certifier_name = 'X' where application_id = $1`,
        `delete from application_submissions where application_id = $1`,
      ]) {
        await expect(client.query(statement, [made.applicationId])).rejects.toMatchObject({ code: '42501' });
      }
      await expect(client.query(`update rule_texts set body = ''`)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });

  it('is somebody who did not write it, where the round wants two', async () => {
    const { roundId } = await openRound({ certifier: 'another_person' });
    const made = await draft({ roundId, partners: undefined });
    const signatory = await organizationMember(world, made.organizationId, 'signatory');
    const editor = await organizationMember(world, made.organizationId, 'editor');
    const own = await refusal(applications.submit(made.owner, made.applicationId, {}));
    expect(own).toMatchObject({ kind: 'forbidden', code: 'application.writer_may_not_certify' });
    expect((await refusal(applications.submit(editor, made.applicationId, {}))).code).toBe(
      'application.certifier_only',
    );
    await applications.submit(signatory, made.applicationId, {});
    expect((await applications.get(made.owner, made.applicationId)).state).toBe('submitted');
  });
});
