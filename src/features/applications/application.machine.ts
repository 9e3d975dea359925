/** The application's lifecycle bound to its table, with the facts that its steps look at. */
import { Money } from '../../kernel/money.js';
import { currentRequest } from '../../platform/database/context.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable } from '../../platform/database/work.js';
import { findRound, type Round } from '../rounds/index.js';
import { type AnswerFacts, answerFactsOf, NOTHING_ASKED } from './answer-facts.js';
import { Application } from './application.entity.js';
import { applicationLifecycle } from './application.lifecycle.js';
import type { ApplicationFacts } from './application.rules.js';
import { applicationSubject } from './application-reads.js';
import { extensionsOf } from './extension.reads.js';
import { arrivalOf, closesFor, dueOf, type Extension, isInTime } from './extension.rules.js';
import { partnersWaitingOf } from './partner.reads.js';
import type { PartnerWaiting } from './partner.rules.js';

/** What tells the time: the work itself, or the database beside it. */
export interface Timekeeper {
  readonly now: Date;
  readonly today: string;
  readonly calendar: { formatInstant(instant: Date): string; today(instant: Date): string };
}

interface Sums {
  readonly id: string;
  readonly budget: string;
  readonly partners: string;
  readonly share: number;
  readonly leadKind: string;
  readonly certifiers: string[];
  readonly writers: string[];
  readonly wroteIt: string[];
}

/** What is said of one application beside its row and its round. */
interface Around {
  readonly sums: Sums;
  readonly answers: AnswerFacts;
  readonly extension: Extension | undefined;
  readonly partnersWaiting: readonly PartnerWaiting[];
}

/** The time decides by when a request arrived, not by when its turn came. */
export const arrival = (now: Date): Date => arrivalOf(currentRequest()?.receivedAt, now);

async function readSums(from: Queryable, ids: readonly string[]): Promise<Map<string, Sums>> {
  const rows = await from.query<Sums>(sql`
    select a.id, o.kind as "leadKind",
      coalesce((select sum(b.amount_cents) from application_budget_lines b where b.application_id = a.id), 0)::text
        as budget,
      coalesce((select sum(p.share_cents) from application_partners p where p.application_id = a.id), 0)::text
        as partners,
      coalesce((select sum(d.share_basis_points) from application_districts d where d.application_id = a.id), 0)::int
        as share,
      array(select m.person_id::text from organization_members m where m.organization_id = a.organization_id
              and m.ended_at is null and m.role in ('owner', 'signatory')) as certifiers,
      array(select m.person_id::text from organization_members m where m.organization_id = a.organization_id
              and m.ended_at is null and m.role in ('owner', 'editor')) as writers,
      array(select w.person_id::text from application_writers w where w.application_id = a.id) as "wroteIt"
    from applications a join organizations o on o.id = a.organization_id where a.id = any(${[...ids]}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

function factsOf(
  row: Application,
  { sums, extension, partnersWaiting, answers }: Around,
  round: Round,
  time: Timekeeper,
): ApplicationFacts {
  const arrivedAt = arrival(time.now);
  return {
    ...{
      id: row.id,
      today: time.calendar.today(arrivedAt),
      title: row.title,
      summary: row.summary,
      requested: row.requested,
    },
    ...{ fixBy: row.state === 'returned' ? row.fixBy : null, appealBy: row.appealBy },
    budgetTotal: Money.ofCents(sums.budget),
    partnerShares: Money.ofCents(sums.partners),
    shareBasisPoints: sums.share,
    floor: round.floor,
    ceiling: round.ceiling,
    leadKind: sums.leadKind,
    whoMayLead: round.whoMayLead,
    isAccepting: isInTime(round, extension, arrivedAt),
    isOver: arrivedAt > closesFor(round, extension) || !['draft', 'in_comment', 'published'].includes(round.state),
    closes: time.calendar.formatInstant(dueOf(round, extension)),
    certifiers: sums.certifiers,
    writers: sums.writers,
    wroteIt: sums.wroteIt,
    writerMayCertify: round.writerMayCertify,
    partnersWaiting: round.partnersMustConfirm ? partnersWaiting : [],
    ...answers,
  };
}

/** What the steps of these look at, by id. */
export async function applicationFacts(
  from: Queryable,
  rows: readonly Application[],
  time: Timekeeper,
): Promise<Map<string, ApplicationFacts>> {
  if (rows.length === 0) return new Map();
  const ids = rows.map((row) => row.id);
  const sums = await readSums(from, ids);
  const extensions = await extensionsOf(from, ids);
  const partners = await partnersWaitingOf(from, ids);
  const answers = await answerFactsOf(from, rows);
  const rounds = new Map<string, Round>();
  for (const roundId of new Set(rows.map((row) => row.roundId))) {
    const round = await findRound(from, roundId);
    if (round !== undefined) rounds.set(roundId, round);
  }
  return new Map(
    rows.map((row) => {
      const { id } = row;
      const around = {
        sums: sums.get(id) as Sums,
        answers: answers.get(id) ?? NOTHING_ASKED,
        extension: extensions.get(id),
        partnersWaiting: partners.get(id) ?? [],
      };
      return [id, factsOf(row, around, rounds.get(row.roundId) as Round, time)];
    }),
  );
}

/**
 * `time` gives what time it is for buttons that are looked at outside a work. `readPermission` is what it takes to find
 * an application at all.
 */
export function applicationMachine(
  time: () => Timekeeper,
  readPermission = 'application.read',
): Stateful<Application, ApplicationFacts> {
  return new Stateful<Application, ApplicationFacts>({
    entity: Application,
    lifecycle: applicationLifecycle,
    readPermission,
    subjectOf: applicationSubject,
    facts: (from, rows) => applicationFacts(from, rows, time()),
  });
}
