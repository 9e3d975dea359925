/** Turns what page handlers give back into HTML, and shows a refused form again with everything typed still there. */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { AppError } from '../../kernel/errors.js';
import { FileKeeper } from '../files/file-keeper.js';
import { sentFiles } from '../files/file-fields.js';
import { RESUBMIT } from '../http/route.js';
import { bodyInputOf } from '../http/routes.js';
import { type ActingRequest, type Visit, visitOf } from '../http/visit.js';
import { Page, Redirect } from './page.js';
import { PageWriter } from './page-writer.js';

/** What shows a form; a string is a page that was written already, with a status of its own. */
type Shower = (visit: Visit) => Promise<Page | Redirect | string> | Page | Redirect | string;

const RESHOWN = new Set(['invalid', 'conflict', 'forbidden']);

@Injectable()
export class PagesInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
    private readonly writer: PageWriter,
    private readonly files: FileKeeper,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<ActingRequest>();
    const reply = http.getResponse<FastifyReply>();
    const method = this.reflector.get<string | undefined>(RESUBMIT, context.getHandler());
    return next.handle().pipe(
      mergeMap((answer) => from(this.send(visitOf(request, reply), answer))),
      catchError((error: unknown) => {
        if (method === undefined || !(error instanceof AppError) || !RESHOWN.has(error.kind)) throw error;
        return from(this.showAgain(context, request, reply, method, error));
      }),
    );
  }

  private async send(visit: Visit, answer: unknown): Promise<unknown> {
    if (answer instanceof Page) return this.writer.write(visit, answer);
    if (answer instanceof Redirect) return this.writer.follow(visit, answer);
    return answer;
  }

  private async showAgain(
    context: ExecutionContext,
    request: ActingRequest,
    reply: FastifyReply,
    method: string,
    error: AppError,
  ): Promise<string> {
    request.refusal = error.fields[0]?.code ?? error.code;
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    const controller = this.modules.get(context.getClass(), { strict: false }) as Record<string, Shower>;
    const show = controller[method];
    if (show === undefined) throw new Error(`${context.getClass().name} has no method ${method}`);
    const values = (request.body ?? {}) as Record<string, unknown>;
    const kept = sentFiles(bodyInputOf(context.getClass(), context.getHandler().name), values);
    const files = await this.files.namesOf(visitOf(request, reply).actor, kept);
    const visit = visitOf(request, reply, { values, error, files });
    const shown = await show.call(controller, visit);
    // The page may be gone by now: then it says so or leads on, as it does when it is opened.
    if (typeof shown === 'string') return shown;
    return shown instanceof Redirect ? this.writer.follow(visit, shown) : this.writer.write(visit, shown, error.status);
  }
}
