/**
 * Templates: the pages' Handlebars, compiled once at start. A template gets one plain object and knows no logic
 * beyond if and each; words come from the text catalogue, figures and dates are written by the helpers below.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import Handlebars from 'handlebars';
import { Money } from '../../kernel/money.js';
import { projectRoot } from '../config/root.js';
import type { FieldView, FormView, LinkView, NoteView } from '../pages/components.js';
import type { MenuEntry } from '../pages/menu.js';
import type { DateWords, Texts } from '../texts/texts.js';

/** What stands around a page: the header, the footer and what every form needs. */
export interface Frame {
  readonly title: string;
  /** What the page says about itself where it is found by a search. */
  readonly description?: string;
  readonly nav: readonly MenuEntry[];
  readonly person?: { readonly name: string; readonly role: string; readonly href?: string };
  /** The token that every form of the page carries. */
  readonly csrf?: string;
  readonly note?: NoteView;
  readonly agency: { readonly name: string; readonly helpPhone?: string };
  readonly demo?: boolean;
  /** For which organizations somebody of the agency may enter things just now. */
  readonly assisting?: readonly { readonly text: string; readonly link: LinkView }[];
  readonly locale: 'en';
  /** Footer: accessibility, privacy, languages. */
  readonly links?: readonly LinkView[];
  readonly paths?: { readonly home?: string; readonly signIn?: string; readonly signOut?: string };
  /** Without header items and person: sign-in and error pages. */
  readonly quiet?: boolean;
  /** Files of `templates/assets` that make the page handier; all of it works without them. */
  readonly scripts?: readonly string[];
}

export interface TemplatesOptions {
  readonly texts: Texts;
  readonly dates?: Pick<DateWords, 'formatDate' | 'formatInstant'>;
  /** The folder of the templates; the project's own when left out. */
  readonly folder?: string;
  /** From a name such as `granary.css` to the name with its content hash, as `manifest.json` of the assets says. */
  readonly assets?: Readonly<Record<string, string>>;
  readonly assetsPath?: string;
}

const LAYOUT = 'layout/page';
/** Mails are plain text: what stands in them is not escaped. */
const TEXT_FOLDERS = ['mail/'];
const PARTIAL_FOLDERS = ['components/', 'layout/'];

/** What each tag's shape looks like: ring, dot, clock, tick, triangle. Words of ours, so safe to write as they are. */
const SHAPES: Readonly<Record<string, string>> = {
  idle: '<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.75"/>',
  moving: '<circle cx="6" cy="6" r="4.75" fill="currentColor"/>',
  waiting:
    '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>' +
    '<path d="M6 3.6V6.2L7.7 7.3" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  done: '<path d="M1.8 6.4L4.7 9.2L10.2 3.2" fill="none" stroke="currentColor" stroke-width="2.1"/>',
  attention: '<path d="M6 1.2L11.4 10.8H.6Z" fill="currentColor"/>',
};

/** Which template draws each kind of field's control; kinds that are not here are one-line boxes. */
const CONTROLS: Readonly<Record<string, string>> = {
  money: 'components/field-money',
  select: 'components/field-select',
  radios: 'components/field-choices',
  checkboxes: 'components/field-choices',
  yes: 'components/field-yes',
  textarea: 'components/field-textarea',
  file: 'components/field-file',
  hidden: 'components/field-hidden',
};
const INPUT_TYPES: Readonly<Record<string, string>> = {
  email: 'email',
  password: 'password',
  telephone: 'tel',
  search: 'search',
  radios: 'radio',
  checkboxes: 'checkbox',
};
const INPUT_MODES: Readonly<Record<string, string>> = { number: 'numeric' };

export class Templates {
  private readonly handlebars = Handlebars.create();
  private readonly compiled = new Map<string, Handlebars.TemplateDelegate>();
  private readonly texts: Texts;
  private readonly assetsPath: string;
  private readonly assets: Readonly<Record<string, string>>;

  constructor(options: TemplatesOptions) {
    this.texts = options.texts;
    this.assetsPath = options.assetsPath ?? '/assets/';
    this.assets = options.assets ?? {};
    this.addHelpers(options.dates);
    this.read(options.folder ?? join(projectRoot(), 'templates'));
  }

  names(): readonly string[] {
    return [...this.compiled.keys()];
  }

  /** A whole page. The name is the path below `templates` without its ending: `funds/source`. */
  render(template: string, view: object, frame: Frame): string {
    const data = { frame };
    const body = this.get(template)(view, { data });
    return this.get(LAYOUT)({ body: new Handlebars.SafeString(body) }, { data });
  }

  /** A template alone, for one component or a piece of a page. */
  renderPart(template: string, view: object, frame: Partial<Frame> = {}): string {
    return this.get(template)(view, { data: { frame } });
  }

  /** Plain text, such as a mail: nothing is escaped, because nothing will read it as markup. */
  renderText(template: string, view: object): string {
    // An hour at the end of a sentence has its full stop already.
    return this.get(template)(view, { data: { frame: {} } }).replace(/\b([ap]\.m\.)\.(?!\.)/g, '$1');
  }

  private get(name: string): Handlebars.TemplateDelegate {
    const template = this.compiled.get(name);
    if (template === undefined) throw new Error(`There is no template ${name}`);
    return template;
  }

  private read(folder: string): void {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.hbs')) continue;
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path).split(sep).join('/').slice(0, -'.hbs'.length);
      const source = readFileSync(path, 'utf8');
      const isText = TEXT_FOLDERS.some((start) => name.startsWith(start));
      this.compiled.set(name, this.handlebars.compile(source, { ...TEMPLATE_OPTIONS, noEscape: isText }));
      if (PARTIAL_FOLDERS.some((start) => name.startsWith(start))) {
        this.handlebars.registerPartial(name, source);
        if (name.startsWith('components/')) this.handlebars.registerPartial(name.slice('components/'.length), source);
      }
    }
  }

  private addHelpers(dates: TemplatesOptions['dates']): void {
    const { texts } = this;
    const helpers: Record<string, (...args: never[]) => unknown> = {
      /** {{t 'ui.search'}}, {{t 'ui.count' count=3}} */
      t: (key: string, options: Handlebars.HelperOptions) => texts.t(key, options.hash as Record<string, unknown>),
      formatMoney: (amount: unknown) => asMoney(amount).format({ cents: 'auto' }),
      formatMoneyCents: (amount: unknown) => asMoney(amount).format({ cents: true }),
      /** {{formatDate on}}, {{formatDate on 'short'}}; an instant is written with its hour. */
      formatDate: (value: unknown, style: unknown) => {
        if (dates === undefined) throw new Error('Templates were made without a calendar, so no date can be written');
        if (value instanceof Date) return dates.formatInstant(value);
        return dates.formatDate(String(value), style === 'short' || style === 'full' ? style : 'long');
      },
      joinWords: (items: unknown, separator: unknown) =>
        Array.isArray(items) ? items.join(typeof separator === 'string' ? separator : ', ') : '',
      /** Basis points as a width for an SVG attribute. */
      percentWidth: (basisPoints: unknown) => `${Math.max(0, Math.min(10_000, Number(basisPoints) || 0)) / 100}%`,
      assetPath: (name: string) => this.assetsPath + (this.assets[name] ?? name),
      tagShape: (tone: string) =>
        new Handlebars.SafeString(
          `<svg class="shape" viewBox="0 0 12 12" aria-hidden="true" focusable="false">${SHAPES[tone] ?? SHAPES.idle}</svg>`,
        ),
      /** The id of a field's control, from its name: `lines[0].amount` is `f-lines-0-amount`. */
      fieldId,
      fieldControl: (kind: string) => CONTROLS[kind] ?? 'components/field-text',
      inputType: (kind: string) => INPUT_TYPES[kind] ?? 'text',
      inputMode: (kind: string, given: unknown) => (typeof given === 'string' ? given : (INPUT_MODES[kind] ?? '')),
      /** The ids that describe a control: its hint and what is wrong with it. */
      describedBy: (field: { name: string; hint?: string; error?: string; count?: string; kept?: object }) => {
        const id = fieldId(field.name);
        const parts = ['hint', 'error', 'count', 'kept'] as const;
        const present = parts.flatMap((part) => (field[part] ? [`${id}-${part}`] : [])).join(' ');
        return present === '' ? '' : new Handlebars.SafeString(`aria-describedby="${present}"`);
      },
      isChosen: (value: unknown, chosen: unknown) =>
        Array.isArray(chosen) ? chosen.map(String).includes(String(value)) : String(value) === String(chosen ?? ''),
      isList: (value: unknown) => Array.isArray(value),
      /** What is no longer than a date with its year stands in one line of a table. */
      isShort: (value: unknown) => typeof value === 'string' && value.length <= 18,
      isGroup: (kind: unknown) => kind === 'radios' || kind === 'checkboxes',
      isMultipart: ({ multipart, fields }: Pick<FormView, 'multipart' | 'fields'>) =>
        multipart === true || fields.flat().some((field) => (field as FieldView).kind === 'file'),
      /** A fresh idempotency key for a form. */
      newKey: () => randomUUID(),
    };
    for (const [name, helper] of Object.entries(helpers)) {
      this.handlebars.registerHelper(name, helper as Handlebars.HelperDelegate);
    }
  }
}

/** Verbs and compounds, because a helper would win over a property of the same name: no view has to avoid `date`. */
const HELPERS = Object.fromEntries(
  [
    't',
    'formatMoney',
    'formatMoneyCents',
    'formatDate',
    'joinWords',
    'percentWidth',
    'assetPath',
    'tagShape',
    'fieldId',
    'fieldControl',
    'inputType',
    'inputMode',
    'describedBy',
    'isChosen',
    'isList',
    'isShort',
    'isGroup',
    'isMultipart',
    'newKey',
  ].map((name) => [name, true] as const),
);

/**
 * A helper that is misspelled must fail and not print nothing. Partials are not indented to where they stand, since
 * that would add spaces to what stands in a text box.
 */
export const TEMPLATE_OPTIONS = { knownHelpersOnly: true, knownHelpers: HELPERS, preventIndent: true };

/** The id of the control of the field with this name. */
export function fieldId(name: string): string {
  return `f-${name.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`;
}

/** Reads `manifest.json` of the built assets. Without a build the plain names are used. */
export function readAssetManifest(folder = join(projectRoot(), 'dist', 'assets')): Record<string, string> {
  try {
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

function asMoney(amount: unknown): Money {
  if (amount instanceof Money) return amount;
  throw new Error('The helper for money was given something else');
}
