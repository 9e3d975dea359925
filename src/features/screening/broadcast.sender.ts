/**
 * BroadcastSender: writes a message to many into each conversation, one work for each application. Run twice it goes on
 * where it stopped; an application that left the list meanwhile, or whose organization nobody can be reached at, is
 * skipped and says why.
 */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { rawSql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { personNotConflicted } from '../conflicts/index.js';
import { Conversations, ConversationSubjects } from '../conversations/index.js';
import { Broadcast, BroadcastItem } from './broadcast.entity.js';
import { mergeValues, REACHABLE } from './broadcast.reads.js';
import { merge } from './broadcast.rules.js';
import { BROADCAST_TOPIC, Broadcasts } from './broadcasts.service.js';

/** After so many tries of the job, one that failed each time is told of. */
const MOST_TRIES = 4;
/** So many in one job: what else waits, such as a link to sign in, is not held up by thousands. */
const PIECE = 20;
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

  async handle(payload: Readonly<Record<string, unknown>>, job: Job): Promise<void> {
    const id = String(payload['broadcastId']);
    const after = typeof payload['after'] === 'string' ? payload['after'] : null;
    const piece = await this.db.query<{ id: string }>(sql`
      select id from broadcast_items where broadcast_id = ${id} and (${after}::uuid is null or id > ${after}::uuid)
      order by id limit ${PIECE}`);
    const last = piece.at(-1);
    if (last === undefined || piece.length < PIECE) return this.sendRest(id, job);
    // One that cannot be written to keeps nobody else waiting: the last job tries it again.
    for (const item of piece) await this.trySending(item.id);
    await this.db.work(ACTOR, async (work) => work.queue(BROADCAST_TOPIC, { broadcastId: id, after: last.id }));
  }

  /** All that is left; what cannot be written is tried again with the job, and told of in the end. */
  private async sendRest(id: string, job: Job): Promise<void> {
    const rest = await this.db.query<{ id: string }>(sql`
      select id from broadcast_items where broadcast_id = ${id} and outcome = 'waiting' order by id`);
    let failure: Error | undefined;
    for (const item of rest) {
      const error = await this.trySending(item.id);
      if (error !== undefined && job.attempt >= MOST_TRIES) {
        await this.db.work(ACTOR, (work) => this.giveUp(work, item.id));
      }
      failure ??= error;
    }
    if (failure !== undefined && job.attempt < MOST_TRIES) throw failure;
    await this.finish(id);
  }

  private async trySending(itemId: string): Promise<Error | undefined> {
    try {
      await this.db.work(ACTOR, (work) => this.sendOne(work, itemId));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private async giveUp(work: Work, itemId: string): Promise<null> {
    const item = await work.lockOne(BroadcastItem, itemId);
    if (item.outcome === 'waiting') await work.update(BroadcastItem, item, { outcome: 'skipped', reason: 'failed' });
    return null;
  }

  private async sendOne(work: Work, itemId: string): Promise<null> {
    const item = await work.lockOne(BroadcastItem, itemId);
    if (item.outcome !== 'waiting') return null;
    const [broadcast] = await work.query<Broadcast & { author: string }>(sql`
      select b.title, b.body, b.states, b.expects_answer as "expectsAnswer", b.sent_by as "sentBy", p.name as author
      from broadcasts b join persons p on p.id = b.sent_by where b.id = ${item.broadcastId}`);
    if (broadcast === undefined || broadcast.sentBy === null) return null;
    const reason = await this.reasonAgainst(work, item.applicationId, broadcast);
    if (reason !== undefined) {
      await work.update(BroadcastItem, item, { outcome: 'skipped', reason });
      return null;
    }
    const what = { type: 'application', id: item.applicationId, permission: 'conversation.read' };
    const subject = await this.subjects.find(work, this.policy, ACTOR, what);
    if (subject === undefined) throw new Error(`Application ${item.applicationId} has no conversation`);
    const values = await mergeValues(work, work.calendar, item.applicationId);
    const { id: messageId } = await this.conversations.post(work, {
      ...{ subject, side: 'agency', via: 'broadcast', expectsAnswer: broadcast.expectsAnswer },
      author: { personId: broadcast.sentBy, name: broadcast.author },
      title: merge(broadcast.title, values),
      body: merge(broadcast.body, values),
    });
    await work.update(BroadcastItem, item, { outcome: 'sent', messageId });
    return null;
  }

  private async reasonAgainst(
    work: Work,
    applicationId: string,
    { states, sentBy }: Broadcast,
  ): Promise<string | undefined> {
    const [row] = await work.query<{ state: string; reachable: boolean; clear: boolean }>(sql`
      select a.state, ${REACHABLE} as reachable, ${personNotConflicted(sql`${sentBy}::uuid`, rawSql('a.id'))} as clear
      from applications a where a.id = ${applicationId}`);
    if (row === undefined || !states.includes(row.state)) return 'state';
    // Nobody writes for the agency to what a conflict closes to them, however long the list takes.
    if (!row.clear) return 'conflict';
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
