/** A real browser for the browser tests: Chromium, started once per file, and what axe finds wrong with a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts Chromium; `CHROMIUM_PATH` names another one than the system's. The caller closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
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

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** WCAG 2.0 to 2.2 A and AA and best practice; one line for each rule that is broken, with the first places. */
export async function axeViolations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // A page keeps it for its other widths; only what is wrong travels back, not all that is right.
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(AXE);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  const violations = (await page.evaluate(`axe.run(${options}).then((result) => result.violations)`)) as Violation[];
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
