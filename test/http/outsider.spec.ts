/**
 * Outsiders on the whole demonstration: people whose roles are held elsewhere, who know the id of everything. To them a
 * real id must answer exactly as an id of nothing does, on every route, or they learn that it exists.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import { failuresOf, openWebWorld, type TestGrant, type Visitor, type WebWorld } from '../support/world.js';

jest.setTimeout(600_000);

/** Each holds a role for something that is not in the demonstration. */
const OUTSIDERS: readonly TestGrant[] = [
  { role: 'applicant', scopeKind: 'organization', scopeId: newId() },
  { role: 'participant', scopeKind: 'collaborative', scopeId: newId() },
  { role: 'facilitator', scopeKind: 'collaborative', scopeId: newId() },
  { role: 'reviewer', scopeKind: 'round', scopeId: newId() },
  { role: 'program_officer', scopeKind: 'fund', scopeId: newId() },
  { role: 'committee_member', scopeKind: 'fund', scopeId: newId() },
];
/** So many of each kind of thing are tried, the newest and the oldest. */
const OF_EACH = 2;

/** What stands in the place of an id and is none: names of classes, numbers of events. */
const NO_IDS = /:(name|number)$/;
const routes = listRoutes(FEATURES_IN_ORDER).filter(
  ({ path, permission }) => permission !== null && /:[A-Za-z]+/.test(path) && !NO_IDS.test(path),
);

let world: WebWorld;
let ids: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  world = await openWebWorld({ demo: true });
  ids = await idsOfEverything();
});

afterAll(async () => {
  await world?.close();
});

/** Ids by table, for every table whose rows have one. */
async function idsOfEverything(): Promise<Map<string, string[]>> {
  const tables = await world.db.query<{ name: string }>(sql`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'id' and data_type = 'uuid' order by 1`);
  const found = new Map<string, string[]>();
  for (const { name } of tables) {
    const rows = await world.db.query<{ id: string }>(sql`
      (select id from ${rawSql(name)} order by id limit ${OF_EACH})
      union (select id from ${rawSql(name)} order by id desc limit ${OF_EACH})`);
    found.set(
      name,
      rows.map(({ id }) => id),
    );
  }
  return found;
}

/** Where the word before an id in an address is not the table's name. */
const TABLE_OF_WORD: Readonly<Record<string, string>> = {
  people: 'persons',
  roles: 'role_grants',
  requests: 'disbursements',
  batches: 'payment_batches',
  claims: 'childcare_claims',
  policies: 'collaboratives',
  answers: 'attendances',
  jobs: 'outbox',
  years: 'collaborative_years',
  slots: 'interview_slots',
  docket: 'docket_items',
  costs: 'own_costs',
  pdf: 'report_requests',
  expenses: 'disbursement_expenses',
  rates: 'childcare_rate_cards',
  cards: 'entry_cards',
  sessions: 'account_sessions',
  quarantine: 'attachments',
  oidc: 'external_identities',
  members: 'persons',
  screening: 'applications',
  runs: 'screening_runs',
  exports: 'list_exports',
  partnerships: 'application_partners',
  differences: 'answer_versions',
  questions: 'round_questions',
  comments: 'rubric_comments',
  open: 'rounds',
  funding: 'rounds',
  wordings: 'rule_sets',
  versions: 'answer_versions',
  // What follows these is a key of a form, no id.
  sections: 'form_versions',
  'form-library': 'library_questions',
};

/** The kinds of things whose ids stand in an address, in order; undefined for a word that names none. */
function tablesIn({ path }: RouteRow): (string | undefined)[] {
  return [...path.matchAll(/([a-z-]+)\/:[A-Za-z]+/g)].map(([, word = '']) => {
    const table = TABLE_OF_WORD[word] ?? word.replaceAll('-', '_');
    return ids.has(table) ? table : undefined;
  });
}

/** The address with real ids in it, as many times as there are some to try. */
function realAddresses(route: RouteRow): string[] {
  const tables = tablesIn(route);
  const most = Math.max(...tables.map((table) => ids.get(table ?? '')?.length ?? 0));
  return Array.from({ length: most }, (_, nth) => {
    let place = 0;
    return route.path.replace(/:[A-Za-z]+/g, () => {
      const known = ids.get(tables[place] ?? '') ?? [];
      place += 1;
      return known[nth % known.length] ?? newId();
    });
  });
}

async function answerTo(visitor: Visitor, route: RouteRow, url: string): Promise<string> {
  const isApi = url.startsWith('/api/');
  if (route.method === 'GET') {
    const { statusCode, body } = await visitor.get(url);
    return isApi && statusCode >= 400 ? `${statusCode} ${codeOf(body)}` : String(statusCode);
  }
  if (!isApi) return String((await visitor.submit(url)).statusCode);
  const { statusCode, body } = await visitor.ask({ method: route.method as 'POST', url, json: {} });
  return `${statusCode} ${codeOf(body)}`;
}

const codeOf = (body: string): string =>
  body === '' ? '' : String((JSON.parse(body) as { code?: string }).code ?? '');

it('knows an id for every kind of thing that an address names', () => {
  const unknown = routes.filter((route) => tablesIn(route).includes(undefined)).map(({ path }) => path);
  expect([...new Set(unknown)].sort()).toEqual([]);
});

/**
 * Whether it takes the thing itself to answer this role: the guard turns away who holds no role for it at all, and what
 * a role sees wherever it is held is no secret to it.
 */
function isAsked(actor: PersonActor, { permission, path }: RouteRow): boolean {
  const [, thing] = /^(?:\/api)?\/(organization|wording)s\//.exec(path) ?? [];
  if (thing !== undefined && world.policy.can(actor, `${thing}.read`, {})) return false;
  return world.policy.mightDo(actor, permission ?? '') && !world.policy.can(actor, permission ?? '', {});
}

describe.each(OUTSIDERS)('$role of something else', (grant) => {
  it('cannot tell what is there from what is not', async () => {
    const visitor = await world.signIn(await world.person([grant]));
    const actor: PersonActor = {
      ...{ kind: 'person', personId: visitor.person.personId, name: visitor.person.name },
      grants: [{ role: grant.role, scopeKind: grant.scopeKind ?? 'agency', scopeId: grant.scopeId ?? null }],
    };
    const told: string[] = [];
    let tried = 0;
    for (const route of routes.filter((each) => isAsked(actor, each))) {
      const nothing = await answerTo(
        visitor,
        route,
        route.path.replace(/:[A-Za-z]+/g, () => newId()),
      );
      for (const url of realAddresses(route)) {
        const answer = await answerTo(visitor, route, url);
        tried += 1;
        if (answer !== nothing) told.push(`${route.method} ${url} answered ${answer}, and ${nothing} for nothing`);
      }
    }
    expect(told).toEqual([]);
    expect(tried).toBeGreaterThan(20);
  });
});

it('and nothing failed on our side', () => {
  expect(failuresOf(world)).toEqual([]);
});
