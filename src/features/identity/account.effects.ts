/** What follows from a step about an account; `sign-in` owns how people get in and carries it out. */
import type { Effect } from '../../kernel/lifecycle.js';

/** Sends the person the link by which they get in for the first time, or again. */
export interface InviteEffect extends Effect {
  readonly kind: 'account.invite';
  readonly personId: string;
}

/** Ends wherever they are signed in, and the links and cards that would let them in. */
export interface ClosedEffect extends Effect {
  readonly kind: 'account.closed';
  readonly personId: string;
  readonly accountId: string;
}

export const inviteEffect = (personId: string): InviteEffect => ({ kind: 'account.invite', personId });

export const closedEffect = (personId: string, accountId: string): ClosedEffect => ({
  kind: 'account.closed',
  personId,
  accountId,
});
