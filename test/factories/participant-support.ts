/** Stipends and childcare claims for tests, brought to a state by the real use cases. */
import { attendancesAt, type SeatRole } from '../../src/features/collaboratives/index.js';
import {
  ChildcareClaims,
  type ClaimInput,
  type RateCardInput,
  type StipendPolicyInput,
  Stipends,
  SupportPolicies,
} from '../../src/features/participant-support/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { World } from '../support/world.js';
import { attachment } from './attachments.js';
import type { MadeCollaborative } from './collaboratives.js';
import { personWith } from './people.js';

const system = systemActor('test');

/** Who is paid for coming, from the first day of the year: $75 for each convening, by the fund, unless told. */
export async function stipendPolicy(
  world: World,
  made: Pick<MadeCollaborative, 'collaborativeId' | 'yearId'>,
  role: SeatRole,
  given: Partial<StipendPolicyInput> = {},
): Promise<string> {
  const { id } = await world.get(SupportPolicies).addPolicy(system, made.collaborativeId, {
    yearId: made.yearId,
    role,
    bearer: 'fund',
    basis: 'per_convening',
    rate: Money.parse('75'),
    startsOn: '2015-07-01',
    ...given,
  });
  return id;
}

/** Childcare rates: $9 for a child and hour, at most $120, half an hour for the way, 60 days, unless told. */
export async function rateCard(
  world: World,
  made: Pick<MadeCollaborative, 'collaborativeId'>,
  given: Partial<RateCardInput> = {},
): Promise<string> {
  const { id } = await world.get(SupportPolicies).addCard(system, made.collaborativeId, {
    rate: Money.parse('9'),
    cap: Money.parse('120'),
    extraMinutes: 30,
    claimDays: 60,
    startsOn: '2015-07-01',
    ...given,
  });
  return id;
}

/** A receipt that nobody has handed in before. */
export async function receipt(world: World, actor: PersonActor): Promise<string> {
  return (await attachment(world, actor)).id;
}

/** What is sent for a claim: two children for two hours, $40 paid, which comes to $36. */
export async function claimInput(
  world: World,
  actor: PersonActor,
  attendanceId: string,
  given: Partial<ClaimInput> = {},
): Promise<ClaimInput> {
  const receiptId = given.receiptId ?? (await receipt(world, actor));
  const told = { children: 2, hours: '2', paid: Money.parse('40'), provider: 'A sitter' };
  return { attendanceId, ...told, ...given, receiptId };
}

export async function draftClaim(
  world: World,
  actor: PersonActor,
  attendanceId: string,
  given: Partial<ClaimInput> = {},
): Promise<string> {
  const input = await claimInput(world, actor, attendanceId, given);
  return (await world.get(ChildcareClaims).create(actor, input)).id;
}

export async function submittedClaim(
  world: World,
  actor: PersonActor,
  attendanceId: string,
  given: Partial<ClaimInput> = {},
): Promise<string> {
  const id = await draftClaim(world, actor, attendanceId, given);
  await world.get(ChildcareClaims).submit(actor, id, {});
  return id;
}

/** A program officer of the fund, who approves. */
export async function approver(world: World, made: Pick<MadeCollaborative, 'fundId'>): Promise<PersonActor> {
  return (await personWith(world, 'program_officer', { scopeKind: 'fund', scopeId: made.fundId })).actor;
}

/** The stipends of a convening that live, in the order of their people. */
export async function stipendsOf(
  world: World,
  conveningId: string,
): Promise<{ id: string; personId: string; role: string; state: string; cents: string }[]> {
  return world.db.query(sql`
    select id, person_id as "personId", role, state, amount_cents::text as cents from stipends
    where convening_id = ${conveningId} and state <> 'voided' order by person_id, role`);
}

/** Approves all that is accrued of a convening; gives the ids. */
export async function approvedStipends(world: World, conveningId: string, by: PersonActor): Promise<readonly string[]> {
  const ids = (await stipendsOf(world, conveningId)).filter(({ state }) => state === 'accrued').map(({ id }) => id);
  await world.get(Stipends).approveMany(by, ids);
  return ids;
}

/** The attendance of one person at a convening. */
export async function attendanceOf(world: World, conveningId: string, personId: string): Promise<string> {
  const found = (await attendancesAt(world.db, conveningId)).find((each) => each.personId === personId);
  return found?.id ?? '';
}
