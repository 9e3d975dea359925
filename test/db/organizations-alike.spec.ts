/** Organizations that may be one, looked for among very many: by indexes, comparing few, with the same findings. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { areAlike, nameWords, wordKeys } from '../../src/features/organizations/organization-alike.rules.js';
import { type Alike, type AlikeTo, OrganizationsAlike } from '../../src/features/organizations/organization-alike.js';
import type { Queryable } from '../../src/platform/database/work.js';
import { type Sql, sql } from '../../src/platform/database/sql.js';
import { openWorld, type World } from '../support/world.js';

const MANY = 20_000;
const WORLD_MILLISECONDS = 180_000;
let world: World;

const find = (to: AlikeTo): Promise<Alike[]> => world.get(OrganizationsAlike).find(world.db, to);
const names = async (name: string): Promise<string[]> => (await find({ names: [name] })).map((each) => each.name);

const PAIRS = [
  ['The Coyote Central, Inc.', 'Coyote Central'],
  ['Refugee Women’s Alliance', "Refugee Womens' Alliance"],
  ['Café Olé', 'CAFE OLE'],
  ['Boys & Girls Club', 'Boys and Girls Club'],
  ['Southwest Youth and Family Services', 'Southwest Youth & Family Service'],
  ['Valley Art Collective', 'Valley Arts Collective'],
  ['Harbour Youth Centre', 'The Harbor Youth Center, Inc.'],
  ['Tukwila Children', 'Tukwila Children Foundation'],
  ['Reconnect', 'Reconect'],
  ['Kandelia', 'Kandelia Community Partnership of South Seattle'],
  ['Open Doors for Multicultural Families', 'Open Doors'],
  ['Tern Harbour', 'T\u0435rn H\u0430rb\u043eur'],
  ['Otter Yard', '\u041e\u0442\u0442\u0435\u0433 Yard'],
  ['Finch Row', 'Fi\u200bnch\u2060 R\u00adow'],
  ['Quail Oaks', '\uff31\uff55\uff41\uff49\uff4c \uff2f\uff41\uff4b\uff53'],
  ['Ibis Oil', '1bis 0iI'],
  ['Русский Дом', 'РУССКИЙ ДОМ'],
] as const;

beforeAll(async () => {
  world = await openWorld();
  const owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  try {
    const insert = `insert into organizations (id, created_at, name, legal_name, kind, uei, mail_domains)`;
    // Names out of lists, as a county's are: very many share a word or two.
    await owner.query(`${insert}
      select gen_random_uuid(), now(),
        (array['Cedar','Harbor','Valley','Summit','Rainier','Meadow','Lakeside','Juniper','Orchard','Evergreen'])[1 + n % 10]
        || ' ' || initcap(substr(translate(md5((n / 10)::text), '0123456789', 'ghijklmnop'), 1, 7)) || ' ' ||
        (array['Youth Services','Community Foundation','Arts Collective','Family Center','School'])[1 + n / 10 % 5],
        null, 'community_organization', null, array['org' || n || '.example.org']
      from generate_series(1, ${MANY}) n`);
    for (const [kept] of PAIRS) {
      await owner.query(`${insert} values (gen_random_uuid(), now(), $1, null, 'community_organization', null, '{}')`, [
        kept,
      ]);
    }
    await owner.query(`${insert} values (gen_random_uuid(), now(), 'Known by Papers', 'Tidewater Holdings Cooperative',
      'community_organization', 'ZQGGHJH74DW7', '{tidewater.example.org}')`);
    await owner.query('analyze organizations');
  } finally {
    await owner.end();
  }
}, WORLD_MILLISECONDS);
afterAll(() => world?.close());

describe(`among ${MANY.toLocaleString('en-US')} organizations`, () => {
  it.each(PAIRS)('%s is found by %s', async (kept, typed) => {
    expect(await names(typed)).toContain(kept);
  });

  it.each(PAIRS)('and the other way: what is written as %s is found by itself', async (kept, _typed) => {
    expect((await names(kept))[0]).toBe(kept);
  });

  it('the legal name, the number and the mail domain find one too', async () => {
    const found = async (to: AlikeTo): Promise<unknown> => (await find(to)).map(({ name, by }) => ({ name, by }));
    const name = 'Known by Papers';
    expect(await found({ names: ['Tidewater Holdings'] })).toEqual([{ name, by: ['name'] }]);
    expect(await found({ names: ['Else'], uei: 'ZQGGHJH74DW7' })).toEqual([{ name, by: ['uei'] }]);
    expect(await found({ names: [], domains: ['tidewater.example.org'] })).toEqual([{ name, by: ['domain'] }]);
    expect(await found({ names: ['Quite Another Thing'] })).toEqual([]);
  });

  it('whoever is alike by the rule is found, as when all of them were compared', async () => {
    const all = await world.db.query<{ name: string }>(sql`select name from organizations order by id`);
    for (let at = 0; at < all.length; at += 997) {
      const typed = `${all[at]?.name ?? ''}, Inc.`;
      const alike = all.filter(({ name }) => areAlike(name, typed)).map(({ name }) => name);
      expect(alike.length).toBeLessThan(6);
      expect((await names(typed)).sort()).toEqual(alike.sort());
    }
  });

  it('the database makes words and keys as the program does', async () => {
    const written = [...PAIRS.flat(), 'The And', '???', 'Cơ Đốc Cộng Đồng', 'ÁÉ-Club (North), S.A.', 'Straße 12', ''];
    written.push(
      'C\u0443gnus \u0391lpha\u202e',
      'Z\u0301\u0302algo\u{e0041}',
      'Ґ Ж Ω ΣΤ ς Ꮪ',
      '\u3164\u2800x',
      'ＡＢＣ 𝐂𝐨',
    );
    for (const name of written) {
      const [row] = await world.db.query<{ words: string[]; keys: string[] }>(sql`
        select organization_name_words(${name}) as words, organization_name_keys(${name}, null) as keys`);
      expect(row?.words).toEqual(nameWords(name));
      expect(row?.keys).toEqual(expect.arrayContaining(nameWords(name).flatMap(wordKeys)));
    }
  });

  it.each(['Harbor Youth Services', 'School', 'Evergreen Community Foundation of King County'])(
    'few are read and compared for %s, by indexes alone',
    async (typed) => {
      const asked: Sql[] = [];
      let compared = 0;
      const watched = {
        query: async (statement: Sql) => {
          asked.push(statement);
          const rows = await world.db.query(statement);
          compared += rows.length;
          return rows;
        },
      } as unknown as Queryable;
      await world
        .get(OrganizationsAlike)
        .find(watched, { names: [typed], domains: ['org7.example.org'], uei: 'ZQGGHJH74DW7' });
      expect(asked).toHaveLength(1);
      expect(compared).toBeLessThanOrEqual(602);
      const plan = await world.db.query<Record<string, string>>(sql`explain (analyze) ${asked[0] as Sql}`);
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      expect(text).not.toContain('Seq Scan on organizations');
    },
  );
});
