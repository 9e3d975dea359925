/** Attachments: files are kept as they came, belong to one thing once, and go away only while they belong to none. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { FileTrust1790000000032 } from '../../migrations/0032-file-trust.js';
import { AttachmentReaders, Attachments, verifyFiles } from '../../src/features/documents/index.js';
import { Disbursements, type ExpenseInput } from '../../src/features/disbursements/index.js';
import { DisbursementViews } from '../../src/features/disbursements/disbursement.view.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { restoreBackup, writeBackup } from '../../src/platform/database/backup.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import { keepHouse } from '../../src/platform/jobs/housekeeping.js';
import { housekeepers } from '../../src/application.js';
import { attachment, pdfFile } from '../factories/attachments.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { draftRequest, submittedRequest } from '../factories/disbursements.js';
import { organizationMember } from '../factories/organizations.js';
import { personWith } from '../factories/people.js';
import { createTestDatabase } from '../support/database.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const HOUR = 3_600_000;

let world: World;
let files: Attachments;
let person: PersonActor;
const readable = new Set<string>();

beforeAll(async () => {
  world = await openWorld();
  files = world.get(Attachments);
  person = await world.actor('applicant');
  world
    .get(AttachmentReaders)
    .register('test_thing', (actor, id) => Promise.resolve(actor.kind === 'person' && readable.has(id)));
}, 60_000);
afterAll(() => world?.close());

const link = (actor: PersonActor, ids: string[], thing = newId()): Promise<string> =>
  world.db.work(actor, async (work) => {
    await files.linkTo(work, ids, 'test_thing', thing);
    return thing;
  });

async function contentOf(actor: PersonActor, id: string): Promise<{ content: Buffer; largest: number }> {
  const pieces: Buffer[] = [];
  for await (const piece of (await files.open(actor, id)).pieces()) pieces.push(piece);
  return { content: Buffer.concat(pieces), largest: Math.max(...pieces.map((piece) => piece.length)) };
}

const countOf = async (id: string): Promise<[number, number]> => {
  const row = await world.db.find<{ files: number; pieces: number }>(sql`
    select (select count(*)::int from attachments where id = ${id}) as files,
           (select count(*)::int from attachment_chunks where attachment_id = ${id}) as pieces`);
  return [row?.files ?? -1, row?.pieces ?? -1];
};

describe('a byte that was changed behind the application', () => {
  it('is found', async () => {
    const kept = await attachment(world, person, randomBytes(600_000));
    expect(await verifyFiles(world.db)).toEqual([]);
    const admin = new pg.Client({ connectionString: world.database.adminUrl });
    await admin.connect();
    try {
      await admin.query(`set session_replication_role = replica`);
      await admin.query(
        `update attachment_chunks set content = set_byte(content, 7, 255 - get_byte(content, 7))
         where attachment_id = $1 and position = 1`,
        [kept.id],
      );
      const [found, ...more] = await verifyFiles(world.database.ownerUrl);
      expect([found?.kind, found?.id, more.length]).toEqual(['attachment', kept.id, 0]);
    } finally {
      await admin.query('delete from attachment_chunks where attachment_id = $1', [kept.id]);
      await admin.query('delete from attachments where id = $1', [kept.id]);
      await admin.end();
    }
  });
});

describe('a file', () => {
  it.each([1, 262_143, 262_144, 262_145, 3_000_001])('of %i bytes comes back as it was, in pieces', async (size) => {
    const sent = randomBytes(size);
    const { id } = await attachment(world, person, sent);
    const { content, largest } = await contentOf(person, id);
    expect(content.equals(sent)).toBe(true);
    expect(largest).toBeLessThanOrEqual(262_144);
    const { contentHash } = await files.get(world.db, id);
    expect(contentHash).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('comes back in its own size, or not at all when a piece is gone', async () => {
    const { id } = await attachment(world, person, randomBytes(300_000));
    await world.db.work(person, (work) =>
      work.query(sql`insert into attachment_chunks (attachment_id, position, content) values (${id}, 2, 'more')`),
    );
    expect((await contentOf(person, id)).content.length).toBe(300_000);
    await world.db.work(person, (work) =>
      work.query(sql`delete from attachment_chunks where attachment_id = ${id} and position = 1`),
    );
    await expect(contentOf(person, id)).rejects.toThrow();
  });

  it('leaves nothing of its content in the audit', async () => {
    const { id } = await attachment(world, person, Buffer.from('%PDF-1.4 secret-words'));
    const [event] = await world.db.query<{ action: string; text: string }>(sql`
      select action, audit_events::text as text from audit_events where subject_id = ${id}`);
    expect(event?.action).toBe('attachment.created');
    expect(event?.text).not.toContain('secret-words');
    expect(event?.text).not.toContain('receipt.pdf');
  });

  it('is kept for a person only', async () => {
    expect((await refusal(attachment(world, PUBLIC_ACTOR))).code).toBe('upload.not_a_person');
    expect((await refusal(attachment(world, system))).code).toBe('upload.not_a_person');
  });

  it('is kept once however often the same request is made, also at once', async () => {
    const content = pdfFile();
    const keep = (): Promise<{ id: string }> =>
      runInRequest(
        {
          requestId: newId(),
          receivedAt: world.db.now,
          idempotency: { key: 'the-same-file', route: 'POST /x', inputHash: 'x' },
        },
        () => attachment(world, person, content),
      );
    const kept = await Promise.all(Array.from({ length: 5 }, keep));
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
  });

  it('of which too many wait is not kept, however many come at once', async () => {
    const hoarder = await world.actor('applicant');
    const outcomes = await Promise.all(
      Array.from({ length: 44 }, () =>
        attachment(world, hoarder).then(
          () => 'kept',
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(outcomes.filter((each) => each === 'kept').length).toBe(40);
    expect(outcomes.filter((each) => each === 'upload.too_many_waiting').length).toBe(4);
  }, 60_000);
});

describe('belonging to a thing', () => {
  it('is said once: of two at the same time one is refused', async () => {
    const { id } = await attachment(world, person);
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        link(person, [id]).then(
          () => 'linked',
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual([...Array.from({ length: 5 }, () => 'attachment.used'), 'linked']);
  });

  it('is said by who handed it in, of what there is, all or nothing', async () => {
    const other = await world.actor('applicant');
    const mine = await attachment(world, person);
    const theirs = await attachment(world, other);
    expect((await refusal(link(other, [mine.id]))).code).toBe('attachment.used');
    expect((await refusal(link(person, [mine.id, theirs.id]))).code).toBe('attachment.used');
    expect((await refusal(link(person, [mine.id, newId()]))).code).toBe('attachment.used');
    const thing = await link(person, [mine.id, mine.id]);
    expect(await files.get(world.db, mine.id)).toMatchObject({
      subjectType: 'test_thing',
      subjectId: thing,
      uploadedBy: person.personId,
    });
    expect((await files.of(world.db, 'test_thing', [thing])).get(thing)).toEqual([
      expect.objectContaining({ id: mine.id, url: `/attachments/${mine.id}` }),
    ]);
    expect((await refusal(link(person, [mine.id], thing))).code).toBe('attachment.used');
  });

  it('decides who may open it; before that only who handed it in', async () => {
    const other = await world.actor('applicant');
    const { actor: auditor } = await personWith(world, 'auditor');
    const { id } = await attachment(world, person);
    expect((await files.describe(person, id)).id).toBe(id);
    for (const each of [other, auditor, system]) {
      expect((await refusal(files.describe(each, id))).kind).toBe('not_found');
    }
    const thing = await link(person, [id]);
    expect((await refusal(files.open(person, id))).kind).toBe('not_found');
    readable.add(thing);
    expect((await files.open(other, id)).id).toBe(id);
    expect((await refusal(files.describe(person, newId()))).kind).toBe('not_found');
  });

  it('of a kind that no feature answers for opens to nobody', async () => {
    const { id } = await attachment(world, person);
    await world.db.work(person, (work) => files.linkTo(work, [id], 'unknown_thing', newId()));
    expect((await refusal(files.open(person, id))).kind).toBe('not_found');
  });
});

describe('the tables', () => {
  it('let the application change and delete nothing that belongs to a thing, nor any content', async () => {
    const { id } = await attachment(world, person);
    const thing = await link(person, [id]);
    const client = new pg.Client(world.database.appUrl);
    await client.connect();
    try {
      const refused = async (text: string): Promise<string> =>
        client.query(text, [id]).then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
      expect(await refused('update attachments set subject_id = gen_random_uuid() where id = $1')).toBe('23514');
      expect(await refused('delete from attachments where id = $1')).toMatch(/23514|23503/);
      expect(await refused('delete from attachment_chunks where attachment_id = $1')).toBe('23514');
      for (const column of ['content_hash', 'mime', 'file_name', 'uploaded_by']) {
        expect(await refused(`update attachments set ${column} = ${column} where id = $1`)).toBe('42501');
      }
      expect(await refused(`update attachment_chunks set content = '' where attachment_id = $1`)).toBe('42501');
    } finally {
      await client.end();
    }
    expect(await countOf(id)).toEqual([1, 1]);
    expect((await files.get(world.db, id)).subjectId).toBe(thing);
  });
});

it('a backup carries files and what they belong to, and the copy lets nobody change them either', async () => {
  const content = randomBytes(700_000);
  const { id } = await attachment(world, person, content);
  const thing = await link(person, [id]);
  const folder = mkdtempSync(join(tmpdir(), 'granary-files-'));
  const copy = await createTestDatabase({ empty: true });
  const client = new pg.Client(copy.appUrl);
  try {
    const file = join(folder, 'backup');
    await writeBackup({ ownerUrl: world.database.ownerUrl, file, appVersion: '1', now: world.db.now });
    await restoreBackup({ ownerUrl: copy.ownerUrl, file, migrate: async () => void (await migrate(copy.ownerUrl)) });
    await client.connect();
    const { rows } = await client.query<{ content: Buffer; thing: string }>(
      `select c.content, a.subject_id as thing from attachments a join attachment_chunks c on c.attachment_id = a.id
       where a.id = $1 order by c.position`,
      [id],
    );
    expect(Buffer.concat(rows.map((row) => row.content)).equals(content)).toBe(true);
    expect(rows[0]?.thing).toBe(thing);
    const refused = client.query('delete from attachment_chunks where attachment_id = $1', [id]);
    await expect(refused).rejects.toMatchObject({ constraint: 'attachment_chunks_kept' });
  } finally {
    await client.end();
    await copy.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

describe('the sweep', () => {
  it('takes what belonged to nothing for a day, and nothing else, once an hour', async () => {
    const old = await attachment(world, person, randomBytes(600_000));
    const linked = await attachment(world, person);
    await link(person, [linked.id]);
    world.clock.set(new Date(world.db.now.getTime() + 23 * HOUR));
    const young = await attachment(world, person);
    await keepHouse(world.db, housekeepers(world.app));
    expect(await countOf(old.id)).toEqual([1, 3]);
    world.clock.set(new Date(world.db.now.getTime() + 2 * HOUR));
    await Promise.all([keepHouse(world.db, housekeepers(world.app)), files.sweep()]);
    expect(await countOf(old.id)).toEqual([0, 0]);
    expect(await countOf(linked.id)).toEqual([1, 1]);
    expect(await countOf(young.id)).toEqual([1, 1]);
    expect((await refusal(link(person, [old.id]))).code).toBe('attachment.used');
  });

  it('and somebody who names the file at the same time do not both win', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await attachment(world, person);
      world.clock.set(new Date(world.db.now.getTime() + 25 * HOUR));
      const [, outcome] = await Promise.all([
        files.sweep(),
        link(person, [id]).then(
          () => 'linked',
          (error: { code: string }) => error.code,
        ),
      ]);
      expect([await countOf(id), outcome]).toEqual(
        outcome === 'linked' ? [[1, 1], 'linked'] : [[0, 0], 'attachment.used'],
      );
    }
  });
});

describe('the receipt of an expense', () => {
  let award: MadeAward;
  let requests: Disbursements;

  beforeAll(async () => {
    requests = world.get(Disbursements);
    award = await activeAward(world, {
      amount: Money.parse('1000'),
      budget: [{ category: 'Staff', amount: Money.parse('1000') }],
    });
  });

  const member = (role: 'finance' | 'viewer' = 'finance') => organizationMember(world, award.organizationId, role);
  const expense = (receiptId?: string): ExpenseInput => ({
    ...{ category: 'Staff', spentOn: world.db.today, vendor: 'Example Supplies', description: 'Paper' },
    ...{ amount: Money.parse('10'), receiptId },
  });

  it('is seen by who sees the request, and by nobody else', async () => {
    const by = await member();
    const { id } = await draftRequest(world, award, Money.parse('10'), { member: by });
    const receipt = await attachment(world, by);
    await requests.addExpense(by, id, expense(receipt.id));
    const shown = await world.get(DisbursementViews).one(by, id);
    expect(shown.expenses.map((each) => each.receipt?.id ?? null)).toEqual([null, receipt.id]);
    const viewer = await member('viewer');
    const { actor: officer } = await personWith(world, 'program_officer');
    const elsewhere = await activeAward(world, { amount: Money.parse('10') });
    const stranger = await organizationMember(world, elsewhere.organizationId, 'owner');
    expect((await files.describe(viewer, receipt.id)).id).toBe(receipt.id);
    expect((await refusal(files.describe(stranger, receipt.id))).kind).toBe('not_found');
    // A draft is the recipient's own.
    expect((await refusal(files.describe(officer, receipt.id))).kind).toBe('not_found');
    await requests.take(by, id, 'submit', {});
    expect((await files.describe(officer, receipt.id)).id).toBe(receipt.id);
    const { actor: auditor } = await personWith(world, 'auditor');
    expect((await files.describe(auditor, receipt.id)).id).toBe(receipt.id);
  });

  it('is not the one that another member handed in, nor one that is used', async () => {
    const by = await member();
    const other = await member();
    const { id } = await draftRequest(world, award, Money.parse('10'), { member: by });
    const receipt = await attachment(world, other);
    expect((await refusal(requests.addExpense(by, id, expense(receipt.id)))).code).toBe('attachment.used');
    expect((await refusal(requests.addExpense(by, id, expense(newId())))).code).toBe('attachment.used');
    expect((await requests.get(by, id)).amount.toDecimal()).toBe('10.00');
  });

  it('proves one expense: the same content again is refused and says where it is', async () => {
    const by = await member();
    const content = pdfFile();
    const first = await draftRequest(world, award, Money.parse('10'), { member: by });
    const second = await draftRequest(world, award, Money.parse('10'), { member: by });
    const { id: firstReceipt } = await attachment(world, by, content);
    const { id: expenseId } = await requests.addExpense(by, first.id, expense(firstReceipt));
    for (const each of [first, second]) {
      const error = await refusal(requests.addExpense(by, each.id, expense((await attachment(world, by, content)).id)));
      expect(error.fields).toEqual([
        expect.objectContaining({
          field: 'receiptId',
          code: 'disbursement.receipt_used',
          params: expect.objectContaining({ description: 'Paper', number: first.number }),
        }),
      ]);
    }
    // Taken out again, it may prove another; what was handed in stays.
    await requests.removeExpense(by, first.id, expenseId);
    await requests.addExpense(by, second.id, expense((await attachment(world, by, content)).id));
    const { leftReceipts, expenses } = await world.get(DisbursementViews).one(by, first.id);
    expect([leftReceipts.map(({ id }) => id), expenses.length]).toEqual([[firstReceipt], 1]);
    expect((await files.open(by, firstReceipt)).id).toBe(firstReceipt);
    const { organizationId } = await activeAward(world, { amount: Money.parse('10') });
    const stranger = await organizationMember(world, organizationId, 'owner');
    expect((await refusal(files.open(stranger, firstReceipt))).kind).toBe('not_found');
  });

  it('proves several expenses of one request, up to what it comes to in all, and none of another', async () => {
    const by = await member();
    const content = pdfFile();
    const { id } = await draftRequest(world, award, Money.parse('10'), { member: by });
    const part = (amount: string, more: Partial<ExpenseInput>): ExpenseInput => ({
      ...expense(),
      ...{ amount: Money.parse(amount), ...more },
    });
    const { id: receiptId } = await attachment(world, by, content);
    const all = Money.parse('100');
    const codes = async (run: Promise<unknown>): Promise<unknown[]> =>
      (await refusal(run)).fields.map(({ field, code }) => [field, code]);
    expect(await codes(requests.addExpense(by, id, part('60', { receiptAmount: all })))).toEqual([
      ['receiptId', 'disbursement.receipt_missing'],
    ]);
    expect(await codes(requests.addExpense(by, id, part('100.01', { receiptId, receiptAmount: all })))).toEqual([
      ['amount', 'disbursement.receipt_exceeded'],
    ]);
    await requests.addExpense(by, id, part('60', { receiptId, receiptAmount: all }));
    // Chosen again, sent again as a file, and never beyond its sum, also when two want the rest at once.
    await requests.addExpense(by, id, part('10', { sameReceiptId: receiptId }));
    const other = Money.parse('120');
    expect(
      await codes(requests.addExpense(by, id, part('1', { sameReceiptId: receiptId, receiptAmount: other }))),
    ).toEqual([['receiptAmount', 'disbursement.receipt_amount_differs']]);
    const again = await Promise.all([attachment(world, by, content), attachment(world, by, content)]);
    const outcomes = await Promise.allSettled(
      again.map((file) => requests.addExpense(by, id, part('20', { receiptId: file.id }))),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { expenses, amount } = await world.get(DisbursementViews).one(by, id);
    expect([amount.toDecimal(), expenses.filter((each) => each.receipt !== null).length]).toEqual(['100.00', 3]);
    expect(expenses.map((each) => each.receiptAmount?.toDecimal())).toContain('100.00');

    const next = await draftRequest(world, award, Money.parse('10'), { member: by });
    expect(await codes(requests.addExpense(by, next.id, part('1', { sameReceiptId: receiptId })))).toEqual([
      ['sameReceiptId', 'field.not_found'],
    ]);
    const { id: copy } = await attachment(world, by, content);
    expect(await codes(requests.addExpense(by, next.id, part('1', { receiptId: copy, receiptAmount: all })))).toEqual([
      ['receiptId', 'disbursement.receipt_used'],
    ]);
  });

  it('that belonged to its expense before belongs to the request after the migration, also when that was taken out', async () => {
    const by = await member();
    const { id } = await draftRequest(world, award, Money.parse('10'), { member: by });
    const [live, removed] = [(await attachment(world, by)).id, (await attachment(world, by)).id];
    await requests.addExpense(by, id, expense(live));
    const { id: expenseId } = await requests.addExpense(by, id, expense(removed));
    await requests.removeExpense(by, id, expenseId);
    const client = new pg.Client(world.database.ownerUrl);
    await client.connect();
    const subjects = async (): Promise<unknown[]> =>
      (
        await client.query<Record<string, unknown>>(
          `select id, subject_type, subject_id, organization_id from attachments where id = any($1)`,
          [[live, removed]],
        )
      ).rows.map((row) => [row['id'], row['subject_type'], row['subject_id'], row['organization_id']]);
    try {
      await client.query('begin');
      const now = await subjects();
      expect(now.map((row) => (row as unknown[]).slice(1))).toEqual([
        ['disbursement', id, award.organizationId],
        ['disbursement', id, award.organizationId],
      ]);
      const runner = { query: (text: string) => client.query(text) } as unknown as QueryRunner;
      const migration = new FileTrust1790000000032();
      await migration.down(runner);
      await client.query('alter table attachments disable trigger attachments_kept');
      const before = `update attachments set subject_type = 'disbursement_expense', subject_id = $1 where id = $2`;
      await client.query(before, [expenseId, removed]);
      await client.query('alter table attachments enable trigger attachments_kept');
      await migration.up(runner);
      expect((await subjects()).sort()).toEqual(now.sort());
    } finally {
      await client.query('rollback');
      await client.end();
    }
  });

  it('proves one expense also when two requests name it at once', async () => {
    const by = await member();
    const other = await member();
    const content = pdfFile();
    const made = await Promise.all(
      [by, other].map((each) => draftRequest(world, award, Money.parse('10'), { member: each })),
    );
    const receipts = await Promise.all([by, other].map((each) => attachment(world, each, content)));
    const outcomes = await Promise.all(
      [by, other].map((each, index) =>
        requests.addExpense(each, made[index]?.id ?? '', expense(receipts[index]?.id)).then(
          () => 'added',
          (error: { fields: { code: string }[] }) => error.fields[0]?.code,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(['added', 'disbursement.receipt_used']);
  });

  it('is free again when its request was taken back', async () => {
    const by = await member();
    const content = pdfFile();
    const { id } = await draftRequest(world, award, Money.parse('10'), { member: by });
    await requests.addExpense(by, id, expense((await attachment(world, by, content)).id));
    await requests.take(by, id, 'submit', {});
    await requests.take(by, id, 'withdraw', { note: 'Not now' });
    const next = await draftRequest(world, award, Money.parse('10'), { member: by });
    await requests.addExpense(by, next.id, expense((await attachment(world, by, content)).id));
  });

  it('cannot be added once the request is sent', async () => {
    const sent = await submittedRequest(world, award, Money.parse('10'));
    const receipt = await attachment(world, sent.member);
    expect((await refusal(requests.addExpense(sent.member, sent.id, expense(receipt.id)))).code).toBe(
      'disbursement.frozen',
    );
  });
});
