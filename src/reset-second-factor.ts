/** resetSecondFactor: the command on the server for the day when no two administrators are left who could do it. */
import type { INestApplicationContext } from '@nestjs/common';
import { normalizeAddress } from './features/identity/index.js';
import { SecondFactorSetUp, Sessions } from './features/sign-in/index.js';
import { systemActor } from './kernel/actor.js';
import { invalidField } from './kernel/errors.js';
import { Database } from './platform/database/database.js';
import { sql } from './platform/database/sql.js';

/** Takes the second step of everybody with this address off who set one up; gives their names. They are told by mail. */
export async function resetSecondFactor(app: INestApplicationContext, address: string): Promise<string[]> {
  const [db, setUp, sessions] = [app.get(Database), app.get(SecondFactorSetUp), app.get(Sessions)];
  return db.work(systemActor('command'), async (work) => {
    const holders = await work.query<{ accountId: string; personId: string; name: string }>(sql`
      select a.id as "accountId", p.id as "personId", p.name
      from identifiers i join persons p on p.id = i.person_id join accounts a on a.person_id = p.id
      join second_factors f on f.account_id = a.id and f.ended_at is null and f.confirmed_at is not null
      where i.kind = 'address' and i.value = ${normalizeAddress(address)} order by a.id`);
    if (holders.length === 0) throw invalidField('email', 'second_factor.not_set_up');
    for (const { accountId, personId } of holders) {
      await setUp.end(work, accountId, 'reset');
      await sessions.endAll(work, accountId, 'second_factor_reset');
      work.audit({ action: 'second_factor.reset', subjectType: 'person', subjectId: personId });
      await setUp.tell(work, personId, 'reset_by_command');
    }
    return holders.map(({ name }) => name);
  });
}
