/** OrganizationRegistration: anybody who is signed in brings their organization, and owns it at once. */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { type Limit, Limits } from '../sign-in/index.js';
import { type Alike, OrganizationsAlike } from './organization-alike.js';
import { BLANK, einColumns } from './organization-columns.js';
import { OrganizationContactInput } from './organization.input.js';
import { OrganizationMembers } from './organization-members.service.js';
import { workDomains } from './organization.rules.js';
import { Organizations } from './organizations.service.js';
import type { AlikeInput, RegistrationInput } from './registration.input.js';

/** So many may one person register in a day: nobody has more, and a machine would. */
const MOST_A_DAY = 5;
/** So often may one person ask what is there: enough for every slip of the thumb, too few to try numbers out. */
const LOOKS: Limit = { most: 40, minutes: 60 };

@Injectable()
export class OrganizationRegistration {
  constructor(
    private readonly db: Database,
    private readonly organizations: Organizations,
    private readonly members: OrganizationMembers,
    private readonly alike: OrganizationsAlike,
    private readonly secrets: Secrets,
    private readonly limits: Limits,
  ) {}

  /** Those it may be: name and city, and nothing else of them. */
  async alikeTo(actor: Actor, input: AlikeInput): Promise<Alike[]> {
    const { personId } = requirePerson(actor);
    await this.limits.take(`alike:${personId}`, LOOKS);
    return this.look(this.db, personId, input);
  }

  /** Registers it; refused with those it may be until the actor says that it is none of them. */
  async register(actor: Actor, input: RegistrationInput): Promise<{ id: string }> {
    const { personId, name } = requirePerson(actor);
    if (input.einAnswer === 'ein' && input.ein === undefined) throw invalidField('ein', 'organization.ein_missing');
    await this.limits.take(`register:${personId}`, LOOKS);
    return this.db.work(actor, async (work) => {
      // One of a person's registrations at a time: a double press must not make two.
      await work.query(sql`select pg_advisory_xact_lock(hashtextextended(${`organization.register:${personId}`}, 0))`);
      await this.requireFew(work, personId);
      const found = await this.look(work, personId, input);
      const isTaken = found.some(({ by }) => by.includes('ein'));
      if (found.length > 0 && (isTaken || input.noneOfThese !== true)) {
        const blockers = found.map(({ name: known, city }) => ({
          code: 'organization.candidate',
          params: { name: known, city: city ?? 'none' },
        }));
        throw conflict(isTaken ? 'organization.ein_registered' : 'organization.likely_there', { blockers });
      }
      const id = newId();
      await this.organizations.record(
        work,
        {
          ...BLANK,
          id,
          name: input.name,
          kind: input.kind,
          city: input.city ?? null,
          einAnswer: input.einAnswer,
          ...einColumns(this.secrets, id, input),
          contactName: name,
          contactTelephone: input.contactTelephone ?? null,
          contactAddress: (await addressesOf(work, personId))[0] ?? null,
          registeredBy: personId,
        },
        new OrganizationContactInput(),
      );
      await this.members.join(work, id, personId, ['owner', ...(input.also ?? [])], work.today);
      return { id };
    });
  }

  private async look(from: Queryable, personId: string, { name, ein }: AlikeInput): Promise<Alike[]> {
    const domains = workDomains(await addressesOf(from, personId));
    const einFingerprint = ein === undefined ? null : this.organizations.einFingerprint(ein);
    return this.alike.find(from, { names: [name], einFingerprint, domains });
  }

  private async requireFew(work: Work, personId: string): Promise<void> {
    const [row] = await work.query<{ count: number }>(sql`
      select count(*)::int as count from organizations
      where registered_by = ${personId} and created_at > ${work.now}::timestamptz - interval '1 day'`);
    if ((row?.count ?? 0) >= MOST_A_DAY)
      throw conflict('organization.registered_many', { params: { most: MOST_A_DAY } });
  }
}

/** Only people register, join and leave; the system does not. */
export function requirePerson(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw forbidden('organization.people_only');
  return actor;
}

/** The addresses somebody signs in with, the oldest first. */
export async function addressesOf(from: Queryable, personId: string): Promise<string[]> {
  const rows = await from.query<{ value: string }>(sql`
    select value from identifiers where person_id = ${personId} and kind = 'address' order by created_at, id`);
  return rows.map(({ value }) => value);
}
