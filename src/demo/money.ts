/** Money going out: requests of awards, their approvals by two offices, and batches of payments by two people. */
import { readAward } from '../features/awards/index.js';
import { DisbursementApprovals, Disbursements } from '../features/disbursements/index.js';
import { PaymentBatches } from '../features/payments/index.js';
import type { PersonActor } from '../kernel/actor.js';
import { Money } from '../kernel/money.js';
import type { Cast } from './people.js';
import type { DemoAward } from './program.js';
import type { Story } from './story.js';

export interface RequestPlan {
  readonly award: DemoAward;
  /** From 1. */
  readonly number: number;
  /** Into how many equal requests the award is divided. */
  readonly of: number;
  readonly submitOn: string;
  readonly spentOn: string;
  readonly programOn?: string;
  readonly financeOn?: string;
}

const requestKey = ({ award, number }: Pick<RequestPlan, 'award' | 'number'>): string =>
  `request:${award.key}:${number}`;

/** One request, as far as its dates say: submitted, approved by the program, approved for payment. */
export function request(story: Story, cast: Cast, plan: RequestPlan): void {
  const key = requestKey(plan);
  story.on(plan.submitOn, '10:00', () => submitRequest(story, cast.applicant(plan.award.organization), plan));
  if (plan.programOn !== undefined) {
    story.on(plan.programOn, '10:00', async () => {
      const officer = cast.of('program_officer');
      await story.step(`${key}:program`, () =>
        story.get(Disbursements).take(officer, story.id(key), 'approve_program', {}),
      );
    });
  }
  if (plan.financeOn !== undefined) {
    story.on(plan.financeOn, '10:00', async () => {
      const officer = cast.of('finance_officer');
      await story.step(`${key}:finance`, () => story.get(DisbursementApprovals).approve(officer, story.id(key), {}));
    });
  }
}

async function submitRequest(story: Story, member: PersonActor, plan: RequestPlan): Promise<void> {
  const requests = story.get(Disbursements);
  const key = requestKey(plan);
  const awardId = story.id(`award:${plan.award.key}`);
  const id = await story.make(key, () => requests.create(member, { awardId, kind: 'reimbursement' }));
  const { budgetLines } = await readAward(story.db, awardId);
  for (const { category, amount } of budgetLines) {
    const part = amount.allocate(Array.from({ length: plan.of }, () => 1))[plan.number - 1] ?? Money.zero;
    if (!part.isPositive) continue;
    const line = { category, amount: part, spentOn: plan.spentOn, vendor: vendorOf(category), description: category };
    await story.step(`${key}:${category}`, () => requests.addExpense(member, id, line));
  }
  await story.step(`${key}:submit`, () => requests.take(member, id, 'submit', {}));
}

const vendorOf = (category: string): string => (category.startsWith('Salaries') ? 'Payroll' : 'As invoiced');

/** Prepared by one person, approved and released by another, as far as its dates say. */
export interface BatchPlan {
  readonly key: string;
  readonly prepareOn: string;
  readonly approveOn?: string;
  readonly releaseOn?: string;
  readonly settleOn?: string;
}

export function batch(story: Story, cast: Cast, plan: BatchPlan): void {
  const batches = story.get(PaymentBatches);
  const key = `batch:${plan.key}`;
  story.on(plan.prepareOn, '13:00', async () => {
    const payOn = plan.releaseOn ?? plan.prepareOn;
    await story.make(key, () => batches.prepare(cast.of('finance_officer'), { method: 'check', payOn }));
  });
  const then = (action: 'approve' | 'release' | 'settle', date: string | undefined, time: string): void => {
    if (date === undefined) return;
    const actor = cast.of(action === 'settle' ? 'finance_officer' : 'finance_approver');
    story.on(date, time, async () => {
      await story.step(`${key}:${action}`, () => batches.take(actor, story.id(key), action, {}));
    });
  };
  then('approve', plan.approveOn, '14:00');
  then('release', plan.releaseOn, '15:00');
  then('settle', plan.settleOn, '09:00');
}

const MOST_REQUESTS = 4;
const QUARTER_MONTHS = ['01', '04', '07', '10'];

/** The middles of the quarters in which an award is asked for, the last one soon after its end. */
function requestDays(startsOn: string, endsOn: string, story: Story): string[] {
  const from = story.calendar.addDays(startsOn, 60);
  const until = story.calendar.addDays(endsOn, 50);
  const years = Array.from({ length: 5 }, (_, index) => Number(startsOn.slice(0, 4)) + index);
  const days = years.flatMap((year) => QUARTER_MONTHS.map((month) => `${year}-${month}-15`));
  const within = days.filter((day) => day >= from && day <= until);
  const count = Math.min(MOST_REQUESTS, within.length);
  // Evenly apart, ending with the last.
  return Array.from(
    { length: count },
    (_, index) => within[Math.ceil(((index + 1) * within.length) / count) - 1] ?? '',
  );
}

/** Quarter by quarter until all of each award is paid. */
export function payOverTime(
  story: Story,
  cast: Cast,
  awards: readonly { readonly award: DemoAward; readonly startsOn: string; readonly endsOn: string }[],
): void {
  const { calendar } = story;
  const quarters = new Set<string>();
  for (const { award, startsOn, endsOn } of awards) {
    const days = requestDays(startsOn, endsOn, story);
    days.forEach((submitOn, index) => {
      quarters.add(submitOn);
      const before = calendar.addDays(submitOn, -20);
      request(story, cast, {
        ...{ award, number: index + 1, of: days.length, submitOn },
        spentOn: before > endsOn ? endsOn : before,
        programOn: calendar.addDays(submitOn, 5),
        financeOn: calendar.addDays(submitOn, 8),
      });
    });
  }
  for (const quarter of quarters) {
    const payOn = calendar.addDays(quarter, 13);
    const settleOn = calendar.addDays(payOn, 9);
    batch(story, cast, { key: quarter, prepareOn: payOn, approveOn: payOn, releaseOn: payOn, settleOn });
  }
}
