/**
 * StipendAccrual: what follows from a confirmed attendance. In the work that confirms it, one stipend comes into being
 * for each person whose role a policy of the fund pays; it goes again with the attendance, until it is approved.
 */
import { Injectable } from '@nestjs/common';
import { conflict } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type AttendanceFact, readAttendances } from '../collaboratives/index.js';
import { lockPools } from '../funds/index.js';
import { Stipend, type StipendPolicy } from './stipend.entity.js';
import { StipendMachine } from './stipend.machine.js';
import { policyOn, type PolicyTerms, stipendAmount } from './stipend.rules.js';
import { policiesOfYears } from './support-policies.reads.js';
import { SupportMoney } from './support-money.service.js';

interface Due {
  readonly attendance: AttendanceFact;
  readonly policy: PolicyTerms;
}

/** Of one person, role and year: what the cap of a policy counts. */
const capKey = ({ personId, role, yearId }: Pick<AttendanceFact, 'personId' | 'role' | 'yearId'>): string =>
  `${personId} ${role} ${yearId}`;

@Injectable()
export class StipendAccrual {
  constructor(
    private readonly machine: StipendMachine,
    private readonly money: SupportMoney,
  ) {}

  /** Makes what is due for these attendances and is not there yet; all of it, or nothing where the money is missing. */
  async confirmed(work: Work, attendanceIds: readonly string[]): Promise<void> {
    await this.accrueAll(work, await findDue(work, attendanceIds));
  }

  private async accrueAll(work: Work, due: readonly Due[]): Promise<void> {
    for (const poolId of [...new Set(due.map(({ attendance }) => attendance.poolId))].sort()) {
      await this.accrue(
        work,
        poolId,
        due.filter(({ attendance }) => attendance.poolId === poolId),
      );
    }
  }

  /** Voids what was not approved yet and gives its money back. What was approved keeps the attendance as it is. */
  async withdrawn(work: Work, attendanceIds: readonly string[]): Promise<void> {
    const wanted = [...attendanceIds];
    const live = await work.query<{ id: string }>(sql`
      select id from stipends where attendance_id = any(${wanted}::uuid[]) and state <> 'voided'`);
    const ids = live.map(({ id }) => id);
    const locked = await work.lock(Stipend, ids);
    const facts = await this.machine.factsOf(work, locked);
    const approved = locked.find((row) => !['accrued', 'voided'].includes(row.state));
    if (approved !== undefined) {
      throw conflict('stipend.approved_already', { params: { name: facts.get(approved.id)?.personName ?? '' } });
    }
    await refuseApprovedClaims(work, wanted);
    const open = locked.filter((row) => row.state === 'accrued').map(({ id }) => id);
    if (open.length === 0) return;
    // The pool before its accounts, as whoever takes money of it does: what follows may take some again.
    await lockPools(
      work,
      locked.map(({ poolId }) => poolId),
    );
    await this.machine.transition(work, { action: 'withdraw', ids: open });
    await this.money.release(work, 'stipend', open);
  }

  /**
   * The same for who was confirmed before this policy was written down, where it is the one in force on their day.
   * A day of another policy is left as it is: what was voided there stays voided.
   */
  async caughtUp(work: Work, policy: StipendPolicy, poolId: string): Promise<void> {
    const attended = sql`
      select a.id from attendances a join convenings v on v.id = a.convening_id
      where v.year_id = ${policy.yearId} and a.role = ${policy.role}`;
    // No attendance changes now, and none is confirmed without seeing the policy once the pool is held.
    await work.query(sql`${attended} order by a.id for share of a`);
    await lockPools(work, [poolId]);
    const rows = await work.query<{ id: string }>(sql`${attended} and a.state = 'attended'`);
    const due = await findDue(
      work,
      rows.map(({ id }) => id),
    );
    await this.accrueAll(
      work,
      due.filter((each) => each.policy.id === policy.id),
    );
  }

  /** The pool is held by now: what the cap of a year still leaves is read under the same lock as it is taken. */
  private async accrue(work: Work, poolId: string, due: readonly Due[]): Promise<void> {
    const spent = await readSpent(work, due);
    const rows: Omit<Stipend, 'id' | 'version' | 'createdAt'>[] = [];
    for (const { attendance, policy } of due) {
      const key = capKey(attendance);
      const before = spent.get(key) ?? Money.zero;
      const amount = stipendAmount(policy, attendance.minutes, before);
      // The cap of the year is used up: nothing is owed.
      if (!amount.isPositive) continue;
      spent.set(key, before.add(amount));
      const { id, conveningId, personId, role, collaborativeId, fundId, minutes, confirmedBy } = attendance;
      rows.push({
        state: this.machine.lifecycle.definition.initial,
        attendanceId: id,
        policyId: policy.id,
        approvedBy: null,
        ...{ conveningId, personId, role, collaborativeId, fundId, poolId, minutes, amount, confirmedBy },
      });
    }
    const stipends = await work.insert(Stipend, rows);
    if (stipends.length === 0) return;
    await this.machine.begin(work, stipends, 'accrue');
    await this.money.commit(work, 'stipend', poolId, stipends);
  }
}

/**
 * Attended, without a stipend yet, and paid by a policy of the fund that was in force on the day. Their pools are held
 * from here on, before the policies are read.
 */
async function findDue(work: Work, attendanceIds: readonly string[]): Promise<Due[]> {
  const facts = (await readAttendances(work, attendanceIds)).filter(({ state }) => state === 'attended');
  if (facts.length === 0) return [];
  await lockPools(
    work,
    facts.map(({ poolId }) => poolId),
  );
  const there = await work.query<{ attendanceId: string }>(sql`
    select attendance_id as "attendanceId" from stipends
    where attendance_id = any(${facts.map(({ id }) => id)}::uuid[]) and state <> 'voided'`);
  const done = new Set(there.map(({ attendanceId }) => attendanceId));
  const policies = await policiesOfYears(work, [...new Set(facts.map(({ yearId }) => yearId))]);
  return facts
    .filter(({ id }) => !done.has(id))
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || a.id.localeCompare(b.id))
    .flatMap((attendance): Due[] => {
      const { yearId, role, conveningOn: on } = attendance;
      const policy = policyOn(policies, { yearId, role, on });
      return policy?.bearer === 'fund' ? [{ attendance, policy }] : [];
    });
}

async function readSpent(work: Work, due: readonly Due[]): Promise<Map<string, Money>> {
  const capped = due.filter(({ policy }) => policy.capPerYear !== null);
  if (capped.length === 0) return new Map();
  const persons = [...new Set(capped.map(({ attendance }) => attendance.personId))];
  const years = [...new Set(capped.map(({ attendance }) => attendance.yearId))];
  const rows = await work.query<{ personId: string; role: AttendanceFact['role']; yearId: string; cents: string }>(sql`
    select s.person_id as "personId", s.role, v.year_id as "yearId", sum(s.amount_cents)::text as cents
    from stipends s join convenings v on v.id = s.convening_id
    where s.person_id = any(${persons}::uuid[]) and v.year_id = any(${years}::uuid[]) and s.state <> 'voided'
    group by 1, 2, 3`);
  return new Map(rows.map((row) => [capKey(row), Money.ofCents(row.cents)]));
}

/** Their steps wait for the lock on the attendance, so what is read here stays so. */
async function refuseApprovedClaims(work: Work, attendanceIds: readonly string[]): Promise<void> {
  const [claim] = await work.query<{ name: string }>(sql`
    select p.name from childcare_claims c join persons p on p.id = c.person_id
    where c.attendance_id = any(${[...attendanceIds]}::uuid[]) and c.state in ('payable', 'scheduled', 'paid') limit 1`);
  if (claim !== undefined) throw conflict('childcare_claim.approved_already', { params: { name: claim.name } });
}
