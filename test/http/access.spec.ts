/** Who can do what, why not, and helping an organization, as pages and JSON. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { DUTY_PAIRS } from '../../src/features/identity/duty-pairs.js';
import type { Role } from '../../src/kernel/policy.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;

const WORLD_MILLISECONDS = 60_000;
const INPUT = { consent: 'phone', consentedBy: 'Dana Director', reason: 'Their budget' };

beforeAll(async () => {
  world = await openWebWorld();
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

const visitor = async (...roles: Role[]): Promise<Visitor> =>
  world.signIn(await world.person(roles.map((role) => ({ role }))));

describe('roles over JSON', () => {
  it('are proposed by one administrator and confirmed by another', async () => {
    const [first, second] = [await visitor('administrator'), await visitor('administrator')];
    const { personId } = await world.person();
    const at = `/api/people/${personId}/roles`;
    const proposed = await first.post(at, { role: 'finance_approver', scopeKind: 'agency', reason: 'Needed' });
    expect(proposed.statusCode).toBe(201);
    const { grants, roles } = proposed.json() as { roles: string[]; grants: { id: string; state: string }[] };
    expect([roles, grants[0]?.state]).toEqual([[], 'proposed']);
    const grantId = grants[0]?.id ?? '';
    const own = await first.post(`${at}/${grantId}/confirm`);
    expect([own.statusCode, own.json().code]).toEqual([403, 'role.confirmed_by_another']);
    const page = await second.get(`/people/${personId}`);
    expect(page.body).toContain(`/people/${personId}/roles/${grantId}/confirm`);
    expect((await first.get(`/people/${personId}`)).body).not.toContain(`/roles/${grantId}/confirm`);
    const confirmed = await second.post(`${at}/${grantId}/confirm`);
    expect([confirmed.statusCode, confirmed.json().roles]).toEqual([200, ['finance_approver']]);
  });
});

describe('who can do what', () => {
  it('is seen by administrators and auditors alone', async () => {
    for (const role of ['administrator', 'auditor'] as const) {
      const someone = await visitor(role);
      for (const path of ['/access', '/access/duties', '/api/access', '/api/access/duties']) {
        expect([path, (await someone.get(path)).statusCode]).toEqual([path, 200]);
      }
    }
    const other = await visitor('program_officer');
    for (const path of ['/access', '/access/duties', '/api/access', '/api/access/duties']) {
      expect([path, (await other.get(path)).statusCode]).toEqual([path, 403]);
    }
  });

  it('names those who hold a role in force, and can be searched', async () => {
    const officer = await world.person([{ role: 'finance_officer' }], 'Fiona Finance');
    const auditor = await visitor('auditor');
    const page = parse((await auditor.get('/access?role=finance_officer')).body);
    expect(page.querySelector('table')?.text).toContain(officer.name);
    const { rows } = (await auditor.get('/api/access?q=fiona')).json() as { rows: { people: { id: string }[] }[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ people }) => people.some(({ id }) => id === officer.personId))).toBe(true);
    expect((await auditor.get('/access?q=no+such+thing')).body).toContain('Nothing matches');
    const overview = parse((await auditor.get('/access')).body);
    expect(overview.querySelector('#holders-table-caption')?.closest('table')?.text).toContain(officer.name);
    expect(overview.querySelector('a[href="/access?area=award"]')).not.toBeNull();
    const award = parse((await auditor.get('/access?area=award')).body).querySelectorAll('tbody tr.group');
    expect(award.map(({ text }) => text.trim())).toEqual(['Award']);
  });

  it('knows every pair of duties', async () => {
    const known = world.policy.permissions();
    expect(DUTY_PAIRS.flatMap(({ first, second }) => [first, second]).filter((each) => !known.includes(each))).toEqual(
      [],
    );
  });
});

describe('why not', () => {
  it('is one link away from every refusal, and names roles and administrators', async () => {
    const administrator = await world.person([{ role: 'administrator' }], 'Ada Administrator');
    const reviewer = await visitor('reviewer');
    const refused = await reviewer.get('/people');
    expect(refused.statusCode).toBe(403);
    expect(parse(refused.body).querySelector('a[href="/why?permission=person.read"]')).not.toBeNull();
    const problem = (await reviewer.get('/api/people')).json() as { why: string };
    expect(problem.why).toBe('/api/why?permission=person.read');
    const page = await reviewer.get('/why?permission=person.read');
    expect(page.statusCode).toBe(200);
    for (const word of ['This takes a role you do not have', 'Auditor', administrator.name]) {
      expect(page.body).toContain(word);
    }
    const why = (await reviewer.get(problem.why)).json();
    expect(why).toMatchObject({ by: [], roles: [{ role: 'auditor' }, { role: 'administrator' }] });
  });

  it('says nothing of what does not exist, and nothing to the signed-out', async () => {
    const reviewer = await visitor('reviewer');
    expect((await reviewer.get('/why?permission=no.such')).statusCode).toBe(404);
    expect((await world.inject({ url: '/why?permission=person.read' })).statusCode).toBe(303);
    expect((await world.inject({ url: '/api/why?permission=person.read' })).statusCode).toBe(401);
  });

  it('offers all there is to ask about where nothing is asked', async () => {
    const reviewer = await visitor('reviewer');
    const page = await reviewer.get('/why');
    expect(page.statusCode).toBe(200);
    expect(parse(page.body).querySelector('a[href="/why?permission=person.read"]')).not.toBeNull();
    const { items } = (await reviewer.get('/api/why')).json() as { items: { permission: string }[] };
    expect(items.map(({ permission }) => permission)).toContain('person.read');
    expect((await reviewer.get('/why?surprise=1')).statusCode).toBe(400);
  });

  it('says where one’s own role counts', async () => {
    const officer = await visitor('program_officer');
    const page = await officer.get('/why?permission=assistance.end');
    expect(page.body).toContain('Your role includes it, but not here or not now');
    const own = await officer.get('/me/access');
    const [role, everyone] = parse(own.body).querySelectorAll('main .section');
    expect(role?.querySelector('h2')?.text).toBe('Program officer');
    // Where, until when, by whom and why; then what, in plain words and not by the states of things.
    expect(role?.querySelector('.listed')?.text).toMatch(/The whole agency.*Since .* Why: /s);
    expect(role?.text).toContain('Send an application back for a fix.');
    expect(everyone?.querySelector('h2')?.text).toBe('Everybody signed in');
    expect(own.body).not.toMatch(/only while|while submitted|within the fund/i);
  });
});

describe('why not, in an organization', () => {
  it('names one’s part there and its owners, who decide, and no administrators', async () => {
    const administrator = await world.person([{ role: 'administrator' }], 'Adele Administrator');
    const { id, name } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const viewer = await world.signIn(await organizationMember(world, id, 'viewer'));
    const refused = await viewer.get(`/organizations/${id}/invite`);
    expect(refused.statusCode).toBe(403);
    const href = parse(refused.body).querySelector('a[href^="/why"]')?.getAttribute('href') ?? '';
    const page =
      parse((await viewer.get(href)).body)
        .querySelector('main')
        ?.text.replace(/\s+/g, ' ') ?? '';
    expect(page).toContain('Your part in the organization does not include it, or not now');
    expect(page).toContain(`Viewer: ${name} Reads everything and changes nothing.`);
    expect(page).toContain(`Owners of ${name}${owner.name}`);
    expect(page).not.toContain(administrator.name);
    const own = parse((await viewer.get('/me/access')).body).querySelector('main')?.text ?? '';
    expect(own).toContain(`Viewer: ${name}`);
    expect(own).toContain('See your own account and roles.');
    expect(own).not.toMatch(/\b(their own|theirs|themselves|oneself|one acts|one's)\b/);
    expect(
      parse((await viewer.get('/me')).body)
        .querySelector('#my-roles-caption')
        ?.closest('table')?.text,
    ).toContain('Viewer');
  });

  it('leads who acts for nobody yet to registering theirs', async () => {
    const newcomer = await world.signIn(await world.person([]));
    const page = parse((await newcomer.get('/why?permission=application.submit')).body);
    expect(page.querySelector('main')?.text).toContain('You act for none yet. Register yours, or ask to join it.');
    expect(page.querySelector('main a[href="/organizations/register"]')).not.toBeNull();
  });

  it('never lists a dozen states', async () => {
    const participant = await visitor('participant');
    const page = (await participant.get('/why?permission=award.read')).body;
    expect(page).toContain('where the role is held, at some of its stages');
    expect(page).not.toContain('or suspended or');
  });
});

describe('helping an organization', () => {
  it('begins and ends by forms, shows on every page, and opens the next request as its editor', async () => {
    const { id, name } = await organization(world);
    const owner = await organizationMember(world, id);
    const officer = await visitor('program_officer');
    const at = `/organizations/${id}/assistances`;
    expect((await officer.get('/')).body).not.toContain('assist-line');
    const begun = await officer.ask({ method: 'POST', url: at, form: { ...INPUT, _csrf: await officer.csrf() } });
    expect([begun.statusCode, begun.headers['location']]).toEqual([303, `/organizations/${id}`]);
    const line = parse((await officer.get('/')).body).querySelector('.assist-line');
    expect(line?.text).toContain(name);
    // Who helps is no member, so has nothing to leave.
    expect((await officer.get(`/organizations/${id}`)).body).not.toContain(`/organizations/${id}/leave`);
    // The lent role is not told as one of theirs.
    expect((await officer.get('/')).body).not.toContain('Program officer, Applicant');
    const theirs = await world.signIn(owner as never);
    const seen = await theirs.get(at);
    expect(seen.body).toContain('Dana Director');
    const { items } = (await theirs.get('/api/assistances')).json() as { items: { id: string }[] };
    const ended = await theirs.post(`/api${at}/${items[0]?.id}/end`, { note: 'Done' });
    expect(ended.statusCode).toBe(200);
    expect((await officer.get('/')).body).not.toContain('assist-line');
  });

  it('is refused in words at the form', async () => {
    const { id } = await organization(world);
    const officer = await visitor('program_officer');
    const at = `/organizations/${id}/assistances`;
    const form = { ...INPUT, consentedBy: '', endsOn: '1/1/2050', _csrf: await officer.csrf() };
    const refused = await officer.ask({ method: 'POST', url: at, form });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).querySelector('input[name="endsOn"]')?.getAttribute('value')).toBe('1/1/2050');
  });
});
