/** What is next for an award, by its state: who does what by when. Pure. */
import type { Calendar } from '../../kernel/calendar.js';
import type { TodoItem } from '../../platform/pages/shapes.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { AwardView } from './award.view.js';

/** States in which somebody has something to do; the others need nobody. */
const WAITING = new Set(['drafted', 'offered', 'accepted', 'active', 'suspended', 'closing']);

export function nextSteps(award: AwardView, texts: Texts, calendar: Calendar, today: string): TodoItem[] {
  const { state } = award.state;
  if (!WAITING.has(state)) return [];
  const dueOn = dueDate(award);
  const params = { recipient: award.recipient, amount: award.amount };
  return [
    {
      date:
        dueOn === null
          ? undefined
          : calendar.formatDate(dueOn, dueOn.slice(0, 4) === today.slice(0, 4) ? 'short' : 'long'),
      late: dueOn !== null && dueOn < today,
      title: texts.t(`award.next.${state}`, params),
      who: texts.t(`award.next.${state}.who`, params),
      text: texts.t(`award.next.${state}.text`, params),
    },
  ];
}

function dueDate({ state: { state }, acceptBy, endsOn }: AwardView): string | null {
  if (state === 'offered' || state === 'accepted') return acceptBy;
  return state === 'active' || state === 'closing' ? endsOn : null;
}
