/** What a page and the API show of a lifecycle: its state, its actions, its story. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Sentence } from '../../kernel/errors.js';
import type { ActionAnswer } from '../database/stateful.js';
import { actorName } from '../audit/actor-name.js';
import { sql } from '../database/sql.js';
import type { Queryable } from '../database/work.js';
import { say } from '../http/problem.js';
import type { Texts } from '../texts/texts.js';
import type { ActionView, TimelineItem } from './components.js';

/** `begin_liquidation` is `begin-liquidation` in addresses. */
const actionPath = (name: string): string => name.replaceAll('_', '-');

export interface ApiAction {
  readonly name: string;
  readonly label: string;
  readonly enabled: boolean;
  readonly blockers: readonly string[];
}

/** The actions as the API answers them: blockers as sentences. */
export function apiActions(texts: Texts, actions: readonly ActionAnswer[]): ApiAction[] {
  const sentences = (blockers: readonly Sentence[]): string[] => blockers.map((blocker) => say(texts, blocker));
  return actions.map(({ name, label, enabled, blockers }) => ({ name, label, enabled, blockers: sentences(blockers) }));
}

/** The actions as buttons; the first that is open and does not take anything back is what the page is for. */
export function actionButtons(
  texts: Texts,
  basePath: string,
  version: number,
  actions: readonly ActionAnswer[],
): ActionView[] {
  const first = actions.find((action) => action.enabled && !action.needsNote && action.name !== 'withdraw')?.name;
  return actions.map((action) => ({
    label: action.label,
    action: `${basePath}/${actionPath(action.name)}`,
    primary: action.name === first,
    needsNote: action.needsNote,
    blockers: action.enabled ? undefined : action.blockers.map((blocker) => say(texts, blocker)),
    hidden: [{ name: 'version', value: String(version) }],
  }));
}

interface StepRow {
  readonly action: string;
  readonly at: Date;
  readonly actor_name: string;
  readonly note: string | null;
}

/** The story of one thing, newest first. */
export async function story(
  from: Queryable,
  texts: Texts,
  calendar: Calendar,
  type: string,
  id: string,
): Promise<TimelineItem[]> {
  const rows = await from.query<StepRow>(
    sql`select action, at, ${actorName('actor', 'acting_for')} as actor_name, note from lifecycle_steps
        where subject_type = ${type} and subject_id = ${id} order by id desc limit 50`,
  );
  return rows.map((row, index) => ({
    date: calendar.formatDate(calendar.today(row.at), 'long'),
    title: texts.t(`story.${type}.${row.action}`),
    text: row.note === null ? row.actor_name : `${row.actor_name}: ${row.note}`,
    when: index === 0 ? 'now' : 'past',
  }));
}
