/** Entering things for an organization: consented, recorded, bounded, seen and ended by the organization. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Assistances, actingGrants, assistsAsJson, People, Roles } from '../../src/features/identity/index.js';
import { AssistanceListQuery } from '../../src/features/identity/assistance.input.js';
import { Applications } from '../../src/features/applications/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { memberRoles, OrganizationMembers, requireMemberRole } from '../../src/features/organizations/index.js';
import type { Assistance, PersonActor } from '../../src/kernel/actor.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let assistances: Assistances;
let officer: PersonActor;
let organizationId: string;
let owner: PersonActor;

const WORLD_MILLISECONDS = 60_000;
const INPUT = { consent: 'phone', consentedBy: 'Dana Director', reason: 'Their budget, on the telephone' } as const;

beforeAll(async () => {
  world = await openWorld();
  assistances = world.get(Assistances);
  officer = await world.actor('program_officer');
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

beforeEach(async () => {
  ({ id: organizationId } = await organization(world));
  owner = await organizationMember(world, organizationId, 'owner');
});

const day = (days: number): string => world.db.currentCalendar.addDays(world.db.today, days);

/** The officer as their next request finds them. */
async function again(actor: PersonActor = officer): Promise<PersonActor> {
  const [row] = await world.db.query<{ assists: Assistance[] | null }>(
    sql`select ${assistsAsJson(sql`${actor.personId}::uuid`, world.db.today)} as assists`,
  );
  const assists = row?.assists ?? [];
  return { ...actor, grants: actingGrants(actor.grants, assists), assists };
}

const administrators = (): Promise<PersonActor> => world.actor('administrator');

/** Whether the officer helps the organization of this test. */
const helps = async (): Promise<boolean> =>
  (await again()).assists?.some((each) => each.organizationId === organizationId) ?? false;

const start = async (terms: object = {}): Promise<string> =>
  (await assistances.start(officer, organizationId, { ...INPUT, ...terms })).id;

const list = (actor: PersonActor): ReturnType<Assistances['list']> =>
  assistances.list(actor, Object.assign(new AssistanceListQuery(), { organizationId }));

describe('helping an organization', () => {
  it('makes the helper an editor there, and nothing more', async () => {
    await expect(requireMemberRole(world.db, officer, organizationId, ['editor'])).rejects.toMatchObject({
      code: 'organization.member_role_missing',
    });
    await start();
    const helper = await again();
    expect(helper.assists).toContainEqual(expect.objectContaining({ organizationId, endsOn: day(7) }));
    await requireMemberRole(world.db, helper, organizationId, ['owner', 'editor']);
    expect(await world.get(OrganizationMembers).rolesOf(helper, organizationId)).toEqual(['editor']);
    // Money is asked for by owners, editors and finance alike, and not by whoever helps.
    await expect(
      requireMemberRole(world.db, helper, organizationId, ['owner', 'editor', 'finance', 'signatory']),
    ).rejects.toMatchObject({ code: 'organization.member_role_missing' });
    for (const role of ['owner', 'signatory', 'finance', 'viewer'] as const) {
      await expect(requireMemberRole(world.db, helper, organizationId, [role])).rejects.toMatchObject({
        code: 'organization.member_role_missing',
      });
    }
    // It is nobody's membership: whatever looks for members finds none.
    expect(await memberRoles(world.db, helper.personId, organizationId)).toEqual([]);
    const { id: elsewhere } = await organization(world);
    await expect(requireMemberRole(world.db, helper, elsewhere, ['editor'])).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });

  it('lets the helper begin and write an application, and neither send nor withdraw it', async () => {
    await start();
    const helper = await again();
    const { roundId } = await publishedRound(world);
    const applications = world.get(Applications);
    const input = { roundId, organizationId, title: 'Told on the telephone' };
    await expect(applications.create(officer, input)).rejects.toMatchObject({ kind: 'invalid' });
    const { id } = await applications.create(helper, input);
    const step = { version: 1 };
    await expect(applications.submit(helper, id, step)).rejects.toMatchObject({ code: 'application.certifier_only' });
    await expect(applications.take(helper, id, 'withdraw', { ...step, note: 'No' })).rejects.toMatchObject({
      kind: 'forbidden',
    });
    const rows = await world.db.query<{ actor: string; for: string | null }>(sql`
      select actor, acting_for as for from audit_events where subject_id = ${id}`);
    expect(rows).toEqual([{ actor: `person:${helper.personId}`, for: organizationId }]);
  });

  it('is recorded with how consent was given, told to its people, and marks what is done', async () => {
    const id = await start({ consent: 'mail', consentedOn: day(-2), endsOn: day(30) });
    expect((await list(owner)).items).toMatchObject([
      {
        id,
        personName: officer.name,
        consent: 'mail',
        consentedBy: 'Dana Director',
        consentedOn: day(-2),
        isLive: true,
      },
    ]);
    const [mail] = await world.db.query<{ body: string }>(sql`
      select m.body from mails m join identifiers i on i.value = m.recipient where i.person_id = ${owner.personId}
      order by m.created_at desc limit 1`);
    expect(mail?.body).toContain(`/organizations/${organizationId}/assistances`);
    const helper = await again();
    await world.db.work(helper, async (work) => {
      await requireMemberRole(work, helper, organizationId, ['editor']);
      work.audit({ action: 'test.done', subjectType: 'organization', subjectId: organizationId });
      return null;
    });
    const rows = await world.db.query<{ action: string; for: string | null }>(sql`
      select action, acting_for as for from audit_events where subject_id = ${organizationId}
        and action in ('test.done', 'assistance.started') order by id`);
    expect(rows).toEqual([
      { action: 'assistance.started', for: organizationId },
      { action: 'test.done', for: organizationId },
    ]);
  });

  it('ends with its last day, and at once when either side ends it', async () => {
    await start({ endsOn: day(1) });
    const last = world.db.today;
    world.clock.set(world.db.currentCalendar.startOfDay(world.db.currentCalendar.addDays(last, 2)));
    expect(await helps()).toBe(false);
    // A new consent follows; the run out one makes room.
    const id = await start();
    await assistances.end(owner, organizationId, id, 'We do it ourselves now');
    expect(await helps()).toBe(false);
    const mine = await start();
    await assistances.end(officer, organizationId, mine, 'Done');
    await expect(assistances.end(officer, organizationId, mine, 'Again')).rejects.toMatchObject({
      code: 'assistance.ended_already',
    });
    expect((await list(owner)).items.map(({ isLive }) => isLive)).toEqual([false, false, false]);
  });

  it('ends with the role that lets somebody help', async () => {
    const helper = await world.actor('program_officer');
    await assistances.start(helper, organizationId, INPUT);
    expect((await again(helper)).assists).toHaveLength(1);
    const [grant] = await world.get(People).grants(helper.personId);
    await world.get(Roles).end(await administrators(), helper.personId, grant?.id ?? '', 'Moved on');
    expect((await again(helper)).assists).toEqual([]);
    expect((await list(owner)).items).toMatchObject([{ isLive: false }]);
  });

  it('is closed to whoever has a direct conflict of interest, and ends when one is declared', async () => {
    const { roundId } = await publishedRound(world);
    const { id: applicationId } = await world
      .get(Applications)
      .create(owner, { roundId, organizationId, title: 'Ours' });
    const declare = { applicationId, type: 'family', level: 'direct' } as const;
    const helper = await world.actor('program_officer');
    await assistances.start(helper, organizationId, INPUT);
    await world.get(Conflicts).declareOwn(helper, declare);
    expect((await again(helper)).assists).toEqual([]);
    await expect(assistances.start(helper, organizationId, INPUT)).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'assistance.conflict',
    });
  });

  it('takes consent that was given, a reason, and 30 days at most', async () => {
    const wrong = (field: string, code: string): object => ({ fields: [{ field, code }] });
    await expect(start({ endsOn: day(31) })).rejects.toMatchObject(wrong('endsOn', 'assistance.too_long'));
    await expect(start({ endsOn: day(-1) })).rejects.toMatchObject(wrong('endsOn', 'assistance.ends_in_the_past'));
    await expect(start({ consentedOn: day(1) })).rejects.toMatchObject(
      wrong('consentedOn', 'assistance.consent_in_the_future'),
    );
    await expect(
      world.db.work(systemActor('test'), (work) =>
        work.query(sql`insert into assistances (id, created_at, person_id, organization_id, organization_name, consent,
            consented_by, consented_on, starts_on, ends_on, reason)
          values (${newId()}, ${work.now}, ${officer.personId}, ${organizationId}, 'x', 'phone', 'x', ${day(0)}, ${day(0)},
            ${day(31)}, 'x')`),
      ),
    ).rejects.toMatchObject({ driverError: { constraint: 'assistances_period_check' } });
  });

  it('begun twice at once begins once', async () => {
    const results = await Promise.allSettled([start(), start(), start()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is begun by program officers alone, and never for an organization of their own', async () => {
    for (const role of ['finance_officer', 'administrator', 'auditor', 'facilitator'] as const) {
      const other = await world.actor(role);
      await expect(assistances.start(other, organizationId, INPUT)).rejects.toMatchObject({
        kind: expect.stringMatching(/forbidden|not_found/),
      });
    }
    await expect(assistances.start(owner, organizationId, INPUT)).rejects.toMatchObject({ code: 'permission.missing' });
    await expect(assistances.start(officer, newId(), INPUT)).rejects.toMatchObject({ kind: 'not_found' });
    const both = await world.person([{ role: 'program_officer' }]);
    await world.db.work(systemActor('test'), async (work) => {
      await work.query(sql`
        insert into role_grants (id, created_at, person_id, role, scope_kind, scope_id, reason, starts_on)
        values (${newId()}, ${work.now}, ${both.personId}, 'applicant', 'organization', ${organizationId}, 'x', ${day(0)})`);
      return null;
    });
    const actor: PersonActor = {
      ...{ kind: 'person', personId: both.personId, name: both.name },
      grants: [{ role: 'program_officer', scopeKind: 'agency', scopeId: null }],
    };
    await expect(assistances.start(actor, organizationId, INPUT)).rejects.toMatchObject({
      code: 'assistance.own_organization',
    });
  });

  it('is seen and ended by nobody of another organization', async () => {
    const id = await start();
    const { id: elsewhere } = await organization(world);
    const stranger = await organizationMember(world, elsewhere, 'owner');
    expect((await list(stranger)).items).toEqual([]);
    await expect(assistances.end(stranger, organizationId, id, 'Mine')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(assistances.end(stranger, elsewhere, id, 'Mine')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(assistances.organization(stranger, organizationId)).rejects.toMatchObject({ kind: 'not_found' });
    const other = await world.actor('program_officer');
    await expect(assistances.end(other, organizationId, id, 'Not mine')).rejects.toMatchObject({
      code: 'permission.missing',
    });
    expect((await list(await world.actor('auditor'))).items).toHaveLength(1);
  });
});
