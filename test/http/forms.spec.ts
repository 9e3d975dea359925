/** The builder as an officer meets it, by plain forms; the preview; the library; schools; and the same for programs. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { AgencySettings } from '../../src/features/agency/index.js';
import type { FormDefinition } from '../../src/features/forms/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { sql } from '../../src/platform/database/sql.js';
import { systemActor } from '../../src/kernel/actor.js';
import { fundWithPools } from '../factories/funds.js';
import { roundInput } from '../factories/rounds.js';
import { type Answer, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let officer: Visitor;
let other: Visitor;
let auditor: Visitor;
let administrator: Visitor;
let applicant: Visitor;
let fundId: string;

beforeAll(async () => {
  world = await openWebWorld();
  await world.db.work(systemActor('test'), async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    return null;
  });
  ({ fundId } = await fundWithPools(world, 1));
  const { fundId: otherFundId } = await fundWithPools(world, 1);
  const officerOf = async (scopeId: string): Promise<Visitor> =>
    world.signIn(await world.person([{ role: 'program_officer', scopeKind: 'fund', scopeId }]));
  officer = await officerOf(fundId);
  other = await officerOf(otherFundId);
  auditor = await world.signIn('auditor');
  administrator = await world.signIn('administrator');
  applicant = await world.signIn('applicant');
}, 120_000);
afterAll(async () => world?.close());

const main = (answer: Answer): HTMLElement => {
  const element = parse(answer.body).querySelector('main');
  if (element === null) throw new Error(`answered ${answer.statusCode}: ${answer.body.slice(0, 400)}`);
  return element;
};
const words = (element: HTMLElement): string => element.text.replace(/\s+/gu, ' ').trim();
const at = (answer: Answer): string => {
  if (answer.statusCode !== 303) throw new Error(`answered ${answer.statusCode}: ${words(main(answer))}`);
  return String(answer.headers.location);
};

let count = 0;
async function newForm(): Promise<string> {
  return at(await officer.submit('/forms', { fundId, name: `Form ${++count}` }));
}
const definition = async (path: string): Promise<FormDefinition> =>
  ((await officer.get(`/api${path}`)).json() as { definition: FormDefinition }).definition;

async function withQuestions(): Promise<string> {
  const path = await newForm();
  at(await officer.submit(`${path}/sections`, { title: 'About you' }));
  at(
    await officer.submit(`${path}/questions`, {
      kind: 'yes_no',
      label: 'New to us?',
      section: 'about_you',
      required: 'yes',
    }),
  );
  at(
    await officer.submit(`${path}/questions`, {
      ...{ kind: 'long_text', label: 'Why now?', section: 'about_you', mostWords: '5', join: 'all' },
      ...{ 'tests[0].question': 'new_to_us', 'tests[0].is': 'equal', 'tests[0].value': 'Yes' },
    }),
  );
  return path;
}

describe('the builder', () => {
  it('makes a form from nothing: sections, questions of every kind, and what each hangs on', async () => {
    const path = await withQuestions();
    const kinds: Record<string, Record<string, string>> = {
      choice: { choices: 'Big\nsmall = Rather small' },
      many: { choices: 'A\nB', mostChosen: '1' },
      number: { decimals: '1', least: '0', most: '1,000' },
      money: { most: '$5,000' },
      date: { least: '1/1/2016' },
      table: {
        'columns[0].label': 'Who',
        'columns[1].label': 'Which',
        'columns[1].kind': 'choice',
        'columns[1].choices': 'One, Two',
      },
      file: { mostFiles: '2', accept: 'pdf' },
      ...{ short_text: {}, address: {}, schools: {}, title: {}, summary: {}, districts: {}, budget: {}, partners: {} },
    };
    for (const [kind, more] of Object.entries(kinds)) {
      at(await officer.submit(`${path}/questions`, { kind, label: `The ${kind}`, section: 'about_you', ...more }));
    }
    const { sections } = await definition(path);
    const [, why, choice, , number, money, date, table] = sections[0]?.questions ?? [];
    expect(why).toMatchObject({ showWhen: { all: [{ question: 'new_to_us', is: 'equal', value: 'yes' }] } });
    expect(choice?.choices).toEqual([
      { value: 'big', label: 'Big' },
      { value: 'small', label: 'Rather small' },
    ]);
    expect(number).toMatchObject({ least: '0', most: '1000' });
    expect(money).toMatchObject({ most: '5000.00' });
    expect(date).toMatchObject({ least: '2016-01-01' });
    expect(table?.columns).toMatchObject([
      { key: 'who', kind: 'text' },
      { key: 'which', kind: 'choice' },
    ]);
    const page = main(await officer.get(path));
    expect(page.querySelectorAll('.builder__question')).toHaveLength(17);
    expect(words(page)).toContain('Shown when “New to us?” is Yes.');
    expect(words(page)).not.toMatch(/form_builder\.|answer\./);
    for (const question of sections[0]?.questions ?? []) {
      const shown = await officer.get(`${path}/questions/${question.key}`);
      expect(shown.statusCode).toBe(200);
      expect(words(main(shown))).not.toMatch(/form_builder\.|answer\./);
    }
    // Each, saved as its page shows it, stays what it was.
    await resave(path, sections[0]?.questions.map((each) => each.key) ?? []);
    expect(await definition(path)).toEqual({ sections });
  });

  async function resave(path: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const form = main(await officer.get(`${path}/questions/${key}`)).querySelector('form.form');
      const fields = new URLSearchParams();
      for (const box of form?.querySelectorAll('input, select, textarea') ?? []) {
        const isOff = ['checkbox', 'radio'].includes(box.getAttribute('type') ?? '') && !box.hasAttribute('checked');
        const option = box.querySelector('option[selected]');
        const value =
          box.tagName === 'SELECT'
            ? option?.getAttribute('value')
            : box.tagName === 'TEXTAREA'
              ? box.text
              : box.getAttribute('value');
        if (!isOff) fields.append(box.getAttribute('name') ?? '', value ?? '');
      }
      at(await officer.ask({ method: 'POST', url: form?.getAttribute('action') ?? '', form: fields.toString() }));
    }
  }

  it('moves by buttons, from section to section too, and says what cannot be removed', async () => {
    const path = await withQuestions();
    at(await officer.submit(`${path}/sections`, { title: 'More' }));
    const step = (name: string): Promise<Answer> => officer.submit(`${path}/steps`, { step: name });
    expect(at(await step('question.down.why_now'))).toBe(`${path}#q-why_now`);
    let keys = (await definition(path)).sections.map((section) => section.questions.map((each) => each.key));
    expect(keys).toEqual([['new_to_us'], ['why_now']]);
    at(await step('section.up.more'));
    at(await step('question.copy.why_now'));
    keys = (await definition(path)).sections.map((section) => section.questions.map((each) => each.key));
    expect(keys).toEqual([['why_now', 'why_now_2'], ['new_to_us']]);
    const refused = await step('question.remove.new_to_us');
    expect(refused.statusCode).toBe(422);
    expect(words(main(refused))).toContain('it is shown by the answer to “new_to_us”, which is not in the form');
    expect((await step('question.burn.why_now')).statusCode).toBe(422);
    expect((await step('question.up.gone')).statusCode).toBe(404);
  });

  it('shows a refused question again with everything typed, and a stale one too', async () => {
    const path = await withQuestions();
    const { version } = (await officer.get(`/api${path}`)).json() as { version: number };
    const typed = {
      kind: 'number',
      label: 'How many?',
      section: 'about_you',
      least: '10',
      most: '5',
      help: '<script>x</script>',
    };
    const refused = await officer.submit(`${path}/questions`, typed);
    expect(refused.statusCode).toBe(422);
    expect(words(main(refused))).toContain('the least (10) is more than the most (5)');
    expect(main(refused).querySelector('[name="help"]')?.innerHTML).not.toContain('<script>');
    expect(main(refused).querySelector('[name="least"]')?.getAttribute('value')).toBe('10');
    at(await officer.submit(`${path}/sections`, { title: 'Meanwhile' }));
    const stale = await officer.submit(`${path}/sections/about_you`, { title: 'Mine', version: String(version) });
    expect(stale.statusCode).toBe(409);
    expect(main(stale).querySelector('[name="title"]')?.getAttribute('value')).toBe('Mine');
    expect((await definition(path)).sections.map(({ title }) => title)).toEqual(['About you', 'Meanwhile']);
  });

  it('refuses a loop where it is made', async () => {
    const path = await withQuestions();
    const loop = { kind: 'yes_no', label: 'New to us?', section: 'about_you', required: 'yes', join: 'all' };
    const refused = await officer.submit(`${path}/questions/new_to_us`, {
      ...{ ...loop, 'tests[0].question': 'why_now', 'tests[0].is': 'answered' },
    });
    expect(refused.statusCode).toBe(422);
    expect(words(main(refused))).toContain('These questions are shown only by each other');
  });

  it('is not there for officers of other funds, and read by auditors who change nothing', async () => {
    const path = await withQuestions();
    for (const page of [path, `${path}/preview`, `${path}/export`, `${path}/questions/why_now`, `/api${path}`]) {
      expect((await other.get(page)).statusCode).toBe(404);
      expect((await applicant.get(page)).statusCode).not.toBe(200);
    }
    expect((await other.submit(`${path}/steps`, { step: 'section.remove.about_you' })).statusCode).toBe(404);
    expect((await auditor.get(path)).statusCode).toBe(200);
    expect(main(await auditor.get(path)).querySelectorAll('button[name="step"]')).toHaveLength(0);
    expect((await auditor.submit(`${path}/steps`, { step: 'section.remove.about_you' })).statusCode).toBe(403);
    expect(words(main(await other.get('/forms')))).not.toContain('Form 1');
  });

  it('publishes once, and then has no button that changes it', async () => {
    const path = await withQuestions();
    at(await officer.submit(`${path}/publish`));
    const page = main(await officer.get(path));
    expect(words(page)).toContain('This version is published');
    const told = page.querySelectorAll('.timeline__title').map((title) => words(title));
    expect(told).toEqual(['Published', 'Draft begun']);
    expect(page.querySelectorAll('button[name="step"]')).toHaveLength(0);
    expect((await officer.submit(`${path}/sections`, { title: 'Late' })).statusCode).toBe(409);
    const { formId } = (await officer.get(`/api${path}`)).json() as { formId: string };
    expect(at(await officer.submit(`/forms/${formId}/versions`))).toContain('/form-versions/');
    expect(words(main(await officer.get(`/forms/${formId}`)))).toContain('Version 2');
  });

  it('shows first what is published: its questions, what changed, and which rounds keep theirs', async () => {
    const path = await withQuestions();
    const first = main(await officer.get(`${path}/publish`));
    expect(words(first)).toContain('About you 2 questions');
    expect(words(first)).toContain('None yet. A round asks it once you choose it there.');
    expect(words(first)).not.toContain('What changed since');
    // The builder leads there, and publishes nothing by itself.
    expect(main(await officer.get(path)).querySelector(`.page-head a[href="${path}/publish"]`)).not.toBeNull();
    expect(main(await officer.get(path)).querySelector(`form[action="${path}/publish"]`)).toBeNull();
    const stale = await officer.submit(`${path}/publish`, { version: '1' });
    expect(stale.statusCode).toBe(409);
    const [version] = await world.db.query<{ version: number }>(
      sql`select version from form_versions where id = ${path.split('/').at(-1)}`,
    );
    at(await officer.submit(`${path}/publish`, { version: String(version?.version) }));
    expect(words(main(await officer.get(`${path}/publish`)))).toContain('This version is published already');

    const { formId } = (await officer.get(`/api${path}`)).json() as { formId: string };
    const draft = at(await officer.submit(`/forms/${formId}/versions`));
    const [pool] = await world.db.query<{ id: string }>(sql`select id from pools where fund_id = ${fundId} limit 1`);
    const round = roundInput(world, pool?.id ?? '');
    const { id: roundId } = await world.get(Rounds).create(systemActor('test'), round);
    await world.db.work(systemActor('test'), async (work) =>
      work.query(sql`update rounds set form_version_id = ${path.split('/').at(-1)} where id = ${roundId}`),
    );
    const next = words(main(await officer.get(`${draft}/publish`)));
    expect(next).toContain('Nothing changed since version 1');
    expect(next).toContain(`${round.name} Draft · keeps version 1`);
    expect(next).toContain('Drafts and applications keep the version they were begun with.');
    expect((await auditor.get(`${draft}/publish`)).statusCode).toBe(403);
    expect((await other.get(`${draft}/publish`)).statusCode).toBe(404);

    const empty = await newForm();
    expect(words(main(await officer.get(`${empty}/publish`)))).toContain('This version cannot be published yet.');
    expect(main(await officer.get(`${empty}/publish`)).querySelector('form')).toBeNull();
  });

  it('takes no more than the input says: no state, no fund, no hash', async () => {
    const path = await newForm();
    const sent = await officer.post(`/api${path}/sections`, { title: 'A', tests: [], state: 'published' });
    expect(sent.statusCode).toBe(422);
    const body = JSON.stringify({ sections: [], published_at: 'now' });
    const put = await officer.ask({ method: 'PUT', url: `/api${path}`, json: { definition: body } });
    expect(put.statusCode).toBe(422);
    expect((put.json() as { fields: { detail: string }[] }).fields[0]?.detail).toContain('“published_at” is not known');
  });
});

describe('the one thing to do', () => {
  const filled = async (path: string): Promise<string[]> =>
    main(await officer.get(path))
      .querySelectorAll('.page-head .usa-button:not(.usa-button--outline)')
      .map((each) => words(each));

  it('is the first section, then its question, then to try it; and the next version of a published one', async () => {
    const path = await newForm();
    expect(await filled(path)).toEqual(['Add a section']);
    expect(words(main(await officer.get(path)))).not.toContain('Try it out');
    at(await officer.submit(`${path}/sections`, { title: 'About you' }));
    expect(await filled(path)).toEqual(['Add a question']);
    at(await officer.submit(`${path}/questions`, { kind: 'yes_no', label: 'New?', section: 'about_you' }));
    expect(await filled(path)).toEqual(['Try it out']);
    at(await officer.submit(`${path}/sections`, { title: 'More' }));
    expect(await filled(path)).toEqual(['Add a question']);
    const early = await officer.submit(`${path}/publish`);
    expect(early.statusCode).toBe(409);
    expect(words(main(early))).toContain('Section “More” asks nothing. Add a question, or remove the section.');
    at(await officer.submit(`${path}/steps`, { step: 'section.remove.more' }));
    at(await officer.submit(`${path}/publish`));
    expect(await filled(path)).toEqual(['Begin the next version']);
    expect(main(await auditor.get(path)).querySelectorAll('.page-head button')).toHaveLength(0);
  });
});

describe('a draft', () => {
  it('is thrown away after a question, with its form when that was never published', async () => {
    const path = await withQuestions();
    const { formId } = (await officer.get(`/api${path}`)).json() as { formId: string };
    const asked = main(await officer.get(`${path}/discard`));
    expect(words(asked)).toContain('goes whole, with 1 section and 2 questions');
    expect((await other.get(`${path}/discard`)).statusCode).toBe(404);
    expect((await auditor.submit(`${path}/discard`)).statusCode).toBe(403);
    const version = asked.querySelector('[name="version"]')?.getAttribute('value') ?? '';
    at(await officer.submit(`${path}/sections`, { title: 'Meanwhile' }));
    const stale = await officer.submit(`${path}/discard`, { version });
    expect(stale.statusCode).toBe(409);
    expect(words(main(stale))).toContain('Keep the draft');
    expect(at(await officer.submit(`${path}/discard`))).toBe('/forms');
    expect((await officer.get(path)).statusCode).toBe(404);
    expect((await officer.get(`/forms/${formId}`)).statusCode).toBe(404);
  });

  it('of a later version leaves the form as it was published', async () => {
    const path = await withQuestions();
    at(await officer.submit(`${path}/publish`));
    expect((await officer.get(`${path}/discard`)).statusCode).toBe(409);
    const { formId } = (await officer.get(`/api${path}`)).json() as { formId: string };
    const draft = at(await officer.submit(`/forms/${formId}/versions`));
    expect(words(main(await officer.get(`${draft}/discard`)))).toContain('Published versions and applications stay');
    expect(at(await officer.submit(`${draft}/discard`))).toBe(`/forms/${formId}`);
    expect((await officer.get(path)).statusCode).toBe(200);
  });
});

describe('what changed between two versions', () => {
  it('names each question that differs, by section, and counts the others', async () => {
    const path = await withQuestions();
    expect(words(main(await officer.get(`${path}/changes`)))).toContain('This is the first version');
    at(await officer.submit(`${path}/publish`));
    const { formId } = (await officer.get(`/api${path}`)).json() as { formId: string };
    const draft = at(await officer.submit(`/forms/${formId}/versions`));
    expect(words(main(await officer.get(`${draft}/changes`)))).toContain('Nothing changed since version 1');
    at(await officer.submit(`${draft}/sections`, { title: 'Money' }));
    at(await officer.submit(`${draft}/questions`, { kind: 'money', label: 'How much?', section: 'money' }));
    at(
      await officer.submit(`${draft}/questions/why_now`, {
        ...{ kind: 'long_text', label: 'Why now, <b>really</b>?', section: 'about_you', mostWords: '9' },
      }),
    );
    const answer = await officer.get(`${draft}/changes`);
    const shown = words(main(answer));
    expect(shown).toContain('1 added, 1 changed. 1 question is as before.');
    expect(shown).toContain('Before Why now? Now Why now, <b>really</b>?');
    expect(shown).toContain('Before 5 Now 9');
    expect(shown).toContain('Before Shown when “New to us?” is Yes. Now Always shown.');
    expect(shown).toContain('How much? Added Money');
    expect(shown).not.toMatch(/form_changes\./);
    expect(answer.body).not.toContain('<b>');
    const [, versionId = ''] = /form-versions\/(.+)$/.exec(path) ?? [];
    expect((await officer.get(`${draft}/changes?from=${versionId}`)).statusCode).toBe(200);
    expect((await officer.get(`${path}/changes?from=${draft.split('/').at(-1)}`)).statusCode).toBe(404);
    expect((await other.get(`${draft}/changes`)).statusCode).toBe(404);
    const api = (await auditor.get(`/api${draft}/changes`)).json() as { counts: object; sections: { key: string }[] };
    expect(api.counts).toEqual({ added: 1, removed: 0, changed: 1, moved: 0, unchanged: 1 });
    expect(api.sections.map(({ key }) => key)).toEqual(['about_you', 'money']);
    expect(words(main(await officer.get(`/forms/${formId}`)))).toContain('What changed');
  });
});

describe('a question of the library', () => {
  it('has a page of its own: renamed, rewritten, where it is used, and taken out', async () => {
    const path = await withQuestions();
    const kept = { question: 'why_now', name: `Why now ${count}` };
    at(await officer.submit(`${path}/keep`, kept));
    const found = main(await officer.get(`/form-library?q=${encodeURIComponent(kept.name)}`));
    const href = found.querySelector('tbody a')?.getAttribute('href') ?? '';
    const shown = main(await officer.get(href));
    expect(words(shown)).toContain('1 form has it');
    expect(words(shown)).toContain(`Form ${count}`);
    expect(shown.querySelector('[name="join"]')).toBeNull();
    const sent = { kind: 'long_text', name: 'Renamed', label: '', mostWords: '12' };
    const refused = await officer.submit(href, sent);
    expect(refused.statusCode).toBe(422);
    expect(main(refused).querySelector('[name="name"]')?.getAttribute('value')).toBe('Renamed');
    expect(at(await officer.submit(href, { ...sent, label: 'Why at all?' }))).toBe('/form-library');
    expect((await definition(path)).sections[0]?.questions[1]?.label).toBe('Why now?');
    const api = (await officer.get(`/api${href}`)).json() as { name: string; definition: object };
    expect(api).toMatchObject({ name: 'Renamed', definition: { label: 'Why at all?', mostWords: 12 } });
    expect((await other.get(href)).statusCode).toBe(404);
    expect((await auditor.get(href)).statusCode).toBe(403);
    at(await officer.submit(`${href}/remove`));
    expect((await officer.get(href)).statusCode).toBe(404);
  });
});

describe('the preview', () => {
  const answers = (more: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(more).map(([key, value]) => [`answers.${key}`, value]));
  const hidden = (page: HTMLElement, key: string): boolean =>
    page.querySelector(`#q-${key}`)?.hasAttribute('hidden') ?? true;

  it('shows what follows from the answers, counts words, and keeps nothing', async () => {
    const path = await withQuestions();
    expect(hidden(main(await officer.get(`${path}/preview`)), 'why_now')).toBe(true);
    const given = answers({ new_to_us: 'yes', why_now: 'one two three four five six' });
    const page = main(await officer.submit(`${path}/preview`, given));
    expect(hidden(page, 'why_now')).toBe(false);
    expect(page.querySelector('#f-answers-why-now-count')?.text).toBe('6 of 5 words');
    expect(page.querySelector('#q-why_now')?.getAttribute('data-show-when')).toContain('new_to_us');
    const checked = main(await officer.submit(`${path}/preview`, { ...given, check: 'yes' }));
    expect(words(checked)).toContain('Shorten “Why now?” to 5 words. It has 6, 1 too many.');
    const whole = main(await officer.submit(`${path}/preview`, { ...answers({ new_to_us: 'no' }), check: 'yes' }));
    expect(words(whole)).toContain('These answers could be submitted');
    expect(hidden(main(await officer.get(`${path}/preview`)), 'why_now')).toBe(true);
  });

  it('writes hostile answers as text, and bears answers of any shape', async () => {
    const path = await withQuestions();
    const script = '<script>alert(1)</script>';
    const page = await officer.submit(`${path}/preview`, answers({ new_to_us: 'yes', why_now: script }));
    expect(page.body).not.toContain(script);
    for (const form of [
      'answers=1',
      'answers[__proto__][a]=1',
      'answers[new_to_us][x]=1',
      'answers[why_now][]=1&answers[gone]=2',
    ]) {
      const answer = await officer.ask({
        ...{
          method: 'POST',
          url: `${path}/preview`,
          form: `_csrf=${encodeURIComponent(await officer.csrf())}&${form}`,
        },
      });
      expect(answer.statusCode).toBe(200);
    }
  });

  it('of the long form is one page that answers of every kind can be tried on', async () => {
    const json = readFileSync(join(projectRoot(), 'src', 'demo', 'forms', 'rfp-131.json'), 'utf8');
    const path = at(await officer.submit('/forms/import', { fundId, json }));
    const page = await officer.get(`${path}/preview`);
    expect(page.statusCode).toBe(200);
    expect(main(page).querySelectorAll('[data-question]')).toHaveLength(131);
    expect(words(main(page))).not.toMatch(/form_builder\.|answer\./);
    expect(page.body.length).toBeLessThan(400_000);
    const built = await officer.get(path);
    expect(main(built).querySelectorAll('.builder__question')).toHaveLength(131);
    const again = await officer.get(`${path}/export`);
    expect((JSON.parse(again.body) as { definition: unknown }).definition).toEqual(JSON.parse(json).definition);
    const broken = await officer.submit('/forms/import', { fundId, json: json.replaceAll('"yes_no"', '"maybe"') });
    expect(broken.statusCode).toBe(422);
    expect(words(main(broken))).toContain('“kind” must be one of');
  });
});

describe('schools', () => {
  const csv = [
    'code,name,district,level,active',
    '1001,"Pine, Tree Elementary",Kent,elementary,yes',
    '1002,=cmd|x High,kent,High,',
    '1003,Closed Middle,Kent,middle,no',
  ].join('\n');

  beforeAll(async () => {
    const { version } = (await administrator.get('/api/settings')).json() as { version: number };
    const input = {
      name: 'Agency',
      timeZone: 'America/Los_Angeles',
      fiscalYearStartMonth: 7,
      districts: [{ name: 'Kent' }],
      version,
    };
    const put = await administrator.ask({ method: 'PUT', url: '/api/settings', json: input });
    expect(put.statusCode).toBe(200);
  });

  it('come in as a list by an administrator, again and again without doubling', async () => {
    expect(at(await administrator.submit('/settings/schools/import', { csv }))).toBe('/settings/schools');
    expect(words(main(await administrator.get('/settings/schools')))).toContain(
      '3 schools were added, none was changed.',
    );
    const again = csv.replace('Closed Middle', 'Closed Junior');
    const { added, changed } = (await administrator.post('/api/schools/import', { csv: again })).json() as Record<
      string,
      number
    >;
    expect({ added, changed }).toEqual({ added: 0, changed: 1 });
    expect((await officer.post('/api/schools/import', { csv })).statusCode).toBe(403);
    expect((await auditor.get('/settings/schools')).statusCode).toBe(200);
  });

  it('are looked at before anything is written: what is new, changed, closed, as before and not named', async () => {
    const list = [
      'code,name,district,level,active',
      '1001,"Pine, Tree Elementary",Kent,elementary,no',
      '1003,Open Middle,Kent,middle,no',
      '1009,Brand New,Kent,other,',
    ].join('\n');
    const before = await world.db.query(sql`select code, name, active, version from schools order by code`);
    const preview = await administrator.post('/api/schools/import/preview', { csv: list });
    expect((preview.json() as { counts: unknown }).counts).toEqual({
      ...{ added: 1, changed: 1, closed: 1, opened: 0, unchanged: 0, missing: 1 },
    });
    const shown = await administrator.submit('/settings/schools/import/preview', { csv: list });
    expect(shown.statusCode).toBe(200);
    expect(words(main(shown))).toContain('3 schools would change');
    expect(words(main(shown))).toContain('Was: Closed Junior');
    expect(words(main(shown))).toContain('1 open school is not in this list');
    // The list stands in the form that carries it out: nothing is chosen or pasted again.
    expect(main(shown).querySelector('form[action="/settings/schools/import"] textarea')?.text).toContain(
      '1009,Brand New',
    );
    expect(await world.db.query(sql`select code, name, active, version from schools order by code`)).toEqual(before);
    expect((await officer.post('/api/schools/import/preview', { csv: list })).statusCode).toBe(403);
    const same = await administrator.submit('/settings/schools/import/preview', { csv });
    expect(words(main(same))).toContain('1 school would change');
  });

  it('are found by part of a name, the closed ones left out, by everybody who is signed in', async () => {
    const find = async (q: string): Promise<string[]> => {
      const answer = await applicant.get(`/api/schools?q=${encodeURIComponent(q)}`);
      return (answer.json() as { items: { name: string }[] }).items.map(({ name }) => name);
    };
    expect(await find('tree')).toEqual(['Pine, Tree Elementary']);
    expect(await find('closed')).toEqual([]);
    expect(await find('%')).toEqual([]);
    expect((await world.inject({ url: '/api/schools?q=a' })).statusCode).toBe(401);
  });

  it('are not kept while a line is wrong, which is said by its number', async () => {
    const refused = await administrator.submit('/settings/schools/import', {
      csv: `${csv}\n1004,New,Nowhere,high,\n1001,Twice,Kent,high,`,
    });
    expect(refused.statusCode).toBe(422);
    // All kinds at once, so that a list is mended in one go.
    expect(words(main(refused))).toContain('Line 6: the code 1001 is on line 2 already');
    expect(words(main(refused))).toContain('Line 5: there is no district “Nowhere”');
    const looked = await administrator.submit('/settings/schools/import/preview', {
      csv: `${csv}\n,New,Nowhere,tall,`,
    });
    expect(looked.statusCode).toBe(422);
    for (const each of ['fill in code', 'no district “Nowhere”', 'level “tall”'])
      expect(words(main(looked))).toContain(
        `Line 5: ${each === 'level “tall”' ? 'the ' : each.startsWith('no') ? 'there is ' : ''}${each}`,
      );
    expect(words(main(await administrator.submit('/settings/schools/import', { csv: 'a,b\n1,2' })))).toContain(
      'code, name, district, level',
    );
  });

  it('keep their district from being removed', async () => {
    const { version } = (await administrator.get('/api/settings')).json() as { version: number };
    const input = { name: 'Agency', timeZone: 'America/Los_Angeles', fiscalYearStartMonth: 7, districts: [], version };
    const put = await administrator.ask({ method: 'PUT', url: '/api/settings', json: input });
    expect(put.statusCode).toBe(409);
    expect((put.json() as { detail: string }).detail).toContain('Kent has schools');
  });

  it('are offered by district in the preview, as boxes that work without a script', async () => {
    const path = await newForm();
    at(await officer.submit(`${path}/sections`, { title: 'Where' }));
    at(await officer.submit(`${path}/questions`, { kind: 'schools', label: 'Which schools?', section: 'where' }));
    const page = main(await officer.get(`${path}/preview`));
    expect(page.querySelectorAll('.question__picker input[type="checkbox"]')).toHaveLength(2);
    const [school] = await world.db.query<{ id: string }>(sql`select id from schools where code = '1001'`);
    const picked = main(await officer.submit(`${path}/preview`, { 'answers.which_schools': school?.id ?? '' }));
    expect(picked.querySelectorAll('.question__picker input[checked]')).toHaveLength(1);
    expect(words(picked)).toContain('1 of 2 picked');
  });
});

describe('the library', () => {
  it('keeps a question by plain forms and puts it into another form', async () => {
    const path = await withQuestions();
    const form = main(await officer.get(`${path}/keep?question=why_now`));
    expect(form.querySelector('[name="name"]')?.getAttribute('value')).toBe('Why now?');
    at(await officer.submit(`${path}/keep`, { question: 'why_now', name: 'Why now?' }));
    expect(words(main(await officer.get('/form-library')))).toContain('Why now?');
    expect(words(main(await other.get('/form-library')))).not.toContain('Why now?');
    const second = await withQuestions();
    const taking = main(await officer.get(second)).querySelector(`form[action="${second}/library"]`);
    const questionId = taking?.querySelector('[name="questionId"] option')?.getAttribute('value') ?? '';
    at(await officer.submit(`${second}/library`, { questionId, section: 'about_you' }));
    expect((await definition(second)).sections[0]?.questions.map(({ key }) => key)).toEqual([
      'new_to_us',
      'why_now',
      'why_now_2',
    ]);
    expect((await other.submit(`/form-library/${questionId}/remove`)).statusCode).toBe(404);
    at(await officer.submit(`/form-library/${questionId}/remove`));
    expect(words(main(await officer.get('/form-library')))).not.toContain('Why now?');
  });
});
