/** AwardDocuments: the letter and the agreement of an award - where they stand, and which of them is offered and signed. */
import { Injectable } from '@nestjs/common';
import { conflict } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { Documents } from '../documents/index.js';
import type { Award } from './award.entity.js';
import { AGREEMENT_KIND, LETTER_KIND } from './award.lifecycle.js';
import type { DocumentsStand } from './award.rules.js';

export interface AwardDocumentView {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly url: string;
  readonly createdAt: Date;
}

interface RequestRow {
  readonly kind: string;
  readonly state: string;
  readonly fingerprint: string;
  readonly documentId: string | null;
}

const KINDS = [LETTER_KIND, AGREEMENT_KIND];

@Injectable()
export class AwardDocuments {
  constructor(private readonly documents: Documents) {}

  async of(from: Queryable, awardIds: readonly string[]): Promise<Map<string, AwardDocumentView[]>> {
    const found = await this.documents.of(from, 'award', awardIds);
    return new Map(
      [...found].map(([id, documents]) => [
        id,
        documents.map(({ id: documentId, kind, title, url, createdAt }) => ({
          id: documentId,
          kind,
          title,
          url,
          createdAt,
        })),
      ]),
    );
  }

  /** What was asked for, for the page that shows how far it is. */
  async requests(from: Queryable, awardId: string): Promise<{ kind: string; state: string; label: string }[]> {
    return this.documents.requestsOf(from, 'award', awardId);
  }

  /** Where the documents of these awards stand: ready only when both were made from what is in force now. */
  async stand(from: Queryable, awards: readonly Award[]): Promise<Map<string, DocumentsStand>> {
    const stands = new Map<string, DocumentsStand>();
    for (const award of awards) {
      // Only while it is being prepared does anything depend on it.
      if (award.state === 'drafted') stands.set(award.id, await this.standOf(from, award));
    }
    return stands;
  }

  /** The agreement made from the terms in force, if it is ready. */
  async currentAgreement(from: Queryable, award: Award): Promise<string | null> {
    const current = await this.documents.fingerprint(from, AGREEMENT_KIND, award.id);
    const requests = await this.rows(from, award.id);
    const ready = requests.find((each) => each.kind === AGREEMENT_KIND && each.fingerprint === current);
    return ready?.documentId ?? null;
  }

  /** The agreement that was offered: what both sides sign. */
  async signed(from: Queryable, award: Award): Promise<{ id: string; contentHash: string }> {
    const [document] = await from.query<{ id: string; contentHash: string }>(sql`
      select id, content_hash as "contentHash" from documents where id = ${award.agreementDocumentId}`);
    if (document === undefined) throw conflict('award.agreement_missing');
    return document;
  }

  private async standOf(from: Queryable, award: Award): Promise<DocumentsStand> {
    const requests = await this.rows(from, award.id);
    if (requests.length === 0) return 'missing';
    const states: (string | undefined)[] = [];
    for (const kind of KINDS) {
      const current = await this.documents.fingerprint(from, kind, award.id);
      states.push(requests.find((each) => each.kind === kind && each.fingerprint === current)?.state);
    }
    if (states.some((state) => state === undefined)) return 'stale';
    if (states.some((state) => state === 'failed')) return 'failed';
    return states.every((state) => state === 'ready') ? 'ready' : 'making';
  }

  private async rows(from: Queryable, awardId: string): Promise<RequestRow[]> {
    return from.query<RequestRow>(sql`
      select kind, state, inputs_fingerprint as fingerprint, document_id as "documentId" from document_requests
      where subject_type = 'award' and subject_id = ${awardId} order by created_at desc, id desc`);
  }
}
