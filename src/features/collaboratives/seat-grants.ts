/**
 * SeatGrants: keeps the participant's role of identity in step with seats. It is granted with somebody's first seat in
 * a collaborative and runs out after the last one.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { grantOpen, Roles, ScopeDirectory, type ScopeName } from '../identity/index.js';
import { namesOfCollaboratives } from './collaboratives.service.js';

const REASON = 'Has a seat in the collaborative';
/** As long as the longest time that rates may leave for a claim. */
const DAYS_AFTER_THE_LAST_SEAT = 365;

interface RoleEnd {
  readonly personId: string;
  readonly collaborativeId: string;
  readonly endsOn: string | null;
}

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

  /** Grants the role unless it is held already; one that was to end with an earlier seat goes on. */
  async grant(work: Work, personId: string, collaborativeId: string): Promise<void> {
    const held = await work.query<{ ending: boolean }>(sql`
      select ends_on is not null and reason = ${REASON} as ending from role_grants g
      where person_id = ${personId} and role = 'participant' and scope_kind = 'collaborative'
        and scope_id = ${collaborativeId} and ${grantOpen('g', work.today)}`);
    if (held.length === 0) {
      await this.roles.add(work, personId, {
        role: 'participant',
        scopeKind: 'collaborative',
        scopeId: collaborativeId,
        reason: REASON,
      });
    } else if (held.every(({ ending }) => ending)) {
      await this.setEnd(work, { personId, collaborativeId, endsOn: null });
    }
  }

  /**
   * Lets the role that a seat gave run out, once no seat of a year that goes on is left. For a while people still see
   * what they are owed, and can claim childcare for a convening they were at: all that the role shows is their own.
   */
  async endUnlessSeated(work: Work, personId: string, collaborativeId: string): Promise<void> {
    const seated = await work.query(sql`
      select 1 from seats s join teams t on t.id = s.team_id join collaborative_years y on y.id = t.year_id
      where s.person_id = ${personId} and s.ended_on is null and y.collaborative_id = ${collaborativeId}
        and y.ends_on >= ${work.today} limit 1`);
    if (seated.length > 0) return;
    const endsOn = work.calendar.addDays(work.today, DAYS_AFTER_THE_LAST_SEAT);
    await this.setEnd(work, { personId, collaborativeId, endsOn });
  }

  private async setEnd(work: Work, { personId, collaborativeId, endsOn }: RoleEnd): Promise<void> {
    const changed = await work.query(sql`
      update role_grants set ends_on = ${endsOn}, version = version + 1
      where person_id = ${personId} and role = 'participant' and scope_kind = 'collaborative'
        and scope_id = ${collaborativeId} and ended_at is null and reason = ${REASON}
        and (ends_on is null) <> (${endsOn}::date is null) returning id`);
    if (changed.length === 0) return;
    work.audit({
      action: endsOn === null ? 'role.goes_on' : 'role.runs_out',
      subjectType: 'person',
      subjectId: personId,
      after: { role: 'participant', scopeKind: 'collaborative', scopeId: collaborativeId, endsOn },
    });
  }
}
