/** AgencySettings: who the agency is, its calendar and its districts. Everybody reads them, an administrator changes them. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Calendar } from '../../kernel/calendar.js';
import { conflict, forbidden, invalidField } from '../../kernel/errors.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { Agency, District } from './agency.entity.js';
import { RuleSets } from './rule-sets.service.js';
import type { DistrictInput, SettingsInput } from './settings.input.js';

export interface DistrictView {
  readonly id: string;
  readonly name: string;
}

export interface AgencyView {
  readonly name: string;
  readonly helpPhone: string | null;
  readonly helpEmail: string | null;
  readonly address: string | null;
  readonly timeZone: string;
  readonly holidays: readonly string[];
  readonly fiscalYearStartMonth: number;
  /** So long does a check for exclusion from federal money count. */
  readonly exclusionCheckDays: number;
  /** So long may an approval be lent to a colleague, at most. */
  readonly delegationDays: number;
  /** Up to this one person may approve a batch of payments and release it; null: whatever it comes to. */
  readonly soleRelease: Money | null;
  readonly version: number;
  /** In the fixed order of reports. */
  readonly districts: readonly DistrictView[];
}

/** Long enough to spare each page a query, short enough that a second process follows a change at once. */
const FRESH_MILLISECONDS = 3000;

const BEFORE_SET_UP: AgencyView = {
  name: 'Granary',
  helpPhone: null,
  helpEmail: null,
  address: null,
  timeZone: 'America/Los_Angeles',
  holidays: [],
  fiscalYearStartMonth: 7,
  exclusionCheckDays: 180,
  delegationDays: 90,
  soleRelease: null,
  version: 0,
  districts: [],
};

@Injectable()
export class AgencySettings implements OnModuleInit {
  private kept: { readonly view: AgencyView; readonly until: number } | undefined;
  private calendarKey = '';

  constructor(
    private readonly db: Database,
    private readonly ruleSets: RuleSets,
  ) {}

  /** Dates are reckoned in the agency's own zone from the first request on. */
  async onModuleInit(): Promise<void> {
    await this.current();
  }

  /** The settings as they were at most a few seconds ago. */
  async current(): Promise<AgencyView> {
    const kept = this.kept;
    // The machine's own time: this is about the age of a copy, which a shifted business clock must not touch.
    if (kept !== undefined && performance.now() < kept.until) return kept.view;
    const view = await this.read(this.db);
    this.keep(view);
    return view;
  }

  /** The settings as they are, for use inside a work. */
  async read(from: Queryable): Promise<AgencyView> {
    const [row] = await from.query<Omit<AgencyView, 'soleRelease'> & { soleReleaseCents: string | null }>(sql`
      select name, help_phone as "helpPhone", help_email as "helpEmail", address, time_zone as "timeZone", holidays,
             fiscal_year_start_month as "fiscalYearStartMonth", exclusion_check_days as "exclusionCheckDays",
             delegation_days as "delegationDays", sole_release_cents::text as "soleReleaseCents", version,
             coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by position, name)
                       from districts), '[]') as districts
      from agency`);
    if (row === undefined) return BEFORE_SET_UP;
    const { soleReleaseCents, ...rest } = row;
    return { ...rest, soleRelease: soleReleaseCents === null ? null : Money.ofCents(soleReleaseCents) };
  }

  /** What a new installation needs before anything else; doing it again changes nothing. */
  async ensureDefaults(work: Work): Promise<void> {
    await work.query(sql`select pg_advisory_xact_lock(hashtext('agency.defaults'))`);
    const found = await work.query(sql`select 1 from agency`);
    if (found.length === 0) {
      const { districts: _districts, version: _version, holidays, ...rest } = BEFORE_SET_UP;
      const agency = await work.insertOne(Agency, { singleton: true, holidays: [...holidays], ...rest });
      const after = { name: rest.name, timeZone: rest.timeZone };
      work.audit({ action: 'settings.created', subjectType: 'agency', subjectId: agency.id, after });
    }
    await this.ruleSets.ensureDefaults(work);
    this.kept = undefined;
  }

  async update(actor: Actor, input: SettingsInput): Promise<{ id: string }> {
    const holidays = readHolidays(input.holidays ?? '');
    const answer = await this.db.work(actor, async (work) => {
      if (!work.policy.can(actor, 'settings.update', {})) {
        throw forbidden('permission.missing', { params: { permission: 'settings.update' } });
      }
      return this.write(work, input, holidays);
    });
    this.keep(await this.read(this.db));
    return answer;
  }

  private async write(work: Work, input: SettingsInput, holidays: string[]): Promise<{ id: string }> {
    const [found] = await work.query<{ id: string }>(sql`select id from agency`);
    if (found === undefined) throw new Error('The agency was not set up');
    const agency = await work.lockOne(Agency, found.id);
    const before = shown(await this.read(work));
    await work.update(
      Agency,
      agency,
      {
        name: input.name,
        helpPhone: input.helpPhone ?? null,
        helpEmail: input.helpEmail ?? null,
        address: input.address ?? null,
        timeZone: input.timeZone,
        holidays,
        fiscalYearStartMonth: input.fiscalYearStartMonth,
        exclusionCheckDays: input.exclusionCheckDays ?? agency.exclusionCheckDays,
        delegationDays: input.delegationDays ?? agency.delegationDays,
        soleRelease: input.soleRelease ?? null,
      },
      input.version,
    );
    await this.writeDistricts(work, input.districts);
    const after = shown(await this.read(work));
    const changed = Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
    const only = (all: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(changed.map((key) => [key, all[key]]));
    work.audit({
      action: 'settings.updated',
      subjectType: 'agency',
      subjectId: agency.id,
      before: only(before),
      after: only(after),
    });
    return { id: agency.id };
  }

  private async writeDistricts(work: Work, lines: readonly DistrictInput[]): Promise<void> {
    const wanted = lines.filter((line): line is DistrictInput & { name: string } => line.name !== undefined);
    checkNames(lines);
    const present = await work.query<{ id: string }>(sql`select id from districts`);
    const kept = new Set(wanted.flatMap((line) => (line.id === undefined ? [] : [line.id])));
    for (const [index, line] of lines.entries()) {
      if (line.id !== undefined && !present.some(({ id }) => id === line.id)) {
        throw invalidField(`districts[${index}].id`, 'field.not_found');
      }
    }
    const gone = present.map(({ id }) => id).filter((id) => !kept.has(id));
    await requireNoSchools(work, gone);
    await work.query(sql`delete from districts where id = any(${gone}::uuid[])`);
    const rows = await work.lock(District, [...kept]);
    // Names first step aside, so that two districts can trade theirs under the unique name.
    await work.query(sql`update districts set name = id::text where id = any(${[...kept]}::uuid[])`);
    for (const [position, line] of wanted.entries()) {
      const row = rows.find(({ id }) => id === line.id);
      if (row === undefined) await work.insertOne(District, { name: line.name, position });
      else await work.update(District, row, { name: line.name, position });
    }
  }

  private keep(view: AgencyView): void {
    this.kept = { view, until: performance.now() + FRESH_MILLISECONDS };
    const key = JSON.stringify([view.timeZone, view.holidays]);
    if (key === this.calendarKey) return;
    this.calendarKey = key;
    this.db.useCalendar(new Calendar({ timeZone: view.timeZone, holidays: view.holidays }));
  }
}

async function requireNoSchools(work: Work, districtIds: readonly string[]): Promise<void> {
  const [district] = await work.query<{ name: string }>(
    sql`select name from districts d where id = any(${districtIds}::uuid[])
          and exists (select 1 from schools s where s.district_id = d.id) limit 1`,
  );
  if (district !== undefined) throw conflict('settings.district_has_schools', { params: { district: district.name } });
}

/** What the audit shows of the settings: plain words, without ids. */
function shown({ version: _version, districts, ...rest }: AgencyView): Record<string, unknown> {
  return { ...rest, districts: districts.map(({ name }) => name) };
}

function checkNames(lines: readonly DistrictInput[]): void {
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const name = line.name?.toLowerCase();
    if (name === undefined) continue;
    if (seen.has(name)) throw invalidField(`districts[${index}].name`, 'settings.district_twice', { name: line.name });
    seen.add(name);
  }
}

/** One date on each line, in any order; the same date twice counts once. */
function readHolidays(text: string): string[] {
  const dates = new Set<string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const date = Calendar.parseDate(line);
    if (date === undefined) throw invalidField('holidays', 'settings.holiday_unreadable', { line: line.slice(0, 40) });
    dates.add(date);
  }
  return [...dates].sort();
}

/** What stands at the foot of every page. */
@Injectable()
export class SettingsFrame extends AgencyFrame {
  constructor(
    private readonly settings: AgencySettings,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  override async load(): Promise<{ name: string; helpPhone: string; demo: boolean }> {
    const { name, helpPhone } = await this.settings.current();
    return { name, helpPhone: helpPhone ?? '', demo: this.config.demo };
  }
}
