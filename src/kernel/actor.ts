/** Actor: who is acting. First argument of every use case. */
import type { Role, ScopeKind } from './roles.js';

/** A role a person holds, and where. An agency-wide grant has no `scopeId`. */
export interface Grant {
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
}

export interface PersonActor {
  readonly kind: 'person';
  readonly personId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
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
