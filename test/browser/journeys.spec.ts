/**
 * People's ways through Granary in a real browser, without any script: the promise is that all of it works so. Each page
 * by itself is looked over by `pages-of-every-role`, under the ids of `journey-pages.ts`.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { receiptOf } from '../../src/demo/receipt.js';
import type { Role } from '../../src/kernel/policy.js';
import type { ReceivedFile } from '../../src/platform/files/file-keeper.js';
import { type BrowserWorld, openBrowserWorld, shoot } from '../support/browser.js';
import { DEMO_PASSPHRASE } from '../support/demo-database.js';
import { TEST_PASSPHRASE, type TestPerson, type WebWorld } from '../support/world.js';

/** Fills boxes and selects by their names. */
async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const control = page.locator(`main form:not(.search) [name="${name}"]`);
    const isSelect = (await control.evaluate((element) => element.nodeName)) === 'SELECT';
    if (isSelect) await control.selectOption(value);
    else await control.fill(value);
  }
}

/** Sends the form of the page. */
const send = (page: Page): Promise<void> => page.click('main .form__end button');
const title = async (page: Page): Promise<string> => (await page.textContent('h1')) ?? '';
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
/** Follows a link; where the menu's row is full, it may stand in one of its groups. */
async function follow(page: Page, name: string): Promise<void> {
  const link = page.getByRole('link', { name, exact: true }).first();
  await page.waitForLoadState();
  await link.or(page.locator('.site-nav summary')).first().waitFor();
  const group = page.locator('.site-nav__more', { has: page.locator('a', { hasText: name }) }).first();
  if (!(await link.isVisible())) await group.locator('summary').click();
  await link.click();
}

async function signIn(context: BrowserContext, address: string, email: string, passphrase: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`);
  // A mailed link is offered first; this is the form beside it.
  const form = page.locator('form:has([name=password])');
  await form.locator('[name=email]').fill(email);
  await form.locator('[name=password]').fill(passphrase);
  await form.getByRole('button').click();
  return page;
}

describe('without any script', () => {
  let opened: BrowserWorld;
  let browser: Browser;
  let world: WebWorld;
  let address: string;

  beforeAll(async () => {
    opened = await openBrowserWorld();
    ({ browser, world, address } = opened);
  }, 120_000);

  afterAll(async () => {
    await opened?.close();
  });

  async function come(role: Role): Promise<Page> {
    const person: TestPerson = await world.person([{ role }]);
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
    return signIn(context, address, person.email, TEST_PASSPHRASE);
  }

  it('money goes from a grant to a pool, and its figure leads back to the entries', async () => {
    const officer = await come('finance_officer');
    // The agency has no money yet: that is the first thing.
    expect(await title(officer)).toBe('1 thing to do');

    // A grant with its budget, and first a mistake.
    await follow(officer, 'Sources');
    await follow(officer, 'Record a source');
    await fill(officer, {
      name: 'Community Learning Grant',
      grantor: 'U.S. Department of Education',
      kind: 'federal',
      awardNumber: 'S287C150001',
      amount: 'two million',
      startsOn: '2015-07-01',
      endsOn: '2017-06-30',
      liquidatesBy: '2017-09-28',
      indirectRule: 'none',
      subgrantAuthority: 'The notice of 2015 lets the grantee fund partnerships',
      'budget[0].strand': 'After school',
      'budget[0].category': 'Programs',
      'budget[0].amount': '1,500,000',
      'budget[1].strand': 'After school',
      'budget[1].category': 'Staff',
      'budget[1].amount': '500,000',
    });
    const ruleSet = await officer.locator('select[name="ruleSetId"] option').nth(1).getAttribute('value');
    await fill(officer, { ruleSetId: ruleSet ?? '' });
    await send(officer);
    expect(await officer.textContent('.error-summary')).toContain('Enter an amount in dollars');
    expect(await officer.inputValue('[name="amount"]')).toBe('two million');
    expect(await officer.inputValue('[name="name"]')).toBe('Community Learning Grant');
    expect(await officer.inputValue('[name="budget[1].amount"]')).toBe('500,000');
    await shoot(officer, 'journey-mistake-1280');
    await fill(officer, { amount: '2,000,000' });
    await send(officer);
    expect(await title(officer)).toBe('Community Learning Grant');
    expect(await officer.textContent('.page-head .tag')).toContain('Draft');
    const source = officer.url();

    // Somebody else puts it in force: it stands among their things to do.
    const approver = await come('finance_approver');
    expect(await title(approver)).toBe('1 thing to do');
    await approver.click('.todo__title a');
    expect(approver.url()).toBe(source);
    await press(approver, 'Activate');
    expect(await approver.textContent('.page-head .tag')).toContain('Active');

    const program = await come('program_officer');
    await follow(program, 'Funds');
    await program.click('.page-head__actions a');
    await fill(program, {
      name: 'Deep Dives',
      slug: 'deep-dives',
      purpose: 'Partnerships of schools and communities.',
    });
    await send(program);
    expect(await title(program)).toBe('Deep Dives');
    await program.click('.page-head__actions a[href$="/pools/new"]');
    await fill(program, { kind: 'round', name: 'Round 1' });
    await send(program);
    expect(await program.textContent('#main')).toContain('Round 1');

    // More than there is: refused in words, and nothing is lost.
    await officer.goto(source);
    await officer.click('.page-head__actions a[href^="/allotments/new"]');
    const pool = await officer.locator('select[name="poolId"] option', { hasText: 'Round 1' }).getAttribute('value');
    await fill(officer, { poolId: pool ?? '', amount: '2,500,000', authority: 'Executive Committee, November 10' });
    await send(officer);
    expect(await officer.textContent('.note--rust')).toContain('$2,000,000');
    expect(await officer.inputValue('[name="amount"]')).toBe('2,500,000');
    expect(await officer.inputValue('[name="poolId"]')).toBe(pool);
    await shoot(officer, 'journey-refused-1280');
    await fill(officer, { amount: '750,000' });
    await send(officer);
    expect(officer.url()).toBe(source);
    expect(await officer.textContent('.page-note')).toContain('$750,000');

    await follow(officer, 'Reports');
    await officer.selectOption('select[name=by]', 'pool');
    await press(officer, 'Show');
    expect(await officer.textContent('.figures')).toContain('$750,000');
    await follow(officer, 'Round 1');
    expect(officer.url()).toContain('/ledger?holder=pool:');
    expect(await officer.textContent('.data-table')).toContain('750,000');
    expect(await officer.textContent('.data-table')).toContain('Community Learning Grant');
    for (const page of [officer, approver, program]) await page.context().close();
    expect(world.troubles).toEqual([]);
  }, 120_000);
});

describe('an evening', () => {
  let opened: BrowserWorld;
  let browser: Browser;
  let world: WebWorld;
  let address: string;

  beforeAll(async () => {
    opened = await openBrowserWorld({ demo: true });
    ({ browser, world, address } = opened);
  }, 300_000);

  afterAll(async () => {
    await opened?.close();
  });

  it('needs no script from the evening of a convening to the check for its childcare', async () => {
    const come = async (role: string): Promise<Page> => {
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
      return signIn(context, address, `${role}@example.org`, DEMO_PASSPHRASE);
    };
    const todo = (page: Page, text: string): Promise<void> =>
      page.locator('.todo__title a', { hasText: text }).first().click();

    // Everybody came.
    const facilitator = await come('facilitator');
    await todo(facilitator, 'Confirm who came');
    for (const box of await facilitator.locator('.roll-person input[type=checkbox]').all()) await box.check();
    await shoot(facilitator, 'journey-roll-390');
    await press(facilitator, 'Confirm attendance');
    expect(await facilitator.textContent('.page-head .tag')).toContain('Held');

    // A parent claims the sitter with a photo: first one that is none, and nothing typed is lost.
    const parent = await come('participant');
    await parent.goto(`${address}/support`);
    await shoot(parent, 'journey-support-390');
    const convening = parent.locator('select[name="attendanceId"] option:not([value=""])').last();
    await fill(parent, {
      attendanceId: (await convening.getAttribute('value')) ?? '',
      children: '2',
      hours: '3',
      paid: '60.00',
      provider: 'A sitter of the neighborhood',
    });
    const photo = { name: 'receipt.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<script>no photo</script>') };
    await parent.setInputFiles('input[type=file]', photo);
    await send(parent);
    expect(await parent.textContent('.error-summary')).toContain('photo');
    expect(await parent.inputValue('[name="paid"]')).toBe('60.00');
    await parent.setInputFiles('input[type=file]', {
      ...photo,
      buffer: await bytesOf(receiptOf(['Childcare', 'Total $60.00'])),
    });
    await send(parent);
    expect(await parent.textContent('.sum')).toContain('$54.00');
    await shoot(parent, 'journey-claim-390');
    await press(parent, 'Send the claim');
    expect(await parent.textContent('#main')).toContain('Being checked');

    // Somebody who did not confirm the attendance checks it, with the receipt beside the sum.
    const officer = await come('program-officer');
    await officer.goto(`${address}/support/claims?state=submitted`);
    await officer.locator('.data-table a', { hasText: 'Parent advisor, Renton' }).first().click();
    expect(await officer.locator('.receipt img').getAttribute('src')).toContain('/attachments/');
    await shoot(officer, 'journey-check-390');
    await press(officer, 'Approve');
    expect(await officer.textContent('.page-head .tag')).toContain('Approved');

    // Finance prepares and releases: the same batches as everything else.
    const finance = await come('finance-officer');
    await finance.goto(`${address}/payments`);
    expect(await finance.textContent('#main')).toContain('Parent advisor, Renton');
    for (const page of [facilitator, parent, officer, finance]) await page.context().close();
    expect(world.troubles).toEqual([]);
  }, 120_000);

  async function bytesOf(file: ReceivedFile): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of file.pieces(65_536)) parts.push(part);
    return Buffer.concat(parts);
  }
});
