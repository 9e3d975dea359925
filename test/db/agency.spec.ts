import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AgencySettings, RuleSets, SettingsInput } from '../../src/features/agency/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { readInput } from '../../src/platform/input/read-input.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let settings: AgencySettings;
let ruleSets: RuleSets;
let administrator: PersonActor;

/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;

beforeAll(async () => {
  world = await openWorld();
  settings = world.get(AgencySettings);
  ruleSets = world.get(RuleSets);
  administrator = await world.actor('administrator');
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

const SEVEN = ['Auburn', 'Federal Way', 'Highline', 'Kent', 'Renton', 'Seattle', 'Tukwila'];

function input(changes: Record<string, unknown> = {}): SettingsInput {
  return readInput(
    SettingsInput,
    {
      name: 'Example Service District',
      timeZone: 'America/Los_Angeles',
      fiscalYearStartMonth: 9,
      districts: SEVEN.map((name) => ({ name })),
      ...changes,
    },
    false,
  );
}

/** The list as it stands, with its ids. */
const districts = async (): Promise<{ id: string; name: string }[]> => [...(await settings.read(world.db)).districts];

describe('setting up', () => {
  it('makes the agency and the three rule sets once, however many processes start together', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () =>
        world.db.work(systemActor('first-start'), (work) => settings.ensureDefaults(work)),
      ),
    );
    expect(await world.db.query(sql`select 1 from agency`)).toHaveLength(1);
    expect((await ruleSets.list()).map(({ name }) => name)).toEqual(['UG-2024', 'UG-2020', 'RTTD-2012']);
  });

  it('confirms only what was read in the regulation itself', async () => {
    const old = await ruleSets.get(administrator, await ruleSets.idOf(world.db, 'RTTD-2012'));
    expect(old.confirmed).toBe(false);
    expect(old.values.every(({ confirmed }) => !confirmed)).toBe(true);
    const now = await ruleSets.get(administrator, await ruleSets.idOf(world.db, 'UG-2024'));
    const confirmed = new Map(now.values.map((line) => [line.key, line.confirmed]));
    expect(confirmed.get('single_audit_threshold_cents')).toBe(true);
    expect(confirmed.get('subaward_reporting_cents')).toBe(false);
  });
});

describe('settings', () => {
  it('keep the districts in their order and move the calendar with them', async () => {
    await settings.update(administrator, input({ holidays: '12/25/2015\n2015-11-26\n2015-11-26' }));
    expect((await districts()).map(({ name }) => name)).toEqual(SEVEN);
    expect((await settings.current()).holidays).toEqual(['2015-11-26', '2015-12-25']);
    expect(world.db.currentCalendar.isBusinessDay('2015-11-26')).toBe(false);
    await settings.update(administrator, input({ timeZone: 'America/New_York', districts: await districts() }));
    expect(world.db.currentCalendar.timeZone).toBe('America/New_York');
    await settings.update(administrator, input({ districts: await districts() }));
    expect(world.db.currentCalendar.timeZone).toBe('America/Los_Angeles');
  });

  it('keep a renamed district the same one, and let two trade their names', async () => {
    const before = await districts();
    const traded = before.map(({ id, name }) => ({
      id,
      name: name === 'Kent' ? 'Renton' : name === 'Renton' ? 'Kent' : name,
    }));
    await settings.update(administrator, input({ districts: traded }));
    const idOf = async (name: string): Promise<string | undefined> =>
      (await districts()).find((each) => each.name === name)?.id;
    expect(await idOf('Kent')).toBe(before.find(({ name }) => name === 'Renton')?.id);
    await settings.update(administrator, input({ districts: before }));
    expect(await districts()).toEqual(before);
  });

  it('let a district go by leaving its name out, and refuse one named twice or unknown', async () => {
    const before = await districts();
    const without = before.map(({ id, name }) => (name === 'Tukwila' ? { id } : { id, name }));
    await settings.update(administrator, input({ districts: without }));
    expect(await districts()).toHaveLength(6);
    const twice = [{ name: 'Auburn' }, { name: 'AUBURN' }];
    await expect(settings.update(administrator, input({ districts: twice }))).rejects.toMatchObject({
      fields: [{ field: 'districts[1].name', code: 'settings.district_twice' }],
    });
    const gone = before.find(({ name }) => name === 'Tukwila');
    await expect(settings.update(administrator, input({ districts: [gone] }))).rejects.toMatchObject({
      fields: [{ field: 'districts[0].id', code: 'field.not_found' }],
    });
    expect(await districts()).toHaveLength(6);
  });

  it('refuse a holiday that is no date and name the line', async () => {
    await expect(settings.update(administrator, input({ holidays: '2015-11-26\nThanksgiving' }))).rejects.toMatchObject(
      {
        fields: [{ field: 'holidays', code: 'settings.holiday_unreadable', params: { line: 'Thanksgiving' } }],
      },
    );
  });

  it('refuse a form that is older than the settings', async () => {
    const { version } = await settings.read(world.db);
    await settings.update(administrator, input({ version }));
    await expect(settings.update(administrator, input({ version }))).rejects.toMatchObject({
      code: 'thing.changed_meanwhile',
    });
  });

  it('are for an administrator alone to change, and each change is in the audit', async () => {
    for (const role of ['auditor', 'finance_officer', 'program_officer'] as const) {
      await expect(settings.update(await world.actor(role), input())).rejects.toMatchObject({ kind: 'forbidden' });
    }
    await settings.update(administrator, input({ name: 'Another Name', districts: await districts() }));
    const [event] = await world.db.query<{ actor: string; before: unknown; after: unknown }>(
      sql`select actor, before, after from audit_events where action = 'settings.updated' order by id desc limit 1`,
    );
    expect(event).toMatchObject({
      actor: `person:${administrator.personId}`,
      before: { name: 'Example Service District' },
      after: { name: 'Another Name' },
    });
  });

  it('are one row that the database keeps alone', async () => {
    await expect(
      world.db.work(systemActor('test'), (work) =>
        work.query(sql`insert into agency (id, created_at, name, time_zone, fiscal_year_start_month)
          values (gen_random_uuid(), now(), 'Second', 'UTC', 1)`),
      ),
    ).rejects.toMatchObject({ driverError: { constraint: 'agency_singleton_key' } });
  });
});

describe('rule sets', () => {
  const draft = {
    name: 'UG-2031',
    title: 'A later revision',
    effectiveOn: '2031-01-01',
    confirmed: false,
    values: [{ key: 'closeout_days', value: 60, source: 'Made up', confirmed: false }],
  } as const;

  it('are added, found by date and read by key', async () => {
    await ruleSets.publish(administrator, draft);
    expect((await ruleSets.inForceOn(world.db, '2030-12-31'))?.name).toBe('UG-2024');
    const rules = await ruleSets.inForceOn(world.db, '2031-01-01');
    expect(rules?.days('closeout_days')).toBe(60);
    expect(() => rules?.money('single_audit_threshold_cents')).toThrow('does not say');
    expect(await ruleSets.inForceOn(world.db, '2001-01-01')).toBeUndefined();
    const now = await ruleSets.rules(world.db, await ruleSets.idOf(world.db, 'UG-2024'));
    expect(now.money('mtdc_subaward_first_cents').toDecimal()).toBe('50000.00');
    expect(now.basisPoints('de_minimis_rate_basis_points')).toBe(1500);
  });

  it('cannot be published twice under one name, nor by anybody else', async () => {
    await expect(ruleSets.publish(administrator, draft)).rejects.toMatchObject({
      fields: [{ field: 'name', code: 'rule_set.name_taken' }],
    });
    const twice = { ...draft, name: 'UG-2032', values: [draft.values[0], draft.values[0]] };
    await expect(ruleSets.publish(administrator, twice)).rejects.toMatchObject({
      fields: [{ field: 'values[1].key' }],
    });
    await expect(ruleSets.publish(await world.actor('auditor'), { ...draft, name: 'X' })).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });

  it('are frozen: the application itself may neither change nor remove them', async () => {
    const client = new pg.Client({ connectionString: world.database.appUrl });
    await client.connect();
    try {
      for (const statement of [
        `update rule_values set value = '1'`,
        `delete from rule_values`,
        `update rule_sets set effective_on = '2000-01-01'`,
        `delete from rule_sets`,
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    } finally {
      await client.end();
    }
  });

  it('are not there for those who may not read them', async () => {
    const id = await ruleSets.idOf(world.db, 'UG-2024');
    await expect(ruleSets.get(await world.actor('reviewer'), id)).rejects.toMatchObject({ kind: 'not_found' });
    expect((await ruleSets.get(await world.actor('auditor'), id)).name).toBe('UG-2024');
  });
});
