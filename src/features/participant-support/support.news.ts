/** SupportNews: tells participants by mail what became of their stipends and claims. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';

interface Told {
  readonly id: string;
  readonly cents: string;
  readonly convening: string;
  readonly on: string;
  readonly name: string;
  readonly address: string;
}

@Injectable()
export class SupportNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
  ) {}

  /** One mail for each stipend that was approved, returned by the bank or taken back. */
  async stipends(
    work: Work,
    action: 'approve' | 'void' | 'reopen',
    ids: readonly string[],
    note?: string,
  ): Promise<void> {
    const told = await work.query<Told>(sql`
      select s.id, s.amount_cents::text as cents, v.name as convening, p.name, i.value as address,
             (v.starts_at at time zone ${work.calendar.timeZone})::date::text as on
      from stipends s join convenings v on v.id = s.convening_id join persons p on p.id = s.person_id
      join identifiers i on i.person_id = p.id and i.kind = 'address'
      where s.id = any(${[...ids]}::uuid[]) order by s.id, i.value`);
    await this.send(work, `stipend.mail.${action}`, told, () => '/support', note);
  }

  async claim(
    work: Work,
    action: 'return' | 'deny' | 'approve' | 'reopen' | 'cancel',
    ids: readonly string[],
    note?: string,
  ): Promise<void> {
    const told = await work.query<Told>(sql`
      select c.id, c.amount_cents::text as cents, v.name as convening, p.name, i.value as address,
             (v.starts_at at time zone ${work.calendar.timeZone})::date::text as on
      from childcare_claims c join convenings v on v.id = c.convening_id join persons p on p.id = c.person_id
      join identifiers i on i.person_id = p.id and i.kind = 'address'
      where c.id = any(${[...ids]}::uuid[]) order by c.id, i.value`);
    await this.send(work, `childcare_claim.mail.${action}`, told, (id) => `/support/claims/${id}`, note);
  }

  private async send(
    work: Work,
    key: string,
    told: readonly Told[],
    pathOf: (id: string) => string,
    note?: string,
  ): Promise<void> {
    // Many people hear the same of the same convening.
    const texts = new Map<string, string>();
    const say = (params: Record<string, unknown>): string => {
      const known = JSON.stringify(params);
      const text = texts.get(known) ?? this.texts.t(key, params);
      texts.set(known, text);
      return text;
    };
    await this.mailer.sendAll(
      work,
      told.map(({ id, cents, convening, on, name, address }) => {
        const params = { amount: Money.ofCents(cents).format({ cents: true }), convening, date: on };
        return {
          to: address,
          subjectKey: `${key}.subject`,
          params,
          about: null,
          template: 'mail/participant-support',
          view: {
            name,
            text: say(params),
            note: note?.trim() === '' ? undefined : note,
            path: pathOf(id),
          },
        };
      }),
    );
  }
}
