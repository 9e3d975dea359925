/** Criteria: what people say about a round's draft criteria, and what is answered. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type Limit, Limits, networkOf } from '../sign-in/index.js';
import { CommentGroups } from './comment-groups.service.js';
import { RubricComment } from './criteria.entity.js';
import type { CommentAnswerInput, CommentInput, HeardInput } from './criteria.input.js';
import { type CommentView, commentUntil, isOpenForComment, isPublicDraft, readComments } from './criteria.reads.js';
import { Round } from './round.entity.js';
import { readRubricVersions } from './rubric-versions.js';
import { Rounds } from './rounds.service.js';

/** Who comments, and from where. */
export interface Commenter {
  readonly actor: Actor;
  /** The network's address, for a bound on how often. */
  readonly address: string;
  /** Of the group's link they came by. */
  readonly token?: string;
}

/** A whole room behind one connection may comment; a machine may not. */
const OF_NETWORK: Limit = { most: 120, minutes: 60 };
const OF_ROUND: Limit = { most: 1000, minutes: 24 * 60 };

@Injectable()
export class Criteria {
  constructor(
    private readonly db: Database,
    private readonly rounds: Rounds,
    private readonly groups: CommentGroups,
    private readonly limits: Limits,
  ) {}

  /** Anybody while the criteria are in comment: by the public page, or by the link of a group. */
  async comment(commenter: Commenter, roundId: string, input: CommentInput): Promise<{ id: string }> {
    const group = commenter.token === undefined ? undefined : await this.groups.open(commenter.token);
    if (group !== undefined && group.roundId !== roundId) throw notFound('thing.not_found');
    await this.limits.take(`comment-from:${networkOf(commenter.address)}`, OF_NETWORK);
    await this.limits.take(`comment-on:${roundId}`, OF_ROUND);
    const { actor } = commenter;
    return this.db.work(actor, async (work) => {
      const round = await work.lockOne(Round, roundId);
      if (group === undefined && !isPublicDraft(round)) throw notFound('thing.not_found');
      const until = await commentUntil(work, roundId);
      if (!isOpenForComment(round, until, work.today)) throw conflict('criteria.comments_closed');
      return this.write(work, roundId, {
        ...input,
        heardOn: work.today,
        groupId: group?.id,
        personId: actor.kind === 'person' ? actor.personId : null,
        enteredBy: null,
      });
    });
  }

  /** What was said at a meeting or on the telephone, also before and after the time for comments. */
  async enter(actor: Actor, roundId: string, input: HeardInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const round = await work.lockOne(Round, roundId);
      this.rounds.machine.require(work.policy, work.actor, 'round.answer_comment', round);
      if (input.heardOn > work.today) throw invalidField('heardOn', 'criteria.heard_in_the_future');
      if (input.groupId !== undefined) {
        const of = sql`select 1 from comment_groups where id = ${input.groupId} and round_id = ${roundId}`;
        if ((await work.query(of)).length === 0) throw invalidField('groupId', 'field.not_found');
      }
      const enteredBy = actor.kind === 'person' ? actor.personId : null;
      return this.write(work, roundId, { ...input, personId: null, enteredBy });
    });
  }

  /** Says what came of it; people read it beside what they said. */
  async answer(actor: Actor, roundId: string, commentId: string, input: CommentAnswerInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const round = await work.lockOne(Round, roundId);
      this.rounds.machine.require(work.policy, work.actor, 'round.answer_comment', round);
      const [comment] = await work.query<{
        id: string;
        version: number;
        outcome: string | null;
        answer: string | null;
      }>(
        sql`select id, version, outcome, answer from rubric_comments where id = ${commentId} and round_id = ${roundId}`,
      );
      if (comment === undefined) throw notFound('thing.not_found');
      if (input.version !== undefined && input.version !== comment.version) throw conflict('thing.changed_meanwhile');
      const { outcome, answer, changedInId = null } = input;
      if (changedInId !== null) {
        const versions = await readRubricVersions(work, roundId);
        if (!versions.some(({ id }) => id === changedInId)) throw invalidField('changedInId', 'field.not_found');
      }
      await work.query(sql`
        update rubric_comments set outcome = ${outcome}, answer = ${answer}, answered_at = ${work.now},
          changed_in_id = ${outcome === 'changed' ? changedInId : null},
          answered_by = ${actor.kind === 'person' ? actor.personId : null}, version = version + 1
        where id = ${commentId}`);
      const before = { outcome: comment.outcome, answer: comment.answer };
      work.audit({
        ...{ action: 'criteria.comment_answered', subjectType: 'round', subjectId: roundId, before },
        after: { commentId, outcome, answer },
      });
      return { id: commentId };
    });
  }

  /** All that was said, for staff. */
  async comments(from: Queryable, roundId: string): Promise<CommentView[]> {
    return readComments(from, sql`c.round_id = ${roundId}`);
  }

  /** What was said and answered, for everybody. */
  async answered(from: Queryable, roundId: string): Promise<CommentView[]> {
    return readComments(from, sql`c.round_id = ${roundId} and c.outcome is not null and c.outcome <> 'not_shown'`);
  }

  async getComment(from: Queryable, roundId: string, commentId: string): Promise<CommentView> {
    const [comment] = await readComments(from, sql`c.round_id = ${roundId} and c.id = ${commentId}`);
    if (comment === undefined) throw notFound('thing.not_found');
    return comment;
  }

  private async write(
    work: Work,
    roundId: string,
    said: HeardInput & { readonly personId: string | null; readonly enteredBy: string | null },
  ): Promise<{ id: string }> {
    const { criterion = null, name = null, organization = null, groupId = null, body, heardOn } = said;
    const [latest] = await readRubricVersions(work, roundId);
    if (criterion !== null) await requireCriterion(work, roundId, criterion);
    const comment = await work.insertOne(RubricComment, {
      ...{ roundId, rubricVersionId: latest?.id ?? null, criterion, groupId, name, organization, body, heardOn },
      ...{ personId: said.personId, enteredBy: said.enteredBy },
      ...{ answer: null, outcome: null, answeredAt: null, answeredBy: null, changedInId: null },
    });
    const after = { commentId: comment.id, criterion, groupId };
    work.audit({ action: 'criteria.commented', subjectType: 'round', subjectId: roundId, after });
    return { id: comment.id };
  }
}

async function requireCriterion(work: Work, roundId: string, criterion: string): Promise<void> {
  const [known] = await work.query(
    sql`select 1 from rubric_criteria where round_id = ${roundId} and name = ${criterion}
        union all select 1 from rubric_versions v cross join jsonb_array_elements(v.criteria) as each
          where v.round_id = ${roundId} and each->>'name' = ${criterion} limit 1`,
  );
  if (known === undefined) throw invalidField('criterion', 'field.not_found');
}
