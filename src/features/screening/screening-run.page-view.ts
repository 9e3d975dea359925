/** What is done to many applications at once: what the step asks for, and what became of each. */
import { Injectable } from '@nestjs/common';
import type { Tone } from '../../kernel/lifecycle.js';
import { isId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { RUN_ACTIONS, type RunAction, type RunOutcome } from './screening.entity.js';
import { MOST_IN_RUN, RunInput } from './screening.input.js';
import { checksCell } from './screening.page-view.js';
import { type ScreenedRow, Screening } from './screening.service.js';
import { RUN_NEEDS, ScreeningRuns, type RunView } from './screening-runs.service.js';
import { withList, WORKLIST as PATH, worklistOf } from './worklist.address.js';

type View = { title: string } & Record<string, unknown>;

const PICK = 'pick-';
const TONES: Readonly<Record<RunOutcome, Tone>> = { waiting: 'waiting', done: 'done', refused: 'attention' };

@Injectable()
export class ScreeningRunPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly screening: Screening,
    private readonly runs: ScreeningRuns,
  ) {}

  async choose(visit: Visit): Promise<View> {
    const { t } = this;
    const { action, ids } = chosenIn(visit);
    const found = ids.length === 0 ? [] : await this.screening.find(this.db, visit.actor, ids);
    const rows = await this.screening.withChecks(this.db, visit.actor, found);
    const back = worklistOf(visit);
    const crumbs = [{ label: t('screening.list.title'), href: back }];
    if (action === undefined || rows.length === 0) {
      const title = t('screening.choose');
      const key = action === undefined ? 'screening.choose.no_action' : 'screening.choose.none';
      const note: NoteView = {
        ...{ tone: 'gold', title: t(key), text: t('screening.choose.how') },
        link: { label: t('screening.choose.back'), href: back },
      };
      return { title, head: { crumbs, title }, note };
    }
    const title = t(`screening.choose.${action}`, { count: rows.length });
    return {
      title,
      head: { crumbs, title, lead: t('screening.choose.lead') },
      note: action === 'screen_in' ? this.openNote(rows) : undefined,
      table: this.chosen(rows),
      form: {
        action: withList(`${PATH}/runs`, visit),
        fields: this.fields(visit, action),
        submit: t(`screening.field.action.${action}`),
        cancel: { label: t('form.cancel'), href: back },
        errors: errorItems(this.texts, visit.refused),
        hidden: [
          { name: 'action', value: action },
          ...rows.flatMap(({ id, version }, index) => [
            { name: `items[${index}].id`, value: id },
            { name: `items[${index}].version`, value: String(version) },
          ]),
        ],
      },
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const run = await this.runs.get(visit.actor, visit.id());
    const title = t(`screening.run.${run.action}`);
    const count = (outcome: RunOutcome): number => run.items.filter((item) => item.outcome === outcome).length;
    const waiting = count('waiting');
    const carryOn: ActionView = {
      label: t('screening.carry_on'),
      action: withList(`${PATH}/runs/${run.id}/carry-on`, visit),
      primary: true,
    };
    const head: PageHead = {
      crumbs: [{ label: t('screening.list.title'), href: worklistOf(visit) }],
      title,
      lead: t('screening.run.lead', {
        ...{ person: run.askedByName ?? '', at: this.db.currentCalendar.formatInstant(run.at) },
      }),
      actions:
        run.isOwn && waiting > 0
          ? [carryOn]
          : [{ label: t('screening.choose.back'), href: worklistOf(visit), primary: true }],
    };
    const told = { done: count('done'), refused: count('refused'), waiting };
    const note: NoteView = {
      tone: told.refused > 0 ? 'rust' : waiting > 0 ? 'gold' : 'blue',
      title: t('screening.run.result', told),
      text: t(told.refused > 0 ? 'screening.run.refused' : waiting > 0 ? 'screening.run.waiting' : 'screening.run.all'),
    };
    return { title, head, note, table: this.outcomes(run) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private fields(visit: Visit, action: RunAction): ReturnType<typeof fieldViews> {
    const needs = RUN_NEEDS[action];
    const only = [...(needs.day ? ['untilOn'] : []), 'note'];
    const label = this.t(action === 'return' ? 'application.field.fix_by' : 'application.field.appeal_by');
    return fieldViews(RunInput, this.texts, {
      refused: visit.refused,
      only,
      overrides: { untilOn: { label, optional: false }, note: { rows: 4, optional: !needs.note } },
    });
  }

  /** Told before, not of each afterwards: what nobody has judged yet is not screened in. */
  private openNote(rows: readonly ScreenedRow[]): NoteView | undefined {
    const count = rows.filter(({ checks }) => checks.some(({ isFine }) => !isFine)).length;
    if (count === 0) return undefined;
    const { t } = this;
    return { tone: 'gold', title: t('screening.choose.open', { count }), text: t('screening.choose.open.text') };
  }

  private chosen(rows: readonly ScreenedRow[]): TableView {
    const { t } = this;
    return table({
      id: 'chosen',
      caption: t('screening.choose.caption'),
      columns: [
        { key: 'title', label: t('screening.field.application') },
        { key: 'organization', label: t('screening.field.organization') },
        { key: 'round', label: t('screening.field.round'), minor: true },
        { key: 'checks', label: t('screening.field.checks') },
      ],
      rows: rows.map(({ id, title, number, organizationName, roundName, checks }) => ({
        title: { text: title, href: `${PATH}/${id}`, note: t('screening.number', { number }) },
        organization: organizationName,
        round: roundName,
        checks: checksCell(this.texts, checks),
      })),
      stack: true,
    });
  }

  private outcomes({ items }: RunView): TableView {
    const { t } = this;
    return table({
      id: 'outcomes',
      caption: t('screening.run.caption'),
      columns: [
        { key: 'title', label: t('screening.field.application') },
        { key: 'organization', label: t('screening.field.organization') },
        { key: 'outcome', label: t('screening.field.outcome') },
      ],
      rows: items.map(({ applicationId, title, number, organizationName, outcome, sentence }) => ({
        title: { text: title, href: `${PATH}/${applicationId}`, note: t('screening.number', { number }) },
        organization: organizationName,
        outcome: {
          tag: { tone: TONES[outcome], label: t(`screening.outcome.${outcome}`) },
          note: sentence ?? undefined,
        },
      })),
      empty: { title: t('list.nothing_found'), link: { label: t('screening.choose.back'), href: PATH } },
      stack: true,
    });
  }
}

/** What was ticked in the worklist; or what the form carried that is shown again. */
function chosenIn({ query, refused }: Visit): { action: RunAction | undefined; ids: string[] } {
  const asked = refused?.values['action'] ?? query['action'];
  const action = RUN_ACTIONS.find((each) => each === asked);
  const items: unknown = refused?.values['items'];
  const ids = Array.isArray(items)
    ? items.map((item: unknown) => (item as { id?: unknown } | null)?.id)
    : Object.keys(query).flatMap((name) => (name.startsWith(PICK) ? [name.slice(PICK.length)] : []));
  const known = ids.filter((id): id is string => typeof id === 'string' && isId(id));
  return { action, ids: [...new Set(known)].slice(0, MOST_IN_RUN) };
}
