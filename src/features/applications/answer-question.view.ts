/**
 * answerView: one question on the page of its section - the boxes that every form has, and what only an application knows:
 * its files, its budget, its partners, who entered the answer and where its earlier versions are.
 */
import type { Sentence } from '../../kernel/errors.js';
import { acceptedBy, FILE_KINDS } from '../../platform/files/kind-names.js';
import type { FieldView, HiddenView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import { type AttachmentView, fileNote } from '../documents/index.js';
import {
  answerName,
  type AnswerValue,
  listOf,
  type Question,
  questionView,
  type QuestionView,
  rowsOf,
  type SchoolGroup,
  USUAL,
} from '../forms/index.js';
import type { AnswerRecord } from './answers.reads.js';
import { type BudgetBlockView, budgetSection } from './proposed-budget.view.js';
import { rateRowOf } from './proposed-budget.indirect.js';
import type { BudgetTerms } from './proposed-budget.shapes.js';

/** What questions need to be drawn that their answers do not say. */
export interface AnswerMaterial {
  readonly texts: Texts;
  readonly districts: readonly string[];
  readonly schools: readonly SchoolGroup[];
  readonly files: ReadonlyMap<string, AttachmentView>;
  readonly budget?: BudgetTerms;
  readonly partners: readonly { readonly title: string; readonly note: string }[];
  readonly partnersHref: string;
}

export interface FileLine {
  readonly id: string;
  readonly name: string;
  readonly href: string;
  readonly note?: string;
}

export interface AnswerView {
  readonly key: string;
  readonly kind: Question['kind'];
  /** The field of the form: `answers.<key>`. */
  readonly name: string;
  readonly version: HiddenView;
  readonly isHidden: boolean;
  readonly error?: string;
  readonly mostWords?: number;
  /** Who entered it for the organization. */
  readonly assisted?: string;
  /** Where earlier versions of the answer are. */
  readonly versionsHref?: string;
  /** What is to be mended in it, after it came back. */
  readonly mend?: string;
  /** As every form draws it; nothing where one of the blocks below stands instead. */
  readonly question?: QuestionView;
  readonly files?: {
    readonly label: string;
    readonly kept: readonly FileLine[];
    readonly box: FieldView;
    /** Says for which question the file is. */
    readonly marker: HiddenView;
    readonly most: number;
  };
  readonly head?: { readonly id: string; readonly label: string; readonly hint?: string; readonly error?: string };
  readonly budget?: BudgetBlockView;
  readonly evidence?: { readonly hidden: readonly HiddenView[]; readonly kept?: FileLine };
  readonly partners?: { readonly items: AnswerMaterial['partners']; readonly href: string };
}

export interface AnswerOptions {
  readonly isHidden: boolean;
  readonly problems: readonly Sentence[];
  /** Under which number its file is sent. */
  readonly fileIndex: number;
  readonly versionsHref?: string;
  readonly mend?: string;
}

export function answerView(
  question: Question,
  record: AnswerRecord,
  material: AnswerMaterial,
  options: AnswerOptions,
): AnswerView {
  const { texts, districts, schools } = material;
  const { key, kind, mostWords } = question;
  const { value, version } = record;
  const drawn = questionView(question, { texts, value, problems: options.problems, districts, schools });
  const head = drawn.part ?? drawn.field;
  const base: AnswerView = {
    ...{ key, kind, name: answerName(key), isHidden: options.isHidden, mostWords },
    version: { name: `versions.${key}`, value: String(version) },
    error: (drawn.part ?? drawn.field ?? drawn.group ?? drawn.grid ?? drawn.picker)?.error,
    ...{ versionsHref: options.versionsHref, assisted: assistedBy(texts, record) },
    mend: options.mend === undefined ? undefined : texts.t('answer.mend', { note: options.mend }),
  };
  if (kind === 'file' && drawn.field !== undefined) {
    return { ...base, files: filesOf(question, drawn.field, value, material, options.fileIndex) };
  }
  const titled = {
    head: { id: `${base.name}`, label: question.label, hint: question.help, error: head?.error },
  };
  if (kind === 'budget' && material.budget !== undefined) {
    return { ...base, ...titled, ...budgetOf(base.name, key, value, material, options.fileIndex) };
  }
  if (kind === 'partners') {
    return { ...base, ...titled, partners: { items: material.partners, href: material.partnersHref } };
  }
  return { ...base, question: drawn };
}

function assistedBy(texts: Texts, record: AnswerRecord): string | undefined {
  const { assistanceId, confirmedAt, enteredByName, value } = record;
  if (assistanceId === null || value === undefined) return undefined;
  const key = confirmedAt === null ? 'answer.assisted' : 'answer.assisted.confirmed';
  return texts.t(key, { name: enteredByName ?? texts.t('answer.somebody') });
}

function filesOf(
  question: Question,
  field: FieldView,
  value: AnswerValue | undefined,
  material: AnswerMaterial,
  index: number,
): AnswerView['files'] {
  const accept = acceptedBy(question.accept ?? FILE_KINDS);
  return {
    label: question.label,
    kept: listOf(value).flatMap((id) => fileLine(material, id) ?? []),
    box: { ...field, name: `files[${index}].file`, accept, value: undefined },
    marker: { name: `files[${index}].key`, value: question.key },
    most: question.mostFiles ?? USUAL.files,
  };
}

function fileLine({ texts, files }: AnswerMaterial, id: string): FileLine | undefined {
  const file = files.get(id);
  if (file === undefined) return undefined;
  return { id, name: file.fileName, href: file.url, note: fileNote((key) => texts.t(key), file) };
}

/** The file of the rate's agreement goes with the other files of the page; its row keeps the number of the file. */
function budgetOf(
  name: string,
  key: string,
  value: AnswerValue | undefined,
  material: AnswerMaterial,
  index: number,
): Pick<AnswerView, 'budget' | 'evidence'> {
  const { texts, budget: terms } = material;
  if (terms === undefined) return {};
  const rows = rowsOf(value);
  const block = budgetSection(texts, { name, rows, terms });
  const { evidence } = block.indirect;
  if (evidence === undefined) return { budget: block };
  const id = rateRowOf(rows, null)?.['evidence'];
  const box: FieldView = { ...evidence, name: `files[${index}].file`, kept: undefined };
  return {
    budget: { ...block, indirect: { ...block.indirect, evidence: box } },
    evidence: {
      hidden: [
        { name: `files[${index}].key`, value: key },
        { name: evidence.name, value: id ?? '' },
      ],
      kept: id === undefined ? undefined : fileLine(material, id),
    },
  };
}
