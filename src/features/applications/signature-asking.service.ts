/** SignatureAsking: whoever wrote an application that is ready has those asked who may sign it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type Limit, Limits } from '../sign-in/index.js';
import { applicationFacts } from './application.machine.js';
import { signersOf, submitBlockers } from './application.rules.js';
import { Applications } from './applications.service.js';
import type { Reader } from './reminder.readers.js';
import { ReminderMails } from './reminder-mails.js';

/** So often may it be asked for one application. */
const AGAIN: Limit = { most: 5, minutes: 24 * 60 };
const ALL = new Intl.ListFormat('en-US', { type: 'conjunction' });

@Injectable()
export class SignatureAsking {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly limits: Limits,
    private readonly mails: ReminderMails,
  ) {}

  async ask(actor: Actor, id: string): Promise<{ id: string; names: string }> {
    // Who may not see it uses nothing up.
    await this.applications.get(actor, id);
    if (!(await this.limits.fits(`signature:${id}`, AGAIN))) {
      throw conflict('application.signature_asked_often', { params: { most: AGAIN.most } });
    }
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      const facts = (await applicationFacts(work, [application], work)).get(id);
      const blockers = facts === undefined ? [] : submitBlockers(facts);
      if (blockers.length > 0) throw conflict('application.not_ready_to_sign', { blockers });
      const asker = actor.kind === 'person' ? actor.personId : null;
      const signers = facts === undefined ? [] : signersOf(facts).filter((each) => each !== asker);
      const readers = await reached(work, signers);
      if (readers.length === 0) throw conflict('application.nobody_to_sign');
      await this.mails.askToSign(work, id, readers);
      work.audit({ action: 'application.asked_to_sign', subjectType: 'application', subjectId: id });
      return { id, names: ALL.format(readers.map(({ name }) => name)) };
    });
  }
}

async function reached(work: Work, personIds: readonly string[]): Promise<Reader[]> {
  return work.query<Reader>(sql`
    select distinct on (p.id) i.value as address, p.name
    from persons p join identifiers i on i.person_id = p.id and i.kind = 'address'
    where p.id = any(${[...personIds]}::uuid[]) order by p.id, i.created_at`);
}
