/** Lists as files: asked for, made as their asker may read, opened by nobody else, and taken away. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ListExports, ListExportSources } from '../../src/features/documents/index.js';
import type { Actor, PersonActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { ListQuery } from '../../src/platform/lists/list.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let exports: ListExports;
let officer: PersonActor;
let rowsFor: (actor: Actor, query: ListQuery) => readonly (readonly [string, Money])[];
let isOpen = true;

beforeAll(async () => {
  world = await openWorld();
  exports = world.get(ListExports);
  officer = await world.actor('program_officer');
  world.get(ListExportSources).register({
    ...{ list: 'test', titleKey: 'list_export.field.list', path: '/test', permission: 'fund.create' },
    query: ListQuery,
    columns: [{ labelKey: 'list_export.field.list' }, { labelKey: 'table.total', kind: 'money' }],
    async *rows(actor, query) {
      await Promise.resolve();
      yield rowsFor(actor, query);
    },
    stillOpen: () => Promise.resolve(isOpen),
  });
});

afterAll(async () => {
  await world?.close();
});

const made = async (format: 'csv' | 'xlsx', search?: string): Promise<{ id: string; content: Buffer }> => {
  const { id } = await exports.ask(officer, { list: 'test', format, search });
  await world.drain();
  return { id, content: (await exports.open(officer, id)).content };
};

describe('a list as a file', () => {
  it('is made in the background with the search, and a formula stays text', async () => {
    const seen: ListQuery[] = [];
    rowsFor = (_actor, query) => {
      seen.push(query);
      return [['=HYPERLINK("http://example.org")', Money.parse('1250.5')]];
    };
    const { id, content } = await made('csv', 'q=kent&after=abc&limit=1');
    expect(content.toString('utf8')).toBe(`\uFEFFList,Total\r\n"'=HYPERLINK(""http://example.org"")",1250.50\r\n`);
    expect(seen[0]).toMatchObject({ q: 'kent' });
    expect(seen[0]?.after).toBeUndefined();
    expect(await exports.show(officer, id)).toMatchObject({ state: 'ready', rowCount: 1, url: `/exports/${id}/file` });
  });
});

describe('a stranger', () => {
  it('finds nothing', async () => {
    const { id } = await made('csv');
    const other = await world.actor('program_officer');
    await expect(exports.show(other, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(exports.open(other, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    const clerk = await world.actor('participant');
    await expect(exports.ask(clerk, { list: 'test', format: 'csv' })).rejects.toMatchObject({
      code: 'input.has_problems',
    });
    await expect(exports.ask(officer, { list: 'nothing', format: 'csv' })).rejects.toMatchObject({
      code: 'input.has_problems',
    });
  });
});

describe('a search', () => {
  it('that the list does not know is refused', async () => {
    const asked = exports.ask(officer, { list: 'test', format: 'csv', search: 'owner=me' });
    await expect(asked).rejects.toMatchObject({ code: 'input.has_problems' });
  });
});

describe('a role that ended', () => {
  it('gives no rows any more, and one that came later gives none either', async () => {
    let grants: readonly unknown[] = [];
    rowsFor = (actor) => {
      grants = actor.kind === 'person' ? actor.grants : [];
      return [];
    };
    const asker = await world.actor('program_officer');
    await exports.ask(asker, { list: 'test', format: 'csv' });
    await world.db.work({ kind: 'system', name: 'test' }, async (work) => {
      await work.query(
        sql`update role_grants set ended_at = ${work.now}, end_reason = 'Left' where person_id = ${asker.personId}`,
      );
      await work.query(sql`
        insert into role_grants (id, version, created_at, person_id, role, scope_kind, reason, starts_on)
        values (gen_random_uuid(), 1, ${work.now}, ${asker.personId}, 'auditor', 'agency', 'Test', ${work.today})`);
    });
    await world.drain();
    expect(grants).toEqual([]);
  });
});

describe('a file', () => {
  it('is not opened once it holds what its asker may no longer see', async () => {
    rowsFor = () => [];
    const { id } = await made('csv');
    isOpen = false;
    await expect(exports.open(officer, id)).rejects.toMatchObject({ code: 'list_export.changed_since' });
    isOpen = true;
  });

  it('is taken away after a week, and its hash stays', async () => {
    rowsFor = () => [];
    const { id } = await made('xlsx');
    await exports.sweep();
    expect((await exports.show(officer, id)).state).toBe('ready');
    world.clock.set(new Date(world.clock.now().getTime() + 8 * 86_400_000));
    await exports.sweep();
    expect(await exports.show(officer, id)).toMatchObject({ state: 'expired', url: null });
    await expect(exports.open(officer, id)).rejects.toMatchObject({ code: 'list_export.not_there' });
    const [row] = await world.db.query<{ content: Buffer | null; hash: string }>(
      sql`select content, content_hash as hash from list_exports where id = ${id}`,
    );
    expect(row).toMatchObject({ content: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('that is asked for while the list is broken says so in the end', async () => {
    rowsFor = () => {
      throw new Error('broken');
    };
    const { id } = await exports.ask(officer, { list: 'test', format: 'csv' });
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await world.drain();
      world.clock.set(new Date(world.clock.now().getTime() + 86_400_000));
    }
    expect(await exports.show(officer, id)).toMatchObject({ state: 'failed', url: null });
  });
});
