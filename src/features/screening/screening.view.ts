/** What the API answers of screening. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Texts } from '../../platform/texts/texts.js';
import { Applications } from '../applications/index.js';
import type { WholeCheck } from './screening.checks.js';
import type { CheckKey, Finding, Judgement } from './screening.entity.js';
import type { ScreeningListQuery } from './screening.input.js';
import { type ScreenedRow, Screening } from './screening.service.js';

export interface CheckView {
  readonly key: CheckKey;
  readonly found: Finding;
  /** What was found, as a sentence. */
  readonly sentence: string;
  readonly judgement: Judgement | null;
  readonly reason: string | null;
  readonly judgedByName: string | null;
  readonly judgedAt: Date | null;
  readonly isStale: boolean;
  readonly isFine: boolean;
}

export interface ScreeningItem extends Omit<ScreenedRow, 'requestedCents' | 'state' | 'checks'> {
  readonly state: { readonly state: string; readonly label: string };
  readonly requested: Money;
  /** How many checks still ask for a person. */
  readonly open: number;
  readonly checks: readonly CheckView[];
}

@Injectable()
export class ScreeningViews {
  constructor(
    private readonly texts: Texts,
    private readonly screening: Screening,
    private readonly applications: Applications,
  ) {}

  async list(actor: Actor, query: ScreeningListQuery): Promise<{ items: ScreeningItem[]; next: string | null }> {
    const { items, next } = await this.screening.list(actor, query);
    return { items: items.map((row) => this.item(row)), next };
  }

  async one(actor: Actor, id: string): Promise<ScreeningItem> {
    return this.item(await this.screening.get(actor, id));
  }

  item({ requestedCents, state, checks, ...row }: ScreenedRow): ScreeningItem {
    return {
      ...row,
      state: this.applications.machine.state(state),
      requested: Money.ofCents(requestedCents),
      open: checks.filter(({ isFine }) => !isFine).length,
      checks: checks.map((check) => this.check(check)),
    };
  }

  check({ key, found, textKey, params, judged, isStale, isFine }: WholeCheck): CheckView {
    return {
      ...{ key, found, sentence: this.texts.t(textKey, params) },
      judgement: judged?.judgement ?? null,
      reason: judged?.reason ?? null,
      judgedByName: judged?.judgedByName ?? null,
      judgedAt: judged?.at ?? null,
      ...{ isStale, isFine },
    };
  }
}
