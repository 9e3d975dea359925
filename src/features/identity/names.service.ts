/** Names: putting a person's name right, by themselves or by an administrator. What was signed under the old one stays. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { requirePermission } from './accounts.service.js';
import { grantOpen } from './grants.js';
import type { CorrectedNameInput, OwnNameInput } from './people.input.js';
import { Person } from './person.entity.js';

@Injectable()
export class Names {
  constructor(private readonly db: Database) {}

  /** Of somebody else, by an administrator, who says why. */
  async correct(actor: Actor, personId: string, { name, reason }: CorrectedNameInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'person.correct_name');
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('person.own_name');
      await this.rename(work, personId, name, reason);
      return { id: personId };
    });
  }

  /** One's own. Who acts for the agency is known to others by their name: an administrator puts theirs right. */
  async correctOwn(actor: Actor, { name }: OwnNameInput): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw unauthenticated('session.required');
    const { personId } = actor;
    return this.db.work(actor, async (work) => {
      if (!(await this.isOwnToCorrect(work, personId))) throw forbidden('person.name_by_administrator');
      await this.rename(work, personId, name);
      return { id: personId };
    });
  }

  /** Whether somebody puts their own name right. */
  mayCorrectOwn(personId: string): Promise<boolean> {
    return this.isOwnToCorrect(this.db, personId);
  }

  /** Whoever acts for an organization, or for themselves alone. */
  private async isOwnToCorrect(from: Queryable, personId: string): Promise<boolean> {
    const held = await from.query(sql`
      select 1 from role_grants g where g.person_id = ${personId} and g.role not in ('applicant', 'participant')
        and ${grantOpen('g', this.db.today)} limit 1`);
    return held.length === 0;
  }

  private async rename(work: Work, personId: string, name: string, note?: string): Promise<void> {
    // Whose data was removed has no account any more, and no name to put right.
    const accounts = await work.query(sql`select 1 from accounts where person_id = ${personId}`);
    if (accounts.length === 0) throw notFound('thing.not_found');
    const person = await work.lockOne(Person, personId);
    if (person.name === name) throw invalidField('name', 'person.name_same');
    const before = person.name;
    await work.update(Person, person, { name });
    work.audit({
      ...{ action: 'person.name_corrected', subjectType: 'person', subjectId: personId, note },
      personal: { personId, before: { name: before }, after: { name } },
    });
  }
}
