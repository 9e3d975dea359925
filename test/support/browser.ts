/** A real browser for the browser tests: Chromium, started once per file, and what is wrong with a page. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { projectRoot } from '../../src/platform/config/root.js';
import { openWebWorld, type Visitor, type WebWorld, type WorldOptions } from './world.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Chromium, or another by `CHROMIUM_PATH`. The one without a window does the same with a third less work. */
export const CHROMIUM =
  process.env['CHROMIUM_PATH'] ??
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path)) ??
  'chromium';

/** Starts Chromium. The caller closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser, and a world that it can ask. */
export interface BrowserWorld {
  readonly browser: Browser;
  readonly world: WebWorld;
  /** Where the world listens: `http://127.0.0.1:12345`. */
  readonly address: string;
  /** A window of somebody who is signed in. */
  windowOf(visitor: Pick<Visitor, 'cookie'>, options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

export async function openBrowserWorld(options: WorldOptions = {}): Promise<BrowserWorld> {
  buildAssets();
  const world = await openWebWorld(options);
  try {
    await world.app.listen(0, '127.0.0.1');
    const address = `http://127.0.0.1:${(world.app.getHttpServer().address() as AddressInfo).port}`;
    const browser = await launchBrowser();
    return {
      browser,
      world,
      address,
      async windowOf({ cookie }, contextOptions) {
        const context = await browser.newContext(contextOptions);
        const cookies = cookie.split('; ').map((each) => {
          const [name = '', value = ''] = each.split(/=(.*)/s);
          return { name, value, url: address };
        });
        await context.addCookies(cookies);
        return context;
      },
      async close() {
        await browser.close();
        await world.close();
      },
    };
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Builds the styles and scripts when there are none, or when they are older than what they are made of. */
export function buildAssets(): void {
  const folder = join(projectRoot(), 'dist', 'assets');
  const manifest = join(folder, 'manifest.json');
  const sources = join(projectRoot(), 'templates', 'assets');
  const script = join(projectRoot(), 'scripts', 'assets.mjs');
  const made = [script, ...readdirSync(sources).map((name) => join(sources, name))];
  const newest = Math.max(...made.map((path) => statSync(path).mtimeMs));
  if (existsSync(manifest) && statSync(manifest).mtimeMs > newest) return;
  execFileSync(process.execPath, [script, folder]);
}

/** Keeps a picture for somebody who wants to look at the pages: in the folder of `SCREENSHOTS`, or not at all. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/**
 * What is wrong with the page that is open, on a desk, on a phone and on the narrowest screen: it is loaded once, and
 * then its size is changed. The styles know no width between the last two, so axe looks at the harder one; and on a desk
 * not again at a frame that it has seen there.
 */
export async function wrongWithPage(page: Page, name: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const width of [1280, 390, 320]) {
    if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: 900 });
    const { px, culprits } = await sidewaysScroll(page);
    if (px > 0) wrong.push(`scrolls ${px} px sideways at ${width}: ${culprits.join(', ')}`);
    await shoot(page, `${name}-${width}`);
    if (width === 390) continue;
    const part = width === 1280 && !(await isNewFrame(page)) ? 'main' : undefined;
    for (const violation of await axeViolations(page, part)) wrong.push(`at ${width}: ${violation}`);
  }
  return wrong;
}

const framesSeen = new Set<string>();

/** Whether what stands around the content, which the pages of one person share, was not yet looked over. */
async function isNewFrame(page: Page): Promise<boolean> {
  const read = `[...document.querySelectorAll('body > :not(:has(main)):not(main)')].map((e) => e.outerHTML).join('')`;
  // Tokens differ, and which entry of the menu is open.
  const frame = String(await page.evaluate(read)).replace(/ (?:value|aria-current)="[^"]*"/g, '');
  if (framesSeen.has(frame)) return false;
  framesSeen.add(frame);
  return true;
}

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * WCAG 2.0 to 2.2 A and AA and best practice, in the whole page or a part of it; one line for each rule that is broken,
 * with the first places.
 */
export async function axeViolations(page: Page, part?: string): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // A page keeps it for its other widths; only what is wrong travels back, not all that is right.
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(AXE);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  const violations = (await page.evaluate(
    `axe.run(${part === undefined ? 'document' : `'${part}'`}, ${options}).then((result) => result.violations)`,
  )) as Violation[];
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes
        .slice(0, 5)
        .map((node) => `  ${node.html.slice(0, 300)}\n  ${node.failureSummary ?? ''}`)
        .join('\n')}`,
  );
}

/** How far the page can be scrolled sideways, in px; and the elements that stick out, to find the culprit. */
export async function sidewaysScroll(page: Page): Promise<{ readonly px: number; readonly culprits: string[] }> {
  const script = `(() => {
    const wide = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll('main *, header *, footer *')]
      .filter((e) => !e.closest('.table-region') && !e.closest('svg') && e.getBoundingClientRect().right > wide + 0.5)
      .map((e) => e.tagName + '.' + e.className);
    return { px: document.documentElement.scrollWidth - wide, culprits: out.slice(0, 8) };
  })()`;
  return (await page.evaluate(script)) as { px: number; culprits: string[] };
}
