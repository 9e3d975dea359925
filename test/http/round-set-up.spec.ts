/** Setting a round up on its pages, and what everybody does on its public ones: checked, commented, tried, subscribed to. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { formFile } from '../../src/features/forms/form.file.js';
import { DEFAULT_FORM, Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { CommentGroups } from '../../src/features/rounds/comment-groups.service.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { fundWithPools } from '../factories/funds.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, publishedRound } from '../factories/rounds.js';
import { parse } from 'node-html-parser';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');

let world: WebWorld;
let officer: Visitor;

beforeAll(async () => {
  world = await openWebWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  officer = await world.signIn('program_officer');
}, 120_000);

afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

/** A form of somebody who is not signed in, with the token of the page it stands on. */
async function submitAsStranger(url: string, form: Record<string, string>): Promise<Answer> {
  const shown = await world.inject({ url });
  const cookie = String(shown.headers['set-cookie']).split(';')[0] ?? '';
  const token = /name="_csrf" value="([^"]+)"/.exec(shown.body)?.[1] ?? '';
  return world.inject({ method: 'POST', url, headers: { cookie }, form: { ...form, _csrf: token } });
}

describe('a program officer', () => {
  it('is told all that is missing, each with the page where it is mended', async () => {
    const { roundId } = await draftRound(world);
    const shown = await officer.get(`/rounds/${roundId}`);
    expect(shown.statusCode).toBe(200);
    for (const part of ['edit', 'rubric', 'eligibility', 'form', 'criteria']) {
      expect(shown.body).toContain(`href="/rounds/${roundId}/${part}"`);
    }
    for (const path of ['edit', 'rubric', 'eligibility', 'form', 'criteria', 'copy', 'rehearsal', 'rehearsal/form']) {
      expect([path, (await officer.get(`/rounds/${roundId}/${path}`)).statusCode]).toEqual([path, 200]);
    }
    expect((await officer.get(`/rounds/${roundId}/changes`)).statusCode).toBe(404);
  });

  it('builds a form from the round, and finds the way back from every page of the builder', async () => {
    const { roundId } = await draftRound(world);
    const round = `/rounds/${roundId}`;
    const chosen = await officer.submit(`${round}/form/build`, {});
    expect(chosen.statusCode).toBe(303);
    const builder = String(chosen.headers.location).replace(/[?#].*$/, '');
    expect(builder).toMatch(/^\/form-versions\//);
    const backFrom = async (url: string): Promise<boolean> => {
      const shown = await officer.get(url);
      expect([url, shown.statusCode]).toEqual([url, 200]);
      return parse(shown.body).querySelector(`.page-head a[href="${round}"]`) !== null;
    };
    expect(await backFrom(builder)).toBe(true);
    // And from the round to the builder again; another form is brought in for its fund.
    expect(parse((await officer.get(round)).body).querySelector(`.facts a[href="${builder}"]`)).not.toBeNull();
    const other = parse((await officer.get(`${round}/form`)).body).querySelector('a[href^="/forms/import"]');
    const bring = parse((await officer.get(String(other?.getAttribute('href')))).body);
    const { fundId } = await world.get(Rounds).get(system, roundId);
    expect(bring.querySelector('select[name="fundId"] option[selected]')?.getAttribute('value')).toBe(fundId);
    await officer.submit(`${builder}/sections`, { title: 'About you' });
    await officer.submit(`${builder}/questions`, { kind: 'short_text', label: 'Your name', section: 'about_you' });
    const pages = ['', '/sections/new', '/questions/new', '/questions/new?kind=yes_no', '/questions/your_name'];
    for (const at of [...pages, '/preview', '/publish', '/discard', '/keep?question=your_name']) {
      expect([at, await backFrom(builder + at)]).toEqual([at, true]);
    }
  });

  it('is told, once a form is published, which rounds can ask it', async () => {
    const { roundId } = await draftRound(world);
    const { fundId } = await world.get(Rounds).get(system, roundId);
    const { versionId } = await world.get(Forms).importForm(system, {
      ...{ fundId, name: 'For whoever asks' },
      json: JSON.stringify(formFile('For whoever asks', DEFAULT_FORM)),
    });
    const choose = `/rounds/${roundId}/form?formVersionId=${versionId}`;
    await world.get(Forms).take(system, versionId, 'publish', {} as never);
    const shown = parse((await officer.get(`/form-versions/${versionId}`)).body);
    expect(shown.querySelectorAll('a').map((link) => link.getAttribute('href'))).toContain(choose);
    const offered = parse((await officer.get(choose)).body).querySelector(
      'select[name="formVersionId"] option[selected]',
    );
    expect(offered?.getAttribute('value')).toBe(versionId);
  });

  it('sets eligibility questions by a form, and sees what was typed when something is wrong', async () => {
    const { roundId } = await draftRound(world);
    const rule = {
      'rules[0].question': 'Are you in <King> County?',
      'rules[0].kind': 'yes_no',
      'rules[0].is': 'equal',
      'rules[0].value': 'Yes',
      'rules[0].why': 'Only here.',
    };
    const wrong = await officer.submit(`/rounds/${roundId}/eligibility`, { ...rule, 'rules[0].value': 'maybe' });
    expect(wrong.statusCode).toBe(422);
    expect(wrong.body).toContain('Enter yes or no.');
    expect(wrong.body).toContain('Are you in &lt;King&gt; County?');
    const saved = await officer.submit(`/rounds/${roundId}/eligibility`, rule);
    expect(saved.statusCode).toBe(303);
    const form = await officer.get(`/rounds/${roundId}/eligibility`);
    expect(form.body).toContain('name="rules[0].kind"');
    expect(form.body).toMatch(/type="hidden" name="rules\[0\]\.key" value="rule_1"/);
    const tried = await officer.submit(`/rounds/${roundId}/rehearsal/check`, { 'answers.rule_1': 'no' });
    expect(tried.statusCode).toBe(200);
    expect(tried.body).toContain('Only here.');
    expect(await world.db.query(sql`select 1 from eligibility_checks where round_id = ${roundId}`)).toEqual([]);
  });

  it('tries the form, and nothing is kept of it', async () => {
    const { roundId } = await draftRound(world);
    const empty = await officer.submit(`/rounds/${roundId}/rehearsal/form`, {});
    expect(empty.statusCode).toBe(200);
    expect(empty.body).toContain('error-summary');
    const tried = await officer.submit(`/rounds/${roundId}/rehearsal/form`, {
      'answers.title': '<b>Our plan</b>',
      'answers.summary': 'What we will do.',
    });
    expect(tried.body).toContain('&lt;b&gt;Our plan&lt;/b&gt;');
    expect(tried.body).not.toContain('<b>Our plan</b>');
    expect(await world.db.query(sql`select 1 from applications where round_id = ${roundId}`)).toEqual([]);
  });

  it('copies a round and explains what changed', async () => {
    const { roundId } = await publishedRound(world);
    // Without a free pool nothing can be chosen: each form says what to do first.
    for (const page of ['/rounds/new', `/rounds/${roundId}/copy`]) {
      const { body } = await officer.get(page);
      expect(body.includes('Every pool has a round already')).toBe(!/<option value="[0-9a-f-]{36}"/.test(body));
    }
    const { poolIds } = await fundWithPools(world, 1);
    const copied = await officer.submit(`/rounds/${roundId}/copy`, {
      ...{ poolId: poolIds[0] ?? '', number: 'R-AGAIN', name: 'Again', opensOn: '11/1/2016', opensTime: '9:00 a.m.' },
      ...{ dueOn: '12/9/2016', dueTime: '5 pm' },
    });
    expect(copied.statusCode).toBe(303);
    const path = String(copied.headers.location);
    // Who may not set money aside is not offered it, here or on the page before publishing.
    for (const page of [path, `${path}/publish`]) {
      const { body } = await officer.get(page);
      expect(body).toContain('See the money of the fund');
      expect(body).not.toContain('Set money aside');
    }
    // The copy's dates are of another year than today, and say so.
    expect((await officer.get(path)).body).toContain('Dec 9, 2016');
    const changes = await officer.get(`${path}/changes`);
    expect(changes.body).toContain('Say why');
    const key = /reason\?key(?:=|&#x3D;)([^"]+)"/.exec(changes.body)?.[1] ?? '';
    const form = await officer.get(`${path}/changes/reason?key=${key}`);
    expect(form.statusCode).toBe(200);
    const reason = { changeKey: decodeURIComponent(key), reason: 'A year has passed.' };
    expect((await officer.submit(`${path}/changes/reason`, reason)).statusCode).toBe(303);
    expect((await officer.get(`${path}/changes`)).body).toContain('A year has passed.');
    expect((await officer.get(`${path}/changes/reason?key=nothing`)).statusCode).toBe(404);
  });

  it('changes dates after publication, with a reason', async () => {
    const { roundId } = await publishedRound(world);
    expect((await officer.get(`/rounds/${roundId}/dates`)).statusCode).toBe(200);
    const dates = { 'milestones[0].kind': 'committee', 'milestones[0].happensOn': '2/2/2016' };
    const without = await officer.submit(`/rounds/${roundId}/dates`, dates);
    expect(without.statusCode).toBe(422);
    // The form comes back as long as it was, however often it is refused.
    const rows = (answer: Answer): number => parse(answer.body).querySelectorAll('input[name$=".happensOn"]').length;
    const empty = Object.fromEntries(
      [1, 2, 3].flatMap((nth) => ['kind', 'happensOn'].map((name) => [`milestones[${nth}].${name}`, ''])),
    );
    const once = rows(await officer.submit(`/rounds/${roundId}/dates`, { ...dates, ...empty }));
    expect(once).toBe(rows(await officer.get(`/rounds/${roundId}/dates`)));
    // A time stands in its box as its hint asks for it.
    const edit = parse((await officer.get(`/rounds/${(await draftRound(world)).roundId}/edit`)).body);
    expect(edit.querySelector('input[name="dueTime"]')?.getAttribute('value')).toMatch(/^\d{1,2}:\d\d [ap]\.m\.$/u);
    const changed = await officer.submit(`/rounds/${roundId}/dates`, { ...dates, reason: 'The hall was taken' });
    expect(changed.statusCode).toBe(303);
    expect((await officer.get(`/rounds/${roundId}`)).body).toContain('The hall was taken');
  });
});

describe('everybody', () => {
  it('finds out whether they can apply, without an account', async () => {
    const { roundId } = await draftRound(world);
    const rule = { question: 'Is it in Kent?', kind: 'yes_no', is: 'equal', value: 'yes', why: 'Kent only, for now.' };
    await world.get(RoundSetUp).setEligibility(system, roundId, { rules: [rule] });
    expect((await world.inject({ url: `/funding/${roundId}/check` })).statusCode).toBe(404);
    await world.get(Rounds).take(system, roundId, 'publish', {});
    expect((await world.inject({ url: `/funding/${roundId}` })).body).toContain(`/funding/${roundId}/check`);
    const letter = `/letters-of-intent/new?round=${roundId}`;
    expect((await world.inject({ url: `/funding/${roundId}` })).body).not.toContain(letter);
    const lettersUntil = world.db.currentCalendar.addDays(world.db.today, 5);
    const asking = await publishedRound(world, { lettersUntil });
    const other = (await world.inject({ url: `/funding/${asking.roundId}` })).body;
    expect(other).toMatch(new RegExp(`/letters-of-intent/new\\?round(=|&#x3D;)${asking.roundId}`));
    const url = `/funding/${roundId}/check`;
    const none = await submitAsStranger(url, {});
    expect(none.statusCode).toBe(422);
    expect(none.body).toContain('Answer this question.');
    expect((await submitAsStranger(url, { 'answers.rule_1': 'yes' })).body).toContain('You can apply');
    expect((await submitAsStranger(url, { 'answers.rule_1': 'no' })).body).toContain('Kent only, for now.');
    const asked = await world.inject({
      method: 'POST',
      url: `/api/rounds/open/${roundId}/check`,
      json: { answers: { rule_1: 'no' } },
    });
    expect(asked.json()).toMatchObject({ passed: false });
  });

  it('is not asked again what was answered before signing up, and nothing of it is stored meanwhile', async () => {
    const { roundId } = await draftRound(world);
    const rule = { question: 'Is it in Kent?', kind: 'yes_no', is: 'equal', value: 'yes', why: 'Kent only, for now.' };
    await world.get(RoundSetUp).setEligibility(system, roundId, { rules: [rule] });
    await world.get(Rounds).take(system, roundId, 'publish', {});
    const checked = await submitAsStranger(`/funding/${roundId}/check`, { 'answers.rule_1': 'yes' });
    const [carried = ''] = [checked.headers['set-cookie']].flat().filter((each) => each?.startsWith('granary-check='));
    expect(carried).toMatch(/HttpOnly/);
    expect(carried).toMatch(/Max-Age=14400/);
    const kept = sql`select passed from eligibility_checks where round_id = ${roundId}`;
    expect(await world.db.query(kept)).toEqual([]);
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    const visitor = await world.signIn({ ...owner, name: 'Somebody' });
    const cookie = `${visitor.cookie}; ${carried.split(';')[0]}`;
    const page = await world.inject({ url: `/funding/${roundId}/check`, headers: { cookie } });
    expect(page.body).toContain('These are your answers from before.');
    const form = await world.inject({ url: `/applications/new?round=${roundId}`, headers: { cookie } });
    // Whoever sits at this browser now sees what goes along, and can answer again.
    const [note] = parse(form.body)
      .querySelectorAll('.note')
      .filter((each) => each.text.includes('given in this browser'));
    expect(note?.text).toContain('Is it in Kent? Yes');
    expect(note?.querySelector('a')?.getAttribute('href')).toBe(`/funding/${roundId}/check`);
    const [, csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(form.body) ?? [];
    const begun = await world.inject({
      ...{ method: 'POST', url: '/applications', headers: { cookie } },
      form: { _csrf: csrf, _key: newId(), roundId, organizationId, title: 'Begun at once' },
    });
    expect(begun.statusCode).toBe(303);
    expect(await world.db.query(kept)).toEqual([{ passed: true }]);
    const round = await visitor.get(`/funding/${roundId}`);
    expect(round.body).toContain('Go on with your application');
    // What somebody made up is read as if it was typed.
    const forged = `granary-check=${Buffer.from('[{"round":"x","answers":null},7]').toString('base64url')}`;
    expect((await world.inject({ url: `/funding/${roundId}/check`, headers: { cookie: forged } })).statusCode).toBe(
      200,
    );
  });

  it('is told by its name which question has no answer', async () => {
    const { roundId } = await draftRound(world);
    const rule = { question: 'Is it in Kent?', kind: 'yes_no', is: 'equal', value: 'yes', why: 'Kent only, for now.' };
    await world.get(RoundSetUp).setEligibility(system, roundId, { rules: [rule] });
    await world.get(Rounds).take(system, roundId, 'publish', {});
    const answer = await submitAsStranger(`/funding/${roundId}/check`, {});
    expect(parse(answer.body).querySelector('.error-summary a')?.text).toContain('Is it in Kent?');
  });

  it('brings an organization first, and is led back to the round they came for', async () => {
    const { roundId } = await publishedRound(world);
    const newcomer = await world.signIn(await world.person());
    const begin = await newcomer.get(`/applications/new?round=${roundId}`);
    const register = `/organizations/register?round=${roundId}`;
    expect([begin.statusCode, begin.headers.location]).toEqual([303, register]);
    const form = parse((await newcomer.get(register)).body).querySelector('main form');
    expect(form?.getAttribute('action')).toBe(register);
    const made = await newcomer.submit(register, {
      ...{ _key: newId(), name: 'Harbor Family Circle', kind: 'community_organization', einAnswer: 'not_yet' },
    });
    const apply = `/applications/new?round=${roundId}`;
    expect(made.headers.location).toBe(apply);
    expect((await newcomer.get(apply)).statusCode).toBe(200);
    const officer = await world.signIn('program_officer');
    expect((await officer.get(apply)).headers.location).toBe('/why?permission=application.create');
  });

  it('is told of no minute after the deadline to ask in', async () => {
    const { roundId } = await publishedRound(world, { graceMinutes: 15 } as never);
    const words = parse((await world.inject({ url: `/funding/${roundId}` })).body).text.replace(/\s+/gu, ' ');
    const due = / at (\d+:\d\d [ap]\.m\.)/.exec(words.slice(words.indexOf('At a glance')))?.[1];
    expect(due).toBeDefined();
    expect(words).toMatch(new RegExp(`Questions are taken until [^.]* at ${due?.replaceAll('.', '\\.')}`));
  });

  it('asks as often as a library full of people does, and a program is told to wait', async () => {
    const { roundId } = await draftRound(world);
    const rule = { question: 'Is it in Kent?', kind: 'yes_no', is: 'equal', value: 'yes', why: 'Kent only, for now.' };
    await world.get(RoundSetUp).setEligibility(system, roundId, { rules: [rule] });
    await world.get(Rounds).take(system, roundId, 'publish', {});
    const ask = (): ReturnType<typeof submitAsStranger> =>
      submitAsStranger(`/funding/${roundId}/check`, { 'answers.rule_1': 'yes' });
    expect((await ask()).statusCode).toBe(200);
    await world.db.work(system, async (work) => {
      await work.query(
        sql`update limit_counts set taken = 600 where ends_at <= ${work.now}::timestamptz + interval '10 minutes'`,
      );
      return null;
    });
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(refused.body).toContain('Many people near you asked at the same time.');
    // Browsers and programs are told when, as people are.
    expect(refused.headers['retry-after']).toBe('600');
  });

  it('comments on criteria, reads the answers, and sees no group’s page without its link', async () => {
    const { roundId } = await draftRound(world);
    const rounds = world.get(Rounds);
    expect((await world.inject({ url: `/funding/${roundId}/criteria` })).statusCode).toBe(404);
    await rounds.take(system, roundId, 'open_criteria_for_comment', {});
    const url = `/funding/${roundId}/criteria`;
    const body = 'Count families. <img src=x onerror=alert(1)>';
    expect((await submitAsStranger(url, { body, criterion: 'Need' })).statusCode).toBe(303);
    expect((await world.inject({ url })).body).not.toContain('Count families.');
    const staff = await officer.get(`/rounds/${roundId}/criteria`);
    expect(staff.body).toContain('Count families. &lt;img');
    const [, answerPath = ''] = /href="(\/rounds\/[^"]+\/comments\/[0-9a-f-]{36})"/.exec(staff.body) ?? [];
    expect((await officer.get(answerPath)).statusCode).toBe(200);
    await officer.submit(answerPath, { outcome: 'kept', answer: 'They are counted already.' });
    const answered = await world.inject({ url });
    expect(answered.body).toContain('They are counted already.');
    expect(answered.body).not.toContain('<img src=x');
    const group = await officer.submit(`/rounds/${roundId}/groups`, { name: 'Workgroup' });
    expect(group.statusCode).toBe(303);
    const groups = world.get(CommentGroups);
    const [made] = await groups.list(world.db, roundId);
    const link = groups.link(made as never).replace('http://granary.test', '');
    expect((await world.inject({ url: link })).body).toContain('Workgroup');
    expect((await submitAsStranger(link, { body: 'From us.' })).statusCode).toBe(303);
    expect((await world.inject({ url: `${link}x` })).statusCode).toBe(404);
  });

  it('is told once that nothing is funded yet', async () => {
    const { body } = await world.inject({ url: '/funding/awards' });
    expect(body.split('When an award is signed by both sides, it appears here.')).toHaveLength(2);
  });

  it('subscribes to the dates', async () => {
    const { roundId } = await publishedRound(world);
    for (const url of ['/funding/calendar.ics', `/funding/${roundId}/calendar.ics`]) {
      const feed = await world.inject({ url });
      expect(feed.statusCode).toBe(200);
      expect(feed.headers['content-type']).toContain('text/calendar');
      // Long lines are folded.
      expect(feed.body.replace(/\r\n /g, '')).toContain(`/funding/${roundId}`);
    }
  });
});

describe('an applicant', () => {
  it('sees nothing of how a round is set up', async () => {
    const { roundId } = await draftRound(world);
    const applicant = await world.signIn('applicant');
    for (const path of ['criteria', 'rehearsal', 'rehearsal/form', 'changes', 'eligibility', 'copy']) {
      expect([path, (await applicant.get(`/rounds/${roundId}/${path}`)).statusCode]).toEqual([path, 403]);
    }
  });
});
