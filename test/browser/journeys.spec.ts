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
import { receiptOf } from '../../src/demo/receipt.js';
import { newId } from '../../src/kernel/ids.js';
import type { Role } from '../../src/kernel/policy.js';
import type { ReceivedFile } from '../../src/platform/files/file-keeper.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { axeViolations, launchBrowser, sidewaysScroll } from '../support/browser.js';
import { DEMO_PASSPHRASE } from '../support/demo-database.js';
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
/** Follows a link; one that does not fit into the menu's row stands under More. */
async function follow(page: Page, name: string): Promise<void> {
  const link = page.getByRole('link', { name, exact: true }).first();
  await page.waitForLoadState();
  await link.or(page.locator('.site-nav__more summary')).first().waitFor();
  if (!(await link.isVisible())) await page.locator('.site-nav__more summary').click();
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

describe('every page', () => {
  const pages = listRoutes(FEATURES_IN_ORDER).filter(
    ({ method, path }) => method === 'GET' && !/^\/(api|health|ready)(\/|$)/.test(path),
  );
  let world: WebWorld;
  let address: string;
  /** By the first word of the path, what stands for its id. */
  let ids: Readonly<Record<string, string>>;
  let pairs: Readonly<Record<string, string>>;

  beforeAll(async () => {
    world = await openWebWorld({ demo: true });
    const any = async (table: string, where = 'true', column = 'id'): Promise<string> => {
      const query = sql`select ${rawSql(column)} as id from ${rawSql(table)} where ${rawSql(where)} limit 1`;
      return (await world.db.find<{ id: string }>(query))?.id ?? newId();
    };
    const inReview = "r.state in ('reviewing', 'deciding')";
    const round = await any('rounds r', inReview);
    ids = {
      sources: await any('sources', "state = 'active'"),
      'sources/edit': await any('sources', "state = 'draft'"),
      funds: await any('funds'),
      organizations: await any('organizations'),
      people: await any('persons', "name = 'Program officer'"),
      'rule-sets': await any('rule_sets'),
      links: 'a-link-that-is-none',
      card: 'a-card-that-is-none',
      join: 'a-link-that-is-none',
      'organization-claims': await any('organization_claims'),
      retention: 'people',
      'legal-holds': await any('legal_holds'),
      disposals: await any('disposals'),
      mails: await any('mails'),
      rounds: round,
      'rounds/edit': await any('rounds', "state = 'draft'"),
      'rounds/rehearsal': await any('rounds', "state = 'draft'"),
      'rounds/form': await any('rounds', "state = 'draft'"),
      'rounds/changes': await any('rounds', 'copied_from_id is not null'),
      criteria: 'a-link-that-is-none',
      funding: await any('rounds', "state = 'published'"),
      conflicts: await any('conflicts'),
      applications: await any('applications', "state = 'submitted'"),
      'applications/submit': await any('applications', "state = 'draft'"),
      'applications/more-time': await any('applications', "state = 'draft'"),
      'applications/memorandum': await any('applications', "state = 'draft'"),
      'extension-requests': await any('extension_requests'),
      partnerships: await any('application_partners', 'invited_at is not null'),
      partner: 'a-link-that-is-none',
      colleague: 'a-link-that-is-none',
      reviews: await any('reviews'),
      'reviews/rounds': round,
      interviews: await any('interviews'),
      'interviews/rounds': round,
      'interviews/slots': round,
      'interviews/offer': round,
      meetings: await any('meetings', "state = 'in_session'"),
      motions: await any('motions'),
      awards: await any('awards', "state = 'active'"),
      'awards/edit': await any('awards', "state = 'drafted'"),
      'awards/accept': await any('awards', "state = 'offered'"),
      requests: await any('disbursements', "state = 'submitted'"),
      payments: await any('payments'),
      'payments/batches': await any('payment_batches'),
      'payments/register': await any('payment_batches', "state = 'released'"),
      'payments/payables': await any('payables'),
      'payments/payees': await any('payees'),
      'payments/edit': await any('payees'),
      'payments/payee-secrets': await any('payee_secrets', "state = 'recorded'"),
      'audit/events': await any('audit_events'),
      documents: await any('documents'),
      reports: await any('report_requests'),
      pools: await any('pools', "kind = 'own_costs'"),
      costs: await any('own_costs'),
      collaboratives: await any('collaboratives', "short_name = 'FLC'"),
      years: await any('collaborative_years', 'current_date between starts_on and ends_on'),
      teams: await any('teams'),
      seats: await any('seats', 'ended_on is null'),
      attendances: await any('attendances', "state = 'attended'"),
      convenings: await any('convenings', "state = 'held'"),
      'convenings/edit': await any('convenings', "state = 'planned'"),
      'support/stipends': await any('stipends', "state = 'accrued'"),
      'support/convenings': await any('stipends', "state = 'accrued'", 'convening_id'),
      'support/claims': await any('childcare_claims', "state = 'submitted'"),
      policies: await any('collaboratives', "short_name = 'FLC'"),
      attachments: await any('attachments'),
      quarantine: await any('attachments'),
      announcements: await any('announcements'),
      'announcements/edit': await any('announcements', "state = 'draft'"),
      questions: await any('round_questions'),
      'rounds/questions': round,
      broadcasts: await any('broadcasts', "state = 'sent'"),
      'broadcasts/edit': await any('broadcasts', "state = 'draft'"),
      replies: 'a-link-that-is-none',
      'second-factor-resets': await any('second_factor_resets'),
      screening: await any('applications', "state = 'submitted'"),
      'screening/runs': await any('screening_runs'),
      'letters-of-intent': await any('letters_of_intent'),
      'technical-assistances': await any('technical_assistances'),
      exports: await any('list_exports'),
      forms: await any('forms'),
      'form-versions': await any('form_versions', "state = 'draft'"),
      comments: await any('rubric_comments'),
    };
    await findPairs();
    address = await listen(world);
  }, 300_000);

  /** The pages that stand between two things, or where a key of a form follows. */
  async function findPairs(): Promise<void> {
    const [version = ''] = [ids['form-versions']];
    const keys = await world.db.find<{ section: string; question: string }>(sql`
      select definition->'sections'->0->>'key' as section,
             definition->'sections'->0->'questions'->0->>'key' as question from form_versions where id = ${version}`);
    const draft = await world.db.find<{ id: string; section: string }>(sql`
      select a.id, v.definition->'sections'->0->>'key' as section from applications a
      join form_versions v on v.id = a.form_version_id where a.state = 'draft' order by a.id limit 1`);
    pairs = {
      '/meetings/:id/rounds/:roundId': `/meetings/${ids['meetings']}/rounds/${ids['rounds']}`,
      '/rounds/:id/comments/:commentId': `/rounds/${ids['rounds']}/comments/${ids['comments']}`,
      '/pools/:id/costs/:costId/correct': `/pools/${ids['pools']}/costs/${ids['costs']}/correct`,
      '/form-versions/:id/sections/:key': `/form-versions/${version}/sections/${keys?.section}`,
      '/form-versions/:id/questions/:key': `/form-versions/${version}/questions/${keys?.question}`,
      '/form-versions/:id/keep': `/form-versions/${version}/keep?question=${keys?.question}`,
      '/applications/:id/sections/:key': `/applications/${draft?.id}/sections/${draft?.section}`,
      '/applications/:id/versions/:key': `/applications/${draft?.id}/versions/title`,
    };
  }

  afterAll(async () => {
    await world?.close();
  });

  function addressOf({ path }: RouteRow): string {
    const pair = pairs[path];
    if (pair !== undefined) return pair;
    const words = path.split('/').filter((word) => word !== '' && !word.startsWith(':'));
    const before = path.split('/:')[0]?.split('/').at(-1) ?? '';
    const keys = [`${words[0]}/${words.at(-1)}`, `${words[0]}/${before}`, before, ...words];
    const id = keys.map((key) => ids[key]).find((each) => each !== undefined) ?? '';
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

  /** Pages that were looked over; each is, as the first role that may see it. */
  const seen = new Set<string>();

  it.each([
    'finance_officer',
    'program_officer',
    'clerk',
    'reviewer',
    'committee_member',
    'applicant',
    'facilitator',
    'participant',
    'administrator',
    'auditor',
    'public',
  ] as const)(
    'is whole for %s at a desk and on a phone',
    async (role) => {
      const context = await browser.newContext();
      const page =
        role === 'public'
          ? await context.newPage()
          : await signIn(context, address, `${role.replaceAll('_', '-')}@example.org`, DEMO_PASSPHRASE);
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
        // What an earlier role was shown is not looked over again.
        if (role !== 'public' && seen.has(route.path)) continue;
        const { headers, status } = await ask(page, path);
        if (!String(headers['content-type']).startsWith('text/html')) continue;
        if (status === 200) seen.add(route.path);
        if (status >= 403 && (refused += 1) > 2) continue;
        const name = `${role}${route.path.replaceAll('/', '-').replaceAll(':', '')}${status === 403 ? '-403' : ''}`;
        wrong.push(...(await lookOver(page, path, name)));
      }
      wrong.push(...(await lookOver(page, '/nothing-of-the-kind', `${role}-404`)));
      expect(wrong).toEqual([]);
      await context.close();
    },
    300_000,
  );

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

  async function ask(page: Page, path: string): Promise<{ headers: Record<string, string>; status: number }> {
    const answer = await page.request.get(address + path);
    return { headers: answer.headers(), status: answer.status() };
  }
});
