/** What the grant paid beside the fund: the agency's own programs and services, one entry of its accounting a month. */
import { Funds, OwnCosts } from '../features/funds/index.js';
import { Money } from '../kernel/money.js';
import type { Cast } from './people.js';
import type { Story } from './story.js';

const SET_ASIDE = Money.parse('35000000');
const FIRST_YEAR = 2013;
/** How the spending of four years rose and fell: the weight of each month of a year, by year. */
const YEARS = [6, 11, 13, 10] as const;
const MONTHS_A_YEAR = 12;
/** More in summer, when programs run all day, and in the last month of the school year. */
const MONTHS = [7, 8, 8, 9, 9, 12, 13, 12, 8, 8, 8, 7] as const;

/** Booked on the tenth of the month after; the extension's last month before the bills are closed. */
const BOOKING_DAY = '10';

function monthsOf(): string[] {
  return YEARS.flatMap((_, year) =>
    Array.from({ length: MONTHS_A_YEAR }, (_each, index) => {
      return `${FIRST_YEAR + year}-${String(index + 1).padStart(2, '0')}`;
    }),
  );
}

const next = (month: string): string => {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === MONTHS_A_YEAR ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
};

/** One allotment for all of it, on the day the fund is made, and its months until the extension ends. */
export function spendOwnCosts(story: Story, cast: Cast, source: string, allottedOn: string): void {
  const key = 'pool:own-costs';
  story.on(allottedOn, '10:00', async () => {
    const funds = story.get(Funds);
    const officer = cast.of('program_officer');
    const fundId = await story.make('fund:project', () =>
      funds.create(officer, {
        ...{ name: 'Project programs and services', slug: 'project-services' },
        purpose:
          'What the agency and its districts did themselves: Start Strong, STEM Strong, Stay Strong and shared services.',
      }),
    );
    const pool = { kind: 'own_costs', name: 'Programs, staff and shared services' };
    const poolId = await story.make(key, () => funds.addPool(officer, fundId, pool));
    await story.step(`${key}:allot`, () =>
      funds.allot(cast.of('finance_officer'), {
        ...{ sourceId: story.id(`source:${source}`), poolId, amount: SET_ASIDE },
        authority: 'Approved project budget of the grant',
      }),
    );
  });
  const months = monthsOf();
  const amounts = SET_ASIDE.allocate(
    months.map((_, index) => (YEARS[Math.floor(index / MONTHS_A_YEAR)] ?? 1) * (MONTHS[index % MONTHS_A_YEAR] ?? 1)),
  );
  months.forEach((month, index) => {
    const bookingDay = `${next(month)}-${BOOKING_DAY}`;
    const day = bookingDay < allottedOn ? story.calendar.addDays(allottedOn, 1) : bookingDay;
    story.on(day, '16:00', () => book(story, cast, { source, month, amount: amounts[index] ?? Money.zero }));
  });
}

interface Entry {
  readonly source: string;
  readonly month: string;
  readonly amount: Money;
}

async function book(story: Story, cast: Cast, { source, month, amount }: Entry): Promise<void> {
  const reference = `JE-${month}`;
  await story.step(`own-costs:${month}`, () =>
    story.get(OwnCosts).book(cast.of('finance_officer'), story.id('pool:own-costs'), {
      ...{ sourceId: story.id(`source:${source}`), amount, reference },
      bookedOn: story.calendar.addDays(`${next(month)}-01`, -1),
      description: 'Salaries, services and supplies of the month',
    }),
  );
}
