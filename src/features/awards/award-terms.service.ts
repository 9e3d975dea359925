/** AwardTerms: changes the terms and the budget of an award while it is being prepared. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Ledger } from '../ledger/index.js';
import { Award, AwardBudgetLine, AwardCondition, AwardDistrict } from './award.entity.js';
import type { AwardBudgetInput, AwardTermsInput } from './award.input.js';
import { lockAward, readAwardBalances, readAwardSources } from './award-reads.js';
import { WHOLE } from './award.rules.js';
import { budgetTransfers, fillCategories } from './award.transfers.js';
import { Awards } from './awards.service.js';

@Injectable()
export class AwardTerms {
  constructor(
    private readonly db: Database,
    private readonly awards: Awards,
    private readonly ledger: Ledger,
  ) {}

  async update(actor: Actor, id: string, input: AwardTermsInput): Promise<{ id: string }> {
    checkTerms(input);
    return this.db.work(actor, async (work) => {
      const award = await this.lockDraft(work, id);
      const before = auditOf(award);
      // The documents that were made say something else now.
      await work.update(Award, award, { ...columnsOf(input), preparedOn: null }, input.version);
      await writeConditions(work, id, input.conditions);
      if (input.districts !== undefined) await writeDistricts(work, id, input);
      work.audit({ action: 'award.updated', subjectType: 'award', subjectId: id, before, after: auditOf(award) });
      return { id };
    });
  }

  /** A new budget for the same amount; what is promised moves between the categories in the same work. */
  async updateBudget(actor: Actor, id: string, input: AwardBudgetInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const award = await this.lockDraft(work, id);
      const lines = checkedLines(input, award.amount);
      const before = await work.query<{ category: string; cents: string }>(sql`
        select category, amount_cents::text as cents from award_budget_lines where award_id = ${id} order by position`);
      await work.update(Award, award, { preparedOn: null }, input.version);
      await work.query(sql`delete from award_budget_lines where award_id = ${id}`);
      await work.insert(
        AwardBudgetLine,
        lines.map((line, index) => ({ ...line, awardId: id, position: index + 1 })),
      );
      const sources = await readAwardSources(work, id);
      const balances = (await readAwardBalances(work, [id])).get(id) ?? [];
      const transfers = budgetTransfers({ ...award, balances }, fillCategories(sources, lines));
      if (transfers.length > 0) await this.ledger.post(work, transfers);
      const after = Object.fromEntries(lines.map(({ category, amount }) => [category, amount]));
      const was = Object.fromEntries(before.map(({ category, cents }) => [category, Money.ofCents(cents)]));
      work.audit({ action: 'award.budget_changed', subjectType: 'award', subjectId: id, before: was, after });
      return { id };
    });
  }

  private async lockDraft(work: Work, id: string): Promise<Award> {
    const award = await lockAward(work, id);
    await this.awards.requireSide(work, id, 'award.update');
    if (award.state !== 'drafted') throw conflict('award.changes_by_correction');
    return award;
  }
}

function checkTerms({ startsOn, endsOn, districts }: AwardTermsInput): void {
  if (startsOn !== undefined && endsOn !== undefined && endsOn < startsOn) {
    throw invalidField('endsOn', 'award.ends_before_start');
  }
  if (districts === undefined) return;
  const names = districts.map(({ district }) => district.toLowerCase());
  if (new Set(names).size !== names.length) throw invalidField('districts', 'award.district_twice');
  if (districts.some(({ share }) => share === 0)) throw invalidField('districts', 'award.district_without_share');
  if (districts.reduce((sum, { share }) => sum + share, 0) !== WHOLE) {
    throw invalidField('districts', 'award.districts_do_not_add_up');
  }
}

function checkedLines(
  { lines }: AwardBudgetInput,
  amount: Money,
): { category: string; participantSupport: boolean; amount: Money }[] {
  const categories = lines.map(({ category }) => category.toLowerCase());
  if (new Set(categories).size !== categories.length) throw invalidField('lines', 'award.budget_line_twice');
  const sum = Money.sum(lines.map((line) => line.amount));
  if (!sum.equals(amount)) throw invalidField('lines', 'award.budget_does_not_add_up', { sum, amount });
  return lines.map(({ category, participantSupport, amount: part }) => ({
    category,
    participantSupport: participantSupport ?? false,
    amount: part,
  }));
}

function columnsOf(input: AwardTermsInput): Partial<Award> {
  return {
    title: input.title,
    startsOn: input.startsOn ?? null,
    endsOn: input.endsOn ?? null,
    acceptBy: input.acceptBy ?? null,
    agreementKind: input.agreementKind ?? null,
    riskRating: input.riskRating ?? null,
    scope: input.scope ?? null,
    scopeAgreedOn: input.scopeAgreedOn ?? null,
    insuranceOnFileOn: input.insuranceOnFileOn ?? null,
    insuranceWaiver: input.insuranceWaiver ?? null,
  };
}

function auditOf(award: Award): Record<string, unknown> {
  const { title, startsOn, endsOn, acceptBy, agreementKind, riskRating, scopeAgreedOn } = award;
  return { title, startsOn, endsOn, acceptBy, agreementKind, riskRating, scopeAgreedOn };
}

/** One condition on each line. */
async function writeConditions(work: Work, awardId: string, conditions: string | undefined): Promise<void> {
  await work.query(sql`delete from award_conditions where award_id = ${awardId}`);
  const lines = (conditions ?? '').split('\n').map((line) => line.trim());
  await work.insert(
    AwardCondition,
    lines.filter((text) => text !== '').map((text, index) => ({ awardId, position: index + 1, text })),
  );
}

async function writeDistricts(work: Work, awardId: string, input: AwardTermsInput): Promise<void> {
  await work.query(sql`delete from award_districts where award_id = ${awardId}`);
  await work.insert(
    AwardDistrict,
    (input.districts ?? []).map(({ district, share }) => ({ awardId, district, basisPoints: share })),
  );
}
