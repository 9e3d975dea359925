/** DisbursementNews: tells those who asked for money by mail what became of it. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';

interface Told {
  readonly id: string;
  readonly number: number;
  readonly cents: string;
  readonly awardTitle: string;
  readonly name: string;
  readonly address: string;
}

/** What the recipient is told of; the rest they did themselves or see on their pages. */
const NEWS = new Set(['return', 'reject', 'approve_finance', 'pay', 'reopen', 'cancel']);

@Injectable()
export class DisbursementNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
  ) {}

  /** Writes one mail to whoever wrote and certified each of these requests. */
  async tell(work: Work, action: string, ids: readonly string[], note?: string): Promise<void> {
    if (!NEWS.has(action) || ids.length === 0) return;
    const told = await work.query<Told>(sql`
      select distinct d.id, d.number, d.amount_cents::text as cents, a.title as "awardTitle", p.name, i.value as address
      from disbursements d join awards a on a.id = d.award_id
      join persons p on p.id in (d.requested_by, d.certified_by)
      join identifiers i on i.person_id = p.id and i.kind = 'address'
      where d.id = any(${ids}::uuid[]) order by d.id, i.value`);
    for (const { id, number, cents, awardTitle, name, address } of told) {
      const params = { number, award: awardTitle, amount: Money.ofCents(cents).formatPayment() };
      await this.mailer.send(work, {
        to: address,
        about: { type: 'disbursement', id },
        subjectKey: `disbursement.mail.${action}.subject`,
        params,
        template: 'mail/disbursement',
        view: {
          name,
          text: this.texts.t(`disbursement.mail.${action}`, params),
          note: note?.trim() === '' ? undefined : note,
          path: `/requests/${id}`,
        },
      });
    }
  }
}
