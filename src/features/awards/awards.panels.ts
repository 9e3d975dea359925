/** The money of an organization's awards, on its people's home page. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { barList } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { applicantSide } from '../conflicts/index.js';
import { NO_FIGURES, readFigures } from '../ledger/index.js';
import { AWARD_COLUMNS } from './award-reads.js';

const MOST_SHOWN = 4;

@Injectable()
export class AwardsPanels extends HomePanelSource {
  override readonly permissions = ['award.accept'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const may = this.policy.filter(applicantSide(actor), 'award.read', AWARD_COLUMNS);
    const live = await this.db.queryOften<{ id: string; title: string }>(sql`
      select a.id, a.title from awards a
      where a.state in ('active', 'suspended', 'closing') and ${conditionSql(may)}
      order by a.starts_on desc, a.id limit ${MOST_SHOWN}`);
    if (live.length === 0) return [];
    const holders = live.map(({ id }) => ({ kind: 'award' as const, id }));
    const figures = await readFigures(this.db.often, { holders }, 'holder');
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    return [
      {
        place: 'main',
        head: { title: t('award.panel'), link: { label: t('award.panel.all'), href: '/awards' } },
        bars: barList({
          stacked: true,
          symbol: true,
          legend: [
            { stage: 'paid', label: t('award.figure.paid') },
            { stage: 'approved', label: t('award.figure.approved') },
            { stage: 'remaining', label: t('award.figure.remaining') },
          ],
          rows: live.map(({ id, title }) => {
            const { disbursed, payable, remaining } = figures.get(`award:${id}`) ?? NO_FIGURES;
            return {
              label: title,
              href: `/awards/${id}`,
              note: t('award.panel.note', { paid: disbursed, approved: payable, remaining }),
              parts: [
                { stage: 'paid' as const, amount: disbursed },
                { stage: 'approved' as const, amount: payable },
                { stage: 'remaining' as const, amount: remaining },
              ],
            };
          }),
        }),
      },
    ];
  }
}
