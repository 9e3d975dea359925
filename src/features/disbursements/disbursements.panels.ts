/** What is asked for and not yet paid, by whom it waits for: the money that finance will need. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { barList, type BarStage } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { disbursementReadFilter } from './disbursement.scope.js';

/** On the way, in its order: what is not approved yet looks like money that remains. */
const ON_THE_WAY: readonly (readonly [string, BarStage])[] = [
  ['submitted', 'remaining'],
  ['program_approved', 'remaining'],
  ['payable', 'approved'],
  ['scheduled', 'approved'],
];

interface Waiting {
  readonly state: string;
  readonly count: number;
  readonly cents: string;
}

@Injectable()
export class DisbursementsPanels extends HomePanelSource {
  override readonly permissions = ['disbursement.approve_finance'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const states = ON_THE_WAY.map(([state]) => state);
    const rows = await this.db.queryOften<Waiting>(sql`
      select d.state, count(*)::int as count, sum(d.amount_cents)::text as cents from disbursements d
      where d.state = any(${states}::text[]) and ${disbursementReadFilter(actor, this.policy)} group by d.state`);
    const byState = new Map(rows.map((row) => [row.state, row]));
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const amount = (state: string): Money => Money.ofCents(byState.get(state)?.cents ?? '0');
    const total = Money.sum(states.map(amount));
    const approved = amount('payable').add(amount('scheduled'));
    const lead = total.isZero ? t('disbursement.panel.none') : t('disbursement.panel.lead', { total, approved });
    return [
      {
        place: 'main',
        head: {
          title: t('disbursement.panel'),
          lead,
          link: { label: t('disbursement.panel.all'), href: '/requests' },
        },
        bars: total.isZero
          ? undefined
          : barList({
              symbol: true,
              rows: ON_THE_WAY.map(([state, stage]) => ({
                label: t(`disbursement.panel.${state}`),
                href: `/requests?state=${state}`,
                parts: [{ stage, amount: amount(state) }],
              })),
            }),
      },
    ];
  }
}
