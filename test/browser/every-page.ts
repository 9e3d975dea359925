/**
 * Every page by several roles on a desk and on a phone, looked over by axe. The pages are dealt out to several files, so
 * that both workers are busy.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Actor } from '../../src/kernel/actor.js';
import type { Role } from '../../src/kernel/policy.js';
import { sql } from '../../src/platform/database/sql.js';
import type { RouteRow } from '../../src/platform/http/routes.js';
import { type BrowserWorld, openBrowserWorld, wrongWithPage } from '../support/browser.js';
import { DEMO_PASSPHRASE } from '../support/demo-database.js';
import { journeyAddresses, PAGES } from './journey-pages.js';

/** Each page is looked over as the first of them who is shown it; the public's pages also as a stranger sees them. */
const PEOPLE = [
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
] as const;
type Who = (typeof PEOPLE)[number];

/** A refusal looks alike everywhere: so many of each role are looked over in each part. */
const MOST_REFUSALS = 1;

/** Declares the tests of one part: of every `parts` pages, the one at `part`. */
export function describeEveryPage(part: number, parts: number): void {
  const dealt = PAGES.filter((_, index) => index % parts === part);

  describe(`every page, part ${part + 1} of ${parts}`, () => {
    let opened: BrowserWorld;
    let addressOf: (route: RouteRow) => string;
    /** Pages that were looked over. */
    const seen = new Set<string>();
    /** Addresses that gave a file: how a browser draws a picture by itself is not our page. */
    const files = new Set<string>();

    beforeAll(async () => {
      opened = await openBrowserWorld({ demo: true });
      addressOf = await journeyAddresses(opened.world);
    }, 300_000);

    afterAll(async () => {
      await opened?.close();
    });

    it.each(PEOPLE)(
      'is whole for %s at a desk and on a phone',
      async (who) => {
        const page = await (await opened.browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
        if (who !== 'public') await signIn(page, who);
        const wrong: string[] = [];
        page.on('console', (message) => {
          // That a page is refused, not there or no longer in time is what some of these are about.
          if (message.type() === 'error' && !/status of 40[349]/.test(message.text())) {
            wrong.push(`${page.url()}: ${message.text()}`);
          }
        });
        page.on('pageerror', (error) => wrong.push(`${page.url()}: ${error.message}`));
        const actor = await actorOf(who);
        const mayDo = ({ permission }: RouteRow): boolean =>
          permission === null || opened.world.policy.mightDo(actor, permission);
        let refused = 0;
        for (const route of dealt) {
          // One closed page stands for all that lead a stranger to the sign-in form.
          if (who === 'public' && !route.isPublic && route.path !== '/sources') continue;
          if (who !== 'public') {
            // What an earlier role was shown is not looked over again.
            if (seen.has(route.path)) continue;
            // That all who may not are refused is asked of every route elsewhere.
            if (!mayDo(route) && refused >= MOST_REFUSALS) continue;
          }
          const path = addressOf(route);
          const status = await goTo(page, path);
          if (status === undefined) continue;
          if (status >= 500) wrong.push(`${path}: answered ${status}`);
          if (status === 200) seen.add(route.path);
          if (status >= 403 && (refused += 1) > MOST_REFUSALS && status < 500) continue;
          const name = `${who}${route.path.replaceAll('/', '-').replaceAll(':', '')}${status === 403 ? '-403' : ''}`;
          wrong.push(...(await wrongWithPage(page, name)).map((each) => `${path}: ${each}`));
        }
        if (part === 0) {
          await goTo(page, '/nothing-of-the-kind');
          wrong.push(...(await wrongWithPage(page, `${who}-404`)).map((each) => `/nothing-of-the-kind: ${each}`));
        }
        expect(wrong.filter((each) => ![...files].some((file) => each.startsWith(`${file}: `)))).toEqual([]);
        await page.context().close();
      },
      300_000,
    );

    async function signIn(page: Page, who: Who): Promise<void> {
      await page.goto(`${opened.address}/sign-in`);
      // A mailed link is offered first; this is the form beside it.
      const form = page.locator('form:has([name=password])');
      await form.locator('[name=email]').fill(emailOf(who));
      await form.locator('[name=password]').fill(DEMO_PASSPHRASE);
      await form.getByRole('button').click();
      await page.waitForURL((url) => url.pathname !== '/sign-in');
    }

    async function actorOf(who: Who): Promise<Actor> {
      const grants = await opened.world.db.query<{ role: Role; scopeKind: 'agency'; scopeId: null }>(sql`
        select g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId" from role_grants g
        join identifiers i on i.person_id = g.person_id where i.value = ${emailOf(who)}`);
      return { kind: 'person', personId: who, name: who, grants };
    }

    /** Opens a page at the size of a desk and gives its status; nothing when it is a file. */
    async function goTo(page: Page, path: string): Promise<number | undefined> {
      await page.setViewportSize({ width: 1280, height: 900 });
      try {
        const answer = await page.goto(opened.address + path, { waitUntil: 'load' });
        if (answer?.headers()['content-type']?.startsWith('text/html')) return answer.status();
        files.add(page.url());
        return undefined;
      } catch (error) {
        // A browser does not open what it is given to keep.
        if (/Download is starting|ERR_ABORTED/.test(String(error))) return undefined;
        throw error;
      }
    }
  });
}

const emailOf = (who: Who): string => `${who.replaceAll('_', '-')}@example.org`;
