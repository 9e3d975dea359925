/** Votes: the roll call, by each member or by the clerk; recusals at the moment of voting; and counting. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden } from '../../kernel/errors.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type MemberStanding, type MotionStanding, motionStanding } from './committee.reads.js';
import type { RecordVoteInput, VoteInput } from './decisions.input.js';
import { MotionOutcome } from './motion-outcome.service.js';
import { Motion, Recusal, Vote, type VoteChoice } from './motion.entity.js';
import { Motions } from './motions.service.js';
import { quorumNeeded, quorumPresent, quorumProblem, tally } from './vote.rules.js';

interface Ballot {
  readonly personId: string;
  readonly choice: VoteChoice;
  /** The clerk, when the member called it out. */
  readonly recordedBy: string | null;
}

/** What is stored for a repeat of the same request: done, or recused. */
interface Cast {
  readonly id: string;
  readonly recused: { readonly name: string } | null;
}

@Injectable()
export class Votes {
  constructor(
    private readonly db: Database,
    private readonly motions: Motions,
    private readonly outcome: MotionOutcome,
  ) {}

  /** A member votes on a device of their own. */
  async vote(actor: Actor, id: string, input: VoteInput): Promise<{ id: string }> {
    const personId = actor.kind === 'person' ? actor.personId : '';
    return this.cast(actor, id, 'motion.vote', { personId, choice: input.choice, recordedBy: null });
  }

  /** The clerk records what a member calls out. */
  async recordVote(actor: Actor, id: string, input: RecordVoteInput): Promise<{ id: string }> {
    const { personId, choice } = input;
    const recordedBy = actor.kind === 'person' ? actor.personId : null;
    return this.cast(actor, id, 'motion.record_vote', { personId, choice, recordedBy });
  }

  /** Counts: more ayes than nays carry, and what the motion decides is done in the same work. */
  async closeVote(actor: Actor, id: string, step: StepInput): Promise<{ id: string; state: string }> {
    return this.db.work(actor, async (work) => {
      const motion = await this.motions.lock(work, id, 'motion.close_vote');
      const { note, version: expectedVersion } = step;
      const standing = await motionStanding(work, motion);
      const result = resultOf(standing);
      const parents = motion.state === 'moved' && result.carries ? await this.outcome.lockParents(work, motion) : null;
      if (motion.state === 'moved') await this.recuse(work, motion, standing);
      await this.motions.machine.transition(work, { action: 'close_vote', ids: [id], note, expectedVersion });
      const changes = { ...result.columns, closedAt: work.now };
      const action = parents === null ? 'fail' : 'carry';
      await this.motions.machine.transition(work, { action, ids: [id], changes });
      if (parents !== null) await this.outcome.carryOut(work, parents);
      return { id, state: parents === null ? 'failed' : 'carried' };
    });
  }

  /** The recusal of a member stays although their vote is refused: it is minuted. */
  private async cast(actor: Actor, id: string, permission: string, ballot: Ballot): Promise<{ id: string }> {
    const cast = await this.writing(() =>
      this.db.work(actor, async (work): Promise<Cast> => {
        const motion = await this.motions.lock(work, id, permission);
        if (motion.state !== 'moved') throw conflict('motion.over');
        // A vote from a device of one's own is worth no more than what is known about who holds the device.
        if (permission === 'motion.vote' && actor.kind === 'person' && actor.secondFactor === 'missing') {
          throw forbidden('second_factor.vote_required');
        }
        const standing = await motionStanding(work, motion);
        const member = requireMember(standing, ballot.personId);
        if (member.recusal !== undefined) {
          await this.recuse(work, motion, { ...standing, members: [member] });
          return { id, recused: { name: member.name } };
        }
        const problem = quorumProblem(standing.quorum);
        if (problem !== undefined) throw conflict(problem.code, { params: problem.params });
        const { personId, choice, recordedBy } = ballot;
        const interest = member.remote ?? null;
        const counted = interest === null;
        await work.insertOne(Vote, { motionId: id, personId, choice, counted, interest, recordedBy });
        const after = { personId, choice, counted, interest, recordedBy };
        work.audit({ action: 'motion.voted', subjectType: 'motion', subjectId: id, after });
        return { id, recused: null };
      }),
    );
    if (cast.recused !== null) throw forbidden('motion.member_recused', { params: cast.recused });
    return { id };
  }

  /** Minutes who is recused, once each. */
  private async recuse(work: Work, motion: Motion, standing: MotionStanding): Promise<void> {
    const known = await this.outcome.recusedFrom(work, motion.id);
    const rows = standing.members.flatMap(({ personId, present, recusal }) =>
      recusal === undefined || !present || known.has(personId) ? [] : [{ motionId: motion.id, personId, ...recusal }],
    );
    await work.insert(Recusal, rows);
    for (const { personId, applicationId, interest } of rows) {
      const after = { personId, applicationId, interest };
      work.audit({ action: 'motion.member_recused', subjectType: 'motion', subjectId: motion.id, after });
    }
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (violatedConstraint(error) === 'votes_motion_id_person_id_key') throw conflict('motion.voted_already');
      throw error;
    }
  }
}

function requireMember(standing: MotionStanding, personId: string): MemberStanding {
  if (standing.meetingState !== 'in_session') throw conflict('motion.not_in_session');
  const member = standing.members.find((each) => each.personId === personId);
  if (member === undefined) throw forbidden('motion.not_a_member');
  if (!member.present) throw conflict('motion.member_absent', { params: { name: member.name } });
  if (member.vote !== undefined) throw conflict('motion.voted_already');
  return member;
}

interface Result {
  readonly carries: boolean;
  readonly columns: Pick<Motion, 'ayes' | 'nays' | 'abstained' | 'quorumPresent' | 'quorumNeeded'>;
}

/** What the roll comes to. Votes of those who have left count; those of the recused do not. */
function resultOf(standing: MotionStanding): Result {
  const votes = standing.members.flatMap((member) =>
    member.vote === undefined || member.recusal !== undefined ? [] : [member.vote],
  );
  const { ayes, nays, abstained, carries } = tally(votes);
  const { quorum } = standing;
  return {
    carries,
    columns: {
      ayes,
      nays,
      abstained,
      quorumPresent: quorumPresent(quorum),
      quorumNeeded: quorumNeeded(quorum.members, quorum.basisPoints),
    },
  };
}
