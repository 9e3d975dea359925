/** AwardDrafts: draws up an award for each application that a carried motion funds, in the motion's own work. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import { type ApplicationSummary, readApplication, readIndirectCosts } from '../applications/index.js';
import type { AwardDraftEffect } from '../decisions/index.js';
import { Funds, lockPools } from '../funds/index.js';
import { Ledger } from '../ledger/index.js';
import {
  Award,
  AwardBudgetLine,
  AwardDistrict,
  AwardIndirectCost,
  AwardPartner,
  AwardSchool,
  AwardSource,
} from './award.entity.js';
import { scaleBudget } from './award.budget.js';
import { committedTransfers, fillCategories } from './award.transfers.js';
import { Awards } from './awards.service.js';

@Injectable()
export class AwardDrafts {
  constructor(
    private readonly awards: Awards,
    private readonly funds: Funds,
    private readonly ledger: Ledger,
  ) {}

  /** Throws conflict `pool.not_enough` when one does not fit; then none is drawn up. */
  async draw(work: Work, effects: readonly AwardDraftEffect[]): Promise<void> {
    const pairs: { effect: AwardDraftEffect; application: ApplicationSummary }[] = [];
    for (const effect of effects) {
      pairs.push({ effect, application: await readApplication(work, effect.applicationId) });
    }
    // All pools in one order, before the numbers and the books, so that two motions never wait for each other.
    await lockPools(
      work,
      pairs.map(({ application }) => application.poolId),
    );
    for (const { effect, application } of pairs) await this.one(work, effect, application);
  }

  private async one(work: Work, effect: AwardDraftEffect, application: ApplicationSummary): Promise<void> {
    const { amount } = effect;
    const shares = await this.funds.draw(work, application.poolId, amount);
    const lines = scaleBudget(application.budgetLines, amount);
    const number = await work.nextNumber('award', effect.decidedOn.slice(0, 4));
    const award = await work.insertOne(Award, newAward(effect, application, number));
    await work.insert(
      AwardSource,
      shares.map((share, index) => ({ ...share, awardId: award.id, position: index + 1 })),
    );
    await work.insert(
      AwardBudgetLine,
      lines.map((line, index) => ({ ...line, awardId: award.id, position: index + 1 })),
    );
    // The rate and its base stay as they were sent, whatever the source or its rules say later.
    const rates = await readIndirectCosts(work, application.id);
    await work.insert(
      AwardIndirectCost,
      rates.map((rate) => ({ ...rate, awardId: award.id })),
    );
    await copyPlaces(work, award.id, application);
    await this.awards.machine.begin(work, [award]);
    const cells = fillCategories(shares, lines);
    await this.ledger.post(work, committedTransfers(award.id, application.poolId, cells));
  }
}

function newAward(
  { amount, motionId, motionNumber, decidedOn }: AwardDraftEffect,
  application: ApplicationSummary,
  number: string,
): Omit<Award, 'id' | 'version' | 'createdAt'> {
  const { id: applicationId, roundId, fundId, poolId, organizationId, title } = application;
  return {
    ...{ state: 'drafted', number, applicationId, roundId, fundId, poolId, organizationId, title, amount },
    ...{ motionId, motionNumber, decidedOn },
    ...{ startsOn: null, endsOn: null, acceptBy: null, agreementKind: null, riskRating: null },
    ...{ insuranceOnFileOn: null, insuranceWaiver: null, scope: null, scopeAgreedOn: null },
    ...{ preparedOn: null, agreementDocumentId: null },
  };
}

async function copyPlaces(work: Work, awardId: string, application: ApplicationSummary): Promise<void> {
  await work.insert(
    AwardDistrict,
    application.districts
      .filter((each) => each.shareBasisPoints > 0)
      .map((each) => ({ awardId, district: each.name, basisPoints: each.shareBasisPoints })),
  );
  await work.insert(
    AwardSchool,
    schoolNames(application.schools).map((name) => ({ awardId, name })),
  );
  await work.insert(
    AwardPartner,
    application.partners.map(({ organizationId, name, role, level }) => ({
      awardId,
      organizationId,
      name,
      role,
      level,
    })),
  );
}

/** Schools are written as people write them: one on each line, or with commas or semicolons between. */
function schoolNames(text: string | null): string[] {
  const names = (text ?? '').split(/[\n;,]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
