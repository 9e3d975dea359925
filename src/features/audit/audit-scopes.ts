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
    if (this.scopes.size === 0) return rawSql('true');
    const id = rawSql('e.subject_id::uuid');
    const cases = [...this.scopes].map(([type, scope]) => sql`when ${type} then ${scope(actor, id)}`);
    return sql`case e.subject_type ${joinSql(cases, ' ')} else true end`;
  }
}
