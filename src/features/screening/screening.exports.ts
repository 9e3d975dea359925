/** The lists of screening as files: applications with their checks, letters of intent, help given with its hours. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { SheetCell } from '../../platform/spreadsheets/sheet.js';
import { Texts } from '../../platform/texts/texts.js';
import { Applications } from '../applications/index.js';
import { noConflictSince } from '../conflicts/index.js';
import { type ExportableList, pagesOf } from '../documents/index.js';
import { LetterOfIntentListQuery } from './letter-of-intent.input.js';
import { LettersOfIntent } from './letters-of-intent.service.js';
import { CHECK_KEYS } from './screening.entity.js';
import { ScreeningListQuery } from './screening.input.js';
import { type ScreenedRow, Screening } from './screening.service.js';
import { TechnicalAssistanceListQuery } from './technical-assistance.input.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

@Injectable()
export class ScreeningExports {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly screening: Screening,
    private readonly applications: Applications,
    private readonly letters: LettersOfIntent,
    private readonly assistances: TechnicalAssistances,
  ) {}

  lists(): readonly ExportableList[] {
    return [this.worklist(), this.lettersOfIntent(), this.help()] as unknown as readonly ExportableList[];
  }

  private worklist(): ExportableList<ScreeningListQuery> {
    return {
      ...{ list: 'screening', titleKey: 'screening.list.title', path: '/screening', permission: 'screening.read' },
      query: ScreeningListQuery,
      columns: [
        { labelKey: 'screening.column.number' },
        { labelKey: 'screening.field.application' },
        { labelKey: 'screening.field.organization' },
        { labelKey: 'screening.column.kind' },
        { labelKey: 'screening.field.round' },
        { labelKey: 'screening.field.district' },
        { labelKey: 'screening.field.state' },
        { labelKey: 'screening.field.submitted', kind: 'date' },
        { labelKey: 'screening.field.requested', kind: 'money' },
        ...CHECK_KEYS.flatMap((key) => [
          { labelKey: `screening.check.${key}` },
          { labelKey: `screening.column.judged.${key}` },
        ]),
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.screening.list(actor, each),
          (row) => this.screened(row),
        ),
      stillOpen: (actor, madeAt) => noConflictSince(this.db, actor, madeAt),
    };
  }

  private screened(row: ScreenedRow): SheetCell[] {
    const { t } = this.texts;
    const say = (key: string, params?: Readonly<Record<string, unknown>>): string => t.call(this.texts, key, params);
    return [
      ...[row.number, row.title, row.organizationName, say(`organization.field.kind.${row.organizationKind}`)],
      ...[row.roundName, row.district, this.applications.machine.state(row.state).label],
      ...[this.db.currentCalendar.today(row.submittedAt), Money.ofCents(row.requestedCents)],
      ...row.checks.flatMap(({ textKey, params, judged, isStale }) => [
        say(textKey, params),
        judged === undefined || isStale
          ? ''
          : `${say(`screening.field.judgement.${judged.judgement}`)}: ${judged.reason}`,
      ]),
    ];
  }

  private lettersOfIntent(): ExportableList<LetterOfIntentListQuery> {
    return {
      ...{ list: 'letters-of-intent', titleKey: 'letter_of_intent.list.title', path: '/letters-of-intent' },
      ...{ permission: 'letter_of_intent.read', query: LetterOfIntentListQuery },
      columns: [
        { labelKey: 'letter_of_intent.field.title' },
        { labelKey: 'letter_of_intent.field.organization' },
        { labelKey: 'letter_of_intent.field.round' },
        { labelKey: 'letter_of_intent.field.state' },
        { labelKey: 'letter_of_intent.field.sent_at', kind: 'date' },
        { labelKey: 'letter_of_intent.field.expected', kind: 'money' },
        { labelKey: 'letter_of_intent.field.summary' },
        { labelKey: 'letter_of_intent.field.partners' },
        { labelKey: 'letter_of_intent.field.application' },
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.letters.list(actor, each),
          (row) => [
            ...[row.title, row.organizationName, row.roundName, this.letters.machine.state(row.state).label],
            this.db.currentCalendar.today(row.sentAt),
            row.expectedCents === null ? null : Money.ofCents(row.expectedCents),
            ...[row.summary, row.partners, row.applicationNumber],
          ],
        ),
      stillOpen: (actor, madeAt) => noConflictSince(this.db, actor, madeAt),
    };
  }

  private help(): ExportableList<TechnicalAssistanceListQuery> {
    return {
      ...{ list: 'technical-assistances', titleKey: 'technical_assistance.list.title' },
      ...{ path: '/technical-assistances', permission: 'technical_assistance.read' },
      query: TechnicalAssistanceListQuery,
      columns: [
        { labelKey: 'technical_assistance.field.application' },
        { labelKey: 'technical_assistance.field.organization' },
        { labelKey: 'technical_assistance.field.round' },
        { labelKey: 'technical_assistance.field.topic' },
        { labelKey: 'technical_assistance.field.state' },
        { labelKey: 'technical_assistance.field.asked', kind: 'date' },
        { labelKey: 'technical_assistance.field.advisor' },
        { labelKey: 'technical_assistance.field.hours', kind: 'number' },
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.assistances.list(actor, each),
          (row) => [
            ...[row.applicationNumber, row.organizationName, row.roundName],
            this.texts.t(`technical_assistance.field.topic.${row.topic}`),
            this.assistances.machine.state(row.state).label,
            this.db.currentCalendar.today(row.createdAt),
            row.state === 'asked' ? '' : row.advisorName,
            Math.round((row.minutes / 60) * 100) / 100,
          ],
        ),
      stillOpen: (actor, madeAt) => noConflictSince(this.db, actor, madeAt),
    };
  }
}
