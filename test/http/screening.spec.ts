/** Screening, letters of intent, help and exports as people see them: by plain forms. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { lookedUp } from '../factories/screening.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let round: MadeRound;
let officer: Visitor;
const requested = Money.parse('20000');

beforeAll(async () => {
  world = await openWebWorld();
  round = await publishedRound(world, {
    lettersUntil: world.db.currentCalendar.addDays(world.db.today, 5),
  });
  officer = await world.signIn('program_officer');
});

afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

const sent = (title?: string): Promise<MadeApplication> =>
  submittedApplication(world, { roundId: round.roundId, requested, title });

const visitorOf = async (made: { owner: { personId: string; name: string } }): Promise<Visitor> => {
  const [account] = await world.db.query<{ accountId: string; email: string }>(sql`
    select a.id as "accountId", i.value as email from accounts a
      join identifiers i on i.person_id = a.person_id and i.kind = 'address' where a.person_id = ${made.owner.personId}`);
  return world.signIn({
    ...{ personId: made.owner.personId, name: made.owner.name },
    ...{ accountId: account?.accountId ?? '', email: account?.email ?? '' },
  });
};

const pathOf = (answer: { headers: Record<string, unknown> }): string => String(answer.headers['location']);

describe('the worklist', () => {
  it('shows what the house found, and hostile text as text', async () => {
    await sent('<script>alert(1)</script>');
    const { statusCode, body } = await officer.get('/screening');
    expect(statusCode).toBe(200);
    expect(body).toContain('&lt;script&gt;');
    expect(body).not.toContain('<script>alert');
    expect(body).toContain('Exclusion');
    for (const query of ['check=exclusion', 'state=all&sort=-requested', 'atLeast=100&atMost=500', 'q=%25']) {
      expect((await officer.get(`/screening?${query}`)).statusCode).toBe(200);
    }
    expect((await officer.get('/screening?state=nothing')).statusCode).toBe(400);
  });

  it('is worked through without sixty ticks: all at once, back to the same list, and on to the next', async () => {
    const one = await sent('Sixty one');
    const two = await sent('Sixty two');
    const list = `/screening?q=Sixty&round=${round.roundId}`;
    const page = parse((await officer.get(list)).body);
    const all = page.querySelector('.screening-run > a');
    expect(all?.text).toBe('Choose all 2 on this page');
    const ticked = parse((await officer.get(all?.getAttribute('href') ?? '')).body);
    expect(ticked.querySelectorAll('input[type=checkbox][checked]')).toHaveLength(2);
    const narrowed = ticked.querySelector('input[name="list"]')?.getAttribute('value') ?? '';
    const query = new URLSearchParams({
      ...{ action: 'screen_in', list: narrowed },
      ...{ [`pick-${one.applicationId}`]: 'yes', [`pick-${two.applicationId}`]: 'yes' },
    });
    const choose = parse((await officer.get(`/screening/choose?${query.toString()}`)).body);
    // What would be refused is said before, not of each afterwards.
    expect(choose.querySelector('.note')?.text).toContain('2 have open checks and would be refused');
    const form = choose.querySelector('form[action^="/screening/runs"]');
    const back = (element: string): string =>
      new URL(choose.querySelector(element)?.getAttribute('href') ?? '', 'http://x').search;
    expect(new URLSearchParams(back('.form__end a')).get('q')).toBe('Sixty');
    const values = Object.fromEntries(
      form
        ?.querySelectorAll('input[name]')
        .map((each) => [each.getAttribute('name') ?? '', each.getAttribute('value') ?? '']) ?? [],
    );
    const { _csrf, ...sentValues } = values;
    expect(_csrf).toBeDefined();
    const done = await officer.submit(form?.getAttribute('action') ?? '', sentValues);
    const run = parse((await officer.get(pathOf(done))).body);
    expect(run.querySelector('.page-head__actions a')?.getAttribute('href')).toContain('q=Sixty');
    // A list that is none leads to the whole one.
    expect((await officer.get('/screening/choose?list=%2F%2Felsewhere.example')).body).toContain('href="/screening"');
    const shown = parse((await officer.get(`/screening/${one.applicationId}`)).body);
    expect(shown.querySelector('.page-head__actions a.action-link')?.text).toContain('Next to screen');
  });

  it('is written to by a message that begins with the same list', async () => {
    const { body } = await officer.get(`/screening?round=${round.roundId}&q=Garden`);
    const [, href = ''] = /href="(\/broadcasts\/new[^"]*)"/.exec(body) ?? [];
    const address = href.replace(/&(amp|#38);/g, '&').replace(/&#x3D;/g, '=');
    expect(new URL(address, 'http://localhost').searchParams.getAll('state')).toEqual(['submitted', 'appealed']);
    const form = await officer.get(address);
    expect(form.statusCode).toBe(200);
    expect(form.body).toContain(`value="${round.roundId}" selected`);
    expect(form.body).toContain('value="Garden"');
    expect(form.body.match(/name="states"[^>]*checked/g)).toHaveLength(2);
  });

  it('begins a message with the amounts and the check as well, and takes no amount that is none', async () => {
    const path = `/broadcasts/new?round=${round.roundId}&state=submitted`;
    const form = await officer.get(`${path}&atLeast=1000.00&check=exclusion`);
    expect(form.statusCode).toBe(200);
    expect(form.body).toMatch(/name="atLeast"[^>]*value="1,000/);
    expect(form.body).toContain('value="exclusion" selected');
    expect((await officer.get(`${path}&atLeast=nothing&atMost[]=1`)).statusCode).toBe(200);
    const list = await officer.get('/screening?state=all&atLeast=1000');
    expect(list.body).toContain('More filters: 1 set');
  });

  it('has one filled button on the page of an application: judging, until nothing waits for it', async () => {
    const { applicationId } = await sent();
    const filled = (body: string): string[] => body.match(/class="usa-button" type="submit">[^<]*/g) ?? [];
    const waiting = filled((await officer.get(`/screening/${applicationId}`)).body);
    expect(waiting).toEqual(['class="usa-button" type="submit">Save what you judged']);
  });

  it('judges by a form that says what is missing and keeps what was typed', async () => {
    const { applicationId } = await sent();
    const path = `/screening/${applicationId}`;
    const missing = await officer.submit(`${path}/judgements`, {
      'judgements[0].check': 'exclusion',
      'judgements[0].judgement': 'fine',
    });
    expect(missing.statusCode).toBe(422);
    expect(missing.body).toContain('Say why');
    const saved = await officer.submit(`${path}/judgements`, {
      'judgements[0].check': 'exclusion',
      'judgements[0].judgement': 'fine',
      'judgements[0].reason': 'A public body, looked up by hand.',
    });
    expect([saved.statusCode, pathOf(saved)]).toEqual([303, path]);
    expect((await officer.get(path)).body).toContain('A public body, looked up by hand.');
  });

  it('takes one step for those that are ticked, and a double click does it once', async () => {
    const [one, two] = [await sent(), await sent()];
    await lookedUp(world, one.organizationId);
    const choose = await officer.get(
      `/screening/choose?action=screen_in&pick-${one.applicationId}=yes&pick-${two.applicationId}=yes`,
    );
    expect(choose.body).toContain('Screen in 2 applications');
    const versions = await world.db.query<{ id: string; version: number }>(sql`
      select id, version from applications where id = any(${[one.applicationId, two.applicationId]}::uuid[])`);
    const form = Object.fromEntries([
      ['action', 'screen_in'],
      ['_key', 'one-and-the-same-key'],
      ...versions.flatMap(({ id, version }, index) => [
        [`items[${index}].id`, id],
        [`items[${index}].version`, String(version)],
      ]),
    ]) as Record<string, string>;
    const answers = [await officer.submit('/screening/runs', form), await officer.submit('/screening/runs', form)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect(pathOf(answers[0] as never)).toBe(pathOf(answers[1] as never));
    const { body } = await officer.get(pathOf(answers[0] as never));
    expect(body).toContain('1 done, 1 refused');
    expect(body).toContain('Still open: Exclusion.');
  });

  it('says what to do when nothing was ticked, and shows the form again when the day is missing', async () => {
    expect((await officer.get('/screening/choose')).body).toContain('Choose what to do');
    expect((await officer.get('/screening/choose?action=return')).body).toContain('No applications are chosen');
    const { applicationId } = await sent();
    const again = await officer.submit('/screening/runs', {
      ...{ action: 'return', 'items[0].id': applicationId, 'items[0].version': '2', note: 'Add the names.' },
    });
    expect(again.statusCode).toBe(422);
    expect(again.body).toContain('Add the names.');
    expect(again.body).toContain(applicationId);
  });

  it('is had as a file', async () => {
    const form = await officer.get('/exports/new?list=screening&state=all&q=Application');
    expect(form.statusCode).toBe(200);
    expect(form.body).toContain('state&#x3D;all&amp;q&#x3D;Application');
    const asked = await officer.submit('/exports', { list: 'screening', format: 'xlsx', search: 'state=all' });
    expect(asked.statusCode).toBe(303);
    expect((await officer.get(pathOf(asked))).body).toContain('being made');
    await world.drain();
    expect((await officer.get(pathOf(asked))).body).toContain('Your file is ready');
    const file = await officer.get(`${pathOf(asked)}/file`);
    expect(file.statusCode).toBe(200);
    expect(String(file.headers['content-disposition'])).toMatch(/^attachment; filename="screening-2015-11-10\.xlsx"/);
    expect(file.rawPayload.subarray(0, 2).toString()).toBe('PK');
    const other = await world.signIn('program_officer');
    expect((await other.get(`${pathOf(asked)}/file`)).statusCode).toBe(404);
    expect((await officer.get('/exports/new?list=nothing')).statusCode).toBe(404);
  });
});

describe('an applicant', () => {
  it('asks for help where they write, and reads who helps and for how long', async () => {
    const made = await draftApplication(world, { roundId: round.roundId, requested });
    const owner = await visitorOf(made);
    const form = await owner.get(`/technical-assistances/new?application=${made.applicationId}`);
    expect(form.body).toContain(made.applicationId);
    const asked = await owner.submit('/technical-assistances', {
      ...{ applicationId: made.applicationId, topic: 'budget', question: 'May we pay for bus passes?' },
    });
    expect(asked.statusCode).toBe(303);
    const path = pathOf(asked);
    expect((await officer.get('/')).body).toContain('asks for help');
    const seen = await officer.get(path);
    expect(seen.body).toContain('no longer read, screen, review or decide');
    const taken = await officer.submit(`${path}/take`, { version: '1', advisorId: officer.person.personId });
    expect(taken.statusCode).toBe(303);
    const wrong = await officer.submit(`${path}/entries`, {
      givenOn: '11/10/2015',
      minutes: '1',
      way: 'call',
      note: 'x',
    });
    expect(wrong.statusCode).toBe(422);
    const noted = await officer.submit(`${path}/entries`, {
      ...{ givenOn: '11/10/2015', minutes: '90', way: 'meeting', note: 'Went through the list.' },
    });
    expect(noted.statusCode).toBe(303);
    const { body } = await owner.get(path);
    expect(body).toContain('1.5');
    expect(body).toContain('Went through the list.');
    const list = await owner.get('/technical-assistances');
    expect(list.body).toContain(path);
    // Another officer takes it from there, so that the others of these tests stay without a conflict.
    expect((await officer.submit(`${path}/close`, { version: '2' })).statusCode).toBe(303);
  });

  it('sends a letter of intent, which the agency reads', async () => {
    const { id: organizationId } = await organization(world);
    const member = await organizationMember(world, organizationId, 'owner');
    const owner = await visitorOf({ owner: member });
    expect((await owner.get('/letters-of-intent/new')).body).toContain(round.roundId);
    const answer = await owner.submit('/letters-of-intent', {
      ...{ roundId: round.roundId, organizationId, title: 'We mean to apply', summary: 'With families.' },
      expected: '12,000',
    });
    expect(answer.statusCode).toBe(303);
    const path = pathOf(answer);
    expect((await officer.get('/letters-of-intent')).body).toContain('We mean to apply');
    expect((await owner.get(`${path}/edit`)).body).toContain('12,000.00');
    expect((await owner.submit(`${path}/edit`, { version: '1', title: '', summary: 'x' })).statusCode).toBe(422);
    expect((await officer.submit(`${path}/acknowledge`, { version: '1' })).statusCode).toBe(303);
    expect((await owner.get(path)).body).toContain('Read by the agency');
    expect((await owner.submit(`${path}/withdraw`, { version: '2' })).statusCode).toBe(303);
    const again = await owner.submit(`${path}/edit`, { version: '3', title: 'Again', summary: 'x' });
    expect(again.statusCode).toBe(403);
  });

  it('sees nothing of screening, nor of what others asked and sent', async () => {
    const theirs = await draftApplication(world, { roundId: round.roundId, requested });
    const owner = await visitorOf(theirs);
    const [help] = await world.db.query<{ id: string }>(sql`select id from technical_assistances limit 1`);
    const [letter] = await world.db.query<{ id: string }>(sql`select id from letters_of_intent limit 1`);
    const made = await sent();
    expect((await owner.get('/screening')).statusCode).toBe(403);
    expect((await owner.get(`/screening/${made.applicationId}`)).statusCode).toBe(403);
    expect((await owner.get(`/technical-assistances/${help?.id}`)).statusCode).toBe(404);
    expect((await owner.get(`/letters-of-intent/${letter?.id}`)).statusCode).toBe(404);
    const forged = await owner.post('/api/technical-assistances', {
      ...{ applicationId: made.applicationId, topic: 'budget', question: 'x', advisorId: officer.person.personId },
    });
    expect(forged.statusCode).toBe(422);
    expect((await owner.get('/exports/new?list=screening')).statusCode).toBe(404);
  });
});
