/**
 * addAdministrator: makes the second administrator from the server, while there are fewer than two. One alone cannot:
 * what an administrator gives another waits for a second one.
 */
import type { INestApplicationContext } from '@nestjs/common';
import { AgencySettings } from './features/agency/index.js';
import {
  accountUsed,
  contactsOf,
  grantInForce,
  lockAdministrators,
  normalizeAddress,
  Roles,
  standingAdministrators,
} from './features/identity/index.js';
import { Administrators, type PrintedLink } from './features/sign-in/index.js';
import { systemActor } from './kernel/actor.js';
import { conflict, invalidField } from './kernel/errors.js';
import { Database } from './platform/database/database.js';
import { sql } from './platform/database/sql.js';
import type { Work } from './platform/database/work.js';
import { Mailer } from './platform/mail/mail.js';

/** With so many, each proposal of one can be confirmed by another. */
const ENOUGH = 2;

export interface NewAdministrator {
  readonly email: string;
  readonly name: string;
}

export interface AddedAdministrator {
  readonly personId: string;
  /** For an account nobody used yet, to be shown once; absent for somebody who signs in as before. */
  readonly link?: PrintedLink;
}

export async function addAdministrator(
  app: INestApplicationContext,
  { email, name }: NewAdministrator,
): Promise<AddedAdministrator> {
  if (!/^[^\s@]+@[^\s@]+$/u.test(email.trim())) throw invalidField('email', 'field.not_an_address');
  return app.get(Database).work(systemActor('server'), async (work) => {
    await lockAdministrators(work);
    const standing = await standingAdministrators(work, work.today);
    if (standing.length + (await expected(work, email)) >= ENOUGH) throw conflict('administrator.enough');
    const account = { email, name, passphrase: { hash: null }, grants: [] };
    const { personId } = await app.get(Administrators).ensureAccount(work, account);
    if (standing.some(({ id }) => id === personId)) throw conflict('administrator.is_one');
    const role = { role: 'administrator', scopeKind: 'agency', scopeId: null } as const;
    // One that was only proposed, or is over, makes room.
    await app.get(Roles, { strict: false }).endHeld(work, personId, role, 'Given anew on the server.');
    const reason = 'Given on the server while there were fewer than two administrators.';
    await app.get(Roles, { strict: false }).add(work, personId, { ...role, reason });
    await tellTheOthers(app, work, personId);
    const used = await work.query(
      sql`select 1 from accounts a where a.person_id = ${personId} and ${accountUsed('a')}`,
    );
    if (used.length > 0) return { personId };
    return { personId, link: await app.get(Administrators).printLink(work, personId, email) };
  });
}

/** How many others were made administrator and hold a link that is still good: they are on their way. */
async function expected(work: Work, email: string): Promise<number> {
  const rows = await work.query(sql`
    select distinct a.person_id from accounts a join mailed_links l on l.person_id = a.person_id
    where a.disabled_at is null and not ${accountUsed('a')} and l.purpose = 'passphrase' and l.address <> ${normalizeAddress(email)}
      and l.used_at is null and l.replaced_at is null and l.expires_at > ${work.now}
      and exists (select from role_grants g
        where g.person_id = a.person_id and g.role = 'administrator' and ${grantInForce('g', work.today)})`);
  return rows.length;
}

/** Whoever is administrator already hears of it, so that nobody becomes one behind their back. */
async function tellTheOthers(app: INestApplicationContext, work: Work, personId: string): Promise<void> {
  const others = await standingAdministrators(work, work.today);
  const { name: agency } = await app.get(AgencySettings, { strict: false }).read(work);
  const [person] = await work.query<{ name: string }>(sql`select name from persons where id = ${personId}`);
  const added = person?.name ?? '';
  const told = others.flatMap(({ id }) => (id === personId ? [] : [id]));
  const contacts = await contactsOf(work, sql`select unnest(${told}::uuid[])`);
  await app.get(Mailer, { strict: false }).sendAll(
    work,
    contacts.map(({ name, address }) => ({
      to: address,
      subjectKey: 'mail.administrator_added.subject',
      params: { agency },
      about: null,
      template: 'mail/administrator-added',
      view: { name, added, agency, personId },
    })),
  );
}
