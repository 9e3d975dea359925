/** What is shown of a conflict of interest. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type ActionAnswer, type StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { Conflict } from './conflict.entity.js';
import { type ConflictRow, Conflicts } from './conflicts.service.js';

export interface ConflictListItem extends Omit<ConflictRow, 'state'> {
  readonly state: StateAnswer;
}

export interface ConflictDetail extends ConflictListItem {
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class ConflictViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly conflicts: Conflicts,
  ) {}

  row(row: ConflictRow): ConflictListItem {
    return { ...row, state: this.conflicts.machine.state(row.state) };
  }

  async one(actor: Actor, id: string): Promise<ConflictDetail> {
    const row = await this.conflicts.get(actor, id);
    return { ...this.row(row), actions: apiActions(this.texts, await this.actions(actor, row)) };
  }

  async actions(actor: Actor, row: ConflictRow): Promise<ActionAnswer[]> {
    const thing = Object.assign(new Conflict(), row);
    return this.conflicts.machine.actions(this.policy, this.db, actor, thing);
  }
}
