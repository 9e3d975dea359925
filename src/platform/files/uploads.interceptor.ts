/**
 * UploadsInterceptor: where forms with files come in. It stands behind the doors and the guard - origin, token, session
 * and permission have been looked at - and before the handler, which gets ids where files were sent.
 */
import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { PUBLIC_ACTOR } from '../../kernel/actor.js';
import { AppError, type FieldProblem, invalid, unauthenticated, unavailable } from '../../kernel/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/tokens.js';
import { currentRequest, type RequestContext, runInRequest } from '../database/context.js';
import { wantsJson } from '../http/errors.filter.js';
import { idempotencyOf, isMultipart } from '../http/doors.js';
import { parseForm } from '../http/form-body.js';
import { bodyInputOf } from '../http/routes.js';
import type { ActingRequest } from '../http/visit.js';
import type { InputClass } from '../input/fields.js';
import { readInput } from '../input/read-input.js';
import { FileKeeper } from './file-keeper.js';
import { fileFieldsOf } from './file-fields.js';
import { MIME_OF_KIND } from './kind-names.js';
import { emptyForm, mostBytes, readMultipart, type ReceivedForm, type SpooledUpload } from './multipart.js';
import { spoolFolder } from './spool.js';

/** Whoever sends more slowly is given up, so that nobody holds the door open. */
const MOST_MILLISECONDS = 5 * 60_000;
/** So many forms of one person are received at once: each takes room on the disk for as long as it is sent. */
const MOST_AT_ONCE = 4;

@Injectable()
export class UploadsInterceptor implements NestInterceptor {
  /** How many are being received now, by person. */
  private readonly receiving = new Map<string, number>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keeper: FileKeeper,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<ActingRequest>();
    if (!isMultipart(request)) return next.handle();
    const input = bodyInputOf(context.getClass(), context.getHandler().name);
    if (input === undefined || fileFieldsOf(input).length === 0) throw invalid('request.wrong_type', { status: 415 });
    const { actor } = request;
    if (actor?.kind !== 'person') throw unauthenticated('session.required');
    await this.oneOfFew(actor.personId, () => this.receive(request, input));
    return runInRequest(this.contextOf(request), () => next.handle());
  }

  private async oneOfFew(personId: string, receive: () => Promise<void>): Promise<void> {
    const others = this.receiving.get(personId) ?? 0;
    if (others >= MOST_AT_ONCE) throw unavailable('service.busy', { retryAfterSeconds: 5 });
    this.receiving.set(personId, others + 1);
    try {
      await receive();
    } finally {
      const left = (this.receiving.get(personId) ?? 1) - 1;
      if (left > 0) this.receiving.set(personId, left);
      else this.receiving.delete(personId);
    }
  }

  private async receive(request: ActingRequest, input: InputClass): Promise<void> {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > mostBytes(this.config.uploadLimitMegabytes)) {
      throw invalid('upload.too_large', { status: 413, params: { max: this.config.uploadLimitMegabytes } });
    }
    const form = emptyForm();
    const late = setTimeout(() => request.raw.destroy(), MOST_MILLISECONDS);
    try {
      const folder = spoolFolder(this.config.dataDir);
      try {
        await readMultipart(request, form, { input, folder, limitMegabytes: this.config.uploadLimitMegabytes });
      } finally {
        // What was typed is there for the form that is shown again, whatever went wrong.
        this.fill(request, form.entries);
      }
      await this.keep(request, form);
      if (form.problems.length > 0) throw refusal(request, input, form.problems);
    } finally {
      clearTimeout(late);
      await Promise.all(form.uploads.map(({ file }) => file.close()));
    }
  }

  /** Keeps the files that are good, and puts their ids where they were sent. */
  private async keep(request: ActingRequest, form: ReceivedForm): Promise<void> {
    for (const upload of form.uploads) {
      const { fileName, kind, file } = upload;
      const received = {
        ...{ fileName, mime: MIME_OF_KIND[kind], sizeBytes: file.sizeBytes, contentHash: file.contentHash },
        pieces: (most: number) => file.pieces(most),
      };
      const context = this.contextOf(request, upload);
      const id = await runInRequest(context, () => this.keeper.keep(request.actor ?? PUBLIC_ACTOR, received)).then(
        (kept) => kept.id,
        (error: unknown) => {
          if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
          form.problems.push({ field: upload.field, code: error.code, params: error.params });
        },
      );
      if (id === undefined) continue;
      const others = form.entries.filter(([name]) => name !== upload.field);
      form.entries.splice(0, form.entries.length, ...others, [upload.field, id]);
    }
    this.fill(request, form.entries);
  }

  private fill(request: ActingRequest, entries: ReceivedForm['entries']): void {
    try {
      // Refuses halves of characters, which a part may bring in an encoding of its own.
      const text = entries.map((entry) => entry.map(encodeURIComponent).join('=')).join('&');
      const { fields, key } = parseForm(text);
      request.body = fields;
      if (key !== undefined) request.formKey = key;
    } catch {
      throw invalid('request.unreadable', { status: 400 });
    }
  }

  /**
   * The request's context now that its body is known. Keeping a file is a work of its own before the handler's, under
   * a key made of the form's and of what the file is: the same form sent twice keeps one. A person may come back to a
   * refused form and choose another file; a program that means another file by the same key is told.
   */
  private contextOf(request: ActingRequest, upload?: SpooledUpload): RequestContext {
    const idempotency = idempotencyOf(request);
    const { requestId, receivedAt } = currentRequest() ?? { requestId: request.id, receivedAt: request.receivedAt };
    if (idempotency === undefined || upload === undefined) return { requestId, receivedAt, idempotency };
    const { field, fileName, file } = upload;
    const inputHash = createHash('sha256')
      .update(JSON.stringify([field, fileName, file.contentHash]))
      .digest('hex');
    return {
      requestId,
      receivedAt,
      idempotency: { ...idempotency, key: `${idempotency.key}:${wantsJson(request) ? field : inputHash}`, inputHash },
    };
  }
}

/** All that is wrong with the form at once: its files, and what else can be said before the handler runs. */
function refusal(request: ActingRequest, input: InputClass, problems: readonly FieldProblem[]): AppError {
  const named = new Set(problems.map(({ field }) => field));
  const fields = [...problems, ...otherProblems(request, input).filter(({ field }) => !named.has(field))];
  const [first] = problems;
  if (first !== undefined && wantsJson(request)) {
    const status = first.code === 'upload.too_large' ? 413 : 422;
    return new AppError('invalid', first.code, { params: first.params, fields, status });
  }
  return invalid('input.has_problems', { params: { count: fields.length }, fields });
}

function otherProblems(request: ActingRequest, input: InputClass): readonly FieldProblem[] {
  try {
    readInput(input, request.body, true);
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
}
