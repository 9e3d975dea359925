import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts, People, Roles } from '../../src/features/identity/index.js';
import { PeopleQuery } from '../../src/features/identity/people.input.js';
import { Administrators, type SessionAccount, Sessions } from '../../src/features/sign-in/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { ActorSource } from '../../src/platform/http/guard.js';
import { personWith } from '../factories/people.js';
import { openWorld, TEST_PASSPHRASE, type World } from '../support/world.js';

let world: World;
let accounts: Accounts;
let actors: ActorSource;
let people: People;
let roles: Roles;
let administrator: PersonActor;

/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;

beforeAll(async () => {
  world = await openWorld();
  accounts = world.get(Accounts);
  actors = world.get(ActorSource);
  people = world.get(People);
  roles = world.get(Roles);
  administrator = (await personWith(world, 'administrator')).actor;
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

/** A session as signing in opens it. */
function signIn({ accountId }: { accountId: string }): Promise<SessionAccount> {
  const place = { agent: 'Firefox on Android', address: '192.0.2.1' };
  return world.db.work(systemActor('test'), (work) =>
    world.get(Sessions).open(work, { accountId, method: 'passphrase' }, place),
  );
}

async function auditsOf(personId: string): Promise<string[]> {
  const rows = await world.db.query<{ action: string }>(
    sql`select action from audit_events where subject_id = ${personId} order by id`,
  );
  return rows.map(({ action }) => action);
}

describe('roles', () => {
  const reason = 'Asked for by the director';
  const agency = { scopeKind: 'agency', reason } as const;

  it('cannot be given to oneself, by the rule and by the database', async () => {
    const { personId } = administrator;
    await expect(roles.grant(administrator, personId, { role: 'finance_approver', ...agency })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'role.own_grant',
    });
    // Also for a use case that composes the step.
    await expect(
      world.db.work(administrator, (work) => roles.add(work, personId, { role: 'finance_approver', ...agency })),
    ).rejects.toMatchObject({ code: 'role.own_grant' });
    await expect(
      world.db.work(systemActor('test'), (work) =>
        work.query(sql`insert into role_grants (id, created_at, person_id, role, scope_kind, reason, granted_by, starts_on)
          values (${newId()}, ${work.now}, ${personId}, 'clerk', 'agency', 'x', ${personId}, '2015-01-01')`),
      ),
    ).rejects.toMatchObject({ driverError: { constraint: 'role_grants_granted_by_check' } });
  });

  it('are given and ended by an administrator alone', async () => {
    const made = await personWith(world, 'reviewer');
    const [{ id: grantId } = { id: '' }] = await people.grants(made.actor.personId);
    for (const role of ['auditor', 'program_officer', 'finance_approver'] as const) {
      const other = await world.actor(role);
      await expect(roles.grant(other, made.actor.personId, { role: 'clerk', ...agency })).rejects.toMatchObject({
        code: 'permission.missing',
      });
      await expect(roles.end(other, made.actor.personId, grantId, 'Why not')).rejects.toMatchObject({
        code: 'permission.missing',
      });
      await expect(accounts.disable(other, made.actor.personId, 'Why not')).rejects.toMatchObject({
        code: 'permission.missing',
      });
      await expect(people.create(other, { name: 'X', email: 'x@example.org' })).rejects.toMatchObject({
        code: 'permission.missing',
      });
    }
  });

  it('stop working at once when they end, with a reason in the audit', async () => {
    const made = await personWith(world, 'program_officer');
    const session = await signIn(made);
    expect(await actors.load(session)).toMatchObject({ grants: [{ role: 'program_officer' }] });
    const [grant] = await people.grants(made.actor.personId);
    await roles.end(administrator, made.actor.personId, grant?.id ?? '', 'Moved to another office');
    expect(await actors.load(session)).toMatchObject({ grants: [] });
    await expect(roles.end(administrator, made.actor.personId, grant?.id ?? '', 'Again')).rejects.toMatchObject({
      code: 'role.already_ended',
    });
    expect(await auditsOf(made.actor.personId)).toContain('role.ended');
  });

  it('run out after their last day in the agency, and can be given anew', async () => {
    const made = await personWith(world, 'auditor');
    const { personId } = made.actor;
    const today = world.db.today;
    await roles.grant(administrator, personId, { role: 'reviewer', ...agency, endsOn: today });
    // A session of its own each time: none lasts into the next day.
    const held = async (): Promise<unknown[]> =>
      ((await actors.load(await signIn(made))) as PersonActor).grants.map(({ role }) => role);
    expect(await held()).toEqual(['auditor', 'reviewer']);
    await expect(roles.grant(administrator, personId, { role: 'reviewer', ...agency })).rejects.toMatchObject({
      fields: [{ field: 'role', code: 'role.held_already' }],
    });
    world.clock.set(world.db.currentCalendar.startOfDay(world.db.currentCalendar.addDays(today, 1)));
    expect(await held()).toEqual(['auditor']);
    await roles.grant(administrator, personId, { role: 'reviewer', ...agency });
    expect(await held()).toEqual(['auditor', 'reviewer']);
  });

  it('that start later do not hold before', async () => {
    const made = await personWith(world, 'auditor');
    const startsOn = world.db.currentCalendar.addDays(world.db.today, 3);
    await roles.grant(administrator, made.actor.personId, { role: 'facilitator', ...agency, startsOn });
    const session = await signIn(made);
    expect(await actors.load(session)).toMatchObject({ grants: [{ role: 'auditor' }] });
  });

  it('given twice at the same moment are given once', async () => {
    const made = await personWith(world, 'auditor');
    const grant = (): Promise<unknown> => roles.grant(administrator, made.actor.personId, { role: 'clerk', ...agency });
    const results = await Promise.allSettled([grant(), grant(), grant()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('fit their place', async () => {
    const made = await personWith(world, 'auditor');
    const grant = (terms: object): Promise<unknown> =>
      roles.grant(administrator, made.actor.personId, { role: 'reviewer', ...agency, ...terms } as never);
    await expect(grant({ role: 'applicant' })).rejects.toMatchObject({ fields: [{ field: 'scopeKind' }] });
    await expect(grant({ scopeKind: 'round' })).rejects.toMatchObject({ fields: [{ field: 'scopeId' }] });
    await expect(grant({ scopeKind: 'round', scopeId: newId() })).rejects.toMatchObject({
      fields: [{ field: 'scopeId', code: 'field.not_found' }],
    });
    await expect(
      world.db.work(systemActor('test'), (work) =>
        work.query(sql`insert into role_grants (id, created_at, person_id, role, scope_kind, reason, starts_on)
          values (${newId()}, ${work.now}, ${made.actor.personId}, 'reviewer', 'round', 'x', '2015-01-01')`),
      ),
    ).rejects.toMatchObject({ driverError: { constraint: 'role_grants_scope_check' } });
  });

  it(
    'never leave the agency without an administrator, though two end each other at once',
    async () => {
      const alone = await openWorld();
      try {
        const [one, two] = [await personWith(alone, 'administrator'), await personWith(alone, 'administrator')];
        const grantOf = async ({ actor }: typeof one): Promise<string> =>
          (await alone.get(People).grants(actor.personId))[0]?.id ?? '';
        const [first, second] = [await grantOf(one), await grantOf(two)];
        const results = await Promise.allSettled([
          alone.get(Roles).end(one.actor, two.actor.personId, second, 'You go'),
          alone.get(Roles).end(two.actor, one.actor.personId, first, 'No, you go'),
        ]);
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
          reason: { code: 'role.last_administrator' },
        });
      } finally {
        await alone.close();
      }
    },
    WORLD_MILLISECONDS,
  );
});

describe('people', () => {
  const query = (fields: Partial<PeopleQuery>): PeopleQuery => Object.assign(new PeopleQuery(), fields);

  it('are found by name, address and role, with signs of patterns taken as they are', async () => {
    await people.create(administrator, { name: 'Zuzana 100%', email: 'zuzana@example.org' });
    const found = await people.list(administrator, query({ q: '100%' }));
    expect(found.items.map(({ name, account }) => [name, account])).toEqual([['Zuzana 100%', 'invited']]);
    expect((await people.list(administrator, query({ q: 'ZUZANA@' }))).items).toHaveLength(1);
    expect((await people.list(administrator, query({ q: '%' }))).items).toHaveLength(1);
    const auditors = await people.list(administrator, query({ role: 'auditor' }));
    expect(auditors.items.length).toBeGreaterThan(0);
    expect(auditors.items.every(({ roles: held }) => held.includes('auditor'))).toBe(true);
  });

  it('come in pages that neither repeat nor leave out anybody', async () => {
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await people.list(administrator, query({ limit: 4, after }));
      names.push(...page.items.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const all = await world.db.query(sql`select id from persons`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(all.length);
  });

  it('are seen by administrators and auditors, and by nobody else', async () => {
    const id = administrator.personId;
    expect(await people.get(await world.actor('auditor'), id)).toMatchObject({ id, roles: ['administrator'] });
    for (const role of ['finance_officer', 'reviewer', 'applicant'] as const) {
      const other = await world.actor(
        role,
        role === 'applicant' ? { scopeKind: 'organization', scopeId: newId() } : {},
      );
      await expect(people.get(other, id)).rejects.toMatchObject({ kind: 'not_found' });
      expect((await people.list(other, query({}))).items).toHaveLength(0);
    }
  });

  it('added twice at once under one address are added once', async () => {
    const create = (): Promise<unknown> => people.create(administrator, { name: 'Dora', email: 'dora@example.org' });
    const results = await Promise.allSettled([create(), create(), create()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the first administrator', () => {
  it(
    'is made once, without a passphrase',
    async () => {
      const empty = await openWorld();
      try {
        const first = empty.get(Administrators);
        await expect(first.createFirst('first', 'First')).rejects.toMatchObject({ kind: 'invalid' });
        const results = await Promise.allSettled([
          first.createFirst('first@example.org', 'First'),
          first.createFirst('second@example.org', 'Second'),
        ]);
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        await expect(first.createFirst('third@example.org', 'Third')).rejects.toMatchObject({
          code: 'administrator.exists',
        });
      } finally {
        await empty.close();
      }
    },
    WORLD_MILLISECONDS,
  );

  it('and the demo are made again without doubling anything', async () => {
    const account = {
      email: 'demo@example.org',
      name: 'Demo Officer',
      passphrase: TEST_PASSPHRASE,
      grants: [{ role: 'program_officer' }],
    } as const;
    const ensure = (): Promise<{ personId: string }> =>
      world.db.work(systemActor('demo'), (work) => world.get(Administrators).ensureAccount(work, account));
    const [first, second] = [await ensure(), await ensure()];
    expect(second).toEqual(first);
    expect(await people.grants(first.personId)).toHaveLength(1);
  });
});
