/**
 * AuditScopes: which events of a kind of thing somebody may not read, whatever their role: what a conflict of interest
 * closes to them on every other page. The features the things belong to say so when they start.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';

/** A condition on the thing whose id the SQL gives: true for what this actor may read of. */
export type AuditScope = (actor: Actor, id: Sql) => Sql;

@Injectable()
export class AuditScopes {
  private readonly scopes = new Map<string, AuditScope>();

  register(subjectType: string, scope: AuditScope): void {
    this.scopes.set(subjectType, scope);
  }

  /** On the event `e`. */
  condition(actor: Actor): Sql {
    return this.ofThing(actor, rawSql('e.subject_type'), rawSql('e.subject_id::uuid'));
  }

  /** The same for what belongs to another thing, such as a letter to its award: by the scope of that; `except` is its own. */
  ofThing(actor: Actor, type: Sql, id: Sql, except?: string): Sql {
    const cases = [...this.scopes]
      .filter(([each]) => each !== except)
      .map(([each, scope]) => sql`when ${each} then ${scope(actor, id)}`);
    return cases.length === 0 ? rawSql('true') : sql`case ${type} ${joinSql(cases, ' ')} else true end`;
  }
}
