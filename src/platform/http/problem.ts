/** Problem details (RFC 9457): how the API says no. */
import type { FastifyReply } from 'fastify';
import type { AppError, Sentence } from '../../kernel/errors.js';
import type { Texts } from '../texts/texts.js';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  /** For what is forbidden: where it is said what it takes, and whom to ask. */
  readonly why?: string;
  readonly fields?: readonly { field: string; code: string; detail: string }[];
  readonly actions?: readonly string[];
  readonly blockers?: readonly { code: string; detail: string }[];
}

export function say(texts: Texts, sentence: Sentence): string {
  return texts.t(`error.${sentence.code}`, sentence.params);
}

/** What is missing is a second step alone, which the person sets up themselves. */
export const waitsForSecondStep = ({ code }: AppError): boolean =>
  code === 'second_factor.role_waits' || code === 'second_factor.vote_required';

/** Where it is said what a refused step takes; undefined for what no role allows. Knows only the permission's name. */
export function whyPath(error: AppError, permission: string | undefined): string | undefined {
  if (error.kind !== 'forbidden') return undefined;
  if (waitsForSecondStep(error)) return '/me/second-factor';
  const { permission: named } = error.params;
  const asked = typeof named === 'string' ? named : permission;
  return asked === undefined ? undefined : `/why?permission=${encodeURIComponent(asked)}`;
}

export function problemOf(texts: Texts, error: AppError, requestId: string, permission?: string): Problem {
  const why = whyPath(error, permission);
  return {
    type: 'about:blank',
    title: texts.t(`problem.${error.kind}`),
    status: error.status,
    code: error.code,
    detail: say(texts, error),
    requestId,
    ...(why !== undefined && { why: `/api${why}` }),
    ...(error.fields.length > 0 && {
      fields: error.fields.map((each) => ({ field: each.field, code: each.code, detail: say(texts, each) })),
    }),
    ...(error.openActions !== undefined && { actions: error.openActions }),
    ...(error.blockers.length > 0 && {
      blockers: error.blockers.map((each) => ({ code: each.code, detail: say(texts, each) })),
    }),
  };
}

export async function sendProblem(reply: FastifyReply, problem: Problem, retryAfterSeconds?: number): Promise<void> {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  await reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
