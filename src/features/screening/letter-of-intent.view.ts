/** What is shown of a letter of intent. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { LetterOfIntent } from './letter-of-intent.entity.js';
import type { LetterOfIntentListQuery } from './letter-of-intent.input.js';
import { type LetterRow, LettersOfIntent } from './letters-of-intent.service.js';

export interface LetterView extends Omit<LetterRow, 'state' | 'expectedCents'> {
  readonly state: StateAnswer;
  readonly expected: Money | null;
  readonly actions?: readonly ApiAction[];
}

@Injectable()
export class LetterOfIntentViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly letters: LettersOfIntent,
  ) {}

  async list(actor: Actor, query: LetterOfIntentListQuery): Promise<{ items: LetterView[]; next: string | null }> {
    const { items, next } = await this.letters.list(actor, query);
    return { items: items.map((row) => this.row(row)), next };
  }

  async one(actor: Actor, id: string): Promise<LetterView> {
    const row = await this.letters.get(actor, id);
    return { ...this.row(row), actions: apiActions(this.texts, await this.actions(actor, row)) };
  }

  async actions(actor: Actor, row: LetterRow): Promise<ActionAnswer[]> {
    const thing = Object.assign(new LetterOfIntent(), row);
    return this.letters.machine.actions(this.policy, this.db, actor, thing);
  }

  private row({ state, expectedCents, ...row }: LetterRow): LetterView {
    const expected = expectedCents === null ? null : Money.ofCents(expectedCents);
    return { ...row, state: this.letters.machine.state(state), expected };
  }
}
