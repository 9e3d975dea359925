/** AnswerSheets: the whole application with all its answers, as a page to read and print, and as a PDF. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { Block } from '../../platform/letters/blocks.js';
import { drawLetter } from '../../platform/pdf/letter.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings, Schools } from '../agency/index.js';
import { Attachments } from '../documents/index.js';
import { type Question, questionsOf, visibleIn } from '../forms/index.js';
import { type AnswerRecord, formOfApplication, readAnswers, valuesOf } from './answers.reads.js';
import { answerText, namesIn } from './answer-text.js';
import type { ApplicationSummary } from './application-reads.js';
import { ApplicationViews, stateFor } from './application.view.js';
import { partnersOf } from './partner.reads.js';
import { partnerWords } from './partner.rules.js';
import {
  type BudgetOnPaper,
  budgetPaperBlocks,
  budgetPaperTable,
  budgetSentences,
  readBudgetPaper,
} from './proposed-budget.paper.js';
import { answersSent, paperOf } from './receipt.sent.js';

type View = { title: string } & Record<string, unknown>;

interface SheetSection {
  readonly title: string;
  readonly answers: readonly {
    readonly label: string;
    readonly lines: readonly string[];
    readonly note?: string;
    /** The table of the budget stands there, and the lines below it. */
    readonly isBudget?: boolean;
  }[];
}

interface Sheet {
  readonly application: ApplicationSummary;
  /** Whoever reads it may sign it now. */
  readonly maySign: boolean;
  readonly state: string;
  readonly lead: string;
  readonly made: string;
  /** That it is being mended, for who reads it as it was sent. */
  readonly mended?: string;
  readonly paper?: BudgetOnPaper;
  readonly sections: readonly SheetSection[];
}

@Injectable()
export class AnswerSheets {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly settings: AgencySettings,
    readonly attachments: Attachments,
    readonly schools: Schools,
  ) {}

  async page(visit: Visit): Promise<View> {
    const { application, lead, made, mended, maySign, paper, sections } = await this.sheet(visit.actor, visit.id());
    const path = `/applications/${application.id}`;
    return {
      title: application.title,
      head: {
        crumbs: [
          { label: this.t('application.list.title'), href: '/applications' },
          { label: application.title, href: path },
        ],
        number: this.t('application.number', { number: application.number }),
        title: application.title,
        lead,
        actions: [{ label: this.t('answer.sheet.pdf'), href: `${path}/pdf` }],
      },
      sections: sections.map(({ title, answers }) => ({
        title,
        answers: answers.map(({ isBudget, ...answer }) =>
          isBudget === true && paper !== undefined
            ? { ...answer, table: budgetPaperTable(this.texts, paper, application.organizationName) }
            : answer,
        ),
      })),
      made: mended ?? made,
      // Whoever has read it to its end goes on from there.
      end: maySign
        ? { items: [{ label: this.t('certify.submit'), href: `${path}/submit`, primary: true }] }
        : undefined,
    };
  }

  async pdf(actor: Actor, id: string): Promise<{ name: string; content: Buffer }> {
    const sheet = await this.sheet(actor, id);
    const { application, state, made } = sheet;
    const agency = await this.settings.current();
    const reference = this.t('application.number', { number: application.number });
    const content = await drawLetter(blocksOf(this.texts, sheet), {
      agency: agency.name,
      program: application.roundName,
      date: this.db.currentCalendar.formatDate(this.db.today, 'long'),
      reference,
      addressee: [application.organizationName, state],
      foot: `${reference}, ${made}`,
      title: application.title,
    });
    return { name: `${application.number}.pdf`, content: Buffer.from(content) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async sheet(actor: Actor, id: string): Promise<Sheet> {
    const { application, actions, isOwn, sent } = await this.views.whole(actor, id);
    const form = await formOfApplication(this.db, id);
    const records = sent === undefined ? await readAnswers(this.db, id, form) : answersSent(sent);
    const paper = sent === undefined ? await readBudgetPaper(this.db, id) : paperOf(sent);
    const questions = questionsOf(form.definition);
    const values = questions.map(({ key }) => records.get(key)?.value);
    const names = await namesIn(this.db, this, questions, values);
    const { currentCalendar: calendar, now } = this.db;
    const assisted = await this.partnersNote(id);
    const lines = (question: Question): string[] => this.lines(application, question, records, names);
    return {
      application,
      maySign: actions.some(({ name, enabled }) => name === 'submit' && enabled),
      state: stateFor(isOwn, application.state).label,
      lead: this.t('application.lead', { organization: application.organizationName, round: application.roundName }),
      mended:
        sent === undefined ? undefined : this.t('application.as_sent', { at: calendar.formatInstant(sent.arrivedAt) }),
      paper: paper.lines.length === 0 ? undefined : paper,
      made:
        application.submittedAt === null
          ? this.t('answer.sheet.draft', { at: calendar.formatInstant(now, 'long') })
          : this.t('answer.sheet.sent', { at: calendar.formatInstant(application.submittedAt, 'long') }),
      sections: visibleIn(form.definition, valuesOf(records)).map(({ section, questions: shown }) => ({
        title: section.title,
        answers: shown.map((question) => ({
          label: question.label,
          ...(question.kind === 'budget' && paper.lines.length > 0
            ? { lines: budgetSentences(this.texts, paper), isBudget: true }
            : { lines: lines(question) }),
          note: question.kind === 'partners' ? assisted : this.note(records.get(question.key)),
        })),
      })),
    };
  }

  private lines(
    application: ApplicationSummary,
    question: Question,
    records: ReadonlyMap<string, AnswerRecord>,
    names: ReadonlyMap<string, string>,
  ): string[] {
    const lines =
      question.kind === 'partners'
        ? this.partnerLines(application)
        : answerText(question, records.get(question.key)?.value, names);
    return lines.length === 0 ? [this.t('answer.nothing')] : lines;
  }

  /** Partners are rows and no answer. */
  private partnerLines({ partners }: ApplicationSummary): string[] {
    return partners.map((partner) => `${partner.name}: ${partnerWords(this.t, partner)}`);
  }

  private async partnersNote(id: string): Promise<string | undefined> {
    const entered = (await partnersOf(this.db, [id])).filter(({ assistanceId }) => assistanceId !== null);
    if (entered.length === 0) return undefined;
    const isConfirmed = entered.every(({ partConfirmedAt }) => partConfirmedAt !== null);
    const names = entered.map(({ name }) => name).join(', ');
    return this.t(isConfirmed ? 'answer.sheet.partners_assisted.confirmed' : 'answer.sheet.partners_assisted', {
      names,
    });
  }

  private note(record: AnswerRecord | undefined): string | undefined {
    if (record === undefined || record.assistanceId === null || record.value === undefined) return undefined;
    const key = record.confirmedAt === null ? 'answer.sheet.assisted' : 'answer.sheet.assisted.confirmed';
    return this.t(key, { name: record.enteredByName ?? this.t('answer.somebody') });
  }
}

function blocksOf(texts: Texts, { application, lead, sections, paper, mended }: Sheet): Block[] {
  const plain = (text: string, strong = false): Block => ({ kind: 'paragraph', runs: [{ text, strong }] });
  return [
    { kind: 'heading', level: 1, text: application.title },
    plain(lead),
    ...(mended === undefined ? [] : [plain(mended)]),
    ...sections.flatMap(({ title, answers }): Block[] => [
      { kind: 'heading', level: 2, text: title, large: true },
      ...answers.flatMap(({ label, lines, note, isBudget }) => [
        plain(label, true),
        ...(isBudget === true && paper !== undefined
          ? budgetPaperBlocks(texts, paper, application.organizationName)
          : lines.filter((line) => line.trim() !== '').map((line) => plain(line))),
        ...(note === undefined ? [] : [plain(note)]),
      ]),
    ]),
  ];
}
