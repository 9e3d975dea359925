/** A round's dates as people read them: the lying timeline, how long it is open, who may lead. */
import type { Calendar } from '../../kernel/calendar.js';
import type { TimelineItem, TimelineView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { DateChange, DateMoment } from './round.entity.js';
import type { Milestone } from './rounds.reads.js';

interface Dated {
  readonly opensAt: Date;
  readonly dueAt: Date;
  readonly milestones: readonly Milestone[];
}

/** The dates side by side, oldest first; the ringed one is the next to come. */
export function roundTimeline(texts: Texts, calendar: Calendar, round: Dated, now: Date): TimelineView {
  const points: Point[] = [
    { at: round.opensAt, title: texts.t('round.date.opens', { time: calendar.formatTime(round.opensAt) }) },
    { at: round.dueAt, title: texts.t('round.date.due', { time: calendar.formatTime(round.dueAt) }) },
    // A day is over when the next one begins.
    ...round.milestones.map((milestone) => ({
      at: momentOf(calendar, milestone),
      title: milestone.label ?? texts.t(`round.field.milestone_kind.${milestone.kind}`),
      ...whereAndWhen(calendar, milestone),
    })),
  ].sort((one, other) => one.at.getTime() - other.at.getTime());
  const next = points.findIndex((point) => point.at > now);
  // Next year's December is not this one: where a date is of another year, all of them say theirs.
  const year = calendar.today(now).slice(0, 4);
  const style = points.every(({ at }) => calendar.today(at).startsWith(year)) ? 'short' : 'long';
  const items = points.map(({ at, title, text, href }, index): TimelineItem => {
    const when = next === -1 || index < next ? 'past' : index === next ? 'now' : 'future';
    return { date: calendar.formatDate(calendar.today(at), style), title, text, href, when };
  });
  return { items, layout: 'lying' };
}

interface Point extends Pick<TimelineItem, 'title' | 'text' | 'href'> {
  readonly at: Date;
}

/** Something with an hour is over then; a whole day is over when the next one begins. */
function momentOf(calendar: Calendar, { happensOn, startsAt }: Milestone): Date {
  if (startsAt !== null) return calendar.deadline(happensOn, startsAt);
  return new Date(calendar.startOfDay(calendar.addDays(happensOn, 1)).getTime() - 1);
}

const WEB_ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/u;

/** "5:30 p.m., Kent library"; an address of a meeting on the web is where the title leads. */
function whereAndWhen(
  calendar: Calendar,
  { happensOn, startsAt, place }: Milestone,
): Pick<TimelineItem, 'text' | 'href'> {
  const time = startsAt === null ? undefined : calendar.formatTime(calendar.deadline(happensOn, startsAt));
  const href = place === null ? undefined : WEB_ADDRESS.exec(place)?.[0];
  const words = href === undefined ? place : place?.replace(href, '').replace(/[\s,;:]+$|^[\s,;:]+/gu, '');
  const text = [time, words].filter((part) => part !== undefined && part !== null && part !== '').join(', ');
  return { ...(text !== '' && { text }), ...(href !== undefined && { href }) };
}

/** "A community organization, a school or a tribe". */
export function leadersLine(texts: Texts, kinds: readonly string[]): string {
  const names = kinds.map((kind) => texts.t(`round.lead.${kind}`));
  const list = new Intl.ListFormat('en-US', { type: 'disjunction' }).format(names);
  return list.charAt(0).toUpperCase() + list.slice(1);
}

/** "Info session: Thursday, November 12, 2015, 5:30 p.m., Kent library; before: Tuesday, November 10, 2015". */
export function dateChangeLine(texts: Texts, calendar: Calendar, change: DateChange): string {
  const what =
    change.label ?? texts.t(change.kind === 'opens' ? 'round.opens' : `round.field.milestone_kind.${change.kind}`);
  const before = change.before === null ? undefined : momentLine(calendar, change.before);
  const after = change.after === null ? undefined : momentLine(calendar, change.after);
  if (after === undefined) return texts.t('round.date_change.gone', { what, before });
  return texts.t(before === undefined ? 'round.date_change.new' : 'round.date_change.moved', { what, before, after });
}

/** A day with its hour and place where it has them. */
function momentLine(calendar: Calendar, { on, at, place }: DateMoment): string {
  const day = calendar.formatDate(on, 'full');
  const time = at === null ? undefined : calendar.formatTime(calendar.deadline(on, at));
  return [day, time, place].filter((part) => part !== undefined && part !== null).join(', ');
}
