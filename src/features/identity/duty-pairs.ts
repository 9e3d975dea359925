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

export type DutyVerdict = 'filled' | 'one_person' | 'nobody';

/** Whether two different people can be found, one for each duty. */
export function verdictOf(first: readonly string[], second: readonly string[]): DutyVerdict {
  if (first.length === 0 || second.length === 0) return 'nobody';
  const people = new Set([...first, ...second]);
  return people.size > 1 ? 'filled' : 'one_person';
}
