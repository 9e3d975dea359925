/** What a page of an application costs on the wire: the first, with everything it loads, and the later ones. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { projectRoot } from '../../src/platform/config/root.js';
import { Money } from '../../src/kernel/money.js';
import { draftApplication } from '../factories/applications.js';
import { publishedRound } from '../factories/rounds.js';
import { openWebWorld } from '../support/world.js';
import { tell } from './measure.js';

const SECTIONS = ['proposal', 'budget', 'partners'];
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** The built assets, as `npm run build` leaves them, are what is counted: styles, fonts and scripts, compressed. */
export async function benchWire(): Promise<void> {
  const world = await openWebWorld();
  try {
    const { roundId } = await publishedRound(world, { ceiling: Money.parse('100000') });
    const { applicationId, owner } = await draftApplication(world, { roundId });
    const visitor = await world.signIn(owner as never);
    const pages = [
      '/',
      `/applications/${applicationId}`,
      ...SECTIONS.map((key) => `/applications/${applicationId}/sections/${key}`),
    ];
    for (const url of pages) {
      const { statusCode, body } = await visitor.get(url);
      if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
      const html = brotliCompressSync(body).length;
      const what = url.replace(applicationId, ':id');
      const first = html + assetBytes(body);
      tell({ what: `Bytes of ${what}, first view`, ...weighed(first, html), aim: 'under 100 kB' });
      tell({ what: `Bytes of ${what}, later`, ours: kilobytes(html), baseline: '-', ratio: '-', aim: 'under 30 kB' });
    }
  } finally {
    await world.close();
  }
}

const weighed = (first: number, html: number): { ours: string; baseline: string; ratio: string } => ({
  ...{ ours: kilobytes(first), baseline: `${kilobytes(html)}, the page alone`, ratio: '-' },
});

/** What the page names, and what its styles and scripts load in turn; each in the smallest form that is sent. */
function assetBytes(page: string): number {
  const folder = join(projectRoot(), 'dist', 'assets');
  const there = new Set(readdirSync(folder));
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>;
  const found = new Set<string>();
  const take = (name: string): void => {
    const known = there.has(name) ? name : manifest[name];
    if (known === undefined || found.has(known)) return;
    found.add(known);
    if (known.endsWith('.css')) {
      for (const [, font] of readFileSync(join(folder, known), 'utf8').matchAll(/url\("?([^")]+\.woff2)"?\)/g)) {
        // The letters of other languages are loaded by pages that use them.
        if (font !== undefined && !font.includes('-ext')) take(font.replace(/^.*\//, ''));
      }
    }
    if (known.endsWith('.js')) {
      for (const [, imported] of readFileSync(join(folder, known), 'utf8').matchAll(/from\s*["']\.\/([^"']+)["']/g)) {
        if (imported !== undefined) take(imported);
      }
    }
  };
  for (const [, name] of page.matchAll(/(?:href|src)="\/assets\/([^"]+)"/g)) if (name !== undefined) take(name);
  return [...found].reduce((sum, name) => {
    const sent = there.has(`${name}.br`) ? `${name}.br` : name;
    return sum + statSync(join(folder, sent)).size;
  }, 0);
}
