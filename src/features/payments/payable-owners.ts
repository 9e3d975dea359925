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

/** What `Stateful` is to this: things with a lifecycle. */
interface Moving {
  transition(work: Work, step: { readonly action: string; readonly ids: readonly string[] }): Promise<unknown>;
}

/** An owner whose things go the same way by their own lifecycle, and who tells those concerned. */
export abstract class MovedByPayments implements PayableOwner {
  constructor(private readonly moving: Moving) {}

  abstract titleHref(id: string): string;

  scheduled(work: Work, ids: readonly string[]): Promise<void> {
    return this.move(work, 'schedule', ids);
  }

  unscheduled(work: Work, ids: readonly string[]): Promise<void> {
    return this.move(work, 'unschedule', ids);
  }

  paid(work: Work, ids: readonly string[]): Promise<void> {
    return this.move(work, 'pay', ids);
  }

  reopened(work: Work, ids: readonly string[]): Promise<void> {
    return this.move(work, 'reopen', ids);
  }

  /** Says it to those whom it concerns, if it concerns them. */
  protected abstract tell(work: Work, action: string, ids: readonly string[]): Promise<void>;

  private async move(work: Work, action: string, ids: readonly string[]): Promise<void> {
    await this.moving.transition(work, { action, ids });
    await this.tell(work, action, ids);
  }
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
