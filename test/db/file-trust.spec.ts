/** Files and trust: nobody opens what no scanner found clean, nothing is lost while it is away, and room is counted. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { AttachmentReaders, Attachments, verifyFiles } from '../../src/features/documents/index.js';
import { DocumentsTasks } from '../../src/features/documents/documents.tasks.js';
import { AttachmentScans } from '../../src/features/documents/attachment-scans.service.js';
import { Quarantine } from '../../src/features/documents/quarantine.service.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { type Sql, sql } from '../../src/platform/database/sql.js';
import { FILE_KINDS, MIME_OF_KIND } from '../../src/platform/files/kind-names.js';
import { attachment, pdfFile } from '../factories/attachments.js';
import { organization } from '../factories/organizations.js';
import { type Clamd, FINDING, HARMLESS_MARK, startClamd } from '../support/clamd.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const MINUTE = 60_000;
const marked = (): Buffer => Buffer.concat([pdfFile(), Buffer.from(HARMLESS_MARK)]);

interface Row {
  readonly state: string;
  readonly finding: string | null;
  readonly scannedBy: string | null;
  readonly pieces: number;
}

const rowOf = async (world: World, id: string): Promise<Row> => {
  const row = await world.db.find<Row>(sql`
    select state, finding, scanned_by as "scannedBy",
           (select count(*)::int from attachment_chunks where attachment_id = ${id}) as pieces
    from attachments where id = ${id}`);
  if (row === undefined) throw new Error('there is no such file');
  return row;
};
const later = (world: World, milliseconds: number): void =>
  world.clock.set(new Date(world.db.now.getTime() + milliseconds));

describe('with a scanner', () => {
  let clamd: Clamd;
  let world: World;
  let files: Attachments;
  let quarantine: Quarantine;
  let person: PersonActor;
  let administrator: PersonActor;
  const thing = newId();

  beforeAll(async () => {
    clamd = await startClamd();
    world = await openWorld({ env: { CLAMAV_SOCKET: clamd.socket } });
    files = world.get(Attachments);
    quarantine = world.get(Quarantine);
    world.get(AttachmentReaders).register('test_thing', (actor) => Promise.resolve(actor.kind === 'person'));
    const { personId } = await world.person([{ role: 'applicant' }], 'Dana Example');
    person = { ...(await world.actor('applicant')), personId };
    administrator = await world.actor('administrator');
  }, 120_000);
  afterAll(async () => {
    await world?.close();
    await clamd?.close();
  });

  const link = (ids: string[]): Promise<void> =>
    world.db.work(person, (work) => files.linkTo(work, ids, 'test_thing', thing));
  const opened = (id: string, by = person): Promise<string> =>
    files.open(by, id).then(
      () => 'opened',
      (error: { code: string }) => error.code,
    );
  const infected = async (): Promise<string> => {
    const { id } = await attachment(world, person, marked());
    await world.drain();
    return id;
  };

  it('a file opens to nobody before it was found clean, then to who may', async () => {
    const { id } = await attachment(world, person);
    await link([id]);
    expect(await rowOf(world, id)).toMatchObject({ state: 'waiting', scannedBy: null });
    for (const by of [person, administrator]) expect(await opened(id, by)).toBe('attachment.waiting');
    expect((await files.describe(person, id)).state).toBe('waiting');
    await world.drain();
    expect(await rowOf(world, id)).toMatchObject({ state: 'clean', scannedBy: expect.stringMatching(/^ClamAV/) });
    expect(await opened(id)).toBe('opened');
  });

  it('what is found is shut away for good: nobody opens it, uses it or is offered it, and the person is told', async () => {
    const { id } = await attachment(world, person, marked());
    const before = await world.drain();
    expect(before).toBeGreaterThan(0);
    expect(await rowOf(world, id)).toMatchObject({ state: 'infected', finding: FINDING, pieces: 1 });
    for (const by of [person, administrator]) expect(await opened(id, by)).not.toBe('opened');
    expect(await opened(id)).toBe('attachment.infected');
    expect((await refusal(link([id]))).code).toBe('attachment.infected');
    expect(await files.namesOf(person, [id])).toEqual(new Map());
    const mails = await world.db.query<{ subject: string; body: string }>(sql`select subject, body from mails`);
    expect(mails).toEqual([expect.objectContaining({ subject: expect.stringContaining('receipt.pdf') })]);
    expect(mails[0]?.body).toContain('Dana Example');
    expect(mails[0]?.body).not.toContain(HARMLESS_MARK);
    const [event] = await world.db.query<{ note: string }>(sql`
      select note from audit_events where subject_id = ${id} and action = 'attachment.quarantine'`);
    expect(event?.note).toBe(FINDING);
  });

  it('what was clean is looked through again once the scanner knows more, and shut away when it finds something', async () => {
    const scans = world.get(AttachmentScans);
    const scanAgain = async (): Promise<number> => {
      const queued = await scans.sweep();
      await world.drain();
      return queued;
    };
    const { id } = await attachment(world, person);
    // As if it had come in before anybody knew this signature, and as if a scanner had looked.
    const other = await world.actor('applicant');
    const bad = await attachment(world, other, marked());
    await world.db.work(other, (work) => files.linkTo(work, [bad.id], 'test_thing', thing));
    const change = (what: Sql): Promise<unknown> => world.db.work(person, (work) => work.query(what));
    await change(sql`delete from outbox where payload ->> 'attachmentId' = ${bad.id}`);
    await change(sql`update attachments set state = 'clean', scanned_at = ${world.db.now} where id = ${bad.id}`);
    await world.drain();
    expect(await rowOf(world, id)).toMatchObject({ state: 'clean', scannedBy: expect.stringContaining('ClamAV') });
    expect(await scanAgain()).toBe(0);
    later(world, 25 * 60 * MINUTE);
    // The first was looked through by what the scanner still knows; the second by nothing.
    expect(await scanAgain()).toBe(1);
    expect(await rowOf(world, bad.id)).toMatchObject({ state: 'infected', finding: FINDING });
    expect(await opened(bad.id, other)).toBe('attachment.infected');
    // Other signatures: what was clean is looked through once more, and stays open meanwhile.
    await change(sql`update attachments set scanned_by = 'ClamAV 0/0' where id = ${id}`);
    expect(await scans.sweep()).toBe(1);
    expect(await scans.sweep()).toBe(0);
    expect(await opened(id)).toBe('opened');
    const version = (): Promise<unknown> => world.db.query(sql`select version from attachments where id = ${id}`);
    const before = await version();
    await world.drain();
    expect(await rowOf(world, id)).toMatchObject({
      state: 'clean',
      scannedBy: expect.stringMatching(/^ClamAV [1-9]/u),
    });
    expect(await version()).toEqual(before);
    // A scanner that is away says nothing, and shuts nothing.
    await change(sql`update attachments set scanned_by = null, scanned_at = null where id = ${id}`);
    await clamd.stop();
    try {
      expect(await scans.sweep()).toBe(0);
    } finally {
      await clamd.start();
    }
    expect(await scanAgain()).toBe(1);
  }, 60_000);

  it('that was used before it was found out stays with its thing, and shut', async () => {
    const { id } = await attachment(world, person, marked());
    await link([id]);
    await world.drain();
    expect(await rowOf(world, id)).toMatchObject({ state: 'infected' });
    expect(await opened(id)).toBe('attachment.infected');
  });

  it('is not swept away while an administrator has not seen it', async () => {
    const id = await infected();
    later(world, 26 * 60 * MINUTE);
    await files.sweep();
    expect((await rowOf(world, id)).pieces).toBe(1);
  });

  it('administrators see it, have it checked again, and destroy it; nobody else does', async () => {
    const id = await infected();
    const list = await quarantine.list(administrator, {});
    expect(list.items[0]).toMatchObject({ state: 'infected', finding: FINDING });
    expect(list.items.map((each) => each.id)).toContain(id);
    const auditor = await world.actor('auditor');
    expect((await quarantine.get(auditor, id)).handedInBy.name).toBe('Dana Example');
    expect((await refusal(quarantine.list(person, {}))).kind).toBe('forbidden');
    for (const by of [person, await world.actor('program_officer')]) {
      expect((await refusal(quarantine.rescan(by, id, {}))).kind).toBe('not_found');
      expect((await refusal(quarantine.destroy(by, id, { note: 'x' }))).kind).toBe('not_found');
    }
    expect((await refusal(quarantine.destroy(auditor, id, { note: 'x' }))).kind).toBe('forbidden');

    await quarantine.rescan(administrator, id, {});
    expect(await rowOf(world, id)).toMatchObject({ state: 'waiting', finding: null });
    await world.drain();
    expect(await rowOf(world, id)).toMatchObject({ state: 'infected', finding: FINDING });

    expect((await refusal(quarantine.destroy(administrator, id, {}))).fields[0]?.code).toBe('action.needs_note');
    await quarantine.destroy(administrator, id, { note: 'A test signature.' });
    expect(await rowOf(world, id)).toMatchObject({ state: 'destroyed', finding: FINDING, pieces: 0 });
    expect(await opened(id)).toBe('attachment.destroyed');
    expect((await refusal(quarantine.rescan(administrator, id, {}))).code).toBe('action.not_open');
    expect(await verifyFiles(world.db)).toEqual([]);
  });

  it('also when it belongs to a thing, its content can be destroyed, and only then', async () => {
    const { id } = await attachment(world, person, marked());
    await link([id]);
    await world.drain();
    await quarantine.destroy(administrator, id, { note: 'Harmful.' });
    expect(await rowOf(world, id)).toMatchObject({ state: 'destroyed', pieces: 0 });
    const clean = await attachment(world, person);
    await link([clean.id]);
    await world.drain();
    expect((await refusal(quarantine.destroy(administrator, clean.id, { note: 'x' }))).code).toBe('action.not_open');
  });

  it('while the scanner is away files wait, are tried again, and are seen by administrators; none is lost', async () => {
    await clamd.stop();
    const kept = await Promise.all(Array.from({ length: 4 }, () => attachment(world, person)));
    const ids = kept.map(({ id }) => id);
    for (let tries = 0; tries < 12; tries += 1) {
      await world.drain();
      later(world, 20 * MINUTE);
    }
    for (const id of ids) expect(await rowOf(world, id)).toMatchObject({ state: 'waiting' });
    expect(await opened(ids[0] ?? '')).toBe('attachment.waiting');
    expect(world.troubles.some((line) => line.includes('a file waits for the virus scanner'))).toBe(true);
    const { infected: found, stuck } = await quarantine.waiting();
    expect([found > 0, stuck]).toEqual([true, 4]);
    const tasks = await world.get(DocumentsTasks).tasks(administrator);
    expect(tasks.map(({ href }) => href)).toEqual(['/quarantine', '/quarantine']);
    expect(await world.get(DocumentsTasks).tasks(person)).toEqual([]);

    await clamd.start();
    await world.drain();
    for (const id of ids) expect(await rowOf(world, id)).toMatchObject({ state: 'clean' });
  }, 60_000);

  it('whose job went away is queued again, once', async () => {
    const { id } = await attachment(world, person);
    await world.db.work(person, (work) =>
      work.query(sql`update outbox set failed_at = ${work.now} where payload ->> 'attachmentId' = ${id}`),
    );
    const scans = world.get(AttachmentScans);
    expect(await scans.sweep()).toBe(0);
    later(world, 11 * MINUTE);
    expect(await scans.sweep()).toBe(1);
    expect(await scans.sweep()).toBe(0);
    await world.drain();
    expect((await rowOf(world, id)).state).toBe('clean');
  });

  it('two jobs for one file settle it once', async () => {
    const { id } = await attachment(world, person, marked());
    const scans = world.get(AttachmentScans);
    const mails = async (): Promise<number> =>
      (await world.db.find<{ count: number }>(sql`select count(*)::int as count from mails`))?.count ?? 0;
    const before = await mails();
    await Promise.all(Array.from({ length: 5 }, () => scans.handle({ attachmentId: id })));
    expect((await mails()) - before).toBe(1);
    expect((await rowOf(world, id)).state).toBe('infected');
  });
});

describe('without a scanner', () => {
  let world: World;
  let files: Attachments;
  let person: PersonActor;
  let organizations: string[];
  const owners = new Map<string, string>();

  beforeAll(async () => {
    world = await openWorld({ env: { UPLOAD_ORGANIZATION_QUOTA_MB: '1' } });
    files = world.get(Attachments);
    person = await world.actor('applicant');
    organizations = await Promise.all([1, 2, 3].map(async () => (await organization(world)).id));
    const readers = world.get(AttachmentReaders);
    const reader = (): Promise<boolean> => Promise.resolve(true);
    readers.register('of_organization', reader, {
      accept: FILE_KINDS,
      organizationOf: (_from, id) => Promise.resolve(owners.get(id)),
    });
    readers.register('of_person', reader);
  }, 120_000);
  afterAll(() => world?.close());

  const thingOf = (organizationId: string | undefined): string => {
    const id = newId();
    if (organizationId !== undefined) owners.set(id, organizationId);
    return id;
  };
  const link = (by: PersonActor, ids: string[], type: string, thing: string): Promise<string> =>
    world.db
      .work(by, (work) => files.linkTo(work, ids, type, thing))
      .then(
        () => 'linked',
        (error: { code: string }) => error.code,
      );
  const kilobytes = (by: PersonActor, count: number): Promise<{ id: string }> =>
    attachment(world, by, randomBytes(count * 1024));

  it('a file opens at once', async () => {
    const { id } = await attachment(world, person);
    expect((await files.open(person, id)).state).toBe('clean');
  });

  it('what waited for one that is not set any more opens too', async () => {
    const { id } = await attachment(world, person);
    const client = new pg.Client(world.database.adminUrl);
    await client.connect();
    await client.query(`update attachments set state = 'waiting' where id = $1`, [id]);
    await client.end();
    await world.get(AttachmentScans).handle({ attachmentId: id });
    expect(await rowOf(world, id)).toMatchObject({ state: 'clean', scannedBy: null });
  });

  it('of one organization so much fits, however many hand in at once; another has room of its own', async () => {
    const [first, second] = organizations;
    const people = await Promise.all(Array.from({ length: 8 }, () => world.actor('applicant')));
    const kept = await Promise.all(people.map((by) => kilobytes(by, 200)));
    const outcomes = await Promise.all(
      kept.map(({ id }, index) => link(people[index] as PersonActor, [id], 'of_organization', thingOf(first))),
    );
    expect(outcomes.filter((each) => each === 'linked').length).toBe(5);
    expect(outcomes.filter((each) => each === 'upload.no_room').length).toBe(3);
    const by = people[0] as PersonActor;
    const more = await kilobytes(by, 300);
    expect(await link(by, [more.id], 'of_organization', thingOf(second))).toBe('linked');
    const [row] = await world.db.query<{ bytes: string }>(sql`
      select sum(size_bytes)::text as bytes from attachments where organization_id = ${first ?? ''}`);
    expect(Number(row?.bytes)).toBeLessThanOrEqual(1024 * 1024);
  });

  it('of one person so much fits that belongs to no organization, however many are sent at once', async () => {
    const by = await world.actor('participant');
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        kilobytes(by, 200).then(
          ({ id }) => id,
          (error: { code: string }) => error.code,
        ),
      ),
    );
    const kept = outcomes.filter((each) => each !== 'upload.no_room_of_person');
    expect(kept.length).toBe(5);
    // What belongs to an organization is not theirs any more; what belongs to them is.
    expect(await link(by, kept.slice(0, 2), 'of_person', thingOf(undefined))).toBe('linked');
    expect((await refusal(kilobytes(by, 200))).code).toBe('upload.no_room_of_person');
    expect(await link(by, kept.slice(2, 4), 'of_organization', thingOf(organizations[2]))).toBe('linked');
    await kilobytes(by, 200);
  });

  it('a kind that a thing does not take is not linked to it, by whatever way it came', async () => {
    const by = await world.actor('applicant');
    const content = randomBytes(100);
    const contentHash = createHash('sha256').update(content).digest('hex');
    const about = { fileName: 'plan.docx', mime: MIME_OF_KIND.docx, sizeBytes: 100, contentHash };
    const pieces = async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(content);
    };
    const { id } = await files.keep(by, { ...about, pieces });
    expect(await link(by, [id], 'of_person', thingOf(undefined))).toBe('attachment.wrong_kind');
    expect(await link(by, [id], 'unknown_thing', thingOf(undefined))).toBe('attachment.wrong_kind');
    expect(await link(by, [id], 'of_organization', thingOf(organizations[1]))).toBe('linked');
  });

  it('nothing is added to what belongs to a thing, also while it is being said', async () => {
    const by = await world.actor('applicant');
    const add = (id: string): Promise<string> =>
      world.db
        .work(by, (work) =>
          work.query(sql`insert into attachment_chunks (attachment_id, position, content) values (${id}, 7, 'more')`),
        )
        .then(
          () => 'added',
          (error: { constraint?: string; cause?: { constraint?: string } }) =>
            error.constraint ?? error.cause?.constraint ?? String(error),
        );
    const { id } = await kilobytes(by, 1);
    await link(by, [id], 'of_person', thingOf(undefined));
    expect(await add(id)).toContain('attachment_chunks_kept');
    // Somebody says it and has not finished: who adds waits for the end of that.
    const file = await kilobytes(by, 1);
    const saying = new pg.Client(world.database.appUrl);
    await saying.connect();
    try {
      await saying.query('begin');
      await saying.query(
        `update attachments set subject_type = 'of_person', subject_id = $1, linked_at = now() where id = $2`,
        [newId(), file.id],
      );
      const adding = add(file.id);
      const first = await Promise.race([adding, pause(400).then(() => 'waits')]);
      await saying.query('commit');
      expect([first, await adding]).toEqual(['waits', expect.stringContaining('attachment_chunks_kept')]);
    } finally {
      await saying.end();
    }
  });

  it('the tables let nobody open again or put away what belongs to a thing', async () => {
    const by = await world.actor('applicant');
    const { id } = await kilobytes(by, 1);
    await link(by, [id], 'of_person', thingOf(undefined));
    const client = new pg.Client(world.database.appUrl);
    await client.connect();
    try {
      const refused = (text: string): Promise<string> =>
        client.query(text, [id]).then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
      expect(await refused(`update attachments set state = 'destroyed', finding = 'x' where id = $1`)).toBe('23514');
      expect(await refused(`update attachments set state = 'waiting' where id = $1`)).toBe('23514');
      expect(await refused(`update attachments set organization_id = null, subject_type = 'x' where id = $1`)).toBe(
        '23514',
      );
      expect(await refused('update attachments set content_hash = content_hash where id = $1')).toBe('42501');
    } finally {
      await client.end();
    }
  });
});
