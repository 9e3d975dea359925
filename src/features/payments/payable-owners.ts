/** PayableOwners: the features whose things are paid. They hear what becomes of their payables, in the same work. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';

/** All ids are of the owner's own things: the subjects of the payables. */
export interface PayableOwner {
  /** The page of the thing that is paid. */
  titleHref(id: string): string;
  /** Put into a batch. */
  scheduled(work: Work, ids: readonly string[]): Promise<void>;
  /** Taken out of a batch that was voided. */
  unscheduled(work: Work, ids: readonly string[]): Promise<void>;
  /** Released to the payee. */
  paid(work: Work, ids: readonly string[]): Promise<void>;
  /** The payment came back, was stopped or went stale: due to pay again. */
  reopened(work: Work, ids: readonly string[]): Promise<void>;
  /** Will not be paid; the money went back to where it was approved from. Without it finance cannot cancel. */
  cancelled?(work: Work, ids: readonly string[]): Promise<void>;
}

export type OwnerNews = 'scheduled' | 'unscheduled' | 'paid' | 'reopened' | 'cancelled';

export interface OwnedRow {
  readonly subjectType: string;
  readonly subjectId: string;
}

@Injectable()
export class PayableOwners {
  private readonly owners = new Map<string, PayableOwner>();

  /** `subjectType` is the payable's: `disbursement`, `stipend`. */
  register(subjectType: string, owner: PayableOwner): void {
    if (this.owners.has(subjectType)) throw new Error(`Payables of a ${subjectType} have two owners`);
    this.owners.set(subjectType, owner);
  }

  href({ subjectType, subjectId }: OwnedRow): string | undefined {
    return this.owners.get(subjectType)?.titleHref(subjectId);
  }

  hears(subjectType: string, news: OwnerNews): boolean {
    return this.owners.get(subjectType)?.[news] !== undefined;
  }

  /** Each owner hears of all its things at once. */
  async tell(work: Work, news: OwnerNews, rows: readonly OwnedRow[]): Promise<void> {
    const idsOf = new Map<string, Set<string>>();
    for (const { subjectType, subjectId } of rows) {
      idsOf.set(subjectType, (idsOf.get(subjectType) ?? new Set()).add(subjectId));
    }
    for (const [subjectType, ids] of idsOf) {
      await this.owners.get(subjectType)?.[news]?.(work, [...ids].sort());
    }
  }
}
