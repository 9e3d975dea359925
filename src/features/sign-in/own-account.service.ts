/** OwnAccount: how a person is reached and gets in, for their own page. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { SecondFactors } from './second-factors.service.js';

export interface Reach {
  readonly addresses: readonly string[];
  readonly telephones: readonly string[];
  readonly hasPassphrase: boolean;
  readonly hasSecondFactor: boolean;
  /** The last day of their card, as a date of the agency; null without one. */
  readonly cardUntil: string | null;
}

@Injectable()
export class OwnAccount {
  constructor(
    private readonly db: Database,
    private readonly secondFactors: SecondFactors,
  ) {}

  async reach(personId: string): Promise<Reach> {
    const { now } = this.db;
    const [row] = await this.db.query<{
      accountId: string;
      addresses: string[];
      telephones: string[];
      hasPassphrase: boolean;
      cardUntil: Date | null;
    }>(sql`
      select a.id as "accountId", a.passphrase_hash is not null as "hasPassphrase",
        array(select value from identifiers where person_id = a.person_id and kind = 'address' order by created_at, id)
          as addresses,
        array(select value from identifiers where person_id = a.person_id and kind = 'telephone' order by created_at, id)
          as telephones,
        (select c.expires_at from entry_cards c where c.person_id = a.person_id and c.revoked_at is null
           and c.expires_at > ${now}) as "cardUntil"
      from accounts a where a.person_id = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    const { accountId, addresses, telephones, hasPassphrase, cardUntil } = row;
    return {
      ...{ addresses, telephones, hasPassphrase },
      hasSecondFactor: await this.secondFactors.isSetUp(this.db, accountId),
      cardUntil: cardUntil === null ? null : this.db.currentCalendar.today(cardUntil),
    };
  }
}
