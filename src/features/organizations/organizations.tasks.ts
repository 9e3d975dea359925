/** What waits for somebody about organizations: people who ask to join, papers that end, checks that run out. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { ExclusionChecks } from './exclusion-checks.service.js';

const MOST = 20;
const PAPER_DAYS = 30;

@Injectable()
export class OrganizationsTasks extends TaskSource {
  override readonly permissions = [
    'organization_claim.approve',
    'organization_document.add',
    'exclusion_check.record',
    'organization.register',
  ];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly checks: ExclusionChecks,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const all = await Promise.all([this.beginning(actor), this.claims(actor), this.papers(actor), this.due(actor)]);
    return all.flat();
  }

  /** Whoever has no role at all came to bring an organization, or to join one. */
  private async beginning(actor: PersonActor): Promise<Task[]> {
    if (actor.grants.length > 0 || (actor.withheld ?? []).length > 0) return [];
    const [asked] = await this.db.queryOften<{ name: string }>(sql`
      select o.name from organization_claims c join organizations o on o.id = c.organization_id
      where c.person_id = ${actor.personId} and c.state = 'asked' order by c.created_at limit 1`);
    if (asked !== undefined) {
      const { name } = asked;
      return [this.task('asked', '/organization-claims', { name })];
    }
    return [this.task('register', '/organizations/register', {})];
  }

  /** Of organizations the actor owns; of those without an owner for staff. */
  private async claims(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'organization_claim.approve')) return [];
    const isStaff = this.policy.can(actor, 'organization_claim.approve', {});
    const rows = await this.db.queryOften<{ id: string; person: string; name: string }>(sql`
      select c.id, p.name as person, o.name from organization_claims c
      join persons p on p.id = c.person_id join organizations o on o.id = c.organization_id
      where c.state = 'asked' and c.person_id <> ${actor.personId} and (
        exists (select from organization_members m where m.organization_id = c.organization_id
          and m.person_id = ${actor.personId} and m.role = 'owner' and m.ended_at is null)
        or (${isStaff} and not exists (select from organization_members m where m.organization_id = c.organization_id
          and m.role = 'owner' and m.ended_at is null)))
      order by c.created_at, c.id limit ${MOST}`);
    return rows.map(({ id, person, name }) => this.task('claim', `/organization-claims/${id}`, { person, name }));
  }

  private async papers(actor: PersonActor): Promise<Task[]> {
    if (!actor.grants.some(({ role }) => role === 'applicant')) return [];
    const until = this.db.currentCalendar.addDays(this.db.today, PAPER_DAYS);
    const rows = await this.db.queryOften<{
      organizationId: string;
      id: string;
      name: string;
      kind: string;
      expiresOn: string;
    }>(sql`
      select distinct o.id as "organizationId", d.id, o.name, d.kind, d.expires_on as "expiresOn"
      from organization_documents d join organizations own on own.id = d.organization_id
      join organizations o on o.id = coalesce(own.merged_into_id, own.id)
      join organization_members m on m.organization_id = o.id and m.person_id = ${actor.personId}
        and m.role in ('owner', 'finance') and m.ended_at is null
      where d.replaced_by_id is null and d.expires_on <= ${until}
      order by d.expires_on, d.id limit ${MOST}`);
    return rows.map(({ organizationId, id, name, kind, expiresOn }) => {
      const paper = this.texts.t(`organization_document.field.kind.${kind}`);
      const href = `/organizations/${organizationId}/add-document?replaces=${id}`;
      return { dueOn: expiresOn, ...this.task('paper', href, { name, paper }) };
    });
  }

  private async due(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'exclusion_check.record')) return [];
    const due = await this.checks.due(this.db.often);
    return due.slice(0, MOST).map(({ organizationId, name, dueOn }) => ({
      ...(dueOn !== null && { dueOn }),
      ...this.task('check', `/organizations/${organizationId}/record-exclusion-check`, { name }),
    }));
  }

  private task(kind: string, href: string, params: Readonly<Record<string, unknown>>): Task {
    return {
      title: this.texts.t(`task.organization.${kind}`, params),
      text: this.texts.t(`task.organization.${kind}.text`, params),
      href,
      button: this.texts.t(`task.organization.${kind}.button`),
    };
  }
}
