/** Organizations that people bring themselves: registering, joining, inviting, leaving, papers, numbers and merging. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { Attachments } from '../../src/features/documents/index.js';
import { Accounts } from '../../src/features/identity/index.js';
import {
  ExclusionChecks,
  ExclusionNeeds,
  InvitationsInput,
  memberRoles,
  OrganizationClaims,
  OrganizationDocumentInput,
  OrganizationDocuments,
  OrganizationInvitations,
  OrganizationMembers,
  OrganizationMerges,
  OrganizationRegistration,
  Organizations,
  OrganizationUnmasking,
  RegistrationInput,
} from '../../src/features/organizations/index.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationInput, organizationMember } from '../factories/organizations.js';
import { ListQuery } from '../../src/platform/lists/list.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let organizations: Organizations;
let registration: OrganizationRegistration;
let claims: OrganizationClaims;
let members: OrganizationMembers;
let invitations: OrganizationInvitations;
let documents: OrganizationDocuments;
let merges: OrganizationMerges;

beforeAll(async () => {
  world = await openWorld();
  organizations = world.get(Organizations);
  registration = world.get(OrganizationRegistration);
  claims = world.get(OrganizationClaims);
  members = world.get(OrganizationMembers);
  invitations = world.get(OrganizationInvitations);
  documents = world.get(OrganizationDocuments);
  merges = world.get(OrganizationMerges);
});
afterAll(() => world?.close());

const refusal = (kind: string, code?: string): unknown =>
  expect.objectContaining({ kind, ...(code !== undefined && { code }) });

/** Somebody new who signed up and holds no role yet. */
async function newcomer(name?: string): Promise<PersonActor & { email: string }> {
  const { personId, name: given, email } = await world.person([], name);
  return { kind: 'person', personId, name: given, grants: [], email };
}

/** The same person with the roles they hold now, as their next request has them. */
async function again(actor: PersonActor): Promise<PersonActor> {
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${actor.personId} and ended_at is null`);
  return { kind: 'person', personId: actor.personId, name: actor.name, grants };
}

const brought = (given: Partial<RegistrationInput> = {}): RegistrationInput =>
  Object.assign(new RegistrationInput(), { kind: 'community_organization', einAnswer: 'not_yet' }, given);

const asked = (addresses: string, roles: InvitationsInput['roles'] = ['editor']): InvitationsInput =>
  Object.assign(new InvitationsInput(), { addresses, roles });

/** What the links in the mails to this address end with, the latest first. */
async function tokensTo(address: string): Promise<string[]> {
  await world.drain();
  const mails = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${address} order by created_at desc, id desc`,
  );
  return mails.flatMap(({ body }) => /\/join\/([A-Za-z0-9_-]{43})/.exec(body)?.[1] ?? []);
}

async function mailsTo(address: string): Promise<string[]> {
  const rows = await world.db.query<{ subject: string }>(
    sql`select subject from mails where recipient = ${address} order by created_at, id`,
  );
  return rows.map(({ subject }) => subject);
}

describe('registering', () => {
  it('makes who brings it its owner at once, with the roles they say they have', async () => {
    const director = await newcomer();
    const { id } = await registration.register(
      director,
      brought({ name: 'Sunrise Tutoring', city: 'Kent', contactTelephone: '206 555 0100', also: ['signatory'] }),
    );
    expect(await memberRoles(world.db, director.personId, id)).toEqual(['owner', 'signatory']);
    const own = await again(director);
    expect(own.grants).toEqual([{ role: 'applicant', scopeKind: 'organization', scopeId: id }]);
    expect((await organizations.get(own, id)).organization).toMatchObject({
      ...{ name: 'Sunrise Tutoring', city: 'Kent', einAnswer: 'not_yet', contactName: director.name },
      ...{ contactAddress: director.email, contactTelephone: '206 555 0100', ein: null },
    });
    const [audit] = await world.db.query<{ after: object }>(
      sql`select after from audit_events where subject_id = ${id} and action = 'organization.created'`,
    );
    for (const own of [director.email, '206 555 0100']) expect(JSON.stringify(audit)).not.toContain(own);
  });

  it('shows those it may be by name and city only, and goes on when it is none of them', async () => {
    const there = await organization(world, { name: 'The Harbor Youth Center, Inc.', city: 'Renton', note: 'Hush' });
    const director = await newcomer();
    const input = brought({ name: 'Harbor Youth Centre' });
    await expect(registration.register(director, input)).rejects.toMatchObject({
      ...{ kind: 'conflict', code: 'organization.likely_there' },
      blockers: [{ code: 'organization.candidate', params: { name: there.name, city: 'Renton' } }],
    });
    expect(await registration.alikeTo(director, input)).toEqual([
      { id: there.id, name: there.name, city: 'Renton', by: ['name'] },
    ]);
    await expect(registration.register(director, { ...input, noneOfThese: true })).resolves.toBeDefined();
  });

  it('is never a second one with the same EIN, whatever is said', async () => {
    await organization(world, { name: 'Numbered One', ein: '914000001' });
    const director = await newcomer();
    const input = brought({ name: 'Entirely Other', einAnswer: 'ein', ein: '91-4000001', noneOfThese: true });
    await expect(registration.register(director, input)).rejects.toEqual(
      refusal('conflict', 'organization.ein_registered'),
    );
    await expect(registration.register(director, brought({ name: 'Unnumbered', einAnswer: 'ein' }))).rejects.toEqual(
      expect.objectContaining({
        fields: [expect.objectContaining({ field: 'ein', code: 'organization.ein_missing' })],
      }),
    );
  });

  it('finds by the mail domain of who registers, and not by one that everybody has', async () => {
    const there = await organization(world, { name: 'Cedar Grove', mailDomains: 'cedar.example' });
    const [worker, other] = [await newcomer(), await newcomer()];
    await world.db.work(systemActor('test'), async (work) => {
      await work.query(sql`update identifiers set value = 'a@cedar.example' where person_id = ${worker.personId}`);
      await work.query(sql`update identifiers set value = 'b@gmail.com' where person_id = ${other.personId}`);
    });
    const found = await registration.alikeTo(worker, { name: 'Quite Unlike' });
    expect(found).toEqual([expect.objectContaining({ id: there.id, by: ['domain'] })]);
    expect(await registration.alikeTo(other, { name: 'Quite Unlike' })).toEqual([]);
  });

  it('is one of a double press, and at most five in a day', async () => {
    const director = await newcomer();
    const twice = await Promise.allSettled(
      [1, 2, 3].map(() => registration.register(director, brought({ name: 'Pressed Twice' }))),
    );
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const name of ['Alder', 'Birch', 'Cypress', 'Dogwood']) {
      await registration.register(director, brought({ name: `${name} House of ${director.name}`, noneOfThese: true }));
    }
    await expect(registration.register(director, brought({ name: 'Elm', noneOfThese: true }))).rejects.toEqual(
      refusal('conflict', 'organization.registered_many'),
    );
  });

  it('tells what is there only so often, so that nobody tries numbers out', async () => {
    const curious = await newcomer();
    const tries = Array.from({ length: 41 }, (_, index) => `9150000${String(index).padStart(2, '0')}`);
    const outcomes = await Promise.allSettled(
      tries.map((ein) => registration.alikeTo(curious, { name: 'Nothing Like It', ein })),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([expect.objectContaining({ reason: expect.objectContaining({ code: 'session.wait' }) })]);
  });

  it('is not for the signed-out and not for jobs', async () => {
    await expect(registration.register(systemActor('x'), brought({ name: 'x' }))).rejects.toEqual(refusal('forbidden'));
    await expect(registration.alikeTo({ kind: 'public' }, { name: 'x' })).rejects.toEqual(refusal('forbidden'));
  });
});

describe('asking to join', () => {
  it('is answered by an owner, who is told by mail; then they may, and the asker is told', async () => {
    const { id, name } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const asker = await newcomer();
    const claim = await claims.ask(asker, id, { message: 'I am the new director' });
    expect(await mailsTo(owner.email)).toEqual([`${asker.name} asks to join ${name}`]);
    await expect(organizations.get(await again(asker), id)).rejects.toEqual(refusal('not_found'));
    await claims.approve(owner, claim.id, { roles: ['editor', 'finance'] });
    expect(await memberRoles(world.db, asker.personId, id)).toEqual(['editor', 'finance']);
    await expect(organizations.get(await again(asker), id)).resolves.toBeDefined();
    expect(await mailsTo(asker.email)).toEqual([`You can act for ${name} now`]);
    await expect(claims.approve(owner, claim.id, { roles: ['owner'] })).rejects.toEqual(
      refusal('conflict', 'action.not_open'),
    );
  });

  it('is not answered by oneself, by members who do not own it, nor by staff while there is an owner', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const editor = await organizationMember(world, id, 'editor');
    const officer = await world.actor('program_officer');
    const asker = await newcomer();
    const { id: claim } = await claims.ask(asker, id, {});
    const roles = { roles: ['owner' as const] };
    await expect(claims.approve(editor, claim, roles)).rejects.toEqual(
      refusal('forbidden', 'organization_claim.owner_decides'),
    );
    await expect(claims.approve(officer, claim, roles)).rejects.toEqual(
      refusal('forbidden', 'organization_claim.owner_decides'),
    );
    const asStaff: PersonActor = {
      ...asker,
      grants: [{ role: 'program_officer', scopeKind: 'agency', scopeId: null }],
    };
    await expect(claims.approve(asStaff, claim, roles)).rejects.toEqual(refusal('forbidden', 'organization_claim.own'));
    await expect(claims.withdraw(owner, claim, {})).rejects.toEqual(
      refusal('forbidden', 'organization_claim.not_yours'),
    );
    await expect(claims.deny(owner, claim, {})).rejects.toEqual(refusal('invalid'));
    await claims.deny(owner, claim, { note: 'We do not know you' });
    await members.end(systemActor('test'), id, { memberId: owner.memberId });
    const { id: second } = await claims.ask(asker, id, {});
    await expect(claims.approve(editor, second, roles)).rejects.toEqual(
      refusal('forbidden', 'organization_claim.staff_decides'),
    );
    await claims.approve(officer, second, roles);
    expect(await memberRoles(world.db, asker.personId, id)).toEqual(['owner']);
  });

  it('is found by nobody else', async () => {
    const { id } = await organization(world);
    await organizationMember(world, id, 'owner');
    const { id: claim } = await claims.ask(await newcomer(), id, {});
    const { id: other } = await organization(world);
    for (const stranger of [await newcomer(), await organizationMember(world, other), await world.actor('reviewer')]) {
      await expect(claims.get(stranger, claim)).rejects.toEqual(refusal('not_found'));
      await expect(claims.approve(stranger, claim, { roles: ['owner'] })).rejects.toEqual(refusal('not_found'));
      await expect(claims.withdraw(stranger, claim, {})).rejects.toEqual(refusal('not_found'));
      expect((await claims.waiting(stranger, new ListQuery())).items.map((each) => each.id)).not.toContain(claim);
    }
    expect(
      (await claims.waiting(await world.actor('auditor'), new ListQuery())).items.map((each) => each.id),
    ).toContain(claim);
  });

  it('is asked once at a time, five at most, and not by who is there already', async () => {
    const { id } = await organization(world);
    const asker = await newcomer();
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => claims.ask(asker, id, {})));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of outcomes) {
      if (each.status === 'rejected')
        expect(each.reason).toEqual(refusal('conflict', 'organization_claim.asked_already'));
    }
    for (let more = 0; more < 4; more += 1) await claims.ask(asker, (await organization(world)).id, {});
    await expect(claims.ask(asker, (await organization(world)).id, {})).rejects.toEqual(
      refusal('conflict', 'organization_claim.many_open'),
    );
    const member = await organizationMember(world, id, 'viewer');
    await expect(claims.ask(member, id, {})).rejects.toEqual(refusal('conflict', 'organization_claim.member_already'));
  });

  it('lets one of two answers at the same moment through', async () => {
    const { id } = await organization(world);
    const [one, two] = [await organizationMember(world, id, 'owner'), await organizationMember(world, id, 'owner')];
    const asker = await newcomer();
    const { id: claim } = await claims.ask(asker, id, {});
    const outcomes = await Promise.allSettled([
      claims.approve(one, claim, { roles: ['editor'] }),
      claims.deny(two, claim, { note: 'No' }),
      claims.withdraw(asker, claim, {}),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('inviting colleagues', () => {
  it('mails each a link that makes an account, gives the roles and works once', async () => {
    const { id, name } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const input = asked('Kim@one.example\nLee@two.example, kim@one.example', ['editor', 'finance']);
    await expect(invitations.invite(owner, id, input)).resolves.toEqual({ sent: 2 });
    expect((await invitations.open(id)).map(({ address }) => address)).toEqual(['kim@one.example', 'lee@two.example']);
    const [token = ''] = await tokensTo('kim@one.example');
    expect(await invitations.look(token)).toMatchObject({ organizationName: name, invitedBy: owner.name, people: [] });
    await expect(invitations.accept(token, {})).rejects.toEqual(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'name', code: 'field.required' })] }),
    );
    const joined = await invitations.accept(token, { name: 'Kim One' });
    expect(joined).toMatchObject({ organizationId: id, accountId: expect.any(String) });
    const [kim] = await world.db.query<{ id: string }>(sql`select id from persons where name = 'Kim One'`);
    expect(await memberRoles(world.db, kim?.id ?? '', id)).toEqual(['editor', 'finance']);
    await expect(invitations.accept(token, { name: 'Kim Two' })).rejects.toEqual(refusal('not_found', 'link.not_open'));
    expect((await invitations.open(id)).map(({ address }) => address)).toEqual(['lee@two.example']);
  });

  it('joins who is known by the address, or who is signed in, and says the same to both', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const [known, signedIn] = [await newcomer(), await newcomer()];
    await invitations.invite(owner, id, asked(`${known.email} elsewhere@three.example`, ['viewer']));
    const [first = ''] = await tokensTo(known.email);
    expect((await invitations.look(first)).people).toEqual([expect.objectContaining({ personId: known.personId })]);
    await invitations.accept(first, {});
    expect(await memberRoles(world.db, known.personId, id)).toEqual(['viewer']);
    const [second = ''] = await tokensTo('elsewhere@three.example');
    await expect(invitations.acceptAs(signedIn, second)).resolves.toEqual(
      expect.not.objectContaining({ accountId: expect.anything() }),
    );
    expect(await memberRoles(world.db, signedIn.personId, id)).toEqual(['viewer']);
  });

  it('brings nobody back whose account was closed, under whatever name', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const gone = await world.person();
    await world.get(Accounts).disable(await world.actor('administrator'), gone.personId, 'Left in a quarrel');
    await invitations.invite(owner, id, asked(gone.email));
    const [token = ''] = await tokensTo(gone.email);
    await expect(invitations.accept(token, { name: 'Somebody Else' })).rejects.toEqual(
      refusal('forbidden', 'session.closed'),
    );
  });

  it('asks who one is when a family shares the address', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const [one, two] = [await newcomer('Elder Sister'), await newcomer('Younger Sister')];
    await world.db.work(systemActor('test'), (work) =>
      work.query(sql`update identifiers set value = ${one.email} where person_id = ${two.personId}`),
    );
    await invitations.invite(owner, id, asked(one.email));
    const [token = ''] = await tokensTo(one.email);
    expect(await invitations.accept(token, {})).toBe('who');
    await invitations.accept(token, { personId: two.personId });
    expect(await memberRoles(world.db, two.personId, id)).toEqual(['editor']);
    expect(await memberRoles(world.db, one.personId, id)).toEqual([]);
  });

  it('is taken back, and a newer one ends the older', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    await invitations.invite(owner, id, asked('late@four.example', ['owner']));
    const [older = ''] = await tokensTo('late@four.example');
    world.clock.advance(60_000);
    await invitations.invite(owner, id, asked('late@four.example', ['viewer']));
    const [newer = ''] = (await tokensTo('late@four.example')).filter((token) => token !== older);
    await expect(invitations.look(older)).rejects.toEqual(refusal('not_found', 'link.not_open'));
    expect((await invitations.look(newer)).roles).toEqual(['viewer']);
    const [open] = await invitations.open(id);
    await invitations.withdraw(owner, id, { invitationId: open?.id ?? '' });
    await expect(invitations.accept(newer, { name: 'Too Late' })).rejects.toEqual(
      refusal('not_found', 'link.not_open'),
    );
  });

  it('lets one of two presses at the same moment in', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    await invitations.invite(owner, id, asked('press@five.example'));
    const [token = ''] = await tokensTo('press@five.example');
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => invitations.accept(token, { name: 'Pressed Once' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const people = await world.db.query(sql`select 1 from persons where name = 'Pressed Once'`);
    expect(people).toHaveLength(1);
  });

  it('is for owners and staff, and never through another organization', async () => {
    const { id } = await organization(world);
    const { id: other } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const editor = await organizationMember(world, id, 'editor');
    const auditor = await world.actor('auditor');
    await expect(invitations.invite(editor, id, asked('a@b.example'))).rejects.toEqual(
      refusal('forbidden', 'organization_member.owner_only'),
    );
    await expect(invitations.invite(owner, other, asked('a@b.example'))).rejects.toEqual(refusal('not_found'));
    await expect(invitations.invite(auditor, id, asked('a@b.example'))).rejects.toEqual(refusal('forbidden'));
    await invitations.invite(await world.actor('program_officer'), id, asked('a@b.example'));
    const [open] = await invitations.open(id);
    const stranger = await organizationMember(world, other, 'owner');
    await expect(invitations.withdraw(stranger, other, { invitationId: open?.id ?? '' })).rejects.toEqual(
      refusal('not_found'),
    );
    await expect(invitations.invite(owner, id, asked('not an address'))).rejects.toEqual(refusal('invalid'));
    await expect(members.add(owner, id, { address: editor.email, role: 'owner' })).rejects.toEqual(
      refusal('forbidden', 'organization_member.invite_instead'),
    );
  });
});

describe('roles and leaving', () => {
  it('are changed by owners, also their own; who is left without any loses access at once', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const editor = await organizationMember(world, id, 'editor');
    await members.setRoles(owner, id, editor.personId, { roles: ['signatory', 'viewer'] });
    expect(await memberRoles(world.db, editor.personId, id)).toEqual(['signatory', 'viewer']);
    await members.setRoles(owner, id, owner.personId, { roles: ['owner', 'signatory', 'finance'] });
    await expect(members.setRoles(editor, id, editor.personId, { roles: ['owner'] })).rejects.toEqual(
      refusal('forbidden', 'organization_member.owner_only'),
    );
    await members.setRoles(owner, id, editor.personId, { roles: [] });
    expect((await again(editor)).grants).toEqual([]);
    await expect(organizations.get(await again(editor), id)).rejects.toEqual(refusal('not_found'));
  });

  it('are told by mail to whom somebody else gave or took them, and to nobody who did it themselves', async () => {
    const { id, name } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const editor = await newcomer();
    const told = async (email: string): Promise<{ subject: string; body: string }[]> => {
      await world.drain();
      return world.db.query(sql`select subject, body from mails where recipient = ${email} order by created_at, id`);
    };
    await members.add(await world.actor('program_officer'), id, { address: editor.email, role: 'editor' });
    await members.setRoles(owner, id, editor.personId, { roles: ['viewer', 'finance'] });
    await members.setRoles(owner, id, editor.personId, { roles: ['viewer', 'finance'] });
    await members.setRoles(owner, id, editor.personId, { roles: [] });
    const mails = await told(editor.email);
    expect(mails.map(({ subject }) => subject)).toEqual([
      `You can act for ${name}`,
      `What you may do for ${name}`,
      `You no longer act for ${name}`,
    ]);
    expect(mails[1]?.body).toContain(`${owner.name} changed it.`);
    expect(mails[1]?.body).toContain('Finance: Asks for the money of awards and reports on it.');
    expect(mails[2]?.body).not.toContain('What you may do there now');
    await members.setRoles(owner, id, owner.personId, { roles: ['owner', 'signatory'] });
    const [{ email } = { email: '' }] = await world.db.query<{ email: string }>(
      sql`select value as email from identifiers where person_id = ${owner.personId}`,
    );
    expect(await told(email)).toEqual([]);
  });

  it('never leave an organization without an owner by its own people; of two who go at once one stays', async () => {
    const { id } = await organization(world);
    const [one, two] = [await organizationMember(world, id, 'owner'), await organizationMember(world, id, 'owner')];
    const outcomes = await Promise.allSettled([
      members.leaveOwn(one, id),
      members.leaveOwn(two, id),
      members.setRoles(one, id, two.personId, { roles: ['viewer'] }),
    ]);
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
    const owners = await world.db.query(sql`
      select 1 from organization_members where organization_id = ${id} and role = 'owner' and ended_at is null`);
    expect(owners).toHaveLength(1);
    const alone = await organization(world);
    const only = await organizationMember(world, alone.id, 'owner');
    await expect(members.leaveOwn(only, alone.id)).rejects.toEqual(
      refusal('conflict', 'organization_member.last_owner'),
    );
    const officer = await world.actor('program_officer');
    await members.setRoles(officer, alone.id, only.personId, { roles: [] });
    expect(await memberRoles(world.db, only.personId, alone.id)).toEqual([]);
  });

  it('let somebody leave, and not from where they are not', async () => {
    const { id } = await organization(world);
    const viewer = await organizationMember(world, id, 'viewer');
    const { id: other } = await organization(world);
    await expect(members.leaveOwn(viewer, other)).rejects.toEqual(refusal('not_found'));
    await members.leaveOwn(viewer, id);
    expect((await again(viewer)).grants).toEqual([]);
    const [row] = await world.db.query<{ endedAt: Date }>(sql`
      select ended_at as "endedAt" from organization_members where person_id = ${viewer.personId}`);
    expect(row?.endedAt).toBeInstanceOf(Date);
  });
});

describe('EIN and UEI', () => {
  it('lie sealed, are masked for everybody, and are shown for a reason that is recorded', async () => {
    const { id } = await organization(world, { ein: '914600087' });
    const rows = await world.db.query(sql`select to_jsonb(o) as row from organizations o where id = ${id}`);
    expect(JSON.stringify(rows)).not.toContain('914600087');
    const finance = await world.actor('finance_officer');
    expect((await organizations.get(finance, id)).organization.ein).toBe('••-•••0087');
    const unmasking = world.get(OrganizationUnmasking);
    expect(await unmasking.ein(finance, id, { reason: 'For the 1099' })).toBe('91-4600087');
    const [audit] = await world.db.query<{ note: string }>(sql`
      select * from audit_events where subject_id = ${id} and action = 'organization.ein_unmasked'`);
    expect(audit?.note).toBe('For the 1099');
    expect(JSON.stringify(audit)).not.toContain('4600087');
    const owner = await organizationMember(world, id, 'owner');
    for (const role of ['program_officer', 'auditor', 'administrator'] as const) {
      await expect(unmasking.ein(await world.actor(role), id, { reason: 'x' })).rejects.toEqual(refusal('forbidden'));
    }
    await expect(unmasking.ein(owner, id, { reason: 'x' })).rejects.toEqual(refusal('forbidden'));
    expect((await organizations.list(finance, { q: '0087' })).items.map((each) => each.id)).toEqual([id]);
    // All nine digits would stand in the address, and so they find nothing.
    expect((await organizations.list(finance, { q: '91-4600087' })).items).toEqual([]);
  });

  it('are entered once by its own people, and changed by staff after that', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    await organizations.updateContact(owner, id, { ein: '91-4600002', uei: 'ABC123DEF456' });
    await organizations.updateContact(owner, id, { ein: '914600002', city: 'Kent' });
    expect(await organizations.find(world.db, id)).toMatchObject({ einLastFour: '0002', uei: 'ABC123DEF456' });
    for (const change of [{ ein: '914600003' }, { einAnswer: 'not_yet' as const }, { uei: 'ABC123DEF457' }]) {
      await expect(organizations.updateContact(owner, id, change)).rejects.toEqual(refusal('invalid'));
    }
    const officer = await world.actor('program_officer');
    await organizations.update(officer, id, organizationInput({ ein: '914600003' }));
    expect(await organizations.find(world.db, id)).toMatchObject({ einLastFour: '0003', einAnswer: 'ein' });
    await organizations.update(officer, id, organizationInput({ einAnswer: 'fiscal_sponsor' }));
    expect(await organizations.find(world.db, id)).toMatchObject({ einLastFour: null, einAnswer: 'fiscal_sponsor' });
  });
});

describe('papers', () => {
  const paper = (given: Partial<OrganizationDocumentInput>): OrganizationDocumentInput =>
    Object.assign(new OrganizationDocumentInput(), { kind: 'insurance' }, given);

  it('are handed in by members who work for it and by staff, and read by those who may', async () => {
    const { id } = await organization(world);
    const { id: other } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const viewer = await organizationMember(world, id, 'viewer');
    const file = await attachment(world, owner);
    await documents.add(owner, id, paper({ kind: 'w9', fileId: file.id }));
    const insurance = await attachment(world, owner);
    await documents.add(owner, id, paper({ fileId: insurance.id, expiresOn: '2016-06-30' }));
    const refused = await attachment(world, viewer);
    await expect(documents.add(viewer, id, paper({ fileId: refused.id }))).rejects.toEqual(
      refusal('forbidden', 'organization.member_role_missing'),
    );
    const files = world.get(Attachments);
    await expect(files.describe(viewer, insurance.id)).resolves.toBeDefined();
    await expect(files.describe(viewer, file.id)).rejects.toEqual(refusal('not_found'));
    await expect(files.describe(await world.actor('finance_officer'), file.id)).resolves.toBeDefined();
    for (const stranger of [await organizationMember(world, other), await world.actor('committee_member')]) {
      await expect(files.describe(stranger, insurance.id)).rejects.toEqual(refusal('not_found'));
    }
    const seen = await documents.of(viewer, id);
    expect(seen?.find(({ kind }) => kind === 'w9')).not.toHaveProperty('file');
    expect(await documents.of(await world.actor('committee_member'), id)).toBeUndefined();
  });

  it('are replaced once by one of their kind, and stay to be seen', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const first = await documents.add(owner, id, paper({ fileId: (await attachment(world, owner)).id }));
    const others = [await attachment(world, owner), await attachment(world, owner)];
    const outcomes = await Promise.allSettled(
      others.map((file) => documents.add(owner, id, paper({ fileId: file.id, replacesId: first.id }))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const wrong = await attachment(world, owner);
    await expect(
      documents.add(owner, id, paper({ kind: 'w9', fileId: wrong.id, replacesId: first.id })),
    ).rejects.toEqual(refusal('invalid'));
    expect((await documents.of(owner, id))?.map(({ replacedById }) => replacedById !== null)).toEqual([false, true]);
  });

  it('are told of 30 and 7 days before and on the day, each once, whoever sweeps', async () => {
    const { id, name } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const ends = world.db.currentCalendar.addDays(world.db.today, 31);
    const file = await attachment(world, owner);
    await documents.add(owner, id, paper({ fileId: file.id, expiresOn: ends }));
    const start = world.clock.now();
    const told: number[] = [];
    for (const day of [0, 1, 2, 24, 25, 31, 32, 33]) {
      world.clock.set(new Date(start.getTime() + day * 86_400_000));
      const before = (await mailsTo(owner.email)).length;
      await Promise.all([documents.sweep(), documents.sweep()]);
      await documents.sweep();
      if ((await mailsTo(owner.email)).length > before) told.push(day);
    }
    world.clock.set(start);
    expect(told).toEqual([1, 24, 31]);
    expect((await mailsTo(owner.email)).at(-1)).toBe(`Proof of insurance of ${name} ends today`);
  });
});

describe('merging', () => {
  it('joins people, numbers and area; leaves what happened where it was; and cannot be asked of it again', async () => {
    const officer = await world.actor('program_officer');
    const from = await organization(world, {
      name: 'Twin A',
      ein: '914700001',
      city: 'Kent',
      mailDomains: 'a.example',
    });
    const into = await organization(world, { name: 'Twin B', mailDomains: 'b.example' });
    const sponsored = await organization(world, { fiscalSponsorId: from.id });
    const [one, two] = [
      await organizationMember(world, from.id, 'owner'),
      await organizationMember(world, into.id, 'editor'),
    ];
    const preview = await merges.preview(officer, from.id, into.id);
    expect(preview).toMatchObject({
      filled: ['ein', 'city'],
      blockers: [],
      from: { members: 1 },
      into: { members: 1 },
    });
    await merges.merge(officer, from.id, { intoId: into.id, note: 'Registered twice' });
    const [merged, left] = [await organizations.find(world.db, from.id), await organizations.find(world.db, into.id)];
    expect(merged).toMatchObject({ name: 'Twin A', mergedIntoId: into.id, einLastFour: null });
    expect(merged?.mailDomains).toEqual(left?.mailDomains);
    expect(left).toMatchObject({ einLastFour: '0001', city: 'Kent', mailDomains: ['b.example', 'a.example'] });
    expect((await organizations.find(world.db, sponsored.id))?.fiscalSponsorId).toBe(into.id);
    for (const id of [from.id, into.id]) {
      expect(await memberRoles(world.db, one.personId, id)).toEqual(['owner']);
      expect(await memberRoles(world.db, two.personId, id)).toEqual(['editor']);
    }
    expect(
      await world.get(OrganizationUnmasking).ein(await world.actor('finance_officer'), into.id, { reason: 'x' }),
    ).toBe('91-4700001');
    expect((await organizations.choices(officer)).map((each) => each.id)).not.toContain(from.id);
    await expect(organizations.update(officer, from.id, organizationInput())).rejects.toEqual(
      refusal('conflict', 'organization.merged'),
    );
    await expect(merges.merge(officer, from.id, { intoId: into.id, note: 'x' })).rejects.toEqual(
      refusal('conflict', 'organization.merge_blocked'),
    );
    // Who leaves the one leaves both.
    await members.setRoles(await again(one), into.id, two.personId, { roles: [] });
    expect(await memberRoles(world.db, two.personId, from.id)).toEqual([]);
    expect((await again(two)).grants).toEqual([]);
    // Who joins the one acts for both.
    const late = await newcomer();
    const { id: claim } = await claims.ask(late, from.id, {});
    await claims.approve(await again(one), claim, { roles: ['viewer'] });
    expect(await memberRoles(world.db, late.personId, from.id)).toEqual(['viewer']);
    expect(await memberRoles(world.db, late.personId, into.id)).toEqual(['viewer']);
  });

  it('counts a check of either for both', async () => {
    const officer = await world.actor('program_officer');
    const checks = world.get(ExclusionChecks);
    const [from, into] = [await organization(world), await organization(world)];
    await checks.record(officer, from.id, {
      ...{ checkedOn: '2015-11-01', method: 'sam_gov', queryText: 'x', result: 'clear' },
    });
    await merges.merge(officer, from.id, { intoId: into.id, note: 'One' });
    const latest = await checks.latest(world.db, [from.id, into.id]);
    expect(latest.get(into.id)?.checkedOn).toBe('2015-11-01');
    expect(latest.get(from.id)?.checkedOn).toBe('2015-11-01');
  });

  it('is refused with different numbers, and to who may not; two at once end in one of them', async () => {
    const officer = await world.actor('program_officer');
    const one = await organization(world, { ein: '914700011' });
    const two = await organization(world, { ein: '914700012' });
    await expect(merges.merge(officer, one.id, { intoId: two.id, note: 'x' })).rejects.toMatchObject({
      blockers: [{ code: 'organization.merge_eins_differ' }],
    });
    const owner = await organizationMember(world, one.id, 'owner');
    for (const actor of [owner, await world.actor('finance_officer'), await world.actor('auditor')]) {
      await expect(merges.merge(actor, one.id, { intoId: two.id, note: 'x' })).rejects.toEqual(refusal('forbidden'));
    }
    const [a, b] = [await organization(world), await organization(world)];
    const outcomes = await Promise.allSettled([
      merges.merge(officer, a.id, { intoId: b.id, note: 'x' }),
      merges.merge(officer, b.id, { intoId: a.id, note: 'x' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('exclusion checks', () => {
  it('are due for those that federal money goes to, a month before they run out', async () => {
    const officer = await world.actor('program_officer');
    const checks = world.get(ExclusionChecks);
    const [fresh, old, never] = [await organization(world), await organization(world), await organization(world)];
    world.get(ExclusionNeeds).register(() => Promise.resolve([fresh.id, old.id, never.id]));
    const record = async (id: string, checkedOn: string): Promise<unknown> =>
      checks.record(officer, id, { checkedOn, method: 'sam_gov', queryText: 'x', result: 'clear' });
    await record(fresh.id, '2015-11-09');
    await record(old.id, '2015-05-20');
    const due = (await checks.due(world.db)).filter(({ organizationId }) =>
      [fresh.id, old.id, never.id].includes(organizationId),
    );
    expect(due.map(({ organizationId, dueOn }) => [organizationId, dueOn])).toEqual([
      [never.id, null],
      [old.id, '2015-11-16'],
    ]);
  });

  it('of a merged one stand in the list with the one that is left', async () => {
    const officer = await world.actor('program_officer');
    const [from, into] = [await organization(world), await organization(world, { name: 'Left of two checked' })];
    const clear = { method: 'sam_gov', queryText: 'x', result: 'clear' } as const;
    const checks = world.get(ExclusionChecks);
    await checks.record(officer, into.id, { ...clear, checkedOn: '2015-03-01' });
    await checks.record(officer, from.id, { ...clear, checkedOn: '2015-10-05' });
    await merges.merge(officer, from.id, { intoId: into.id, note: 'Registered twice' });
    const { items } = await organizations.list(officer, { q: 'Left of two checked' });
    expect(items).toEqual([expect.objectContaining({ id: into.id, checkedOn: '2015-10-05' })]);
  });
});
