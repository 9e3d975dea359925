/** Confirmer: how somebody who is signed in proves once more that it is them; and the refusal that asks for it. */
import { AppError, type Sentence } from '../../kernel/errors.js';
import type { FreshProof } from './route.js';

/** The session in which somebody acts. */
export interface ActingSession {
  readonly accountId: string;
  readonly sessionId: string;
}

export type ProofWay = 'passphrase' | 'code' | 'mailed_code';

/** What somebody can prove by that it is them. */
export interface ProofOffer {
  readonly ways: readonly ProofWay[];
  /** Where a code was mailed to, partly hidden. */
  readonly mailedTo?: string;
}

/** Knows how people prove who they are; the feature of signing in provides it. */
export abstract class Confirmer {
  /** Whether the session's person proved it a short while ago, in the way that is asked for. */
  abstract isFresh(session: ActingSession, proof: FreshProof): Promise<boolean>;

  /** What they can prove it by. Mails a code when that is the only way and none is on its way, or `again`. */
  abstract offer(session: ActingSession, proof: FreshProof, again: boolean): Promise<ProofOffer>;

  /** Whether what was typed proves it; the session is then fresh. Throws `session.wait` after too many tries. */
  abstract prove(session: ActingSession, typed: string, address: string, proof: FreshProof): Promise<boolean>;
}

/** Nothing was done: the person has to prove first that it is them. */
export class ConfirmationNeeded extends AppError {
  constructor(
    readonly offer: ProofOffer,
    isForJson: boolean,
    /** What is wrong with the proof that came along. */
    readonly problem?: Sentence & { readonly retryAfterSeconds?: number },
  ) {
    super('unauthenticated', 'session.confirmation_required', {
      status: isForJson ? 401 : 403,
      retryAfterSeconds: problem?.retryAfterSeconds,
    });
    this.name = 'ConfirmationNeeded';
  }
}
