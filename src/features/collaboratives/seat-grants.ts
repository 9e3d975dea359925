/**
 * SeatGrants: keeps the participant's role of identity in step with seats. It is granted with somebody's first seat in
 * a collaborative and ends with the last one.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Roles, ScopeDirectory, type ScopeName } from '../identity/index.js';
import { namesOfCollaboratives } from './collaboratives.service.js';

const REASON = 'Has a seat in the collaborative';
const END_REASON = 'No longer has a seat in the collaborative';

@Injectable()
export class SeatGrants implements OnModuleInit {
  constructor(
    private readonly roles: Roles,
    private readonly scopes: ScopeDirectory,
  ) {}

  /** Tells identity what the collaboratives are called that roles are held in. */
  onModuleInit(): void {
    this.scopes.register({
      kind: 'collaborative',
      names: namesOfCollaboratives,
      choices: (from) =>
        from.query<ScopeName>(sql`select id, name from collaboratives order by lower(name), id limit 200`),
    });
  }

  /** Grants the role unless it is held already. */
  async grant(work: Work, personId: string, collaborativeId: string): Promise<void> {
    const held = await work.query(sql`
      select 1 from role_grants where person_id = ${personId} and role = 'participant'
        and scope_kind = 'collaborative' and scope_id = ${collaborativeId} and ended_at is null
        and (ends_on is null or ends_on >= ${work.today})`);
    if (held.length > 0) return;
    await this.roles.add(work, personId, {
      role: 'participant',
      scopeKind: 'collaborative',
      scopeId: collaborativeId,
      reason: REASON,
    });
  }

  /** Ends the role that a seat gave, once no seat of a year that goes on is left. */
  async endUnlessSeated(work: Work, personId: string, collaborativeId: string): Promise<void> {
    const endedBy = work.actor.kind === 'person' ? work.actor.personId : null;
    const ended = await work.query(sql`
      update role_grants set ended_at = ${work.now}, ended_by = ${endedBy}, end_reason = ${END_REASON},
             version = version + 1
      where person_id = ${personId} and role = 'participant' and scope_kind = 'collaborative'
        and scope_id = ${collaborativeId} and ended_at is null and reason = ${REASON}
        and not exists (select from seats s join teams t on t.id = s.team_id
          join collaborative_years y on y.id = t.year_id
          where s.person_id = ${personId} and s.ended_on is null and y.collaborative_id = ${collaborativeId}
            and y.ends_on >= ${work.today})
      returning id`);
    if (ended.length === 0) return;
    work.audit({
      action: 'role.ended',
      subjectType: 'person',
      subjectId: personId,
      note: END_REASON,
      before: { role: 'participant', scopeKind: 'collaborative', scopeId: collaborativeId },
    });
  }
}
