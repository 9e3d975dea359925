/**
 * People's ways through Granary in a real browser: first without any script, as the promise is that all of it works so;
 * then every page by several roles on a desk and on a phone, looked over by axe.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { runDemo } from '../../src/demo/demo.js';
import { newId } from '../../src/kernel/ids.js';
import type { Role } from '../../src/kernel/policy.js';
import { sql } from '../../src/platform/database/sql.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { organization } from '../factories/organizations.js';
import { axeViolations, launchBrowser, sidewaysScroll } from '../support/browser.js';
import { openWebWorld, TEST_PASSPHRASE, type TestPerson, type WebWorld } from '../support/world.js';

/** Builds the stylesheet when there is none, or when it is older than what it is made of. */
function buildAssets(): void {
  const folder = join(projectRoot(), 'dist', 'assets');
  const manifest = join(folder, 'manifest.json');
  const source = join(projectRoot(), 'templates', 'assets', 'granary.css');
  if (existsSync(manifest) && statSync(manifest).mtimeMs > statSync(source).mtimeMs) return;
  execFileSync(process.execPath, [join(projectRoot(), 'scripts', 'assets.mjs'), folder]);
}

let browser: Browser;

beforeAll(async () => {
  buildAssets();
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
});

async function listen(world: WebWorld): Promise<string> {
  await world.app.listen(0, '127.0.0.1');
  const address = world.app.getHttpServer().address() as { port: number };
  return `http://127.0.0.1:${address.port}`;
}

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
const follow = (page: Page, name: string): Promise<void> =>
  page.getByRole('link', { name, exact: true }).first().click();

async function signIn(context: BrowserContext, address: string, email: string, passphrase: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`);
  await fill(page, { email, password: passphrase });
  await send(page);
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

describe('without any script', () => {
  let world: WebWorld;
  let address: string;

  beforeAll(async () => {
    world = await openWebWorld();
    address = await listen(world);
  }, 120_000);

  afterAll(async () => {
    await world?.close();
  });

  async function come(role: Role): Promise<Page> {
    const person: TestPerson = await world.person([{ role }]);
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
    return signIn(context, address, person.email, TEST_PASSPHRASE);
  }

  it('money goes from a grant to a pool, and its figure leads back to the entries', async () => {
    const officer = await come('finance_officer');
    expect(await title(officer)).toBe('Nothing to do');

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
    expect(await officer.textContent('.figures')).toContain('$750,000');
    await follow(officer, 'Round 1');
    expect(officer.url()).toContain('/ledger?holder=pool:');
    expect(await officer.textContent('.data-table')).toContain('750,000');
    expect(await officer.textContent('.data-table')).toContain('Community Learning Grant');
    for (const page of [officer, approver, program]) await page.context().close();
    expect(world.troubles).toEqual([]);
  }, 120_000);
});

describe('every page', () => {
  const PASSPHRASE = 'walnut harbor violin march';
  const pages = listRoutes(FEATURES_IN_ORDER).filter(
    ({ method, path }) => method === 'GET' && !/^\/(api|health|ready)(\/|$)/.test(path),
  );
  let world: WebWorld;
  let address: string;
  /** By the first word of the path, what stands for its id. */
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    world = await openWebWorld();
    await runDemo(world.app, PASSPHRASE);
    const { id: organizationId } = await organization(world);
    const one = async (query: ReturnType<typeof sql>): Promise<string> =>
      (await world.db.find<{ id: string }>(query))?.id ?? '';
    ids = {
      sources: await one(sql`select id from sources where state = 'active' limit 1`),
      'sources/edit': await one(sql`select id from sources where state = 'draft' limit 1`),
      funds: await one(sql`select id from funds limit 1`),
      organizations: organizationId,
      people: await one(sql`select id from persons where name = 'Program officer' limit 1`),
      'rule-sets': await one(sql`select id from rule_sets limit 1`),
      invitation: 'an-invitation-that-is-none',
      mails: (await one(sql`select id from mails limit 1`)) || newId(),
    };
    address = await listen(world);
  }, 120_000);

  afterAll(async () => {
    await world?.close();
  });

  function addressOf({ path }: RouteRow): string {
    const words = path.split('/').filter((word) => word !== '' && !word.startsWith(':'));
    const id = ids[`${words[0]}/${words.at(-1)}`] ?? words.map((word) => ids[word]).find((each) => each) ?? '';
    if (path.includes(':') && id === '') throw new Error(`The test has no id for ${path}`);
    return path.replace(/:[A-Za-z]+/g, id);
  }

  /** What is wrong with a page; sizes are changed without loading it again. */
  async function lookOver(page: Page, path: string, name: string): Promise<string[]> {
    const wrong: string[] = [];
    await page.setViewportSize({ width: 1280, height: 900 });
    const answer = await page.goto(address + path, { waitUntil: 'load' });
    const status = answer?.status() ?? 0;
    if (status >= 500) wrong.push(`answered ${status}`);
    for (const width of [1280, 390, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const { px, culprits } = await sidewaysScroll(page);
      if (px > 0) wrong.push(`scrolls ${px} px sideways at ${width}: ${culprits.join(', ')}`);
      if (width === 320) continue;
      await shoot(page, `${name}-${width}`);
      for (const violation of await axeViolations(page)) wrong.push(`at ${width}: ${violation}`);
    }
    return wrong.map((each) => `${path}: ${each}`);
  }

  it.each(['finance_officer', 'administrator', 'auditor', 'public'] as const)(
    'is whole for %s at a desk and on a phone',
    async (role) => {
      const context = await browser.newContext();
      const page =
        role === 'public'
          ? await context.newPage()
          : await signIn(context, address, `${role.replaceAll('_', '-')}@example.org`, PASSPHRASE);
      const wrong: string[] = [];
      page.on('console', (message) => {
        // That a page is refused or not there is what some of these pages are about.
        if (message.type() === 'error' && !/status of 40[34]/.test(message.text())) {
          wrong.push(`${page.url()}: ${message.text()}`);
        }
      });
      page.on('pageerror', (error) => wrong.push(`${page.url()}: ${error.message}`));
      // One closed page stands for all that lead a stranger to the sign-in form.
      const mine = role === 'public' ? pages.filter((each) => each.isPublic || each.path === '/sources') : pages;
      let refused = 0;
      for (const route of mine) {
        const path = addressOf(route);
        const { headers, status } = await ask(page, path);
        if (!String(headers['content-type']).startsWith('text/html')) continue;
        if (status === 403 && (refused += 1) > 1) continue;
        const name = `${role}${route.path.replaceAll('/', '-').replaceAll(':', '')}${status === 403 ? '-403' : ''}`;
        wrong.push(...(await lookOver(page, path, name)));
      }
      wrong.push(...(await lookOver(page, '/nothing-of-the-kind', `${role}-404`)));
      expect(wrong).toEqual([]);
      await context.close();
    },
    300_000,
  );

  async function ask(page: Page, path: string): Promise<{ headers: Record<string, string>; status: number }> {
    const answer = await page.request.get(address + path);
    return { headers: answer.headers(), status: answer.status() };
  }
});
