/** MinutesDocuments: the approved minutes of a meeting, for whoever may read all of them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Documents, type DocumentView } from '../documents/index.js';
import { visibleTo } from './docket.reads.js';
import { meetingSubject } from './meetings.service.js';

export type MinutesStand =
  | { readonly document: DocumentView; readonly label?: undefined }
  | { readonly document?: undefined; readonly label: string };

@Injectable()
export class MinutesDocuments {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly documents: Documents,
  ) {}

  /** Whoever sees the meeting, save those who are recused from something it took up: a document hides nothing. */
  async mayRead(actor: Actor, meetingId: string): Promise<boolean> {
    const meeting = await this.db.find<{ fundId: string | null; isClear: boolean }>(sql`
      select m.fund_id as "fundId", not exists (
          select from (
            select d.application_id from docket_items d where d.meeting_id = m.id and d.application_id is not null
            union select i.application_id from motion_items i join motions o on o.id = i.motion_id
              where o.meeting_id = m.id) named
          where not ${visibleTo(actor, 'named.application_id')}) as "isClear"
      from meetings m where m.id = ${meetingId}`);
    if (meeting === undefined || !meeting.isClear) return false;
    return this.policy.can(actor, 'meeting.read', meetingSubject(meeting));
  }

  /** The document, or how far it is; nothing when it was not asked for or may not be read. */
  async of(actor: Actor, meetingId: string): Promise<MinutesStand | undefined> {
    if (!(await this.mayRead(actor, meetingId))) return undefined;
    const [document] = (await this.documents.of(this.db, 'meeting', [meetingId])).get(meetingId) ?? [];
    if (document !== undefined) return { document };
    const [request] = await this.documents.requestsOf(this.db, 'meeting', meetingId);
    return request === undefined ? undefined : { label: request.label };
  }
}
