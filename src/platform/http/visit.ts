/** Visit: what a page handler knows about the request; also handed to the method that shows a refused form again. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, PUBLIC_ACTOR } from '../../kernel/actor.js';
import type { AppError } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { notFound } from '../../kernel/errors.js';

/** What was typed into a form that was refused, and why. */
export interface RefusedForm {
  readonly values: Readonly<Record<string, unknown>>;
  readonly error: AppError;
  /** What the files are called that came with it and were kept, by id. */
  readonly files?: ReadonlyMap<string, string>;
}

export interface Visit {
  readonly actor: Actor;
  /** The path without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly refused?: RefusedForm;
  /** An id in the path; what is no id is not found. */
  id(name?: string): string;
}

/** The guard leaves the actor here. */
export interface ActingRequest extends FastifyRequest {
  actor?: Actor;
  /** What the route asks for: a refusal leads to the page that says who may. */
  permission?: string;
}

export function visitOf(request: ActingRequest, reply: FastifyReply, refused?: RefusedForm): Visit {
  return {
    actor: request.actor ?? PUBLIC_ACTOR,
    path: request.url.split('?')[0] ?? '/',
    query: request.query as Record<string, unknown>,
    request,
    reply,
    refused,
    id(name = 'id') {
      const value = (request.params as Record<string, unknown>)[name];
      if (typeof value !== 'string' || !isId(value)) throw notFound('thing.not_found');
      return value;
    },
  };
}

export const Here = createParamDecorator((_: unknown, context: ExecutionContext): Visit => {
  const http = context.switchToHttp();
  return visitOf(http.getRequest<ActingRequest>(), http.getResponse<FastifyReply>());
});

export const Acting = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  return context.switchToHttp().getRequest<ActingRequest>().actor ?? PUBLIC_ACTOR;
});
