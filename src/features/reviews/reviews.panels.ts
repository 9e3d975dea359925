/** How far a reviewer is, round by round, on their home page. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { moneyBar } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted } from '../conflicts/index.js';

interface Share {
  readonly name: string;
  readonly done: number;
  readonly count: number;
  readonly dueOn: string | null;
}

@Injectable()
export class ReviewsPanels extends HomePanelSource {
  override readonly permissions = ['review.submit'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const own = this.policy.filter(actor, 'review.submit', { personId: 'r.reviewer_id' });
    const rounds = await this.db.queryOften<Share>(sql`
      select n.name, count(*) filter (where r.state in ('submitted', 'closed'))::int as done, count(*)::int as count,
             min(r.due_on) filter (where r.state in ('assigned', 'in_progress')) as "dueOn"
      from reviews r join rounds n on n.id = r.round_id
      where r.state not in ('recused', 'withdrawn') and n.state in ('published', 'reviewing') and ${conditionSql(own)}
        and ${notConflicted(actor, rawSql('r.application_id'))}
      group by n.id, n.name order by 4 nulls last, n.name limit 5`);
    if (rounds.length === 0) return [];
    return [
      {
        place: 'aside',
        head: { title: this.texts.t('review.panel') },
        bars: {
          stacked: true,
          items: rounds.map(({ name, done, count, dueOn }) => ({
            label: name,
            value: this.texts.t('review.panel.value', { done, count }),
            note: this.note(dueOn),
            bar: moneyBar({
              whole: Money.ofCents(count),
              parts: [{ stage: 'paid', amount: Money.ofCents(done) }],
              ...{ thin: true, edged: true, decorative: true },
            }),
          })),
        },
      },
    ];
  }

  private note(dueOn: string | null): string {
    if (dueOn === null) return this.texts.t('review.panel.all_sent');
    return this.texts.t('review.panel.due', { date: this.db.currentCalendar.formatDate(dueOn, 'short') });
  }
}
