/**
 * LedgerDirectory: what the ids in the books stand for. Sources, pools and awards belong to later features, so those
 * tell the ledger at start how each kind is called; until then a kind has only its general word.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import type { Queryable } from '../../platform/database/work.js';

export interface LedgerName {
  readonly label: string;
  readonly href?: string;
}

/** Names for all these ids at once; one that is absent has no name. */
export type NameSource = (from: Queryable, ids: readonly string[]) => Promise<ReadonlyMap<string, LedgerName>>;

export interface Named {
  readonly kind: string;
  readonly id: string;
}

export class LedgerNames {
  constructor(private readonly names: ReadonlyMap<string, LedgerName>) {}

  get({ kind, id }: Named): LedgerName | undefined {
    return this.names.get(`${kind}:${id}`);
  }
}

interface Registered {
  readonly names: NameSource;
  /** What it takes to open such a thing; without it everybody who reads the books may. */
  readonly permission?: string;
}

@Injectable()
export class LedgerDirectory {
  private readonly sources = new Map<string, Registered>();

  constructor(private readonly policy: Policy) {}

  /** `kind` is a kind of holder or of subject: `source`, `pool`, `award`, `stipend`. */
  register(kind: string, names: NameSource, permission?: string): void {
    if (this.sources.has(kind)) throw new Error(`The ledger has two ways to name a ${kind}`);
    this.sources.set(kind, { names, permission });
  }

  /** One query for each kind that occurs. What this actor could not open is named without a way to it. */
  async names(from: Queryable, actor: Actor, things: readonly Named[]): Promise<LedgerNames> {
    const idsOf = new Map<string, Set<string>>();
    for (const { kind, id } of things) idsOf.set(kind, (idsOf.get(kind) ?? new Set()).add(id));
    const names = new Map<string, LedgerName>();
    for (const [kind, ids] of idsOf) {
      const source = this.sources.get(kind);
      const found = await source?.names(from, [...ids]);
      const opens = source?.permission === undefined || this.policy.mightDo(actor, source.permission);
      for (const [id, { label, href }] of found ?? []) names.set(`${kind}:${id}`, opens ? { label, href } : { label });
    }
    return new LedgerNames(names);
  }
}
