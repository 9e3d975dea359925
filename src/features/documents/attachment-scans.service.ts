/**
 * AttachmentScans: hands each new file to the scanner and says what came of it. While the scanner does not answer the
 * file waits, opens to nobody and is tried again; nothing is lost. What was clean is looked through again when the scanner
 * knows more, the longest ago first, so many in an hour; it stays open meanwhile.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemActor } from '../../kernel/actor.js';
import { LOGGER } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { ScannerUnavailable, type Verdict } from '../../platform/files/scanner.js';
import type { Housekeeper } from '../../platform/jobs/housekeeping.js';
import type { JobHandler } from '../../platform/jobs/job.js';
import { Mailer } from '../../platform/mail/mail.js';
import { contactOf } from '../identity/index.js';
import { Attachment } from './attachment.entity.js';
import { AttachmentMachine, ScannerInForce } from './attachment.machine.js';
import { attachmentPieces } from './attachment.pieces.js';
import { SCAN_TOPIC } from './attachments.service.js';

const SCANNER = systemActor('file-scanner');
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 900;
/** After so long without a job of its own, something took the job away. */
const LOST_AFTER = '10 minutes';
const MOST_AT_ONCE = 500;
/** Of what was clean so many are looked through again with each sweep, and none more often than daily. */
const MOST_AGAIN = 100;
const AGAIN_AFTER = '1 day';
/** Characters that a name of a finding may have; it comes from outside. */
const NO_NAME = /[^\p{L}\p{N} ._:()/+-]+/gu;

@Injectable()
export class AttachmentScans implements JobHandler, Housekeeper {
  readonly topic = SCAN_TOPIC;

  constructor(
    private readonly db: Database,
    private readonly machine: AttachmentMachine,
    private readonly inForce: ScannerInForce,
    private readonly mailer: Mailer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handle(payload: Readonly<Record<string, unknown>>): Promise<void> {
    const id = String(payload['attachmentId']);
    const file = await this.db.find<{ id: string; sizeBytes: number; state: string }>(sql`
      select id, size_bytes as "sizeBytes", state from attachments
      where id = ${id} and state in ('waiting', 'clean') and disposed_at is null`);
    if (file === undefined) return;
    const isAgain = file.state === 'clean';
    const { scanner } = this.inForce;
    // It was set when the file came in and is not any more: like a file that comes in now.
    if (scanner === undefined) return isAgain ? undefined : this.settle(id, undefined);
    let verdict: Verdict;
    try {
      verdict = await scanner.scan(attachmentPieces(this.db, file));
    } catch (error) {
      if (!(error instanceof ScannerUnavailable)) throw error;
      // What is looked through again is open, and comes again with the next sweep.
      if (isAgain) return;
      return this.postpone(id, Number(payload['tries'] ?? 0), error);
    }
    return this.settle(id, verdict);
  }

  /** Queues those that wait for a job that is not there any more, and those that are to be looked through again. */
  async sweep(): Promise<number> {
    return (await this.queueLost()) + (await this.queueAgain());
  }

  private async queueAgain(): Promise<number> {
    const { scanner } = this.inForce;
    const version = await scanner?.version().catch((error: unknown) => {
      if (!(error instanceof ScannerUnavailable)) throw error;
      return undefined;
    });
    if (version === undefined) return 0;
    return this.db.work(SCANNER, async (work) => {
      const due = await work.query<{ id: string }>(sql`
        select a.id from attachments a where a.state = 'clean' and a.disposed_at is null
          and (a.scanned_at is null or a.scanned_at < ${work.now}::timestamptz - ${AGAIN_AFTER}::interval)
          and a.scanned_by is distinct from ${version}
          and not exists (select 1 from outbox o where o.topic = ${SCAN_TOPIC} and o.done_at is null
                            and o.failed_at is null and o.payload ->> 'attachmentId' = a.id::text)
        order by a.scanned_at nulls first, a.id limit ${MOST_AGAIN}`);
      for (const { id } of due) work.queue(SCAN_TOPIC, { attachmentId: id });
      return due.length;
    });
  }

  private async queueLost(): Promise<number> {
    return this.db.work(SCANNER, async (work) => {
      const lost = await work.query<{ id: string }>(sql`
        select a.id from attachments a where a.state = 'waiting'
          and a.created_at < ${work.now}::timestamptz - ${LOST_AFTER}::interval
          and not exists (select 1 from outbox o where o.topic = ${SCAN_TOPIC} and o.done_at is null
                            and o.failed_at is null and o.payload ->> 'attachmentId' = a.id::text)
        order by a.created_at, a.id limit ${MOST_AT_ONCE}`);
      for (const { id } of lost) work.queue(SCAN_TOPIC, { attachmentId: id });
      return lost.length;
    });
  }

  private async postpone(attachmentId: string, tries: number, error: ScannerUnavailable): Promise<void> {
    const seconds = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** Math.min(tries, 10));
    this.logger.warn({ err: error, attachment: attachmentId, seconds }, 'a file waits for the virus scanner');
    await this.db.work(SCANNER, async (work) => {
      const availableAt = new Date(work.now.getTime() + seconds * 1000);
      work.queue(SCAN_TOPIC, { attachmentId, tries: tries + 1 }, { availableAt });
    });
  }

  /** Of two jobs for one file the second finds it settled; a file that was swept away meanwhile needs nothing. */
  private async settle(id: string, verdict: Verdict | undefined): Promise<void> {
    await this.db.work(SCANNER, async (work) => {
      const [row] = await work.query<{ state: string }>(sql`
        select state from attachments where id = ${id} for no key update`);
      if (row?.state !== 'waiting' && row?.state !== 'clean') return;
      const finding = verdict?.finding?.replace(NO_NAME, ' ').trim().slice(0, 120);
      const scanned = { scannedAt: verdict === undefined ? null : work.now, scannedBy: verdict?.by ?? null };
      if (finding === undefined && row.state === 'clean') {
        // Nothing became of it: no step of its life, only the newer verdict.
        await work.query(sql`
          update attachments set scanned_at = ${scanned.scannedAt}, scanned_by = ${scanned.scannedBy} where id = ${id}`);
        return;
      }
      if (finding === undefined) {
        await this.machine.transition(work, { action: 'pass', ids: [id], changes: scanned });
        return;
      }
      const changes = { ...scanned, finding: finding === '' ? 'unnamed' : finding };
      const [file] = await this.machine.transition(work, {
        action: 'quarantine',
        ids: [id],
        note: changes.finding,
        changes,
      });
      if (file !== undefined) await this.tell(work, file);
    });
  }

  private async tell(
    work: Work,
    { fileName, uploadedBy, subjectType: type, subjectId: id }: Attachment,
  ): Promise<void> {
    const person = await contactOf(work, uploadedBy);
    if (person === undefined) return;
    await this.mailer.send(work, {
      to: person.address,
      // Its name may tell of the application or request it belongs to.
      about: type !== null && id !== null ? { type, id } : null,
      subjectKey: 'attachment.mail.infected.subject',
      params: { file: fileName },
      template: 'mail/infected-file',
      view: { name: person.name, file: fileName },
    });
  }
}
