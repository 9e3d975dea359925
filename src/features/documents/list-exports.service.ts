/**
 * ListExports: a list as a file for a spreadsheet. It is asked for as a search of the list, made in the background with
 * the eyes of the person who asked, opened by nobody else, and taken away after some days.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Actor, type Grant, type PersonActor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import { readInput } from '../../platform/input/read-input.js';
import type { Housekeeper } from '../../platform/jobs/housekeeping.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { MOST_ATTEMPTS } from '../../platform/jobs/outbox.js';
import type { ListQuery } from '../../platform/lists/list.js';
import { openSheet } from '../../platform/spreadsheets/sheet-file.js';
import { Texts } from '../../platform/texts/texts.js';
import { liveGrants } from '../identity/index.js';
import { type ExportFormat, ListExport } from './list-export.entity.js';
import type { ListExportInput } from './list-export.input.js';
import { listExportLifecycle } from './list-export.lifecycle.js';
import { type ExportableList, ListExportSources } from './list-export.sources.js';

const MAKER = systemActor('list-maker');
const DAYS_KEPT = 7;
const DAY = 86_400_000;
/** More than any list of ours holds today; a longer one is searched for less. */
const MOST_ROWS = 200_000;

export interface ListExportView {
  readonly id: string;
  readonly list: string;
  readonly title: string;
  readonly format: ExportFormat;
  readonly state: string;
  readonly label: string;
  readonly rowCount: number | null;
  readonly sizeBytes: number | null;
  readonly fileName: string | null;
  readonly expiresAt: Date | null;
  /** Where it is fetched while it is kept. */
  readonly url: string | null;
}

interface Row extends Omit<ListExportView, 'title' | 'label' | 'url'> {
  readonly requestedBy: string;
  readonly createdAt: Date;
  /** The roles it was made by. */
  readonly actingBy: readonly Grant[];
}

const keyOf = ({ role, scopeKind, scopeId }: Grant): string => `${role}:${scopeKind}:${scopeId ?? ''}`;

/** A list is made by what somebody holds themselves: what is lent to them is for deciding, and may end before it is made. */
const isOwn = ({ lent }: Grant): boolean => lent === undefined;

/** What a role showed is not opened by somebody who lost it; asked again, it is left out. */
function holdsAll(actor: Actor, grants: readonly Grant[]): boolean {
  const held = new Set(actor.kind === 'person' ? actor.grants.filter(isOwn).map(keyOf) : []);
  return grants.every((grant) => held.has(keyOf(grant)));
}

@Injectable()
export class ListExports implements JobHandler, Housekeeper {
  readonly topic = 'list.export';

  private readonly machine = new Stateful<ListExport, { id: string }>({
    entity: ListExport,
    lifecycle: listExportLifecycle as never,
    readPermission: 'list_export.read',
    subjectOf: () => ({}),
    facts: (_from, rows) => Promise.resolve(new Map(rows.map(({ id }) => [id, { id }]))),
  });

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly sources: ListExportSources,
  ) {}

  /** The lists that somebody with these roles could have as a file. */
  lists(actor: Actor): ExportableList[] {
    return this.sources.all().filter(({ permission }) => this.policy.mightDo(actor, permission));
  }

  /** The list of this name, for whoever could read something in it. */
  source(actor: Actor, name: string): ExportableList {
    const source = this.sources.find(name);
    if (source === undefined || !this.policy.mightDo(actor, source.permission)) throw notFound('thing.not_found');
    return source;
  }

  async ask(actor: Actor, input: ListExportInput): Promise<{ id: string }> {
    const source = this.lists(actor).find(({ list }) => list === input.list);
    if (source === undefined) throw invalidField('list', 'field.not_a_choice');
    const query = cleanSearch(input.search);
    try {
      readInput(source.query, query, true);
    } catch {
      throw invalidField('search', 'list_export.search_unreadable');
    }
    return this.db.work(actor, async (work) => {
      if (actor.kind !== 'person')
        throw forbidden('permission.missing', { params: { permission: 'list_export.create' } });
      const made = await work.insertOne(ListExport, {
        ...{ state: 'requested', list: source.list, query, format: input.format, requestedBy: actor.personId },
        ...{ actingBy: actor.grants.filter(isOwn), fileName: null, rowCount: null, sizeBytes: null, contentHash: null },
        ...{ content: null, expiresAt: null, lastError: null },
      });
      await this.machine.begin(work, [made]);
      const after = { list: source.list, query, format: input.format };
      work.audit({ action: 'list_export.requested', subjectType: 'list_export', subjectId: made.id, after });
      work.queue('list.export', { exportId: made.id });
      return { id: made.id };
    });
  }

  async show(actor: Actor, id: string): Promise<ListExportView> {
    const row = await this.find(actor, id);
    const { requestedBy: _by, createdAt: _at, actingBy: _grants, ...rest } = row;
    const title = this.texts.t(this.source(actor, row.list).titleKey);
    const url = row.state === 'ready' ? `/exports/${id}/file` : null;
    return { ...rest, title, label: this.machine.state(row.state).label, url };
  }

  /** The bytes, for nobody but the one who asked. */
  async open(actor: Actor, id: string): Promise<{ fileName: string; format: ExportFormat; content: Buffer }> {
    const row = await this.find(actor, id);
    if (row.state !== 'ready') throw conflict('list_export.not_there');
    const stays = await this.source(actor, row.list).stillOpen?.(actor, row.createdAt);
    if (stays === false || !holdsAll(actor, row.actingBy)) throw conflict('list_export.changed_since');
    const file = await this.db.find<{ fileName: string; format: ExportFormat; content: Buffer }>(sql`
      select file_name as "fileName", format, content from list_exports where id = ${id} and content is not null`);
    if (file === undefined) throw conflict('list_export.not_there');
    return file;
  }

  /** The job: reads page after page outside any work, as the person who asked may read today. */
  async handle(payload: Readonly<Record<string, unknown>>, job: Job): Promise<void> {
    const id = String(payload['exportId']);
    const started = await this.start(id);
    if (started === undefined) return;
    try {
      await this.finish(id, await this.make(started));
    } catch (error) {
      if (job.attempt >= MOST_ATTEMPTS || error instanceof TooLong) await this.fail(id, error);
      if (!(error instanceof TooLong)) throw error;
    }
  }

  /** Takes away what nobody needs any more; a few at a time, since each may be large. */
  async sweep(): Promise<void> {
    for (;;) {
      const due = await this.db.query<{ id: string }>(sql`
        select id from list_exports where state = 'ready' and expires_at < ${this.db.now} order by expires_at limit 1`);
      const [first] = due;
      if (first === undefined) return;
      await this.db.work(MAKER, async (work) => {
        const row = await work.lockOne(ListExport, first.id);
        if (row.state !== 'ready') return;
        await this.machine.transition(work, { action: 'expire', ids: [row.id], changes: { content: null } });
      });
    }
  }

  private async find(actor: Actor, id: string): Promise<Row> {
    const personId = actor.kind === 'person' ? actor.personId : null;
    const [row] = await this.db.query<Row>(sql`
      select id, list, format, state, row_count as "rowCount", size_bytes as "sizeBytes", file_name as "fileName",
             expires_at as "expiresAt", requested_by as "requestedBy", created_at as "createdAt",
             acting_by as "actingBy"
      from list_exports where id = ${id} and requested_by = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  private async start(id: string): Promise<ListExport | undefined> {
    return this.db.work(MAKER, async (work) => {
      const [row] = await work.query<{ state: string }>(
        sql`select state from list_exports where id = ${id} for update`,
      );
      if (row === undefined || row.state === 'ready' || row.state === 'expired') return undefined;
      const changes = { lastError: null };
      const [started] = await this.machine.transition(work, { action: 'start', ids: [id], changes });
      return started;
    });
  }

  private async make(row: ListExport): Promise<Made> {
    const source = this.sources.find(row.list);
    if (source === undefined) throw new Error(`There is no list ${row.list}`);
    const query = readInput(source.query, row.query, true) as ListQuery;
    const title = this.texts.t(source.titleKey);
    const labels = source.columns.map(({ labelKey, kind }) => ({ label: this.texts.t(labelKey), kind }));
    const sheet = await openSheet(row.format, title, labels);
    let rowCount = 0;
    for await (const rows of source.rows(await this.actorOf(row), query)) {
      rowCount += rows.length;
      if (rowCount > MOST_ROWS) throw new TooLong();
      for (const cells of rows) await sheet.row(cells);
    }
    const base = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    const fileName = `${base}-${this.db.currentCalendar.today(row.createdAt)}.${row.format}`;
    return { fileName, rowCount, content: await sheet.finish() };
  }

  /** Who asked, by those of the roles they acted by that still hold. */
  private async actorOf({ requestedBy, actingBy }: ListExport): Promise<PersonActor> {
    const acted = new Set(actingBy.map(keyOf));
    const grants = (await liveGrants(this.db, requestedBy, this.db.today)).filter((grant) => acted.has(keyOf(grant)));
    return { kind: 'person', personId: requestedBy, name: '', grants };
  }

  private async finish(id: string, made: Made): Promise<void> {
    await this.db.work(MAKER, async (work) => {
      const row = await work.lockOne(ListExport, id);
      // A twin may have been faster.
      if (row.state !== 'making') return;
      const contentHash = createHash('sha256').update(made.content).digest('hex');
      const expiresAt = new Date(work.now.getTime() + DAYS_KEPT * DAY);
      const changes = { ...made, sizeBytes: made.content.length, contentHash, expiresAt };
      await this.machine.transition(work, { action: 'finish', ids: [id], changes });
    });
  }

  private async fail(id: string, error: unknown): Promise<void> {
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await this.db.work(MAKER, async (work) => {
      const row = await work.lockOne(ListExport, id);
      if (row.state !== 'making') return;
      await this.machine.transition(work, { action: 'fail', ids: [id], changes: { lastError } });
    });
  }
}

interface Made {
  readonly fileName: string;
  readonly rowCount: number;
  readonly content: Buffer;
}

class TooLong extends Error {
  constructor() {
    super(`The list has more than ${MOST_ROWS} rows.`);
  }
}

/** What an address carries after its question mark, without where in the list somebody was. */
function cleanSearch(search: string | undefined): Record<string, string> {
  const pairs = [...new URLSearchParams(search ?? '')].filter(
    ([name, value]) => !['after', 'limit'].includes(name) && value !== '',
  );
  return Object.fromEntries(pairs);
}
