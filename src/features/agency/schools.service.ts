/** Schools: those of the agency's districts, brought in as a list by an administrator and picked by applicants. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalid, type Sentence } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { compareSchools, type KeptSchool, type SchoolComparison } from './school.compare.js';
import { readSchools, type SchoolLine } from './school.csv.js';
import type { SchoolLevel } from './school.entity.js';
import type { SchoolImportInput, SchoolQuery } from './school.input.js';

export interface SchoolRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly district: string;
  readonly level: SchoolLevel;
  readonly active: boolean;
}

/** The schools of one district, as they are offered in a form. */
export interface DistrictSchools {
  readonly district: string;
  readonly schools: readonly { readonly id: string; readonly name: string; readonly level: SchoolLevel }[];
}

const MOST_FOUND = 20;
const COLUMNS = sql`s.id, s.code, s.name, d.name as district, s.level, s.active`;
const FROM = sql`schools s join districts d on d.id = s.district_id`;

const like = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

@Injectable()
export class Schools {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  /** Open schools whose name holds this text, those that begin with it first. */
  async find(text: string, district?: string): Promise<SchoolRow[]> {
    const place = district === undefined ? sql`true` : sql`d.name = ${district}`;
    return this.db.query<SchoolRow>(
      sql`select ${COLUMNS} from ${FROM} where s.active and s.name ilike ${like(text)} and ${place}
          order by s.name ilike ${like(text).slice(1)} desc, lower(s.name), s.id limit ${MOST_FOUND}`,
    );
  }

  /** Open schools by district, in the order of reports; and closed ones that were chosen before. */
  async byDistrict(from: Queryable, chosen: readonly string[] = []): Promise<DistrictSchools[]> {
    return from.query<DistrictSchools>(
      sql`select d.name as district, jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'level', s.level)
            order by lower(s.name), s.id) as schools
          from ${FROM} where s.active or s.id = any(${chosen}::uuid[])
          group by d.id order by d.position, d.name`,
    );
  }

  /** What these schools are called, by id; those that are not there are left out. */
  async names(from: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await from.query<{ id: string; name: string }>(
      sql`select s.id, s.name || ', ' || d.name as name from ${FROM} where s.id = any(${ids}::uuid[])`,
    );
    return new Map(rows.map((row) => [row.id, row.name]));
  }

  async list(query: SchoolQuery): Promise<ListPage<SchoolRow>> {
    const where = [sql`true`];
    if (query.q !== undefined) where.push(sql`(s.name ilike ${like(query.q)} or s.code ilike ${like(query.q)})`);
    if (query.district !== undefined) where.push(sql`d.name = ${query.district}`);
    const sorts = {
      name: { expression: 'lower(s.name)', type: 'text' },
      district: { expression: 'd.name', type: 'text' },
    } as const;
    return readList<SchoolRow>(
      this.db,
      { ...{ columns: COLUMNS, from: FROM, where, sorts }, defaultSort: 'name', id: 's.id' },
      query,
    );
  }

  /** What this list would change, with all that is wrong with it; nothing is written. */
  async preview(actor: Actor, { csv }: SchoolImportInput): Promise<SchoolComparison> {
    this.require(actor);
    const [lines, kept] = await Promise.all([
      linesOf(this.db, csv),
      this.db.query<KeptSchool>(sql`select ${COLUMNS} from ${FROM}`),
    ]);
    return compareSchools(kept, lines);
  }

  /**
   * Takes a list over another: schools are known by their code, those it names are added or changed, others stay. A
   * school that closed is marked with `no` in its column `active`. Nothing is kept of a list with a line that is wrong.
   */
  async import(actor: Actor, { csv }: SchoolImportInput): Promise<{ added: number; changed: number }> {
    return this.db.work(actor, async (work) => {
      this.require(actor);
      const lines = await linesOf(work, csv);
      await work.query(sql`select pg_advisory_xact_lock(hashtext('schools.import'))`);
      const counts = await this.write(work, lines);
      work.audit({ action: 'school.imported', subjectType: 'agency', subjectId: await agencyId(work), after: counts });
      return counts;
    });
  }

  private require(actor: Actor): void {
    if (this.policy.can(actor, 'school.import', {})) return;
    throw forbidden('permission.missing', { params: { permission: 'school.import' } });
  }

  private async write(work: Work, lines: readonly SchoolLine[]): Promise<{ added: number; changed: number }> {
    const districts = await districtsOf(work);
    const rows = lines.map(({ district, ...line }) => ({
      ...{ id: newId(), created_at: work.now, district_id: districts.get(district.toLowerCase()) },
      ...line,
    }));
    const written = await work.query<{ added: boolean }>(sql`
      insert into schools as s (id, created_at, code, name, district_id, level, active)
      select id, created_at, code, name, district_id, level, active from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as line(id uuid, created_at timestamptz, code text, name text, district_id uuid, level text, active boolean)
      on conflict (code) do update set name = excluded.name, district_id = excluded.district_id, level = excluded.level,
        active = excluded.active, version = s.version + 1
      where (s.name, s.district_id, s.level, s.active)
        is distinct from (excluded.name, excluded.district_id, excluded.level, excluded.active)
      returning s.version = 1 as added`);
    const added = written.filter((row) => row.added).length;
    return { added, changed: written.length - added };
  }
}

/** Ids of districts, by their names in lower case. */
async function districtsOf(from: Queryable): Promise<Map<string, string>> {
  const rows = await from.query<{ id: string; name: string }>(sql`select id, lower(name) as name from districts`);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

async function linesOf(from: Queryable, csv: string): Promise<readonly SchoolLine[]> {
  const reading = readSchools(csv, new Set((await districtsOf(from)).keys()));
  if ('problems' in reading) throw problemsWith(reading.problems);
  return reading.lines;
}

async function agencyId(work: Work): Promise<string> {
  const [agency] = await work.query<{ id: string }>(sql`select id from agency`);
  if (agency === undefined) throw new Error('The agency was not set up');
  return agency.id;
}

function problemsWith(problems: readonly Sentence[]): Error {
  const fields = problems.map((problem) => ({ field: 'csv', ...problem }));
  return invalid('input.has_problems', { params: { count: fields.length }, fields });
}
