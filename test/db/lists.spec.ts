/** Lists: pages, counts and searches of few and of many, over rows that are made up on the spot and over awards and requests. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditTrail } from '../../src/features/audit/audit-trail.service.js';
import { Awards } from '../../src/features/awards/index.js';
import { Disbursements } from '../../src/features/disbursements/index.js';
import { Organizations } from '../../src/features/organizations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { type Sql, sql } from '../../src/platform/database/sql.js';
import { type ListQuery, type ListSpec, readList } from '../../src/platform/lists/list.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { draftRequest } from '../factories/disbursements.js';
import { organization } from '../factories/organizations.js';
import { lookedUp } from '../factories/screening.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

describe('a list of 1,500', () => {
  const listOf = (given: Partial<ListSpec>): ListSpec => ({
    columns: sql`x.n`,
    from: sql`(select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, n, 'row ' || n as name from generate_series(1, 1500) n) x`,
    where: [],
    sorts: { n: { expression: 'x.n', type: 'bigint' }, name: { expression: sql`lower(x.name)`, type: 'text' } },
    ...{ defaultSort: 'n', id: 'x.id' },
    ...given,
  });
  /** All pages, one after the other, and what each says of how many there are. */
  async function all(spec: ListSpec, query: ListQuery): Promise<{ rows: number[]; counts: Set<number> }> {
    const rows: number[] = [];
    const counts = new Set<number>();
    for (let after: string | undefined; ;) {
      const page = await readList<{ n: number }>(world.db, spec, { ...query, after, limit: 200 });
      rows.push(...page.items.map(({ n }) => Number(n)));
      counts.add(page.count);
      if (page.next === null) return { rows, counts };
      after = page.next;
    }
  }
  const numbers = (most: number, step = 1): number[] =>
    Array.from({ length: Math.floor(most / step) }, (_, index) => (index + 1) * step);
  const searched = (condition: Sql): ListSpec =>
    listOf({ where: [sql`x.n > 0`], search: { byIndex: condition, byRow: condition } });

  it('is counted up to 1,001 and read to its end', async () => {
    expect(await all(listOf({}), {})).toEqual({ rows: numbers(1500), counts: new Set([1001]) });
    expect((await all(listOf({}), { sort: '-n' })).rows).toEqual(numbers(1500).reverse());
  });

  it.each([
    ['few', 100, 15],
    ['as many as are counted', 1, 1000],
    ['one more than that', 1, 1001],
    ['none', 2000, 0],
  ])('is searched alike whether it finds %s', async (_, step, most) => {
    const condition = sql`x.n % ${step} = 0 and x.n <= ${step * most}`;
    const expected = { rows: numbers(step * most, step), counts: new Set([most]) };
    expect(await all(searched(condition), { q: 'row' })).toEqual(expected);
    expect(await all(listOf({ where: [condition] }), { q: 'row' })).toEqual(expected);
    const byName = [...expected.rows].sort((a, b) => (`row ${a}` < `row ${b}` ? -1 : 1));
    expect((await all(searched(condition), { q: 'row', sort: 'name' })).rows).toEqual(byName);
  });

  it('reads each row by what may be seen, also when the search found it', async () => {
    const search = { byIndex: sql`x.n <= 10`, byRow: sql`x.n <= 10 and x.n <> 5` };
    expect((await all(listOf({ search }), { q: 'row' })).rows).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10]);
  });

  it.each([
    ['few', 7],
    ['as many as are counted', 1000],
    ['more', 1500],
  ])('is narrowed by a filter that is long to answer, whether it leaves %s', async (_, most) => {
    const filter = sql`x.n <= ${most}`;
    const expected = { rows: numbers(most, 1), counts: new Set([Math.min(most, 1001)]) };
    expect(await all(listOf({ filter }), {})).toEqual(expected);
    // What may be seen is asked for each row that is read, and the cursor is of this filter alone.
    const where = [sql`x.n <> 3`];
    expect((await all(listOf({ filter, where }), {})).rows).toEqual(numbers(most, 1).filter((n) => n !== 3));
    const first = await readList(world.db, listOf({ filter }), { limit: 2 });
    const again = readList(world.db, listOf({ filter: sql`x.n <= ${most + 1}` }), { after: first.next ?? '' });
    await expect(again).rejects.toMatchObject({ fields: [{ code: 'list.cursor_of_another_list' }] });
  });

  it('refuses the cursor of another search', async () => {
    const first = await readList(world.db, searched(sql`x.n <= ${500}`), { q: 'row' });
    const again = readList(world.db, searched(sql`x.n <= ${501}`), { q: 'row', after: first.next ?? '' });
    await expect(again).rejects.toMatchObject({ fields: [{ code: 'list.cursor_of_another_list' }] });
  });
});

describe('awards and requests for money', () => {
  let award: MadeAward;
  let officer: PersonActor;
  let request: string;

  beforeAll(async () => {
    award = await activeAward(world, {
      amount: Money.parse('5000'),
      budget: [{ category: 'Staff', amount: Money.parse('5000') }],
    });
    await activeAward(world, {
      amount: Money.parse('700'),
      budget: [{ category: 'Staff', amount: Money.parse('700') }],
    });
    officer = await world.actor('program_officer');
    request = (await draftRequest(world, award, Money.parse('10'))).id;
    await world.db.work(system, async (work) => {
      await work.query(sql`insert into award_schools (id, version, created_at, award_id, name)
        values (gen_random_uuid(), 1, ${work.now}, ${award.awardId}, 'Hawthorn School')`);
      await work.query(sql`update organizations set name = 'Rowan and Friends' where id = ${award.organizationId}`);
      return null;
    });
  });

  it('are found by each of their names, and counted by the same', async () => {
    const awards = world.get(Awards);
    const { number, title } = await awards.get(officer, award.awardId);
    for (const q of [number, 'rowan AND', 'hawthorn']) {
      const { items, count } = await awards.list(officer, { q } as never);
      expect([q, items.map(({ id }) => id), count]).toEqual([q, [award.awardId], 1]);
    }
    const { items, count } = await awards.list(officer, { q: 'kent', sort: 'recipient' } as never);
    expect([items.length, count]).toEqual([2, 2]);
    expect(await awards.list(officer, { q: 'ken%t' } as never)).toMatchObject({ items: [], count: 0 });
    const requests = world.get(Disbursements);
    for (const q of [number, title.toUpperCase(), 'Rowan']) {
      const found = await requests.list(system, { q } as never);
      expect([q, found.items.map(({ id }) => id), found.count]).toEqual([q, [request], 1]);
    }
    expect((await requests.list(system, { q: 'hawthorn' } as never)).count).toBe(0);
  });
});

describe('organizations', () => {
  it('stand in the order of their latest check, their own or their family`s, and show it in any order', async () => {
    const officer = await world.actor('finance_approver');
    const made = [];
    for (const name of ['Linnet one', 'Linnet two', 'Linnet three']) made.push(await organization(world, { name }));
    const [one = { id: '' }, two = { id: '' }, three = { id: '' }] = made;
    await lookedUp(world, two.id);
    await world.db.work(system, (work) =>
      work.query(
        sql`update organizations set merged_into_id = ${three.id}, merged_at = ${work.now} where id = ${two.id}`,
      ),
    );
    const list = (sort: string) => world.get(Organizations).list(officer, { q: 'linnet', sort } as never);
    const byCheck = await list('-checkedOn');
    expect(byCheck.items.map(({ id }) => id)).toEqual([three.id, one.id]);
    expect(byCheck.items.map(({ checkResult }) => checkResult ?? null)).toEqual(['clear', null]);
    const byName = await list('name');
    expect(byName.items.map(({ id, checkedOn }) => [id, checkedOn ?? null])).toEqual([
      [one.id, null],
      [three.id, byCheck.items[0]?.checkedOn],
    ]);
  });
});

describe('the trail', () => {
  it('is searched by persons and by parts of the system, however many persons are in it', async () => {
    const auditor = await world.actor('auditor');
    const trail = world.get(AuditTrail);
    const of = async (who: string): Promise<Set<string>> =>
      new Set((await trail.list(auditor, { who } as never)).items.map(({ actor }) => actor.split(':')[0] ?? ''));
    expect(await of('Granary, test')).toEqual(new Set(['system']));
    const person = await world.person([{ role: 'program_officer', scopeKind: 'agency', scopeId: null }] as never);
    const actor = { kind: 'person', personId: person.personId, name: person.name, grants: [] } as never;
    await world.db.work(actor, async (work) => {
      work.audit({ action: 'source.note', subjectType: 'source', subjectId: 'x' });
      return null;
    });
    expect(await of(person.name.toUpperCase())).toEqual(new Set(['person']));
  });
});
