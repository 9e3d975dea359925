/** SeatPeople: finds whom an address serves, or adds somebody new and invites them. */
import { Injectable } from '@nestjs/common';
import { invalidField } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { inviteEffect, lockIdentifier, normalizeAddress, People } from '../identity/index.js';
import type { SeatInput } from './collaborative.input.js';

interface Match {
  readonly personId: string;
  readonly name: string;
}

@Injectable()
export class SeatPeople {
  constructor(private readonly people: People) {}

  async personOf(work: Work, { address, name, personId }: SeatInput): Promise<string> {
    const value = normalizeAddress(address);
    await lockIdentifier(work, value);
    const matches = await work.query<Match>(sql`
      select p.id as "personId", p.name from identifiers i join persons p on p.id = i.person_id
      where i.kind = 'address' and i.value = ${value} order by lower(p.name), p.id`);
    const [only, second] = matches;
    if (only === undefined) return this.added(work, name, value);
    if (personId !== undefined && !matches.some((match) => match.personId === personId)) {
      throw invalidField('personId', 'field.not_found');
    }
    if (personId !== undefined) return personId;
    if (second !== undefined) throw invalidField('personId', 'seat.address_shared');
    return only.personId;
  }

  private async added(work: Work, name: string | undefined, address: string): Promise<string> {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) throw invalidField('address', 'field.not_an_address');
    if (name === undefined) throw invalidField('name', 'seat.name_needed');
    const { personId } = await this.people.add(work, name, address, null);
    await work.apply([inviteEffect(personId)]);
    work.audit({
      action: 'person.created',
      subjectType: 'person',
      subjectId: personId,
      personal: { personId, after: { name } },
    });
    return personId;
  }
}
