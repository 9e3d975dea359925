/**
 * CardNews: tells the facilitator that a card became worthless by wrong PINs, so that they can make another; and a
 * participant who has a mailbox that a card was made, so that nobody makes one for themselves unseen.
 */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import type { EntryCard } from './entry-card.entity.js';

@Injectable()
export class CardNews {
  constructor(private readonly mailer: Mailer) {}

  async issued(work: Work, card: EntryCard): Promise<void> {
    const [holder] = await work.query<{ name: string; address: string; issuer: string | null }>(sql`
      select p.name, i.value as address, f.name as issuer from persons p
      join identifiers i on i.person_id = p.id and i.kind = 'address' left join persons f on f.id = ${card.issuedBy}
      where p.id = ${card.personId} order by i.created_at, i.id limit 1`);
    if (holder === undefined) return;
    await this.mailer.send(work, {
      about: null,
      ...{ to: holder.address, subjectKey: 'mail.card_issued.subject', template: 'mail/card-issued' },
      view: { name: holder.name, issuer: holder.issuer },
    });
  }

  async wornOut(work: Work, card: EntryCard): Promise<void> {
    const [facilitator] = await work.query<{ name: string; address: string; participant: string }>(sql`
      select f.name, i.value as address, p.name as participant from persons f
      join accounts a on a.person_id = f.id and a.disabled_at is null
      join identifiers i on i.person_id = f.id and i.kind = 'address' join persons p on p.id = ${card.personId}
      where f.id = ${card.issuedBy} order by i.created_at, i.id limit 1`);
    if (facilitator === undefined) return;
    const { name, address, participant } = facilitator;
    await this.mailer.send(work, {
      about: null,
      ...{ to: address, subjectKey: 'mail.card_worn_out.subject', template: 'mail/card-worn-out' },
      view: { name, participant, path: '/cards' },
    });
  }
}
