/** SupportPolicies: who is paid for coming, how much and by whom; and what childcare is paid back at. From a day on. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type Collaborative, collaborativeSubject, findCollaborative, findYear } from '../collaboratives/index.js';
import { ChildcareRateCard } from './childcare-claim.entity.js';
import { StipendPolicy } from './stipend.entity.js';
import { StipendAccrual } from './stipend-accrual.service.js';
import type { RateCardInput, StipendPolicyInput } from './support.input.js';

type Removable = 'stipend_policy' | 'childcare_rate_card';

@Injectable()
export class SupportPolicies {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly accrual: StipendAccrual,
  ) {}

  /** Adds a policy of one role and year. Who was confirmed on or after its first day has a stipend by it at once. */
  async addPolicy(actor: Actor, collaborativeId: string, input: StipendPolicyInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const collaborative = await this.within(work, collaborativeId, 'stipend_policy.create');
        const year = await findYear(work, input.yearId);
        if (year?.collaborativeId !== collaborativeId) throw invalidField('yearId', 'field.not_found');
        const { startsOn, endsOn } = year;
        if (input.startsOn < startsOn || input.startsOn > endsOn) {
          throw invalidField('startsOn', 'stipend_policy.outside_year', { startsOn, endsOn });
        }
        const capPerYear = input.capPerYear ?? null;
        if (capPerYear !== null && capPerYear.compare(input.rate) < 0) {
          throw invalidField('capPerYear', 'stipend_policy.cap_below_rate', { rate: input.rate });
        }
        const { yearId, role, basis, rate, bearer } = input;
        const terms = { yearId, role, basis, rate, capPerYear, bearer, startsOn: input.startsOn };
        const row = await work.insertOne(StipendPolicy, { ...terms, collaborativeId, fundId: collaborative.fundId });
        audit(work, 'stipend_policy.created', collaborativeId, { id: row.id, ...terms });
        if (bearer === 'fund') await this.accrual.caughtUp(work, row, collaborative.poolId);
        return { id: row.id };
      }),
    );
  }

  async addCard(actor: Actor, collaborativeId: string, input: RateCardInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const { fundId } = await this.within(work, collaborativeId, 'childcare_rate_card.create');
        const { rate, cap, extraMinutes, claimDays, startsOn } = input;
        const terms = { rate, cap, extraMinutes, claimDays, startsOn };
        const row = await work.insertOne(ChildcareRateCard, { ...terms, collaborativeId, fundId });
        audit(work, 'childcare_rate_card.created', collaborativeId, { id: row.id, ...terms });
        return { id: row.id };
      }),
    );
  }

  /** Takes away what was written down by mistake, as long as nobody was paid by it. */
  async remove(actor: Actor, collaborativeId: string, kind: Removable, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const permission = kind === 'stipend_policy' ? 'stipend_policy.remove' : 'childcare_rate_card.remove';
      await this.within(work, collaborativeId, permission);
      const removed =
        kind === 'stipend_policy'
          ? await work.query(sql`
              delete from stipend_policies where id = ${id} and collaborative_id = ${collaborativeId} returning id`)
          : await work.query(sql`
              delete from childcare_rate_cards where id = ${id} and collaborative_id = ${collaborativeId} returning id`);
      if (removed.length === 0) throw notFound('thing.not_found');
      audit(work, `${kind}.removed`, collaborativeId, { id });
      return { id };
    });
  }

  /** The collaborative whose policies somebody may see. */
  async readable(actor: Actor, collaborativeId: string): Promise<Collaborative> {
    const found = await findCollaborative(this.db, collaborativeId);
    if (found === undefined || !this.policy.can(actor, 'support.read', collaborativeSubject(found))) {
      throw notFound('thing.not_found');
    }
    return found;
  }

  private async within(work: Work, id: string, permission: string): Promise<Collaborative> {
    const found = await findCollaborative(work, id);
    const subject = found === undefined ? {} : collaborativeSubject(found);
    if (found === undefined || !work.policy.can(work.actor, 'support.read', subject)) throw notFound('thing.not_found');
    if (!work.policy.can(work.actor, permission, subject)) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    return found;
  }

  private async writing<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'stipend_policies_year_id_role_starts_on_key') throw conflict('stipend_policy.same_day');
      if (constraint === 'childcare_rate_cards_collaborative_id_starts_on_key') {
        throw conflict('childcare_rate_card.same_day');
      }
      throw error;
    }
  }
}

function audit(work: Work, action: string, collaborativeId: string, after: Record<string, unknown>): void {
  work.audit({ action, subjectType: 'collaborative', subjectId: collaborativeId, after });
}
