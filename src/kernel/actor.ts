/** Actor: who is acting. First argument of every use case. */
import type { Money } from './money.js';
import type { Role, ScopeKind } from './roles.js';

/** A role a person holds, and where. An agency-wide grant has no `scopeId`. */
export interface Grant {
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  /** Not held by the person themselves: somebody else lent them a part of it. */
  readonly lent?: Lent;
}

/** What of a role was lent, by whom, and how far it goes. */
export interface Lent {
  readonly delegationId: string;
  readonly giverId: string;
  readonly giverName: string;
  readonly permissions: readonly string[];
  /** The most that is approved at one time. */
  readonly limit: Money | null;
  /** The last day, 'YYYY-MM-DD'. */
  readonly endsOn: string;
}

export interface PersonActor {
  readonly kind: 'person';
  readonly personId: string;
  readonly name: string;
  /** The roles they act by. */
  readonly grants: readonly Grant[];
  /** Roles they hold and cannot use yet: these ask for a second step, which was not given in this session. */
  readonly withheld?: readonly Grant[];
  /** Whether the second step was given in this session; absent where none is asked for. */
  readonly secondFactor?: 'done' | 'missing';
  /** The session they act in; absent for actors that are not behind one. */
  readonly sessionId?: string;
  /** Organizations they help with their agreement, while it lasts. */
  readonly assists?: readonly Assistance[];
}

/** A staff member enters things for an organization that agreed to it. */
export interface Assistance {
  readonly assistanceId: string;
  readonly organizationId: string;
  /** What it was called when it agreed; for the line that every page then carries. */
  readonly organizationName?: string;
  /** The last day, 'YYYY-MM-DD'. */
  readonly endsOn?: string;
}

/** A named part of the system: a job, the first start, the demo. */
export interface SystemActor {
  readonly kind: 'system';
  readonly name: string;
}

/** Somebody who has not signed in. */
export interface PublicActor {
  readonly kind: 'public';
}

export type Actor = PersonActor | SystemActor | PublicActor;

export const PUBLIC_ACTOR: PublicActor = { kind: 'public' };

export function systemActor(name: string): SystemActor {
  return { kind: 'system', name };
}

/** A short stable text for history, audit and idempotency keys. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return `person:${actor.personId}`;
    case 'system':
      return `system:${actor.name}`;
    case 'public':
      return 'public';
  }
}
