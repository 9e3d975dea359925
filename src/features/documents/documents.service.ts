/** Documents: asking for one, making it in the background, and opening it. */
import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { EffectHandlers } from '../../platform/database/effects.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { MOST_ATTEMPTS } from '../../platform/jobs/outbox.js';
import { Document, DocumentRequest } from './document.entity.js';
import { documentRequestLifecycle } from './document.lifecycle.js';
import {
  DOCUMENT_EFFECT,
  type DocumentEffect,
  type DocumentKind,
  DocumentKinds,
  DocumentReaders,
  fingerprintOf,
} from './document-kinds.js';

const RENDER_TOPIC = 'document.render';

const PDF = 'application/pdf';
const CHANGED_MEANWHILE = 'What it is made from was changed meanwhile.';
const MAKER = systemActor('document-maker');

export interface DocumentView {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** Where it is opened. */
  readonly url: string;
  readonly mime: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

export interface DocumentRequestView {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly label: string;
  readonly tone: string;
  readonly error: string | null;
}

export interface OpenedDocument {
  readonly title: string;
  readonly mime: string;
  readonly contentHash: string;
  readonly content: Buffer;
}

/** Of what goes into a document: its inputs, and the template they go into. */
const fingerprintFor = ({ templateVersion }: DocumentKind, inputs: unknown): string =>
  fingerprintOf({ templateVersion, inputs });

@Injectable()
export class Documents implements OnModuleInit, JobHandler {
  readonly topic = RENDER_TOPIC;

  private readonly machine = new Stateful<DocumentRequest, { id: string }>({
    entity: DocumentRequest,
    lifecycle: documentRequestLifecycle,
    readPermission: 'document.read',
    subjectOf: () => ({}),
    facts: (_from, rows) => Promise.resolve(new Map(rows.map(({ id }) => [id, { id }]))),
  });

  constructor(
    private readonly db: Database,
    private readonly kinds: DocumentKinds,
    private readonly readers: DocumentReaders,
    private readonly effects: EffectHandlers,
  ) {}

  onModuleInit(): void {
    this.effects.register<DocumentEffect>(DOCUMENT_EFFECT, async (work, effects) => {
      for (const each of effects) await this.request(work, each.documentKind, each.subjectId);
    });
  }

  /**
   * Asks for a document of what is in force now, as a step. Asked again for the same, it does nothing; where making
   * it failed for good, it is tried again.
   */
  async request(work: Work, kindName: string, subjectId: string): Promise<void> {
    const kind = this.kinds.get(kindName);
    const { subjectType } = kind;
    const inputsFingerprint = await this.fingerprint(work, kindName, subjectId);
    // Two who ask at once are told apart by nothing that is there yet to be locked.
    await work.query(sql`select pg_advisory_xact_lock(hashtextextended(${`${kindName}:${subjectId}`}, 0))`);
    const [known] = await work.query<{ id: string; state: string }>(sql`
      select id, state from document_requests where kind = ${kindName} and subject_type = ${subjectType}
        and subject_id = ${subjectId} and inputs_fingerprint = ${inputsFingerprint}`);
    if (known === undefined) {
      const made = { kind: kindName, subjectType, subjectId, inputsFingerprint, documentId: null, lastError: null };
      const request = await work.insertOne(DocumentRequest, { ...made, state: 'requested' });
      await this.machine.begin(work, [request]);
      work.queue(RENDER_TOPIC, { requestId: request.id });
    } else if (known.state !== 'ready' && !(await this.isQueued(work, known.id))) {
      work.queue(RENDER_TOPIC, { requestId: known.id });
    }
  }

  /** Whether a job for it is still to be done: one that failed for good is not. */
  private async isQueued(from: Queryable, requestId: string): Promise<boolean> {
    const waiting = await from.query(sql`
      select 1 from outbox where topic = ${RENDER_TOPIC} and payload ->> 'requestId' = ${requestId}
        and done_at is null and failed_at is null limit 1`);
    return waiting.length > 0;
  }

  /** What the document of this kind would be made from now. */
  async fingerprint(from: Queryable, kindName: string, subjectId: string): Promise<string> {
    const kind = this.kinds.get(kindName);
    return fingerprintFor(kind, await kind.load(from, subjectId));
  }

  /** The documents of things, newest first; the caller has looked whether the things may be seen. */
  async of(from: Queryable, subjectType: string, ids: readonly string[]): Promise<Map<string, DocumentView[]>> {
    const rows = await from.query<Omit<DocumentView, 'url'> & { subjectId: string }>(sql`
      select id, subject_id as "subjectId", kind, title, mime, size_bytes as "sizeBytes", created_at as "createdAt"
      from documents where subject_type = ${subjectType} and subject_id = any(${[...ids]}::uuid[])
      order by created_at desc, id desc`);
    const byThing = new Map<string, DocumentView[]>();
    for (const { subjectId, ...row } of rows) {
      const list = byThing.get(subjectId) ?? [];
      list.push({ ...row, url: `/documents/${row.id}` });
      byThing.set(subjectId, list);
    }
    return byThing;
  }

  /** What was asked for and where it stands, newest first. */
  async requestsOf(from: Queryable, subjectType: string, subjectId: string): Promise<DocumentRequestView[]> {
    const rows = await from.query<{ id: string; kind: string; state: string; error: string | null }>(sql`
      select id, kind, state, last_error as error from document_requests
      where subject_type = ${subjectType} and subject_id = ${subjectId} order by created_at desc, id desc`);
    return rows.map((row) => {
      const { label, tone } = this.machine.state(row.state);
      return { ...row, label, tone };
    });
  }

  /** One document's bytes; 404 for whoever may not see what it belongs to. */
  async open(actor: Actor, id: string): Promise<OpenedDocument> {
    const document = await this.db.find<OpenedDocument & { subjectType: string; subjectId: string }>(sql`
      select title, mime, content_hash as "contentHash", content, subject_type as "subjectType",
             subject_id as "subjectId" from documents where id = ${id}`);
    if (document === undefined || !(await this.readers.mayRead(actor, document.subjectType, document.subjectId))) {
      throw notFound('thing.not_found');
    }
    return document;
  }

  /** What is said of one document; 404 as for opening it. */
  async describe(actor: Actor, id: string): Promise<DocumentView & { contentHash: string }> {
    const row = await this.db.find<DocumentView & { contentHash: string; subjectType: string; subjectId: string }>(sql`
      select id, kind, title, mime, size_bytes as "sizeBytes", created_at as "createdAt",
             content_hash as "contentHash", subject_type as "subjectType", subject_id as "subjectId"
      from documents where id = ${id}`);
    if (row === undefined || !(await this.readers.mayRead(actor, row.subjectType, row.subjectId))) {
      throw notFound('thing.not_found');
    }
    const { subjectType: _type, subjectId: _id, ...view } = row;
    return { ...view, url: `/documents/${id}` };
  }

  /** The job: draws what was asked for outside any work, and inserts it with the end of the request. */
  async handle(payload: Readonly<Record<string, unknown>>, job: Job): Promise<void> {
    const id = String(payload['requestId']);
    const request = await this.start(id);
    if (request === undefined) return;
    try {
      const made = await this.make(request);
      // What it was asked for has changed since: whoever changed it asks for the one that is wanted now.
      if (made.inputsFingerprint !== request.inputsFingerprint) await this.fail(id, CHANGED_MEANWHILE);
      else await this.finish(request, made);
    } catch (error) {
      if (job.attempt >= MOST_ATTEMPTS) await this.fail(id, error);
      throw error;
    }
  }

  private async start(id: string): Promise<DocumentRequest | undefined> {
    return this.db.work(MAKER, async (work) => {
      const [request] = await work.query<{ state: string }>(
        sql`select state from document_requests where id = ${id} for update`,
      );
      if (request === undefined || request.state === 'ready') return undefined;
      const [started] = await this.machine.transition(work, {
        action: 'start',
        ids: [id],
        changes: { lastError: null },
      });
      return started;
    });
  }

  private async make({ kind: name, subjectId }: DocumentRequest): Promise<Made> {
    const kind = this.kinds.get(name);
    const inputs = await kind.load(this.db, subjectId);
    const content = Buffer.from(await kind.draw(inputs));
    return {
      title: kind.titleOf(inputs),
      content,
      templateVersion: kind.templateVersion,
      inputsFingerprint: fingerprintFor(kind, inputs),
    };
  }

  /** A twin may have been faster: then its document is the one. */
  private async finish(request: DocumentRequest, made: Made): Promise<void> {
    await this.db.work(MAKER, async (work) => {
      const row = await work.lockOne(DocumentRequest, request.id);
      if (row.state !== 'rendering') return;
      const { kind, subjectType, subjectId } = row;
      const document = await work.insertOne(Document, {
        ...{ kind, subjectType, subjectId, title: made.title, mime: PDF, templateVersion: made.templateVersion },
        inputsFingerprint: row.inputsFingerprint,
        contentHash: createHash('sha256').update(made.content).digest('hex'),
        sizeBytes: made.content.length,
        content: made.content,
      });
      await this.machine.transition(work, { action: 'finish', ids: [row.id], changes: { documentId: document.id } });
    });
  }

  private async fail(id: string, error: unknown): Promise<void> {
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await this.db.work(MAKER, async (work) => {
      const row = await work.lockOne(DocumentRequest, id);
      if (row.state === 'rendering')
        await this.machine.transition(work, { action: 'fail', ids: [id], changes: { lastError } });
    });
  }
}

interface Made {
  readonly title: string;
  readonly content: Buffer;
  readonly templateVersion: string;
  readonly inputsFingerprint: string;
}
