/** The rehearsal of a round: its public page and its form as they will be, with answers that are tried and never kept. */
import { Injectable } from '@nestjs/common';
import { say } from '../../platform/http/problem.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ErrorItem, NoteView, PageHead } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { Schools } from '../agency/index.js';
import {
  answerName,
  type Answers,
  type FormDefinition,
  missingIn,
  problemsOf,
  questionsOf,
  questionView,
  readAnswer,
  visibleIn,
} from '../forms/index.js';
import { recordOf } from './eligibility.input.js';
import { FundingViews } from './funding.page-view.js';
import { formOfRound } from './round-form.js';
import { RoundViews } from './round.view.js';
import { Rounds } from './rounds.service.js';

type View = { title: string } & Record<string, unknown>;

/** What applicants hand in on pages of their own cannot be tried here. */
const NOT_TRIED = new Set(['budget', 'partners', 'file']);

@Injectable()
export class RehearsalViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
    private readonly funding: FundingViews,
    private readonly schools: Schools,
  ) {}

  /** The public page as it will be. */
  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.views.rehearsed(visit.actor, visit.id());
    const path = `/rounds/${round.id}`;
    const shown = this.funding.present({ kind: 'public' }, round);
    const note: NoteView = {
      ...{ tone: 'blue', title: t('rehearsal.note'), text: t('rehearsal.note.text') },
      link: { label: t('rehearsal.to_form'), href: `${path}/rehearsal/form` },
    };
    return {
      ...shown,
      title: t('rehearsal.of', { name: round.name }),
      head: {
        ...(shown['head'] as PageHead),
        crumbs: [
          { label: t('round.list.title'), href: '/rounds' },
          { label: round.name, href: path },
        ],
        actions: [
          { label: t('rehearsal.to_check'), href: `${path}/rehearsal/check` },
          { label: t('rehearsal.to_form'), href: `${path}/rehearsal/form` },
        ],
      },
      note,
    };
  }

  /** The whole form on one page; with `tried` what it says of these answers. */
  async form(visit: Visit, tried?: unknown): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const { definition } = await formOfRound(this.db, round);
    const answers = readAll(definition, recordOf(tried));
    const path = `/rounds/${round.id}`;
    const districts = await this.db.query<{ name: string }>(sql`select name from districts order by position, name`);
    const schools = await this.schools.byDistrict(this.db);
    const sections = visibleIn(definition, answers).map(({ section, questions }, index) => ({
      title: section.title,
      number: t('rehearsal.section', { number: index + 1 }),
      help: section.help,
      questions: questions.map((question) =>
        questionView(question, {
          texts: this.texts,
          value: answers[question.key],
          problems: tried === undefined ? [] : problemsOf(question, answers[question.key]),
          districts: districts.map(({ name }) => name),
          schools,
        }),
      ),
    }));
    const head: PageHead = {
      crumbs: [
        { label: round.name, href: path },
        { label: t('rehearsal.title'), href: `${path}/rehearsal` },
      ],
      title: t('rehearsal.form'),
      lead: t('rehearsal.form.lead', { questions: questionsOf(definition).length, sections: sections.length }),
    };
    return {
      title: head.title,
      head,
      action: `${path}/rehearsal/form`,
      sections,
      ...(tried === undefined ? {} : this.verdict(path, definition, answers)),
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** What would still be missing; what cannot be tried here is left out. */
  private verdict(path: string, definition: FormDefinition, answers: Answers): Record<string, unknown> {
    const { t } = this;
    const kinds = new Map(questionsOf(definition).map(({ key, kind }) => [key, kind]));
    const missing = missingIn(definition, answers).filter(
      ({ questionKey }) => !NOT_TRIED.has(kinds.get(questionKey) ?? ''),
    );
    if (missing.length === 0) {
      const note: NoteView = {
        ...{ tone: 'blue', title: t('rehearsal.whole'), text: t('rehearsal.whole.text') },
        link: { label: t('rehearsal.back'), href: path },
      };
      return { note };
    }
    const errors = missing.map(({ questionKey, sentence }): ErrorItem => ({
      text: say(this.texts, sentence),
      field: answerName(questionKey),
    }));
    return { errors };
  }
}

/** Every answer as its question reads it; what cannot be read stays as it was typed. */
function readAll(definition: FormDefinition, sent: Readonly<Record<string, unknown>>): Answers {
  return Object.fromEntries(
    questionsOf(definition).map((question) => {
      const read = readAnswer(question, Object.hasOwn(sent, question.key) ? sent[question.key] : undefined);
      return [question.key, 'problem' in read ? { typed: read.typed } : read.value];
    }),
  );
}
