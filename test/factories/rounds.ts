/** Rounds for tests, made by the real use cases. */
import { Funds } from '../../src/features/funds/index.js';
import { receivedBy, RoundInput, Rounds, RubricInput } from '../../src/features/rounds/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import type { World } from '../support/world.js';
import { activeSource, fundWithPools } from './funds.js';

export interface RoundOptions {
  /** $100,000 when absent; zero sets nothing aside. */
  readonly setAside?: Money;
  readonly floor?: Money;
  /** $50,000 when absent. */
  readonly ceiling?: Money;
  /** Thirty days from now when absent. */
  readonly dueAt?: Date;
  readonly graceMinutes?: number;
  readonly kind?: string;
  readonly gates?: 1 | 2;
  readonly awardsAtMost?: number;
  readonly whoMayLead?: readonly string[];
  /** The last day for letters of intent; none are asked for when absent. */
  readonly lettersUntil?: string;
  /** Partners need not confirm when absent. */
  readonly partnersMustConfirm?: boolean;
  /** Whoever wrote it may certify it when absent. */
  readonly certifier?: 'writer_too' | 'another_person';
}

export interface MadeRound {
  readonly roundId: string;
  readonly poolId: string;
  readonly fundId: string;
  readonly sourceId: string;
}

const DAY = 24 * 60 * 60 * 1000;
let count = 0;

/** What is sent to set a round up; every call gives another number. */
export function roundInput(world: World, poolId: string, options: RoundOptions = {}): RoundInput {
  count += 1;
  const { calendar, opensAt, dueAt } = {
    calendar: world.db.currentCalendar,
    opensAt: new Date(world.clock.now().getTime() - DAY),
    dueAt: options.dueAt ?? new Date(world.clock.now().getTime() + 30 * DAY),
  };
  return Object.assign(new RoundInput(), {
    poolId,
    number: `R-${count}`,
    name: `Round ${count}`,
    kind: options.kind ?? 'rfp',
    purpose: 'Partnerships that already know their families.',
    opensOn: calendar.today(opensAt),
    opensTime: calendar.timeOfDay(opensAt),
    dueOn: calendar.today(dueAt),
    dueTime: calendar.timeOfDay(dueAt),
    graceMinutes: options.graceMinutes ?? 0,
    floor: options.floor,
    ceiling: options.ceiling ?? Money.ofCents(5_000_000),
    awardsAtMost: options.awardsAtMost,
    partnersMustConfirm: options.partnersMustConfirm,
    certifier: options.certifier,
    gates: String(options.gates ?? 1),
    whoMayLead: [...(options.whoMayLead ?? ['community_organization', 'school', 'school_district'])],
    takesLettersOfIntent: options.lettersUntil !== undefined,
    milestones: [
      { kind: 'committee', happensOn: calendar.addDays(calendar.today(dueAt), 30) },
      ...(options.lettersUntil === undefined ? [] : [{ kind: 'letter_of_intent', happensOn: options.lettersUntil }]),
    ],
  });
}

/** A rubric of two criteria, 60 and 40, scored 1 to 5. */
export function rubricInput(): RubricInput {
  const criterion = (name: string, weight: number): RubricInput['criteria'][number] => ({
    ...{ name, weight, scaleMax: 5, question: `How strong is the ${name.toLowerCase()}?` },
    ...{ anchorLow: 'Not described', anchorHigh: 'Described with proof' },
  });
  return Object.assign(new RubricInput(), { criteria: [criterion('Need', 60), criterion('Partnership', 40)] });
}

/** A round with its money and its rubric, not published yet. */
export async function draftRound(world: World, options: RoundOptions = {}): Promise<MadeRound> {
  const rounds = world.get(Rounds);
  const setAside = options.setAside ?? Money.ofCents(10_000_000);
  const { fundId, poolIds } = await fundWithPools(world, 1);
  const poolId = poolIds[0] ?? '';
  const sourceId = await activeSource(world, setAside.isPositive ? setAside : Money.ofCents(100));
  if (setAside.isPositive) {
    const allotment = { sourceId, poolId, amount: setAside, authority: 'Resolution 1' };
    await world.get(Funds).allot(systemActor('test'), allotment);
  }
  const { id: roundId } = await rounds.create(systemActor('test'), roundInput(world, poolId, options));
  await rounds.setRubric(systemActor('test'), roundId, rubricInput());
  return { roundId, poolId, fundId, sourceId };
}

/** A round that takes applications now. */
export async function publishedRound(world: World, options: RoundOptions = {}): Promise<MadeRound> {
  const made = await draftRound(world, options);
  await world.get(Rounds).take(systemActor('test'), made.roundId, 'publish', {});
  return made;
}

/** A round whose deadline has passed and whose review began; the world's clock moves on. */
export async function roundInReview(world: World, options: RoundOptions = {}): Promise<MadeRound> {
  const made = await publishedRound(world, options);
  await beginReview(world, made.roundId);
  return made;
}

/** Moves the world's clock behind the round's deadline, if it is not there yet, and begins its review. */
export async function beginReview(world: World, roundId: string): Promise<void> {
  const round = await world.get(Rounds).get(systemActor('test'), roundId);
  const over = new Date(receivedBy(round).getTime() + 1000);
  if (world.clock.now() < over) world.clock.set(over);
  await world.get(Rounds).take(systemActor('test'), roundId, 'begin_review', {});
}
