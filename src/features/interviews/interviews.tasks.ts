/** What waits for somebody about interviews: a time to choose, and an interview to record or to score. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { applicantSide, notConflicted } from '../conflicts/index.js';
import { CHOOSER_ROLES } from './interview.reads.js';

interface WaitingInterview {
  readonly id: string;
  readonly state: keyof typeof STEPS;
  readonly title: string;
  readonly organization: string;
  readonly cents: string;
  readonly dueOn: string | null;
}

/** What each state waits for. */
const STEPS = { offered: 'choose', scheduled: 'record', held: 'score' } as const;

const SCOPES = { scopes: { fund: 'i.fund_id', round: 'i.round_id', organization: 'i.organization_id' } };

@Injectable()
export class InterviewsTasks extends TaskSource {
  override readonly permissions = ['interview.choose_slot', 'interview.hold', 'interview.score'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const clear = notConflicted(actor, rawSql('i.application_id'));
    const may = (permission: string, who: PersonActor): Sql =>
      conditionSql(this.policy.filter(who, permission, SCOPES));
    const choosing = sql`i.state = 'offered' and (i.choose_by is null or i.choose_by >= ${this.db.today})
      and ${may('interview.choose_slot', applicantSide(actor) as PersonActor)}
      and exists (select from organization_members m where m.organization_id = i.organization_id
        and m.person_id = ${actor.personId} and m.ended_at is null and m.role = any(${[...CHOOSER_ROLES]}::text[]))`;
    const recording = sql`i.state = 'scheduled' and i.ends_at < ${this.db.now} and ${clear}
      and ${may('interview.hold', actor)}`;
    const scoring = sql`i.state = 'held' and ${clear} and ${may('interview.score', actor)}
      and exists (select from interview_panelists s where s.interview_id = i.id and s.person_id = ${actor.personId})
      and not exists (select from interview_scores s where s.interview_id = i.id and s.person_id = ${actor.personId})
      and not exists (select from review_panels p where p.round_id = i.round_id)`;
    return this.all([
      ...(this.policy.mightDo(actor, 'interview.choose_slot') ? [choosing] : []),
      ...(this.policy.mightDo(actor, 'interview.hold') ? [recording] : []),
      ...(this.policy.mightDo(actor, 'interview.score') ? [scoring] : []),
    ]);
  }

  private async all(waiting: readonly Sql[]): Promise<Task[]> {
    if (waiting.length === 0) return [];
    const rows = await this.db.queryOften<WaitingInterview>(sql`
      select i.id, i.state, a.title, o.name as organization, a.requested_cents::text as cents, i.choose_by as "dueOn"
      from interviews i join applications a on a.id = i.application_id join organizations o on o.id = i.organization_id
      where (${joinSql(waiting, ') or (')}) order by i.choose_by nulls last, i.id limit 50`);
    return rows.map(({ id, state, title, organization, cents, dueOn }) => {
      const kind = STEPS[state];
      const params = { title, organization, amount: Money.ofCents(cents) };
      return {
        dueOn: kind === 'choose' ? (dueOn ?? undefined) : undefined,
        title: this.texts.t(`task.interview.${kind}`, params),
        text: this.texts.t(`task.interview.${kind}.text`, params),
        href: kind === 'score' ? `/interviews/${id}/scores` : `/interviews/${id}`,
        button: this.texts.t(`task.interview.${kind}.button`),
      };
    });
  }
}
