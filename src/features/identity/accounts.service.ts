/** Accounts: closing one at once, and opening it again. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { closedEffect } from './account.effects.js';
import { Account } from './account.entity.js';
import { requireAnotherAdministrator } from './standing.js';

@Injectable()
export class Accounts {
  constructor(private readonly db: Database) {}

  /** Closes the account at once: whoever is signed in with it is out. */
  async disable(actor: Actor, personId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'account.disable');
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('account.own_disable');
      const row = await this.lockOf(work, personId);
      if (row.disabledAt !== null) throw conflict('account.already_disabled');
      await requireAnotherAdministrator(work, personId);
      await work.update(Account, row, { disabledAt: work.now });
      await work.apply([closedEffect(personId, row.id)]);
      work.audit({ action: 'account.disabled', subjectType: 'person', subjectId: personId, note });
      return { id: personId };
    });
  }

  async enable(actor: Actor, personId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'account.enable');
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('account.own_enable');
      const row = await this.lockOf(work, personId);
      if (row.disabledAt === null) throw conflict('account.not_disabled');
      await work.update(Account, row, { disabledAt: null });
      work.audit({ action: 'account.enabled', subjectType: 'person', subjectId: personId, note });
      return { id: personId };
    });
  }

  private async lockOf(work: Work, personId: string): Promise<Account> {
    const [row] = await work.query<{ id: string }>(sql`select id from accounts where person_id = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    return work.lockOne(Account, row.id);
  }
}

/** 403 for what this actor's roles do not include. */
export function requirePermission(work: Work, permission: string): void {
  if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
}
