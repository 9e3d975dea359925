/** Announcements: writing, publishing and taking them down, and what each reader is shown today. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import type { Role } from '../../kernel/roles.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { requirePermission } from '../identity/index.js';
import { Announcement, type Audience } from './announcement.entity.js';
import type { AnnouncementInput, AnnouncementListQuery } from './announcement.input.js';
import { announcementLifecycle } from './announcement.lifecycle.js';

export type AnnouncementStep = 'publish' | 'withdraw';

/** What a reader is shown. */
export interface ShownAnnouncement {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly startsOn: string;
}

export interface AnnouncementRow extends ShownAnnouncement {
  readonly version: number;
  readonly state: string;
  readonly audiences: readonly Audience[];
  readonly endsOn: string | null;
}

/** Who belongs to which audience; whoever has another role for the agency is staff. */
const AUDIENCE_OF_ROLE: Partial<Record<Role, Audience>> = {
  applicant: 'applicants',
  reviewer: 'reviewers',
  committee_member: 'committee',
  participant: 'participants',
};
const MOST_SHOWN = 5;

/** The audiences an actor belongs to. Somebody new without a role is told what applicants are told. */
function audiencesOf(actor: Actor): Audience[] {
  if (actor.kind !== 'person') return ['everybody'];
  const own = actor.grants.map(({ role }) => AUDIENCE_OF_ROLE[role] ?? 'staff');
  return [...new Set<Audience>(['everybody', ...(own.length === 0 ? (['applicants'] as const) : own)])];
}

@Injectable()
export class Announcements {
  readonly machine: Stateful<Announcement, unknown>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {
    this.machine = new Stateful<Announcement, unknown>({
      entity: Announcement,
      lifecycle: announcementLifecycle as never,
      readPermission: 'announcement.manage',
      subjectOf: () => ({}),
      facts: async (_from, rows) => new Map(rows.map(({ id }) => [id, {}])),
    });
  }

  async create(actor: Actor, input: AnnouncementInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'announcement.create');
      const row = await work.insertOne(Announcement, { ...this.columns(work, input), state: 'draft' });
      await this.machine.begin(work, [row]);
      return { id: row.id };
    });
  }

  /** Changes one that is not published yet. What was published is taken down, and another one written. */
  async update(actor: Actor, id: string, input: AnnouncementInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await work.lockOne(Announcement, id);
      this.machine.require(work.policy, actor, 'announcement.update', row);
      if (row.state !== 'draft') throw conflict('announcement.published_already');
      const before = { title: row.title, startsOn: row.startsOn };
      await work.update(Announcement, row, this.columns(work, input), input.version);
      const after = { title: input.title, startsOn: input.startsOn };
      work.audit({ action: 'announcement.updated', subjectType: 'announcement', subjectId: id, before, after });
      return { id };
    });
  }

  async take(actor: Actor, id: string, action: AnnouncementStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.machine.transition(work, { action, ids: [id], note: step.note, expectedVersion: step.version });
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<AnnouncementRow> {
    const row = await this.db.find<AnnouncementRow>(sql`select ${COLUMNS} from announcements n where n.id = ${id}`);
    if (row === undefined || !this.policy.can(actor, 'announcement.manage', {})) throw notFound('thing.not_found');
    return row;
  }

  async list(actor: Actor, query: AnnouncementListQuery): Promise<ListPage<AnnouncementRow>> {
    const where = [];
    if (!this.policy.can(actor, 'announcement.manage', {})) where.push(this.shownTo(actor));
    if (query.state !== undefined) where.push(sql`n.state = ${query.state}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(n.title ilike ${pattern} or n.body ilike ${pattern})`);
    }
    return readList<AnnouncementRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: sql`announcements n`, where, id: 'n.id', defaultSort: '-startsOn' },
        sorts: { startsOn: { expression: 'n.starts_on', type: 'date' } },
      },
      query,
    );
  }

  /** What this reader is shown today, the newest first. */
  async current(actor: Actor): Promise<ShownAnnouncement[]> {
    return this.db.queryOften<ShownAnnouncement>(sql`
      select n.id, n.title, n.body, n.starts_on as "startsOn" from announcements n
      where ${this.shownTo(actor)} order by n.starts_on desc, n.id desc limit ${MOST_SHOWN}`);
  }

  private shownTo(actor: Actor): Sql {
    return sql`(n.state = 'published' and n.starts_on <= ${this.db.today}::date
      and (n.ends_on is null or n.ends_on >= ${this.db.today}::date)
      and n.audiences && ${audiencesOf(actor)}::text[])`;
  }

  private columns(work: Work, input: AnnouncementInput): Omit<Announcement, 'id' | 'version' | 'createdAt' | 'state'> {
    const { title, body, audiences, startsOn, endsOn = null } = input;
    if (audiences.length === 0) throw invalidField('audiences', 'announcement.no_audience');
    if (endsOn !== null && endsOn < startsOn) throw invalidField('endsOn', 'announcement.ends_before');
    if (endsOn !== null && endsOn < work.today) throw invalidField('endsOn', 'announcement.over');
    return { title, body, audiences: audiences as Audience[], startsOn, endsOn };
  }
}

const COLUMNS = sql`n.id, n.version, n.state, n.title, n.body, n.audiences, n.starts_on as "startsOn",
  n.ends_on as "endsOn"`;
