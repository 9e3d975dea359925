/** What a page handler gives back: a page to show, or where to go next. */
import type { TextParams } from '../../kernel/errors.js';

/** One plain view object. `title` names the page in the browser, `scripts` what of `templates/assets` it loads. */
export type PageView = object & {
  readonly title: string;
  /** What a search shows of a public page; the line under its title where it says nothing better. */
  readonly description?: string;
  readonly scripts?: readonly string[];
  /** It says itself why it was refused; otherwise that stands above it. */
  readonly tellsRefusal?: boolean;
};

export class Page {
  constructor(
    readonly template: string,
    readonly view: PageView,
    /** Pages with a form of their own for people who have not signed in need a session for its token. */
    readonly hasForm: boolean,
  ) {}
}

export class Redirect {
  constructor(
    readonly path: string,
    /** Said once on the page that follows: a key under `done.` in the text catalogue. */
    readonly note?: { readonly key: string; readonly params: TextParams },
  ) {}
}

export function page(template: string, view: PageView, options: { hasForm?: boolean } = {}): Page {
  return new Page(template, view, options.hasForm ?? false);
}

export function redirect(path: string, doneKey?: string, params: TextParams = {}): Redirect {
  return new Redirect(path, doneKey === undefined ? undefined : { key: doneKey, params });
}
