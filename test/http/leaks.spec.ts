/**
 * Leaks: the whole demonstration is driven, secrets are recorded in it, things go wrong on purpose; then every secret is
 * looked for everywhere it must not stand - tables, jobs, mails, logs, pages, exports, search, files, backups.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Client } from 'pg';
import { runDemo } from '../../src/demo/demo.js';
import { SecondFactorSetUp } from '../../src/features/sign-in/second-factor-set-up.service.js';
import { AuditSealer } from '../../src/features/audit/index.js';
import { verifyChain } from '../../src/platform/audit/chain.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import { writeBackup } from '../../src/platform/database/backup.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { SEALED_COLUMNS } from '../../src/platform/secrets/sealed-columns.js';
import { Secrets } from '../../src/platform/secrets/secrets.js';
import { openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

jest.setTimeout(600_000);

const TODAY = new Date('2026-03-10T19:00:00Z');
const PASSPHRASE = 'walnut harbor violin march';
const SSN = '219099472';
const SPELLED_SSN = '219-09-9472';
const ACCOUNT = '73190428551';
const SECOND_ACCOUNT = '60417793822';
const EIN = '916027384';
const REASON = { reason: 'The bank asks for the whole number' };
const MOST_PAGES = 250;

let world: WebWorld;
let officer: Visitor;
let approver: Visitor;
let auditor: Visitor;
let payeeId: string;
/** Everything that is sealed anywhere, in clear, and what else was typed. */
const secrets = new Set<string>();

beforeAll(async () => {
  world = await openWebWorld({ start: TODAY, env: { LOG_LEVEL: 'trace' } });
  await runDemo(world.app, PASSPHRASE);
  [officer, approver, auditor] = [
    await world.signIn('finance_officer'),
    await world.signIn('finance_approver'),
    await world.signIn('auditor'),
  ];
  const payee = await world.db.find<{ id: string }>(sql`
    select id from payees where person_id is not null and id not in (select payee_id from payee_secrets) limit 1`);
  payeeId = payee?.id ?? '';
  await recordNumbers();
  await recordEin();
  await setUpSecondFactor();
  await goWrong();
  await world.drain();
  await world.get(AuditSealer).seal();
  for (const each of [SSN, SPELLED_SSN, ACCOUNT, SECOND_ACCOUNT, EIN, '91-6027384', PASSPHRASE, '078-05-1120'])
    secrets.add(each);
  await openEverything();
});

afterAll(() => world?.close());

async function recordNumbers(): Promise<void> {
  const path = `/payments/payees/${payeeId}`;
  const again = { number: SPELLED_SSN, again: SSN };
  expect((await officer.submit(`${path}/tax-number`, { detail: 'ssn', ...again })).statusCode).toBe(303);
  const account = { detail: 'checking', routingNumber: '125000024', number: ACCOUNT, again: ACCOUNT };
  const recorded = await officer.ask({
    method: 'POST',
    url: `/api${path}/bank-account`,
    json: account,
    headers: { 'idempotency-key': 'leaks-account-0001' },
  });
  expect(recorded.statusCode).toBe(201);
  const { id } = recorded.json<{ id: string }>();
  const secret = `/api/payments/payee-secrets/${id}`;
  expect((await approver.post(`${secret}/confirm`, { note: 'Called them' })).statusCode).toBe(200);
  const open = await approver.ask({
    method: 'POST',
    url: `${secret}/unmask`,
    json: REASON,
    headers: { 'idempotency-key': 'leaks-unmask-0001' },
  });
  expect(open.json()).toEqual({ number: ACCOUNT });
  const next = { ...account, number: SECOND_ACCOUNT, again: SECOND_ACCOUNT };
  expect((await officer.post(`/api${path}/bank-account`, next)).statusCode).toBe(201);
}

async function recordEin(): Promise<void> {
  const staff = await world.signIn('program_officer');
  const made = await staff.post('/api/organizations', {
    name: 'Orchard Lantern Center',
    kind: 'community_organization',
    einAnswer: 'ein',
    ein: '91-6027384',
  });
  expect(made.statusCode).toBe(201);
  // Found by the end of its number, without the number lying anywhere in clear.
  const found = await staff.get(`/api/organizations?q=${EIN.slice(-4)}`);
  expect(found.json<{ items: { name: string }[] }>().items.map(({ name }) => name)).toEqual(['Orchard Lantern Center']);
  expect(found.body).not.toContain(EIN);
}

async function setUpSecondFactor(): Promise<void> {
  const actor = await world.actor('finance_officer');
  await world.get(SecondFactorSetUp).begin(actor);
}

/** Forms that are refused, bodies that cannot be read, and a failure in the middle of a write. */
async function goWrong(): Promise<void> {
  const path = `/api/payments/payees/${payeeId}/bank-account`;
  const account = { detail: 'checking', routingNumber: '125000024', number: ACCOUNT, again: ACCOUNT };
  for (const json of [
    { ...account, again: SECOND_ACCOUNT },
    { ...account, detail: ACCOUNT },
    { ...account, [ACCOUNT]: ACCOUNT },
    { ...account, routingNumber: ACCOUNT },
    [ACCOUNT],
  ]) {
    const refused = await officer.post(path, json);
    expect(refused.statusCode).toBeGreaterThanOrEqual(400);
    expect(refused.statusCode).toBeLessThan(500);
  }
  await officer.ask({
    method: 'POST',
    url: path,
    payload: `{"number": "${ACCOUNT}"`,
    headers: { 'content-type': 'application/json' },
  });
  const owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  try {
    await owner.query(
      `alter table payee_secrets add constraint leaks_break check (created_at < '2000-01-01') not valid`,
    );
    await world.db.query(sql`select 1`);
    const broken = await officer.post(`/api/payments/payees/${payeeId}/tax-number`, {
      detail: 'ssn',
      number: SSN,
      again: SSN,
    });
    expect(broken.statusCode).toBeGreaterThanOrEqual(409);
    await owner.query(`alter table payee_secrets drop constraint leaks_break`);
  } finally {
    await owner.end();
  }
}

/** What every sealed column of every feature holds: second-factor secrets and the keys of persons, too. */
async function openEverything(): Promise<void> {
  for (const { table, column, idColumn = 'id' } of SEALED_COLUMNS) {
    const rows = await world.db.query<{ id: string; sealed: Buffer }>(sql`
      select ${rawSql(idColumn)}::text as id, ${rawSql(column)} as sealed from ${rawSql(table)}
      where ${rawSql(column)} is not null`);
    for (const { id, sealed } of rows) secrets.add(world.get(Secrets).open({ table, column, id }, sealed));
  }
}

/** The secrets that a text holds, in any of the spellings they might lie in. */
function leaksIn(text: string): string[] {
  return [...secrets].filter((secret) =>
    [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').replace(/=+$/, '')].some(
      (each) => text.includes(each),
    ),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Follows links from the home page as far as they lead; what is shown, and what stands in addresses. */
async function crawl(visitor: Visitor): Promise<{ pages: number; leaks: string[] }> {
  const seen = new Set<string>(['/']);
  const waiting = [
    '/',
    '/audit?format=csv',
    '/api/audit?limit=200',
    '/ledger?format=csv',
    `/payments/payees/${payeeId}`,
  ];
  const kinds = new Map<string, number>();
  const leaks: string[] = [];
  let pages = 0;
  for (let url = waiting.shift(); url !== undefined && pages < MOST_PAGES; url = waiting.shift()) {
    const answer = await visitor.get(url);
    pages += 1;
    leaks.push(...leaksIn(`${url} ${JSON.stringify(answer.headers)} ${answer.body}`).map((each) => `${url}: ${each}`));
    if (!String(answer.headers['content-type']).startsWith('text/html')) continue;
    for (const link of parse(answer.body).querySelectorAll('a[href^="/"]')) {
      const href = (link.getAttribute('href') ?? '').split('#')[0] ?? '';
      // A few of each kind of page: their ids aside they are alike.
      const kind = href.split('?')[0]?.replace(/[0-9a-f-]{36}|\d+/g, ':') ?? '';
      if (seen.has(href) || (kinds.get(kind) ?? 0) >= 6 || href.startsWith('/assets/')) continue;
      seen.add(href);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      waiting.push(href);
    }
  }
  return { pages, leaks };
}

describe('secrets', () => {
  it('are many, and would be found', () => {
    expect(secrets.size).toBeGreaterThan(6);
    expect(leaksIn(`x ${ACCOUNT} y`)).toEqual([ACCOUNT]);
    expect(leaksIn(Buffer.from(SSN).toString('hex'))).toEqual([SSN]);
    expect(leaksIn('nothing at all')).toEqual([]);
  });

  it('stand in no table: no column, job, mail, trail, session or answer kept for repeats', async () => {
    const tables = await world.db.query<{ name: string }>(
      sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    );
    expect(tables.length).toBeGreaterThan(50);
    const owner = new Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    const leaks: string[] = [];
    try {
      for (const { name } of tables) {
        const { rows } = await owner.query<{ text: string }>(`select t::text as text from "${name}" t`);
        for (const { text } of rows)
          leaks.push(...leaksIn(text).map((each) => `${name}: ${each} in ${text.slice(0, 200)}`));
      }
    } finally {
      await owner.end();
    }
    expect(leaks).toEqual([]);
  });

  it('stand in no line of the log, whatever its level', () => {
    expect(world.troubles.length).toBeGreaterThan(0);
    expect(world.troubles.filter((line) => leaksIn(line).length > 0)).toEqual([]);
  });

  it('stand in no page, address, export or answer, for those who see the most', async () => {
    for (const visitor of [auditor, officer]) {
      const { pages, leaks } = await crawl(visitor);
      expect(leaks).toEqual([]);
      expect(pages).toBeGreaterThan(60);
    }
  });

  it('are not found by searching for them', async () => {
    for (const number of [ACCOUNT, SSN]) {
      const lists = [
        '/api/payments/payees',
        '/api/payments/payables',
        '/api/audit',
        '/api/organizations',
        '/api/people',
      ];
      for (const url of lists) {
        const query = url === '/api/audit' ? `thing=payee&id=${number}` : `q=${number}`;
        const answer = await auditor.get(`${url}?${query}`);
        expect([url, answer.statusCode]).toEqual([url, 200]);
        expect(answer.json<{ items: unknown[] }>().items).toEqual([]);
      }
    }
  });

  it('stand in no file beside the database, and in no backup', async () => {
    const { dataDir } = world.app.get<Config>(CONFIG);
    const keys = ['secret-keys', 'fingerprint-key', 'session-secret'];
    const files = filesBelow(dataDir).filter((path) => !keys.includes(path.split('/').at(-1) ?? ''));
    expect(files.filter((path) => leaksIn(readFileSync(path, 'latin1')).length > 0)).toEqual([]);
    const file = join(dataDir, 'leaks.backup.gz');
    const { ownerUrl } = world.database;
    await writeBackup({ ownerUrl, file, appVersion: '0', now: world.clock.now() });
    expect(leaksIn(gunzipSync(readFileSync(file)).toString('latin1'))).toEqual([]);
    rmSync(file);
  });

  it('leave the audit trail of the whole demonstration as it was sealed', async () => {
    expect(await verifyChain(world.db)).toEqual([]);
  });
});
