/** What a partner is shown of the application of another: its own part, for as long as the lead means it. */
import { notFound } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { asksBudget } from './answers.reads.js';
import { isMeant, type PartnerLine, partnersOf } from './partner.reads.js';
import { partFingerprint } from './partner.rules.js';
import { sectionsAsking } from './return.reads.js';
import { isPartOpen } from './return.rules.js';

/** All that a partner is shown. */
export interface PartnerAtDoor {
  readonly partnerId: string;
  readonly applicationId: string;
  readonly lead: string;
  readonly title: string;
  readonly roundName: string;
  readonly dueAt: Date;
  /** Once it was sent, how it goes on with it is its lead's to tell. */
  readonly state: 'draft' | 'returned' | 'submitted';
  /** It came back to its lead for a fix elsewhere: the part stays as it was sent, and can be answered all the same. */
  readonly staysAsSent: boolean;
  readonly partner: PartnerLine;
  /** The application asks for a budget, and so for parts of it. */
  readonly asksBudget: boolean;
  readonly part: string;
}

type Row = Omit<PartnerAtDoor, 'partner' | 'part' | 'partnerId' | 'asksBudget' | 'staysAsSent'> & {
  readonly returnedParts: readonly string[] | null;
};

/** While it can be answered. */
export const isOpen = ({ state }: Pick<PartnerAtDoor, 'state'>): boolean => state !== 'submitted';

export async function partnerAtDoor(from: Queryable, partnerId: string, absent: string): Promise<PartnerAtDoor> {
  const found = await findPartnerAtDoor(from, partnerId);
  if (found === undefined) throw notFound(absent);
  return found;
}

export async function findPartnerAtDoor(from: Queryable, partnerId: string): Promise<PartnerAtDoor | undefined> {
  const [row] = await from.query<Row>(sql`
    select a.id as "applicationId", o.name as lead, a.title, r.name as "roundName",
           case when a.state in ('draft', 'returned') then a.state else 'submitted' end as state,
           a.returned_parts as "returnedParts",
           greatest(r.due_at, (select max(e.due_after) from application_extensions e
             where e.application_id = a.id)) as "dueAt"
    from application_partners p join applications a on a.id = p.application_id
      join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id
    where p.id = ${partnerId}`);
  if (row === undefined) return undefined;
  const partner = (await partnersOf(from, [row.applicationId])).find(({ id }) => id === partnerId);
  if (partner === undefined) return undefined;
  const asks = await asksBudget(from, row.applicationId);
  const { returnedParts, ...shown } = row;
  const parts = row.state === 'returned' ? await sectionsAsking(from, row.applicationId, ['partners']) : [];
  const staysAsSent = parts.some((part) => !isPartOpen({ state: row.state, returnedParts }, part));
  return { partnerId, ...shown, partner, asksBudget: asks, staysAsSent, part: partFingerprint(partner) };
}

export async function meansIt(from: Queryable, partnerId: string): Promise<boolean> {
  const found = await from.query(sql`select 1 from application_partners p where p.id = ${partnerId} and ${isMeant}`);
  return found.length > 0;
}

/** The parts that name an organization this person answers for: those to answer, and those that were confirmed and sent. */
export async function partsNaming(
  from: Pick<Queryable, 'query'>,
  personId: string,
  roles: readonly string[],
): Promise<string[]> {
  const rows = await from.query<{ id: string }>(sql`
    select p.id from application_partners p join applications a on a.id = p.application_id
    where p.invited_at is not null and a.state not in ('expired', 'withdrawn')
      and (a.state in ('draft', 'returned') or p.confirmed_at is not null)
      and p.organization_id <> a.organization_id and ${isMeant}
      and exists (select from organization_members m where m.organization_id = p.organization_id
        and m.person_id = ${personId} and m.ended_at is null and m.role = any(${[...roles]}::text[]))
    order by a.state not in ('draft', 'returned'), p.invited_at desc, p.id limit 50`);
  return rows.map(({ id }) => id);
}

/**
 * Parts about which somebody was asked at an address of this person, of a partner that the lead does not know here yet.
 * An application of an organization they belong to is none of these.
 */
export async function partsAskedAt(from: Pick<Queryable, 'query'>, personId: string): Promise<string[]> {
  const rows = await from.query<{ id: string }>(sql`
    select p.id from application_partners p join applications a on a.id = p.application_id
    where p.invited_at is not null and a.state in ('draft', 'returned') and p.declined_at is null and not ${isMeant}
      and p.invited_address in (select i.value from identifiers i
        where i.person_id = ${personId} and i.kind = 'address')
      and not exists (select from organization_members m where m.organization_id = a.organization_id
        and m.person_id = ${personId} and m.ended_at is null)
    order by p.invited_at desc, p.id limit 50`);
  return rows.map(({ id }) => id);
}

/** Organizations this person can answer for that may be this partner: not the lead, and no other partner of it. */
export async function mayBePartner(
  from: Pick<Queryable, 'query'>,
  partnerId: string,
  personId: string,
  roles: readonly string[],
): Promise<{ id: string; name: string }[]> {
  return from.query(sql`
    select o.id, o.name from organizations o
    where o.merged_into_id is null and exists (select from organization_members m where m.organization_id = o.id
        and m.person_id = ${personId} and m.ended_at is null and m.role = any(${[...roles]}::text[]))
      and not exists (select from application_partners p join applications a on a.id = p.application_id
        where p.id = ${partnerId} and a.organization_id = o.id)
      and not exists (select from application_partners p join application_partners other
          on other.application_id = p.application_id and other.id <> p.id
        where p.id = ${partnerId} and other.organization_id = o.id)
    order by lower(o.name), o.id limit 20`);
}
