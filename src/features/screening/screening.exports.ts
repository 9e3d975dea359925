/** The lists of screening as files: applications with their checks, letters of intent, help given with its hours. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { ListPage, ListQuery } from '../../platform/lists/list.js';
import type { SheetCell } from '../../platform/spreadsheets/sheet.js';
import { Texts } from '../../platform/texts/texts.js';
import { Applications } from '../applications/index.js';
import type { ExportableList } from '../documents/index.js';
import { LetterOfIntentListQuery } from './letter-of-intent.input.js';
import { LettersOfIntent } from './letters-of-intent.service.js';
import { CHECK_KEYS } from './screening.entity.js';
import { ScreeningListQuery } from './screening.input.js';
import { type ScreenedRow, Screening } from './screening.service.js';
import { TechnicalAssistanceListQuery } from './technical-assistance.input.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

const AT_ONCE = 200;

/** Page after page until the end, as somebody would turn them. */
async function* pagesOf<Query extends ListQuery, Row>(
  query: Query,
  list: (query: Query) => Promise<ListPage<Row>>,
  cells: (row: Row) => readonly SheetCell[],
): AsyncIterable<readonly (readonly SheetCell[])[]> {
  for (let after: string | undefined; ;) {
    const page = await list({ ...query, limit: AT_ONCE, after });
    yield page.items.map(cells);
    if (page.next === null) return;
    after = page.next;
  }
}

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
      stillOpen: (actor, madeAt) => this.isUnchanged(actor, madeAt),
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
      stillOpen: (actor, madeAt) => this.isUnchanged(actor, madeAt),
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
      stillOpen: (actor, madeAt) => this.isUnchanged(actor, madeAt),
    };
  }

  /** A conflict of interest that came since closes what was made before it; asked again, it is left out. */
  private async isUnchanged(actor: Actor, madeAt: Date): Promise<boolean> {
    if (actor.kind !== 'person') return false;
    const { personId } = actor;
    const since = await this.db.query(sql`
      select 1 from conflicts c where c.person_id = ${personId} and c.level = 'direct' and c.state <> 'dismissed'
        and (c.created_at >= ${madeAt} or exists (select from lifecycle_steps s where s.subject_type = 'conflict'
          and s.subject_id = c.id and s.from_state = 'dismissed' and s.at >= ${madeAt}))
      union all
      select 1 from organization_members m where m.person_id = ${personId} and m.ended_at is null
        and m.created_at >= ${madeAt}
      union all
      select 1 from application_colleagues w where w.person_id = ${personId} and w.accepted_at >= ${madeAt}
      union all
      select 1 from conflict_parties p join organization_members m on m.organization_id = p.organization_id
        and m.person_id = ${personId} and m.ended_at is null where p.created_at >= ${madeAt}
      union all
      select 1 from (${domainsOf(personId)}) own join organizations o on own.domain = any(o.mail_domains)
      where own.since >= ${madeAt}
        or exists (select from conflict_parties p where p.organization_id = o.id and p.created_at >= ${madeAt})
        or exists (select from audit_events e where e.subject_type = 'organization' and e.subject_id = o.id::text
          and e.at >= ${madeAt} and e.after ? 'mailDomains')
      limit 1`);
    return since.length === 0;
  }
}

/** The domains of a person's addresses and those above them, as conflicts of interest are found by. */
const domainsOf = (personId: string): Sql => sql`
  select array_to_string(parts[at:], '.') as domain, since from (
    select string_to_array(split_part(lower(i.value), '@', 2), '.') as parts, i.created_at as since from identifiers i
    where i.person_id = ${personId} and i.kind = 'address') address, generate_subscripts(parts, 1) as at`;
