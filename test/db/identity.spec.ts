import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts, Administrators, Invitations, People, Roles } from '../../src/features/identity/index.js';
import { PeopleQuery } from '../../src/features/identity/people.input.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { ActorSource } from '../../src/platform/http/guard.js';
import { personWith } from '../factories/people.js';
import { openWorld, TEST_PASSPHRASE, type World } from '../support/world.js';

let world: World;
let accounts: Accounts;
let actors: ActorSource;
let invitations: Invitations;
let people: People;
let roles: Roles;
let administrator: PersonActor;

const HERE = '192.0.2.1';
const NEW = 'thirteen brass kettles';

/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;

beforeAll(async () => {
  world = await openWorld();
  accounts = world.get(Accounts);
  actors = world.get(ActorSource);
  invitations = world.get(Invitations);
  people = world.get(People);
  roles = world.get(Roles);
  administrator = (await personWith(world, 'administrator')).actor;
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

const signIn = (email: string, passphrase = TEST_PASSPHRASE, address = HERE): ReturnType<Accounts['signIn']> =>
  accounts.signIn(email, passphrase, address);

async function auditsOf(personId: string): Promise<string[]> {
  const rows = await world.db.query<{ action: string }>(
    sql`select action from audit_events where subject_id = ${personId} order by id`,
  );
  return rows.map(({ action }) => action);
}

/** Adds somebody and gives the token of the link they were mailed. */
async function invite(email: string): Promise<{ id: string; token: string }> {
  const { id } = await people.create(administrator, { name: 'Ines Invited', email });
  await world.drain();
  return { id, token: await tokenFor(email) };
}

async function tokenFor(email: string): Promise<string> {
  const mail = await world.db.find<{ body: string }>(
    sql`select body from mails where recipient = ${email} order by created_at desc, id desc limit 1`,
  );
  return /invitation\/([A-Za-z0-9_-]{43})/u.exec(mail?.body ?? '')?.[1] ?? 'no token was mailed';
}

describe('signing in', () => {
  it('opens a session that leads back to the person and their roles', async () => {
    const made = await personWith(world, 'finance_officer');
    const session = await signIn(`  ${made.email.toUpperCase()} `);
    expect(session).toEqual({ accountId: made.accountId, epoch: 1 });
    expect(await actors.load(session)).toEqual(made.actor);
  });

  it('refuses a wrong passphrase, an unknown address and a closed account in the same words', async () => {
    const wrong = await personWith(world, 'auditor');
    const closed = await personWith(world, 'auditor');
    await accounts.disable(administrator, closed.actor.personId, 'Left the agency');
    const { id: invited } = await people.create(administrator, { name: 'Not Yet', email: 'not.yet@example.org' });
    expect(invited).toBeDefined();
    const refusals = await Promise.all(
      [
        signIn(wrong.email, 'not the passphrase'),
        signIn('nobody@example.org', 'not the passphrase'),
        signIn(closed.email),
        signIn('not.yet@example.org', ''),
      ].map((attempt) =>
        attempt.then(
          () => 'in',
          (error: { code: string; status: number; params: object }) => error,
        ),
      ),
    );
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'session.wrong', status: 401, params: {} });
  });

  it('takes about as long for nobody as for somebody', async () => {
    const made = await personWith(world, 'auditor');
    const time = async (email: string): Promise<number> => {
      const runs: number[] = [];
      for (let run = 0; run < 5; run += 1) {
        const start = performance.now();
        await signIn(email, 'not the passphrase', `198.51.100.${run}`).catch(() => undefined);
        runs.push(performance.now() - start);
      }
      return runs.sort((a, b) => a - b)[2] ?? 0;
    };
    await time(made.email);
    const [somebody, nobody] = [await time(made.email), await time('nobody.at.all@example.org')];
    // Without the comparison with a hash of nothing, nobody would be several times faster.
    expect(nobody).toBeGreaterThan(somebody / 2);
    expect(nobody).toBeLessThan(somebody * 2);
  });

  it('pauses after ten failures from one place, and only there', async () => {
    const made = await personWith(world, 'auditor');
    for (let failure = 0; failure < 10; failure += 1) {
      await expect(signIn(made.email, 'wrong')).rejects.toMatchObject({ code: 'session.wrong' });
    }
    await expect(signIn(made.email)).rejects.toMatchObject({
      code: 'session.wait',
      status: 429,
      retryAfterSeconds: 900,
    });
    expect((await signIn(made.email, TEST_PASSPHRASE, '192.0.2.77')).accountId).toBe(made.accountId);
    world.clock.advance(15 * 60_000);
    expect((await signIn(made.email)).accountId).toBe(made.accountId);
    expect((await signIn(made.email)).accountId).toBe(made.accountId);
  });

  it('lets a hundred guesses at once be ten', async () => {
    const made = await personWith(world, 'auditor');
    const codes = await Promise.all(
      Array.from({ length: 40 }, () =>
        signIn(made.email, 'a guess', '203.0.113.9').then(
          () => 'in',
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(codes.filter((code) => code === 'session.wrong')).toHaveLength(10);
    expect(codes.filter((code) => code === 'session.wait')).toHaveLength(30);
  });

  it('tells two persons of one address apart by their passphrases', async () => {
    const email = 'family@example.org';
    const first = await invite(email);
    await invitations.accept(first.token, { passphrase: NEW, repeat: NEW });
    await expect(people.create(administrator, { name: 'Second', email })).rejects.toMatchObject({
      fields: [{ field: 'email', code: 'person.address_taken' }],
    });
    const { id } = await people.create(administrator, { name: 'Second', email, isShared: true });
    await world.drain();
    const other = 'another set of four words';
    await invitations.accept(await tokenFor(email), { passphrase: other, repeat: other });
    const who = async (passphrase: string): Promise<unknown> => actors.load(await signIn(email, passphrase));
    expect(await who(NEW)).toMatchObject({ personId: first.id });
    expect(await who(other)).toMatchObject({ personId: id });
  });

  it('keeps nothing that was typed in the count of failures', async () => {
    await signIn('My Secret Typed Into The Wrong Box', 'x').catch(() => undefined);
    const rows = await world.db.query(sql`select * from sign_in_failures`);
    expect(JSON.stringify(rows).toLowerCase()).not.toContain('secret');
  });
});

describe('sessions', () => {
  it('end everywhere when the passphrase changes, save the one that changed it', async () => {
    const made = await personWith(world, 'clerk');
    const [here, elsewhere] = [await signIn(made.email), await signIn(made.email)];
    const change = { current: made.passphrase, passphrase: NEW, repeat: NEW };
    const kept = await accounts.changePassphrase(made.actor, change, HERE);
    expect(kept).toEqual({ accountId: here.accountId, epoch: here.epoch + 1 });
    expect(await actors.load(elsewhere)).toBeUndefined();
    expect(await actors.load(kept)).toMatchObject({ personId: made.actor.personId });
    await expect(signIn(made.email)).rejects.toMatchObject({ code: 'session.wrong' });
    expect((await signIn(made.email, NEW)).epoch).toBe(2);
  });

  it('need the passphrase in use and a good new one to change it', async () => {
    const made = await personWith(world, 'clerk');
    const change = (changes: object): Promise<unknown> =>
      accounts.changePassphrase(
        made.actor,
        { current: made.passphrase, passphrase: NEW, repeat: NEW, ...changes },
        HERE,
      );
    await expect(change({ current: 'wrong' })).rejects.toMatchObject({ fields: [{ field: 'current' }] });
    await expect(change({ passphrase: 'short', repeat: 'short' })).rejects.toMatchObject({
      fields: [{ field: 'passphrase', code: 'passphrase.too_short' }],
    });
    await expect(change({ repeat: 'something else here' })).rejects.toMatchObject({ fields: [{ field: 'repeat' }] });
    await expect(change({ passphrase: made.passphrase, repeat: made.passphrase })).rejects.toMatchObject({
      fields: [{ field: 'passphrase', code: 'passphrase.too_known' }],
    });
    expect((await signIn(made.email)).epoch).toBe(1);
  });

  it('end at once when the account is closed, and stay ended when it opens again', async () => {
    const made = await personWith(world, 'clerk');
    const session = await signIn(made.email);
    await accounts.disable(administrator, made.actor.personId, 'Left');
    expect(await actors.load(session)).toBeUndefined();
    await accounts.enable(administrator, made.actor.personId, 'Came back');
    expect(await actors.load(session)).toBeUndefined();
    expect(await actors.load(await signIn(made.email))).toMatchObject({ name: made.actor.name });
    expect(await auditsOf(made.actor.personId)).toEqual(
      expect.arrayContaining(['account.disabled', 'account.enabled']),
    );
  });
});

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
    const session = await signIn(made.email);
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
    const session = await signIn(made.email);
    const held = async (): Promise<unknown[]> =>
      ((await actors.load(session)) as PersonActor).grants.map(({ role }) => role);
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
    await roles.grant(administrator, made.actor.personId, { role: 'clerk', ...agency, startsOn });
    const session = await signIn(made.email);
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

describe('invitations', () => {
  it('are mailed with a token that is stored nowhere else', async () => {
    const { id, token } = await invite('ines@example.org');
    const rows = await world.db.query(sql`select * from invitations where person_id = ${id}`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    const [mail] = await world.db.query<{ carries_secret: boolean; subject: string }>(
      sql`select carries_secret, subject from mails where recipient = 'ines@example.org'`,
    );
    expect(mail?.carries_secret).toBe(true);
    const jobs = await world.db.query(sql`select payload from outbox where topic = 'account-invitation.send'`);
    expect(JSON.stringify(jobs)).not.toContain(token);
    expect(JSON.stringify(await world.db.query(sql`select * from audit_events`))).not.toContain(token);
  });

  it('let somebody choose a passphrase once', async () => {
    const { id, token } = await invite('once@example.org');
    expect(await invitations.get(token)).toMatchObject({ personId: id, name: 'Ines Invited' });
    await expect(invitations.accept(token, { passphrase: 'short', repeat: 'short' })).rejects.toMatchObject({
      fields: [{ field: 'passphrase' }],
    });
    await invitations.accept(token, { passphrase: NEW, repeat: NEW });
    expect(await actors.load(await signIn('once@example.org', NEW))).toMatchObject({ personId: id });
    await expect(invitations.get(token)).rejects.toMatchObject({ code: 'invitation.not_open' });
    await expect(invitations.accept(token, { passphrase: NEW, repeat: NEW })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  it('used at the same moment let exactly one in', async () => {
    const { token } = await invite('race@example.org');
    const words = Array.from({ length: 5 }, (_, index) => `passphrase of attempt ${index}`);
    const results = await Promise.allSettled(
      words.map((passphrase) => invitations.accept(token, { passphrase, repeat: passphrase })),
    );
    const won = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [words[index]] : []));
    expect(won).toHaveLength(1);
    for (const [index, word] of words.entries()) {
      const outcome = await signIn('race@example.org', word, `192.0.2.${100 + index}`).then(
        () => 'in',
        () => 'out',
      );
      expect(outcome).toBe(word === won[0] ? 'in' : 'out');
    }
  });

  it('run out after three days and are replaced by a newer one', async () => {
    const { id, token } = await invite('late@example.org');
    await people.invite(administrator, id);
    await world.drain();
    const newer = await tokenFor('late@example.org');
    expect(newer).not.toBe(token);
    await expect(invitations.get(token)).rejects.toMatchObject({ code: 'invitation.not_open' });
    await invitations.get(newer);
    world.clock.advance(3 * 86_400_000);
    await expect(invitations.get(newer)).rejects.toMatchObject({ code: 'invitation.not_open' });
    await expect(invitations.get('not-a-token')).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('are sent once though the job is delivered twice', async () => {
    const { id } = await people.create(administrator, { name: 'Twice', email: 'twice@example.org' });
    await world.drain();
    await world.db.work(systemActor('test'), (work) =>
      work.query(sql`update outbox set done_at = null, locked_until = null where topic = 'account-invitation.send'
        and payload ->> 'personId' = ${id}`),
    );
    await world.drain();
    expect(await world.db.query(sql`select 1 from mails where recipient = 'twice@example.org'`)).toHaveLength(1);
  });

  it('of a closed account open nothing', async () => {
    const { id, token } = await invite('closed@example.org');
    await accounts.disable(administrator, id, 'A mistake');
    await expect(invitations.accept(token, { passphrase: NEW, repeat: NEW })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await expect(people.invite(administrator, id)).rejects.toMatchObject({ code: 'account.is_disabled' });
  });
});

describe('people', () => {
  const query = (fields: Partial<PeopleQuery>): PeopleQuery => Object.assign(new PeopleQuery(), fields);

  it('are found by name, address and role, with signs of patterns taken as they are', async () => {
    await people.create(administrator, { name: 'Zuzana 100%', email: 'zuzana@example.org' });
    const found = await people.list(administrator, query({ q: '100%' }));
    expect(found.items.map(({ name, account }) => [name, account])).toEqual([['Zuzana 100%', 'invited']]);
    expect((await people.list(administrator, query({ q: 'ZUZANA@' }))).items).toHaveLength(1);
    expect((await people.list(administrator, query({ q: '%' }))).items).toHaveLength(1);
    const clerks = await people.list(administrator, query({ role: 'clerk' }));
    expect(clerks.items.length).toBeGreaterThan(0);
    expect(clerks.items.every(({ roles: held }) => held.includes('clerk'))).toBe(true);
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
    'is made once, with a good passphrase',
    async () => {
      const empty = await openWorld();
      try {
        const first = empty.get(Administrators);
        await expect(first.createFirst('first@example.org', 'First', 'short')).rejects.toMatchObject({
          kind: 'invalid',
        });
        const results = await Promise.allSettled([
          first.createFirst('first@example.org', 'First', NEW),
          first.createFirst('second@example.org', 'Second', NEW),
        ]);
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        await expect(first.createFirst('third@example.org', 'Third', NEW)).rejects.toMatchObject({
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
