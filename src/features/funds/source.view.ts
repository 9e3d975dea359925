/** What is shown of a source. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Figures, NO_FIGURES, readFigures, readStageBalances } from '../ledger/index.js';
import { type AllotmentRow, Funds } from './funds.service.js';
import type { Source } from './source.entity.js';
import type { SourceBudgetItem } from './source.entity.js';
import { type SourceRow, Sources } from './sources.service.js';

export interface SourceListItem {
  readonly id: string;
  readonly name: string;
  readonly grantor: string;
  readonly awardNumber: string;
  readonly state: StateAnswer;
  readonly amount: Money;
  readonly startsOn: string;
  readonly endsOn: string;
}

export interface SourceView extends Omit<Source, 'state'> {
  readonly state: StateAnswer;
  readonly budget: readonly SourceBudgetItem[];
  readonly modifications: readonly {
    number: number;
    effectiveOn: string;
    reason: string;
    amountAfter: Money;
    endsOnAfter: string;
  }[];
  readonly allotments: readonly AllotmentRow[];
  readonly figures: Figures;
  /** Authority that is not set aside for any pool. */
  readonly unallotted: Money;
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class SourceViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly sources: Sources,
    private readonly funds: Funds,
  ) {}

  row(row: SourceRow): SourceListItem {
    const { id, name, grantor, awardNumber, startsOn, endsOn } = row;
    const state = this.sources.machine.state(row.state);
    return { id, name, grantor, awardNumber, state, amount: Money.ofCents(row.amountCents), startsOn, endsOn };
  }

  async one(actor: Actor, id: string): Promise<SourceView> {
    const source = await this.sources.get(actor, id);
    const [budget, modifications, allotments, figures, balance, actions] = await Promise.all([
      this.sources.budget(id),
      this.sources.modifications(id),
      this.funds.allotments(actor, { sourceId: id }),
      readFigures(this.db, { sourceIds: [id] }, 'source'),
      readStageBalances(this.db, [id]),
      this.sources.machine.actions(this.policy, this.db, actor, source),
    ]);
    return {
      ...source,
      state: this.sources.machine.state(source.state),
      budget,
      modifications,
      allotments,
      figures: figures.get(id) ?? NO_FIGURES,
      unallotted: balance(id, 'authorized'),
      actions: apiActions(this.texts, actions),
    };
  }
}
