/** Mails that were sent before a mail said what it is about: the change of the database finds it in their words. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource, QueryRunner } from 'typeorm';
import { NamesByLook1790000000052 } from '../../migrations/0052-names-by-look.js';
import { OldMails1790000000055 } from '../../migrations/0055-old-mails.js';
import { newId } from '../../src/kernel/ids.js';
import { openOwner } from '../../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const BEFORE = 1790000000052;
const SITE = 'https://grants.example.org';

let database: TestDatabase;
let source: DataSource;
let runner: QueryRunner;

/** A database of the release before, with nothing in it. */
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  source = await openOwner(database.ownerUrl);
  const older = source.migrations.filter(({ name }) => Number(/\d+$/.exec(name ?? '')?.[0]) < BEFORE);
  source.migrations.splice(0, source.migrations.length, ...older);
  await source.runMigrations({ transaction: 'each' });
  runner = source.createQueryRunner();
}, 60_000);
afterAll(async () => {
  await runner?.release();
  await source?.destroy();
  await database?.drop();
});

async function mail(subject: string, body: string): Promise<string> {
  const id = newId();
  const columns = 'id, message_id, recipient, subject, body, carries_secret, created_at';
  await runner.query(
    `insert into mails (${columns}) values ($1::uuid, $1::text, 'mara@example.org', $2, $3, false, now())`,
    [...[id, subject, body]],
  );
  return id;
}

/** A row of which only these columns matter here. */
async function bareRow(table: string, values: Readonly<Record<string, string>>): Promise<string> {
  const needed: { name: string }[] = await runner.query(
    `select column_name as name from information_schema.columns
     where table_name = $1 and table_schema = 'public' and is_nullable = 'NO' and column_name <> 'id'`,
    [table],
  );
  const checks: { name: string }[] = await runner.query(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype in ('c', 'f')`,
    [table],
  );
  for (const { name } of checks) await runner.query(`alter table ${table} drop constraint ${name}`);
  for (const { name } of needed) await runner.query(`alter table ${table} alter column ${name} drop not null`);
  const id = newId();
  const names = Object.keys(values);
  await runner.query(
    `insert into ${table} (id, ${names.join(', ')}) values ($1, ${names.map((_, at) => `$${at + 2}`).join(', ')})`,
    [id, ...Object.values(values)],
  );
  return id;
}

it('says of mails that were sent before what they are about, and of no other mail anything', async () => {
  const application = await bareRow('applications', { number: '2026-0007' });
  const other = await bareRow('applications', { number: '2026-0008' });
  const interview = await bareRow('interviews', { application_id: application });
  const help = await bareRow('technical_assistances', { application_id: other });
  const [award, request, letter] = [newId(), newId(), newId()];
  const sent: [string, string, [string, string] | null][] = [
    [
      'We received it',
      `Receipt R-2026-0008:\n${SITE}/applications/${application}/receipt`,
      ['application', application],
    ],
    ['2026-0007 came back', 'Mend it.', ['application', application]],
    ['Dates', 'On 2026-11-22 we read 2026-0008 of yours.', ['application', other]],
    ['An offer', `${SITE}/awards/${award}/sign`, ['award', award]],
    ['Paid', `Look: ${SITE}/requests/${request}`, ['disbursement', request]],
    ['Your letter', `${SITE}/letters-of-intent/${letter}`, ['letter_of_intent', letter]],
    ['An interview', `All about it: ${SITE}/interviews/${interview}`, ['application', application]],
    ['Help', `${SITE}/technical-assistances/${help}`, ['application', other]],
    ['Welcome', `Sign in: ${SITE}/me, or call 206-555-0100. See ${SITE}/organizations/${other}`, null],
    ['Ours since 2019-0001', `${SITE}/applications/of-the-year and ${SITE}/interviews/${newId()}`, null],
  ];
  const ids: string[] = [];
  for (const [subject, body] of sent) ids.push(await mail(subject, body));

  await new NamesByLook1790000000052().up(runner);
  await new OldMails1790000000055().up(runner);

  const rows: { id: string; type: string | null; about: string | null }[] = await runner.query(
    'select id, about_type as type, about_id as about from mails',
  );
  const said = new Map(rows.map(({ id, type, about }) => [id, type === null ? null : [type, about]]));
  expect(ids.map((id) => said.get(id))).toEqual(sent.map(([, , about]) => about));
});
