/** Secrets of payees: sealed, masked, confirmed by a second person; keys that are changed, lost or not the right ones. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { createContext } from '../../src/application.js';
import { type PayeeSecretRow, PayeeSecrets } from '../../src/features/payments/index.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG, LOGGER } from '../../src/platform/config/tokens.js';
import { sql } from '../../src/platform/database/sql.js';
import { sealAnew, sealWhatLiesOpen, versionsInUse } from '../../src/platform/secrets/keeping.js';
import { newKeyRing, parseKeyRing } from '../../src/platform/secrets/key-ring.js';
import { rotateSecrets } from '../../src/platform/secrets/rotation.js';
import { SEALED_COLUMNS } from '../../src/platform/secrets/sealed-columns.js';
import { openSecrets, Secrets } from '../../src/platform/secrets/secrets.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const SSN = { detail: 'ssn', number: '123-45-6789', again: '123456789' };
const ACCOUNT = { detail: 'checking', routingNumber: '125000024', number: '98765432101', again: '98765432101' };
const CHECKED = { note: 'Called the number on the award agreement' };

let world: World;
let secrets: PayeeSecrets;
let officer: PersonActor;
let approver: PersonActor;

beforeAll(async () => {
  world = await openWorld();
  secrets = world.get(PayeeSecrets);
  officer = await world.actor('finance_officer');
  approver = await world.actor('finance_approver');
});

afterAll(() => world?.close());

async function payee(personId?: string): Promise<string> {
  const id = newId();
  const who = personId ?? (await world.person()).personId;
  await world.db.work(system, async (work) => {
    await work.query(sql`insert into payees (id, version, created_at, person_id, name, method)
      values (${id}, 1, ${work.now}, ${who}, ${'Payee ' + id.slice(-4)}, 'check')`);
    return null;
  });
  return id;
}

const of = (payeeId: string): Promise<PayeeSecretRow[]> => secrets.of(officer, payeeId, true);
const refusal = (code: string, kind = 'forbidden'): Record<string, unknown> =>
  expect.objectContaining({ code, kind }) as never;

describe('a payee’s tax number and bank account', () => {
  it('are shown by their last four digits, and used once another person confirmed them', async () => {
    const payeeId = await payee();
    const { id } = await secrets.recordTin(officer, payeeId, SSN);
    expect(await secrets.get(approver, id)).toMatchObject({ state: 'recorded', lastFour: '6789', kind: 'tin' });
    await secrets.take(approver, id, 'confirm', CHECKED);
    expect(await secrets.get(officer, id)).toMatchObject({
      state: 'in_force',
      recordedByName: officer.name,
      confirmedByName: approver.name,
    });
    const [row] = await world.db.query<{ text: string }>(
      sql`select s::text as text from payee_secrets s where id = ${id}`,
    );
    expect(row?.text).not.toContain('123456789');
  });

  it('are not confirmed by who recorded them, nor by who is paid by them', async () => {
    const self = await world.actor('finance_approver');
    const payeeId = await payee(self.personId);
    const { id } = await secrets.recordBankAccount(officer, payeeId, ACCOUNT);
    await expect(secrets.take(officer, id, 'confirm', CHECKED)).rejects.toEqual(
      refusal('payee_secret.recorded_by_you'),
    );
    await expect(secrets.take(self, id, 'confirm', CHECKED)).rejects.toEqual(refusal('payee_secret.own'));
    const selfOfficer = {
      ...self,
      grants: [{ role: 'finance_officer', scopeKind: 'agency', scopeId: null }],
    } as PersonActor;
    await expect(secrets.recordTin(selfOfficer, payeeId, SSN)).rejects.toEqual(refusal('payee_secret.own'));
    await expect(secrets.take(approver, id, 'confirm', {})).rejects.toMatchObject({ kind: 'invalid' });
    await secrets.take(approver, id, 'confirm', CHECKED);
    // The database says so too.
    await expect(
      world.db.work(system, (work) =>
        work.query(sql`update payee_secrets set confirmed_by = recorded_by where id = ${id}`),
      ),
    ).rejects.toThrow(/payee_secrets_two_persons_check/);
  });

  it('are superseded, never written over; one waits at a time, and of two confirmations one wins', async () => {
    const payeeId = await payee();
    const first = await secrets.recordBankAccount(officer, payeeId, ACCOUNT);
    await expect(secrets.recordBankAccount(officer, payeeId, ACCOUNT)).rejects.toEqual(
      refusal('payee_secret.one_waits', 'conflict'),
    );
    await secrets.take(approver, first.id, 'confirm', CHECKED);
    const second = await secrets.recordBankAccount(officer, payeeId, {
      ...ACCOUNT,
      number: '11112222',
      again: '1111 2222',
    });
    // Until it is confirmed the earlier one stays in force.
    expect((await of(payeeId)).map(({ state }) => state).sort()).toEqual(['in_force', 'recorded']);
    const other = await world.actor('finance_officer');
    const outcomes = await Promise.allSettled([
      secrets.take(approver, second.id, 'confirm', CHECKED),
      secrets.take(other, second.id, 'confirm', CHECKED),
      secrets.take(other, second.id, 'decline', CHECKED),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const states = (await of(payeeId)).map(({ state }) => state);
    expect(states.filter((state) => state === 'in_force')).toHaveLength(1);
    expect(states).not.toContain('recorded');
  });

  it('are refused when they can be none, without a word of them in the refusal', async () => {
    const payeeId = await payee();
    const wrong = [
      secrets.recordTin(officer, payeeId, { ...SSN, number: '666-45-6789', again: '666456789' }),
      secrets.recordTin(officer, payeeId, { ...SSN, again: '123456780' }),
      secrets.recordBankAccount(officer, payeeId, { ...ACCOUNT, routingNumber: '125000023' }),
      secrets.recordBankAccount(officer, payeeId, { ...ACCOUNT, number: '12', again: '12' }),
    ];
    for (const outcome of await Promise.allSettled(wrong)) {
      expect(outcome.status).toBe('rejected');
      const said = JSON.stringify((outcome as PromiseRejectedResult).reason);
      expect(said).not.toMatch(/666456789|666-45|12345678|125000023/);
    }
    expect(await of(payeeId)).toEqual([]);
  });

  it('are closed to those without the role: not found, or forbidden', async () => {
    const payeeId = await payee();
    const { id } = await secrets.recordTin(officer, payeeId, SSN);
    const reason = { reason: 'To fill in a form 1099' };
    for (const role of ['applicant', 'reviewer', 'participant', 'program_officer'] as const) {
      const actor = await world.actor(role);
      await expect(secrets.get(actor, id)).rejects.toMatchObject({ kind: 'not_found' });
      await expect(secrets.unmask(actor, id, reason)).rejects.toMatchObject({ kind: 'not_found' });
    }
    for (const role of ['auditor', 'administrator', 'agency_signatory'] as const) {
      const actor = await world.actor(role);
      expect(await secrets.get(actor, id)).toMatchObject({ lastFour: '6789' });
      await expect(secrets.unmask(actor, id, reason)).rejects.toMatchObject({ kind: 'forbidden' });
      await expect(secrets.take(actor, id, 'confirm', CHECKED)).rejects.toMatchObject({ kind: 'forbidden' });
    }
  });

  it('are unmasked by role, with a reason, and each time it is recorded', async () => {
    const { id } = await secrets.recordTin(officer, await payee(), SSN);
    expect(await secrets.unmask(approver, id, { reason: 'The IRS returned the form 1099' })).toBe('123456789');
    const events = await world.db.query(sql`
      select actor, note, e::text as text from audit_events e
      where subject_id = ${id} and action = 'payee_secret.unmasked'`);
    expect(events).toEqual([
      expect.objectContaining({ actor: `person:${approver.personId}`, note: 'The IRS returned the form 1099' }),
    ]);
    expect(JSON.stringify(events)).not.toContain('123456789');
  });

  it('tell of another payee with the same number, by fingerprint', async () => {
    const [one, two] = [await payee(), await payee()];
    const first = await secrets.recordBankAccount(officer, one, {
      ...ACCOUNT,
      number: '5550001234',
      again: '5550001234',
    });
    expect(await secrets.alike(officer, first.id)).toEqual([]);
    await secrets.recordBankAccount(officer, two, { ...ACCOUNT, number: '555-000-1234', again: '5550001234' });
    expect(await secrets.alike(officer, first.id)).toEqual([expect.objectContaining({ payeeId: two })]);
  });
});

describe('the keys', () => {
  const config = (): Config => world.app.get<Config>(CONFIG);

  it('know every column of bytes that holds a secret: what is declared exists, and each has its key', async () => {
    const known = FEATURES_IN_ORDER.flatMap(({ entities }) => entities).length;
    expect(known).toBeGreaterThan(20);
    expect(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)).toEqual(
      expect.arrayContaining(['payee_secrets.number_sealed', 'person_keys.sealed_key']),
    );
    for (const {
      table,
      column,
      idColumn,
      keyVersionColumn,
      fingerprint,
      lastFourColumn,
      plainColumn,
    } of SEALED_COLUMNS) {
      const rows = await world.db.query<{ name: string }>(sql`
        select column_name as name from information_schema.columns where table_name = ${table}`);
      const names = rows.map(({ name }) => name);
      for (const name of [
        column,
        idColumn ?? 'id',
        keyVersionColumn,
        fingerprint?.column,
        lastFourColumn,
        plainColumn,
      ]) {
        if (name !== undefined) expect(names).toContain(name);
      }
    }
  });

  it('are changed while everybody goes on working: nothing is lost, and old values open with either', async () => {
    const { id } = await secrets.recordTin(officer, await payee(), SSN);
    const before = openSecrets(config()).currentVersion;
    const writing = Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const digits = `12345678${index}`;
        const made = await secrets.recordTin(officer, await payee(), { detail: 'ssn', number: digits, again: digits });
        return { id: made.id, digits };
      }),
    );
    const now = world.clock.now();
    const order = { config: config(), keysAreSet: false, ownerUrl: world.database.ownerUrl, now };
    const { version, values } = await rotateSecrets(order);
    expect(version).toBe(before + 1);
    expect(values).toBeGreaterThan(0);
    const reason = { reason: 'To compare it with the form' };
    expect(await secrets.unmask(officer, id, reason)).toBe('123456789');
    for (const made of await writing) expect(await secrets.unmask(officer, made.id, reason)).toBe(made.digits);
    // What was written with the old key meanwhile is met by the next run.
    await world.db.work(system, (work) => sealAnew(work, openSecrets(config())));
    expect(await versionsInUse(world.db)).toEqual([version]);
    expect(await secrets.unmask(officer, id, reason)).toBe('123456789');
    expect(parseKeyRing(readFileSync(join(config().dataDir, 'secret-keys'), 'utf8'))).toHaveLength(2);
  });

  it('that are missing, or are not those of this database, stop the start with a sentence and no value', async () => {
    const { dataDir } = config();
    const file = join(dataDir, 'secret-keys');
    const right = readFileSync(file, 'utf8');
    const start = async (): Promise<unknown> => {
      const app = await createContext({
        config: config(),
        logger: world.app.get(LOGGER),
        clock: world.clock,
        databaseUrl: world.database.appUrl,
        setRole: false,
      });
      await app.init();
      await app.close();
      return 'started';
    };
    try {
      writeFileSync(file, newKeyRing());
      await expect(start()).rejects.toThrow(/Key 1 .* is not the one this database was written with/);
      writeFileSync(file, newKeyRing().replace(/^1:/, '7:'));
      await expect(start()).rejects.toThrow(/sealed with keys that are missing: \d/);
    } finally {
      writeFileSync(file, right);
    }
    expect(await start()).toBe('started');
  });

  it('seal at a start what an earlier release kept in clear', async () => {
    const withPlain = SEALED_COLUMNS.filter(({ plainColumn }) => plainColumn !== undefined);
    await world.db.work(system, async (work) => {
      expect(await sealWhatLiesOpen(work, world.get(Secrets))).toBe(0);
      return null;
    });
    for (const { table, plainColumn } of withPlain) expect(`${table}.${plainColumn ?? ''}`).toMatch(/^\w+\.\w+$/);
  });
});
