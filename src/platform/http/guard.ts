/** The guard: finds out who is acting and closes every route that does not say who may use it. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Actor, PUBLIC_ACTOR } from '../../kernel/actor.js';
import { forbidden, unauthenticated } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { PERMISSION, PUBLIC } from './route.js';
import type { ActingRequest } from './visit.js';

/** Finds the person behind a session; identity provides it. Undefined when the session is no longer good. */
export abstract class ActorSource {
  abstract load(session: { readonly accountId: string; readonly sessionId: string }): Promise<Actor | undefined>;
}

declare module '@fastify/session' {
  interface FastifySessionObject {
    account?: { accountId: string; sessionId: string };
    /** Somebody who still owes the code of their second step; nobody is signed in. */
    waiting?: { accountId: string; method: string; since: string; accountVersion?: number };
    note?: { path: string; key: string; params: Record<string, unknown> };
    returnTo?: string;
  }
}

@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly policy: Policy,
    private readonly actors: ActorSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ActingRequest>();
    request.actor = await this.actorOf(request);
    if (this.reflector.get<boolean>(PUBLIC, context.getHandler())) return true;
    const permission = this.reflector.get<string | undefined>(PERMISSION, context.getHandler());
    if (permission === undefined) throw forbidden('route.closed');
    request.permission = permission;
    if (request.actor.kind === 'public') {
      throw unauthenticated(request.session?.account === undefined ? 'session.required' : 'session.over');
    }
    if (!this.policy.mightDo(request.actor, permission)) {
      throw forbidden(this.waits(request.actor, permission) ? 'second_factor.role_waits' : 'permission.missing', {
        params: { permission },
      });
    }
    return true;
  }

  /** Whether a role includes it that waits for the person's second step. */
  private waits(actor: Actor, permission: string): boolean {
    if (actor.kind !== 'person' || actor.withheld === undefined) return false;
    return this.policy.mightDo({ ...actor, grants: actor.withheld }, permission);
  }

  /** For an error before any route was found: whoever mistypes an address is still signed in. */
  async meet(request: ActingRequest): Promise<void> {
    request.actor ??= await this.actorOf(request);
  }

  private async actorOf(request: ActingRequest): Promise<Actor> {
    const account = request.session?.account;
    if (account === undefined) return PUBLIC_ACTOR;
    return (await this.actors.load(account)) ?? PUBLIC_ACTOR;
  }
}
