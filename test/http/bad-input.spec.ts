/**
 * What cannot be read or cannot be meant: every route that takes a body or a query, fed what its input class does not
 * allow. Each answer is a sentence that helps and never a failure of ours, and nothing is half done.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { newId } from '../../src/kernel/ids.js';
import { ROLES, type Role } from '../../src/kernel/policy.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import { type FieldKind, type FieldSpec, fieldsOf, type InputClass } from '../../src/platform/input/fields.js';
import { sql } from '../../src/platform/database/sql.js';
import { inTurns } from '../support/in-turns.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const routes = listRoutes(FEATURES_IN_ORDER);
const writes = routes.filter(({ path, method }) => path.startsWith('/api') && method !== 'GET');
const withBody = writes.filter((route): route is RouteRow & { body: InputClass } => route.body !== undefined);
const withQuery = routes.filter((route): route is RouteRow & { query: InputClass } => route.query !== undefined);
const nameOf = ({ method, path }: RouteRow): string => `${method} ${path}`;
const addressOf = ({ path }: RouteRow): string => path.replace(/:[A-Za-z]+/g, newId());

let world: WebWorld;
const visitors = new Map<Role, Visitor>();
let before: string;

beforeAll(async () => {
  world = await openWebWorld();
  for (const role of ROLES) visitors.set(role, await world.signIn(role));
  before = await everything();
}, 120_000);

afterAll(async () => {
  await world?.close();
});

/** Somebody who may do it, so that the guard is not what refuses. */
function holderOf(route: RouteRow): Visitor {
  const role = ROLES.find((each) => {
    const actor = {
      kind: 'person',
      personId: newId(),
      name: each,
      grants: [{ role: each, scopeKind: 'agency', scopeId: null }],
    } as const;
    return route.permission !== null && world.policy.mightDo(actor, route.permission);
  });
  return visitors.get(role ?? 'administrator') as Visitor;
}

/** How many rows each table has, save those that any request touches. */
async function everything(): Promise<string> {
  const tables = await world.db.query<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public'
        and tablename not in ('web_sessions', 'limit_counts', 'migrations') order by 1`,
  );
  const counts: string[] = [];
  for (const { name } of tables) {
    const [row] = (await world.db.readPool.query(`select count(*)::int as count from ${name}`)).rows as {
      count: number;
    }[];
    counts.push(`${name} ${row?.count}`);
  }
  return counts.join('\n');
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly fields?: readonly { field: string; code: string; detail: string }[];
}

/** What is wrong with an answer that should be a refusal in problem details; empty when nothing is. */
function faultOf(answer: Answer, statuses: readonly number[]): string {
  if (!statuses.includes(answer.statusCode)) return `answered ${answer.statusCode}: ${answer.body.slice(0, 200)}`;
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return 'is no problem details';
  const problem = answer.json() as Problem;
  if (problem.status !== answer.statusCode) return `says ${problem.status}`;
  if (!/^[A-Z0-9“].*[.?!]$/su.test(problem.detail)) return `says no sentence: ${problem.detail}`;
  if (/undefined|null|NaN|\[object/.test(answer.body)) return `says ${answer.body}`;
  return '';
}

async function gather(list: readonly RouteRow[], fault: (route: RouteRow) => Promise<string>): Promise<string[]> {
  const wrong: string[] = [];
  await inTurns(list, async (route) => {
    const found = await fault(route);
    if (found !== '') wrong.push(`${nameOf(route)} ${found}`);
  });
  return wrong;
}

/** What one reader does for all routes is tried on some: another part of them for each thing that is tried. */
function some<T>(list: readonly T[], turn: number): T[] {
  return list.filter((_, index) => index % 5 === turn % 5);
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a body that cannot be read', () => {
  const send = (payload: string, headers: Record<string, string>, statuses: number[]) => async (route: RouteRow) =>
    faultOf(
      await holderOf(route).ask({ method: route.method as 'POST', url: addressOf(route), payload, headers }),
      statuses,
    );

  it.each([
    ['broken off', '{"name": "a'],
    ['two values', '{} {}'],
    ['a comment', '{} // yes'],
    ['a byte order', '\ufeff\ufeff{'],
    ['a key that is a prototype', '{"__proto__": {"admin": true}}'],
    ['a prototype deep down', '{"name": {"a": [{"__proto__": 1}]}}'],
    ['nested beyond reading', `${'['.repeat(200_000)}`],
  ])(
    'is refused: %s',
    async (_name, payload) => {
      expect(await gather(some(writes, payload.length), send(payload, JSON_TYPE, [400]))).toEqual([]);
    },
    120_000,
  );

  it.each([['[]'], ['"text"'], ['7'], ['true']])('is refused when it is no object: %s', async (payload) => {
    expect(await gather(withBody, send(payload, JSON_TYPE, [422]))).toEqual([]);
  });

  it('is refused when it is too large', async () => {
    const payload = JSON.stringify({ name: 'x'.repeat(1_100_000) });
    expect(await gather(writes.slice(0, 3), send(payload, JSON_TYPE, [413]))).toEqual([]);
  });

  it('is refused as anything but JSON', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ]) {
      expect(await gather(writes.slice(0, 6), send('name=a', { 'content-type': type }, [415]))).toEqual([]);
    }
  });
});

describe('a request from another site', () => {
  it.each([
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('is refused: %j', async (headers) => {
    const fault = async (route: RouteRow): Promise<string> =>
      faultOf(
        await holderOf(route).ask({
          method: route.method as 'POST',
          url: addressOf(route),
          json: {},
          headers: headers as never,
        }),
        [403],
      );
    expect(await gather(writes, fault)).toEqual([]);
  });
});

/** Values that a field of this kind does not take in JSON. */
const NOT_TEXT: readonly unknown[] = [7, true, {}, [], ['a'], { toString: 1 }];
const BAD_VALUES: Readonly<Record<FieldKind, readonly unknown[]>> = {
  text: [...NOT_TEXT, 'a\u0000b', 'a\nb', '\u0007', '\ud800', 'x'.repeat(100_001)],
  long_text: [...NOT_TEXT, 'a\u0000b', '\udfff', 'x'.repeat(100_001)],
  secret: [...NOT_TEXT, 'x'.repeat(501)],
  money: [
    7,
    -7,
    1.5,
    '1250.00',
    true,
    [],
    { amount: 7, currency: 'USD' },
    { amount: '-1.00', currency: 'USD' },
    { amount: '1.005', currency: 'USD' },
    { amount: '1e3', currency: 'USD' },
    { amount: '1.00' },
    { amount: '1.00', currency: 'EUR' },
    { amount: '1.00', currency: { toString: 1 } },
    { amount: '99999999999999999999.00', currency: 'USD' },
    { amount: '', currency: 'USD' },
    { amount: 'NaN', currency: 'USD' },
    { amount: '9'.repeat(5000), currency: 'USD' },
  ],
  date: [20201030, true, {}, [], '2020-02-30', '0000-01-01', '10000-01-01', '2020-10-30T00:00:00Z', 'today'],
  time: [1700, true, {}, [], '24:00', '17:60', '17:00:00', '13 p.m.', 'noon'],
  integer: [1.5, '7', true, {}, [], 1e21, -1e21],
  percent: [1.5, '15', true, {}, -1, 1e9],
  choice: [7, true, {}, [], 'nothing-of-the-kind', 'constructor', '__proto__'],
  many: [7, true, {}, 'nothing-of-the-kind', ['nothing-of-the-kind'], [7]],
  yes_no: [0, 1, 'yes', 'true', {}, []],
  ref: [7, true, {}, [], 'nothing', "' or 1=1 --", '00000000-0000-0000-0000'],
  file: [7, true, {}, [], 'nothing', "' or 1=1 --", '../../etc/passwd'],
  // Its use case reads it, and says what is wrong with it.
  anything: [],
  list: [7, true, {}, 'a', [7], ['a'], Array.from({ length: 5000 }, () => ({}))],
};

/** Some bad values are good for some fields: a choice may well be a word, a number may be within bounds. */
function badValues(field: FieldSpec): readonly unknown[] {
  return BAD_VALUES[field.kind].filter((value) => 'problem' in field.read(value, false) || field.kind === 'list');
}

describe('a field that cannot be meant', () => {
  it('has values to be tried with', () => {
    const fields = withBody.flatMap(({ body }) => fieldsOf(body));
    expect(fields.length).toBeGreaterThan(20);
    const few = fields.filter((field) => field.kind !== 'anything' && badValues(field).length < 3);
    expect(few.map(({ name }) => name)).toEqual([]);
  });

  it('is named in the answer, with a sentence', async () => {
    // All fields of a body have a bad value at once, and each is told; as often as the kind with most bad values has.
    const fault = async (route: RouteRow): Promise<string> => {
      const fields = fieldsOf(route.body as InputClass)
        .map((field) => ({ name: field.name, values: badValues(field) }))
        .filter(({ values }) => values.length > 0);
      const most = Math.max(0, ...fields.map(({ values }) => values.length));
      for (let turn = 0; turn < most; turn += 1) {
        // Not the longest of each at the same time, which would be too much for any door.
        const json = Object.fromEntries(
          fields.map(({ name, values }, index) => [name, values[(turn + index) % values.length]]),
        );
        const answer = await holderOf(route).ask({ method: route.method as 'POST', url: addressOf(route), json });
        const said = JSON.stringify(json).slice(0, 200);
        const found = faultOf(answer, [422]);
        if (found !== '') return `${said} ${found}`;
        const told = (answer.json() as Problem).fields ?? [];
        const untold = fields.filter(({ name }) => !told.some((each) => each.field.startsWith(name) && each.detail));
        if (untold.length > 0) return `${said}: ${untold.map(({ name }) => name).join(', ')} is not named`;
      }
      return '';
    };
    expect(await gather(withBody, fault)).toEqual([]);
  }, 240_000);

  it('is refused by name when no field has it', async () => {
    const fault = async (route: RouteRow): Promise<string> => {
      const own = fieldsOf(route.body as InputClass).map(({ name }) => name);
      const surprises = ['surprise', 'constructor', 'toString', 'id', 'state', 'createdAt', 'a.b', ''];
      const names = surprises.filter((name) => !own.includes(name));
      const json = Object.fromEntries(names.map((name) => [name, 'x']));
      const answer = await holderOf(route).ask({ method: route.method as 'POST', url: addressOf(route), json });
      const found = faultOf(answer, [422]);
      if (found !== '') return found;
      const unknown = (answer.json() as Problem).fields?.filter(({ code }) => code === 'field.unknown') ?? [];
      const untold = names.filter((name) => !unknown.some(({ field }) => field === name));
      return untold.length === 0 ? '' : `says nothing of ${untold.join(', ')}`;
    };
    expect(await gather(withBody, fault)).toEqual([]);
  }, 120_000);
});

describe('a query that cannot be meant', () => {
  const forged = (v: string): string =>
    Buffer.from(JSON.stringify({ s: 'name', v, i: newId(), h: 'x' })).toString('base64url');
  it.each([
    ['?surprise=1'],
    ['?limit=0'],
    ['?limit=1000'],
    ['?limit=ten'],
    ['?limit=1&limit=2'],
    ['?sort=nothing'],
    ['?sort=constructor'],
    ['?after=nothing'],
    [`?after=${forged('a')}`],
    [`?after=${forged('\u0000')}`],
    ['?q=%00'],
    ['?q[a]=1'],
    ['?%ff=%ff'],
  ])(
    'is refused or means nothing: %s',
    async (query) => {
      const fault = async (route: RouteRow): Promise<string> => {
        const { statusCode } = await holderOf(route).get(`${addressOf(route)}${query}`);
        return statusCode >= 400 && statusCode < 500 ? '' : `answered ${statusCode}`;
      };
      expect(await gather(withQuery, fault)).toEqual([]);
    },
    60_000,
  );

  it('and a cursor that was tampered with, its hash kept, is refused', async () => {
    const { cursors } = await realCursors();
    for (const [route, cursor] of cursors) {
      const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Record<string, string>;
      for (const change of [{ v: '\u0000' }, { i: 'nothing' }, { v: 7 }, { i: "' or 1=1" }, { s: '-name' }]) {
        const after = Buffer.from(JSON.stringify({ ...parts, ...change })).toString('base64url');
        const answer = await holderOf(route).get(`${addressOf(route)}?limit=1&after=${after}`);
        expect([nameOf(route), faultOf(answer, [422])]).toEqual([nameOf(route), '']);
      }
    }
    expect(cursors.length).toBeGreaterThan(0);
  });
});

/** Lists of the API that have a second page now. */
async function realCursors(): Promise<{ cursors: [RouteRow, string][] }> {
  const cursors: [RouteRow, string][] = [];
  for (const route of withQuery.filter(
    ({ path, method }) => method === 'GET' && path.startsWith('/api') && !path.includes(':'),
  )) {
    const answer = await holderOf(route).get(`${route.path}?limit=1`);
    const next = answer.statusCode === 200 ? (answer.json() as { next?: unknown }).next : undefined;
    if (typeof next === 'string') cursors.push([route, next]);
  }
  return { cursors };
}

const MANY_FIELDS = '6,000 fields';

describe('a form that cannot be meant', () => {
  // These need nothing to be sent, and names that stand for prototypes are dropped, so they would rightly be done.
  const takesNothing = [
    '/sign-out',
    '/reports/budget/pdf',
    '/me/sessions/end',
    '/me/second-factor/begin',
    '/confirm',
    // Leads on to signing in while nobody's code is due.
    '/sign-in/code',
  ];
  const forms = routes.filter(
    ({ path, method, body }) =>
      !path.startsWith('/api') && !takesNothing.includes(path) && method === 'POST' && body !== undefined,
  );

  it.each([
    ['name[a]=1'],
    ['name=a&name=b'],
    ['name[__proto__][x]=1'],
    ['__proto__[x]=1'],
    ['constructor[prototype][x]=1'],
    [`${'a'.repeat(10)}[b][c][d][e][f][g][h]=1`],
    [MANY_FIELDS],
    ['name=%ff%fe'],
    ['lines[999999]=1'],
  ])(
    'gets a page that says so: %s',
    async (given) => {
      const text = given === MANY_FIELDS ? Array.from({ length: 6000 }, (_, index) => `f${index}=1`).join('&') : given;
      const fault = async (route: RouteRow): Promise<string> => {
        const visitor = holderOf(route);
        const form = `_csrf=${encodeURIComponent(await visitor.csrf())}&${text}`;
        const { statusCode } = await visitor.ask({ method: 'POST', url: addressOf(route), form });
        return [400, 403, 404, 409, 422, 401, 429].includes(statusCode) ? '' : `answered ${statusCode}`;
      };
      expect(await gather(some(forms, text.length), fault)).toEqual([]);
      expect(({} as { x?: unknown }).x).toBeUndefined();
    },
    60_000,
  );
});

describe('an idempotency key that cannot be meant', () => {
  it.each([['short'], ['with space in it'], ['x'.repeat(101)], ['semi;colons;here']])('is refused: %s', async (key) => {
    const fault = async (route: RouteRow): Promise<string> =>
      faultOf(
        await holderOf(route).ask({
          method: 'POST',
          url: addressOf(route),
          json: {},
          headers: { 'idempotency-key': key },
        }),
        [400],
      );
    const posts = writes.filter(({ method }) => method === 'POST');
    expect(await gather(some(posts, key.length), fault)).toEqual([]);
  });
});

describe('after all this', () => {
  it('nothing is half done and nothing failed on our side', async () => {
    expect(await everything()).toEqual(before);
    expect(failuresOf(world)).toEqual([]);
  });
});
