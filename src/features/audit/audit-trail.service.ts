/** AuditTrail: reads what was done - by whom, to what, when - newest first, a page at a time or all of it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { Policy } from '../../kernel/policy.js';
import { actorName, systemName } from '../../platform/audit/actor-name.js';
import { openPersonal, type SealedPersonal } from '../../platform/audit/personal.js';
import { actionWords, inWords } from '../../platform/audit/words.js';
import { Database } from '../../platform/database/database.js';
import { joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { Texts } from '../../platform/texts/texts.js';
import { AuditScopes } from './audit-scopes.js';
import { AuditThings, type ThingName } from './audit-things.js';
import type { AuditQuery } from './audit.input.js';

type Values = Readonly<Record<string, unknown>>;

export interface AuditEvent {
  /** Counts on; a number that was never used belonged to a work that was taken back. */
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly actorName: string;
  readonly actingFor: string | null;
  readonly actingForName: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly note: string | null;
  readonly requestId: string | null;
  readonly before: Values | null;
  readonly after: Values | null;
  /** Something about a person is sealed beside it. */
  readonly isPersonal: boolean;
  /** The thing's name today. */
  readonly thing: ThingName | undefined;
}

export interface AuditEventDetail extends AuditEvent {
  /** About a person, opened; `forgotten` once their key is destroyed. */
  readonly personal: { readonly before?: Values; readonly after?: Values } | 'forgotten' | null;
  /** What the things among its values are called, by their ids; what is closed to the reader has no name here. */
  readonly called: Readonly<Record<string, string>>;
  /** The seal that covers it; null for the last minute or so. */
  readonly seal: { readonly number: number; readonly hash: string; readonly sealedAt: Date } | null;
}

export interface AuditPage {
  readonly items: readonly AuditEvent[];
  readonly next: number | null;
}

export interface TrailState {
  readonly seals: number;
  readonly sealedAt: Date | null;
}

type Row = Omit<AuditEvent, 'thing' | 'actingForName'> & { readonly personal: SealedPersonal | null };

/** Whom somebody can act for: an organization they assist, a colleague who lent them an approval. */
const FOR_WHOM = ['organization', 'person'] as const;

const PAGE = 50;
const EXPORT_BATCH = 500;

const COLUMNS = sql`e.id::text as id, e.at, e.actor, ${actorName('e.actor')} as "actorName", e.acting_for as "actingFor", e.action,
  e.subject_type as "subjectType", e.subject_id as "subjectId", e.note, e.request_id as "requestId", e.before, e.after,
  e.personal, e.personal is not null as "isPersonal"`;

@Injectable()
export class AuditTrail {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly secrets: Secrets,
    private readonly things: AuditThings,
    private readonly scopes: AuditScopes,
    private readonly texts: Texts,
  ) {}

  async list(actor: Actor, query: AuditQuery): Promise<AuditPage> {
    this.require(actor);
    const limit = query.limit ?? PAGE;
    const where = await this.where(actor, query);
    const rows = await this.read(where, query.after, limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? Number(last.id) : null };
  }

  /** Everything that was asked for, a batch at a time, so that a long trail needs no memory. */
  async *export(actor: Actor, query: AuditQuery): AsyncGenerator<readonly AuditEvent[]> {
    this.require(actor);
    const where = await this.where(actor, query);
    for (let after: number | undefined; ;) {
      const rows = await this.read(where, after, EXPORT_BATCH);
      if (rows.length > 0) yield rows;
      if (rows.length < EXPORT_BATCH) return;
      after = Number(rows.at(-1)?.id);
    }
  }

  async get(actor: Actor, id: string): Promise<AuditEventDetail> {
    this.require(actor);
    if (!/^[1-9]\d{0,17}$/.test(id)) throw notFound('thing.not_found');
    const [row] = await this.db.query<Row & { seal: AuditEventDetail['seal'] & { sealedAt: string } }>(sql`
      select ${COLUMNS}, (select jsonb_build_object('number', s.number, 'hash', encode(s.hash, 'hex'),
          'sealedAt', s.sealed_at) from audit_seals s
          where s.era = e.era and s.from_xid <= e.xid and s.to_xid > e.xid order by s.from_xid desc limit 1) as seal
      from audit_events e where e.id = ${id}::bigint and ${this.scopes.condition(actor)}`);
    if (row === undefined) throw notFound('thing.not_found');
    const { personal, seal, ...rest } = row;
    const [named] = await this.named([{ ...rest, personal }]);
    const [opened] = personal === null ? [] : await openPersonal(this.db, this.secrets, [personal]);
    const values = [rest.before, rest.after, opened?.before, opened?.after];
    return {
      ...(named as AuditEvent),
      called: await this.called(
        actor,
        values.flatMap((each) => Object.entries(each ?? {})),
      ),
      personal: personal === null ? null : (opened ?? 'forgotten'),
      seal: seal === null ? null : { ...seal, sealedAt: new Date(seal.sealedAt) },
    };
  }

  /** The names of things whose ids stand among values, found by what the values are called: `roundId` is a round's. */
  private async called(actor: Actor, values: readonly (readonly [string, unknown])[]): Promise<Record<string, string>> {
    const refs = values.flatMap(([name, value]) =>
      typeof value === 'string' && isId(value) ? kindsOf(name).map((type) => ({ type, id: value })) : [],
    );
    const names = await this.things.names(this.db, refs);
    const called: Record<string, string> = {};
    for (const { type, id } of refs) {
      const name = names.get(`${type}:${id}`)?.label;
      if (name === undefined) continue;
      const open = this.scopes.ofThing(actor, sql`${type}::text`, sql`${id}::uuid`);
      const [found] = await this.db.query<{ open: boolean }>(sql`select ${open} as open`);
      if (found?.open === true) called[id] = name;
    }
    return called;
  }

  /** How far the chain of seals has come. */
  async state(): Promise<TrailState> {
    const [row] = await this.db.query<TrailState>(sql`
      select number as seals, sealed_at as "sealedAt" from audit_seals order by number desc limit 1`);
    return row ?? { seals: 0, sealedAt: null };
  }

  /** The kinds of things that are in the trail. */
  async kinds(): Promise<string[]> {
    return this.valuesOf('subject_type');
  }

  private async read(where: readonly Sql[], after: number | undefined, limit: number): Promise<AuditEvent[]> {
    const all = after === undefined ? where : [...where, sql`e.id < ${after}::bigint`];
    return this.named(
      await this.db.query<Row>(
        sql`select ${COLUMNS} from audit_events e where ${joinSql(all, ' and ')} order by e.id desc limit ${limit}`,
      ),
    );
  }

  private async named(rows: readonly Row[]): Promise<AuditEvent[]> {
    const names = await this.things.names(
      this.db,
      rows.flatMap(({ subjectType: type, subjectId: id, actingFor }) => [
        { type, id },
        ...(actingFor === null ? [] : FOR_WHOM.map((of) => ({ type: of, id: actingFor }))),
      ]),
    );
    return rows.map(({ personal: _sealed, ...row }) => ({
      ...row,
      actingForName: FOR_WHOM.map((type) => names.get(`${type}:${row.actingFor ?? ''}`)?.label).find(Boolean) ?? null,
      thing: names.get(`${row.subjectType}:${row.subjectId}`),
    }));
  }

  private async where(actor: Actor, query: AuditQuery): Promise<Sql[]> {
    const { who, person, thing, id, action, actingFor, from, to } = query;
    const calendar = this.db.currentCalendar;
    if (from !== undefined && to !== undefined && to < from) throw invalidField('to', 'audit.to_before_from');
    const where: Sql[] = [this.scopes.condition(actor)];
    if (person !== undefined) where.push(sql`e.actor = ${`person:${person}`}`);
    if (who !== undefined) where.push(sql`e.actor = any(${await this.actorsNamed(who)}::text[])`);
    if (thing !== undefined) where.push(sql`e.subject_type = ${thing}`);
    if (id !== undefined) where.push(await this.idSql(thing, id));
    if (action !== undefined) {
      where.push(sql`(e.action = any(${await this.actionsCalled(action)}) or starts_with(e.action, ${`${action}.`}))`);
    }
    if (actingFor !== undefined) where.push(sql`e.acting_for = ${actingFor}`);
    if (from !== undefined) where.push(sql`e.at >= ${calendar.startOfDay(from)}`);
    if (to !== undefined) where.push(sql`e.at < ${calendar.startOfDay(calendar.addDays(to, 1))}`);
    return where;
  }

  /** The actions whose code this is, or whose words on the page hold it: `voted` finds `motion.voted`. */
  private async actionsCalled(asked: string): Promise<string[]> {
    if (/^[a-z_]+(\.[a-z_]+)+$/.test(asked)) return [asked];
    const words = asked.toLowerCase();
    const actions = await this.valuesOf('action');
    return actions.filter((action) =>
      `${actionWords(this.texts, action)} ${inWords(action)}`.toLowerCase().includes(words),
    );
  }

  /** By a person's name of today, or the name of the part of the system that acted. */
  private async actorsNamed(who: string): Promise<string[]> {
    const pattern = `%${who.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    const rows = await this.db.query<{ actor: string }>(
      sql`select 'person:' || p.id as actor from persons p where lower(p.name) like lower(${pattern})`,
    );
    const words = who.toLowerCase();
    const others = (await this.valuesOf('actor')).filter((actor) => !actor.startsWith('person:'));
    return [
      ...rows.map(({ actor }) => actor),
      ...others.filter((actor) => systemName(actor).toLowerCase().includes(words)),
    ];
  }

  /**
   * What stands in a column: leaps from one value to the next along its index, instead of reading the whole trail. Of
   * persons, who are looked up by name, only the first is told.
   */
  private async valuesOf(column: 'subject_type' | 'action' | 'actor'): Promise<string[]> {
    const name = rawSql(column);
    const rows = await this.db.query<{ value: string }>(sql`
      with recursive leaps (value) as (
        (select ${name} from audit_events order by ${name} limit 1)
        union all
        select (select e.${name} from audit_events e where e.${name} >
            case when starts_with(leaps.value, 'person:') then 'person:z' else leaps.value end order by e.${name} limit 1)
          from leaps where leaps.value is not null)
      select value from leaps where value is not null`);
    return rows.map(({ value }) => value);
  }

  private async idSql(thing: string | undefined, id: string): Promise<Sql> {
    if (isId(id) || thing === undefined) return sql`e.subject_id = ${id}`;
    return sql`e.subject_id = any(${[id, ...(await this.things.find(this.db, thing, id))]}::text[])`;
  }

  private require(actor: Actor): void {
    const permission = 'audit.read';
    if (!this.policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
  }
}

/** What kinds of thing a value's name may speak of: `fiscalSponsorId` and `awardId`, or a person in `sentBy`. */
function kindsOf(name: string): string[] {
  const words = name
    .replace(/Id$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  if (words.endsWith('_by')) return ['person'];
  return [...new Set([words, words.split('_').at(-1) ?? words])];
}
