/** What programs are shown of holds and disposals: the thing, its state, and what can be done with it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ListQuery } from '../../platform/lists/list.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { Disposal } from './disposal.entity.js';
import { type DisposalLogRow, DisposalReads, type DisposalRow } from './disposals.reads.js';
import { Disposals } from './disposals.service.js';
import { LegalHold } from './legal-hold.entity.js';
import { LegalHolds, type LegalHoldView } from './legal-holds.service.js';

type WithState<T> = Omit<T, 'state'> & { readonly state: StateAnswer };

export type LegalHoldItem = WithState<LegalHoldView>;
export type LegalHoldDetail = LegalHoldItem & { readonly actions: readonly ApiAction[] };
export type DisposalListItem = WithState<DisposalRow>;
export type DisposalDetail = DisposalListItem & {
  readonly actions: readonly ApiAction[];
  readonly log: readonly DisposalLogRow[];
};

@Injectable()
export class PrivacyViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly holds: LegalHolds,
    private readonly disposals: Disposals,
    private readonly reads: DisposalReads,
  ) {}

  hold(row: LegalHoldView): LegalHoldItem {
    return { ...row, state: this.holds.machine.state(row.state) };
  }

  async oneHold(actor: Actor, id: string): Promise<LegalHoldDetail> {
    const row = await this.holds.get(actor, id);
    return { ...this.hold(row), actions: apiActions(this.texts, await this.holdActions(actor, row)) };
  }

  holdActions(actor: Actor, row: LegalHoldView): Promise<ActionAnswer[]> {
    const thing = Object.assign(new LegalHold(), { id: row.id, state: row.state, placedBy: row.placedBy });
    return this.holds.machine.actions(this.policy, this.db, actor, thing);
  }

  disposal(row: DisposalRow): DisposalListItem {
    return { ...row, state: this.disposals.machine.state(row.state) };
  }

  async oneDisposal(actor: Actor, id: string): Promise<DisposalDetail> {
    const row = await this.reads.get(actor, id);
    const actions = apiActions(this.texts, await this.disposalActions(actor, row));
    return { ...this.disposal(row), actions, log: (await this.reads.log(actor, new ListQuery(), id)).items };
  }

  disposalActions(actor: Actor, row: DisposalRow): Promise<ActionAnswer[]> {
    const { id, state, proposedBy, itemCount } = row;
    const thing = Object.assign(new Disposal(), { id, state, proposedBy, itemCount });
    return this.disposals.machine.actions(this.policy, this.db, actor, thing);
  }
}
