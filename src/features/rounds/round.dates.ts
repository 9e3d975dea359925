/** A round's dates as people read them: the lying timeline, how long it is open, who may lead. */
import type { Calendar } from '../../kernel/calendar.js';
import type { TimelineItem, TimelineView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { Milestone } from './rounds.reads.js';

interface Dated {
  readonly opensAt: Date;
  readonly dueAt: Date;
  readonly milestones: readonly Milestone[];
}

/** The dates side by side, oldest first; the ringed one is the next to come. */
export function roundTimeline(texts: Texts, calendar: Calendar, round: Dated, now: Date): TimelineView {
  const points = [
    { at: round.opensAt, title: texts.t('round.date.opens', { time: calendar.formatTime(round.opensAt) }) },
    { at: round.dueAt, title: texts.t('round.date.due', { time: calendar.formatTime(round.dueAt) }) },
    // A day is over when the next one begins.
    ...round.milestones.map((milestone) => ({
      at: new Date(calendar.startOfDay(calendar.addDays(milestone.happensOn, 1)).getTime() - 1),
      title: milestone.label ?? texts.t(`round.field.milestone_kind.${milestone.kind}`),
    })),
  ].sort((one, other) => one.at.getTime() - other.at.getTime());
  const next = points.findIndex((point) => point.at > now);
  const items = points.map(({ at, title }, index): TimelineItem => {
    const when = next === -1 || index < next ? 'past' : index === next ? 'now' : 'future';
    return { date: calendar.formatDate(calendar.today(at), 'short'), title, when };
  });
  return { items, layout: 'lying' };
}

/** "A community organization, a school or a tribe". */
export function leadersLine(texts: Texts, kinds: readonly string[]): string {
  const names = kinds.map((kind) => texts.t(`round.lead.${kind}`));
  const list = new Intl.ListFormat('en-US', { type: 'disjunction' }).format(names);
  return list.charAt(0).toUpperCase() + list.slice(1);
}
