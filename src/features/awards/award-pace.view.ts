/** The picture of an award's payments against an even pace, with its conclusion and its table. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Money } from '../../kernel/money.js';
import {
  lineChart,
  type LineChartView,
  percent,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { along, type Pace, paceOf } from './award.pace.js';
import type { AwardView } from './award.view.js';

interface PaceView {
  readonly head: SectionHead;
  readonly chart: LineChartView;
  readonly table: TableView;
}

/** Only what is or was under agreement is paid by a plan. */
const PAID_STATES = new Set(['active', 'suspended', 'closing', 'closed']);
const WHOLE = 10_000;
/** As near as this to the even pace is on it. */
const NEAR = 100;

@Injectable()
export class AwardPaceViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  async of(view: AwardView): Promise<PaceView | undefined> {
    const { startsOn, endsOn } = view;
    const amount = view.figures.committed;
    if (!PAID_STATES.has(view.state.state) || startsOn === null || endsOn === null || !amount.isPositive) {
      return undefined;
    }
    const { today, currentCalendar: calendar } = this.db;
    const period = { amount, startsOn, endsOn };
    const pace = paceOf(period, await this.months(view.id), today, calendar);
    if (pace === undefined) return undefined;
    const conclusion = this.conclusion(pace, today > endsOn);
    const at = (day: string): number => along(period, day, calendar);
    const paidBy = pace.points.map(({ month, paid }) => ({ at: at(month), amount: paid }));
    return {
      head: { title: this.texts.t('award.pace'), lead: conclusion },
      chart: lineChart({
        label: conclusion,
        most: Money.sum([amount]),
        plan: {
          label: this.texts.t('award.pace.even'),
          points: [0, 1, 2, 3].map((third) => ({
            at: Math.round((WHOLE * third) / 3),
            amount: Money.ofCents((amount.cents * BigInt(third)) / 3n),
          })),
        },
        actual: {
          label: this.texts.t('award.pace.paid', { paid: pace.paid }),
          points: stairs([{ at: 0, amount: Money.zero }, ...paidBy], at(today)),
        },
        ticks: this.ticks(startsOn, endsOn, at),
      }),
      table: this.table(pace),
    };
  }

  private conclusion({ paid, even, behind }: Pace, isOver: boolean): string {
    const key = isOver ? 'over' : Math.abs(behind) < NEAR ? 'level' : behind > 0 ? 'behind' : 'ahead';
    return this.texts.t(`award.pace.${key}`, { paid, even, share: percent(Math.abs(behind)) });
  }

  private ticks(startsOn: string, endsOn: string, at: (day: string) => number): { at: number; label: string }[] {
    const { today, currentCalendar: calendar } = this.db;
    const words = (day: string): string => calendar.formatDate(day, 'long');
    const now = at(today);
    const isApart = now > WHOLE / 4 && now < (WHOLE * 3) / 4;
    return [
      { at: 0, label: words(startsOn) },
      ...(isApart ? [{ at: now, label: this.texts.t('award.pace.today') }] : []),
      { at: WHOLE, label: words(endsOn) },
    ];
  }

  private table({ points }: Pace): TableView {
    const { t } = this;
    return table({
      id: 'pace',
      caption: t('award.pace.caption'),
      columns: [
        { key: 'month', label: t('award.pace.month') },
        { key: 'amount', label: t('award.figure.paid'), kind: 'money' },
        { key: 'paid', label: t('award.pace.so_far'), kind: 'money' },
        { key: 'even', label: t('award.pace.even'), kind: 'money' },
      ],
      rows: points.map(({ month, ...amounts }) => ({ month: monthName(month), ...amounts })),
      empty: { title: t('award.pace.none') },
      plain: true,
    });
  }

  private readonly t = (key: string): string => this.texts.t(key);

  /** What was paid in each month, as the books count it; money that came back counts against its month. */
  private async months(awardId: string): Promise<{ month: string; amount: Money }[]> {
    const rows = await this.db.query<{ month: string; cents: string }>(sql`
      select date_trunc('month', d.booked_on)::date as month, sum(d.in_cents - d.out_cents)::text as cents
      from ledger_days d join ledger_accounts a on a.id = d.account_id
      where a.holder_kind = 'award' and a.holder_id = ${awardId} and a.stage = 'disbursed' group by 1 order by 1`);
    return rows.map(({ month, cents }) => ({ month, amount: Money.ofCents(cents) }));
  }
}

/** What is paid stays so until the next payment, and until today. */
function stairs(points: readonly { at: number; amount: Money }[], today: number): { at: number; amount: Money }[] {
  const steps = points.flatMap((point, index) => {
    const before = points[index - 1];
    return before === undefined ? [point] : [{ at: point.at, amount: before.amount }, point];
  });
  const last = steps.at(-1);
  return last === undefined || last.at >= today ? steps : [...steps, { at: today, amount: last.amount }];
}

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const monthName = (month: string): string => MONTH.format(new Date(`${month}T00:00:00Z`));
