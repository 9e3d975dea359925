/**
 * BroadcastSender: writes a message to many into each conversation, one work for each application. Run twice it goes on
 * where it stopped; an application that left the list meanwhile, or whose organization nobody can be reached at, is
 * skipped and says why.
 */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { Conversations, ConversationSubjects } from '../conversations/index.js';
import { Broadcast, BroadcastItem } from './broadcast.entity.js';
import { mergeValues, REACHABLE } from './broadcast.reads.js';
import { merge } from './broadcast.rules.js';
import { BROADCAST_TOPIC, Broadcasts } from './broadcasts.service.js';

const ACTOR = systemActor('messages');

@Injectable()
export class BroadcastSender implements JobHandler {
  readonly topic = BROADCAST_TOPIC;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly broadcasts: Broadcasts,
    private readonly subjects: ConversationSubjects,
    private readonly conversations: Conversations,
  ) {}

  async handle(payload: Readonly<Record<string, unknown>>, _job: Job): Promise<void> {
    const id = String(payload['broadcastId']);
    const waiting = await this.db.query<{ id: string }>(sql`
      select id from broadcast_items where broadcast_id = ${id} and outcome = 'waiting' order by id`);
    for (const item of waiting) {
      await this.db.work(ACTOR, async (work) => {
        await this.sendOne(work, item.id);
        return null;
      });
    }
    await this.finish(id);
  }

  private async sendOne(work: Work, itemId: string): Promise<void> {
    const item = await work.lockOne(BroadcastItem, itemId);
    if (item.outcome !== 'waiting') return;
    const [broadcast] = await work.query<Broadcast & { author: string }>(sql`
      select b.title, b.body, b.states, b.expects_answer as "expectsAnswer", b.sent_by as "sentBy", p.name as author
      from broadcasts b join persons p on p.id = b.sent_by where b.id = ${item.broadcastId}`);
    if (broadcast === undefined || broadcast.sentBy === null) return;
    const reason = await this.reasonAgainst(work, item.applicationId, broadcast.states);
    if (reason !== undefined) {
      await work.update(BroadcastItem, item, { outcome: 'skipped', reason });
      return;
    }
    const what = { type: 'application', id: item.applicationId, permission: 'conversation.read' };
    const subject = await this.subjects.find(work, this.policy, ACTOR, what);
    if (subject === undefined) return;
    const values = await mergeValues(work, work.calendar, item.applicationId);
    const { id: messageId } = await this.conversations.post(work, {
      ...{ subject, side: 'agency', via: 'broadcast', expectsAnswer: broadcast.expectsAnswer },
      author: { personId: broadcast.sentBy, name: broadcast.author },
      title: merge(broadcast.title, values),
      body: merge(broadcast.body, values),
    });
    await work.update(BroadcastItem, item, { outcome: 'sent', messageId });
  }

  private async reasonAgainst(
    work: Work,
    applicationId: string,
    states: readonly string[],
  ): Promise<string | undefined> {
    const [row] = await work.query<{ state: string; reachable: boolean }>(sql`
      select a.state, ${REACHABLE} as reachable
      from applications a where a.id = ${applicationId}`);
    if (row === undefined || !states.includes(row.state)) return 'state';
    return row.reachable ? undefined : 'nobody';
  }

  private async finish(id: string): Promise<void> {
    await this.db.work(ACTOR, async (work) => {
      const [broadcast] = await work.lock(Broadcast, [id]);
      if (broadcast?.state === 'sending') {
        await this.broadcasts.machine.transition(work, { action: 'finish', ids: [id] });
      }
      return null;
    });
  }
}
