/** A long form in a real browser: what hangs on an answer appears at once, also without a connection and across sections. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { AgencySettings } from '../../src/features/agency/index.js';
import { Applications } from '../../src/features/applications/index.js';
import { type FormDefinition, Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { someSchools } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound } from '../factories/rounds.js';
import { axeViolations, type BrowserWorld, openBrowserWorld, shoot, sidewaysScroll } from '../support/browser.js';
import type { WebWorld } from '../support/world.js';

jest.setTimeout(240_000);

const system = systemActor('test');
const yes = (question: string): { all: { question: string; is: 'equal'; value: string }[] } => ({
  all: [{ question, is: 'equal', value: 'yes' }],
});
const HANGING: FormDefinition = {
  sections: [
    {
      key: 'first',
      title: 'First',
      questions: [
        { key: 'new', kind: 'yes_no', label: 'Are you new?' },
        { key: 'why', kind: 'short_text', label: 'Why now?', showWhen: yes('new') },
        { key: 'count', kind: 'number', label: 'How many?' },
        {
          key: 'large',
          kind: 'short_text',
          label: 'So many?',
          showWhen: { all: [{ question: 'count', is: 'above', value: '1000' }] },
        },
      ],
    },
    {
      key: 'only_new',
      title: 'Only for the new',
      showWhen: yes('new'),
      questions: [{ key: 'hello', kind: 'short_text', label: 'How did you hear of us?' }],
    },
    {
      key: 'last',
      title: 'Last',
      questions: [
        { key: 'end', kind: 'short_text', label: 'Anything else?' },
        { key: 'welcome', kind: 'short_text', label: 'What would help you begin?', showWhen: yes('new') },
      ],
    },
  ],
};

let opened: BrowserWorld;
let world: WebWorld;
let owner: PersonActor;
let longOwner: PersonActor;
let hangingId: string;
let longId: string;

async function draftWith(json: string): Promise<string> {
  const made = await draftRound(world, { ceiling: Money.parse('100000') });
  const { versionId } = await world.get(Forms).importForm(system, { fundId: made.fundId, name: 'Form', json });
  await world.get(RoundSetUp).chooseForm(system, made.roundId, { formVersionId: versionId });
  await world.get(Rounds).take(system, made.roundId, 'publish', {});
  const organizationId = (await organization(world)).id;
  owner = await organizationMember(world, organizationId, 'owner');
  const input = { roundId: made.roundId, organizationId, title: 'Reading after school' };
  return (await world.get(Applications).create(owner, input)).id;
}

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ world } = opened);
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    return null;
  });
  await someSchools(world);
  longId = await draftWith(readFileSync(join(projectRoot(), 'src', 'demo', 'forms', 'rfp-131.json'), 'utf8'));
  longOwner = owner;
  hangingId = await draftWith(JSON.stringify(HANGING));
}, 120_000);
afterAll(async () => opened?.close());

async function open(actor: PersonActor, path: string, width = 390): Promise<{ context: BrowserContext; page: Page }> {
  const context = await opened.browser.newContext({ viewport: { width, height: 844 } });
  const { cookie } = await world.signIn(actor as never);
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, url: opened.address }]);
  const page = await context.newPage();
  await page.goto(`${opened.address}${path}`);
  return { context, page };
}

const block = (key: string): string => `[data-answer=${key}]`;

it('a question and the next section appear with the answer they hang on, without a connection', async () => {
  const { context, page } = await open(owner, `/applications/${hangingId}/sections/first`);
  const following = page.locator('[data-following]');
  expect(await page.locator(block('why')).isVisible()).toBe(false);
  expect(await following.textContent()).toBe('Next: Last');
  await context.setOffline(true);
  await page.locator(`${block('new')} input[value=yes]`).check();
  await page.locator(block('why')).waitFor();
  expect(await following.textContent()).toBe('Next: Only for the new');
  expect(await following.getAttribute('href')).toBe(`/applications/${hangingId}/sections/only_new`);
  await page.getByText('All 2 sections').click();
  expect(await page.getByRole('link', { name: 'Only for the new', exact: true }).isVisible()).toBe(true);
  await page.fill('[name="answers.count"]', '1,200');
  await page.locator(block('large')).waitFor();
  await page.fill('[name="answers.count"]', '900');
  expect(await page.locator(block('large')).isVisible()).toBe(false);
  await page.locator('[data-status][data-state=offline]').waitFor();
  expect(await page.locator(block('why')).isVisible()).toBe(true);
  await page.fill('[name="answers.why"]', 'Because');
  await context.setOffline(false);
  await page.evaluate("window.dispatchEvent(new Event('online'))");
  await page.locator('[data-status][data-state=saved]').waitFor({ timeout: 60_000 });
  expect(await page.locator(block('why')).isVisible()).toBe(true);
  await page.locator(`${block('new')} input[value=no]`).check();
  await page.locator(block('why')).waitFor({ state: 'hidden' });
  await page.locator(`${block('new')} input[value=yes]`).check();
  await page.waitForTimeout(1500);
  await page.locator('[data-status][data-state=saved]').waitFor({ timeout: 60_000 });
  // What hangs on an answer of another page is shown there from the start, and stays while something else is typed.
  await page.goto(`${opened.address}/applications/${hangingId}/sections/last`);
  expect(await page.locator(block('welcome')).isVisible()).toBe(true);
  await page.fill('[name="answers.end"]', 'No');
  expect(await page.locator(block('welcome')).isVisible()).toBe(true);
  expect(await following.isHidden()).toBe(true);
  await context.close();
});

it.each([390, 1280])('sections of the long form are usable at %i px', async (width) => {
  const wrong: string[] = [];
  for (const key of ['organization', 'need', 'goals', 'budget']) {
    const { context, page } = await open(longOwner, `/applications/${longId}/sections/${key}`, width);
    await shoot(page, `whole-${key}-${width}`);
    wrong.push(...(await axeViolations(page)).map((each) => `${key}: ${each}`));
    const { px, culprits } = await sidewaysScroll(page);
    if (px > 0) wrong.push(`${key} is ${px} px too wide: ${culprits.join(', ')}`);
    await context.close();
  }
  const { context, page } = await open(longOwner, `/applications/${longId}`, width);
  await shoot(page, `whole-overview-${width}`);
  await context.close();
  expect(wrong).toEqual([]);
});
