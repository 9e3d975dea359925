/** The builder and the preview in a real browser: moved by the keyboard, shown as answers are given, usable by everybody. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { AgencySettings, Schools } from '../../src/features/agency/index.js';
import { definitionOf, findQuestion, FormLibrary, Forms } from '../../src/features/forms/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { fundWithPools } from '../factories/funds.js';
import { axeViolations, type BrowserWorld, openBrowserWorld, sidewaysScroll } from '../support/browser.js';
import { type WebWorld } from '../support/world.js';

const system = systemActor('test');
const WIDTHS = [320, 390, 1280];

let opened: BrowserWorld;
let browser: Browser;
let world: WebWorld;
let address: string;
let cookie: string;
let changedId: string;
let libraryId: string;
let emptyId: string;
let shortId: string;
let longId: string;

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ browser, world, address } = opened);
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    return null;
  });
  await world.get(AgencySettings).update(system, {
    ...{ name: 'Agency', timeZone: 'America/Los_Angeles', fiscalYearStartMonth: 7 },
    districts: [{ name: 'Kent' }, { name: 'Renton' }],
  });
  const csv = 'code,name,district,level\n1,Alder Elementary,Kent,elementary\n2,Birch High,Renton,high';
  await world.get(Schools).import(system, { csv });
  const { fundId } = await fundWithPools(world, 1);
  const forms = world.get(Forms);
  const sample = (name: string): string =>
    readFileSync(join(projectRoot(), 'src', 'demo', 'forms', `${name}.json`), 'utf8');
  shortId = (await forms.importForm(system, { fundId, json: sample('rfi-9') })).versionId;
  longId = (await forms.importForm(system, { fundId, json: sample('rfp-131') })).versionId;
  await changedForm(fundId);
  const person = await world.person([{ role: 'program_officer', scopeKind: 'fund', scopeId: fundId }]);
  ({ cookie } = await world.signIn(person));
}, 120_000);

/** A second version with a little of everything, a question in the library, and a form that has nothing yet. */
async function changedForm(fundId: string): Promise<void> {
  const forms = world.get(Forms);
  const sample = readFileSync(join(projectRoot(), 'src', 'demo', 'forms', 'rfp-131.json'), 'utf8');
  const { id, versionId } = await forms.importForm(system, { fundId, name: 'Changed', json: sample });
  const kept = { question: 'elements', name: 'Parts of the work', forAll: false };
  libraryId = (await world.get(FormLibrary).keep(system, versionId, kept)).id;
  await forms.take(system, versionId, 'publish', {});
  changedId = (await forms.newVersion(system, id)).id;
  await forms.edit(system, changedId, { kind: 'move_section', key: 'timeline', to: 'up' });
  await forms.edit(system, changedId, { kind: 'move_question', key: 'founded', to: 'down' });
  await forms.edit(system, changedId, { kind: 'remove_question', key: 'wants_on' });
  await forms.edit(system, changedId, { kind: 'add_section', section: { key: 'more', title: 'More' } });
  const added = { key: 'anything_more', kind: 'long_text', label: 'Is there more to say?' } as const;
  await forms.edit(system, changedId, { kind: 'add_question', section: 'more', question: added });
  const question = findQuestion(await definitionOf(world.db, changedId), 'goes_on');
  if (question === undefined) throw new Error('no such question');
  const changed = { ...question, label: 'How does it go on afterwards?', help: 'In plain words.', mostWords: 300 };
  const change = { kind: 'change_question', section: 'sustain', key: 'goes_on', question: changed } as const;
  await forms.edit(system, changedId, change);
  emptyId = (await forms.createForm(system, { fundId, name: 'Empty' })).versionId;
}

afterAll(async () => {
  await opened?.close();
});

async function open(
  path: string,
  options: { javaScript?: boolean; width?: number } = {},
): Promise<[Page, BrowserContext]> {
  const { javaScript = true, width = 1280 } = options;
  const context = await browser.newContext({ javaScriptEnabled: javaScript, viewport: { width, height: 900 } });
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, url: address }]);
  const page = await context.newPage();
  await page.goto(`${address}${path}`);
  return [page, context];
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  const { width = 1280 } = page.viewportSize() ?? {};
  const height = Math.min(2400, await page.evaluate<number>('document.documentElement.scrollHeight'));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip: { x: 0, y: 0, width, height } });
}

const keysOf = async (id: string): Promise<string[]> =>
  (await definitionOf(world.db, id)).sections.flatMap((section) => section.questions.map((each) => each.key));

it('a question is moved by the keyboard, keeps the focus, and is said to have moved', async () => {
  const [page, context] = await open(`/form-versions/${shortId}`);
  const button = page.locator('button[value="question.down.title"]');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.locator('#builder-status', { hasText: '3 of 4' }).waitFor({ state: 'attached' });
  expect(await page.evaluate<string>('document.activeElement.value')).toBe('question.down.title');
  expect((await keysOf(shortId)).slice(0, 3)).toEqual(['summary', 'schools', 'title']);
  await page.locator('button[value="question.up.title"]').press('Enter');
  await page.locator('button[value="question.up.title"]').press('Enter');
  await page.locator('#builder-status', { hasText: '1 of 4' }).waitFor({ state: 'attached' });
  expect((await keysOf(shortId))[0]).toBe('title');
  await context.close();
});

it('a question is moved without a script too', async () => {
  const [page, context] = await open(`/form-versions/${shortId}`, { javaScript: false });
  await page.locator('button[value="question.down.summary"]').click();
  expect((await keysOf(shortId)).slice(0, 3)).toEqual(['title', 'schools', 'summary']);
  await page.locator('button[value="question.up.summary"]').click();
  await context.close();
});

it('show-when follows each answer at once, words are counted along, and schools are found by name', async () => {
  const [page, context] = await open(`/form-versions/${shortId}/preview`);
  const learned = page.locator('#q-learned');
  expect(await learned.isVisible()).toBe(false);
  await page.locator('#q-works_today input[value=yes]').check();
  expect(await learned.isVisible()).toBe(true);
  await learned.locator('textarea').fill('one two three');
  expect(await page.textContent('#f-answers-learned-count')).toBe('3 of 200 words');
  await page.locator('#q-works_today input[value=no]').check();
  expect(await learned.isVisible()).toBe(false);
  await page.getByLabel('Find a school by name').fill('birch');
  expect(await page.getByLabel('Birch High').isVisible()).toBe(true);
  expect(await page.getByLabel('Alder Elementary').isVisible()).toBe(false);
  await shoot(page, 'form-preview-1280');
  await context.close();
});

it.each(WIDTHS)(
  'at %i px nothing is wrong with the pages, nor wider than the screen',
  async (width) => {
    // The long form once: axe takes its time with 131 questions.
    const built = width === 390 ? longId : shortId;
    const pages = [
      ['list', '/forms'],
      ['builder', `/form-versions/${built}`],
      ['kinds', `/form-versions/${longId}/questions/new?section=proposal`],
      ['question', `/form-versions/${longId}/questions/federal_awards`],
      ['choice', `/form-versions/${longId}/questions/elements`],
      ['preview', `/form-versions/${built}/preview`],
      ['import', '/forms/import'],
      ['library', '/form-library'],
      ['library-question', `/form-library/${libraryId}`],
      ['changes', `/form-versions/${changedId}/changes`],
      ['discard', `/form-versions/${changedId}/discard`],
      ['empty', `/form-versions/${emptyId}`],
    ] as const;
    const wrong: string[] = [];
    for (const [name, path] of pages) {
      const [page, context] = await open(path, { width });
      await shoot(page, `form-${name}-${width}`);
      wrong.push(...(await axeViolations(page)).map((each) => `${name}: ${each}`));
      const { px, culprits } = await sidewaysScroll(page);
      if (px > 0) wrong.push(`${name} is ${px} px too wide: ${culprits.join(', ')}`);
      await context.close();
    }
    expect(wrong).toEqual([]);
  },
  180_000,
);
