/**
 * Fresh: before some steps - releasing money, seeing what is masked, changing roles - people prove once more that it is
 * them. Who did so a short while ago goes on; everybody else is asked on a page that carries what they sent, so that
 * nothing typed is lost and one press does it.
 */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { AppError, unauthenticated } from '../../kernel/errors.js';
import { type ActingSession, ConfirmationNeeded, Confirmer } from './confirmation.js';
import { wantsJson } from './errors.filter.js';
import { FRESH, type FreshProof } from './route.js';
import type { ActingRequest } from './visit.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What was typed on the page that asks who it is; never part of the body. */
    proof?: string;
    /** That page was asked to mail another code. */
    wantsCode?: boolean;
  }
}

/** Stands behind the one that receives files: a form that waits for a proof keeps those that came with it. */
@Injectable()
export class FreshInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly confirmer: Confirmer,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const proof = this.reflector.get<FreshProof | undefined>(FRESH, context.getHandler());
    if (proof !== undefined) await this.require(context.switchToHttp().getRequest<ActingRequest>(), proof);
    return next.handle();
  }

  private async require(request: ActingRequest, proof: FreshProof): Promise<void> {
    const session = request.session?.account;
    if (request.actor?.kind !== 'person' || session === undefined) throw unauthenticated('session.required');
    if (request.wantsCode === true) throw await this.asking(request, session, proof, undefined);
    if (await this.confirmer.isFresh(session, proof)) return;
    const { proof: typed } = request;
    if (typed === undefined) throw await this.asking(request, session, proof, undefined);
    const problem = await this.problemOf(session, typed, request, proof);
    // Pressed twice, the second finds its code used up by the first, which has proved it for both.
    if (problem === undefined || (await this.confirmer.isFresh(session, proof))) return;
    throw await this.asking(request, session, proof, problem);
  }

  /** What is wrong with what was typed. */
  private async problemOf(
    session: ActingSession,
    typed: string,
    request: FastifyRequest,
    proof: FreshProof,
  ): Promise<ConfirmationNeeded['problem']> {
    if (typed.trim() === '') return { code: 'field.required' };
    try {
      const isRight = await this.confirmer.prove(session, typed, request.ip, proof);
      return isRight ? undefined : { code: 'session.proof_wrong' };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'session.wait') throw error;
      return { code: error.code, params: error.params, retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  private async asking(
    request: FastifyRequest,
    session: ActingSession,
    proof: FreshProof,
    problem: ConfirmationNeeded['problem'],
  ): Promise<ConfirmationNeeded> {
    const isForJson = wantsJson(request);
    const again = request.wantsCode === true;
    return new ConfirmationNeeded(await this.confirmer.offer(session, proof, again), isForJson, problem);
  }
}
