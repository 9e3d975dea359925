/** ApplicationSubmissions: what was sent and who signed for it, for good; and who tried too late. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { AppError, conflict, notFound } from '../../kernel/errors.js';
import { currentRequest } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Documents } from '../documents/index.js';
import { findRound } from '../rounds/index.js';
import { withoutKey } from '../sign-in/index.js';
import { certificationOf, wordsMark } from './certifier.certification.js';
import type { SubmitInput } from './certifier.input.js';
import { extensionOf } from './extension.reads.js';
import { arrivalOf, closesFor } from './extension.rules.js';
import { ApplicationLateAttempt, ApplicationSubmission } from './receipt.entity.js';
import { ReminderMails } from './reminder-mails.js';

export const RECEIPT_DOCUMENT = 'application_receipt';
export const SUBMISSION_SUBJECT = 'application_submission';

export interface Sent {
  readonly applicationId: string;
  readonly roundId: string;
  readonly content: Record<string, unknown>;
  readonly arrivedAt: Date;
  readonly fingerprint: string;
  readonly receiptNumber: string;
  readonly signature: Partial<SubmitInput>;
}

export interface SubmissionView {
  readonly id: string;
  readonly number: number;
  readonly arrivedAt: Date;
  readonly receiptNumber: string;
  readonly fingerprint: string;
  readonly certifierName: string;
  readonly certifierTitle: string | null;
  readonly certification: string;
}

/** One who presses again and again is one attempt. */
const AGAIN_MINUTES = 5;

@Injectable()
export class ApplicationSubmissions {
  constructor(
    private readonly db: Database,
    private readonly documents: Documents,
    private readonly mails: ReminderMails,
  ) {}

  /** The step of a submission that keeps what was sent, and asks for its receipt. */
  async record(work: Work, sent: Sent): Promise<{ id: string }> {
    const { applicationId, roundId, content, arrivedAt, fingerprint, receiptNumber, signature } = sent;
    const { actor } = work;
    const { text: certification, ruleSetId } = await certificationOf(work, roundId);
    const { wordsShown } = signature;
    if (wordsShown !== undefined && wordsShown !== wordsMark(certification)) throw conflict('certify.words_changed');
    const [last] = await work.query<{ number: number }>(sql`
      select coalesce(max(number), 0)::int as number from application_submissions
      where application_id = ${applicationId}`);
    const submission = await work.insertOne(ApplicationSubmission, {
      ...{ applicationId, number: (last?.number ?? 0) + 1, arrivedAt, receiptNumber, fingerprint },
      content: JSON.parse(JSON.stringify(content)) as Record<string, unknown>,
      certifiedBy: actor.kind === 'person' ? actor.personId : null,
      certifierName: signature.signedName ?? (actor.kind === 'person' ? actor.name : 'Granary'),
      certifierTitle: signature.signedTitle ?? null,
      ...{ certification, ruleSetId },
    });
    await this.documents.request(work, RECEIPT_DOCUMENT, submission.id);
    return { id: submission.id };
  }

  /** Keeps that somebody came too late, in a work of its own: the one of the attempt left nothing. */
  async noteLate(actor: Actor, applicationId: string, error: unknown): Promise<void> {
    if (!(error instanceof AppError) || !error.blockers.some(({ code }) => code === 'application.too_late')) return;
    await withoutKey(() =>
      this.db.work(actor, async (work) => {
        const [row] = await work.query<{ roundId: string }>(
          sql`select round_id as "roundId" from applications where id = ${applicationId} for no key update`,
        );
        const round = row === undefined ? undefined : await findRound(work, row.roundId);
        if (round === undefined) return null;
        const arrivedAt = arrivalOf(currentRequest()?.receivedAt, work.now);
        const closedAt = closesFor(round, await extensionOf(work, applicationId));
        const recent = await work.query(sql`
          select 1 from application_late_attempts where application_id = ${applicationId}
            and arrived_at > ${arrivedAt}::timestamptz - make_interval(mins => ${AGAIN_MINUTES}) limit 1`);
        if (recent.length > 0 || arrivedAt <= closedAt) return null;
        const personId = actor.kind === 'person' ? actor.personId : null;
        await work.insertOne(ApplicationLateAttempt, { applicationId, personId, arrivedAt, closedAt });
        await this.mails.late(work, applicationId, { arrivedAt, closedAt });
        work.audit({ action: 'application.late', subjectType: 'application', subjectId: applicationId });
        return null;
      }),
    );
  }

  /** Every time it was sent, the last one first; the caller has looked whether the application may be seen. */
  async of(from: Queryable, applicationId: string): Promise<SubmissionView[]> {
    return from.query<SubmissionView>(sql`
      select id, number, arrived_at as "arrivedAt", receipt_number as "receiptNumber", fingerprint,
             certifier_name as "certifierName", certifier_title as "certifierTitle", certification
      from application_submissions where application_id = ${applicationId} order by number desc`);
  }

  /** The last time it was sent; 404 when it never was. */
  async latest(from: Queryable, applicationId: string): Promise<SubmissionView> {
    const [submission] = await this.of(from, applicationId);
    if (submission === undefined) throw notFound('thing.not_found');
    return submission;
  }

  /** When somebody last tried to send it too late; undefined when nobody did. */
  async lateAttempt(from: Queryable, applicationId: string): Promise<{ arrivedAt: Date; closedAt: Date } | undefined> {
    const [row] = await from.query<{ arrivedAt: Date; closedAt: Date }>(sql`
      select arrived_at as "arrivedAt", closed_at as "closedAt" from application_late_attempts
      where application_id = ${applicationId} order by arrived_at desc limit 1`);
    return row;
  }
}
