/** What waits for administrators about roles: those that another administrator proposed. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy, type Role, type ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { grantOpen } from './grants.js';
import { ScopeDirectory } from './scopes.js';

interface Proposal {
  readonly personId: string;
  readonly name: string;
  readonly giver: string | null;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
}

@Injectable()
export class RolesTasks extends TaskSource {
  override readonly permissions = ['role.confirm'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly scopes: ScopeDirectory,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'role.confirm', {})) return [];
    const rows = await this.db.queryOften<Proposal>(sql`
      select p.id as "personId", p.name, giver.name as giver, g.role, g.scope_kind as "scopeKind",
             g.scope_id as "scopeId"
      from role_grants g join persons p on p.id = g.person_id left join persons giver on giver.id = g.granted_by
      where g.needs_confirmation and g.confirmed_at is null and ${grantOpen('g', this.db.today)}
        and g.person_id <> ${actor.personId} and g.granted_by is distinct from ${actor.personId}::uuid
      order by g.created_at, g.id limit 50`);
    if (rows.length === 0) return [];
    const names = await this.scopes.names(this.db, rows);
    return rows.map((row) => this.task(row, row.scopeId === null ? undefined : names.get(row.scopeId)));
  }

  private task({ personId, name, giver, role, scopeKind }: Proposal, scope: string | undefined): Task {
    const kind = this.texts.t(`scope.${scopeKind}`);
    const where = scope === undefined ? kind : this.texts.t('scope.named', { kind, name: scope });
    const params = { name, role: this.texts.t(`role.${role}`), where, giver: giver ?? '' };
    return {
      title: this.texts.t('task.role.confirm', params),
      text: this.texts.t('task.role.confirm.text', params),
      href: `/people/${personId}#waiting`,
      button: this.texts.t('task.role.confirm.button'),
    };
  }
}
