/** Criteria as pages show them: the rubric as a table, what differs between two versions, and what people said. */
import type { Calendar } from '../../kernel/calendar.js';
import { table, type TableView, type TagView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { CommentOutcome, CriterionText } from './criteria.entity.js';
import type { CommentView } from './criteria.reads.js';
import { type Difference, type SaidLine } from './round.compare.js';
import { share } from './funding.page-view.js';

const TONES: Readonly<Record<CommentOutcome, TagView['tone']>> = {
  changed: 'done',
  kept: 'idle',
  later: 'moving',
  not_shown: 'idle',
};

export interface SaidView {
  readonly id: string;
  readonly about: string;
  readonly words: string;
  readonly who: string;
  readonly tag?: TagView;
  readonly answer?: string;
  /** Where staff answers it. */
  readonly href?: string;
  readonly action?: string;
}

export function criteriaTable(texts: Texts, criteria: readonly CriterionText[]): TableView {
  const t = (key: string): string => texts.t(key);
  return table({
    id: 'criteria',
    caption: t('round.rubric.caption'),
    columns: [
      { key: 'name', label: t('round.field.criterion_name') },
      { key: 'low', label: t('round.rubric.low') },
      { key: 'high', label: t('round.rubric.high') },
      { key: 'weight', label: t('round.weight_share'), kind: 'share' },
    ],
    rows: criteria.map((each) => ({
      name: { text: each.name, note: each.question },
      low: each.anchorLow,
      high: `${each.scaleMax}: ${each.anchorHigh}`,
      weight: share(each.weight, criteria),
    })),
    empty: { title: t('round.rubric.none') },
    stack: true,
  });
}

/** What a rubric says, line by line, to be laid beside another. */
export function criteriaLines(texts: Texts, criteria: readonly CriterionText[]): SaidLine[] {
  return criteria.map((each) => ({
    key: `criteria.${each.name.toLowerCase().replace(/\s+/gu, ' ')}`,
    part: 'criteria',
    label: each.name,
    value: texts.t('criteria.line', { ...each, share: Math.round(share(each.weight, criteria) / 100) }),
  }));
}

export function differenceTable(
  texts: Texts,
  given: { readonly id: string; readonly caption: string; readonly before: string; readonly after: string },
  differences: readonly Difference[],
): TableView {
  const { id, caption, before, after } = given;
  return table({
    ...{ id, caption },
    columns: [
      { key: 'what', label: texts.t('round_change.what') },
      { key: 'before', label: before },
      { key: 'after', label: after },
    ],
    rows: differences.map((each) => ({
      what: each.label,
      before: each.before ?? texts.t('round_change.not_there'),
      after: each.after ?? texts.t('round_change.gone'),
    })),
    empty: { title: texts.t('round_change.none') },
    stack: true,
  });
}

/** What people said, each with what was answered. */
export function saidViews(texts: Texts, calendar: Calendar, comments: readonly CommentView[]): SaidView[] {
  const t = (key: string, params?: Readonly<Record<string, unknown>>): string => texts.t(key, params);
  return comments.map((each) => {
    const person = [each.name, each.organization].filter((part) => part !== null).join(', ');
    const who = [person === '' ? each.groupName : person, calendar.formatDate(each.heardOn, 'long')];
    if (each.versionNumber !== null) who.push(t('criteria.on_version', { number: each.versionNumber }));
    return {
      id: each.id,
      about: each.criterion ?? t('criteria.about_all'),
      words: each.body,
      who: who.filter((part) => part !== null).join('. '),
      ...(each.outcome !== null && { tag: { tone: TONES[each.outcome], label: outcomeLabel(texts, each) } }),
      ...(each.answer !== null && { answer: each.answer }),
    };
  });
}

function outcomeLabel(texts: Texts, { outcome, changedInNumber }: CommentView): string {
  if (outcome === 'changed' && changedInNumber !== null) {
    return texts.t('criteria.changed_in', { number: changedInNumber });
  }
  return texts.t(`criteria.field.outcome.${outcome}`);
}
