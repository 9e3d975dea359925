/** What the letter and the agreement of an award say, read at once: plain text, so that the same award reads the same. */
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { dateInWords, listInWords, percentInWords } from './award-words.js';
import { readAwardBudget, readAwardDistricts, readAwardSources } from './award-reads.js';

export interface FederalTerms {
  readonly name: string;
  readonly grantor: string;
  readonly awardNumber: string;
  readonly assistanceListing: string;
  readonly awardedOn: string;
  readonly period: string;
  readonly indirect: string;
  /** What of this award is paid from it. */
  readonly amount: string;
}

export interface AwardLetterInputs {
  readonly agency: string;
  readonly agencyAddress: string;
  readonly program: string;
  readonly number: string;
  readonly title: string;
  readonly date: string;
  readonly recipient: string;
  readonly recipientAddress: readonly string[];
  readonly uei: string;
  readonly amount: string;
  readonly committee: string;
  readonly motion: string;
  readonly decidedOn: string;
  readonly round: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly acceptBy: string;
  readonly scope: string;
  /** The scope, and with whom and where, in one paragraph. */
  readonly work: string;
  readonly partners: string;
  readonly schools: string;
  readonly districts: readonly { readonly name: string; readonly share: string }[];
  readonly budget: readonly { readonly category: string; readonly amount: string }[];
  readonly conditions: readonly string[];
  readonly conditionCount: string;
  readonly determination: string;
  readonly federal: readonly FederalTerms[];
}

interface Head {
  readonly agency: string | null;
  readonly agencyAddress: string | null;
  readonly program: string;
  readonly number: string;
  readonly title: string;
  readonly preparedOn: string | null;
  readonly recipient: string;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly city: string | null;
  readonly stateCode: string | null;
  readonly zip: string | null;
  readonly uei: string | null;
  readonly cents: string;
  readonly motionNumber: string;
  readonly committee: string | null;
  readonly decidedOn: string;
  readonly round: string;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly acceptBy: string | null;
  readonly scope: string | null;
  readonly agreementKind: string | null;
}

export async function loadLetterInputs(from: Queryable, awardId: string): Promise<AwardLetterInputs> {
  const head = await readHead(from, awardId);
  const budget = await readAwardBudget(from, awardId);
  const amount = Money.ofCents(head.cents);
  const cents = [amount, ...budget.map((line) => line.amount)].some((each) => each.cents % 100n !== 0n);
  const conditions = await texts(
    from,
    sql`
    select text from award_conditions where award_id = ${awardId} order by position`,
  );
  const partners = await texts(
    from,
    sql`
    select name as text from award_partners where award_id = ${awardId} order by name, id`,
  );
  const schools = await texts(
    from,
    sql`
    select name as text from award_schools where award_id = ${awardId} order by name`,
  );
  const districts = await readAwardDistricts(from, awardId);
  return {
    ...saidOnce(head),
    amount: amount.format({ cents }),
    budget: budget.map((line) => ({ category: line.category, amount: line.amount.format({ symbol: false, cents }) })),
    conditions,
    conditionCount:
      conditions.length === 1 ? 'One condition applies' : `${inWords(conditions.length)} conditions apply`,
    work: workInWords(head.scope, partners, schools),
    partners: listInWords(partners),
    schools: listInWords(schools),
    districts: districts.map(({ name, basisPoints }) => ({ name, share: percentInWords(basisPoints) })),
    federal: await federalTerms(from, awardId),
  };
}

type SaidOnce = Omit<
  AwardLetterInputs,
  'amount' | 'budget' | 'conditions' | 'work' | 'conditionCount' | 'partners' | 'schools' | 'districts' | 'federal'
>;

function saidOnce(head: Head): SaidOnce {
  const region = [head.stateCode, head.zip].filter(Boolean).join(' ');
  // A state alone is no address.
  const town = head.city === null ? null : [head.city, region].filter(Boolean).join(', ');
  return {
    agency: head.agency ?? '',
    agencyAddress: head.agencyAddress ?? '',
    program: head.program,
    number: head.number,
    title: head.title,
    date: dateInWords(head.preparedOn),
    recipient: head.recipient,
    recipientAddress: [head.address1, head.address2, town].filter((line): line is string => Boolean(line)),
    uei: head.uei ?? '',
    committee: committeeOf(head.committee),
    motion: head.motionNumber,
    decidedOn: dateInWords(head.decidedOn),
    round: head.round,
    startsOn: dateInWords(head.startsOn),
    endsOn: dateInWords(head.endsOn),
    acceptBy: dateInWords(head.acceptBy),
    scope: head.scope ?? '',
    determination: head.agreementKind ?? 'recipient',
  };
}

/** A meeting is named after its committee: "Executive Committee, July 2014". */
const committeeOf = (meeting: string | null): string => `the ${meeting?.split(',')[0]?.trim() ?? 'committee'}`;

async function readHead(from: Queryable, awardId: string): Promise<Head> {
  const [head] = await from.query<Head>(sql`
    select (select name from agency limit 1) as agency, (select address from agency limit 1) as "agencyAddress",
           f.name as program, a.number, a.title, a.prepared_on as "preparedOn", o.name as recipient,
           o.address_line1 as address1, o.address_line2 as address2, o.city, o.state as "stateCode", o.zip, o.uei,
           a.amount_cents::text as cents, a.motion_number as "motionNumber",
           (select t.name from motions m join meetings t on t.id = m.meeting_id where m.id = a.motion_id) as committee,
           a.decided_on as "decidedOn", r.name as round, a.starts_on as "startsOn", a.ends_on as "endsOn",
           a.accept_by as "acceptBy", a.scope, a.agreement_kind as "agreementKind"
    from awards a join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id
      join funds f on f.id = a.fund_id
    where a.id = ${awardId}`);
  if (head === undefined) throw notFound('thing.not_found');
  return head;
}

async function texts(from: Queryable, query: ReturnType<typeof sql>): Promise<string[]> {
  return (await from.query<{ text: string }>(query)).map(({ text }) => text);
}

interface FederalRow {
  readonly id: string;
  readonly name: string;
  readonly grantor: string;
  readonly awardNumber: string;
  readonly assistanceListing: string | null;
  readonly awardedOn: string | null;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly indirectRule: string;
  readonly rate: number | null;
}

const INDIRECT: Readonly<Record<string, string>> = {
  none: 'Not allowed',
  negotiated: 'At the negotiated rate',
  de_minimis: 'At the de minimis rate',
  fixed: 'At a fixed rate',
};

async function federalTerms(from: Queryable, awardId: string): Promise<FederalTerms[]> {
  const sources = await readAwardSources(from, awardId);
  const rows = await from.query<FederalRow>(sql`
    select s.id, s.name, s.grantor, s.award_number as "awardNumber", s.assistance_listing as "assistanceListing",
           s.awarded_on as "awardedOn", s.starts_on as "startsOn", s.ends_on as "endsOn",
           s.indirect_rule as "indirectRule", s.indirect_rate_basis_points as rate
    from award_sources l join sources s on s.id = l.source_id
    where l.award_id = ${awardId} and s.kind = 'federal' order by l.position`);
  return rows.map((row) => {
    const rule = INDIRECT[row.indirectRule] ?? row.indirectRule;
    return {
      name: row.name,
      grantor: row.grantor,
      awardNumber: row.awardNumber,
      assistanceListing: row.assistanceListing ?? '',
      awardedOn: dateInWords(row.awardedOn),
      period: `${dateInWords(row.startsOn)} to ${dateInWords(row.endsOn)}`,
      indirect: row.rate === null ? rule : `${rule}, ${percentInWords(row.rate)} of direct costs`,
      amount: (sources.find((each) => each.sourceId === row.id)?.amount ?? Money.zero).format(),
    };
  });
}

const SMALL = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

function workInWords(scope: string | null, partners: readonly string[], schools: readonly string[]): string {
  const place = schools.length === 0 ? '' : `, at ${listInWords(schools)}`;
  const company = partners.length === 0 ? '' : `You carry this out with ${listInWords(partners)}${place}.`;
  return [scope ?? '', company].filter((part) => part !== '').join(' ');
}

function inWords(count: number): string {
  return SMALL[count] ?? String(count);
}
