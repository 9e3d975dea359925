/** The page about OWASP ASVS: every requirement once, counted right, and every file and test that it names is there. */
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { filesBelow, programFiles, ROOT } from '../support/sources.js';

/** The 253 requirements of levels 1 and 2 of version 5.0.0: a section, and its first and last number. */
const ASKED =
  '1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1 ' +
  '3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2 4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4 5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3 ' +
  '6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 ' +
  '8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1 9.1:1-3 9.2:1-4 10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 ' +
  '11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1 12.1:1-3 12.2:1-2 12.3:1-4 13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5 ' +
  '14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7 16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 ' +
  '17.1:1-1 17.2:1-4 17.3:1-2';
const STATUSES = ['met', 'partly', 'not met', 'not applicable'] as const;
const BEYOND = '\n## Level 3';

interface Requirement {
  readonly ids: readonly string[];
  readonly status: string;
  readonly cells: readonly string[];
}

const page = readFileSync(join(ROOT, 'docs/asvs.md'), 'utf8');
const asked = ASKED.split(' ').flatMap((range) => {
  const [section = '', first = '', last = ''] = range.split(/[:-]/);
  return upTo(section, Number(first), Number(last));
});
const rows = requirementsIn(page.slice(0, page.indexOf(BEYOND)));
const beyond = requirementsIn(page.slice(page.indexOf(BEYOND)));

function upTo(section: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${section}.${first + index}`);
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Lines such as `| 4.3.1 to 4.3.2 | ... | not applicable | ... | ... |`. */
function requirementsIn(text: string): Requirement[] {
  return text.split('\n').flatMap((line) => {
    const [, section, first, last] = /^\| (\d+\.\d+)\.(\d+)(?: to (?:\d+\.\d+)\.(\d+))? \|/.exec(line) ?? [];
    if (section === undefined) return [];
    const cells = cellsOf(line);
    return [{ ids: upTo(section, Number(first), Number(last ?? first)), status: cells[2] ?? '', cells }];
  });
}

/** What links lead to: headings in small letters, with dashes for blanks and without signs. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whether a test of the file, or what stands around some, is called so. */
function hasTitle(text: string, title: string): boolean {
  return ["'", '"', '`'].some((mark) => {
    const at = text.indexOf(mark + title + mark);
    return at > 0 && text.slice(0, at).trimEnd().endsWith('(');
  });
}

describe('the page about ASVS', () => {
  it('has each requirement of levels 1 and 2 once, in order', () => {
    expect(asked).toHaveLength(253);
    expect(rows.flatMap(({ ids }) => ids)).toEqual(asked);
  });

  it('says of level 3 only what is of level 3, each once', () => {
    const ids = beyond.flatMap((row) => row.ids);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => asked.includes(id))).toEqual([]);
  });

  it('says of each what it asks, whether it is met, how, and where that can be seen', () => {
    const odd = [...rows, ...beyond].filter(({ status, cells }) => {
      const [, asks = '', , how = '', where = ''] = cells;
      const isShown = where !== '' || status === 'not met' || status === 'not applicable';
      return cells.length !== 5 || asks === '' || how === '' || !isShown || !STATUSES.some((each) => each === status);
    });
    expect(odd.map(({ cells }) => cells.join(' | '))).toEqual([]);
  });

  it('counts right at its head', () => {
    const counted = new Map<string, number[]>();
    for (const { ids, status } of rows) {
      const place = STATUSES.findIndex((each) => each === status);
      for (const chapter of [`V${(ids[0] ?? '').split('.')[0]}`, 'All']) {
        const counts = counted.get(chapter) ?? [0, 0, 0, 0];
        counts[place] = (counts[place] ?? 0) + ids.length;
        counted.set(chapter, counts);
      }
    }
    const told = [...page.matchAll(/^\| (V\d+|All)\b[^|]*((?:\| \d+ )+)\|$/gm)].map(
      ([, chapter = '', figures = '']) => [chapter, figures.split('|').slice(1).map(Number)] as const,
    );
    const right = [...counted].map(
      ([chapter, counts]) => [chapter, [...counts, counts.reduce((sum, each) => sum + each, 0)]] as const,
    );
    expect(new Map(told)).toEqual(new Map(right));
  });

  it('names files and folders that are there', () => {
    const paths = [...page.matchAll(/`((?:src|test|docs|scripts|migrations|templates|texts)\/[^`*\s]+)`/g)];
    const links = [...page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)];
    const named = [
      ...paths.map(([, path = '']) => path),
      ...links.map(([, path = '']) => posix.normalize(posix.join('docs', path))),
    ];
    expect(named.length).toBeGreaterThan(100);
    expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('leads to headings that are there', () => {
    const headings = new Map<string, string[]>();
    const broken = [...page.matchAll(/\]\(([^)#:]+\.md)#([^)]+)\)/g)].flatMap(([, path = '', anchor = '']) => {
      const file = posix.join('docs', path);
      const known = headings.get(file) ?? anchorsIn(readFileSync(join(ROOT, file), 'utf8'));
      headings.set(file, known);
      return known.includes(anchor) ? [] : [`${file} has no #${anchor}`];
    });
    expect(headings.size).toBeGreaterThan(0);
    expect([...new Set(broken)]).toEqual([]);
  });

  it('names tests by the titles that they have', () => {
    const texts = new Map<string, string>();
    const missing: string[] = [];
    let named = 0;
    for (const { ids, cells } of [...rows, ...beyond]) {
      let path = '';
      for (const [, file, title] of (cells[4] ?? '').matchAll(/`([^`]+)`|"([^"]+)"/g)) {
        if (file !== undefined) path = file;
        if (title === undefined) continue;
        named += 1;
        if (!texts.has(path)) {
          const isThere = path.endsWith('.spec.ts') && existsSync(join(ROOT, path));
          texts.set(path, isThere ? readFileSync(join(ROOT, path), 'utf8') : '');
        }
        if (!hasTitle(texts.get(path) ?? '', title)) missing.push(`${ids[0]}: ${path} has no "${title}"`);
      }
    }
    expect(missing).toEqual([]);
    expect(named).toBeGreaterThan(50);
  });
});

describe('what it says of the whole program', () => {
  /** Words that would make a sentence of the page untrue, wherever they stood. */
  const FORBIDDEN =
    /rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED|insecureHTTPParser|createHash\('(?:md5|sha1)'\)|aes-\d+-(?:ecb|cbc)|\beval\(|new Function\(|shell: true/g;

  it('is so: certificates are checked, and no weak hash or cipher, no shell and no made-up code is used', () => {
    const found = [...programFiles(), ...filesBelow('scripts', '.mjs')].flatMap(({ path, text }) =>
      [...text.matchAll(FORBIDDEN)].map(([word]) => `${path} has ${word}`),
    );
    expect(found).toEqual([]);
  });

  it('would notice one', () => {
    expect('spawn(program, { shell: true })').toMatch(FORBIDDEN);
  });
});
