/**
 * What was sent last, as it was: while an application is back with its applicant, and where it ended before it was sent
 * again, the agency reads this and not what is being mended.
 */
import { Money } from '../../kernel/money.js';
import { joinSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { ListSearch } from '../../platform/lists/list.js';
import type { AnswerValue } from '../forms/index.js';
import type { ApplicationBudgetItem, ApplicationPartnerItem, ApplicationSummary } from './application-reads.js';
import { type AnswerRecord, unkept } from './answers.reads.js';
import type { BudgetOnPaper } from './proposed-budget.paper.js';

/** The parts of a submission's content that are read again; amounts are JSON. */
interface SentContent {
  readonly title: string;
  readonly summary: string | null;
  readonly requested: unknown;
  readonly schools: string | null;
  readonly districts: ApplicationSummary['districts'];
  readonly budgetLines: readonly (Omit<ApplicationBudgetItem, 'amount' | 'match'> & {
    amount: unknown;
    match: unknown;
  })[];
  readonly partners: readonly (Omit<ApplicationPartnerItem, 'share'> & { share: unknown })[];
  readonly answers: Readonly<Record<string, AnswerValue>>;
  /** Not kept with what was sent before this was. */
  readonly budget?: BudgetOnPaper;
}

export interface SentVersion {
  readonly arrivedAt: Date;
  readonly content: SentContent;
}

/** In these it may be as it was when it came back, and not as it was sent. */
const MAYBE_AS_SENT: readonly string[] = ['returned', 'withdrawn', 'expired'];

/** By application; one that was never sent is left out. */
export async function sentVersions(from: Queryable, ids: readonly string[]): Promise<Map<string, SentVersion>> {
  if (ids.length === 0) return new Map();
  const rows = await from.query<SentVersion & { id: string }>(sql`
    select distinct on (application_id) application_id as id, arrived_at as "arrivedAt", content
    from application_submissions where application_id = any(${[...ids]}::uuid[])
    order by application_id, number desc`);
  return new Map(rows.map(({ id, ...sent }) => [id, sent]));
}

/** Whether `applications a` is shown as it was sent last: since it came back it was not sent again. */
const isShownAsSent: Sql = sql`a.sent_districts is not null`;

/** The title of `applications a`, and what it asks for in cents, as the agency's lists show, filter and merge them. */
export const titleShown: Sql = sql`a.shown_title`;
export const centsShown: Sql = sql`a.shown_cents`;

/** The district of `applications a` with the largest share, and whether it is for this one: as the agency is shown them. */
export const districtShown: Sql = sql`(case when ${isShownAsSent} then a.sent_districts[1] else
  (select d.district from application_districts d where d.application_id = a.id
   order by d.share_basis_points desc, d.district limit 1) end)`;
export const isForDistrict = (district: string): Sql => sql`(case when ${isShownAsSent}
  then ${district} = any(a.sent_districts)
  else exists (select from application_districts d where d.application_id = a.id and d.district = ${district}) end)`;

/** What a search looks for, anywhere in a text. */
export const likeOf = (q: string): string => `%${q.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Which of `applications a` are found by this: number and title as it is shown, organization, or `also`; and those of `own`
 * that are back by the title that they have now.
 */
export function foundBy(q: string, { also, own }: { also?: Sql; own?: Sql } = {}): ListSearch {
  const like = likeOf(q);
  const others = also === undefined ? [] : [also];
  if (own !== undefined) others.push(sql`(${isShownAsSent} and ${own} and a.title ilike ${like})`);
  const either = (...ways: Sql[]): Sql => sql`(${joinSql([...ways, ...others], ' or ')})`;
  return {
    byIndex: either(
      sql`lower(a.number || e'\\n' || a.shown_title) like lower(${like})`,
      sql`a.organization_id = any(array(select named.id from organizations named where named.name ilike ${like}))`,
    ),
    byRow: either(sql`a.search_text like lower(${like})`),
  };
}

/** Of these, those that were not sent again since they came back; a draft is read as it is by those who may. */
export async function shownAsSent(
  from: Queryable,
  rows: readonly Pick<ApplicationSummary, 'id' | 'state'>[],
): Promise<Map<string, SentVersion>> {
  const maybe = rows.filter(({ state }) => MAYBE_AS_SENT.includes(state)).map(({ id }) => id);
  if (maybe.length === 0) return new Map();
  const shown = await from.query<{ id: string }>(
    sql`select a.id from applications a where a.id = any(${maybe}::uuid[]) and ${isShownAsSent}`,
  );
  return sentVersions(
    from,
    shown.map(({ id }) => id),
  );
}

/** Whose hands it is in decides: what is with its applicant is shown to others as it was sent. */
export async function sentVersionFor(
  from: Queryable,
  row: Pick<ApplicationSummary, 'id' | 'state'>,
  isOwn: boolean,
): Promise<SentVersion | undefined> {
  return isOwn ? undefined : (await shownAsSent(from, [row])).get(row.id);
}

export function asSent(live: ApplicationSummary, { content }: SentVersion): ApplicationSummary {
  const { title, summary, schools, districts } = content;
  return {
    ...{ ...live, title, summary, schools, districts },
    requested: Money.fromJSON(content.requested),
    budgetLines: content.budgetLines.map(({ category, description, amount, match }) => ({
      ...{ category, description, amount: Money.fromJSON(amount), match: Money.fromJSON(match) },
    })),
    partners: content.partners.map(({ share, ...partner }) => ({ ...partner, share: Money.fromJSON(share) })),
  };
}

/** Lines alone, where no more was kept. */
export function paperOf({ content }: SentVersion): BudgetOnPaper {
  const cents = (amount: unknown): string => Money.fromJSON(amount).cents.toString();
  return (
    content.budget ?? {
      partners: [],
      lines: content.budgetLines.map(({ category, description, amount, match }) => ({
        ...{ kind: 'direct' as const, category, description, parts: [] },
        ...{ amount: cents(amount), match: cents(match) },
      })),
      indirect: null,
    }
  );
}

/** What was sent, as answers that nobody entered anew. */
export const answersSent = ({ content }: SentVersion): Map<string, AnswerRecord> =>
  new Map(Object.entries(content.answers).map(([key, value]) => [key, unkept(key, value)]));
