/** Disbursement requests for tests, brought to a state by the real use cases. */
import { readAward } from '../../src/features/awards/index.js';
import { DisbursementApprovals, Disbursements, type ExpenseInput } from '../../src/features/disbursements/index.js';
import { readCategories } from '../../src/features/disbursements/disbursement.spending.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import type { World } from '../support/world.js';
import { organizationMember } from './organizations.js';
import { personWith } from './people.js';

/** An award in force: its id, or what the factory of awards gives. */
export type Awardish = string | { readonly awardId: string } | { readonly id: string };

export interface MadeRequest {
  readonly id: string;
  readonly number: number;
  readonly awardId: string;
  /** The recipient's finance member who wrote and certified it. */
  readonly member: PersonActor;
}

export interface ApprovedRequest extends MadeRequest {
  readonly programOfficer: PersonActor;
  readonly financeOfficer: PersonActor;
}

export interface RequestOptions {
  readonly member?: PersonActor;
  /** All of it in this category; else the categories in order, as far as each goes. */
  readonly category?: string;
  readonly kind?: 'reimbursement' | 'advance';
}

/** One pair of approvers for each world: making people is slow. */
const approvers = new WeakMap<World, Promise<{ programOfficer: PersonActor; financeOfficer: PersonActor }>>();

function idOf(award: Awardish): string {
  if (typeof award === 'string') return award;
  return 'awardId' in award ? award.awardId : award.id;
}

export function approversOf(world: World): Promise<{ programOfficer: PersonActor; financeOfficer: PersonActor }> {
  const known = approvers.get(world);
  if (known !== undefined) return known;
  const made = (async () => ({
    programOfficer: (await personWith(world, 'program_officer')).actor,
    financeOfficer: (await personWith(world, 'finance_officer')).actor,
  }))();
  approvers.set(world, made);
  return made;
}

/** A draft with its expenses. */
export async function draftRequest(
  world: World,
  award: Awardish,
  amount: Money,
  options: RequestOptions = {},
): Promise<MadeRequest> {
  const { id: awardId, organizationId, startsOn } = await readAward(world.db, idOf(award));
  const member = options.member ?? (await organizationMember(world, organizationId, 'finance'));
  const requests = world.get(Disbursements);
  const hasBegun = startsOn !== null && startsOn <= world.db.today;
  const kind = options.kind ?? (hasBegun ? 'reimbursement' : 'advance');
  const { id, number } = await requests.create(member, { awardId, kind });
  const spentOn = startsOn ?? world.db.today;
  for (const line of await split(world, awardId, amount, options.category)) {
    await requests.addExpense(member, id, { ...line, spentOn, vendor: 'Example Supplies', description: 'Materials' });
  }
  return { id, number, awardId, member };
}

export async function submittedRequest(
  world: World,
  award: Awardish,
  amount: Money,
  options: RequestOptions = {},
): Promise<MadeRequest> {
  const made = await draftRequest(world, award, amount, options);
  await world.get(Disbursements).take(made.member, made.id, 'submit', {});
  return made;
}

/** Approved by the program, not yet by finance. */
export async function programApprovedRequest(
  world: World,
  award: Awardish,
  amount: Money,
  options: RequestOptions = {},
): Promise<ApprovedRequest> {
  const made = await submittedRequest(world, award, amount, options);
  const people = await approversOf(world);
  await world.get(Disbursements).take(people.programOfficer, made.id, 'approve_program', {});
  return { ...made, ...people };
}

/** Approved by both: its payable is open. */
export async function approvedRequest(
  world: World,
  award: Awardish,
  amount: Money,
  options: RequestOptions = {},
): Promise<ApprovedRequest> {
  const made = await programApprovedRequest(world, award, amount, options);
  await world.get(DisbursementApprovals).approve(made.financeOfficer, made.id, {});
  return made;
}

/** The amount over the categories; what fits nowhere goes into the first. */
async function split(
  world: World,
  awardId: string,
  amount: Money,
  category?: string,
): Promise<Pick<ExpenseInput, 'category' | 'amount'>[]> {
  if (category !== undefined) return [{ category, amount }];
  let missing = amount;
  const lines: { category: string; amount: Money }[] = [];
  const categories = await readCategories(world.db, awardId);
  for (const { category: each, left } of categories) {
    const part = Money.min(left, missing);
    if (!part.isPositive) continue;
    lines.push({ category: each, amount: part });
    missing = missing.subtract(part);
  }
  const first = categories[0]?.category;
  if (missing.isPositive && first !== undefined) lines.push({ category: first, amount: missing });
  return lines;
}
