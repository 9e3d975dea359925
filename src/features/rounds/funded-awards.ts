/**
 * FundedAwards: what is funded, as everybody may read it. The feature of awards registers itself as the source at start;
 * this feature imports none of it.
 */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import type { ListPage, ListQuery } from '../../platform/lists/list.js';

/** One award that is or was in force. Nothing in it is anybody's secret. */
export interface FundedAward {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly recipient: string;
  readonly roundName: string;
  readonly districts: readonly string[];
  readonly amount: Money;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

export interface FundedTotals {
  readonly count: number;
  readonly amount: Money;
  /** The year of the first award. */
  readonly since: string | null;
  /** Every district, also one that has nothing yet. */
  readonly districts: readonly { readonly name: string; readonly amount: Money }[];
}

export interface FundedSource {
  list(query: ListQuery): Promise<ListPage<FundedAward>>;
  totals(): Promise<FundedTotals>;
}

const NOTHING: FundedTotals = { count: 0, amount: Money.zero, since: null, districts: [] };

@Injectable()
export class FundedAwards implements FundedSource {
  private source: FundedSource | undefined;

  register(source: FundedSource): void {
    if (this.source !== undefined) throw new Error('The source of funded awards is registered twice');
    this.source = source;
  }

  async list(query: ListQuery): Promise<ListPage<FundedAward>> {
    return this.source?.list(query) ?? { items: [], next: null, count: 0, sort: '-amount' };
  }

  async totals(): Promise<FundedTotals> {
    return this.source?.totals() ?? NOTHING;
  }
}
