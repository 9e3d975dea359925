/**
 * The collaboratives: the Road Map Improvement Collaborative, whose first year the agency paid for and whose second its
 * districts bore, and a smaller one of today, with a convening to confirm and a claim to check.
 */
import {
  type AttendanceFact,
  attendancesAt,
  Collaboratives,
  Convenings,
  Teams,
} from '../features/collaboratives/index.js';
import { Attachments } from '../features/documents/index.js';
import { Funds } from '../features/funds/index.js';
import { ChildcareClaims, Stipends, SupportPolicies } from '../features/participant-support/index.js';
import { Payees, PayeeSecrets } from '../features/payments/index.js';
import { Money } from '../kernel/money.js';
import { sql } from '../platform/database/sql.js';
import { batch } from './money.js';
import { type Cast, PARTICIPANT_SEATS } from './people.js';
import { receiptOf } from './receipt.js';
import { DISTRICTS } from './rubric.js';
import type { Story } from './story.js';

/** Gives the date so many days after the day the demonstration is made, before it when negative. */
type Day = (days: number) => string;

const SOURCE = 'next-steps';
const COMMUNITY = ['student_leader', 'parent_advisor', 'community_partner'] as const;
const STAFF = ['superintendent', 'design_team', 'frontline_expert', 'improvement_coach'] as const;
const ROLE_WORDS: Readonly<Record<string, string>> = {
  superintendent: 'Superintendent',
  design_team: 'Design team',
  frontline_expert: 'Frontline expert',
  improvement_coach: 'Improvement coach',
  student_leader: 'Student leader',
  parent_advisor: 'Parent advisor',
  community_partner: 'Community partner',
};
const STIPEND = Money.parse('75');
const CHILDCARE = { rate: Money.parse('9'), cap: Money.parse('120'), extraMinutes: 60, claimDays: 60 } as const;

interface Plan {
  readonly key: string;
  readonly name: string;
  readonly shortName: string;
  readonly fund: { readonly key: string; readonly name: string; readonly purpose: string };
  readonly setAside: number;
  readonly team: { readonly atLeast: number; readonly atMost: number };
  readonly rules: readonly { readonly label: string; readonly roles: readonly string[]; readonly atLeast: number }[];
}

interface Year {
  readonly key: string;
  readonly name: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly bearer: 'fund' | 'district';
}

interface Session {
  readonly key: string;
  readonly date: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

const RMIC: Plan = {
  ...{ key: 'rmic', name: 'Road Map Improvement Collaborative', shortName: 'RMIC', setAside: 60_000 },
  fund: {
    ...{ key: 'fund:collaboratives', name: 'Road Map collaboratives' },
    purpose: 'District teams that learn together, with students, parents and community members at the table.',
  },
  team: { atLeast: 7, atMost: 7 },
  rules: [
    ...STAFF.map((role) => ({ label: ROLE_WORDS[role] ?? role, roles: [role], atLeast: 1 })),
    { label: 'Students, parents and community', roles: COMMUNITY, atLeast: 3 },
  ],
};

const FIRST_YEAR: Year = {
  ...{ key: 'rmic:2020', name: '2020–21', startsOn: '2020-09-01', endsOn: '2021-06-30', bearer: 'fund' },
};
const SECOND_YEAR: Year = {
  ...{ key: 'rmic:2021', name: '2021–22', startsOn: '2021-09-01', endsOn: '2022-06-30', bearer: 'district' },
};
const FIRST_SESSIONS: readonly Session[] = ['2020-10-30', '2020-12-11', '2021-02-12', '2021-04-16', '2021-06-04'].map(
  (date) => ({ key: `rmic:${date}`, date, startsAt: '09:00', endsAt: '12:00' }),
);
const SECOND_SESSION: Session = { key: 'rmic:2021-10-29', date: '2021-10-29', startsAt: '09:00', endsAt: '12:00' };

const FAMILY: Plan = {
  ...{ key: 'family', name: 'Family Leadership Collaborative', shortName: 'FLC', setAside: 25_000 },
  fund: { key: 'fund:next-steps', name: '', purpose: '' },
  team: { atLeast: 2, atMost: 3 },
  rules: [{ label: 'Parents and students', roles: ['parent_advisor', 'student_leader'], atLeast: 2 }],
};
const FAMILY_DISTRICTS = ['Renton', 'Tukwila', 'Highline'];

/** Tells both; the second is dated by the day the demonstration is made. */
export function tellCollaboratives(story: Story, cast: Cast, day: Day): void {
  tellFirstYear(story, cast);
  tellSecondYear(story, cast);
  tellToday(story, cast, day);
}

function tellFirstYear(story: Story, cast: Cast): void {
  story.on('2020-08-17', '09:00', async () => {
    await setUp(story, cast, RMIC);
    await addYear(story, cast, RMIC, FIRST_YEAR);
    for (const district of DISTRICTS) {
      const team = await addTeam(story, cast, FIRST_YEAR, district);
      for (const role of [...STAFF, ...COMMUNITY]) await seat(story, cast, { team, district, role });
    }
  });
  for (const session of FIRST_SESSIONS) {
    const { addDays } = story.calendar;
    const after = (days: number): string => addDays.call(story.calendar, session.date, days);
    plan(story, cast, FIRST_YEAR, { ...session, plannedOn: after(-45) });
    confirm(story, cast, session, { on: after(1), absent: 6 });
    approveStipends(story, cast, session, after(5));
    const payOn = after(12);
    claim(story, cast, session, { number: 1, on: after(3), children: 2, hours: '3.5', paid: '70.00' });
    approveClaim(story, cast, session, { number: 1, on: after(6) });
    story.on(after(8), '09:00', () => recordTaxForms(story, cast, after(8)));
    batch(story, cast, {
      ...{ key: session.key, prepareOn: payOn, approveOn: payOn, releaseOn: payOn, settleOn: after(20) },
    });
  }
}

/** Its districts pay their own people: who came is kept, and nothing is owed here. */
function tellSecondYear(story: Story, cast: Cast): void {
  story.on('2021-08-16', '09:00', async () => {
    await addYear(story, cast, RMIC, SECOND_YEAR);
    await story.step(`${SECOND_YEAR.key}:copy`, () =>
      story.get(Teams).copy(cast.of('facilitator'), story.id(`year:${SECOND_YEAR.key}`)),
    );
  });
  plan(story, cast, SECOND_YEAR, { ...SECOND_SESSION, plannedOn: '2021-09-13' });
  confirm(story, cast, SECOND_SESSION, { on: '2021-10-30', absent: 9 });
}

/** One paid in the next batch, one whose stipends and claim wait, one to confirm, and one to come. */
function tellToday(story: Story, cast: Cast, day: Day): void {
  const startsOn = day(-90);
  const startYear = Number(startsOn.slice(0, 4));
  const year: Year = {
    ...{ key: 'family:now', name: `${startYear}–${String(startYear + 1).slice(2)}`, startsOn, endsOn: day(240) },
    bearer: 'fund',
  };
  story.on(day(-100), '11:00', async () => {
    await setUp(story, cast, FAMILY);
    await addYear(story, cast, FAMILY, year);
    for (const district of FAMILY_DISTRICTS) {
      const team = await addTeam(story, cast, year, district);
      for (const role of ['parent_advisor', 'student_leader']) await seat(story, cast, { team, district, role });
    }
  });
  const evening = { startsAt: '17:30', endsAt: '20:30' };
  const session = (key: string, days: number): Session => ({ key: `family:${key}`, date: day(days), ...evening });
  const [paid, waiting, unsaid, coming] = [
    session('paid', -48),
    session('waiting', -20),
    session('unsaid', -3),
    session('coming', 11),
  ];
  for (const each of [paid, waiting, unsaid, coming]) plan(story, cast, year, { ...each, plannedOn: day(-60) });
  confirm(story, cast, paid, { on: day(-47), absent: 1 });
  approveStipends(story, cast, paid, day(-41));
  claim(story, cast, paid, { number: 1, on: day(-44), children: 2, hours: '3.5', paid: '70.00' });
  approveClaim(story, cast, paid, { number: 1, on: day(-40) });
  // One form is still missing, so one payment of the next batch waits for it.
  story.on(day(-38), '09:00', () => recordTaxForms(story, cast, day(-38), 1));
  story.on(day(-37), '09:00', () => recordNumbers(story, cast));
  confirm(story, cast, waiting, { on: day(-19), absent: 1 });
  claim(story, cast, waiting, { number: 1, on: day(-16), children: 3, hours: '4', paid: '130.00' });
}

async function setUp(story: Story, cast: Cast, { key, fund, setAside, team, rules, ...names }: Plan): Promise<void> {
  const officer = cast.of('program_officer');
  const funds = story.get(Funds);
  const fundId =
    fund.name === ''
      ? story.id(fund.key)
      : await story.make(fund.key, () =>
          funds.create(officer, { name: fund.name, slug: 'collaboratives', purpose: fund.purpose }),
        );
  const poolId = await story.make(`pool:${key}`, () =>
    funds.addPool(officer, fundId, { kind: 'collaborative', name: names.shortName }),
  );
  await story.step(`pool:${key}:allot`, () =>
    funds.allot(cast.of('finance_officer'), {
      ...{ sourceId: story.id(`source:${SOURCE}`), poolId, amount: Money.parse(String(setAside)) },
      authority: `Executive Committee, budget of ${names.name}`,
    }),
  );
  const id = await story.make(`collaborative:${key}`, () =>
    story.get(Collaboratives).create(officer, {
      ...{ name: names.name, shortName: names.shortName, poolId, teamAtLeast: team.atLeast, teamAtMost: team.atMost },
      rules: rules.map((rule) => ({ ...rule, roles: [...rule.roles] as never })),
    }),
  );
  await story.step(`collaborative:${key}:card`, () =>
    story.get(SupportPolicies).addCard(officer, id, { ...CHILDCARE, startsOn: story.calendar.today(story.db.now) }),
  );
}

async function addYear(story: Story, cast: Cast, { key: plan }: Plan, year: Year): Promise<void> {
  const officer = cast.of('program_officer');
  const collaborativeId = story.id(`collaborative:${plan}`);
  const { name, startsOn, endsOn } = year;
  const yearId = await story.make(`year:${year.key}`, () =>
    story.get(Collaboratives).addYear(officer, collaborativeId, { name, startsOn, endsOn }),
  );
  for (const role of COMMUNITY) {
    await story.step(`year:${year.key}:${role}`, () =>
      story.get(SupportPolicies).addPolicy(officer, collaborativeId, {
        ...{ yearId, role, bearer: year.bearer, basis: 'per_convening', rate: STIPEND, startsOn },
      }),
    );
  }
}

async function addTeam(story: Story, cast: Cast, year: Year, district: string): Promise<string> {
  const key = `team:${year.key}:${district}`;
  await story.make(key, () => story.get(Teams).add(cast.of('facilitator'), story.id(`year:${year.key}`), { district }));
  return key;
}

interface Seated {
  readonly team: string;
  readonly district: string;
  readonly role: string;
}

/** Those who can sign in have addresses of their own; everybody else is known by role and district. */
async function seat(story: Story, cast: Cast, { team, district, role }: Seated): Promise<void> {
  const known = PARTICIPANT_SEATS.find((each) => each.district === district && each.role === role);
  const address = known?.email ?? `${role}.${district}@example.org`.toLowerCase().replaceAll(/[_ ]/g, '-');
  const name = `${ROLE_WORDS[role] ?? role}, ${district}`;
  await story.step(`${team}:${role}`, () =>
    story.get(Teams).addSeat(cast.of('facilitator'), story.id(team), { role: role as never, address, name }),
  );
}

function plan(story: Story, cast: Cast, year: Year, session: Session & { readonly plannedOn: string }): void {
  const { key, date, startsAt, endsAt, plannedOn } = session;
  story.on(plannedOn, '15:00', async () => {
    await story.make(`convening:${key}`, () =>
      story.get(Convenings).plan(cast.of('facilitator'), story.id(`year:${year.key}`), {
        ...{ kind: 'team_session', date, startsAt, endsAt, place: 'Online' },
      }),
    );
  });
}

const attendances = (story: Story, session: Session): Promise<AttendanceFact[]> =>
  attendancesAt(story.db, story.id(`convening:${session.key}`));

/** All came but some of the staff, or of the participants where there is nobody else. */
function confirm(
  story: Story,
  cast: Cast,
  session: Session,
  { on, absent }: { readonly on: string; readonly absent: number },
): void {
  story.on(on, '08:30', async () => {
    const id = story.id(`convening:${session.key}`);
    const all = await attendances(story, session);
    const isPaid = ({ role }: AttendanceFact): boolean => (COMMUNITY as readonly string[]).includes(role);
    const inOrder = [...all].sort(
      (a, b) => Number(isPaid(a)) - Number(isPaid(b)) || (a.teamName < b.teamName ? 1 : -1),
    );
    const present = inOrder.slice(absent).map((each) => ({ attendanceId: each.id }));
    const facilitator = cast.of('facilitator');
    const { version } = await story.get(Convenings).get(facilitator, id);
    await story.step(`convening:${session.key}:confirm`, () =>
      story.get(Convenings).confirmAttendance(facilitator, id, { present, version }),
    );
  });
}

function approveStipends(story: Story, cast: Cast, session: Session, on: string): void {
  story.on(on, '10:00', async () => {
    const due = await story.db.query<{ id: string }>(sql`
      select id from stipends where convening_id = ${story.id(`convening:${session.key}`)} order by id`);
    await story.step(`stipends:${session.key}`, () =>
      story.get(Stipends).approveMany(
        cast.of('program_officer'),
        due.map(({ id }) => id),
      ),
    );
  });
}

interface ClaimPlan {
  /** The participant's number. */
  readonly number: number;
  readonly on: string;
  readonly children: number;
  readonly hours: string;
  readonly paid: string;
}

function claim(story: Story, cast: Cast, session: Session, plan: ClaimPlan): void {
  const key = `claim:${session.key}:${plan.number}`;
  story.on(plan.on, '20:15', async () => {
    const participant = cast.of('participant', plan.number);
    const own = (await attendances(story, session)).find(({ personId }) => personId === participant.personId);
    const receipt = receiptOf([
      'Childcare',
      `${plan.children} children  ${plan.hours} hours`,
      session.date,
      `Total $${plan.paid}`,
      'Thank you',
    ]);
    const receiptId = await story.make(`${key}:receipt`, () => story.get(Attachments).keep(participant, receipt));
    const claims = story.get(ChildcareClaims);
    const { children, hours } = plan;
    const id = await story.make(key, () =>
      claims.create(participant, {
        ...{ attendanceId: own?.id ?? '', children, hours, paid: Money.parse(plan.paid) },
        ...{ provider: 'A sitter of the neighborhood', receiptId },
      }),
    );
    await story.step(`${key}:submit`, () => claims.submit(participant, id, {}));
  });
}

function approveClaim(
  story: Story,
  cast: Cast,
  session: Session,
  { number, on }: { number: number; on: string },
): void {
  const key = `claim:${session.key}:${number}`;
  story.on(on, '11:00', async () => {
    await story.step(`${key}:approve`, () =>
      story.get(ChildcareClaims).approve(cast.of('program_officer'), story.id(key), {}),
    );
  });
}

/** Finance writes down which forms came in; `missing` of them did not. */
async function recordTaxForms(story: Story, cast: Cast, onFileOn: string, missing = 0): Promise<void> {
  const without = await story.db.query<{ id: string }>(sql`
    select id from payees where person_id is not null and tax_form_on_file_on is null order by name desc`);
  for (const { id } of without.slice(missing)) {
    await story.step(`payee:${id}:form`, () =>
      story.get(Payees).recordTaxForm(cast.of('finance_officer'), id, { onFileOn }),
    );
  }
}

/** A tax number that another person confirmed, and a bank account that waits for it. Neither was ever anybody's. */
async function recordNumbers(story: Story, cast: Cast): Promise<void> {
  const payees = await story.db.query<{ id: string }>(sql`
    select id from payees where person_id is not null and tax_form_on_file_on is not null order by name, id limit 2`);
  const [first, second] = payees.map(({ id }) => id);
  if (first === undefined || second === undefined) return;
  const secrets = story.get(PayeeSecrets);
  const [officer, approver] = [cast.of('finance_officer'), cast.of('finance_approver')];
  const tin = { detail: 'ssn', number: '078-05-1120', again: '078-05-1120' };
  await story.make('numbers:tin', () => secrets.recordTin(officer, first, tin));
  await story.step('numbers:tin:confirm', () =>
    secrets.take(approver, story.id('numbers:tin'), 'confirm', { note: 'Compared with the tax form' }),
  );
  const account = { detail: 'checking', routingNumber: '123123123', number: '0001234567', again: '0001234567' };
  await story.step('numbers:account', () => secrets.recordBankAccount(officer, second, account));
}
