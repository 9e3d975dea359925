/** Rules of a round that need no database: what moved, and what the numbers of its terms say together. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import type { DateChange, DateMoment } from './round.entity.js';
import type { Milestone } from './rounds.reads.js';

export interface Terms {
  readonly setAside: Money;
  readonly ceiling: Money | null;
  readonly awardsAtMost: number | null;
}

/** What is allowed and yet worth a look: so many awards at their most would be more than is set aside. */
export function termsWarning({ setAside, ceiling, awardsAtMost }: Terms): Sentence | undefined {
  if (ceiling === null || awardsAtMost === null) return undefined;
  const most = Money.ofCents(ceiling.cents * BigInt(awardsAtMost));
  return most.compare(setAside) > 0 ? { code: 'round.most_above_set_aside', params: { most, setAside } } : undefined;
}

/** What moved, came or went between these dates. Those of one kind and name are told apart by their order. */
export function dateChanges(before: readonly Milestone[], after: readonly Milestone[]): DateChange[] {
  const keyed = (milestones: readonly Milestone[]): Map<string, Milestone> => {
    const byKey = new Map<string, Milestone>();
    const inOrder = [...milestones].sort((one, other) => (one.happensOn < other.happensOn ? -1 : 1));
    for (const each of inOrder) {
      let number = 1;
      while (byKey.has(`${each.kind} ${each.label ?? ''} ${number}`)) number += 1;
      byKey.set(`${each.kind} ${each.label ?? ''} ${number}`, each);
    }
    return byKey;
  };
  const [was, is] = [keyed(before), keyed(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): DateChange[] => {
    const [one, other] = [was.get(key), is.get(key)];
    const { kind, label } = (other ?? one) as Milestone;
    const [from, to] = [momentOf(one), momentOf(other)];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ kind, label, before: from, after: to }];
  });
}

function momentOf(milestone: Milestone | undefined): DateMoment | null {
  if (milestone === undefined) return null;
  return { on: milestone.happensOn, at: milestone.startsAt, place: milestone.place };
}
