/** The one filter: every error becomes problem details or a page, by what was asked for. */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppError, type ErrorKind, invalid, unavailable } from '../../kernel/errors.js';
import type { Texts } from '../texts/texts.js';
import { confirmPage } from '../pages/confirm-page.js';
import type { PageWriter } from '../pages/page-writer.js';
import { ConfirmationNeeded } from './confirmation.js';
import type { PermissionGuard } from './guard.js';
import { problemOf, sendProblem } from './problem.js';
import { type ActingRequest, visitOf } from './visit.js';

/** Errors of Fastify and Nest themselves, by status. */
const KIND_OF_STATUS: Readonly<Record<number, { kind: ErrorKind; code: string; status?: number }>> = {
  400: { kind: 'invalid', code: 'request.unreadable', status: 400 },
  403: { kind: 'forbidden', code: 'request.forged', status: 403 },
  404: { kind: 'not_found', code: 'thing.not_found' },
  405: { kind: 'not_found', code: 'thing.not_found' },
  413: { kind: 'invalid', code: 'request.too_large', status: 413 },
  414: { kind: 'invalid', code: 'request.unreadable', status: 414 },
  415: { kind: 'invalid', code: 'request.wrong_type', status: 415 },
  431: { kind: 'invalid', code: 'request.too_large', status: 431 },
};

function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown } | undefined)?.statusCode;
  const known = typeof status === 'number' ? KIND_OF_STATUS[status] : undefined;
  if (known !== undefined) return new AppError(known.kind, known.code, { status: known.status });
  if (status === 503) return unavailable('service.busy');
  // Any other fault of the request keeps its own status: ranges and conditions that cannot be met.
  const isOfRequest = typeof status === 'number' && status >= 400 && status < 500;
  return isOfRequest ? invalid('request.unreadable', { status }) : undefined;
}

export const wantsJson = (request: FastifyRequest): boolean =>
  request.url.startsWith('/api/') || request.url === '/api';

@Catch()
export class ErrorsFilter implements ExceptionFilter {
  constructor(
    private readonly texts: Texts,
    private readonly pages: PageWriter,
    private readonly guard: PermissionGuard,
    private readonly logger: Logger,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    await this.answer(thrown, http.getRequest<ActingRequest>(), http.getResponse<FastifyReply>());
  }

  async answer(thrown: unknown, request: ActingRequest, reply: FastifyReply): Promise<void> {
    let error = toAppError(thrown);
    if (error === undefined) {
      this.logger.error({ err: thrown, requestId: request.id, route: request.routeOptions?.url }, 'request failed');
      error = unavailable('service.failed', { status: 500 });
    }
    try {
      await this.say(error, request, reply);
    } catch (failure) {
      // An answer whose words or page could not be made must not leave the asker waiting for ever.
      this.logger.error({ err: failure, requestId: request.id, code: error.code }, 'request failed twice');
      if (!reply.sent) {
        const text = `Something went wrong on our side. Tell the help desk this reference: ${request.id}`;
        await reply.status(500).type('text/plain; charset=utf-8').send(text);
      }
    }
  }

  private async say(error: AppError, request: ActingRequest, reply: FastifyReply): Promise<void> {
    request.refusal = error.fields[0]?.code ?? error.code;
    if (wantsJson(request)) {
      await sendProblem(reply, problemOf(this.texts, error, request.id, request.permission), error.retryAfterSeconds);
      return;
    }
    if (error instanceof ConfirmationNeeded) {
      const visit = visitOf(request, reply);
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
      await reply.send(await this.pages.write(visit, confirmPage(this.texts, visit, error), error.status));
      return;
    }
    if (error.kind === 'unauthenticated' && request.method === 'GET') {
      await reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303);
      return;
    }
    if (error.kind === 'not_found') await this.guard.meet(request);
    await reply.send(await this.pages.writeError(visitOf(request, reply), error));
  }
}
