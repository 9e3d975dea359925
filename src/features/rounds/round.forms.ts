/** The forms of a round: its terms and dates, its rubric, and a later deadline. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ChoiceView, LinkView, NoteView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { type FormLines, formPage, type FormPageView } from './round-form-page.js';
import type { Round } from './round.entity.js';
import { CriterionInput, ExtensionInput, MilestoneInput, RoundInput, RubricInput } from './round.input.js';
import { RoundViews } from './round.view.js';
import { type Milestone, readRubric } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';

@Injectable()
export class RoundForms {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
  ) {}

  async newForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const pools = await this.pools(visit.actor);
    return formPage(this.texts, visit, {
      title: t('round.new'),
      lead: t('round.new.lead'),
      note: this.noPool(pools),
      crumbs: [{ label: t('round.list.title'), href: '/rounds' }],
      input: RoundInput,
      action: '/rounds',
      submit: t('round.create'),
      choices: { poolId: pools },
      values: {
        ...{
          poolId: visit.query['pool'] ?? (pools.length === 1 ? pools[0]?.value : undefined),
          opensTime: '9:00 a.m.',
          dueTime: '5:00 p.m.',
          graceMinutes: 0,
          gates: '1',
          certifier: 'writer_too',
        },
        // Asked of every new round, until its officer takes the tick away.
        partnersMustConfirm: true,
      },
      lines: this.milestoneLines([]),
    });
  }

  async editForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    return formPage(this.texts, visit, {
      title: t('round.edit', { name: round.name }),
      crumbs: this.crumbs(round),
      input: RoundInput,
      action: `/rounds/${round.id}/edit`,
      submit: t('form.save'),
      choices: { poolId: await this.pools(visit.actor, round.poolId) },
      values: {
        ...round,
        gates: String(round.gates),
        certifier: round.writerMayCertify ? 'writer_too' : 'another_person',
        opensOn: calendar.today(round.opensAt),
        opensTime: calendar.formatTime(round.opensAt),
        dueOn: calendar.today(round.dueAt),
        dueTime: calendar.formatTime(round.dueAt),
      },
      version: round.version,
      lines: this.milestoneLines(await this.views.milestonesOf(round.id)),
    });
  }

  async rubricForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    return formPage(this.texts, visit, {
      title: t('round.rubric.edit'),
      lead: t('round.rubric.lead'),
      crumbs: this.crumbs(round),
      input: RubricInput,
      only: round.state === 'in_comment' ? ['reason'] : [],
      action: `/rounds/${round.id}/rubric`,
      submit: t('round.rubric.save'),
      version: round.version,
      lines: {
        ...{
          name: 'criteria',
          input: CriterionInput,
          stored: await readRubric(this.db, round.id),
          labelKey: 'round.criterion.number',
        },
        ...{ legend: t('round.field.criteria'), hint: t('round.field.criteria.hint') },
      },
    });
  }

  async extendForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    return formPage(this.texts, visit, {
      title: t('round.extend.title', { name: round.name }),
      lead: t('round.extend.lead', { at: calendar.formatInstant(round.dueAt, 'full') }),
      crumbs: this.crumbs(round),
      input: ExtensionInput,
      action: `/rounds/${round.id}/extend`,
      submit: t('round.extend.submit'),
      values: { dueTime: calendar.formatTime(round.dueAt) },
      version: round.version,
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  crumbs(round: Round): LinkView[] {
    return [
      { label: this.t('round.list.title'), href: '/rounds' },
      { label: round.name, href: `/rounds/${round.id}` },
    ];
  }

  milestoneLines(milestones: readonly Milestone[]): FormLines {
    const { t } = this;
    const { currentCalendar: calendar } = this.db;
    const stored = milestones.map(({ startsAt, ...each }) => ({
      ...each,
      // As its hint asks for it.
      startsAt: startsAt === null ? null : calendar.formatTime(calendar.deadline(each.happensOn, startsAt)),
    }));
    return {
      ...{ name: 'milestones', input: MilestoneInput, stored },
      ...{ legend: t('round.field.milestones'), hint: t('round.field.milestones.hint') },
      labelKey: 'round.milestone.number',
    };
  }

  /** Where no pool is free, nothing can be chosen: what to do first. */
  noPool(pools: readonly ChoiceView[]): NoteView | undefined {
    if (pools.length > 0) return undefined;
    const { t } = this;
    return {
      ...{ tone: 'gold', title: t('round.no_pool'), text: t('round.no_pool.text') },
      link: { label: t('round.no_pool.link'), href: '/funds' },
    };
  }

  /** Pools for rounds that have none yet, of the funds in which the actor may set one up. */
  async pools(actor: Actor, taken?: string): Promise<ChoiceView[]> {
    const mine = conditionSql(this.policy.filter(actor, 'round.create', { scopes: { fund: 'p.fund_id' } }));
    return this.db.query<ChoiceView>(
      sql`select p.id as value, f.name || ': ' || p.name as label from pools p join funds f on f.id = p.fund_id
          where p.kind = 'round' and ${mine}
            and (p.id = ${taken ?? null}::uuid or not exists (select from rounds r where r.pool_id = p.id))
          order by label limit 500`,
    );
  }
}
