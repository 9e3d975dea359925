/** ApplicationColleagues: letting somebody write or read one application without acting for its organization. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { normalizeAddress, People, Roles, ScopeDirectory, type ScopeName } from '../identity/index.js';
import { memberRoles, requireMemberRole } from '../organizations/index.js';
import {
  guestsAmong,
  bringIn,
  comerAmong,
  type Known,
  knownBy,
  LinkPurposes,
  MailedLinks,
  withoutKey,
} from '../sign-in/index.js';
import type { Application } from './application.entity.js';
import { ApplicationColleague, type ColleagueAccess } from './application-colleague.entity.js';
import type { ColleagueEnterInput, ColleagueInput, ColleagueRefInput } from './application-colleague.input.js';
import { Applications } from './applications.service.js';
import { type MailAbout, mailAbout } from './mail-about.reads.js';

const COLLEAGUE_LINK = 'application_colleague';
const LINK_MINUTES = 7 * 24 * 60;
/** So many may be asked about one application within a day. */
const MOST_A_DAY = 20;
/** So often may one address be asked about one application within a day. */
const MOST_AGAIN = 5;
const REASON = 'Works on the application';
const END_REASON = 'Does not work on the application any more';

export interface ColleagueLine {
  readonly id: string;
  readonly name: string | null;
  readonly address: string;
  readonly access: ColleagueAccess;
  readonly sentAt: Date;
  readonly acceptedAt: Date | null;
}

export interface ColleagueAtDoor {
  readonly applicationId: string;
  readonly title: string;
  readonly organizationName: string;
  readonly invitedBy: string | null;
  readonly access: ColleagueAccess;
  readonly people: readonly Known[];
}

export interface CameIn {
  readonly applicationId: string;
  /** Whose session to open; nothing for who is signed in already. */
  readonly accountId?: string;
}

type Found = Omit<ColleagueAtDoor, 'people'> & { readonly id: string; readonly address: string };

@Injectable()
export class ApplicationColleagues implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly people: People,
    private readonly roles: Roles,
    private readonly scopes: ScopeDirectory,
    private readonly links: MailedLinks,
    private readonly purposes: LinkPurposes,
  ) {}

  onModuleInit(): void {
    this.purposes.register({ purpose: COLLEAGUE_LINK, path: (token) => `/colleague/${token}` });
    this.scopes.register({
      kind: 'application',
      names: (from: Queryable, ids: readonly string[]) =>
        from.query<ScopeName>(sql`select id, title as name from applications where id = any(${[...ids]}::uuid[])`),
    });
  }

  /** Mails a link. Asked again, the one before opens nothing any more. The same is said whether one is known or not. */
  async invite(actor: Actor, id: string, input: ColleagueInput): Promise<{ id: string }> {
    const address = normalizeAddress(input.address);
    return this.db.work(actor, async (work) => {
      const application = await this.managed(work, id);
      await this.requireRoom(work, id);
      const [open] = await work.query<{ id: string; acceptedAt: Date | null }>(sql`
        select id, accepted_at as "acceptedAt" from application_colleagues
        where application_id = ${id} and address = ${address} and ended_at is null`);
      if (open !== undefined && open.acceptedAt !== null) return this.change(work, open.id, input.access);
      await requireNotOften(work, id, address);
      const invitedBy = actor.kind === 'person' ? actor.personId : null;
      const columns = { access: input.access, invitedBy, sentAt: work.now };
      let colleagueId = open?.id;
      if (colleagueId === undefined) {
        const made = { applicationId: id, address, ...columns, personId: null, acceptedAt: null, endedAt: null };
        colleagueId = (await work.insertOne(ApplicationColleague, made)).id;
      } else {
        await work.update(ApplicationColleague, await work.lockOne(ApplicationColleague, colleagueId), columns);
        await this.endLinks(work, address, colleagueId);
      }
      const { title, organizationName } = await this.read(work, colleagueId);
      const params = { person: actor.kind === 'person' ? actor.name : organizationName, title };
      const { round, dueAt } = (await mailAbout(work, id)) as MailAbout;
      const due = work.calendar.formatDeadline(dueAt);
      await this.links.send(work, {
        ...{ purpose: COLLEAGUE_LINK, address, minutes: LINK_MINUTES, payload: { colleagueId } },
        mail: {
          about: { type: 'application', id: id },
          subjectKey: 'application_colleague.mail.subject',
          params,
          template: 'mail/application-colleague',
          view: { ...params, organization: organizationName, mayWrite: input.access === 'edit', round, due },
        },
      });
      this.audit(work, 'application_colleague.invited', application.id, { colleagueId, access: input.access });
      return { id: colleagueId };
    });
  }

  /** Takes one off, or takes the question back; what they wrote stays. */
  async remove(actor: Actor, id: string, { colleagueId }: ColleagueRefInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.managed(work, id, true);
      const row = await work.lockOne(ApplicationColleague, colleagueId);
      if (row.applicationId !== id || row.endedAt !== null) throw notFound('thing.not_found');
      await work.update(ApplicationColleague, row, { endedAt: work.now });
      await this.endLinks(work, row.address, row.id);
      if (row.personId !== null) {
        const held = { role: 'applicant', scopeKind: 'application', scopeId: id } as const;
        await this.roles.endHeld(work, row.personId, held, END_REASON);
      }
      this.audit(work, 'application_colleague.removed', id, { colleagueId });
      return { id: colleagueId };
    });
  }

  /** Those who work on it now or were asked; the caller has looked whether the actor sees them. */
  async of(from: Queryable, id: string): Promise<ColleagueLine[]> {
    return from.query<ColleagueLine>(sql`
      select c.id, p.name, c.address, c.access, c.sent_at as "sentAt", c.accepted_at as "acceptedAt"
      from application_colleagues c left join persons p on p.id = c.person_id
      where c.application_id = ${id} and c.ended_at is null order by c.created_at, c.id limit 100`);
  }

  /** Whether this actor lets others in: an owner or editor of the lead. */
  async mayManage(actor: Actor, organizationId: string): Promise<boolean> {
    if (actor.kind !== 'person') return actor.kind === 'system';
    const held = await memberRoles(this.db, actor.personId, organizationId);
    return held.includes('owner') || held.includes('editor');
  }

  async look(token: string): Promise<ColleagueAtDoor> {
    const link = await this.links.read(this.db, token, COLLEAGUE_LINK);
    const { id: _id, address: _address, ...told } = await this.read(this.db, link.payload['colleagueId']);
    return { ...told, people: await this.whoMayCome(this.db, link.address) };
  }

  async acceptAs(actor: Actor, token: string): Promise<CameIn> {
    if (actor.kind !== 'person') throw forbidden('session.required');
    return this.accepting(actor, token, () => Promise.resolve({ personId: actor.personId }));
  }

  /** By somebody who is not signed in: the link proves the address. `who` when it serves several and none was named. */
  async accept(token: string, input: ColleagueEnterInput): Promise<CameIn | 'who'> {
    const { people } = await this.look(token);
    const known = comerAmong(people, input);
    if (known === 'who') return 'who';
    return this.accepting(systemActor('link'), token, (work, address) =>
      bringIn(work, this.people, { known, reached: people.length, address, name: input.name }),
    );
  }

  private async accepting(
    actor: Actor,
    token: string,
    whoOf: (work: Work, address: string) => Promise<{ personId: string; accountId?: string }>,
  ): Promise<CameIn> {
    return withoutKey(() =>
      this.db.work(actor, async (work) => {
        const link = await this.links.use(work, token, COLLEAGUE_LINK);
        const { id, applicationId } = await this.read(work, link.payload['colleagueId']);
        const row = await work.lockOne(ApplicationColleague, id);
        if (row.endedAt !== null || row.acceptedAt !== null) throw notFound('link.not_open');
        const { personId, accountId } = await whoOf(work, link.address);
        // Whoever decides for the agency helps as an advisor does, and says so; never as a colleague in secret.
        const [guest] = await guestsAmong(work, [{ personId }], work.today);
        if (guest === undefined) throw forbidden('application_colleague.agency');
        const twin = await work.query(sql`
          select 1 from application_colleagues where application_id = ${applicationId} and person_id = ${personId}
            and ended_at is null`);
        if (twin.length > 0) throw conflict('application_colleague.already');
        await work.update(ApplicationColleague, row, { personId, acceptedAt: work.now });
        await this.roles.addFollowing(work, personId, applicationId, REASON, 'application');
        this.audit(work, 'application_colleague.accepted', applicationId, { colleagueId: id, personId });
        return { applicationId, ...(accountId !== undefined && { accountId }) };
      }),
    );
  }

  private async change(work: Work, colleagueId: string, access: ColleagueAccess): Promise<{ id: string }> {
    const row = await work.lockOne(ApplicationColleague, colleagueId);
    const before = { colleagueId, access: row.access };
    await work.update(ApplicationColleague, row, { access });
    const about = { subjectType: 'application', subjectId: row.applicationId };
    work.audit({ action: 'application_colleague.changed', ...about, before, after: { access } });
    return { id: colleagueId };
  }

  private async managed(work: Work, id: string, evenSent = false): Promise<Application> {
    const application = await this.applications.lockVisible(work, id);
    await requireMemberRole(work, work.actor, application.organizationId, ['owner', 'editor']);
    if (!evenSent && !['draft', 'returned'].includes(application.state)) throw conflict('application.frozen');
    const subject = { scopes: { organization: application.organizationId } };
    if (work.policy.can(work.actor, 'application_colleague.manage', subject)) return application;
    throw forbidden('permission.missing', { params: { permission: 'application_colleague.manage' } });
  }

  private async whoMayCome(from: Queryable, address: string): Promise<Known[]> {
    const known = await knownBy(from, 'address', address);
    return known.length <= 1 ? known : guestsAmong(from, known, this.db.today);
  }

  private async read(from: Queryable, colleagueId: unknown): Promise<Found> {
    const [row] = await from.query<Found>(sql`
      select c.id, c.application_id as "applicationId", c.address, c.access, a.title, o.name as "organizationName",
             p.name as "invitedBy"
      from application_colleagues c join applications a on a.id = c.application_id
        join organizations o on o.id = a.organization_id left join persons p on p.id = c.invited_by
      where c.id = ${String(colleagueId)} and c.ended_at is null`);
    if (row === undefined) throw notFound('link.not_open');
    return row;
  }

  private async requireRoom(work: Work, id: string): Promise<void> {
    const [row] = await work.query<{ count: number }>(sql`
      select count(*)::int as count from application_colleagues
      where application_id = ${id} and sent_at > ${work.now}::timestamptz - interval '1 day'`);
    if ((row?.count ?? 0) >= MOST_A_DAY) throw conflict('application_colleague.many', { params: { most: MOST_A_DAY } });
  }

  private async endLinks(work: Work, address: string, colleagueId: string): Promise<void> {
    const open = await work.query<{ id: string }>(sql`
      select id from mailed_links where address = ${address} and purpose = ${COLLEAGUE_LINK}
        and payload ->> 'colleagueId' = ${colleagueId} and used_at is null and replaced_at is null`);
    for (const { id } of open) await this.links.replace(work, { id });
  }

  private audit(work: Work, action: string, subjectId: string, after: Record<string, unknown>): void {
    work.audit({ action, subjectType: 'application', subjectId, after });
  }
}

/** Asking again, also after taking the question back, is a mail to somebody who did not answer. */
async function requireNotOften(work: Work, applicationId: string, address: string): Promise<void> {
  const [row] = await work.query<{ count: number }>(sql`
    select count(*)::int as count from mailed_links l where l.address = ${address} and l.purpose = ${COLLEAGUE_LINK}
      and l.created_at > ${work.now}::timestamptz - interval '1 day'
      and l.payload ->> 'colleagueId' in (select c.id::text from application_colleagues c
        where c.application_id = ${applicationId} and c.address = ${address})`);
  if ((row?.count ?? 0) < MOST_AGAIN) return;
  throw conflict('application_colleague.asked_often', { params: { address, most: MOST_AGAIN } });
}
