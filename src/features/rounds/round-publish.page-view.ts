/** The page before a round is published: what is looked at, its dates, and what publishing does. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ActionView, NoteView, PageHead } from '../../platform/pages/components.js';
import { actionButtons } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { roundTimeline } from './round.dates.js';
import { RoundPageParts } from './round.page-parts.js';
import { type RoundView, RoundViews } from './round.view.js';
import { Rounds } from './rounds.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class PublishViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
    private readonly parts: RoundPageParts,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.views.one(visit.actor, visit.id());
    const stored = await this.rounds.get(visit.actor, round.id);
    const actions = await this.rounds.machine.actions(this.policy, this.db, visit.actor, stored);
    const found = actions.filter(({ name }) => name === 'publish');
    const [publish] = found;
    const path = `/rounds/${round.id}`;
    const title = t('round.publish.title', { name: round.name });
    const crumbs = [
      { label: t('round.list.title'), href: '/rounds' },
      { label: round.name, href: path },
    ];
    if (publish === undefined) {
      const link = { label: round.name, href: path };
      return { title, head: { crumbs, title }, note: { tone: 'blue', title: t('round.publish.over'), link } };
    }
    const head: PageHead = {
      crumbs,
      title,
      lead: t(publish.enabled ? 'round.publish.lead' : 'round.publish.lead_missing'),
    };
    const calendar = this.db.currentCalendar;
    const buttons = publish.enabled
      ? actionButtons(this.texts, path, round.version, found)
      : this.mend(visit.actor, round);
    return {
      title,
      head,
      note: publish.enabled ? undefined : this.missingNote(round),
      checks: this.parts.checks(round),
      timeline: roundTimeline(this.texts, calendar, round, this.db.now),
      follows: [
        t('round.publish.follows.seen', { opens: calendar.formatInstant(round.opensAt, 'full') }),
        t('round.publish.follows.frozen'),
        t('round.publish.follows.dates'),
      ],
      actions: { items: [...buttons, { label: t('rehearsal.title'), href: `${path}/rehearsal` }] },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private mend(actor: Actor, round: RoundView): ActionView[] {
    const next = this.parts.next(round, this.policy.can(actor, 'allotment.create', { scopes: { fund: round.fundId } }));
    return next === undefined ? [] : [next];
  }

  private missingNote(round: RoundView): NoteView {
    const items = round.checks.flatMap(({ missing }) => missing);
    return { tone: 'gold', title: this.t('round.publish.missing', { count: items.length }), items };
  }
}
