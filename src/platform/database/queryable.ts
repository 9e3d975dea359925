/** Queryable: what reads are written against, whoever answers them. */
import type { Sql } from './sql.js';

/** Whatever can answer a read: the database's read pool, or a work that must see its own writes. */
export interface Queryable {
  query<T = Record<string, unknown>>(query: Sql): Promise<T[]>;
}
