/** What is shown of help to an applicant. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { TechnicalAssistance } from './technical-assistance.entity.js';
import type { TechnicalAssistanceListQuery } from './technical-assistance.input.js';
import type { AssistanceEntryRow, AssistanceRow } from './technical-assistance.reads.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

export interface AssistanceItem extends Omit<AssistanceRow, 'state'> {
  readonly state: StateAnswer;
}

export interface AssistanceView extends AssistanceItem {
  readonly entries: readonly AssistanceEntryRow[];
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class TechnicalAssistanceViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly assistances: TechnicalAssistances,
  ) {}

  async list(
    actor: Actor,
    query: TechnicalAssistanceListQuery,
  ): Promise<{ items: AssistanceItem[]; next: string | null }> {
    const { items, next } = await this.assistances.list(actor, query);
    return { items: items.map((row) => this.row(row)), next };
  }

  async one(actor: Actor, id: string): Promise<AssistanceView> {
    const row = await this.assistances.get(actor, id);
    const actions = apiActions(this.texts, await this.actions(actor, row));
    return { ...this.row(row), entries: await this.assistances.entries(id), actions };
  }

  async actions(actor: Actor, row: AssistanceRow): Promise<ActionAnswer[]> {
    const thing = Object.assign(new TechnicalAssistance(), row);
    return this.assistances.machine.actions(this.policy, this.db, actor, thing);
  }

  private row({ state, ...row }: AssistanceRow): AssistanceItem {
    return { ...row, state: this.assistances.machine.state(state) };
  }
}
