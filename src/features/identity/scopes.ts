/** ScopeDirectory: what the scopes of roles are called. Features that own a kind of scope register it at start. */
import { Injectable } from '@nestjs/common';
import type { ScopeKind, Scopes } from '../../kernel/policy.js';
import type { Queryable } from '../../platform/database/work.js';

export interface ScopeName {
  readonly id: string;
  readonly name: string;
}

/** What somebody is in a scope where more than the role decides what they may do, and who decides it there. */
export interface ScopeStanding {
  readonly id: string;
  /** Such as an editor, with a sentence of what that includes. */
  readonly parts: readonly { readonly label: string; readonly may: string }[];
  /** Names of those who decide who may do what. */
  readonly deciders: readonly string[];
}

export interface ScopeSource {
  readonly kind: Exclude<ScopeKind, 'agency'>;
  /** The names of those among these ids that exist. */
  names(from: Queryable, ids: readonly string[]): Promise<readonly ScopeName[]>;
  /** What this person is in each of them; absent where the role says all. */
  standings?(from: Queryable, personId: string, ids: readonly string[]): Promise<readonly ScopeStanding[]>;
  /** Those that can be chosen when a role is granted; absent where there are too many for a list. */
  choices?(from: Queryable): Promise<readonly ScopeName[]>;
  /** The scopes it lies in beside itself: a round lies in a fund. */
  parents?(from: Queryable, id: string): Promise<Scopes>;
}

export interface ScopeChoice extends ScopeName {
  readonly kind: ScopeKind;
}

@Injectable()
export class ScopeDirectory {
  private readonly sources = new Map<ScopeKind, ScopeSource>();

  register(source: ScopeSource): void {
    if (this.sources.has(source.kind)) throw new Error(`Scope ${source.kind} is registered twice`);
    this.sources.set(source.kind, source);
  }

  /** Whether there is such a thing; a kind that no feature owns has nothing. */
  async exists(from: Queryable, kind: ScopeKind, id: string): Promise<boolean> {
    const names = await this.sources.get(kind)?.names(from, [id]);
    return names !== undefined && names.length > 0;
  }

  /** Names by id, for all kinds at once. */
  async names(
    from: Queryable,
    scopes: readonly { readonly scopeKind: ScopeKind; readonly scopeId: string | null }[],
  ): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const [kind, source] of this.sources) {
      const ids = scopes.flatMap((scope) =>
        scope.scopeKind === kind && scope.scopeId !== null ? [scope.scopeId] : [],
      );
      if (ids.length === 0) continue;
      for (const { id, name } of await source.names(from, [...new Set(ids)])) names.set(id, name);
    }
    return names;
  }

  /** What a person is in those of their scopes where more than the role decides, by id. */
  async standings(
    from: Queryable,
    personId: string,
    scopes: readonly { readonly scopeKind: ScopeKind; readonly scopeId: string | null }[],
  ): Promise<ReadonlyMap<string, ScopeStanding>> {
    const standings = new Map<string, ScopeStanding>();
    for (const [kind, source] of this.sources) {
      if (source.standings === undefined) continue;
      const ids = scopes.flatMap((scope) =>
        scope.scopeKind === kind && scope.scopeId !== null ? [scope.scopeId] : [],
      );
      if (ids.length === 0) continue;
      for (const each of await source.standings(from, personId, [...new Set(ids)])) standings.set(each.id, each);
    }
    return standings;
  }

  /** What kind of scope this id names, and what it is called. */
  async find(from: Queryable, id: string): Promise<ScopeChoice | undefined> {
    for (const [kind, source] of this.sources) {
      const [found] = await source.names(from, [id]);
      if (found !== undefined) return { kind, ...found };
    }
    return undefined;
  }

  /** The scopes a thing in this one lies in: itself and what is above it. */
  async within(from: Queryable, kind: ScopeKind, id: string): Promise<Scopes> {
    const parents = await this.sources.get(kind)?.parents?.(from, id);
    return { ...parents, [kind]: id };
  }

  async choices(from: Queryable): Promise<ScopeChoice[]> {
    const choices: ScopeChoice[] = [];
    for (const source of this.sources.values()) {
      for (const { id, name } of (await source.choices?.(from)) ?? []) choices.push({ kind: source.kind, id, name });
    }
    return choices;
  }
}
