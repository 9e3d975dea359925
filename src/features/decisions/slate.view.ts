/** The slate of a round before a meeting: the ranking, amounts as they are typed, and what is left by source. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound, type Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type PoolMoney, readPool } from '../funds/index.js';
import { findRound, type Round } from '../rounds/index.js';
import { type Candidate, readCandidates } from './docket.reads.js';
import type { Meeting } from './meeting.entity.js';
import { Meetings } from './meetings.service.js';
import { fits, rangeProblem, rankingDeparture, shortfall } from './motion.rules.js';

export interface SlateRow extends Candidate {
  /** What the slate gives; nothing when it is not in it. */
  readonly amount: Money | null;
  /** What was awarded already, where it was. */
  readonly awarded: Money | null;
  /** What is missing for the amount, or for what was asked where it is the next in line; zero when it fits. */
  readonly short: Money;
  readonly problem?: Sentence;
}

export interface SlateSource {
  readonly name: string;
  readonly setAside: Money;
  /** Awarded before, and by this slate. */
  readonly used: Money;
  readonly left: Money;
}

export interface SlateDistrict {
  readonly name: string;
  readonly before: Money;
  readonly slate: Money;
}

export interface Slate {
  readonly meeting: Meeting;
  readonly round: Round;
  readonly docketItemId: string;
  readonly position: number;
  readonly recommendation: string | null;
  readonly selectionMethod: string;
  readonly setAside: Money;
  readonly leftBefore: Money;
  readonly left: Money;
  readonly rows: readonly SlateRow[];
  readonly total: Money;
  readonly awards: number;
  readonly sources: readonly SlateSource[];
  readonly districts: readonly SlateDistrict[];
  /** Why it could not be moved as it stands. */
  readonly problem?: Sentence;
  readonly departs: boolean;
}

/** Amounts by application: what was typed. Undefined when nothing was counted yet. */
export type TypedAmounts = ReadonlyMap<string, Money> | undefined;

@Injectable()
export class Slates {
  constructor(
    private readonly db: Database,
    private readonly meetings: Meetings,
  ) {}

  async one(actor: Actor, meetingId: string, roundId: string, typed: TypedAmounts): Promise<Slate> {
    const meeting = await this.meetings.get(actor, meetingId);
    const [item] = await this.db.query<{
      id: string;
      position: number;
      recommendation: string | null;
      selectionMethod: string;
    }>(sql`
      select id, position, recommendation, selection_method as "selectionMethod" from docket_items
      where meeting_id = ${meetingId} and round_id = ${roundId}`);
    const round = await findRound(this.db, roundId);
    if (item === undefined || round === undefined) throw notFound('thing.not_found');
    const [pool, candidates, awarded, districts] = await Promise.all([
      readPool(this.db, round.poolId),
      readCandidates(this.db, roundId, actor),
      this.awarded(roundId),
      this.db.query<{ name: string }>(sql`select name from districts order by position, name`),
    ]);
    const { id: docketItemId, position, recommendation, selectionMethod } = item;
    const names = districts.map((each) => each.name);
    const counted = count(round, pool, candidates, typed, awarded, names);
    return { meeting, round, docketItemId, position, recommendation, selectionMethod, ...counted };
  }

  /** Amounts of motions to award that carried, by application. */
  private async awarded(roundId: string): Promise<Map<string, Money>> {
    const rows = await this.db.query<{ id: string; cents: string }>(sql`
      select i.application_id as id, i.amount_cents::text as cents
      from motions m join motion_items i on i.motion_id = m.id
      where m.round_id = ${roundId} and m.kind = 'award' and m.state = 'carried'`);
    return new Map(rows.map((row) => [row.id, Money.ofCents(row.cents)]));
  }
}

type Counted = Omit<Slate, 'meeting' | 'round' | 'docketItemId' | 'position' | 'recommendation' | 'selectionMethod'>;

function count(
  round: Round,
  pool: PoolMoney,
  candidates: readonly Candidate[],
  typed: TypedAmounts,
  awarded: ReadonlyMap<string, Money>,
  districts: readonly string[],
): Counted {
  const open = pool.sources.filter((source) => source.sourceState === 'active');
  const leftBefore = Money.sum(open.map((source) => source.available));
  const amounts = typed ?? suggested(round, candidates, leftBefore);
  const wanted = candidates.flatMap((each) => {
    const amount = amounts.get(each.applicationId);
    return amount === undefined || !each.isOpen ? [] : [{ applicationId: each.applicationId, amount }];
  });
  const { fits: counted, left } = fits(leftBefore, wanted);
  const total = Money.sum(wanted.map((each) => each.amount));
  const included = new Set(wanted.map((each) => each.applicationId));
  const seen = candidates.filter((each) => !each.isHidden);
  const next = seen.find((each) => each.isOpen && !included.has(each.applicationId));
  const rows = candidates.map((candidate): SlateRow => {
    const fit = counted.find((each) => each.applicationId === candidate.applicationId);
    const missing = candidate === next ? Money.max(candidate.requested.subtract(left), Money.zero) : Money.zero;
    const problem = fit === undefined ? undefined : rangeProblem(round, fit.amount);
    return {
      ...candidate,
      amount: fit?.amount ?? null,
      awarded: awarded.get(candidate.applicationId) ?? null,
      short: fit?.short ?? missing,
      problem,
    };
  });
  const nextProblem =
    next === undefined || typed !== undefined
      ? undefined
      : shortfall(left, [{ applicationId: next.applicationId, amount: next.requested }], candidates);
  return {
    setAside: pool.setAside,
    leftBefore,
    left,
    rows,
    total,
    awards: wanted.length,
    sources: sourcesAfter(pool, Money.sum(counted.filter((each) => each.short.isZero).map((each) => each.amount))),
    districts: byDistrict(rows, districts),
    problem: shortfall(leftBefore, wanted, candidates) ?? nextProblem,
    departs: rankingDeparture(seen, included) !== undefined,
  };
}

/** Before anything is typed: what was asked, from the top of the ranking, for as long as it fits. */
function suggested(round: Round, candidates: readonly Candidate[], left: Money): Map<string, Money> {
  const amounts = new Map<string, Money>();
  let rest = left;
  for (const { applicationId, requested, isOpen } of candidates) {
    if (!isOpen) continue;
    const amount = round.ceiling === null ? requested : Money.min(requested, round.ceiling);
    if (!amount.isPositive || amount.compare(rest) > 0) break;
    amounts.set(applicationId, amount);
    rest = rest.subtract(amount);
  }
  return amounts;
}

/** The slate's money taken from the sources in the order in which they are drawn. */
function sourcesAfter(pool: PoolMoney, slate: Money): SlateSource[] {
  let rest = slate;
  return pool.sources.map(({ sourceName: name, sourceState, setAside, available }) => {
    const taken = sourceState === 'active' ? Money.min(available, rest) : Money.zero;
    rest = rest.subtract(taken);
    const left = available.subtract(taken);
    return { name, setAside, used: setAside.subtract(left), left };
  });
}

/** By the districts served, not by where the lead is, in the order of the agency's reports; zero rows stay. */
function byDistrict(rows: readonly SlateRow[], districts: readonly string[]): SlateDistrict[] {
  const nothing = { before: Money.zero, slate: Money.zero };
  const sums = new Map(districts.map((name) => [name, nothing]));
  for (const row of rows) {
    if (row.isHidden || row.districts.length === 0) continue;
    const shares = row.districts.map((each) => each.basisPoints);
    const before = (row.awarded ?? Money.zero).allocate(shares);
    const slate = (row.amount ?? Money.zero).allocate(shares);
    row.districts.forEach(({ name }, index) => {
      const sum = sums.get(name) ?? { before: Money.zero, slate: Money.zero };
      sums.set(name, {
        before: sum.before.add(before[index] ?? Money.zero),
        slate: sum.slate.add(slate[index] ?? Money.zero),
      });
    });
  }
  return [...sums].map(([name, sum]) => ({ name, ...sum }));
}
