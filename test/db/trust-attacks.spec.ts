/** Attacks on what people, organizations, secrets, files and the trail are trusted with; each was or could be a way in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Applications } from '../../src/features/applications/index.js';
import { OrganizationsTasks } from '../../src/features/organizations/organizations.tasks.js';
import { Assistances } from '../../src/features/identity/index.js';
import { Attachments } from '../../src/features/documents/index.js';
import {
  InvitationsInput,
  memberRoles,
  OrganizationClaims,
  OrganizationDocumentInput,
  OrganizationDocuments,
  OrganizationInvitations,
  OrganizationMembers,
  OrganizationMerges,
  OrganizationRegistration,
  OrganizationUnmasking,
  RegistrationInput,
} from '../../src/features/organizations/index.js';
import { PayeeSecrets } from '../../src/features/payments/index.js';
import { Disposals } from '../../src/features/privacy/index.js';
import { type Assistance, type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { verifyChain } from '../../src/platform/audit/chain.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import { sql } from '../../src/platform/database/sql.js';
import { checkKeys } from '../../src/platform/secrets/keeping.js';
import { rotateSecrets } from '../../src/platform/secrets/rotation.js';
import { lastFour, openSecrets } from '../../src/platform/secrets/secrets.js';
import { actingGrants } from '../../src/features/identity/grants.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { committedPool, openPayables, payableRequest } from '../factories/payments.js';
import { ListQuery } from '../../src/platform/lists/list.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');

let world: World;
let invitations: OrganizationInvitations;
let members: OrganizationMembers;
let merges: OrganizationMerges;
let documents: OrganizationDocuments;

beforeAll(async () => {
  world = await openWorld();
  invitations = world.get(OrganizationInvitations);
  members = world.get(OrganizationMembers);
  merges = world.get(OrganizationMerges);
  documents = world.get(OrganizationDocuments);
});
afterAll(() => world?.close());

const refusal = (kind: string, code?: string): unknown =>
  expect.objectContaining({ kind, ...(code !== undefined && { code }) });

const asked = (addresses: string, roles: InvitationsInput['roles'] = ['editor']): InvitationsInput =>
  Object.assign(new InvitationsInput(), { addresses, roles });

async function tokenTo(address: string): Promise<string> {
  await world.drain();
  const mails = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${address} order by created_at desc, id desc`,
  );
  return mails.flatMap(({ body }) => /\/join\/([A-Za-z0-9_-]{43})/.exec(body)?.[1] ?? [])[0] ?? '';
}

/** The actor with the roles they hold now, as their next request has them. */
async function again(actor: PersonActor): Promise<PersonActor> {
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${actor.personId} and ended_at is null`);
  return { kind: 'person', personId: actor.personId, name: actor.name, grants };
}

describe('an invitation', () => {
  it('ends with the power of who sent it: an owner who was put out does not come back by it', async () => {
    const { id } = await organization(world);
    const [owner, rogue] = [await organizationMember(world, id, 'owner'), await organizationMember(world, id, 'owner')];
    await invitations.invite(rogue, id, asked('rogues-friend@one.example', ['owner']));
    await invitations.invite(owner, id, asked('kept@one.example', ['viewer']));
    const token = await tokenTo('rogues-friend@one.example');
    await members.setRoles(owner, id, rogue.personId, { roles: [] });
    await expect(invitations.look(token)).rejects.toEqual(refusal('not_found', 'link.not_open'));
    await expect(invitations.accept(token, { name: 'Rogue Again' })).rejects.toEqual(refusal('not_found'));
    expect((await invitations.open(id)).map(({ address }) => address)).toEqual(['kept@one.example']);
    await expect(invitations.accept(await tokenTo('kept@one.example'), { name: 'Kept' })).resolves.toBeDefined();
  });

  it('pressed while its sender loses their power either joined before or opens nothing', async () => {
    const { id } = await organization(world);
    const [owner, rogue] = [await organizationMember(world, id, 'owner'), await organizationMember(world, id, 'owner')];
    await invitations.invite(rogue, id, asked('racing@one.example', ['editor']));
    const token = await tokenTo('racing@one.example');
    const [pressed, put] = await Promise.allSettled([
      invitations.accept(token, { name: 'Racing Friend' }),
      members.setRoles(owner, id, rogue.personId, { roles: ['viewer'] }),
    ]);
    expect(put.status).toBe('fulfilled');
    if (pressed.status === 'rejected') expect(pressed.reason).toEqual(refusal('not_found', 'link.not_open'));
    expect(await invitations.open(id)).toEqual([]);
  });

  it('never makes staff a member by their own word', async () => {
    const { id } = await organization(world);
    for (const role of ['program_officer', 'administrator'] as const) {
      const { personId, name, email } = await world.person([{ role }]);
      const staff = await again({ kind: 'person', personId, name, grants: [] });
      await invitations.invite(staff, id, asked(`${email} ${role}-other@two.example`, ['owner', 'signatory']));
      await expect(invitations.acceptAs(staff, await tokenTo(email))).rejects.toEqual(
        refusal('conflict', 'organization_member.own'),
      );
      await expect(invitations.accept(await tokenTo(email), {})).rejects.toEqual(
        refusal('conflict', 'organization_member.own'),
      );
      await expect(invitations.acceptAs(staff, await tokenTo(`${role}-other@two.example`))).rejects.toEqual(
        refusal('conflict', 'organization_member.own'),
      );
      expect(await memberRoles(world.db, personId, id)).toEqual([]);
    }
  });

  it('does not fill somebody’s mailbox: five times a day', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => invitations.invite(owner, id, asked('victim@six.example'))),
    );
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refused).toEqual([1, 2, 3].map(() => refusal('conflict', 'organization_invitation.often')));
    await expect(invitations.invite(owner, id, asked('another@six.example'))).resolves.toEqual({ sent: 1 });
  });

  it('to a record that was merged is seen and taken back where it went, and joins what is left', async () => {
    const officer = await world.actor('program_officer');
    const [from, into] = [await organization(world), await organization(world)];
    const [old, owner] = [
      await organizationMember(world, from.id, 'owner'),
      await organizationMember(world, into.id, 'owner'),
    ];
    await invitations.invite(old, from.id, asked('first@three.example second@three.example'));
    const [first, second] = [await tokenTo('first@three.example'), await tokenTo('second@three.example')];
    await merges.merge(officer, from.id, { intoId: into.id, note: 'One' });
    const open = await invitations.open(into.id);
    expect(open.map(({ address }) => address).sort()).toEqual(['first@three.example', 'second@three.example']);
    const line = open.find(({ address }) => address === 'first@three.example');
    await invitations.withdraw(await again(owner), into.id, { invitationId: line?.id ?? '' });
    await expect(invitations.accept(first, { name: 'No' })).rejects.toEqual(refusal('not_found', 'link.not_open'));
    await expect(invitations.accept(second, { name: 'Second' })).resolves.toMatchObject({ organizationId: into.id });
  });
});

describe('merging', () => {
  it('is done by nobody who belongs to one of the two', async () => {
    const { personId, name } = await world.person([{ role: 'program_officer' }]);
    const officer = await again({ kind: 'person', personId, name, grants: [] });
    const rich = await organization(world, { name: 'Rich In Awards' });
    const input = { name: 'Rich in Awards 2', kind: 'community_organization', einAnswer: 'not_yet', noneOfThese: true };
    const { id } = await world
      .get(OrganizationRegistration)
      .register(officer, Object.assign(new RegistrationInput(), input));
    const self = await again(officer);
    await expect(merges.merge(self, id, { intoId: rich.id, note: 'x' })).rejects.toMatchObject({
      blockers: [{ code: 'organization.merge_own' }],
    });
    await expect(merges.merge(self, rich.id, { intoId: id, note: 'x' })).rejects.toMatchObject({
      blockers: [{ code: 'organization.merge_own' }],
    });
    expect(await memberRoles(world.db, personId, rich.id)).toEqual([]);
    await merges.merge(await world.actor('program_officer'), id, { intoId: rich.id, note: 'x' });
  });

  it('keeps what was asked of the merged one in sight of the owners of what is left', async () => {
    const officer = await world.actor('program_officer');
    const claims = world.get(OrganizationClaims);
    const [from, into] = [await organization(world), await organization(world)];
    const owner = await organizationMember(world, into.id, 'owner');
    const asker = await world.person();
    const who: PersonActor = { kind: 'person', personId: asker.personId, name: asker.name, grants: [] };
    const { id } = await claims.ask(who, from.id, {});
    await merges.merge(officer, from.id, { intoId: into.id, note: 'One' });
    expect((await claims.waiting(await again(owner), new ListQuery(), into.id)).items.map((each) => each.id)).toEqual([
      id,
    ]);
  });

  it('races with leaving and joining: whoever left is in neither, whoever joined is in both', async () => {
    const officer = await world.actor('program_officer');
    for (let round = 0; round < 4; round += 1) {
      const [from, into] = [await organization(world), await organization(world)];
      const owner = await organizationMember(world, from.id, 'owner');
      const leaver = await organizationMember(world, from.id, 'editor');
      await invitations.invite(owner, from.id, asked(`joins${round}@four.example`, ['viewer']));
      const token = await tokenTo(`joins${round}@four.example`);
      const outcomes = await Promise.allSettled([
        merges.merge(officer, from.id, { intoId: into.id, note: 'One' }),
        members.leaveOwn(leaver, from.id),
        invitations.accept(token, { name: `Joins ${round}` }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      const [joined] = await world.db.query<{ id: string }>(
        sql`select id from persons where name = ${`Joins ${round}`}`,
      );
      for (const id of [from.id, into.id]) {
        expect(await memberRoles(world.db, leaver.personId, id)).toEqual([]);
        expect(await memberRoles(world.db, joined?.id ?? '', id)).toEqual(['viewer']);
        expect(await memberRoles(world.db, owner.personId, id)).toEqual(['owner']);
      }
      expect((await again(leaver)).grants).toEqual([]);
    }
  });
});

describe('a record that was merged', () => {
  it('is applied for no more: the one that is left would have two', async () => {
    const officer = await world.actor('program_officer');
    const { roundId } = await publishedRound(world);
    const [from, into] = [await organization(world), await organization(world)];
    const owner = await organizationMember(world, from.id, 'owner');
    await merges.merge(officer, from.id, { intoId: into.id, note: 'One' });
    const member = await again(owner);
    const apply = (organizationId: string): Promise<unknown> =>
      world.get(Applications).create(member, { roundId, organizationId, title: 'Once more' });
    await expect(apply(from.id)).rejects.toMatchObject({
      fields: [{ field: 'organizationId', code: 'organization.merged' }],
    });
    await expect(apply(into.id)).resolves.toBeDefined();
  });

  it('has its papers renewed where it went', async () => {
    const officer = await world.actor('program_officer');
    const [from, into, other] = [await organization(world), await organization(world), await organization(world)];
    const owner = await organizationMember(world, from.id, 'owner');
    const stranger = await organizationMember(world, other.id, 'owner');
    const paper = async (by: PersonActor, replacesId?: string): Promise<OrganizationDocumentInput> =>
      Object.assign(new OrganizationDocumentInput(), {
        ...{ kind: 'insurance', fileId: (await attachment(world, by)).id, expiresOn: world.db.today },
        ...(replacesId !== undefined && { replacesId }),
      });
    const old = await documents.add(owner, from.id, await paper(owner));
    await merges.merge(officer, from.id, { intoId: into.id, note: 'One' });
    const member = await again(owner);
    const tasks = await world.get(OrganizationsTasks).tasks(member);
    expect(tasks.map(({ href }) => href)).toContain(`/organizations/${into.id}/add-document?replaces=${old.id}`);
    await expect(documents.current(into.id, old.id)).resolves.toBeDefined();
    await expect(documents.current(other.id, old.id)).rejects.toEqual(refusal('not_found'));
    await expect(documents.add(stranger, other.id, await paper(stranger, old.id))).rejects.toEqual(refusal('invalid'));
    await documents.add(member, into.id, await paper(member, old.id));
    await expect(documents.current(into.id, old.id)).rejects.toEqual(refusal('not_found'));
  });
});

describe('how an organization is paid', () => {
  it('is neither recorded nor confirmed by finance people who act for it', async () => {
    const { id } = await organization(world);
    const [officer, approver] = [await world.actor('finance_officer'), await world.actor('finance_approver')];
    const payeeId = newId();
    await world.db.work(system, async (work) => {
      await work.query(sql`insert into payees (id, version, created_at, organization_id, name, method)
        values (${payeeId}, 1, ${work.now}, ${id}, 'Paid', 'check')`);
      return null;
    });
    const account = { detail: 'checking', routingNumber: '125000024', number: '98765432', again: '98765432' };
    const secrets = world.get(PayeeSecrets);
    await members.add(system, id, { personId: officer.personId, role: 'viewer' });
    await expect(secrets.recordBankAccount(officer, payeeId, account)).rejects.toEqual(
      refusal('forbidden', 'payee_secret.own_organization'),
    );
    const made = await secrets.recordBankAccount(await world.actor('finance_officer'), payeeId, account);
    await members.add(system, id, { personId: approver.personId, role: 'finance' });
    await expect(secrets.take(approver, made.id, 'confirm', { note: 'Called' })).rejects.toEqual(
      refusal('forbidden', 'payee_secret.own_organization'),
    );
    await secrets.take(await world.actor('finance_approver'), made.id, 'confirm', { note: 'Called' });
  });
});

describe('two rotations at once', () => {
  it('make one key after the other, and every value opens', async () => {
    const config = world.app.get<Config>(CONFIG);
    const { id } = await organization(world, { ein: '914900077' });
    const before = openSecrets(config).currentVersion;
    const order = { config, keysAreSet: false, ownerUrl: world.database.ownerUrl, now: world.clock.now() };
    const made = await Promise.all([rotateSecrets(order), rotateSecrets(order), rotateSecrets(order)]);
    expect(made.map(({ version }) => version).sort()).toEqual([before + 1, before + 2, before + 3]);
    const finance = await world.actor('finance_officer');
    expect(await world.get(OrganizationUnmasking).ein(finance, id, { reason: 'x' })).toBe('91-4900077');
    await world.db.work(system, (work) => checkKeys(work, openSecrets(config)).then(() => null));
  });
});

describe('a helper', () => {
  it('neither manages people, nor opens the tax form or the EIN, nor merges by helping', async () => {
    const { id } = await organization(world, { ein: '914900001' });
    const owner = await organizationMember(world, id, 'owner');
    const form = await attachment(world, owner);
    await documents.add(owner, id, Object.assign(new OrganizationDocumentInput(), { kind: 'w9', fileId: form.id }));
    const { personId, name } = await world.person([{ role: 'program_officer', scopeKind: 'fund', scopeId: newId() }]);
    const base = await again({ kind: 'person', personId, name, grants: [] });
    const { id: assistanceId } = await world.get(Assistances).start(base, id, {
      ...{ consent: 'phone', consentedBy: owner.name, reason: 'They asked on the phone' },
    } as never);
    const assists: Assistance[] = [{ assistanceId, organizationId: id }];
    const helper: PersonActor = { ...base, grants: actingGrants(base.grants, assists), assists };
    await expect(world.get(OrganizationUnmasking).ein(helper, id, { reason: 'x' })).rejects.toEqual(
      refusal('forbidden'),
    );
    await expect(world.get(Attachments).describe(helper, form.id)).rejects.toEqual(refusal('not_found'));
    expect((await documents.of(helper, id))?.[0]).not.toHaveProperty('file');
    await expect(members.leaveOwn(helper, id)).rejects.toEqual(refusal('forbidden', 'organization.not_a_member'));
  });
});

describe('papers', () => {
  it('the tax form opens to those who handle money, here and in the agency, and to no other staff', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const form = await attachment(world, owner);
    await documents.add(owner, id, Object.assign(new OrganizationDocumentInput(), { kind: 'w9', fileId: form.id }));
    const files = world.get(Attachments);
    for (const role of ['finance_officer', 'finance_approver'] as const) {
      await expect(files.describe(await world.actor(role), form.id)).resolves.toBeDefined();
    }
    for (const role of ['program_officer', 'auditor', 'administrator', 'clerk', 'committee_member'] as const) {
      await expect(files.describe(await world.actor(role), form.id)).rejects.toEqual(refusal('not_found'));
    }
  });

  it('are refused with a file that is none, is of somebody else, or was used', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const other = await organizationMember(world, (await organization(world)).id, 'owner');
    const add = (fileId: string): Promise<unknown> =>
      documents.add(owner, id, Object.assign(new OrganizationDocumentInput(), { kind: 'insurance', fileId }));
    await expect(add(newId())).rejects.toEqual(refusal('conflict', 'attachment.used'));
    await expect(add((await attachment(world, other)).id)).rejects.toEqual(refusal('conflict', 'attachment.used'));
    const own = await attachment(world, owner);
    await add(own.id);
    await expect(add(own.id)).rejects.toEqual(refusal('conflict', 'attachment.used'));
  });
});

describe('a masked number', () => {
  it('is never shown whole, however short it is', async () => {
    expect(lastFour('123456789')).toBe('6789');
    expect(['1234', '12345', '123456', '1234567', '12345678'].map(lastFour)).toEqual([
      '34',
      '45',
      '456',
      '567',
      '5678',
    ]);
    const payeeId = newId();
    const { personId } = await world.person();
    await world.db.work(system, async (work) => {
      await work.query(sql`insert into payees (id, version, created_at, person_id, name, method)
        values (${payeeId}, 1, ${work.now}, ${personId}, 'Short', 'check')`);
      return null;
    });
    const officer = await world.actor('finance_officer');
    const { id } = await world.get(PayeeSecrets).recordBankAccount(officer, payeeId, {
      ...{ detail: 'checking', routingNumber: '125000024', number: '4321', again: '4321' },
    });
    expect((await world.get(PayeeSecrets).get(officer, id)).lastFour).toBe('21');
  });
});

describe('a person who is owed', () => {
  const kept = async (admin: PersonActor, personId: string): Promise<unknown> =>
    expect(world.get(Disposals).propose(admin, personId, { reason: 'Asked by letter' })).rejects.toMatchObject({
      blockers: [{ code: 'privacy.is_owed' }],
    });

  it('is kept also when another person is paid for them', async () => {
    const admin = await world.actor('administrator');
    const [child, parent] = [await world.person(), await world.person()];
    const pool = await committedPool(world, Money.parse('100'));
    await openPayables(world, [
      payableRequest(pool, { kind: 'person', id: parent.personId }, Money.parse('40'), {
        beneficiaryPersonId: child.personId,
      }),
    ]);
    await kept(admin, child.personId);
    await kept(admin, parent.personId);
  });

  it('in the very moment they are forgotten is either kept or not owed: never both', async () => {
    const [one, two] = [await world.actor('administrator'), await world.actor('administrator')];
    const disposals = world.get(Disposals);
    const pool = await committedPool(world, Money.parse('1000'));
    for (let round = 0; round < 5; round += 1) {
      const { personId } = await world.person();
      await world.db.work(system, async (work) => {
        await work.query(sql`insert into payees (id, version, created_at, person_id, name, method)
          values (${newId()}, 1, ${work.now}, ${personId}, 'Owed', 'check')`);
        return null;
      });
      const { id } = await disposals.propose(one, personId, { reason: 'Asked by letter' });
      await disposals.take(two, id, 'approve', {});
      const [owed] = await Promise.allSettled([
        openPayables(world, [payableRequest(pool, { kind: 'person', id: personId }, Money.parse('10'))]),
        disposals.carryOn(id),
      ]);
      const gone = await world.db.query(sql`select 1 from anonymized_persons where person_id = ${personId}`);
      expect([round, owed.status, gone.length]).toEqual(
        owed.status === 'fulfilled' ? [round, 'fulfilled', 0] : [round, 'rejected', 1],
      );
    }
  });
});

describe('the trail', () => {
  it('shows an event that was put where no seal will ever look', async () => {
    const owner = new Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    try {
      for (const [era, xid] of [
        ['99', 'pg_current_xact_id()::text::bigint'],
        ['(select max(era) from audit_events)', '9000000000000000000'],
      ]) {
        await owner.query('begin');
        await owner.query(`insert into audit_events (xid, era, at, actor, action, subject_type, subject_id)
          values (${xid}, ${era}, now(), 'system:x', 'thing.invented', 'thing', 'x')`);
        const seen = {
          query: async (query: ReturnType<typeof sql>) => {
            const { text, values } = query.compile();
            return (await owner.query(text, values)).rows as never[];
          },
        };
        const found = (await verifyChain(seen)).map(({ problem }) => problem);
        await owner.query('rollback');
        expect(found).toEqual([expect.stringMatching(/no seal will ever cover/)]);
      }
      expect(await verifyChain(world.db)).toEqual([]);
    } finally {
      await owner.end();
    }
  });
});
