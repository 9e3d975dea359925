/**
 * ConversationSubjects: the things one can write about. Later features register theirs at start: who sees which, from
 * which side, and who of the agency is told. This feature imports none of them.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Policy, SubjectColumns } from '../../kernel/policy.js';
import { conditionSql, joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { MemberRole } from '../organizations/index.js';
import type { Side } from './conversation.entity.js';

export interface ConversationSubject {
  /** Where its page is, in front of the id: `/applications`. */
  readonly path: string;
  /** Those of the organization who are told. */
  readonly organizationRoles: readonly MemberRole[];
  /**
   * Selects `id`, `side`, `title`, `organization_id`, `fund_id` and `round_id` of what this actor sees, once for each side
   * they see it from. Conflicts of interest are looked at here. The system sees everything as the agency.
   */
  visible(actor: Actor): Sql;
  /** Selects the ids of the persons of the agency who are told of what an organization writes about this thing. */
  agencyPeople(id: string): Sql;
}

/** One thing as somebody sees it who may read what is written about it. */
export interface SeenSubject {
  readonly type: string;
  readonly id: string;
  readonly side: Side;
  readonly title: string;
  readonly path: string;
  readonly organizationId: string;
  readonly organizationName: string;
}

const OUTSIDE_ROLES: readonly string[] = ['applicant', 'participant'];
const SEEN_COLUMNS: SubjectColumns = {
  scopes: { fund: 'v.fund_id', round: 'v.round_id', organization: 'v.organization_id' },
};

/** The actor with only what they hold on one side. */
export function onSide(actor: Actor, side: Side): Actor {
  if (actor.kind !== 'person') return actor;
  const isOutside = side === 'organization';
  return { ...actor, grants: actor.grants.filter((grant) => OUTSIDE_ROLES.includes(grant.role) === isOutside) };
}

@Injectable()
export class ConversationSubjects {
  private readonly subjects = new Map<string, ConversationSubject>();

  /** `type` is the one that audit and history spell it with. */
  register(type: string, subject: ConversationSubject): void {
    if (this.subjects.has(type)) throw new Error(`Conversation subject ${type} is registered twice`);
    this.subjects.set(type, subject);
  }

  get(type: string): ConversationSubject {
    const subject = this.subjects.get(type);
    if (subject === undefined) throw new Error(`Conversation subject ${type} is not registered`);
    return subject;
  }

  /** The type of the things whose pages begin with this word: `applications`. */
  typeAt(word: string): string {
    for (const [type, { path }] of this.subjects) if (path === `/${word}`) return type;
    throw new Error(`No conversation subject has its pages at ${word}`);
  }

  types(): readonly string[] {
    return [...this.subjects.keys()];
  }

  pathOf(type: string, id: string): string {
    return `${this.get(type).path}/${id}`;
  }

  /** The thing, if this actor sees it and has this permission on that side. Who helps an organization is the agency. */
  async find(
    from: Queryable,
    policy: Policy,
    actor: Actor,
    { type, id, permission }: { type: string; id: string; permission: string },
  ): Promise<SeenSubject | undefined> {
    const [row] = await from.query<Omit<SeenSubject, 'type' | 'path'>>(sql`
      select v.id, v.side, v.title, v.organization_id as "organizationId", o.name as "organizationName"
      from (${this.get(type).visible(actor)}) v join organizations o on o.id = v.organization_id
      where v.id = ${id} and ${this.may(policy, actor, permission)} order by v.side limit 1`);
    return row === undefined ? undefined : { type, ...row, path: this.pathOf(type, id) };
  }

  /**
   * Selects `type`, `path`, `id`, `side`, `title` and `organization_id` of everything this actor may do this to, over all
   * kinds of things: to join conversations to.
   */
  all(policy: Policy, actor: Actor, permission: string): Sql {
    const may = this.may(policy, actor, permission);
    const parts = [...this.subjects].map(
      ([type, subject]) => sql`select ${type}::text as type, ${subject.path}::text as path, v.id, v.side, v.title,
        v.organization_id from (${subject.visible(actor)}) v where ${may}`,
    );
    return joinSql(parts, ' union all ');
  }

  private may(policy: Policy, actor: Actor, permission: string): Sql {
    const on = (side: Side): Sql => conditionSql(policy.filter(onSide(actor, side), permission, SEEN_COLUMNS));
    if (actor.kind === 'public') return rawSql('false');
    return sql`((v.side = 'agency' and ${on('agency')}) or (v.side = 'organization' and ${on('organization')}))`;
  }
}
