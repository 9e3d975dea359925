/** Roles that one administrator proposes and another confirms; and the definition of a role in force. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addAdministrator } from '../../src/add-administrator.js';
import {
  type GrantView,
  grantInForce,
  GRAVE_ROLES,
  liveGrants,
  People,
  Roles,
  standingAdministrators,
} from '../../src/features/identity/index.js';
import { RolesTasks } from '../../src/features/identity/roles.tasks.js';
import { ExternalIdentities } from '../../src/features/sign-in/external-identities.service.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import type { Role } from '../../src/kernel/policy.js';
import { joinSql, rawSql, sql } from '../../src/platform/database/sql.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let roles: Roles;
let people: People;
let first: PersonActor;
let second: PersonActor;

const WORLD_MILLISECONDS = 60_000;
const reason = 'Asked for by the director';
const agency = { scopeKind: 'agency', reason } as const;

beforeAll(async () => {
  world = await openWorld();
  roles = world.get(Roles);
  people = world.get(People);
  first = await world.actor('administrator');
  second = await world.actor('administrator');
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

let personId: string;
beforeEach(async () => {
  ({ personId } = await world.person([], 'Petra Proposed'));
});

const propose = async (role: Role = 'finance_approver', terms: object = {}): Promise<string> =>
  (await roles.grant(first, personId, { role, ...agency, ...terms })).id;

const held = async (id = personId): Promise<string[]> =>
  (await liveGrants(world.db, id, world.db.today)).map(({ role }) => role);

const stateOf = async (grantId: string): Promise<GrantView | undefined> =>
  (await people.grants(personId)).find(({ id }) => id === grantId);

const mailsTo = async (id: string): Promise<string[]> => {
  const rows = await world.db.query<{ subject: string }>(sql`
    select m.subject from mails m join identifiers i on i.value = m.recipient
    where i.person_id = ${id} order by m.created_at, m.id`);
  return rows.map(({ subject }) => subject);
};

describe('a grave role', () => {
  it('holds only once a second administrator has confirmed it, whichever it is', async () => {
    for (const role of GRAVE_ROLES) {
      const { personId: id } = await world.person();
      const { id: grantId, needsConfirmation } = await roles.grant(first, id, { role, ...agency });
      expect(needsConfirmation).toBe(true);
      expect(await held(id)).toEqual([]);
      await roles.confirm(second, id, grantId);
      expect(await held(id)).toEqual([role]);
    }
  });

  it('is confirmed neither by whoever proposed it nor by whoever it is for', async () => {
    const grantId = await propose();
    await expect(roles.confirm(first, personId, grantId)).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'role.confirmed_by_another',
    });
    const { id } = await roles.grant(first, second.personId, { role: 'finance_officer', ...agency });
    await expect(roles.confirm(second, second.personId, id)).rejects.toMatchObject({ code: 'role.own_confirmation' });
    await expect(roles.decline(second, second.personId, id, 'No')).rejects.toMatchObject({
      code: 'role.own_confirmation',
    });
    await expect(roles.confirm(systemActor('test'), personId, grantId)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await held()).toEqual([]);
    await roles.decline(first, second.personId, id, 'Taken back');
  });

  it('is confirmed by administrators alone', async () => {
    const grantId = await propose();
    for (const role of ['auditor', 'finance_approver', 'program_officer', 'agency_signatory'] as const) {
      const other = await world.actor(role);
      await expect(roles.confirm(other, personId, grantId)).rejects.toMatchObject({ code: 'permission.missing' });
      await expect(roles.decline(other, personId, grantId, 'No')).rejects.toMatchObject({ code: 'permission.missing' });
    }
  });

  it('is not confirmed under the name of another person', async () => {
    const grantId = await propose();
    const { personId: other } = await world.person();
    await expect(roles.confirm(second, other, grantId)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('confirmed and declined at the same moment is one of both', async () => {
    for (let round = 0; round < 4; round += 1) {
      ({ personId } = await world.person());
      const grantId = await propose();
      const results = await Promise.allSettled([
        roles.confirm(second, personId, grantId),
        roles.decline(second, personId, grantId, 'No'),
        roles.confirm(second, personId, grantId),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { state } = (await stateOf(grantId)) as GrantView;
      expect(await held()).toEqual(state === 'in_force' ? ['finance_approver'] : []);
    }
  });

  it('that was declined stays declined and makes room for another proposal', async () => {
    const grantId = await propose();
    await expect(propose()).rejects.toMatchObject({ fields: [{ code: 'role.held_already' }] });
    await roles.decline(second, personId, grantId, 'Not before the training');
    expect(await stateOf(grantId)).toMatchObject({ state: 'declined', endReason: 'Not before the training' });
    await expect(roles.confirm(second, personId, grantId)).rejects.toMatchObject({ code: 'role.already_ended' });
    await roles.confirm(second, personId, await propose());
    expect(await held()).toEqual(['finance_approver']);
  });

  it('is proposed and ended in words that fit: a proposal is not ended, a role is not declined', async () => {
    const grantId = await propose();
    await expect(roles.end(second, personId, grantId, 'Out')).rejects.toMatchObject({ code: 'role.not_confirmed_yet' });
    await roles.confirm(second, personId, grantId);
    await expect(roles.confirm(second, personId, grantId)).rejects.toMatchObject({ code: 'role.already_confirmed' });
    await expect(roles.decline(second, personId, grantId, 'No')).rejects.toMatchObject({
      code: 'role.already_confirmed',
    });
    // Ending needs nobody else: whoever gave it may.
    await roles.end(first, personId, grantId, 'Moved on');
    expect(await held()).toEqual([]);
    expect(await stateOf(grantId)).toMatchObject({ state: 'ended', confirmedBy: second.name });
  });

  it('begins on its first day, not on the day of the confirmation, and cannot be confirmed after its last', async () => {
    const day = (days: number): string => world.db.currentCalendar.addDays(world.db.today, days);
    const later = await propose('clerk', { startsOn: day(3) });
    await roles.confirm(second, personId, later);
    expect(await held()).toEqual([]);
    expect(await stateOf(later)).toMatchObject({ state: 'to_come' });
    const brief = await propose('finance_officer', { endsOn: day(1) });
    world.clock.set(world.db.currentCalendar.startOfDay(day(3)));
    expect(await held()).toEqual(['clerk']);
    await expect(roles.confirm(second, personId, brief)).rejects.toMatchObject({ code: 'role.run_out' });
    expect(await stateOf(brief)).toMatchObject({ state: 'run_out' });
  });

  it('given by the system or with a membership holds at once', async () => {
    await world.db.work(systemActor('demo'), (work) =>
      roles.add(work, personId, { role: 'finance_officer', ...agency }),
    );
    expect(await held()).toEqual(['finance_officer']);
  });

  it('that a use case composes waits too: the rule is in the step, and in the database', async () => {
    await world.db.work(first, (work) => roles.add(work, personId, { role: 'agency_signatory', ...agency }));
    expect(await held()).toEqual([]);
    const write = (columns: string, values: unknown[]): Promise<unknown> =>
      world.db.work(systemActor('test'), (work) => {
        const row = [newId(), work.now, personId, 'auditor', 'agency', 'x', first.personId, '2015-01-01', ...values];
        const marks = joinSql(
          row.map((value) => sql`${value}`),
          ', ',
        );
        const names = `id, created_at, person_id, role, scope_kind, reason, granted_by, starts_on${columns}`;
        return work.query(sql`insert into role_grants (${rawSql(names)}) values (${marks})`);
      });
    const refused = (constraint: string): object => ({ driverError: { constraint } });
    await expect(
      world.db.work(systemActor('test'), (work) =>
        work.query(sql`insert into role_grants (id, created_at, person_id, role, scope_kind, reason, granted_by, starts_on)
          values (${newId()}, ${work.now}, ${personId}, 'administrator', 'agency', 'x', ${first.personId}, '2015-01-01')`),
      ),
    ).rejects.toMatchObject(refused('role_grants_second_person_check'));
    const confirmed = ', needs_confirmation, confirmed_at, confirmed_by';
    await expect(write(confirmed, [true, world.db.now, first.personId])).rejects.toMatchObject(
      refused('role_grants_confirmed_by_check'),
    );
    await expect(write(confirmed, [true, world.db.now, personId])).rejects.toMatchObject(
      refused('role_grants_confirmed_by_check'),
    );
    await expect(write(confirmed, [false, world.db.now, second.personId])).rejects.toMatchObject(
      refused('role_grants_confirmed_needed_check'),
    );
    await expect(write(', needs_confirmation, confirmed_at', [true, world.db.now])).rejects.toMatchObject(
      refused('role_grants_confirmed_check'),
    );
  });
});

describe('the account of somebody with a grave role', () => {
  it('is opened to no other identity by an administrator, who would otherwise be two', async () => {
    const identities = world.get(ExternalIdentities);
    const other = 'somebody.else@example.org';
    await expect(identities.letIn(first, second.personId, other)).rejects.toMatchObject({
      code: 'external_admission.grave_role',
    });
    const early = await identities.letIn(first, personId, other);
    expect(early.id).toBeDefined();
    await propose();
    await expect(identities.letIn(first, personId, 'a.third@example.org')).rejects.toMatchObject({
      code: 'external_admission.grave_role',
    });
  });
});

describe('other roles', () => {
  it('hold at once', async () => {
    for (const role of ['program_officer', 'reviewer', 'auditor', 'facilitator'] as const) {
      const { needsConfirmation } = await roles.grant(first, personId, { role, ...agency });
      expect(needsConfirmation).toBe(false);
    }
    expect(await held()).toEqual(['auditor', 'facilitator', 'program_officer', 'reviewer']);
  });
});

describe('the definition of a role in force', () => {
  it('is the one that grants of an actor, lists and states agree on', async () => {
    const day = (days: number): string => world.db.currentCalendar.addDays(world.db.today, days);
    await propose('finance_approver');
    await roles.confirm(second, personId, await propose('finance_officer'));
    await roles.grant(first, personId, { role: 'auditor', ...agency, startsOn: day(1) });
    await roles.grant(first, personId, { role: 'reviewer', ...agency, endsOn: day(0) });
    const rows = await world.db.query<{ id: string }>(sql`
      select g.id from role_grants g where g.person_id = ${personId} and ${grantInForce('g', world.db.today)}`);
    const inForce = (await people.grants(personId)).filter(({ state }) => state === 'in_force');
    expect(inForce.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
    expect(inForce.every(({ isLive }) => isLive)).toBe(true);
    expect(await held()).toEqual(['finance_officer', 'reviewer']);
    expect((await people.get(first, personId)).roles).toEqual(['finance_officer', 'reviewer']);
  });
});

describe('news of roles', () => {
  it('reach the person: proposed, in force, declined, ended', async () => {
    const one = await propose();
    await roles.decline(second, personId, one, 'Later');
    const two = await propose();
    await roles.confirm(second, personId, two);
    await roles.end(second, personId, two, 'Moved on');
    await roles.grant(first, personId, { role: 'reviewer', ...agency });
    expect(await mailsTo(personId)).toEqual([
      'Proposed for you: Finance approver',
      'Not given: Finance approver',
      'Proposed for you: Finance approver',
      'Your new role: Finance approver',
      'Ended: your role Finance approver',
      'Your new role: Reviewer',
    ]);
  });

  it('lie on the table of the administrators who can confirm, and of nobody else', async () => {
    await propose('agency_signatory');
    const titles = async (actor: PersonActor): Promise<string[]> =>
      (await world.get(RolesTasks).tasks(actor)).map(({ title }) => title);
    expect(await titles(second)).toContain('Confirm: Agency signatory for Petra Proposed');
    expect(await titles(first)).not.toContain('Confirm: Agency signatory for Petra Proposed');
    expect(await titles(await world.actor('auditor'))).toEqual([]);
  });
});

describe('the second administrator', () => {
  it(
    'is made on the server while there are fewer than two, and never after',
    async () => {
      const alone = await openWorld();
      try {
        const only = await alone.actor('administrator');
        const waiting = await alone.person([], 'Wanda Waiting');
        // What the only one proposes cannot be confirmed by anybody.
        await alone.get(Roles).grant(only, waiting.personId, { role: 'administrator', ...agency });
        const made = await addAdministrator(alone.app, { email: waiting.email, name: 'Ignored' });
        expect(made).toEqual({ personId: waiting.personId });
        const standing = await standingAdministrators(alone.db, alone.db.today);
        expect(standing.map(({ id }) => id).sort()).toEqual([only.personId, waiting.personId].sort());
        await expect(addAdministrator(alone.app, { email: 'x@example.org', name: 'X' })).rejects.toMatchObject({
          code: 'administrator.enough',
        });
        const mails = await alone.db.query<{ subject: string }>(sql`select subject from mails`);
        expect(mails.map(({ subject }) => subject)).toContainEqual(expect.stringContaining('A new administrator at'));
      } finally {
        await alone.close();
      }
    },
    WORLD_MILLISECONDS,
  );

  it(
    'asked for twice at once is one, with a link shown once',
    async () => {
      const alone = await openWorld();
      try {
        const only = await alone.actor('administrator');
        const results = await Promise.allSettled([
          addAdministrator(alone.app, { email: 'one@example.org', name: 'One' }),
          addAdministrator(alone.app, { email: 'two@example.org', name: 'Two' }),
        ]);
        const made = results.filter((each) => each.status === 'fulfilled');
        expect(made).toHaveLength(1);
        expect(made[0]?.value.link?.path).toMatch(/^\/links\/.{43}$/u);
        expect(await alone.db.query(sql`select 1 from persons where name in ('One', 'Two')`)).toHaveLength(1);
        await expect(addAdministrator(alone.app, { email: `${only.name}`, name: 'No address' })).rejects.toMatchObject({
          kind: 'invalid',
        });
      } finally {
        await alone.close();
      }
    },
    WORLD_MILLISECONDS,
  );
});
