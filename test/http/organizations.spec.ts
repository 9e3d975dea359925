/** The pages and the API of organizations, asked as people and as attackers ask. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { Organizations } from '../../src/features/organizations/index.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type Answer, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let officer: Visitor;
let district: string;

beforeAll(async () => {
  world = await openWebWorld();
  officer = await world.signIn('program_officer');
  district = newId();
  await world.db.work(systemActor('test'), (work) =>
    work.query(sql`insert into districts (id, created_at, name, position) values
      (${newId()}, ${work.now}, 'Auburn', 1), (${district}, ${work.now}, 'Tukwila', 2)`),
  );
}, 60_000);
afterAll(() => world?.close());

const html = (answer: Answer): HTMLElement => parse(answer.body);
const titleOf = (answer: Answer): string => html(answer).querySelector('h1')?.text.trim() ?? '';
const valueOf = (answer: Answer, name: string): string | undefined =>
  html(answer).querySelector(`[name="${name}"]`)?.getAttribute('value');

async function memberOf(id: string, role: 'owner' | 'viewer' = 'owner'): Promise<Visitor> {
  const { personId, accountId, email, name } = await organizationMember(world, id, role);
  return world.signIn({ personId, accountId, email, name });
}

describe('the pages', () => {
  it('take an organization from the empty form to its own page', async () => {
    const form = await officer.get('/organizations/new');
    expect(form.statusCode).toBe(200);
    expect(
      html(form)
        .querySelectorAll('input[type=checkbox]')
        .map((box) => box.getAttribute('value')),
    ).toContain(district);
    const sent = await officer.submit('/organizations', {
      name: 'Skyway Tutors',
      legalName: '',
      kind: 'community_organization',
      ein: '00-1234567',
      uei: 'ABC123DEF456',
      annualBudget: '$125,000.50',
      'serviceArea[1][districtId]': district,
    });
    expect(sent.statusCode).toBe(303);
    const shown = await officer.get(String(sent.headers.location));
    expect(titleOf(shown)).toBe('Skyway Tutors');
    const page = html(shown);
    expect(page.querySelector('.note--blue')?.text).toContain('Skyway Tutors was added.');
    expect(page.querySelector('.note--gold')?.text).toContain('No EIN starts with the two digits');
    expect(page.querySelector('.note--gold')?.text).toContain('does not fit');
    expect(page.querySelector('aside')?.text).toContain('$125,000.50');
    expect(page.querySelector('aside')?.text).toContain('Tukwila');
  });

  it('show a refused form again with all that was typed and what to mend', async () => {
    const sent = await officer.submit('/organizations', {
      name: 'Half Typed',
      kind: 'tribe',
      ein: '12345',
      zip: 'abc',
      mailDomains: 'half.example',
      'serviceArea[0][districtId]': district,
    });
    expect(sent.statusCode).toBe(422);
    expect(valueOf(sent, 'name')).toBe('Half Typed');
    expect(valueOf(sent, 'ein')).toBe('12345');
    expect(valueOf(sent, 'mailDomains')).toBe('half.example');
    const page = html(sent);
    expect(page.querySelector('select[name=kind] option[selected]')?.getAttribute('value')).toBe('tribe');
    expect(page.querySelectorAll('input[checked]').map((box) => box.getAttribute('value'))).toEqual([district]);
    const links = page.querySelectorAll('.error-summary a').map((link) => link.getAttribute('href'));
    expect(links).toEqual(['#f-zip', '#f-ein']);
    for (const link of links) expect(page.querySelector(String(link))).not.toBeNull();
  });

  it('tell a second organization with the same EIN at its field', async () => {
    await organization(world, { ein: '918888888' });
    const sent = await officer.submit('/organizations', { name: 'Twin', kind: 'school', ein: '918888888' });
    expect(sent.statusCode).toBe(409);
    expect(valueOf(sent, 'name')).toBe('Twin');
    expect(html(sent).querySelector('#f-ein-error')?.text).toContain('Another organization has this EIN');
  });

  it('tell a stale form who changed what, keep what was typed, and take it when it is sent again', async () => {
    const { id } = await organization(world, { name: 'Busy Place', city: 'Renton' });
    const opened = await officer.get(`/organizations/${id}/edit`);
    const version = valueOf(opened, 'version') ?? '';
    const other = await world.signIn('administrator');
    const first = await other.submit(`/organizations/${id}/update`, {
      name: 'Busy Place',
      kind: 'college',
      city: 'Kent',
      version,
    });
    expect(first.statusCode).toBe(303);
    const typed = { name: 'Busier Place', kind: 'tribe', city: 'Auburn' };
    const stale = await officer.submit(`/organizations/${id}/update`, { ...typed, version });
    expect(stale.statusCode).toBe(409);
    expect(valueOf(stale, 'name')).toBe('Busier Place');
    const note = html(stale).querySelector('.note--rust')?.text ?? '';
    expect(note).toContain(other.person.name);
    expect(note).toContain('The city is now Kent.');
    expect(note).toContain('The kind is now college.');
    const again = await officer.submit(`/organizations/${id}/update`, {
      ...typed,
      version: valueOf(stale, 'version') ?? '',
    });
    expect(again.statusCode).toBe(303);
    expect(await world.get(Organizations).find(world.db, id)).toMatchObject({ name: 'Busier Place', city: 'Auburn' });
  });

  it('record an exclusion check and a member, and end the member', async () => {
    const { id } = await organization(world, { uei: 'UYDJJ1S8DR85' });
    const form = await officer.get(`/organizations/${id}/record-exclusion-check`);
    expect(valueOf(form, 'queryText')).toBe('UYDJJ1S8DR85');
    const check = await officer.submit(`/organizations/${id}/record-exclusion-check`, {
      checkedOn: '11/10/2015',
      method: 'sam_gov',
      queryText: 'UYDJJ1S8DR85',
      result: 'clear',
    });
    expect(check.statusCode).toBe(303);
    const nobody = await officer.submit(`/organizations/${id}/add-member`, { address: 'x@example.org', role: 'owner' });
    expect(nobody.statusCode).toBe(422);
    expect(valueOf(nobody, 'address')).toBe('x@example.org');
    const person = await world.person([], 'Pat Sample');
    const added = await officer.submit(`/organizations/${id}/add-member`, { address: person.email, role: 'owner' });
    expect(added.statusCode).toBe(303);
    const shown = html(await officer.get(`/organizations/${id}`));
    expect(shown.querySelector('#exclusion-checks-caption')?.parentNode?.text).toContain('Not excluded');
    const roles = `/organizations/${id}/members/${person.personId}/roles`;
    expect(shown.querySelector(`a[href="${roles}"]`)).not.toBeNull();
    expect((await officer.get(roles)).body).toContain('Pat Sample');
    const ended = await officer.submit(roles, {});
    expect(ended.statusCode).toBe(303);
    expect(html(await officer.get(`/organizations/${id}`)).querySelector('main')?.text).not.toContain('Pat Sample');
  });

  it('ask which person is meant only when several share an address', async () => {
    const { id } = await organization(world);
    const [one, two] = [await world.person(), await world.person()];
    await world.db.work(systemActor('test'), (work) =>
      work.query(sql`insert into identifiers (id, created_at, person_id, kind, value)
        values (${newId()}, ${work.now}, ${two.personId}, 'address', ${one.email})`),
    );
    const asked = await officer.submit(`/organizations/${id}/add-member`, { address: one.email, role: 'viewer' });
    expect(asked.statusCode).toBe(422);
    const radios = html(asked)
      .querySelectorAll('input[name=personId]')
      .map((radio) => radio.getAttribute('value'));
    expect(radios.sort()).toEqual([one.personId, two.personId].sort());
    const chosen = { address: one.email, personId: two.personId, role: 'viewer' };
    expect((await officer.submit(`/organizations/${id}/add-member`, chosen)).statusCode).toBe(303);
  });

  it('list, search, sort and say when nothing is found', async () => {
    await organization(world, { name: 'Zebra & Sons <b>' });
    const found = html(await officer.get('/organizations?q=zebra&sort=-name'));
    expect(found.querySelector('#organizations-caption')?.parentNode?.querySelectorAll('tbody tr')).toHaveLength(1);
    expect(found.querySelector('tbody th')?.text).toContain('Zebra & Sons <b>');
    expect(found.querySelector('th[aria-sort]')?.getAttribute('aria-sort')).toBe('descending');
    expect((await officer.get('/organizations?q=no+such+thing')).body).toContain(
      'No organizations match “no such thing”',
    );
    expect((await officer.get('/organizations?kind=tribe&q=zebra')).statusCode).toBe(200);
    expect((await officer.get('/organizations?sort=ein')).statusCode).toBeGreaterThanOrEqual(400);
  });
});

describe('the export', () => {
  it('has every row in the chosen order, harmless to spreadsheets and without EINs', async () => {
    await organization(world, {
      name: '=HYPERLINK("http://x")',
      legalName: '@SUM(A1)',
      ein: '919999999',
      city: '-1+1',
    });
    const many = Array.from({ length: 205 }, (_, index) => ({ name: `Many ${index}`, kind: 'school' as const }));
    await Promise.all(many.map((each) => organization(world, each)));
    const answer = await officer.get('/organizations/export?sort=name');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="organizations-2015-11-10.csv"');
    const lines = answer.body
      .replace(/^\ufeff/, '')
      .trimEnd()
      .split('\r\n');
    const [row] = await world.db.query<{ count: number }>(sql`select count(*)::int as count from organizations`);
    expect(lines).toHaveLength((row?.count ?? 0) + 1);
    expect(lines[0]).toMatch(/^Name,Legal name,Kind,UEI,/);
    expect(answer.body).toContain(`"'=HYPERLINK(""http://x"")",'@SUM(A1),`);
    expect(answer.body).toContain(`,'-1+1,`);
    expect(answer.body).not.toContain('919999999');
    const some = await officer.get('/organizations/export?kind=school&q=Many');
    expect(some.body.trimEnd().split('\r\n')).toHaveLength(206);
  }, 30_000);

  it('has for an applicant only their own', async () => {
    const { id, name } = await organization(world, { name: 'Only this one' });
    const visitor = await memberOf(id);
    const lines = (await visitor.get('/organizations/export')).body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(name);
  });
});

describe('somebody of another organization', () => {
  it('gets 404 on every address with an id, and 403 where no role of theirs could', async () => {
    const own = await organization(world);
    const other = await organization(world, { name: 'Secret Garden' });
    const visitor = await memberOf(own.id);
    for (const id of [other.id, newId(), 'x', '../..']) {
      const at = `/organizations/${encodeURIComponent(id)}`;
      for (const url of [at, `${at}/edit-contact`, `/api${at}`]) {
        const answer = await visitor.get(url);
        expect([url, answer.statusCode]).toEqual([url, 404]);
        expect(answer.body).not.toContain('Secret Garden');
      }
      expect((await visitor.post(`/api${at}/update-contact`, { city: 'Kent' })).statusCode).toBe(404);
      expect((await visitor.submit(`${at}/update-contact`, { city: 'Kent' })).statusCode).toBe(404);
      expect((await visitor.get(`${at}/edit`)).statusCode).toBe(403);
      expect((await visitor.post(`/api${at}/update`, { name: 'x', kind: 'tribe' })).statusCode).toBe(403);
      expect((await visitor.post(`/api${at}/add-member`, { personId: newId(), role: 'owner' })).statusCode).toBe(404);
    }
    const list = (await visitor.get('/api/organizations')).json() as { items: { id: string }[] };
    expect(list.items.map((item) => item.id)).toEqual([own.id]);
    expect((await visitor.get('/organizations')).body).not.toContain('Secret Garden');
  });

  it('changes the contact of their own, and a viewer is told who can', async () => {
    const { id } = await organization(world, { ein: '921111111', note: 'For staff only' });
    const owner = await memberOf(id);
    const page = html(await owner.get(`/organizations/${id}/edit-contact`));
    expect(page.querySelector('[name=ein]')?.getAttribute('value') ?? '').toBe('');
    expect(page.querySelector('main')?.text).toContain('••-•••1111');
    const version = page.querySelector('[name=version]')?.getAttribute('value') ?? '';
    const sent = await owner.submit(`/organizations/${id}/update-contact`, { city: 'Kent', version });
    expect(sent.statusCode).toBe(303);
    const shown = await owner.get(`/organizations/${id}`);
    expect(shown.body).toContain('Kent');
    for (const hidden of ['921111111', '92-1111111', 'For staff only', 'Exclusion checks']) {
      expect(shown.body).not.toContain(hidden);
    }
    const smuggled = await owner.post(`/api/organizations/${id}/update-contact`, { city: 'Kent', ein: '921111112' });
    expect(smuggled.statusCode).toBe(422);
    const viewer = await memberOf(id, 'viewer');
    expect((await viewer.get(`/organizations/${id}/edit-contact`)).statusCode).toBe(403);
    expect((await viewer.get(`/organizations/${id}`)).statusCode).toBe(200);
    expect((await viewer.get(`/organizations/${id}`)).body).not.toContain('edit-contact');
  });
});

describe('the API', () => {
  it('answers 401 signed out, and the whole organization with its actions to staff', async () => {
    const { id } = await organization(world, { ein: '922222222', uei: 'ABC123DEF456' });
    expect((await world.inject({ url: `/api/organizations/${id}` })).statusCode).toBe(401);
    const answer = (await officer.get(`/api/organizations/${id}`)).json() as Record<string, unknown>;
    expect(answer).toMatchObject({
      id,
      version: 1,
      ein: '••-•••2222',
      members: [],
      exclusionChecks: [],
      uses: [],
      serviceArea: [],
      warnings: [expect.stringContaining('ABC123DEF456')],
    });
    expect((answer['actions'] as { name: string }[]).map((action) => action.name)).toEqual([
      'update',
      'update_contact',
      'invite',
      'add_document',
      'record_exclusion_check',
      'add_member',
      'end_member',
      'change_roles',
      'merge',
    ]);
    const auditor = await world.signIn('auditor');
    expect(((await auditor.get(`/api/organizations/${id}`)).json() as { actions: unknown[] }).actions).toEqual([]);
  });

  it('refuses unknown fields, money as a number, and ids that are none, each by its name', async () => {
    const answer = await officer.post('/api/organizations', {
      name: 'Api',
      kind: 'tribe',
      annualBudget: 5,
      fiscalSponsorId: 'x',
      state_: 'WA',
      id: newId(),
      version: '1',
      serviceArea: [{ districtId: district, share: 1 }],
    });
    expect(answer.statusCode).toBe(422);
    const { fields } = answer.json() as { fields: { field: string }[] };
    expect(fields.map((each) => each.field).sort()).toEqual(
      ['annualBudget', 'fiscalSponsorId', 'id', 'serviceArea[0].share', 'state_', 'version'].sort(),
    );
  });

  it('makes one organization of a request that is sent twice with one key', async () => {
    const ask = (): Promise<Answer> =>
      officer.ask({
        method: 'POST',
        url: '/api/organizations',
        json: { name: 'Once only', kind: 'tribe', annualBudget: { amount: '10.50', currency: 'USD' } },
        headers: { 'idempotency-key': 'organizations-once-1' },
      });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
    expect((first.json() as { id: string }).id).toBe((second.json() as { id: string }).id);
    expect((first.json() as { annualBudget: unknown }).annualBudget).toEqual({ amount: '10.50', currency: 'USD' });
  });
});
