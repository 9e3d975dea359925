/** AwardNews: what is mailed about an award to those who sign and work with it. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import type { Award } from './award.entity.js';

interface Addressee {
  readonly name: string;
  readonly address: string;
}

@Injectable()
export class AwardNews {
  constructor(private readonly mailer: Mailer) {}

  /** To the recipient's signatories: what is offered, and by when to sign. */
  async offered(work: Work, award: Award): Promise<void> {
    for (const { name, address } of await addressees(work, award, ['signatory'])) {
      await this.mailer.send(work, {
        to: address,
        about: { type: 'award', id: award.id },
        subjectKey: 'award.mail.offered',
        params: { amount: award.amount, title: award.title },
        template: 'mail/award-offered',
        view: { name, ...said(work, award) },
      });
    }
  }

  /** To everybody who acts for the recipient: both sides signed, the work can begin. */
  async inForce(work: Work, award: Award): Promise<void> {
    for (const { name, address } of await addressees(work, award, ['signatory', 'owner', 'finance'])) {
      await this.mailer.send(work, {
        to: address,
        about: { type: 'award', id: award.id },
        subjectKey: 'award.mail.in_force',
        params: { title: award.title },
        template: 'mail/award-in-force',
        view: { name, ...said(work, award) },
      });
    }
  }
}

function said(work: Work, award: Award): Record<string, string> {
  const date = (day: string | null): string => (day === null ? '' : work.calendar.formatDate(day, 'full'));
  return {
    number: award.number,
    title: award.title,
    amount: award.amount.format(),
    startsOn: date(award.startsOn),
    endsOn: date(award.endsOn),
    acceptBy: date(award.acceptBy),
    path: `/awards/${award.id}`,
  };
}

/** One mail to each person, at the address they were first known by. */
async function addressees(work: Work, award: Award, roles: readonly string[]): Promise<Addressee[]> {
  return work.query<Addressee>(sql`
    select distinct on (p.id) p.name, i.value as address
    from organization_members m join persons p on p.id = m.person_id
      join identifiers i on i.person_id = p.id and i.kind = 'address'
    where m.organization_id = ${award.organizationId} and m.role = any(${[...roles]}::text[]) and m.ended_at is null
    order by p.id, i.created_at, i.id`);
}
