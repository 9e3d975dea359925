import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../../src/platform/config/root.js';
import { Templates, readAssetManifest } from '../../src/platform/templates/templates.js';
import { Texts } from '../../src/platform/texts/texts.js';
import { axeViolations, launchBrowser, sidewaysScroll } from '../support/browser.js';
import { galleryFrame, galleryView } from '../support/gallery.js';

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

describe('the components', () => {
  let assets: string;
  let server: Server;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    assets = mkdtempSync(join(tmpdir(), 'assets-'));
    execFileSync(process.execPath, [join(projectRoot(), 'scripts', 'assets.mjs'), assets]);
    const templates = new Templates({ texts: Texts.load(), assets: readAssetManifest(assets) });
    const pages: Readonly<Record<string, string>> = {
      '/': templates.render('components/gallery', galleryView, galleryFrame),
      '/signed-out': templates.render('components/page-head', galleryView.head, {
        ...galleryFrame,
        person: undefined,
        demo: true,
        note: galleryView.notes.told,
      }),
    };
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      response.setHeader('Content-Security-Policy', POLICY);
      const page = pages[path];
      if (page !== undefined) {
        response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page);
      } else if (path.startsWith('/assets/')) {
        response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/plain');
        response.end(readFileSync(join(assets, path.slice('/assets/'.length))));
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server?.close(resolve));
    rmSync(assets, { recursive: true, force: true });
  });

  async function open(path: string, width: number): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    await page.goto(address + path, { waitUntil: 'networkidle' });
    return { page, complaints };
  }

  it.each([1280, 390, 320])(
    'pass axe, keep to the policy and do not scroll sideways at %i px',
    async (width) => {
      for (const path of ['/', '/signed-out']) {
        const { page, complaints } = await open(path, width);
        const folder = process.env['SCREENSHOTS'];
        if (folder !== undefined) {
          await page.screenshot({
            path: join(folder, `gallery${path === '/' ? '' : '-out'}-${width}.png`),
            fullPage: true,
          });
        }
        expect(await axeViolations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toEqual({ px: 0, culprits: [] });
        expect(complaints).toEqual([]);
        await page.close();
      }
    },
    60_000,
  );

  it('sets words at the left and figures at the right of a stacked table on a phone', async () => {
    const { page } = await open('/', 390);
    const aligned = (await page.evaluate(`
      [...document.querySelectorAll('.data-table--stack tbody td:not(.none)')].map((cell) =>
        [cell.classList.contains('number'), getComputedStyle(cell).textAlign])`)) as [boolean, string][];
    expect(new Set(aligned.filter(([isNumber]) => !isNumber).map(([, align]) => align))).toEqual(new Set(['left']));
    expect(new Set(aligned.filter(([isNumber]) => isNumber).map(([, align]) => align))).toEqual(new Set(['right']));
    await page.close();
  }, 30_000);

  it('uses our typeface, loads its second half only where letters need it, and stays under 100 kB', async () => {
    const { page } = await open('/signed-out', 1280);
    const loaded = (await page.evaluate(
      `performance.getEntriesByType('resource').map((entry) => entry.name.split('/').pop())`,
    )) as string[];
    const has = (start: string): boolean => loaded.some((name) => name.startsWith(start));
    expect(has('public-sans-400.') && has('public-sans-600.') && has('public-sans-700.')).toBe(true);
    // The footer names Vietnamese in its own letters, in the regular weight only.
    expect(has('public-sans-400-ext.')).toBe(true);
    expect(has('public-sans-600-ext.') || has('public-sans-700-ext.')).toBe(false);
    const wire = [...new Set(loaded)].map((name) => {
      const compressed = join(assets, `${name}.br`);
      return statSync(existsSync(compressed) ? compressed : join(assets, name)).size;
    });
    expect(wire.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
    await page.close();
  }, 30_000);

  it('opens the menu on a phone without a script', async () => {
    const { page } = await open('/', 390);
    const awards = page.locator('.menu__panel a', { hasText: 'Awards' });
    expect(await awards.isVisible()).toBe(false);
    await page.click('.menu__button');
    expect(await awards.isVisible()).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
    await page.close();
  }, 30_000);

  it('keeps what was typed in a text box, spaces and all, and links errors to their fields', async () => {
    const { page } = await open('/', 1280);
    expect(await page.inputValue('#f-why')).toBe(
      'Two thirds of this budget pays people who speak our families’ languages.\n  Saturday School tutors are former students.',
    );
    await page.click('.error-summary a >> nth=1');
    expect(await page.evaluate('location.hash')).toBe('#f-receiptOn');
    await page.close();
  }, 30_000);
});
