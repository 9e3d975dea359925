/** The organizations somebody acts for, on their home page: the way to colleagues and papers. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { Texts } from '../../platform/texts/texts.js';
import type { MemberRole } from './organization.entity.js';

const MOST_SHOWN = 5;

@Injectable()
export class OrganizationsPanels extends HomePanelSource {
  override readonly permissions = ['application.create'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const mine = conditionSql(this.policy.filter(actor, 'application.create', { scopes: { organization: 'o.id' } }));
    const own = await this.db.queryOften<{ id: string; name: string; roles: MemberRole[] }>(sql`
      select o.id, o.name, array_agg(m.role order by m.role) as roles
      from organization_members m join organizations o on o.id = m.organization_id
      where m.person_id = ${actor.personId} and m.ended_at is null and ${mine}
      group by o.id, o.name order by lower(o.name), o.id limit ${MOST_SHOWN}`);
    if (own.length === 0) return [];
    const items = own.map(({ id, name, roles }) => ({
      title: name,
      href: `/organizations/${id}`,
      note: roles.map((role) => this.texts.t(`organization_member.field.role.${role}`)).join(', '),
    }));
    return [
      {
        place: 'aside',
        head: { title: this.texts.t('organization.panel', { count: own.length }) },
        listed: { items },
      },
    ];
  }
}
