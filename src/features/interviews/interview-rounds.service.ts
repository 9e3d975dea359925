/** InterviewRounds: what the interview pages of one round read - its times, and whom one could invite or seat. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type NamedPerson, ReviewPanels } from '../reviews/index.js';
import { roundSubject } from '../rounds/index.js';
import { InterviewPanels } from './interview-panels.service.js';
import { interviewReadFilter, readSlots, type SlotRow } from './interview.reads.js';
import { Interviews } from './interviews.service.js';

export interface InterviewRound {
  readonly id: string;
  readonly fundId: string;
  readonly name: string;
  /** Whether this actor may offer times and invite. */
  readonly canOffer: boolean;
}

/** A time with who chose it; nobody's name where the actor may not see that interview. */
export interface TakenSlot extends SlotRow {
  readonly visibleInterviewId: string | null;
  readonly organizationName: string | null;
}

@Injectable()
export class InterviewRounds {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly interviews: Interviews,
    private readonly panels: InterviewPanels,
    private readonly reviewers: ReviewPanels,
  ) {}

  async round(actor: Actor, roundId: string, permission = 'interview.read'): Promise<InterviewRound> {
    const round = await this.panels.requireRound(this.db, actor, roundId, permission);
    return { ...round, canOffer: this.policy.can(actor, 'interview.offer', roundSubject(round)) };
  }

  async slots(actor: Actor, roundId: string): Promise<SlotRow[]> {
    await this.round(actor, roundId, 'interview.offer');
    return readSlots(this.db, roundId);
  }

  async takenSlots(actor: Actor, roundId: string): Promise<TakenSlot[]> {
    return this.db.query<TakenSlot>(sql`
      select s.id, s.starts_at as "startsAt", s.ends_at as "endsAt", s.place, s.interview_id as "interviewId",
        seen.id as "visibleInterviewId", seen.name as "organizationName"
      from interview_slots s
        left join lateral (select i.id, o.name from interviews i join organizations o on o.id = i.organization_id
          where i.id = s.interview_id and ${interviewReadFilter(actor, this.policy)}) seen on true
      where s.round_id = ${roundId} order by s.starts_at, s.place, s.id limit 200`);
  }

  async invitable(actor: Actor, roundId: string): Promise<{ id: string; label: string }[]> {
    return this.interviews.invitableIn(actor, roundId);
  }

  async reviewersOf(round: { readonly id: string; readonly fundId: string }): Promise<NamedPerson[]> {
    return this.reviewers.reviewers(this.db, round);
  }
}
