/** BroadcastTests: sends whoever writes a message to many the mail that its first reader would get. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { Mailer } from '../../platform/mail/mail.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { sql } from '../../platform/database/sql.js';
import { contactsOf } from '../identity/index.js';
import { Broadcast } from './broadcast.entity.js';
import { Broadcasts } from './broadcasts.service.js';

@Injectable()
export class BroadcastTests {
  constructor(
    private readonly db: Database,
    private readonly broadcasts: Broadcasts,
    private readonly mailer: Mailer,
    private readonly agency: AgencyFrame,
  ) {}

  /** To the actor's own address and to nobody else; no conversation is written to. */
  async send(actor: Actor, id: string): Promise<{ id: string; address: string }> {
    if (actor.kind !== 'person') throw forbidden('broadcast.people_only');
    const row = await this.broadcasts.get(actor, id);
    if (row.state !== 'draft') throw conflict('broadcast.sent_already');
    const [example] = (await this.broadcasts.preview(actor, row)).examples;
    if (example === undefined) throw conflict('broadcast.nobody_to_test');
    const { name: agency } = await this.agency.load();
    return this.db.work(actor, async (work) => {
      this.broadcasts.machine.require(work.policy, actor, 'broadcast.send', await work.lockOne(Broadcast, id));
      const [contact] = await contactsOf(work, sql`select ${actor.personId}::uuid`);
      if (contact === undefined) throw conflict('broadcast.no_address');
      const { address, name } = contact;
      await this.mailer.send(work, {
        ...{ to: address, subjectKey: 'mail.broadcast_test.subject', params: { subject: example.title } },
        about: example.applicationId === undefined ? null : { type: 'application', id: example.applicationId },
        template: 'mail/broadcast-test',
        view: { name, agency, to: example.to, body: example.body, expectsAnswer: row.expectsAnswer },
      });
      work.audit({ action: 'broadcast.tested', subjectType: 'broadcast', subjectId: id });
      return { id, address };
    });
  }
}
