/** administratorLink: a link shown on the server, with which an administrator chooses a passphrase and gets in. */
import type { INestApplicationContext } from '@nestjs/common';
import { grantInForce, normalizeAddress } from './features/identity/index.js';
import { Administrators, type PrintedLink } from './features/sign-in/index.js';
import { systemActor } from './kernel/actor.js';
import { invalidField } from './kernel/errors.js';
import { Database } from './platform/database/database.js';
import { sql } from './platform/database/sql.js';

export interface AdministratorLink extends PrintedLink {
  readonly name: string;
  readonly address: string;
}

/**
 * For the administrator with this address, or the only one there is. Whoever may run it can read the database anyway; it
 * is audited, takes no second step off, and a passphrase that changes by it is told by mail.
 */
export async function administratorLink(app: INestApplicationContext, email?: string): Promise<AdministratorLink> {
  const wanted = email === undefined ? null : normalizeAddress(email);
  return app.get(Database).work(systemActor('server'), async (work) => {
    const found = await work.query<{ personId: string; name: string; address: string }>(sql`
      select p.id as "personId", p.name, i.value as address from persons p
      join accounts a on a.person_id = p.id and a.disabled_at is null
      join lateral (select value from identifiers where person_id = p.id and kind = 'address'
        and (${wanted}::text is null or value = ${wanted}) order by created_at, id limit 1) i on true
      where exists (select from role_grants g
        where g.person_id = p.id and g.role = 'administrator' and ${grantInForce('g', work.today)})
      order by p.created_at, p.id limit 2`);
    const [one, second] = found;
    if (one === undefined) throw invalidField('email', 'administrator.none_such');
    if (second !== undefined) throw invalidField('email', 'administrator.which');
    const link = await app.get(Administrators).printLink(work, one.personId, one.address);
    return { ...link, name: one.name, address: one.address };
  });
}
