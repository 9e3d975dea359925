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

type View = { title: string } & Record<string, unknown>;

interface SheetSection {
  readonly title: string;
  readonly answers: readonly { readonly label: string; readonly lines: readonly string[]; readonly note?: string }[];
}

interface Sheet {
  readonly application: ApplicationSummary;
  readonly state: string;
  readonly lead: string;
  readonly made: string;
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
    const { application, lead, made, sections } = await this.sheet(visit.actor, visit.id());
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
      sections,
      made,
    };
  }

  async pdf(actor: Actor, id: string): Promise<{ name: string; content: Buffer }> {
    const { application, state, lead, made, sections } = await this.sheet(actor, id);
    const agency = await this.settings.current();
    const reference = this.t('application.number', { number: application.number });
    const content = await drawLetter(blocksOf(application, lead, sections), {
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
    const { application, isOwn } = await this.views.whole(actor, id);
    const form = await formOfApplication(this.db, id);
    const records = await readAnswers(this.db, id, form);
    const questions = questionsOf(form.definition);
    const values = questions.map(({ key }) => records.get(key)?.value);
    const names = await namesIn(this.db, this, questions, values);
    const { currentCalendar: calendar, now } = this.db;
    const lines = (question: Question): string[] => this.lines(application, question, records, names);
    return {
      application,
      state: stateFor(isOwn, application.state).label,
      lead: this.t('application.lead', { organization: application.organizationName, round: application.roundName }),
      made:
        application.submittedAt === null
          ? this.t('answer.sheet.draft', { at: calendar.formatInstant(now, 'long') })
          : this.t('answer.sheet.sent', { at: calendar.formatInstant(application.submittedAt, 'long') }),
      sections: visibleIn(form.definition, valuesOf(records)).map(({ section, questions: shown }) => ({
        title: section.title,
        answers: shown.map((question) => ({
          label: question.label,
          lines: lines(question),
          note: this.note(records.get(question.key)),
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
      this.partLines(application, question) ?? answerText(question, records.get(question.key)?.value, names);
    return lines.length === 0 ? [this.t('answer.nothing')] : lines;
  }

  /** Parts of the proposal whose rows say more than the answer: sums, and partners, which are no answer. */
  private partLines(
    { budgetLines, requested, partners }: ApplicationSummary,
    { kind }: Question,
  ): string[] | undefined {
    if (kind === 'budget' && budgetLines.length > 0) {
      const match = (line: (typeof budgetLines)[number]): string =>
        line.match.isZero ? '' : this.t('answer.sheet.match', { match: line.match });
      return [
        ...budgetLines.map((line) => {
          const what = [line.category, line.description].filter((each) => each !== null && each !== '').join(', ');
          return `${what}: ${line.amount.format({ cents: 'auto' })}${match(line)}`;
        }),
        this.t('answer.sheet.total', { requested }),
      ];
    }
    if (kind !== 'partners') return undefined;
    return partners.map(
      ({ name, role, level, share }) =>
        `${name}: ${this.t('application.partner.line', { role, level: this.t(`application.field.level.${level}`), share })}`,
    );
  }

  private note(record: AnswerRecord | undefined): string | undefined {
    if (record === undefined || record.assistanceId === null || record.value === undefined) return undefined;
    const key = record.confirmedAt === null ? 'answer.sheet.assisted' : 'answer.sheet.assisted.confirmed';
    return this.t(key, { name: record.enteredByName ?? this.t('answer.somebody') });
  }
}

function blocksOf(application: ApplicationSummary, lead: string, sections: readonly SheetSection[]): Block[] {
  const plain = (text: string, strong = false): Block => ({ kind: 'paragraph', runs: [{ text, strong }] });
  return [
    { kind: 'heading', level: 1, text: application.title },
    plain(lead),
    ...sections.flatMap(({ title, answers }): Block[] => [
      { kind: 'heading', level: 2, text: title },
      ...answers.flatMap(({ label, lines, note }) => [
        plain(label, true),
        ...lines.filter((line) => line.trim() !== '').map((line) => plain(line)),
        ...(note === undefined ? [] : [plain(note)]),
      ]),
    ]),
  ];
}
