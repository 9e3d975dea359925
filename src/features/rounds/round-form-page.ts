/** formPage: one form of a round on a page of its own, with rows or blocks of a list under its fields. */
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { FieldView, HiddenView, LinkView, NoteView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions, inPairs, lineViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';

export type FormPageView = { title: string } & Record<string, unknown>;

/** Long texts of a row are short ones. */
const SHORT_TEXTS = {
  question: { rows: 2 },
  anchorLow: { rows: 2 },
  anchorHigh: { rows: 2 },
  choices: { rows: 4 },
  value: { rows: 2 },
};

export interface FormLines {
  /** The list's field: `milestones`. */
  readonly name: string;
  readonly input: InputClass;
  readonly stored: readonly object[];
  readonly legend: string;
  readonly hint: string;
  /** What a block is called, such as `round.criterion.number`; without it the lines are rows. */
  readonly labelKey?: string;
  readonly spare?: number;
}

export interface FormPage extends FormOptions {
  readonly title: string;
  readonly lead?: string;
  readonly note?: NoteView;
  readonly crumbs: readonly LinkView[];
  readonly input: InputClass;
  readonly action: string;
  readonly submit: string;
  readonly version?: number;
  readonly hidden?: readonly HiddenView[];
  readonly lines?: FormLines;
}

export function formPage(texts: Texts, visit: Visit, form: FormPage): FormPageView {
  const { title, lead, note, crumbs, input, action, submit, version, lines, hidden = [], ...options } = form;
  const fields = fieldViews(input, texts, { ...options, refused: visit.refused });
  const unseen = new Set(['version', ...hidden.map(({ name }) => name)]);
  return {
    title,
    head: { crumbs, title, lead },
    note,
    form: {
      action,
      fields: paired(fields.filter((field) => !unseen.has(field.name))),
      submit,
      cancel: { label: texts.t('form.cancel'), href: crumbs.at(-1)?.href ?? '/rounds' },
      errors: errorItems(texts, visit.refused),
      hidden: [...hidden, ...(version === undefined ? [] : [{ name: 'version', value: String(version) }])],
      ...(lines !== undefined && { legend: lines.legend, hint: lines.hint, ...lineParts(texts, visit, lines) }),
    },
  };
}

/** The rows of a list: what is typed or stored, and some spare ones. */
function lineParts(texts: Texts, visit: Visit, lines: FormLines): Record<string, unknown> {
  const rows = lineViews(texts, { ...lines, refused: visit.refused, overrides: SHORT_TEXTS });
  const { labelKey } = lines;
  if (labelKey === undefined) return { lines: rows };
  return {
    blocks: rows.map((fields, index) => ({
      label: texts.t(labelKey, { number: index + 1 }),
      fields: paired(fields.map(asHidden)),
    })),
  };
}

/** What a row is known by is sent along and not shown. */
function asHidden(field: FieldView): FieldView {
  return field.name.endsWith('.key') ? { ...field, kind: 'hidden' } : field;
}

/** Short fields that belong together stand side by side, where both of them are. */
function paired(fields: readonly FieldView[]): (FieldView | FieldView[])[] {
  const names = new Set(fields.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)));
  return inPairs(
    fields,
    PAIRS.filter(([first, second]) => names.has(first) && names.has(second)),
  );
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['number', 'kind'],
  ['opensOn', 'opensTime'],
  ['dueOn', 'dueTime'],
  ['floor', 'ceiling'],
  ['awardsAtMost', 'gates'],
  ['weight', 'scaleMax'],
  ['happensOn', 'startsAt'],
  ['name', 'organization'],
];
