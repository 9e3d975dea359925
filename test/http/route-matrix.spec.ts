/**
 * Every route as a stranger, as every role that may and as one that may not; every permission as every role. What each
 * must answer is worked out from the policy, so a new route is held to its permission from its first day, and a route
 * that is open to everybody must be named here.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { ROLES, type Role } from '../../src/kernel/policy.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import { inTurns } from '../support/in-turns.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

/** Routes without a permission, and what a stranger gets from each without sending anything. */
const OPEN_ROUTES: Readonly<Record<string, number>> = {
  'GET /': 200,
  'GET /health': 200,
  'GET /ready': 200,
  'GET /sign-in': 200,
  'GET /funding': 200,
  'GET /funding/:id': 404,
  'GET /funding/awards': 200,
  'GET /funding/awards.csv': 200,
  'GET /funding/how-to-apply': 200,
  'GET /funding/calendar.ics': 200,
  'GET /funding/:id/calendar.ics': 404,
  'GET /funding/:id/check': 404,
  'GET /funding/:id/criteria': 404,
  'GET /criteria/:token': 404,
  'POST /funding/:id/check': 403,
  'POST /funding/:id/criteria': 403,
  'POST /criteria/:token': 403,
  'POST /api/rounds/open/:id/check': 404,
  'POST /api/rounds/open/:id/comments': 422,
  'GET /api/rounds/open/:id/questions': 404,
  'GET /api/announcements/public': 200,
  'GET /replies/sent': 200,
  'GET /replies/:token': 404,
  'POST /replies/:token': 403,
  'GET /api/rounds/open': 200,
  'GET /api/rounds/open/:id': 404,
  'GET /links/:token': 404,
  'GET /join/:token': 404,
  'GET /card/:token': 404,
  'GET /partner/:token': 404,
  'GET /partner-thanks': 200,
  'GET /colleague/:token': 404,
  'GET /sign-up': 200,
  'GET /lost-passphrase': 200,
  'GET /sign-in/sent': 200,
  'GET /sign-in/code': 303,
  'GET /sign-in/oidc': 404,
  'GET /sign-in/oidc/return': 404,
  // Forms of pages that nobody opened carry no token.
  'POST /sign-in': 403,
  'POST /sign-out': 403,
  'POST /sign-in/link': 403,
  'POST /sign-in/text': 403,
  'POST /sign-in/code': 403,
  'POST /sign-up': 403,
  'POST /lost-passphrase': 403,
  'POST /links/:token': 403,
  'POST /join/:token': 403,
  'POST /links/:token/passphrase': 403,
  'POST /links/:token/address': 403,
  'POST /links/:token/again': 403,
  'POST /card/:token': 403,
  'POST /partner/:token': 403,
  'POST /partner/:token/decline': 403,
  'POST /colleague/:token': 403,
  'POST /api/session/link': 422,
  'POST /api/sign-up': 422,
  'POST /api/session': 422,
  'DELETE /api/session': 204,
};

/** What ends the session it is asked in, and so is asked elsewhere. */
const ENDS_THE_SESSION = /^(POST|DELETE) \/(api\/session|sign-out)$/;

const nameOf = (route: RouteRow): string => `${route.method} ${route.path}`;
const routes = listRoutes(FEATURES_IN_ORDER);
const closed = routes.filter((route) => route.permission !== null && !ENDS_THE_SESSION.test(nameOf(route)));
const isApi = ({ path }: RouteRow): boolean => path.startsWith('/api');
const hasId = ({ path }: RouteRow): boolean => path.includes(':');

/** The address with every parameter filled by an id of nothing. */
const addressOf = ({ path }: RouteRow, id = newId()): string => path.replace(/:[A-Za-z]+/g, id);

let world: WebWorld;
const visitors = new Map<Role, Visitor>();

beforeAll(async () => {
  world = await openWebWorld();
  for (const role of ROLES) visitors.set(role, await world.signIn(role));
}, 120_000);

afterAll(async () => {
  await world?.close();
});

/** Sends nothing but what the kind of route needs to be heard at all. */
async function knock(route: RouteRow, visitor: Visitor | undefined, url = addressOf(route)): Promise<Answer> {
  const method = route.method as 'GET' | 'POST';
  const ask = visitor?.ask ?? world.inject;
  if (method === 'GET') return ask({ url });
  if (isApi(route)) return ask({ method, url, json: {} });
  return visitor === undefined ? ask({ method, url, form: {} }) : visitor.submit(url);
}

/** Pages that lead whoever cannot use them to where they can go on. */
const LEADS_ON: ReadonlySet<string> = new Set(['GET /applications/new']);

/** Which answers are right for somebody who holds a role that has a cell for the permission. */
function isRightForHolder(route: RouteRow, status: number): boolean {
  if (hasId(route)) {
    // Nothing has this id; a body that lacks something may be told first.
    return route.method === 'GET' ? status === 404 : [404, 422].includes(status);
  }
  if (route.method === 'GET') return status === 200 || (status === 303 && LEADS_ON.has(nameOf(route)));
  return [200, 201, 303, 409, 422].includes(status);
}

function actorOf(role: Role): PersonActor {
  const grants = [{ role, scopeKind: 'agency' as const, scopeId: null }];
  return { kind: 'person', personId: newId(), name: role, grants };
}

const known = new Map<string, boolean>();
function mayAsk(role: Role, { permission }: RouteRow): boolean {
  const key = `${role} ${permission}`;
  const answer = known.get(key) ?? world.policy.mightDo(actorOf(role), permission as string);
  known.set(key, answer);
  return answer;
}

/** Routes that one and the same line refuses: of these each role that may not is refused at some, and each refuses some. */
const alike = new Map<string, RouteRow[]>();
for (const route of closed) {
  const key = `${route.permission} ${route.method} ${isApi(route)}`;
  alike.set(key, [...(alike.get(key) ?? []), route]);
}

/** What this role asks for: all that it may, and its turn of what it may not. */
function askedBy(role: Role): RouteRow[] {
  return [...alike.values()].flatMap((routes) => {
    if (mayAsk(role, routes[0] as RouteRow)) return routes;
    const refused = ROLES.filter((each) => !mayAsk(each, routes[0] as RouteRow));
    const turn = refused.indexOf(role);
    const mine = routes.filter((_, index) => index % refused.length === turn);
    return mine.length > 0 ? mine : [routes[turn % routes.length] as RouteRow];
  });
}

const ODD_IDS = ['0', 'nothing', '%00', '..%2f..', newId().toUpperCase(), "'%20or%201=1--"];

describe('a stranger', () => {
  it('is asked to sign in by every closed route', async () => {
    const wrong: string[] = [];
    await inTurns(closed, async (route) => {
      const answer = await knock(route, undefined);
      const location = String(answer.headers.location ?? '');
      const right = isApi(route)
        ? answer.statusCode === 401 && String(answer.headers['content-type']).startsWith('application/problem+json')
        : route.method === 'GET'
          ? answer.statusCode === 303 && location.startsWith('/sign-in')
          : answer.statusCode === 403;
      if (!right) wrong.push(`${nameOf(route)} answered ${answer.statusCode} ${location}`);
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('finds open only what is named here', async () => {
    const open = routes.filter((route) => route.permission === null).map(nameOf);
    expect(open.sort()).toEqual(Object.keys(OPEN_ROUTES).sort());
    const wrong: string[] = [];
    for (const route of routes.filter((each) => each.permission === null)) {
      const answer = await knock(route, undefined);
      if (answer.statusCode !== OPEN_ROUTES[nameOf(route)])
        wrong.push(`${nameOf(route)} answered ${answer.statusCode}`);
    }
    expect(wrong).toEqual([]);
  });

  it('may read the description of the interface, which names every route of it', async () => {
    const answer = await world.inject({ url: '/api/openapi.json' });
    expect(answer.statusCode).toBe(200);
    const { paths } = answer.json() as { paths: Record<string, Record<string, unknown>> };
    const missing = routes
      .filter(isApi)
      .filter(({ method, path }) => !paths[path.replace(/:([A-Za-z]+)/g, '{$1}')]?.[method.toLowerCase()])
      .map(nameOf);
    expect(missing).toEqual([]);
  });

  it('gets 404 for what no handler answers, in the face that was asked', async () => {
    const page = await world.inject({ url: '/nothing-of-the-kind' });
    expect([page.statusCode, String(page.headers['content-type'])]).toEqual([404, 'text/html; charset=utf-8']);
    const api = await world.inject({ url: '/api/nothing-of-the-kind' });
    expect(api.statusCode).toBe(404);
    expect(api.json()).toMatchObject({ status: 404, code: 'thing.not_found' });
  });
});

describe.each(ROLES)('somebody who is %s', (role) => {
  it('gets what the policy says from every closed route', async () => {
    const visitor = visitors.get(role) as Visitor;
    const wrong: string[] = [];
    await visitor.csrf();
    await inTurns(askedBy(role), async (route) => {
      const mayDo = mayAsk(role, route);
      const { statusCode } = await knock(route, visitor);
      const right = mayDo ? isRightForHolder(route, statusCode) : statusCode === 403;
      if (!right) wrong.push(`${nameOf(route)} answered ${statusCode}${mayDo ? '' : ', expected 403'}`);
    });
    expect(wrong).toEqual([]);
    // None of it cost the session.
    expect((await visitor.get('/')).statusCode).toBe(200);
  }, 120_000);

  it('finds nothing under what is no id', async () => {
    const visitor = visitors.get(role) as Visitor;
    const wrong: string[] = [];
    // Whoever lacks the permission is refused before the id is looked at, as the test above shows; those who hold it take turns.
    const open = closed.filter((each) => hasId(each) && each.method === 'GET');
    await inTurns([...open.entries()], async ([index, route]) => {
      const holders = ROLES.filter((each) => mayAsk(each, route));
      for (const [nth, odd] of ODD_IDS.entries()) {
        if (holders[(index + nth) % holders.length] !== role) continue;
        const { statusCode } = await visitor.get(addressOf(route, odd));
        if (![403, 404, 400].includes(statusCode)) wrong.push(`${nameOf(route)} with ${odd} answered ${statusCode}`);
      }
    });
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe('a form', () => {
  it('without the token of its page is refused everywhere, whoever sends it', async () => {
    const wrong: string[] = [];
    const forms = routes.filter((each) => !isApi(each) && each.method === 'POST');
    await inTurns(forms, async (route) => {
      const role = ROLES.find(
        (each) => route.permission !== null && world.policy.mightDo(actorOf(each), route.permission),
      );
      const visitor = visitors.get(role ?? 'administrator') as Visitor;
      for (const form of ['', '_csrf=forged']) {
        const { statusCode } = await visitor.ask({ method: 'POST', url: addressOf(route), form });
        if (statusCode !== 403) wrong.push(`${nameOf(route)} answered ${statusCode}`);
      }
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('with the token of another session is refused', async () => {
    const [one, other] = [visitors.get('administrator') as Visitor, visitors.get('auditor') as Visitor];
    const answer = await one.ask({ method: 'POST', url: '/sign-out', form: { _csrf: await other.csrf() } });
    expect(answer.statusCode).toBe(403);
    expect((await one.get('/')).statusCode).toBe(200);
  });
});

describe('all in all', () => {
  it('every closed route was asked by somebody who may not, wherever there is anybody', () => {
    const refusedTo = new Set(ROLES.flatMap((role) => askedBy(role).filter((route) => !mayAsk(role, route))));
    const never = closed.filter((route) => !refusedTo.has(route) && ROLES.some((role) => !mayAsk(role, route)));
    expect(never.map(nameOf)).toEqual([]);
  });

  it('nothing failed on our side', () => {
    expect(failuresOf(world)).toEqual([]);
  });
});
