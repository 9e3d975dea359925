/** Organizations on a real database: who may do what, what is refused, and what happens when two act at once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  ExclusionChecks,
  MEMBER_ROLES,
  memberRoles,
  type OrganizationInput,
  OrganizationMembers,
  Organizations,
  OrganizationUses,
} from '../../src/features/organizations/index.js';
import { organization, organizationInput, organizationMember } from '../factories/organizations.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let organizations: Organizations;
let checks: ExclusionChecks;
let members: OrganizationMembers;

beforeAll(async () => {
  world = await openWorld();
  organizations = world.get(Organizations);
  checks = world.get(ExclusionChecks);
  members = world.get(OrganizationMembers);
});
afterAll(() => world?.close());

const refusal = (kind: string, code?: string): unknown =>
  expect.objectContaining({ kind, ...(code !== undefined && { code }) });
const fieldRefusal = (field: string, code: string): unknown =>
  expect.objectContaining({ fields: [expect.objectContaining({ field, code })] });

async function district(name: string): Promise<string> {
  const id = newId();
  await world.db.work(systemActor('test'), (work) =>
    work.query(sql`insert into districts (id, created_at, name, position) values (${id}, ${work.now}, ${name}, 1)`),
  );
  return id;
}

async function inputOf(id: string, given: Partial<OrganizationInput> = {}): Promise<OrganizationInput> {
  const found = await organizations.find(world.db, id);
  if (found === undefined) throw new Error('There is no such organization');
  return organizationInput({ name: found.name, kind: found.kind, version: found.version, ...given });
}

describe('recording an organization', () => {
  it('keeps what was typed in one spelling, with its audit', async () => {
    const officer = await world.actor('program_officer');
    const tukwila = await district('Tukwila');
    const { id } = await organizations.create(
      officer,
      organizationInput({
        name: 'Riverside Families',
        ein: '91-1234567',
        uei: 'yndUZMUZF8H8',
        state: 'wa',
        zip: '98168',
        mailDomains: 'Riverside.example, @riverside.example',
        annualBudget: Money.parse('250,000'),
        serviceArea: [{ districtId: tukwila }, { districtId: tukwila }],
        note: 'Met in October',
      }),
    );
    const { organization: found, serviceArea } = await organizations.get(officer, id);
    expect(found).toMatchObject({
      version: 1,
      ein: '••-•••4567',
      uei: 'YNDUZMUZF8H8',
      state: 'WA',
      mailDomains: ['riverside.example'],
      annualBudget: Money.parse('250000'),
      note: 'Met in October',
    });
    expect(serviceArea).toEqual([{ id: tukwila, name: 'Tukwila' }]);
    const [audit] = await world.db.query<{ actor: string; after: Record<string, unknown> }>(
      sql`select actor, after from audit_events where subject_id = ${id} and action = 'organization.created'`,
    );
    expect(audit).toMatchObject({ actor: `person:${officer.personId}`, after: { ein: 'changed' } });
    expect(JSON.stringify(audit)).not.toContain('911234567');
  });

  it.each(['applicant', 'reviewer', 'finance_officer', 'committee_member', 'clerk', 'auditor', 'participant'] as const)(
    'is not for %s',
    async (role) => {
      const scope =
        role === 'applicant' ? { scopeKind: 'organization' as const, scopeId: (await organization(world)).id } : {};
      const actor = await world.actor(role, scope);
      await expect(organizations.create(actor, organizationInput())).rejects.toEqual(
        refusal('forbidden', 'permission.missing'),
      );
    },
  );

  it('refuses an EIN that another has, when recording and when changing', async () => {
    await organization(world, { ein: '912222222' });
    const other = await organization(world);
    const taken = expect.objectContaining({ kind: 'conflict', code: 'organization.ein_taken', status: 409 });
    await expect(organization(world, { ein: '91-2222222' })).rejects.toEqual(taken);
    const officer = await world.actor('program_officer');
    await expect(
      organizations.update(officer, other.id, await inputOf(other.id, { ein: '912222222' })),
    ).rejects.toEqual(taken);
    expect(await organizations.find(world.db, other.id)).toMatchObject({ einLastFour: null, version: 1 });
  });

  it('lets one of two with the same EIN through at the same moment', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => organization(world, { ein: '913333333' })));
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const each of outcomes) {
      if (each.status === 'rejected') expect(each.reason).toEqual(refusal('conflict', 'organization.ein_taken'));
    }
  });

  it('refuses a UEI with nine digits in a row, yet not one with another check digit', async () => {
    await expect(organization(world, { uei: 'AB123456789C' })).rejects.toEqual(
      fieldRefusal('uei', 'organization.uei_shape'),
    );
    await expect(organization(world, { uei: 'ABC123DEF456' })).resolves.toBeDefined();
  });

  it('refuses sponsors, districts and service areas that do not exist', async () => {
    const nobody = newId();
    await expect(organization(world, { fiscalSponsorId: nobody })).rejects.toEqual(
      fieldRefusal('fiscalSponsorId', 'field.not_found'),
    );
    await expect(organization(world, { kind: 'school', districtOrganizationId: nobody })).rejects.toEqual(
      fieldRefusal('districtOrganizationId', 'field.not_found'),
    );
    await expect(organization(world, { serviceArea: [{ districtId: nobody }] })).rejects.toEqual(
      fieldRefusal('serviceArea', 'field.not_found'),
    );
  });

  it('ties a school to a school district and nothing else', async () => {
    const schoolDistrict = await organization(world, { kind: 'school_district' });
    const agency = await organization(world, { kind: 'public_agency' });
    const school = await organization(world, { kind: 'school', districtOrganizationId: schoolDistrict.id });
    const officer = await world.actor('program_officer');
    expect((await organizations.get(officer, school.id)).districtOrganization).toEqual(schoolDistrict);
    await expect(organization(world, { kind: 'school', districtOrganizationId: agency.id })).rejects.toEqual(
      fieldRefusal('districtOrganizationId', 'organization.district_not_a_district'),
    );
    await expect(organization(world, { kind: 'college', districtOrganizationId: schoolDistrict.id })).rejects.toEqual(
      fieldRefusal('districtOrganizationId', 'organization.district_of_school_only'),
    );
    const renamed = await inputOf(schoolDistrict.id, { kind: 'public_agency' });
    await expect(organizations.update(officer, schoolDistrict.id, renamed)).rejects.toEqual(
      fieldRefusal('kind', 'organization.district_has_schools'),
    );
  });
});

describe('fiscal sponsors', () => {
  it('never go in a circle, however long', async () => {
    const officer = await world.actor('program_officer');
    const first = await organization(world);
    const second = await organization(world, { fiscalSponsorId: first.id });
    const third = await organization(world, { fiscalSponsorId: second.id });
    const sponsor = async (id: string, fiscalSponsorId: string): Promise<unknown> =>
      organizations.update(officer, id, await inputOf(id, { fiscalSponsorId }));
    await expect(sponsor(first.id, first.id)).rejects.toEqual(
      fieldRefusal('fiscalSponsorId', 'organization.sponsor_itself'),
    );
    await expect(sponsor(first.id, second.id)).rejects.toEqual(
      fieldRefusal('fiscalSponsorId', 'organization.sponsor_circle'),
    );
    await expect(sponsor(first.id, third.id)).rejects.toEqual(
      fieldRefusal('fiscalSponsorId', 'organization.sponsor_circle'),
    );
    await expect(sponsor(third.id, first.id)).resolves.toEqual({ id: third.id });
  });

  it('cannot close a circle from two ends at the same moment', async () => {
    const officer = await world.actor('program_officer');
    for (let round = 0; round < 5; round += 1) {
      const [one, two, three] = [await organization(world), await organization(world), await organization(world)];
      const link = async (from: { id: string }, to: { id: string }): Promise<unknown> =>
        organizations.update(officer, from.id, await inputOf(from.id, { fiscalSponsorId: to.id }));
      const outcomes = await Promise.allSettled([link(one, two), link(two, three), link(three, one)]);
      expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(2);
    }
  });
});

describe('changing an organization', () => {
  it('writes what changed, and nothing else, into the audit', async () => {
    const officer = await world.actor('program_officer');
    const { id, name } = await organization(world, { city: 'Renton' });
    await organizations.update(officer, id, await inputOf(id, { city: 'Kent' }));
    const [audit] = await world.db.query(sql`select before, after from audit_events where subject_id = ${id}
      and action = 'organization.updated'`);
    expect(audit).toEqual({ before: { city: 'Renton' }, after: { city: 'Kent', version: 2 } });
    expect(await organizations.find(world.db, id)).toMatchObject({ name, city: 'Kent', version: 2 });
  });

  it('lets one of two who had the same version win and tells the other who changed what', async () => {
    const officer = await world.actor('program_officer');
    const { id } = await organization(world);
    const inputs = await Promise.all(['Kent', 'Auburn', 'Renton', 'Burien'].map((city) => inputOf(id, { city })));
    const outcomes = await Promise.allSettled(inputs.map((input) => organizations.update(officer, id, input)));
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const found = await organizations.find(world.db, id);
    expect(found?.version).toBe(2);
    for (const each of outcomes) {
      if (each.status !== 'rejected') continue;
      expect(each.reason).toMatchObject({
        status: 409,
        code: 'organization.changed_meanwhile',
        params: { name: officer.name },
        blockers: [{ code: 'organization.now_is', params: { field: 'city', value: found?.city } }],
      });
    }
  });

  it('lets owners and editors change address, budget and service area, and nobody else of the organization', async () => {
    const { id } = await organization(world, { ein: '914444444', uei: 'T53MCMLTWK59' });
    for (const role of MEMBER_ROLES) {
      const member = await organizationMember(world, id, role);
      const change = organizations.updateContact(member, id, { city: `Seen by ${role}` });
      if (role === 'owner' || role === 'editor') await expect(change).resolves.toEqual({ id });
      else await expect(change).rejects.toEqual(refusal('forbidden', 'organization.member_role_missing'));
      await expect(organizations.update(member, id, organizationInput())).rejects.toEqual(
        refusal('forbidden', 'permission.missing'),
      );
    }
    expect(await organizations.find(world.db, id)).toMatchObject({
      city: 'Seen by editor',
      einLastFour: '4444',
      uei: 'T53MCMLTWK59',
    });
  });
});

describe('what an organization sees of others', () => {
  it('is nothing: not found to read and to change, and absent from the list', async () => {
    const own = await organization(world, { name: 'Own of the applicant', ein: '915555555' });
    const other = await organization(world, { name: 'Another of the list', ein: '916666666' });
    const member = await organizationMember(world, own.id, 'owner');
    await expect(organizations.get(member, other.id)).rejects.toEqual(refusal('not_found'));
    await expect(organizations.updateContact(member, other.id, { city: 'Kent' })).rejects.toEqual(refusal('not_found'));
    await expect(organizations.update(member, other.id, organizationInput())).rejects.toEqual(refusal('not_found'));
    await expect(organizations.get(member, newId())).rejects.toEqual(refusal('not_found'));
    const list = await organizations.list(member, {});
    expect(list).toMatchObject({ count: 1, next: null });
    expect(list.items.map((item) => item.id)).toEqual([own.id]);
    expect((await organizations.list(member, { q: 'Another' })).items).toEqual([]);
    expect(await organizations.choices(member)).toEqual([own]);
  });

  it('leaves out EIN, note and exclusion checks of its own, and the EIN finds nothing', async () => {
    const officer = await world.actor('finance_officer');
    const own = await organization(world, { ein: '917777777', note: 'For staff' });
    await checks.record(officer, own.id, {
      checkedOn: '2015-11-09',
      method: 'sam_gov',
      result: 'clear',
      queryText: 'x',
    });
    const member = await organizationMember(world, own.id, 'owner');
    const seen = await organizations.get(member, own.id);
    expect(seen.organization.ein).toBe('••-•••7777');
    expect(seen.organization).not.toHaveProperty('note');
    expect(await checks.of(member, own.id)).toBeUndefined();
    const [row] = (await organizations.list(member, {})).items;
    expect(Object.keys(row ?? {}).sort()).toEqual(['annualBudget', 'city', 'id', 'kind', 'legalName', 'name', 'uei']);
    expect((await organizations.list(member, { q: '7777' })).items).toEqual([]);
    await expect(organizations.list(member, { sort: 'checkedOn' })).rejects.toEqual(
      fieldRefusal('sort', 'list.sort_unknown'),
    );
    expect((await organizations.list(officer, { q: '7777' })).items).toMatchObject([
      { id: own.id, checkedOn: '2015-11-09', checkResult: 'clear' },
    ]);
    const committee = await world.actor('committee_member');
    expect((await organizations.list(committee, { q: '7777' })).items).toEqual([]);
    expect((await organizations.get(committee, own.id)).organization).not.toHaveProperty('ein');
  });

  it.each(['reviewer', 'participant', 'facilitator'] as const)('is closed to %s', async (role) => {
    const { id } = await organization(world);
    const actor = await world.actor(role);
    await expect(organizations.get(actor, id)).rejects.toEqual(refusal('not_found'));
    expect((await organizations.list(actor, {})).items).toEqual([]);
  });

  it('shows the list exactly what may be read, for every role', async () => {
    const mine = await organization(world);
    const actors = [
      await organizationMember(world, mine.id, 'viewer'),
      await world.actor('committee_member', { scopeKind: 'fund', scopeId: newId() }),
      ...(await Promise.all(
        (['program_officer', 'finance_approver', 'auditor', 'administrator', 'clerk', 'agency_signatory'] as const).map(
          (role) => world.actor(role),
        ),
      )),
    ];
    const all = await world.db.query<{ id: string }>(sql`select id from organizations`);
    for (const actor of actors) {
      const allowed = all.filter(({ id }) =>
        world.policy.can(actor, 'organization.read', { scopes: { organization: id } }),
      );
      const list = await organizations.list(actor, { limit: 200 });
      expect(list.items.map((item) => item.id).sort()).toEqual(allowed.map(({ id }) => id).sort());
    }
  });
});

describe('the list', () => {
  it('finds by part of a name, by UEI and by kind, and takes % and _ as they are', async () => {
    const officer = await world.actor('program_officer');
    const odd = await organization(world, {
      name: '100%_sure',
      legalName: 'Sure Thing Inc',
      kind: 'tribe',
      uei: 'GM1XX56LEP58',
    });
    const found = async (query: object): Promise<string[]> =>
      (await organizations.list(officer, query)).items.map((item) => item.id);
    expect(await found({ q: '%_S' })).toEqual([odd.id]);
    expect(await found({ q: 'sure thing' })).toEqual([odd.id]);
    expect(await found({ q: 'gm1xx56lep58' })).toEqual([odd.id]);
    expect(await found({ kind: 'tribe' })).toEqual([odd.id]);
    expect(await found({ q: '%' })).toEqual([odd.id]);
    expect(await found({ q: 'sure', kind: 'college' })).toEqual([]);
  });

  it.each(['name', '-name', 'annualBudget', '-annualBudget', 'checkedOn', '-checkedOn', 'createdAt'])(
    'goes through all of it in pages by %s, each once',
    async (sort) => {
      const auditor = await world.actor('auditor');
      const all = await world.db.query<{ id: string }>(sql`select id from organizations`);
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const step = await organizations.list(auditor, { sort, limit: 7, after });
        seen.push(...step.items.map((item) => item.id));
        if (step.next === null) break;
        after = step.next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.sort()).toEqual(all.map(({ id }) => id).sort());
    },
  );
});

describe('exclusion checks', () => {
  const clear = { checkedOn: '2015-11-10', method: 'sam_gov', result: 'clear', queryText: 'T53MCMLTWK59' } as const;

  it('are recorded with who looked, the latest first', async () => {
    const officer = await world.actor('finance_officer');
    const { id } = await organization(world);
    await checks.record(officer, id, {
      ...clear,
      checkedOn: '2015-10-01',
      result: 'match',
      evidence: 'Active exclusion',
    });
    const { id: latest } = await checks.record(officer, id, clear);
    expect(await checks.of(officer, id)).toMatchObject([
      { id: latest, result: 'clear', checkedByName: officer.name },
      { result: 'match', evidence: 'Active exclusion', checkedOn: '2015-10-01' },
    ]);
    expect((await checks.latest(world.db, [id, newId()])).get(id)?.id).toBe(latest);
  });

  it('refuses a date to come, and a match without what was seen', async () => {
    const officer = await world.actor('program_officer');
    const { id } = await organization(world);
    await expect(checks.record(officer, id, { ...clear, checkedOn: '2015-11-11' })).rejects.toEqual(
      fieldRefusal('checkedOn', 'exclusion_check.in_the_future'),
    );
    await expect(checks.record(officer, id, { ...clear, result: 'match' })).rejects.toEqual(
      fieldRefusal('evidence', 'exclusion_check.match_needs_evidence'),
    );
  });

  it('are not for the organization itself, nor for those who only read', async () => {
    const { id } = await organization(world);
    const member = await organizationMember(world, id);
    const auditor = await world.actor('auditor');
    await expect(checks.record(member, id, clear)).rejects.toEqual(refusal('forbidden', 'permission.missing'));
    await expect(checks.record(auditor, id, clear)).rejects.toEqual(refusal('forbidden', 'permission.missing'));
    await expect(checks.record(await world.actor('reviewer'), id, clear)).rejects.toEqual(refusal('not_found'));
    await expect(checks.record(await world.actor('finance_officer'), newId(), clear)).rejects.toEqual(
      refusal('not_found'),
    );
  });

  it('cannot be changed or removed: the database refuses', async () => {
    const { id } = await organization(world);
    await checks.record(await world.actor('finance_officer'), id, clear);
    const client = new Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      const denied = expect.objectContaining({ code: '42501' });
      await expect(client.query(`update exclusion_checks set result = 'match'`)).rejects.toEqual(denied);
      await expect(client.query(`delete from exclusion_checks`)).rejects.toEqual(denied);
      await expect(client.query(`truncate exclusion_checks`)).rejects.toEqual(denied);
      await expect(client.query(`delete from organization_members`)).rejects.toEqual(denied);
      await expect(client.query(`delete from organizations`)).rejects.toEqual(denied);
    } finally {
      await client.end();
    }
  });
});

describe('members', () => {
  it('get the role of an applicant there once, and lose it with their last member role', async () => {
    const officer = await world.actor('program_officer');
    const { id } = await organization(world);
    const { personId } = await world.person();
    const grants = (): Promise<unknown[]> =>
      world.db.query(sql`select 1 from role_grants where person_id = ${personId} and role = 'applicant'
        and scope_kind = 'organization' and scope_id = ${id} and ended_at is null`);
    const owner = await members.add(officer, id, { personId, role: 'owner' });
    const signatory = await members.add(officer, id, { personId, role: 'signatory', since: '2015-07-01' });
    expect(await grants()).toHaveLength(1);
    expect(await memberRoles(world.db, personId, id)).toEqual(['owner', 'signatory']);
    await members.end(officer, id, { memberId: owner.id });
    expect(await grants()).toHaveLength(1);
    await members.end(officer, id, { memberId: signatory.id });
    expect(await grants()).toHaveLength(0);
    expect(await members.live(id)).toEqual([]);
    await expect(members.end(officer, id, { memberId: owner.id })).rejects.toEqual(
      refusal('conflict', 'organization_member.ended_already'),
    );
    await members.add(officer, id, { personId, role: 'owner' });
    expect(await grants()).toHaveLength(1);
  });

  it('have each role once, whoever adds them at the same moment', async () => {
    const officer = await world.actor('administrator');
    const { id } = await organization(world);
    const { personId } = await world.person();
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => members.add(officer, id, { personId, role: 'editor' })),
    );
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const each of outcomes) {
      if (each.status === 'rejected') expect(each.reason).toEqual(refusal('conflict', 'organization_member.has_role'));
    }
  });

  it('are found by their address, and asked about when several share it', async () => {
    const officer = await world.actor('program_officer');
    const { id } = await organization(world);
    const first = await world.person();
    await expect(members.add(officer, id, { role: 'owner' })).rejects.toEqual(
      fieldRefusal('address', 'field.required'),
    );
    await expect(members.add(officer, id, { address: 'nobody@example.org', role: 'owner' })).rejects.toEqual(
      fieldRefusal('address', 'organization_member.nobody_at_address'),
    );
    await expect(members.add(officer, id, { personId: newId(), role: 'owner' })).rejects.toEqual(
      fieldRefusal('personId', 'field.not_found'),
    );
    await members.add(officer, id, { address: first.email.toUpperCase(), role: 'viewer' });
    const second = await world.person();
    await world.db.work(systemActor('test'), (work) =>
      work.query(sql`insert into identifiers (id, created_at, person_id, kind, value)
        values (${newId()}, ${work.now}, ${second.personId}, 'address', ${first.email})`),
    );
    await expect(members.add(officer, id, { address: first.email, role: 'owner' })).rejects.toEqual(
      fieldRefusal('personId', 'organization_member.address_shared'),
    );
    await expect(
      members.add(officer, id, { address: first.email, personId: officer.personId, role: 'owner' }),
    ).rejects.toEqual(fieldRefusal('personId', 'field.not_found'));
    await members.add(officer, id, { address: first.email, personId: second.personId, role: 'owner' });
    expect(await memberRoles(world.db, second.personId, id)).toEqual(['owner']);
  });

  it('are not added by themselves, by members, or ended through another organization', async () => {
    const officer = await world.actor('program_officer');
    const here = await organization(world);
    const there = await organization(world);
    const owner = await organizationMember(world, here.id, 'owner');
    await expect(members.add(officer, here.id, { personId: officer.personId, role: 'viewer' })).rejects.toEqual(
      refusal('conflict', 'organization_member.own'),
    );
    const { personId } = await world.person();
    await expect(members.add(owner, here.id, { personId, role: 'viewer' })).rejects.toEqual(refusal('forbidden'));
    await expect(members.add(owner, there.id, { personId, role: 'viewer' })).rejects.toEqual(refusal('not_found'));
    await expect(members.end(officer, there.id, { memberId: owner.memberId })).rejects.toEqual(refusal('not_found'));
    await expect(members.end(officer, here.id, { memberId: newId() })).rejects.toEqual(refusal('not_found'));
    expect(await memberRoles(world.db, owner.personId, here.id)).toEqual(['owner']);
  });

  it('who left can no longer change what they could', async () => {
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    await members.end(systemActor('test'), id, { memberId: owner.memberId });
    // Even an actor loaded before the end, whose grant is still in hand, is refused.
    await expect(organizations.updateContact(owner, id, { city: 'Kent' })).rejects.toEqual(
      refusal('forbidden', 'organization.member_role_missing'),
    );
  });
});

describe('where an organization appears', () => {
  it('is told by the features that registered, in their order', async () => {
    const uses = new OrganizationUses();
    uses.register(async (_actor, id) => [{ title: 'Award 2015-0001', href: `/awards/${id}` }]);
    uses.register(async () => [{ title: 'Payee', href: '/payees/1', note: 'Verified' }]);
    expect(await uses.of(systemActor('test'), 'x')).toEqual([
      { title: 'Award 2015-0001', href: '/awards/x' },
      { title: 'Payee', href: '/payees/1', note: 'Verified' },
    ]);
  });
});
