/** Parts of a round's page: what is missing before it is published, its sources, its rules, its dates that changed. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import {
  type ActionView,
  table,
  type TableView,
  type TodoItem,
  type TodoListView,
} from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { mustText } from './eligibility.page-view.js';
import { dateChangeLine } from './round.dates.js';
import type { CheckPart } from './round.checks.js';
import type { Round } from './round.entity.js';
import type { RoundView } from './round.view.js';

/** Where each part is mended. */
const PATH_OF: Readonly<Record<CheckPart, string>> = {
  terms: 'edit',
  money: '',
  criteria: 'rubric',
  comments: 'criteria',
  eligibility: 'eligibility',
  form: 'form',
};

const hrefOf = (round: RoundView, part: CheckPart): string =>
  part === 'money' ? `/funds/${round.fundId}` : `/rounds/${round.id}/${PATH_OF[part]}`;

@Injectable()
export class RoundPageParts {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  /** Everything that is looked at when the round is published, each with the page where it is mended. */
  checks(round: RoundView): TodoListView | undefined {
    if (round.checks.length === 0) return undefined;
    const { t } = this;
    return {
      items: round.checks.map(({ part, missing, advice }): TodoItem => {
        const href = hrefOf(round, part);
        const state = missing.length > 0 ? 'missing' : advice.length > 0 ? 'advice' : 'done';
        const said = [...missing, ...advice];
        return {
          date: t(`round.check.${state}`),
          late: state === 'missing',
          title: t(`round.check.part.${part}`),
          href,
          text: said.length === 0 ? t(`round.check.fine.${part}`) : said.join(' '),
        };
      }),
    };
  }

  /** The first thing that is missing before the round can be published, as the button that leads to where it is mended. */
  next(round: RoundView, maySetAside: boolean): ActionView | undefined {
    const first = round.checks.find(({ missing }) => missing.length > 0);
    if (first === undefined) return undefined;
    const key = first.part === 'money' && !maySetAside ? 'money_of_fund' : first.part;
    return { label: this.t(`round.mend.${key}`), href: hrefOf(round, first.part), primary: true };
  }

  /** Where the money comes from; one source needs no table. */
  sources(round: RoundView): TableView | undefined {
    if (round.sources.length === 0) return undefined;
    const { t } = this;
    return table({
      id: 'sources',
      caption: t('round.sources.caption'),
      columns: [
        { key: 'name', label: t('round.sources.name') },
        { key: 'setAside', label: t('round.set_aside'), kind: 'money' },
        { key: 'available', label: t('round.left'), kind: 'money' },
      ],
      rows: round.sources.map(({ sourceId, sourceName, setAside, available }) => ({
        name: { text: sourceName, href: `/sources/${sourceId}` },
        ...{ setAside, available },
      })),
      total: { name: t('round.sources.total'), setAside: round.setAside, available: round.available },
      stack: true,
    });
  }

  rules(round: Round): TableView | undefined {
    if (round.eligibilityRules.length === 0) return undefined;
    const { t } = this;
    return table({
      id: 'rules',
      caption: t('eligibility.rules'),
      columns: [
        { key: 'question', label: t('eligibility.field.question') },
        { key: 'must', label: t('eligibility.must') },
        { key: 'why', label: t('eligibility.field.why') },
      ],
      rows: round.eligibilityRules.map((rule) => ({
        question: { text: rule.question, note: rule.help },
        must: mustText(this.texts, rule),
        why: rule.why,
      })),
      stack: true,
    });
  }

  dateChanges(round: RoundView): TableView | undefined {
    if (round.dateChanges.length === 0) return undefined;
    const { t } = this;
    const calendar = this.db.currentCalendar;
    return table({
      id: 'date-changes',
      caption: t('round.date_changes'),
      columns: [
        { key: 'at', label: t('round.date_changes.at') },
        { key: 'what', label: t('round.date_changes.what') },
        { key: 'reason', label: t('round.field.extension_reason') },
      ],
      rows: round.dateChanges.map(({ changes, reason, createdAt }) => ({
        at: calendar.formatInstant(createdAt, 'long'),
        what: changes.map((each) => dateChangeLine(this.texts, calendar, each)).join('. '),
        reason,
      })),
      stack: true,
    });
  }

  formName({ formName }: RoundView): string {
    return formName ?? this.t('round.form.usual');
  }

  private readonly t = (key: string): string => this.texts.t(key);
}
