/** Conflicts of interest: the one query scope, attacked from every side, and who may answer whose. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { AuditTrail } from '../../src/features/audit/audit-trail.service.js';
import {
  applicantSide,
  Conflicts,
  conflictsOf,
  type ConflictType,
  directConflict,
  notConflicted,
  type Party,
  staffSide,
} from '../../src/features/conflicts/index.js';
import { ConflictsTasks } from '../../src/features/conflicts/conflicts.tasks.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { type Actor, type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { readList } from '../../src/platform/lists/list.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');

let world: World;
let conflicts: Conflicts;
let round: MadeRound;
let numbers = 0;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  conflicts = world.get(Conflicts);
  round = await publishedRound(world);
});
afterAll(async () => world?.close());

/** A submitted application, as far as this feature looks at one, with its parties. */
async function application(parties: readonly Party[], where: MadeRound = round): Promise<string> {
  const id = newId();
  numbers += 1;
  const lead = parties.find((party) => party.relation === 'lead')?.organizationId ?? (await organization(world)).id;
  await world.db.work(system, async (work) => {
    await work.query(sql`
      insert into applications (id, version, created_at, state, number, round_id, fund_id, organization_id, title,
        requested_cents, submitted_at)
      values (${id}, 1, ${work.now}, 'submitted', ${`C-${numbers}`}, ${where.roundId}, ${where.fundId}, ${lead},
        ${`Title ${numbers}`}, 100, ${work.now})`);
    await conflicts.setParties(work, id, parties);
    return null;
  });
  return id;
}

/** Whether the scope lets the actor to the application. */
async function clear(actor: Actor, applicationId: string): Promise<boolean> {
  const rows = await world.db.query(
    sql`select 1 from applications a where a.id = ${applicationId} and ${notConflicted(actor, rawSql('a.id'))}`,
  );
  return rows.length === 1;
}

const declare = (
  actor: PersonActor,
  applicationId: string,
  level = 'direct',
  type = 'family',
): Promise<{ id: string }> => conflicts.declareOwn(actor, { applicationId, level, type });

const member = (personId: string, organizationId: string): Promise<{ id: string }> =>
  world.get(OrganizationMembers).add(system, organizationId, { personId, role: 'viewer' });

async function addAddress(personId: string, value: string): Promise<void> {
  await world.db.work(system, async (work) => {
    await work.query(sql`insert into identifiers (id, version, created_at, person_id, kind, value)
      values (${newId()}, 1, ${work.now}, ${personId}, 'address', ${value})`);
    return null;
  });
}

describe('the scope', () => {
  it.each(['lead', 'partner', 'fiscal_sponsor'] as const)('keeps a member of the %s out', async (relation) => {
    const { id: organizationId } = await organization(world);
    const reviewer = await world.actor('reviewer');
    const other = await world.actor('reviewer');
    const id = await application([{ organizationId, relation }]);
    expect(await clear(reviewer, id)).toBe(true);
    const { id: memberId } = await member(reviewer.personId, organizationId);
    expect(await clear(reviewer, id)).toBe(false);
    expect(await clear(other, id)).toBe(true);
    expect(await directConflict(world.db, reviewer.personId, id)).toMatchObject({
      ...{ id: null, state: 'found', level: 'direct', basis: 'member', organizationId },
    });
    await world.get(OrganizationMembers).end(system, organizationId, { memberId });
    expect(await clear(reviewer, id)).toBe(true);
  });

  it('closes the audit trail of the application as well, to auditors and administrators alike', async () => {
    const { id: organizationId } = await organization(world);
    const id = await application([{ organizationId, relation: 'lead' }]);
    await world.db.work(system, async (work) => {
      work.audit({ action: 'application.seen', subjectType: 'application', subjectId: id });
      return null;
    });
    const trail = world.get(AuditTrail);
    const asked = { thing: 'application', id };
    for (const role of ['auditor', 'administrator'] as const) {
      const [free, bound] = [await world.actor(role), await world.actor(role)];
      await member(bound.personId, organizationId);
      const { items } = await trail.list(free, asked);
      expect(items.map(({ subjectId }) => subjectId)).toContain(id);
      expect((await trail.list(bound, asked)).items).toEqual([]);
      await expect(trail.get(bound, items[0]?.id ?? '')).rejects.toMatchObject({ kind: 'not_found' });
      for await (const events of trail.export(bound, asked)) expect(events).toEqual([]);
      // What is no application is told as ever.
      expect((await trail.list(bound, { action: 'organization' })).items.length).toBeGreaterThan(0);
    }
  });

  it('finds a party that comes later, and lets go of one that leaves', async () => {
    const { id: lead } = await organization(world);
    const { id: partner } = await organization(world);
    const reviewer = await world.actor('reviewer');
    await member(reviewer.personId, partner);
    const id = await application([{ organizationId: lead, relation: 'lead' }]);
    expect(await clear(reviewer, id)).toBe(true);
    const set = (parties: readonly Party[]): Promise<null> =>
      world.db.work(system, async (work) => {
        await conflicts.setParties(work, id, parties);
        return null;
      });
    const both = [lead, partner].map((organizationId) => ({ organizationId, relation: 'partner' as const }));
    // The same party twice is one party.
    await set([...both, ...both]);
    expect(await clear(reviewer, id)).toBe(false);
    await set([{ organizationId: lead, relation: 'lead' }]);
    expect(await clear(reviewer, id)).toBe(true);
  });

  it('finds an address at a domain of a party or below it, and nothing that only looks like one', async () => {
    const { id: organizationId } = await organization(world, { mailDomains: 'party.test' });
    const id = await application([{ organizationId, relation: 'lead' }]);
    const withAddress = async (address: string): Promise<boolean> => {
      const reviewer = await world.actor('reviewer');
      await addAddress(reviewer.personId, address);
      return clear(reviewer, id);
    };
    expect(await withAddress('somebody@party.test')).toBe(false);
    expect(await withAddress('Somebody@Party.Test')).toBe(false);
    expect(await withAddress('somebody@school.party.test')).toBe(false);
    expect(await withAddress('somebody@notparty.test')).toBe(true);
    expect(await withAddress('somebody@party.test.example.org')).toBe(true);
    expect(await withAddress('party.test@example.org')).toBe(true);
    expect(await withAddress('somebody@partyxtest')).toBe(true);
  });

  it('counts what is declared at once, and a remote interest never', async () => {
    const reviewer = await world.actor('reviewer');
    const id = await application([]);
    await declare(reviewer, id, 'remote');
    expect(await clear(reviewer, id)).toBe(true);
    await declare(reviewer, id, 'direct');
    expect(await clear(reviewer, id)).toBe(false);
    const elsewhere = await application([]);
    expect(await clear(reviewer, elsewhere)).toBe(true);
  });

  it('lets a person back in only by the dismissal of each conflict there is', async () => {
    const clerk = await world.actor('clerk');
    const reviewer = await world.actor('reviewer');
    const { id: organizationId } = await organization(world, { mailDomains: 'both.test' });
    await member(reviewer.personId, organizationId);
    await addAddress(reviewer.personId, 'somebody@both.test');
    const id = await application([{ organizationId, relation: 'lead' }]);
    const { id: declared } = await declare(reviewer, id, 'direct', 'employer');
    await conflicts.take(clerk, declared, 'dismiss', { note: 'Left years ago' });
    expect(await clear(reviewer, id)).toBe(false);
    const about = { personId: reviewer.personId, applicationId: id, organizationId };
    const byMember = await conflicts.recordFound(clerk, { ...about, basis: 'member' });
    expect(await clear(reviewer, id)).toBe(false);
    await conflicts.take(clerk, byMember.id, 'dismiss', { note: 'An honorary membership' });
    expect(await clear(reviewer, id)).toBe(false);
    const byAddress = await conflicts.recordFound(clerk, { ...about, basis: 'mail_domain' });
    await conflicts.take(clerk, byAddress.id, 'dismiss', { note: 'An address of the whole region' });
    expect(await clear(reviewer, id)).toBe(true);
    // What was dismissed for one party says nothing of another.
    const { id: other } = await organization(world);
    await member(reviewer.personId, other);
    await world.db.work(system, async (work) => {
      const parties = [organizationId, other].map((each) => ({ organizationId: each, relation: 'lead' as const }));
      await conflicts.setParties(work, id, parties);
      return null;
    });
    expect(await clear(reviewer, id)).toBe(false);
    // A dismissal can be corrected.
    await conflicts.take(clerk, byMember.id, 'confirm', {});
    expect((await conflictsOf(world.db, id)).map(({ state }) => state).sort()).toEqual([
      'confirmed',
      'dismissed',
      'dismissed',
      'found',
    ]);
  });

  it('stays when it was confirmed, even if the membership ends', async () => {
    const clerk = await world.actor('clerk');
    const { id: organizationId } = await organization(world);
    const { memberId, ...actor } = await organizationMember(world, organizationId);
    const id = await application([{ organizationId, relation: 'lead' }]);
    const about = { personId: actor.personId, applicationId: id, organizationId, basis: 'member' };
    const { id: found } = await conflicts.recordFound(clerk, about);
    await conflicts.take(clerk, found, 'confirm', {});
    await world.get(OrganizationMembers).end(system, organizationId, { memberId });
    expect(await clear(actor, id)).toBe(false);
  });

  it('holds for lists, counts and searches alike', async () => {
    const here = await publishedRound(world);
    const reviewer = await world.actor('reviewer');
    const { id: organizationId } = await organization(world);
    await member(reviewer.personId, organizationId);
    for (let index = 0; index < 6; index += 1) {
      await application(index % 2 === 0 ? [{ organizationId, relation: 'partner' }] : [], here);
    }
    const list = (actor: Actor, q = ''): ReturnType<typeof readList<{ id: string }>> =>
      readList<{ id: string }>(
        world.db,
        {
          ...{ columns: sql`a.id`, from: sql`applications a`, id: 'a.id', defaultSort: 'number' },
          where: [
            sql`a.round_id = ${here.roundId} and a.title ilike ${`%${q}%`}`,
            notConflicted(actor, rawSql('a.id')),
          ],
          sorts: { number: { expression: 'a.number', type: 'text' } },
        },
        { limit: 2 },
      );
    expect(await list(system)).toMatchObject({ count: 6 });
    const mine = await list(reviewer);
    expect(mine.count).toBe(3);
    expect(mine.items).toHaveLength(2);
    const [hidden] = await world.db.query<{ title: string }>(
      sql`select title from applications a where a.round_id = ${here.roundId}
            and not ${notConflicted(reviewer, rawSql('a.id'))} limit 1`,
    );
    expect((await list(reviewer, hidden?.title)).count).toBe(0);
    expect((await list(system, hidden?.title)).count).toBe(1);
    expect((await list(PUBLIC_ACTOR)).count).toBe(0);
  });

  it('cannot be bent by what the query around it calls its tables', async () => {
    const reviewer = await world.actor('reviewer');
    const { id: organizationId } = await organization(world);
    await member(reviewer.personId, organizationId);
    const id = await application([{ organizationId, relation: 'lead' }]);
    const free = await application([]);
    for (const name of ['party', 'member', 'recorded', 'dismissed', 'basis', 'address', 'conflicts', 'organizations']) {
      const rows = await world.db.query<{ id: string }>(
        sql`select ${rawSql(name)}.id from applications ${rawSql(name)}
            where ${rawSql(name)}.id = any(${[id, free]}::uuid[]) and ${notConflicted(reviewer, rawSql(`${name}.id`))}`,
      );
      expect(rows.map((row) => row.id)).toEqual([free]);
    }
  });

  it('says for every pair of person and application what the single question says', async () => {
    const people: PersonActor[] = [];
    const organizations: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      people.push(await world.actor('reviewer'));
      organizations.push((await organization(world, { mailDomains: `d${index}.test` })).id);
    }
    // A fixed shuffle: each person is close to some organizations, in one way or the other, or declares.
    for (const [index, person] of people.entries()) {
      if (index % 2 === 0) await member(person.personId, organizations[(index * 2) % 5] ?? '');
      if (index % 3 === 0) await addAddress(person.personId, `p${index}@d${(index + 1) % 5}.test`);
    }
    const ids: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      const relations = ['lead', 'partner', 'fiscal_sponsor'] as const;
      const parties = [index % 5, (index * 3 + 1) % 5].map((each, at) => ({
        ...{ organizationId: organizations[each] ?? '', relation: relations[(at + index) % 3] ?? 'lead' },
      }));
      ids.push(await application(parties));
    }
    for (const [index, person] of people.entries()) {
      await declare(person, ids[index] ?? '', index % 2 === 0 ? 'direct' : 'remote');
    }
    let kept = 0;
    for (const person of people) {
      for (const id of ids) {
        const one = await directConflict(world.db, person.personId, id);
        expect(await clear(person, id)).toBe(one === undefined);
        if (one !== undefined) kept += 1;
      }
    }
    expect(kept).toBeGreaterThan(5);
    expect(kept).toBeLessThan(people.length * ids.length);
  });

  it('is for the side of the agency: a member of the applicant keeps what any applicant sees', () => {
    const grants = (['applicant', 'reviewer', 'participant'] as const).map((role) => ({
      ...{ role, scopeKind: 'agency' as const, scopeId: null },
    }));
    const actor: PersonActor = { kind: 'person', personId: newId(), name: 'Both', grants };
    const roles = (side: Actor): string[] => (side.kind === 'person' ? side.grants.map((grant) => grant.role) : []);
    expect(roles(staffSide(actor))).toEqual(['reviewer']);
    expect(roles(applicantSide(actor))).toEqual(['applicant']);
    expect(staffSide(system)).toBe(system);
    expect(applicantSide(PUBLIC_ACTOR)).toBe(PUBLIC_ACTOR);
  });
});

describe('declaring', () => {
  it('is of one conflict once, also for two at once', async () => {
    const reviewer = await world.actor('reviewer');
    const id = await application([]);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => declare(reviewer, id)));
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const each of outcomes) {
      if (each.status === 'rejected') expect((each.reason as AppError).code).toBe('conflict.declared_already');
    }
  });

  it('is refused where one has no role, and for what is not there', async () => {
    const stranger = await world.actor('reviewer', { scopeKind: 'round', scopeId: newId() });
    const applicant = await world.actor('applicant');
    const id = await application([]);
    expect((await refusal(declare(stranger, id))).fields[0]?.code).toBe('field.not_found');
    expect((await refusal(declare(applicant, id))).fields[0]?.code).toBe('field.not_found');
    expect((await refusal(declare(await world.actor('reviewer'), newId()))).fields[0]?.code).toBe('field.not_found');
  });
});

describe('answering', () => {
  it('is never for oneself, whatever roles one holds', async () => {
    const clerk = await world.actor('clerk');
    const id = await application([]);
    const { id: own } = await declare(clerk, id);
    for (const action of ['confirm', 'dismiss'] as const) {
      const error = await refusal(conflicts.take(clerk, own, action, { note: 'It is nothing' }));
      expect(error).toMatchObject({ kind: 'forbidden', code: 'conflict.own' });
    }
    expect(await clear(clerk, id)).toBe(false);
    const { id: organizationId } = await organization(world);
    await member(clerk.personId, organizationId);
    const there = await application([{ organizationId, relation: 'lead' }]);
    const about = { personId: clerk.personId, applicationId: there, organizationId, basis: 'member' };
    expect((await refusal(conflicts.recordFound(clerk, about))).code).toBe('conflict.own');
  });

  it('is not for somebody who is kept out of the application themselves', async () => {
    const officer = await world.actor('program_officer');
    const reviewer = await world.actor('reviewer');
    const { id: organizationId } = await organization(world);
    await member(officer.personId, organizationId);
    await member(reviewer.personId, organizationId);
    const id = await application([{ organizationId, relation: 'partner' }]);
    const { id: declared } = await declare(reviewer, id);
    const note = 'It is nothing';
    expect((await refusal(conflicts.take(officer, declared, 'dismiss', { note }))).kind).toBe('not_found');
    expect((await refusal(conflicts.get(officer, declared))).kind).toBe('not_found');
    const about = { personId: reviewer.personId, applicationId: id, organizationId, basis: 'member' };
    expect((await refusal(conflicts.recordFound(officer, about))).kind).toBe('not_found');
    expect((await conflicts.list(officer, {})).items.map((row) => row.id)).not.toContain(declared);
    expect((await conflicts.found(officer)).map((row) => row.applicationId)).not.toContain(id);
    expect(await world.get(ConflictsTasks).tasks(officer)).not.toContainEqual(
      expect.objectContaining({ href: `/conflicts/${declared}` }),
    );
  });

  it('is for a clerk or program officer of the round, with a reason to dismiss', async () => {
    const reviewer = await world.actor('reviewer');
    const id = await application([]);
    const { id: declared } = await declare(reviewer, id);
    const clerk = await world.actor('clerk', { scopeKind: 'round', scopeId: round.roundId });
    const elsewhere = await world.actor('clerk', { scopeKind: 'round', scopeId: newId() });
    const other = await world.actor('reviewer');
    expect((await refusal(conflicts.take(elsewhere, declared, 'confirm', {}))).kind).toBe('not_found');
    expect((await refusal(conflicts.take(other, declared, 'confirm', {}))).kind).toBe('not_found');
    expect((await refusal(conflicts.take(reviewer, declared, 'dismiss', { note: 'x' }))).kind).toBe('forbidden');
    const tasks = await world.get(ConflictsTasks).tasks(clerk);
    expect(tasks.map((task) => task.href)).toContain(`/conflicts/${declared}`);
    expect((await refusal(conflicts.take(clerk, declared, 'dismiss', {}))).code).toBe('input.has_problems');
    const stale = await refusal(conflicts.take(clerk, declared, 'confirm', { version: 7 }));
    expect(stale.code).toBe('thing.changed_meanwhile');
    await conflicts.take(clerk, declared, 'confirm', { version: 1 });
    expect(await clear(reviewer, id)).toBe(false);
    expect((await refusal(conflicts.take(clerk, declared, 'confirm', {}))).code).toBe('action.not_open');
  });

  it('shows people their own, and to a clerk what is found among the agency', async () => {
    const reviewer = await world.actor('reviewer');
    const other = await world.actor('reviewer');
    const clerk = await world.actor('clerk');
    const { id: organizationId } = await organization(world);
    await member(reviewer.personId, organizationId);
    // A member who holds nothing for the agency is no conflict of the agency's.
    await organizationMember(world, organizationId);
    const id = await application([{ organizationId, relation: 'lead' }]);
    const found = (await conflicts.found(clerk)).filter((row) => row.applicationId === id);
    expect(found.map((row) => row.personId)).toEqual([reviewer.personId]);
    const { id: declared } = await declare(reviewer, id, 'remote');
    expect((await conflicts.list(reviewer, {})).items.map((row) => row.id)).toEqual([declared]);
    expect((await conflicts.list(other, {})).items).toEqual([]);
    expect((await conflicts.list(clerk, {})).items.map((row) => row.id)).toContain(declared);
  });

  it('records what is found once, and nothing that is not so', async () => {
    const clerk = await world.actor('clerk');
    const reviewer = await world.actor('reviewer');
    const { id: organizationId } = await organization(world);
    const id = await application([{ organizationId, relation: 'lead' }]);
    const about = { personId: reviewer.personId, applicationId: id, organizationId, basis: 'member' };
    expect((await refusal(conflicts.recordFound(clerk, about))).kind).toBe('not_found');
    await member(reviewer.personId, organizationId);
    const first = await conflicts.recordFound(clerk, about);
    expect(await conflicts.recordFound(clerk, about)).toEqual(first);
    expect((await refusal(conflicts.recordFound(reviewer, about))).kind).toBe('not_found');
    const types: ConflictType[] = (await conflictsOf(world.db, id)).map((each) => each.type);
    expect(types).toEqual(['employer']);
  });
});
