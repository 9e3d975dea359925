/**
 * MailScopes: which mails somebody may not read among all that were sent, whatever their role: those about what a conflict
 * of interest closes to them on every other page. A mail says which thing it is about; the features the things belong to
 * say what is closed.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';

/** The condition under which the thing with this id, an SQL expression, is closed to this actor. */
export type ClosedTo = (actor: Actor, id: Sql) => Sql;

@Injectable()
export class MailScopes {
  private readonly closed = new Map<string, ClosedTo>();

  register(type: string, closedTo: ClosedTo): void {
    this.closed.set(type, closedTo);
  }

  /** On the mail `m`. */
  condition(actor: Actor): Sql {
    const conditions = [...this.closed].map(
      ([type, closedTo]) => sql`(m.about_type = ${type} and ${closedTo(actor, rawSql('m.about_id'))})`,
    );
    // Most mails are about nothing that is closed to anybody.
    return conditions.length === 0 ? rawSql('true') : sql`(m.about_id is null or not (${joinSql(conditions, ' or ')}))`;
  }
}
