/**
 * Answering in a real browser, where people lose work elsewhere: a line that is gone for ten minutes, a page closed
 * meanwhile, a session that ended, two people in one answer; and all of it without a script.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { RuleSets } from '../../src/features/agency/index.js';
import { Answers, Applications } from '../../src/features/applications/index.js';
import { Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { someDistricts } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { pdfFile, pngFile } from '../factories/attachments.js';
import { draftRound, publishedRound } from '../factories/rounds.js';
import { axeViolations, type BrowserWorld, openBrowserWorld, shoot, sidewaysScroll } from '../support/browser.js';
import { type WebWorld } from '../support/world.js';

jest.setTimeout(240_000);

const MINUTE = 60_000;
const system = systemActor('test');

let opened: BrowserWorld;
let browser: Browser;
let world: WebWorld;
let address: string;
let roundId: string;

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ browser, world, address } = opened);
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  await someDistricts(world);
  ({ roundId } = await publishedRound(world, { ceiling: Money.parse('100000') }));
}, 120_000);

afterAll(async () => {
  await opened?.close();
});

/** Waits until it reads so: the policy of our pages keeps out the text that a browser would be told to wait by. */
async function comesTo(read: () => Promise<string>, value: string): Promise<void> {
  for (let tries = 0; tries < 600 && (await read()) !== value; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await read()).toBe(value);
}

interface Draft {
  readonly id: string;
  readonly organizationId: string;
  readonly owner: PersonActor;
  readonly editor: PersonActor;
}

async function draft(): Promise<Draft> {
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const editor = await organizationMember(world, organizationId, 'editor');
  const { id } = await world
    .get(Applications)
    .create(owner, { roundId, organizationId, title: 'Reading after school' });
  return { id, organizationId, owner, editor };
}

async function enter(
  actor: PersonActor,
  options: { readonly javaScriptEnabled?: boolean; readonly width?: number } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const { javaScriptEnabled = true, width = 390 } = options;
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 844 } });
  await signIn(context, actor);
  const page = await context.newPage();
  page.setDefaultTimeout(MINUTE);
  return { context, page };
}

async function signIn(context: BrowserContext, actor: PersonActor): Promise<void> {
  const { cookie } = await world.signIn(actor as never);
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, url: address }]);
}

const answerOf = async (id: string, key: string): Promise<unknown> => {
  const rows = await world.db.query<{ value: unknown }>(
    sql`select value from answers where application_id = ${id} and question_key = ${key}`,
  );
  return rows[0]?.value;
};

const section = (id: string, key = 'proposal'): string => `${address}/applications/${id}/sections/${key}`;
const summaryBox = '[name="answers.summary"]';
/** One retry of the script, should the machine be busy. */
const saved = (page: Page): Promise<unknown> =>
  page.locator('[data-status][data-state=saved]').waitFor({ timeout: MINUTE });

describe('while somebody writes', () => {
  it('saves each change and says when', async () => {
    const { id, owner } = await draft();
    const { page, context } = await enter(owner);
    await page.goto(section(id));
    await page.fill(summaryBox, 'We read together after school.');
    await saved(page);
    expect(await page.textContent('[data-status]')).toMatch(/^Saved at 12:00/);
    expect(await answerOf(id, 'summary')).toBe('We read together after school.');
    expect(await page.textContent('#f-answers-summary-count')).toBe('5 of 500 words');
    await shoot(page, 'section-390');
    await context.close();
  }, 60_000);

  it('loses no word while the line is gone for ten minutes', async () => {
    const { id, owner } = await draft();
    const { page, context } = await enter(owner);
    await page.clock.install();
    await page.goto(section(id));
    await page.fill(summaryBox, 'Before the line went.');
    await page.clock.runFor(2000);
    await saved(page);
    await context.setOffline(true);
    await page.fill(summaryBox, 'Before the line went. And what was written without it.');
    await page.fill('[name="answers.title"]', 'Reading after school, together');
    await page.clock.runFor(2000);
    await page.locator('[data-status][data-state=offline]').waitFor();
    expect(await page.textContent('[data-status]')).toBe(
      'Not saved yet: no connection. What you typed is kept on this device.',
    );
    expect(await page.textContent('[data-spoken]')).toContain('no connection');
    await shoot(page, 'section-offline-390');
    await page.clock.runFor(10 * MINUTE);
    expect(await answerOf(id, 'summary')).toBe('Before the line went.');
    await context.setOffline(false);
    await page.clock.runFor(MINUTE);
    await saved(page);
    expect(await answerOf(id, 'summary')).toBe('Before the line went. And what was written without it.');
    expect(await answerOf(id, 'title')).toBe('Reading after school, together');
    await context.close();
  }, 90_000);

  it('brings back what was typed on a page that was closed without a line', async () => {
    const { id, owner } = await draft();
    const { page, context } = await enter(owner);
    await page.goto(section(id));
    await context.setOffline(true);
    await page.fill(summaryBox, 'Typed in a tunnel.');
    await page.locator('[data-status][data-state=offline]').waitFor();
    await page.close();
    await context.setOffline(false);
    const again = await context.newPage();
    await again.goto(section(id));
    // The page that was closed may have sent it with its last breath, once the line was back: then nothing is left to save.
    expect(await again.inputValue(summaryBox)).toBe('Typed in a tunnel.');
    await comesTo(() => answerOf(id, 'summary').then(String), 'Typed in a tunnel.');
    await comesTo(() => again.evaluate('Object.keys(localStorage).length').then(String), '0');
    await context.close();
  }, 90_000);

  it('says that it is saved on a page opened again, when what was typed had arrived meanwhile', async () => {
    const { id, owner } = await draft();
    const { page, context } = await enter(owner);
    await page.goto(section(id));
    await context.setOffline(true);
    await page.fill(summaryBox, 'Typed in a tunnel.');
    await page.locator('[data-status][data-state=offline]').waitFor();
    await page.close();
    await world.get(Answers).save(owner, id, [{ key: 'summary', value: 'Typed in a tunnel.' }]);
    await context.setOffline(false);
    const again = await context.newPage();
    await again.goto(section(id));
    await saved(again);
    expect(await again.textContent('[data-status]')).toBe('Saved. What you typed here before has arrived.');
    await comesTo(() => again.evaluate('Object.keys(localStorage).length').then(String), '0');
    await context.close();
  }, 60_000);

  it('waits for somebody whose session ended, and goes on once they signed in elsewhere', async () => {
    const { id, owner, editor } = await draft();
    const { page, context } = await enter(owner);
    await page.goto(section(id));
    await context.clearCookies();
    await page.fill(summaryBox, 'Written while the session ended.');
    await page.locator('[data-status][data-state=signed_out]').waitFor();
    expect(await page.getAttribute('[data-status] a', 'target')).toBe('_blank');
    await signIn(context, editor);
    await page.evaluate('window.dispatchEvent(new Event("focus"))');
    await page.locator('[data-status][data-state=other_person]').waitFor();
    expect(await answerOf(id, 'summary')).toBeUndefined();
    await context.clearCookies();
    await signIn(context, owner);
    await page.evaluate('window.dispatchEvent(new Event("focus"))');
    await saved(page);
    expect(await answerOf(id, 'summary')).toBe('Written while the session ended.');
    await context.close();
  }, 60_000);

  it('shows both versions to two who write one answer, and lets them choose', async () => {
    const { id, owner, editor } = await draft();
    const one = await enter(owner);
    const two = await enter(editor, { width: 1280 });
    await one.page.goto(section(id));
    await two.page.goto(section(id));
    await one.page.fill(summaryBox, 'As the director has it.');
    await saved(one.page);
    await two.page.fill(summaryBox, 'As the colleague has it.');
    const difference = two.page.locator('.answer__difference');
    await difference.waitFor();
    expect(await difference.textContent()).toContain('As the director has it.');
    expect(await two.page.inputValue(summaryBox)).toBe('As the colleague has it.');
    expect(await axeViolations(two.page)).toEqual([]);
    await shoot(two.page, 'conflict-1280');
    await two.page.goto(`${address}/applications/${id}/differences`);
    await shoot(two.page, 'differences-1280');
    expect(await axeViolations(two.page)).toEqual([]);
    await two.page.getByRole('button', { name: 'Use the one kept beside it' }).click();
    expect(await answerOf(id, 'summary')).toBe('As the colleague has it.');
    await one.page.evaluate('window.dispatchEvent(new Event("focus"))');
    await comesTo(() => one.page.inputValue(summaryBox), 'As the colleague has it.');
    await two.page.goto(`${address}/applications/${id}/versions/summary`);
    expect(await two.page.textContent('main')).toContain('As the director has it.');
    expect(await axeViolations(two.page)).toEqual([]);
    await Promise.all([one.context.close(), two.context.close()]);
  }, 90_000);

  it('keeps mine when I say so, on the page itself', async () => {
    const { id, owner, editor } = await draft();
    const { page, context } = await enter(owner);
    await page.goto(section(id));
    await world.get(Answers).save(editor, id, [{ key: 'summary', value: 'Quicker.', version: 0 }]);
    await page.fill(summaryBox, 'Mine after all.');
    await page.getByRole('button', { name: 'Use mine' }).click();
    await saved(page);
    expect(await answerOf(id, 'summary')).toBe('Mine after all.');
    expect(await world.get(Answers).differences(owner, id)).toEqual([]);
    await context.close();
  }, 60_000);
});

describe('without a script', () => {
  it('the whole application is written and sent', async () => {
    const organizationId = (await organization(world)).id;
    const owner = await organizationMember(world, organizationId, 'owner');
    const { page, context } = await enter(owner, { javaScriptEnabled: false });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    await page.goto(`${address}/applications/new?round=${roundId}`);
    await page.fill('[name=title]', 'Families read');
    await page.click('main .form__end button');
    await page.getByRole('link', { name: 'Your proposal' }).first().click();
    await page.fill(summaryBox, 'We will read with families in four languages.');
    await page.fill('[name="answers.districts[0].share"]', 'half');
    await press('Save and continue');
    expect(await page.textContent('.error-summary')).toContain('half');
    expect(await page.inputValue(summaryBox)).toBe('We will read with families in four languages.');
    await shoot(page, 'section-errors-390');
    await page.fill('[name="answers.districts[0].share"]', '100');
    await press('Save and continue');
    expect(await page.textContent('h1')).toBe('Your budget');
    await shoot(page, 'budget-390');
    await page.fill('[name="answers.budget[0].description"]', 'Tutors');
    await page.locator('[name="answers.budget[0].category"]').selectOption({ index: 1 });
    await page.fill('[name="answers.budget[0].amount"]', '12,000');
    await press('Save and continue');
    expect(await page.textContent('h1')).toBe('Your partners');
    await press('Save and check the application');
    await shoot(page, 'application-390');
    expect(await page.textContent('main')).toContain('4 questions answered');
    await page.getByRole('link', { name: 'All answers, to read and print' }).click();
    expect(await page.textContent('main')).toContain('We will read with families in four languages.');
    await shoot(page, 'sheet-390');
    const [id = ''] = /[0-9a-f-]{36}/.exec(page.url()) ?? [];
    await page.goto(`${address}/applications/${id}/submit`);
    await page.check('[name=agreed]');
    for (const box of await page.locator('main form input[type=text][aria-required=true]').all()) {
      if ((await box.inputValue()) === '') await box.fill('Director');
    }
    await page.click('main .form__end button');
    expect((await world.get(Applications).get(owner, id)).state).toBe('submitted');
    await context.close();
  }, 120_000);
});

describe('without a script, after the session ended', () => {
  it('what was sent stands on the page that says so, and is sent again from there', async () => {
    const { id, owner } = await draft();
    const { page, context } = await enter(owner, { javaScriptEnabled: false });
    await page.goto(section(id));
    await page.fill(summaryBox, 'Written on a bus, for an hour.');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(await page.textContent('h1')).toBe('Not saved yet, and not lost');
    expect(await page.textContent('main')).toContain('Written on a bus, for an hour.');
    await shoot(page, 'section-kept-390');
    await signIn(context, owner);
    const again = page.getByRole('button', { name: 'Send it again' });
    await again.click();
    // The token of the page was of the session before: it comes once more, with one of this session.
    if (await again.isVisible()) await again.click();
    expect(await page.textContent('main')).not.toContain('Not saved yet');
    expect(await answerOf(id, 'summary')).toBe('Written on a bus, for an hour.');
    await context.close();
  }, 60_000);
});

/** A draft whose form asks for a plan, as a PDF, and for why. */
async function draftWithFile(): Promise<{ id: string; owner: PersonActor }> {
  const made = await draftRound(world, {});
  const questions = [
    { key: 'why', kind: 'long_text', label: 'Why you' },
    { key: 'plan', kind: 'file', label: 'Your plan', accept: ['pdf'] },
  ];
  const forms = world.get(Forms);
  const { versionId } = await forms.createForm(system, { fundId: made.fundId, name: `Plan ${made.roundId}` });
  await forms.saveDefinition(system, versionId, { sections: [{ key: 'only', title: 'Plans', questions }] });
  await world.get(RoundSetUp).chooseForm(system, made.roundId, { formVersionId: versionId } as never);
  await world.get(Rounds).take(system, made.roundId, 'publish', {});
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const { id } = await world
    .get(Applications)
    .create(owner, { roundId: made.roundId, organizationId, title: 'A plan' });
  return { id, owner };
}

const chosen = (name: string, mimeType = 'application/pdf', buffer = pdfFile()) => ({ name, mimeType, buffer });
const fileBox = 'input[type=file]';

describe('a file without a script', () => {
  it('is named on the page of a session that ended, with what was typed, and is chosen again after that', async () => {
    const { id, owner } = await draftWithFile();
    const { page, context } = await enter(owner, { javaScriptEnabled: false });
    await page.goto(section(id, 'only'));
    await page.fill('[name="answers.why"]', 'Because we know every family on the hill.');
    await page.setInputFiles(fileBox, chosen('Our plan.pdf', undefined, pdfFile(300_000)));
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(await page.textContent('h1')).toBe('Not saved yet, and not lost');
    expect(await page.textContent('main')).toContain('Because we know every family on the hill.');
    expect(await page.textContent('.note--gold')).toContain('Our plan.pdf');
    await shoot(page, 'section-kept-file-390');
    const back = page.getByRole('link', { name: 'Open that page in a new tab' });
    expect(await back.getAttribute('href')).toBe(`/applications/${id}/sections/only`);
    await signIn(context, owner);
    const again = page.getByRole('button', { name: 'Send it again' });
    await again.click();
    // The file stays named while the page comes once more for its token.
    if (await again.isVisible()) {
      expect(await page.textContent('main')).toContain('Our plan.pdf');
      await again.click();
    }
    expect(await page.textContent('main')).not.toContain('Not saved yet');
    expect(await answerOf(id, 'why')).toBe('Because we know every family on the hill.');
    await page.setInputFiles(fileBox, chosen('Our plan.pdf'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(await page.textContent('[data-files-list]')).toContain('Our plan.pdf');
    await context.close();
  }, 60_000);

  it('of a kind that the question does not take is told above and beside it, by its name', async () => {
    const { id, owner } = await draftWithFile();
    const { page, context } = await enter(owner, { javaScriptEnabled: false });
    await page.goto(section(id, 'only'));
    for (const [file, typed, sentence] of [
      [chosen('Plan.png', 'image/png', pngFile()), 'Kept beside a picture.', 'not of a kind this question takes'],
      [chosen('Plan.pdf', undefined, Buffer.from('<script>')), 'Kept beside a page.', 'Choose PDF'],
    ] as const) {
      await page.fill('[name="answers.why"]', typed);
      await page.setInputFiles(fileBox, file);
      await page.getByRole('button', { name: 'Save and check the application' }).click();
      const item = page.locator('.error-summary a');
      expect(await item.textContent()).toContain(`Your plan: `);
      expect(await item.textContent()).toContain(sentence);
      expect(await page.textContent('[data-answer=plan] .field-error')).toContain('PDF');
      expect(await page.inputValue('[name="answers.why"]')).toBe(typed);
      await shoot(page, 'section-file-kind-390');
      await item.click();
      expect(await page.locator('input[type=file]:target').count()).toBe(1);
    }
    await page.setInputFiles(fileBox, chosen('Plan.pdf'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(await page.locator('.error-summary').count()).toBe(0);
    expect(await page.textContent('[data-files-list]')).toContain('Plan.pdf');
    await context.close();
  }, 60_000);
});

describe('a file with a script', () => {
  it('is sent again over a lost line, and one that a closed page left behind is named on return', async () => {
    const { id, owner } = await draftWithFile();
    const { page, context } = await enter(owner);
    const state = '[data-answer=plan] [data-state]';
    await page.goto(section(id, 'only'));
    await context.setOffline(true);
    await page.setInputFiles(fileBox, chosen('Our plan.pdf'));
    await comesTo(
      () => page.innerText(state),
      'Our plan.pdf waits for the connection. Stay on this page until it is sent.',
    );
    await shoot(page, 'file-waits-390');
    await page.close();
    await context.setOffline(false);
    const next = await context.newPage();
    await next.goto(section(id, 'only'));
    await comesTo(
      () => next.innerText(state),
      'Our plan.pdf did not arrive before this page was closed. Choose it again.',
    );
    await shoot(next, 'file-lost-390');
    await context.setOffline(true);
    await next.setInputFiles(fileBox, chosen('Our plan.pdf'));
    await comesTo(
      () => next.innerText(state),
      'Our plan.pdf waits for the connection. Stay on this page until it is sent.',
    );
    await context.setOffline(false);
    await next.locator('[data-files-list] label', { hasText: 'Our plan.pdf' }).waitFor({ timeout: MINUTE });
    await saved(next);
    await next.reload();
    expect(await next.innerText(state)).toBe('');
    expect(await next.textContent('[data-files-list]')).toContain('Our plan.pdf');
    await context.close();
  }, 120_000);

  it('of a kind that the question does not take is told, and not left on its list', async () => {
    const { id, owner } = await draftWithFile();
    const { page, context } = await enter(owner);
    await page.goto(section(id, 'only'));
    await page.setInputFiles(fileBox, chosen('Plan.png', 'image/png', pngFile()));
    await comesTo(
      () => page.innerText('[data-answer=plan] [data-state]'),
      'Plan.png is not a file this question takes. Choose PDF.',
    );
    expect(await page.locator('[data-files-list] input').count()).toBe(0);
    await page.setInputFiles(fileBox, chosen('Plan.pdf'));
    await page.locator('[data-files-list] label', { hasText: 'Plan.pdf' }).waitFor();
    await context.close();
  }, 60_000);
});

describe('the pages', () => {
  it('fit a phone, are usable by everybody, and are small', async () => {
    const { id, owner } = await draft();
    const { page, context } = await enter(owner);
    const sizes: number[] = [];
    page.on('response', (response) => {
      void response
        .request()
        .sizes()
        .then(({ responseBodySize, responseHeadersSize }) => sizes.push(responseBodySize + responseHeadersSize))
        .catch(() => undefined);
    });
    await page.goto(section(id), { waitUntil: 'networkidle' });
    const first = sizes.splice(0).reduce((sum, size) => sum + size, 0);
    await page.goto(section(id, 'budget'), { waitUntil: 'networkidle' });
    const later = sizes.splice(0).reduce((sum, size) => sum + size, 0);
    console.log(`answering: first view ${first} bytes, a later one ${later} bytes`);
    expect(first).toBeLessThan(100_000);
    expect(later).toBeLessThan(30_000);
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      for (const path of [
        'sections/proposal',
        'sections/budget',
        'sections/partners',
        'print',
        'reuse',
        'differences',
      ]) {
        await page.goto(`${address}/applications/${id}/${path}`);
        expect([path, width, await axeViolations(page)]).toEqual([path, width, []]);
        expect([path, width, (await sidewaysScroll(page)).px]).toEqual([path, width, 0]);
      }
    }
    await shoot(page, 'reuse-1280');
    await context.close();
  }, 120_000);
});
