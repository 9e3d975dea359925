/**
 * MailScopes: which mails somebody may not read among all that were sent, whatever their role: those about what a conflict
 * of interest closes to them on every other page. A mail says in words what it is about; the features the things belong to
 * give the words.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';

/** Ids, numbers and titles of what is closed to this actor; rather too many mails are hidden than one too few. */
export type ClosedWords = (actor: Actor) => Promise<readonly string[]>;

/** A shorter word stands in any mail. */
const LEAST_CHARACTERS = 4;

@Injectable()
export class MailScopes {
  private readonly sources: ClosedWords[] = [];

  register(source: ClosedWords): void {
    this.sources.push(source);
  }

  /** On the mail `m`. */
  async condition(actor: Actor): Promise<Sql> {
    const words = new Set((await Promise.all(this.sources.map((source) => source(actor)))).flat());
    const patterns = [...words]
      .filter((word) => word.trim().length >= LEAST_CHARACTERS)
      .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
    if (patterns.length === 0) return rawSql('true');
    return sql`not (m.subject ilike any(${patterns}::text[]) or m.body ilike any(${patterns}::text[]))`;
  }
}
