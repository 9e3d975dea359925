/**
 * The block tree of a letter, read from a small closed markup: h1, h2, p, strong, list with item, table with row and
 * cell, signature and page. The PDF and the preview on the page are both drawn from it.
 */

/** A piece of running text. */
export interface Run {
  readonly text: string;
  readonly strong: boolean;
}

export type Block =
  /** `large` for the parts of a long paper, which are read by their headings. */
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string; readonly large?: true }
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Run[])[] }
  /** The first row is the head; a last row that begins with "Total" is the sum. */
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }
  /** The lines under the line to sign on. */
  | { readonly kind: 'signature'; readonly lines: readonly string[] }
  | { readonly kind: 'page' };

const TOKEN = /<(\/?)([a-z0-9]+)\s*>|<!--[\s\S]*?-->|[^<]+|</g;
const TAGS = new Set(['h1', 'h2', 'p', 'strong', 'list', 'item', 'table', 'row', 'cell', 'signature', 'page']);
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#x60;': '`',
  '&#x3D;': '=',
};

interface Element {
  readonly tag: string;
  readonly children: (Element | string)[];
}

/** Throws an Error that names the tag for markup that is not of this language: a mistake in a template of ours. */
export function parseLetter(markup: string): Block[] {
  return parseElements(markup).children.flatMap((child) => {
    if (typeof child !== 'string') return [blockOf(child)];
    if (child.trim() !== '') throw new Error(`A letter has text outside its paragraphs: ${child.trim().slice(0, 40)}`);
    return [];
  });
}

function parseElements(markup: string): Element {
  const root: Element = { tag: 'letter', children: [] };
  const open: Element[] = [root];
  for (const [token, slash, tag] of markup.matchAll(TOKEN)) {
    const current = open.at(-1) as Element;
    if (tag === undefined) {
      if (token === '<') throw new Error('A letter has a < that begins no tag');
      if (!token.startsWith('<!--')) current.children.push(unescaped(token));
    } else if (!TAGS.has(tag)) {
      throw new Error(`A letter has no tag ${tag}`);
    } else if (slash === '') {
      const element: Element = { tag, children: [] };
      current.children.push(element);
      if (tag !== 'page') open.push(element);
    } else if (open.length > 1 && current.tag === tag) {
      open.pop();
    } else {
      throw new Error(`A letter closes ${tag} where ${current.tag} is open`);
    }
  }
  if (open.length > 1) throw new Error(`A letter does not close ${open.at(-1)?.tag}`);
  return root;
}

const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#x27|#x60|#x3D);/g, (each) => ENTITIES[each] ?? each);

function blockOf(element: Element): Block {
  switch (element.tag) {
    case 'h1':
    case 'h2':
      return { kind: 'heading', level: element.tag === 'h1' ? 1 : 2, text: textOf(element) };
    case 'p':
      return { kind: 'paragraph', runs: runsOf(element) };
    case 'list':
      return { kind: 'list', items: childrenOf(element, 'item').map(runsOf) };
    case 'table':
      return { kind: 'table', rows: childrenOf(element, 'row').map((row) => childrenOf(row, 'cell').map(textOf)) };
    case 'signature':
      return {
        kind: 'signature',
        lines: textOf(element)
          .split('|')
          .map((line) => line.trim()),
      };
    case 'page':
      return { kind: 'page' };
    default:
      throw new Error(`A letter has ${element.tag} where it cannot stand`);
  }
}

function childrenOf(element: Element, tag: string): Element[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') {
      if (child.trim() !== '') throw new Error(`A letter has text in ${element.tag} outside ${tag}`);
      return [];
    }
    if (child.tag !== tag) throw new Error(`A letter has ${child.tag} in ${element.tag}`);
    return [child];
  });
}

const squeezed = (text: string): string => text.replace(/[\s\u00a0]*\n[\s]*/g, ' ');

function textOf(element: Element): string {
  return runsOf(element)
    .map((run) => run.text)
    .join('')
    .trim();
}

function runsOf(element: Element): Run[] {
  return element.children
    .map((child): Run => {
      if (typeof child === 'string') return { text: squeezed(child), strong: false };
      if (child.tag !== 'strong') throw new Error(`A letter has ${child.tag} in ${element.tag}`);
      return { text: textOf(child), strong: true };
    })
    .filter((run) => run.text !== '');
}
