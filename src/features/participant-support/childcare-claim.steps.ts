/** Parts of the steps of a claim: what it comes to, whether another is there already, what the audit says of it. */
import { AppError, type FieldProblem, invalid, invalidField } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { AttendanceFact } from '../collaboratives/index.js';
import type { ChildcareClaim } from './childcare-claim.entity.js';
import { claimAmount, hoursProblem } from './childcare.rules.js';
import { minutesOf } from './hours.js';
import type { ClaimTermsInput } from './support.input.js';

/** What a participant says of the care. */
type Told = Pick<ClaimTermsInput, 'children' | 'hours' | 'paid' | 'provider'>;
/** The rates a claim is reckoned by; with the claim itself they stay as they were on the day. */
type Rates = Pick<ChildcareClaim, 'rate' | 'cap' | 'extraMinutes'>;

/** What is told, reckoned at the rates of the day; or a sentence at the field that cannot be. */
export function reckon(
  { children, hours, paid, provider }: Told,
  attendance: AttendanceFact,
  { rate, cap, extraMinutes }: Rates,
): Pick<ChildcareClaim, 'children' | 'minutes' | 'paid' | 'provider' | 'amount'> {
  const minutes = minutesOf(hours);
  if (minutes === undefined || minutes === 0) throw invalidField('hours', 'childcare_claim.hours_unreadable');
  const problem = hoursProblem(minutes, attendance.minutes, extraMinutes);
  if (problem !== undefined) throw invalidField('hours', problem.code, problem.params);
  const amount = claimAmount({ paid, children, minutes, rate, cap });
  if (!amount.isPositive) throw invalidField('hours', 'childcare_claim.nothing_to_pay');
  return { children, minutes, paid, provider, amount };
}

/** One claim for one convening, whatever roles somebody came in: else the cap would count twice. */
export async function refuseSecond(work: Work, { personId, conveningId }: AttendanceFact): Promise<void> {
  const live = await work.query(sql`
    select 1 from childcare_claims where person_id = ${personId} and convening_id = ${conveningId}
      and state not in ('denied', 'withdrawn') limit 1`);
  if (live.length > 0) throw invalidField('attendanceId', 'childcare_claim.one_for_each');
}

export const shown = (claim: ChildcareClaim): Record<string, unknown> => {
  const { children, minutes, provider, paid, amount, receiptId } = claim;
  return { children, minutes, provider, paid, amount, receiptId };
};

/** Looks at everything that was told before it refuses, so that a person mends all of it at once. */
export async function allTold<A, B>(first: () => A, second: () => Promise<B>): Promise<[A, B]> {
  const problems: FieldProblem[] = [];
  const told = async <T>(look: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof AppError) || error.fields.length === 0) throw error;
      problems.push(...error.fields);
      return undefined;
    }
  };
  const both = [await told(first), await told(second)];
  if (problems.length > 0) {
    throw invalid('input.has_problems', { params: { count: problems.length }, fields: problems });
  }
  return both as [A, B];
}
