/** Documents: asked for once however often, made in the background once, opened by whom their reader lets. */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import {
  documentEffect,
  type DocumentKind,
  DocumentKinds,
  DocumentReaders,
  Documents,
  type DocumentRequestView,
  type DocumentView,
} from '../../src/features/documents/index.js';
import { type Actor, type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { MOST_ATTEMPTS } from '../../src/platform/jobs/outbox.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const KIND = 'test_note';
const SUBJECT = 'test_thing';
const DAY = 24 * 60 * 60 * 1000;

/** What stands behind the documents of this test: the words of a thing, and how drawing goes. */
const words = new Map<string, string>();
let version = '1';
let drawn = 0;
let trouble: string | undefined;
let whileDrawing: () => Promise<void> = () => Promise.resolve();

const note: DocumentKind<{ readonly words: string }> = {
  kind: KIND,
  subjectType: SUBJECT,
  get templateVersion() {
    return version;
  },
  titleOf: (inputs) => `Note of ${inputs.words}`,
  load: async (_from, subjectId) => ({ words: words.get(subjectId) ?? 'nothing' }),
  draw: async (inputs) => {
    drawn += 1;
    await whileDrawing();
    if (trouble !== undefined) throw new Error(trouble);
    return Buffer.from(`%PDF-1.7 ${inputs.words}`);
  },
};

let world: World;
let documents: Documents;
let reader: PersonActor;

beforeAll(async () => {
  world = await openWorld();
  documents = world.get(Documents);
  world.get(DocumentKinds).register(note);
  reader = await world.actor('auditor');
  world
    .get(DocumentReaders)
    .register(SUBJECT, (actor) => Promise.resolve(actor.kind === 'person' && actor.personId === reader.personId));
});
beforeEach(() => {
  drawn = 0;
  version = '1';
  trouble = undefined;
  whileDrawing = () => Promise.resolve();
});
afterAll(async () => world?.close());

function thing(text = 'hello'): string {
  const id = newId();
  words.set(id, text);
  return id;
}

const ask = (subjectId: string): Promise<null> =>
  world.db.work(system, async (work) => {
    await documents.request(work, KIND, subjectId);
    return null;
  });

const documentsOf = async (id: string): Promise<readonly DocumentView[]> =>
  (await documents.of(world.db, SUBJECT, [id])).get(id) ?? [];
const requestsOf = (id: string): Promise<DocumentRequestView[]> => documents.requestsOf(world.db, SUBJECT, id);

async function made(text?: string): Promise<DocumentView> {
  const id = thing(text);
  await ask(id);
  await world.drain();
  const [document] = await documentsOf(id);
  if (document === undefined) throw new Error('There is no document');
  return document;
}

/** Lets every attempt of the jobs come, however far apart they are. */
async function drainToTheEnd(): Promise<void> {
  for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt += 1) {
    await world.drain();
    world.clock.advance(DAY);
  }
}

describe('asking', () => {
  it('makes one document, with its bytes, its hash and its title', async () => {
    const id = thing('Đọc sách');
    await ask(id);
    expect((await requestsOf(id)).map((each) => each.state)).toEqual(['requested']);
    expect(await documentsOf(id)).toEqual([]);
    expect(await world.drain()).toBe(1);
    const [document, ...others] = await documentsOf(id);
    expect(others).toEqual([]);
    const bytes = Buffer.from('%PDF-1.7 Đọc sách');
    expect(document).toMatchObject({ kind: KIND, title: 'Note of Đọc sách', mime: 'application/pdf' });
    expect(document).toMatchObject({ url: `/documents/${document?.id}`, sizeBytes: bytes.length });
    const opened = await documents.open(reader, document?.id ?? '');
    expect(Buffer.compare(opened.content, bytes)).toBe(0);
    expect(opened.contentHash).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect((await requestsOf(id)).map((each) => each.state)).toEqual(['ready']);
  });

  it('again for the same does nothing, before it is made and after', async () => {
    const id = thing();
    await ask(id);
    await ask(id);
    await world.drain();
    await ask(id);
    expect(await world.drain()).toBe(0);
    expect(await requestsOf(id)).toHaveLength(1);
    expect(await documentsOf(id)).toHaveLength(1);
    expect(drawn).toBe(1);
  });

  it('by many at once makes one request and one document, and nobody is refused', async () => {
    const id = thing();
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => ask(id)));
    expect(outcomes.filter((each) => each.status === 'rejected')).toEqual([]);
    expect(await requestsOf(id)).toHaveLength(1);
    expect(await world.drain()).toBe(1);
    expect(await documentsOf(id)).toHaveLength(1);
    expect(drawn).toBe(1);
  });

  it('is an effect of a step as well, and is undone with it', async () => {
    const id = thing();
    const effect = documentEffect(KIND, SUBJECT, id);
    const failed = world.db.work(system, async (work) => {
      await work.apply([effect]);
      throw new AppError('conflict', 'action.not_open');
    });
    expect((await refusal(failed)).code).toBe('action.not_open');
    expect(await requestsOf(id)).toEqual([]);
    expect(await world.drain()).toBe(0);
    await world.db.work(system, async (work) => {
      await work.apply([effect]);
      return null;
    });
    await world.drain();
    expect(await documentsOf(id)).toHaveLength(1);
  });

  it('after what it is made from has changed makes another one, and keeps the first', async () => {
    const id = thing('before');
    await ask(id);
    await world.drain();
    words.set(id, 'after');
    world.clock.advance(1000);
    await ask(id);
    await world.drain();
    expect((await documentsOf(id)).map((each) => each.title)).toEqual(['Note of after', 'Note of before']);
  });

  it('after the template has changed makes another one of the same words', async () => {
    const id = thing();
    await ask(id);
    await world.drain();
    version = '2';
    await ask(id);
    await world.drain();
    const versions = await world.db.query<{ version: string }>(
      sql`select template_version as version from documents where subject_id = ${id} order by template_version`,
    );
    expect(versions.map((each) => each.version)).toEqual(['1', '2']);
  });

  it('fifty times for fifty things makes fifty documents', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => thing(`thing ${index}`));
    await world.db.work(system, async (work) => {
      for (const id of ids) await documents.request(work, KIND, id);
      return null;
    });
    expect(await world.drain()).toBe(50);
    const all = await documents.of(world.db, SUBJECT, ids);
    expect(ids.map((id) => all.get(id)?.map((each) => each.title))).toEqual(
      ids.map((_, index) => [`Note of thing ${index}`]),
    );
    expect(drawn).toBe(50);
  });
});

describe('making', () => {
  const jobOf = async (id: string): Promise<{ requestId: string }> => ({
    requestId: (await requestsOf(id))[0]?.id ?? '',
  });

  it('does nothing when the job is run once more', async () => {
    const id = thing();
    await ask(id);
    const payload = await jobOf(id);
    await world.drain();
    for (const attempt of [1, 2, MOST_ATTEMPTS]) await documents.handle(payload, { id: newId(), attempt });
    await documents.handle({ requestId: newId() }, { id: newId(), attempt: 1 });
    expect(drawn).toBe(1);
    expect(await documentsOf(id)).toHaveLength(1);
    expect((await requestsOf(id)).map((each) => each.state)).toEqual(['ready']);
  });

  it('by two workers at once leaves one document', async () => {
    const id = thing();
    await ask(id);
    const payload = await jobOf(id);
    await Promise.all([1, 2, 3].map((attempt) => documents.handle(payload, { id: newId(), attempt })));
    expect(await documentsOf(id)).toHaveLength(1);
    expect((await requestsOf(id)).map((each) => each.state)).toEqual(['ready']);
    await world.drain();
    expect(await documentsOf(id)).toHaveLength(1);
  });

  it('that was cut off in the middle is taken up again', async () => {
    const id = thing();
    await ask(id);
    trouble = 'The worker lost its power';
    await expect(documents.handle(await jobOf(id), { id: newId(), attempt: 1 })).rejects.toThrow(trouble);
    expect((await requestsOf(id)).map((each) => each.state)).toEqual(['rendering']);
    trouble = undefined;
    await world.drain();
    expect((await requestsOf(id)).map((each) => each.state)).toEqual(['ready']);
  });

  it('fails after the last attempt and says why, and is tried again when it is asked for again', async () => {
    const id = thing();
    trouble = 'A letter is missing in the font';
    await ask(id);
    await drainToTheEnd();
    expect(drawn).toBe(MOST_ATTEMPTS);
    expect(await requestsOf(id)).toMatchObject([{ state: 'failed', error: trouble, tone: 'attention' }]);
    expect(await documentsOf(id)).toEqual([]);
    trouble = undefined;
    await ask(id);
    await ask(id);
    expect(await world.drain()).toBe(1);
    expect(await requestsOf(id)).toMatchObject([{ state: 'ready', error: null }]);
    expect(await documentsOf(id)).toHaveLength(1);
  });

  it('never keeps other words under what was asked for', async () => {
    const id = thing('asked for');
    await ask(id);
    words.set(id, 'changed since');
    await drainToTheEnd();
    expect(await documentsOf(id)).toEqual([]);
    expect(await requestsOf(id)).toMatchObject([{ state: 'failed' }]);
    // What is in force is made when it is asked for; and what was asked for first, when it is in force again.
    await ask(id);
    await world.drain();
    words.set(id, 'asked for');
    await ask(id);
    await world.drain();
    expect((await documentsOf(id)).map((each) => each.title).sort()).toEqual([
      'Note of asked for',
      'Note of changed since',
    ]);
  });
});

describe('opening', () => {
  it('is for whom the reader of the thing lets, and for others there is nothing', async () => {
    const { id } = await made();
    expect((await documents.describe(reader, id)).id).toBe(id);
    const others: Actor[] = [PUBLIC_ACTOR, await world.actor('administrator'), await world.actor('program_officer')];
    for (const other of others) {
      expect(await refusal(documents.open(other, id))).toMatchObject({ kind: 'not_found', code: 'thing.not_found' });
      expect((await refusal(documents.describe(other, id))).kind).toBe('not_found');
    }
    expect((await refusal(documents.open(reader, newId()))).kind).toBe('not_found');
  });

  it('tells nothing of where it belongs', async () => {
    const { id } = await made();
    expect(Object.keys(await documents.describe(reader, id)).sort()).toEqual(
      ['contentHash', 'createdAt', 'id', 'kind', 'mime', 'sizeBytes', 'title', 'url'].sort(),
    );
  });

  it('is for nobody where a thing has no reader', async () => {
    const { id } = await made();
    const [row] = await world.db.query<{ kind: string }>(sql`select kind from documents where id = ${id}`);
    expect(row?.kind).toBe(KIND);
    expect(await world.get(DocumentReaders).mayRead(system, 'thing_without_reader', newId())).toBe(false);
  });
});

describe('what was made', () => {
  it('is neither changed nor removed by the role the application has', async () => {
    const { id } = await made();
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      for (const statement of [
        `update documents set title = 'Other' where id = $1`,
        `update documents set content = '' where id = $1`,
        `delete from documents where id = $1`,
        `delete from document_requests where document_id = $1`,
      ]) {
        await expect(client.query(statement, [id])).rejects.toMatchObject({ code: '42501' });
      }
      await expect(client.query('truncate documents cascade')).rejects.toMatchObject({ code: '42501' });
      await expect(
        client.query(`update document_requests set document_id = null where document_id = $1`, [id]),
      ).rejects.toMatchObject({ constraint: 'document_requests_ready_check' });
    } finally {
      await client.end();
    }
    expect((await documents.open(reader, id)).title).toBe('Note of hello');
  });
});

describe('kinds and readers', () => {
  it('are registered once', () => {
    expect(() => world.get(DocumentKinds).register(note)).toThrow('registered twice');
    expect(() => world.get(DocumentReaders).register(SUBJECT, () => Promise.resolve(true))).toThrow('two readers');
    expect(() => world.get(DocumentKinds).get('unknown')).toThrow('no document kind');
  });
});
