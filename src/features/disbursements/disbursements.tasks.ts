/** What waits for somebody about requests: recipients send them again, the program and finance approve. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, joinSql, rawSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted } from '../conflicts/index.js';
import type { Disbursement } from './disbursement.entity.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { DISBURSEMENT_COLUMNS } from './disbursement.scope.js';
import { WRITING_ROLES } from './disbursements.service.js';

interface WaitingRow extends Pick<
  Disbursement,
  'kind' | 'organizationId' | 'fundId' | 'roundId' | 'requestedBy' | 'certifiedBy' | 'programApprovedBy'
> {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly cents: string;
  readonly awardTitle: string;
  readonly organization: string;
  /** When a reimbursement was asked for that waits for the agency. */
  readonly submittedAt: Date | null;
  /** Within how many days it must be paid, by the strictest rule set of its sources. */
  readonly paymentDays: number | null;
}

/** Which step each state waits for. */
const STEPS = [
  ['returned', 'disbursement.submit'],
  ['submitted', 'disbursement.approve_program'],
  ['program_approved', 'disbursement.approve_finance'],
] as const;

@Injectable()
export class DisbursementsTasks extends TaskSource {
  override readonly permissions = STEPS.map(([, permission]) => permission);

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly machine: DisbursementMachine,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const steps = STEPS.filter(([, permission]) => this.policy.mightDo(actor, permission));
    if (steps.length === 0) return [];
    const mine = steps.map(([state, permission]) => {
      const may = conditionSql(this.policy.filter(actor, permission, DISBURSEMENT_COLUMNS));
      return sql`(d.state = ${state} and ${may})`;
    });
    // What somebody had a hand in waits for somebody else: it is no task of theirs.
    const rows = await this.db.queryOften<WaitingRow>(sql`
      select d.id, d.number, d.state, d.kind, d.organization_id as "organizationId", d.fund_id as "fundId",
             d.round_id as "roundId", d.requested_by as "requestedBy", d.certified_by as "certifiedBy",
             d.program_approved_by as "programApprovedBy", d.amount_cents::text as cents, a.title as "awardTitle", o.name as organization,
             case when d.kind = 'reimbursement' and d.state <> 'returned' then d.submitted_at end as "submittedAt",
             (select min((v.value #>> '{}')::int) from award_sources w join sources s on s.id = w.source_id
              join rule_values v on v.rule_set_id = s.rule_set_id and v.key = 'payment_days'
              where w.award_id = a.id) as "paymentDays"
      from disbursements d join awards a on a.id = d.award_id join organizations o on o.id = d.organization_id
      where (${joinSql(mine, ' or ')})
        and case when d.state = 'returned' then exists (
            select from organization_members m where m.organization_id = d.organization_id and m.ended_at is null
              and m.person_id = ${actor.personId} and m.role = any(${[...WRITING_ROLES]}::text[]))
          else ${notConflicted(actor, rawSql('a.application_id'))} and not exists (
            select from unnest(array[d.requested_by, d.certified_by, d.program_approved_by,
              case when d.state = 'program_approved' then (select s.acting_for from lifecycle_steps s
                where s.subject_type = 'disbursement' and s.subject_id = d.id and s.action = 'approve_program'
                order by s.id desc limit 1) end]) as hand(person)
            where hand.person = ${actor.personId}::uuid) and not exists (
            select from organization_members m where m.organization_id = d.organization_id and m.ended_at is null
              and m.person_id = ${actor.personId}) end
      order by d.submitted_at, d.id limit 50`);
    return (await this.openTo(actor, rows)).map((row) => this.task(row));
  }

  /** What is lent has an amount, and what bars who lent it: the same as the button looks at. */
  private async openTo(actor: PersonActor, rows: readonly WaitingRow[]): Promise<readonly WaitingRow[]> {
    const barred = new Set<string>();
    for (const [state, permission] of STEPS) {
      if (state === 'returned' || !this.policy.isLent(actor, permission)) continue;
      const step = state === 'submitted' ? 'approve_program' : 'approve_finance';
      const waiting = rows.filter((row) => row.state === state);
      const asked = waiting.map((row) => ({ ...row, amount: Money.ofCents(row.cents) }) as unknown as Disbursement);
      const open = new Set((await this.machine.unbarred(this.policy, this.db, actor, step, asked)).map(({ id }) => id));
      for (const { id } of waiting) if (!open.has(id)) barred.add(id);
    }
    return rows.filter(({ id }) => !barred.has(id));
  }

  private task(row: WaitingRow): Task {
    const { id, number, state, cents, awardTitle, organization, submittedAt, paymentDays } = row;
    const { currentCalendar: calendar } = this.db;
    const isTimed = submittedAt !== null && paymentDays !== null;
    const params = { number, award: awardTitle, organization, amount: Money.ofCents(cents).formatPayment() };
    return {
      dueOn: isTimed ? calendar.addDays(calendar.today(submittedAt), paymentDays) : undefined,
      href: `/requests/${id}`,
      button: this.texts.t(`task.disbursement.${state}.button`),
      title: this.texts.t(`task.disbursement.${state}`, params),
      text: this.texts.t(`task.disbursement.${state}.text`, params),
    };
  }
}
