/** Identifiers: how a person is reached by mail, and the order in which those who share an address are looked at. */
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';

/** Whom a mail greets, and where it goes. */
export interface Contact {
  readonly name: string;
  readonly address: string;
}

/** The address a person was first known by, as an expression; null without one. `personId` is an expression too. */
export function firstAddress(personId: Sql): Sql {
  return sql`(select i.value from identifiers i where i.person_id = ${personId} and i.kind = 'address'
    order by i.created_at, i.id limit 1)`;
}

/** One contact for each of these persons who has an address; `persons` selects their ids. */
export function contactsOf(from: Queryable, persons: Sql): Promise<Contact[]> {
  return from.query<Contact>(sql`
    select p.name, p.address from (select id, name, ${firstAddress(sql`persons.id`)} as address from persons
      where id in (${persons})) p
    where p.address is not null order by p.id`);
}

/** The same for one; undefined for a person without an address. */
export async function contactOf(from: Queryable, personId: string): Promise<Contact | undefined> {
  const [contact] = await contactsOf(from, sql`${personId}::uuid`);
  return contact;
}

/** Whoever finds or adds somebody by this address or number does it one after another, so that nobody is added twice. */
export async function lockIdentifier(work: Work, value: string): Promise<void> {
  await work.query(sql`select pg_advisory_xact_lock(hashtext(${`identifier:${value}`}))`);
}
