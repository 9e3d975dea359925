/** From the public page to an organization with two colleagues, as people do it: by pages and mails. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { sql } from '../../src/platform/database/sql.js';
import { Organizations } from '../../src/features/organizations/index.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;

beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(async () => {
  await world?.close();
});

const html = (answer: Answer): HTMLElement => parse(answer.body);
const titleOf = (answer: Answer): string => html(answer).querySelector('h1')?.text.trim() ?? '';

/** A browser that keeps its cookies and sends the forms of the pages it was shown. */
class Browser {
  private readonly cookies = new Map<string, string>();
  page!: Answer;

  async open(url: string): Promise<HTMLElement> {
    return this.take(await world.inject({ url: path(url), headers: this.headers() }), url);
  }

  /** Fills in and sends the form of the page that posts to an address with this end. */
  async send(end: string, typed: Readonly<Record<string, string>> = {}): Promise<HTMLElement> {
    const form = html(this.page)
      .querySelectorAll('form[method=post]')
      .find((each) => (each.getAttribute('action') ?? '').split('?')[0]?.endsWith(end));
    if (form === undefined) throw new Error(`No form ends in ${end} on ${titleOf(this.page)}: ${this.page.statusCode}`);
    const body = new URLSearchParams();
    for (const input of form.querySelectorAll('input')) {
      const [name, type] = [input.getAttribute('name'), input.getAttribute('type') ?? 'text'];
      const isOff = ['checkbox', 'radio'].includes(type) && !input.hasAttribute('checked');
      if (name && !isOff && !(name in typed)) body.append(name, input.getAttribute('value') ?? '');
    }
    for (const [name, value] of Object.entries(typed)) body.append(name, value);
    const url = form.getAttribute('action') ?? '';
    const headers = this.headers();
    return this.take(await world.inject({ method: 'POST', url, form: body.toString(), headers }), url);
  }

  private headers(): Record<string, string> {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  private async take(answer: Answer, _from: string): Promise<HTMLElement> {
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    const { location } = answer.headers;
    if (answer.statusCode === 303) return this.open(String(location));
    this.page = answer;
    return html(answer);
  }
}

const path = (url: string): string => url.replace('http://granary.test', '').split('#')[0] ?? '/';

/** The link in the last mail to this address. */
async function linkTo(address: string): Promise<string> {
  await world.drain();
  const row = await world.db.find<{ body: string }>(
    sql`select body from mails where recipient = ${address} order by created_at desc, id desc limit 1`,
  );
  return path(/http:\/\/granary\.test\S+/.exec(row?.body ?? '')?.[0] ?? '');
}

describe('a new director', () => {
  it('gets from the public page to an organization with two colleagues, without a program officer', async () => {
    const director = new Browser();
    const front = await director.open('/');
    const start = front.querySelector('.page-head a.usa-button')?.getAttribute('href') ?? '';
    await director.open(start);
    await director.send('/sign-up', { name: 'Dana Director', email: 'dana@harbor.example' });
    await director.open(await linkTo('dana@harbor.example'));
    const form = await director.send('', {});
    expect(form.querySelector('h1')?.text).toContain('Register your organization');
    // That there is no number yet is what most would answer, and it is chosen beforehand.
    expect(form.querySelector('input[name=einAnswer][value=not_yet]')?.hasAttribute('checked')).toBe(true);
    const invite = await director.send('/organizations/register', {
      name: 'Harbor Reading Room',
      kind: 'community_organization',
      also: 'signatory',
    });
    expect(invite.querySelector('h1')?.text).toContain('Invite your colleagues');
    const shown = await director.send('/invite', { addresses: 'lee@harbor.example\nkim@harbor.example' });
    expect(shown.querySelector('h1')?.text).toContain('Harbor Reading Room');
    // The place on the page it goes to does not swallow what is said there.
    expect(shown.querySelector('.page-note')?.text).toContain('2 invitations are on their way.');
    expect(shown.querySelector('main')?.text).toContain('Owner, Signatory');
    expect(shown.querySelector('main')?.text).toContain('kim@harbor.example');
    for (const [name, address] of [
      ['Lee Colleague', 'lee@harbor.example'],
      ['Kim Colleague', 'kim@harbor.example'],
    ] as const) {
      const colleague = new Browser();
      const link = await linkTo(address);
      expect(link).toMatch(/^\/join\//);
      // A scanner follows the link, and it still works.
      await new Browser().open(link);
      const joining = await colleague.open(link);
      expect(joining.querySelector('h1')?.text).toContain('Join Harbor Reading Room');
      const arrived = await colleague.send(link, { name });
      expect(arrived.querySelector('h1')?.text).toContain('Harbor Reading Room');
      expect(arrived.querySelector('.page-note')?.text).toContain('You can act for Harbor Reading Room from now on.');
      expect((await colleague.open('/')).querySelector('main')?.text).toContain('See what you can apply for');
      await new Browser().open(link).then((over) => expect(over.querySelector('h1')?.text).not.toContain('Join'));
    }
    const whole = (await director.open('/organizations')).querySelector('main')?.text ?? '';
    expect(whole).toContain('Harbor Reading Room');
    const people = await world.db.query(sql`
      select distinct m.person_id from organization_members m join organizations o on o.id = m.organization_id
      where o.name = 'Harbor Reading Room' and m.ended_at is null`);
    expect(people).toHaveLength(3);
    expect(failuresOf(world)).toEqual([]);
  });

  it('invites somebody on a device where another is signed in: they sign out and are back at the invitation', async () => {
    const { id } = await organization(world);
    const owner = await world.signIn(await organizationMember(world, id, 'owner'));
    await owner.submit(`/organizations/${id}/invite`, { addresses: 'pat@harbor.example', roles: 'viewer' });
    const link = await linkTo('pat@harbor.example');
    const page = html(await owner.get(link));
    expect(page.querySelector('main')?.text).toContain(`${owner.person.name} is signed in and would join`);
    const form = page.querySelector('main form[action="/sign-out"]');
    expect(form?.querySelector('input[name=next]')?.getAttribute('value')).toBe(link);
    const out = await owner.submit('/sign-out', { next: link });
    expect([out.statusCode, out.headers['location']]).toEqual([303, link]);
    expect((await owner.get('/me')).statusCode).toBe(303);
    const other = await world.signIn('clerk');
    for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example']) {
      const sent = await (await world.signIn(other.person)).submit('/sign-out', { next });
      expect([next, sent.headers['location']]).toEqual([next, '/sign-in']);
    }
  });

  it('is shown those it may be, keeps what was typed, and asks to join', async () => {
    const there = await organization(world, { name: 'Valley Arts Collective', city: 'Auburn', note: 'Hush hush' });
    const owner = await organizationMember(world, there.id, 'owner');
    const visitor = await world.signIn(await world.person([], 'Ash Asker'));
    const refused = await visitor.submit('/organizations/register', {
      name: 'Valley Art Collective',
      kind: 'community_organization',
      einAnswer: 'not_yet',
    });
    expect(refused.statusCode).toBe(409);
    const page = html(refused);
    expect(page.querySelector('.todo')?.text).toContain('Auburn');
    expect(page.querySelector('[name=name]')?.getAttribute('value')).toBe('Valley Art Collective');
    for (const hidden of ['Hush', owner.name]) expect(refused.body).not.toContain(hidden);
    const ask = `/organizations/${there.id}/ask-to-join`;
    expect(page.querySelector(`a[href="${ask}"]`)).not.toBeNull();
    expect((await visitor.get(`/organizations/${there.id}`)).statusCode).toBe(403);
    expect((await visitor.get(ask)).statusCode).toBe(200);
    expect((await visitor.submit(ask, { message: 'I teach there' })).statusCode).toBe(303);
    expect((await visitor.get('/organization-claims')).body).toContain('Valley Arts Collective');
    expect((await visitor.get('/')).body).toContain('You asked to join Valley Arts Collective');
    const sitting = await world.signIn({ ...owner });
    expect((await sitting.get('/')).body).toContain('Ash Asker asks to join');
    const list = html(await sitting.get('/organization-claims'));
    const href = list.querySelector('#waiting a, [id^=waiting] a')?.getAttribute('href') ?? '';
    const claim = href || (list.querySelector('main a[href^="/organization-claims/"]')?.getAttribute('href') ?? '');
    expect((await sitting.get(claim)).body).toContain('I teach there');
    expect((await sitting.submit(`${claim}/approve`, { roles: 'editor' })).statusCode).toBe(303);
    expect((await visitor.get(`/organizations/${there.id}`)).statusCode).toBe(200);
    // Who acts for it already opens it: asking again would lead nowhere.
    const again = html(
      await visitor.submit('/organizations/register', {
        ...{ name: 'Valley Art Collective', kind: 'community_organization', einAnswer: 'not_yet' },
      }),
    );
    expect(again.querySelector(`.todo a[href="/organizations/${there.id}"]`)?.text).toContain('Open it');
    expect(failuresOf(world)).toEqual([]);
  });
});

describe('the pages of an organization', () => {
  let officer: Visitor;

  beforeAll(async () => {
    officer = await world.signIn('program_officer');
  });

  it('merge in two steps, and the merged one leads to the other', async () => {
    const from = await organization(world, { name: 'Doubled House' });
    const into = await organization(world, { name: 'Doubled House Inc' });
    const choice = await officer.get(`/organizations/${from.id}/merge`);
    expect(html(choice).querySelector(`a[href="/organizations/${from.id}/merge?into=${into.id}"]`)).not.toBeNull();
    expect((await officer.get(`/organizations/${from.id}/merge?into=${into.id}`)).body).toContain(
      'Merge them for good',
    );
    const bare = await officer.submit(`/organizations/${from.id}/merge`, { intoId: into.id });
    // Said once, at the form: not above the page as well.
    expect(html(bare).querySelectorAll('.error-summary')).toHaveLength(1);
    expect(html(bare).querySelector('.page-note')).toBeNull();
    expect(bare.statusCode).toBe(422);
    const done = await officer.submit(`/organizations/${from.id}/merge`, { intoId: into.id, note: 'Same house' });
    expect(String(done.headers.location)).toBe(`/organizations/${into.id}`);
    const old = html(await officer.get(`/organizations/${from.id}`));
    expect(old.querySelector('.note--blue')?.text).toContain('merged into Doubled House Inc');
    expect(old.querySelectorAll('.page-head__actions a, .page-head__actions form')).toHaveLength(0);
  });

  it('show a whole EIN only by sending a reason, never by opening an address', async () => {
    const { id } = await organization(world, { ein: '914800001' });
    const finance = await world.signIn('finance_officer');
    expect((await finance.get(`/organizations/${id}/unmask-ein`)).body).not.toContain('4800001');
    const shown = await finance.submit(`/organizations/${id}/unmask-ein`, { reason: 'For the W-9 check' });
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain('91-4800001');
    expect(shown.headers['cache-control']).toContain('no-store');
    expect((await finance.submit(`/organizations/${id}/unmask-ein`, {})).statusCode).toBe(422);
    expect((await officer.submit(`/organizations/${id}/unmask-ein`, { reason: 'x' })).statusCode).toBe(403);
    const api = await finance.ask({
      method: 'POST',
      url: `/api/organizations/${id}/unmask-ein`,
      json: { reason: 'By machine' },
      headers: { 'idempotency-key': 'unmask-1' },
    });
    expect(api.json()).toEqual({ ein: '91-4800001' });
    const kept = await world.db.query(sql`select * from idempotency_keys`);
    expect(JSON.stringify(kept)).not.toContain('4800001');
  });

  it('change roles and let people leave', async () => {
    const { id } = await organization(world);
    const owner = await world.signIn(await organizationMember(world, id, 'owner'));
    const editor = await organizationMember(world, id, 'editor');
    const roles = `/organizations/${id}/members/${editor.personId}/roles`;
    expect((await owner.get(roles)).statusCode).toBe(200);
    expect((await owner.submit(roles, { roles: 'viewer' })).statusCode).toBe(303);
    const visitor = await world.signIn(editor);
    expect((await visitor.get(roles)).statusCode).toBe(403);
    expect((await visitor.get(`/organizations/${id}/leave`)).statusCode).toBe(200);
    expect((await visitor.submit(`/organizations/${id}/leave`)).statusCode).toBe(303);
    expect((await visitor.get(`/organizations/${id}`)).statusCode).toBe(403);
    const alone = await owner.submit(`/organizations/${id}/leave`);
    expect(alone.statusCode).toBe(409);
    expect(alone.body).toContain('There must be an owner left');
    expect(await world.get(Organizations).find(world.db, id)).toBeDefined();
  });

  it('take a paper with its file and its days', async () => {
    const { id } = await organization(world);
    const owner = await world.signIn(await organizationMember(world, id, 'owner'));
    const form = await owner.get(`/organizations/${id}/add-document`);
    expect(html(form).querySelector('form[enctype="multipart/form-data"]')).not.toBeNull();
    const empty = await owner.submit(`/organizations/${id}/add-document`, { kind: 'insurance' });
    expect(empty.statusCode).toBe(422);
    expect((await owner.get(`/organizations/${id}/add-document?replaces=not-an-id`)).statusCode).toBe(200);
  });
});
