/**
 * Pairs of duties that two different people do, whatever roles they hold. The lifecycles bar the person who did the first
 * from the second on the same thing; here the pairs stand together, so that a page can name those nobody can fill.
 */
export interface DutyPair {
  readonly first: string;
  readonly second: string;
}

export const DUTY_PAIRS: readonly DutyPair[] = [
  { first: 'disbursement.approve_program', second: 'disbursement.approve_finance' },
  { first: 'payment_batch.prepare', second: 'payment_batch.approve' },
  { first: 'payment_batch.prepare', second: 'payment_batch.release' },
  { first: 'payee_secret.record', second: 'payee_secret.confirm' },
  { first: 'attendance.confirm', second: 'stipend.approve' },
  { first: 'attendance.confirm', second: 'childcare_claim.approve' },
  { first: 'role.grant', second: 'role.confirm' },
  { first: 'second_factor_reset.ask', second: 'second_factor_reset.confirm' },
];

/** Where the agency set an amount above which it takes two. */
export const SOLE_RELEASE_PAIR: DutyPair = { first: 'payment_batch.approve', second: 'payment_batch.release' };

export type DutyVerdict = 'filled' | 'one_person' | 'nobody';

/** Everybody whose part it is when this one does it: they themselves, and by delegation also for whom they act. */
export type Hand = readonly string[];

/** Whether two different people can be found, one for each duty, neither of whom acts for the other. */
export function verdictOf(first: readonly Hand[], second: readonly Hand[]): DutyVerdict {
  if (first.length === 0 || second.length === 0) return 'nobody';
  const apart = first.some((one) => second.some((other) => !one.some((person) => other.includes(person))));
  return apart ? 'filled' : 'one_person';
}
