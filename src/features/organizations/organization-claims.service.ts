/** OrganizationClaims: asking to act for an organization that is there already, and answering. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type ActionAnswer, Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { OrganizationClaim } from './organization-claim.entity.js';
import { type ClaimFacts, organizationClaimLifecycle } from './organization-claim.lifecycle.js';
import { leftOf, ofFamily } from './organization-family.js';
import { type MemberRole, Organization } from './organization.entity.js';
import { memberRoles, OrganizationMembers } from './organization-members.service.js';
import { OrganizationNews } from './organization-news.js';
import { requirePerson } from './organization-registration.service.js';
import { organizationSubject } from './organizations.service.js';
import type { ApproveClaimInput, OrganizationClaimInput } from './registration.input.js';

export interface ClaimLine {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly organizationCity: string | null;
  readonly personId: string;
  readonly personName: string;
  readonly message: string | null;
  readonly askedAt: Date;
}

const LINE = sql`c.id, c.state, c.version, c.organization_id as "organizationId", o.name as "organizationName",
  o.city as "organizationCity", c.person_id as "personId", p.name as "personName", c.message,
  c.created_at as "askedAt"`;
const FROM = sql`organization_claims c join organizations o on o.id = c.organization_id
  join persons p on p.id = c.person_id`;
const NONE: ListPage<ClaimLine> = { items: [], next: null, count: 0, sort: 'askedAt' };
/** So many may wait of one person: whoever asks everywhere belongs nowhere. */
const MOST_OPEN = 5;

@Injectable()
export class OrganizationClaims {
  readonly machine: Stateful<OrganizationClaim, ClaimFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly members: OrganizationMembers,
    private readonly news: OrganizationNews,
  ) {
    this.machine = new Stateful<OrganizationClaim, ClaimFacts>({
      entity: OrganizationClaim,
      lifecycle: organizationClaimLifecycle as never,
      // Everybody may ask, and looks at their own; whose claim it is, `of` has looked at before.
      readPermission: 'organization_claim.ask',
      subjectOf: ({ organizationId, personId }) => ({ ...organizationSubject(organizationId), personId }),
      facts: claimFacts,
    });
  }

  /** Asks to act for an organization. Who asks is told its name and city and nothing else. */
  async ask(actor: Actor, organizationId: string, input: OrganizationClaimInput): Promise<{ id: string }> {
    const { personId } = requirePerson(actor);
    return this.naming(() =>
      this.db.work(actor, async (work) => {
        const organization = await work.lockOne(Organization, await leftOf(work, organizationId));
        if ((await memberRoles(work, personId, organization.id)).length > 0) {
          throw conflict('organization_claim.member_already');
        }
        await this.requireFew(work, personId);
        const claim = await work.insertOne(OrganizationClaim, {
          organizationId: organization.id,
          personId,
          message: input.message ?? null,
          state: 'asked',
          ...{ roles: null, decidedBy: null, decidedAt: null },
        });
        await this.machine.begin(work, [claim], 'ask');
        await this.news.asked(work, claim, organization.name);
        return { id: claim.id };
      }),
    );
  }

  async approve(actor: Actor, id: string, input: ApproveClaimInput): Promise<{ id: string }> {
    if (input.roles.length === 0) throw invalidField('roles', 'organization_member.no_roles');
    return this.decide(actor, id, 'approve', input, input.roles);
  }

  async deny(actor: Actor, id: string, input: StepInput): Promise<{ id: string }> {
    return this.decide(actor, id, 'deny', input);
  }

  async withdraw(actor: Actor, id: string, input: StepInput): Promise<{ id: string }> {
    return this.decide(actor, id, 'withdraw', input);
  }

  /** One request, for who asked and for those who see the requests of its organization; 404 for all others. */
  async get(actor: Actor, id: string): Promise<ClaimLine & { readonly actions: readonly ActionAnswer[] }> {
    const line = await this.db.find<ClaimLine>(sql`select ${LINE} from ${FROM} where c.id = ${id}`);
    if (line === undefined || !this.sees(actor, line)) throw notFound('thing.not_found');
    const actions = await this.machine.actions(this.policy, this.db, actor, {
      ...line,
      createdAt: line.askedAt,
    } as never);
    // Whoever may not withdraw it is not told that somebody else could.
    const isOwn = actor.kind === 'person' && actor.personId === line.personId;
    return { ...line, actions: actions.filter(({ name }) => (name === 'withdraw') === isOwn) };
  }

  /** What this actor asked for, the latest first. */
  async own(actor: Actor, query: ListQuery): Promise<ListPage<ClaimLine>> {
    if (actor.kind !== 'person') return NONE;
    return this.page(query, '-askedAt', [sql`c.person_id = ${actor.personId}`]);
  }

  /** What waits for an answer and this actor sees: all for staff, those of their own organizations for members. */
  async waiting(actor: Actor, query: ListQuery, organizationId?: string): Promise<ListPage<ClaimLine>> {
    const may = this.policy.filter(actor, 'organization_claim.read', { scopes: { organization: 'c.organization_id' } });
    const where = [sql`c.state = 'asked'`, conditionSql(may)];
    if (organizationId !== undefined) where.push(ofFamily(sql`c.organization_id`, organizationId));
    return this.page(query, 'askedAt', where);
  }

  /** Name and city of one that somebody would ask to join. */
  async candidate(id: string): Promise<{ id: string; name: string; city: string | null }> {
    const left = await leftOf(this.db, id);
    const row = await this.db.find<{ id: string; name: string; city: string | null }>(
      sql`select id, name, city from organizations where id = ${left}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  private async page(query: ListQuery, defaultSort: string, where: readonly Sql[]): Promise<ListPage<ClaimLine>> {
    const sorts = { askedAt: { expression: 'c.created_at', type: 'timestamptz' } } as const;
    return readList<ClaimLine>(this.db, { columns: LINE, from: FROM, where, sorts, defaultSort, id: 'c.id' }, query);
  }

  private sees(actor: Actor, { organizationId, personId }: ClaimLine): boolean {
    if (actor.kind === 'person' && actor.personId === personId) return true;
    return this.policy.can(actor, 'organization_claim.read', organizationSubject(organizationId));
  }

  private async decide(
    actor: Actor,
    id: string,
    action: 'approve' | 'deny' | 'withdraw',
    { note, version }: StepInput,
    roles?: MemberRole[],
  ): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const [line] = await work.query<ClaimLine>(sql`select ${LINE} from ${FROM} where c.id = ${id}`);
      if (line === undefined || !this.sees(actor, line)) throw notFound('thing.not_found');
      const left = await leftOf(work, line.organizationId);
      await work.lockOne(Organization, left);
      const decidedBy = actor.kind === 'person' && action !== 'withdraw' ? actor.personId : null;
      const changes = { decidedBy, decidedAt: work.now, ...(roles !== undefined && { roles }) };
      const [claim] = await this.machine.transition(work, {
        ...{ action, ids: [id], note, expectedVersion: version, changes },
      });
      if (roles !== undefined) await this.members.join(work, left, line.personId, roles, work.today);
      if (claim !== undefined && action !== 'withdraw') {
        await this.news.decided(work, claim, line.organizationName, action === 'approve', note);
      }
      return { id };
    });
  }

  private async requireFew(work: Work, personId: string): Promise<void> {
    const open = await work.query(sql`
      select 1 from organization_claims where person_id = ${personId} and state = 'asked' limit ${MOST_OPEN}`);
    if (open.length >= MOST_OPEN) throw conflict('organization_claim.many_open', { params: { most: MOST_OPEN } });
  }

  private async naming<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (violatedConstraint(error) === 'organization_claims_asked_key')
        throw conflict('organization_claim.asked_already');
      throw error;
    }
  }
}

async function claimFacts(
  from: Queryable,
  rows: readonly OrganizationClaim[],
): Promise<ReadonlyMap<string, ClaimFacts>> {
  const ids = rows.map(({ organizationId }) => organizationId);
  const members = await from.query<{ organizationId: string; personId: string; role: MemberRole }>(sql`
    select organization_id as "organizationId", person_id as "personId", role from organization_members
    where organization_id = any(${ids}::uuid[]) and ended_at is null`);
  return new Map(
    rows.map(({ id, organizationId, personId }) => {
      const own = members.filter((each) => each.organizationId === organizationId);
      const owners = own.filter(({ role }) => role === 'owner').map((each) => each.personId);
      return [id, { askedBy: personId, owners, members: own.map((each) => each.personId) }];
    }),
  );
}
