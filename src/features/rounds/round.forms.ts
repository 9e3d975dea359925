/** The forms of a round: its terms and dates, its rubric, and a later deadline. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ChoiceView, LinkView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions, inPairs, lineViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import type { Round } from './round.entity.js';
import { CriterionInput, ExtensionInput, MilestoneInput, RoundInput, RubricInput } from './round.input.js';
import { RoundViews } from './round.view.js';
import { readRubric } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';

type View = { title: string } & Record<string, unknown>;

/** Long texts of a row are short ones. */
const SHORT_TEXTS = { question: { rows: 2 }, anchorLow: { rows: 2 }, anchorHigh: { rows: 2 } };

interface Lines {
  /** The list's field: `milestones`. */
  readonly name: string;
  readonly input: InputClass;
  readonly stored: readonly object[];
  readonly legend: string;
  readonly hint: string;
  /** Each line is a block of fields of its own, not a row. */
  readonly blocks?: boolean;
}

interface FormPage extends FormOptions {
  readonly title: string;
  readonly lead?: string;
  readonly crumbs: readonly LinkView[];
  readonly input: InputClass;
  readonly action: string;
  readonly submit: string;
  readonly version?: number;
  readonly lines?: Lines;
}

@Injectable()
export class RoundForms {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
  ) {}

  async newForm(visit: Visit): Promise<View> {
    const { t } = this;
    return this.form(visit, {
      title: t('round.new'),
      lead: t('round.new.lead'),
      crumbs: [{ label: t('round.list.title'), href: '/rounds' }],
      input: RoundInput,
      action: '/rounds',
      submit: t('round.create'),
      choices: { poolId: await this.pools(visit.actor) },
      values: { poolId: visit.query['pool'], graceMinutes: 0, gates: '1' },
      lines: this.milestoneLines([]),
    });
  }

  async editForm(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    return this.form(visit, {
      title: t('round.edit', { name: round.name }),
      crumbs: this.crumbs(round),
      input: RoundInput,
      action: `/rounds/${round.id}/edit`,
      submit: t('form.save'),
      choices: { poolId: await this.pools(visit.actor, round.poolId) },
      values: {
        ...round,
        gates: String(round.gates),
        opensOn: calendar.today(round.opensAt),
        opensTime: calendar.timeOfDay(round.opensAt),
        dueOn: calendar.today(round.dueAt),
        dueTime: calendar.timeOfDay(round.dueAt),
      },
      version: round.version,
      lines: this.milestoneLines(await this.views.milestonesOf(round.id)),
    });
  }

  async rubricForm(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    return this.form(visit, {
      title: t('round.rubric.edit'),
      lead: t('round.rubric.lead'),
      crumbs: this.crumbs(round),
      input: RubricInput,
      only: [],
      action: `/rounds/${round.id}/rubric`,
      submit: t('round.rubric.save'),
      version: round.version,
      lines: {
        ...{ name: 'criteria', input: CriterionInput, stored: await readRubric(this.db, round.id), blocks: true },
        ...{ legend: t('round.field.criteria'), hint: t('round.field.criteria.hint') },
      },
    });
  }

  async extendForm(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    return this.form(visit, {
      title: t('round.extend.title', { name: round.name }),
      lead: t('round.extend.lead', { at: calendar.formatInstant(round.dueAt, 'full') }),
      crumbs: this.crumbs(round),
      input: ExtensionInput,
      action: `/rounds/${round.id}/extend`,
      submit: t('round.extend.submit'),
      values: { dueTime: calendar.timeOfDay(round.dueAt) },
      version: round.version,
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs(round: Round): LinkView[] {
    return [
      { label: this.t('round.list.title'), href: '/rounds' },
      { label: round.name, href: `/rounds/${round.id}` },
    ];
  }

  private milestoneLines(stored: readonly object[]): Lines {
    const { t } = this;
    return {
      ...{ name: 'milestones', input: MilestoneInput, stored },
      ...{ legend: t('round.field.milestones'), hint: t('round.field.milestones.hint') },
    };
  }

  /** Pools for rounds that have none yet, of the funds in which the actor may set one up. */
  private async pools(actor: Actor, taken?: string): Promise<ChoiceView[]> {
    const mine = conditionSql(this.policy.filter(actor, 'round.create', { scopes: { fund: 'p.fund_id' } }));
    return this.db.query<ChoiceView>(
      sql`select p.id as value, f.name || ': ' || p.name as label from pools p join funds f on f.id = p.fund_id
          where p.kind = 'round' and ${mine}
            and (p.id = ${taken ?? null}::uuid or not exists (select from rounds r where r.pool_id = p.id))
          order by label limit 500`,
    );
  }

  private form(visit: Visit, form: FormPage): View {
    const { title, lead, crumbs, input, action, submit, version, lines, ...options } = form;
    const fields = fieldViews(input, this.texts, { ...options, refused: visit.refused });
    return {
      title,
      head: { crumbs, title, lead },
      form: {
        action,
        fields: inPairs(
          fields.filter((field) => field.name !== 'version'),
          PAIRS,
        ),
        submit,
        cancel: { label: this.t('form.cancel'), href: crumbs.at(-1)?.href ?? '/rounds' },
        errors: errorItems(this.texts, visit.refused),
        hidden: version === undefined ? [] : [{ name: 'version', value: String(version) }],
        ...(lines !== undefined && {
          legend: lines.legend,
          hint: lines.hint,
          ...(lines.blocks ? { blocks: this.lines(visit, lines) } : { lines: this.lines(visit, lines) }),
        }),
      },
    };
  }

  /** The rows of a list: what is typed or stored, and some spare ones. */
  private lines(visit: Visit, lines: Lines): unknown {
    const rows = lineViews(this.texts, { ...lines, refused: visit.refused, overrides: SHORT_TEXTS });
    if (!lines.blocks) return rows;
    return rows.map((fields, index) => ({
      label: this.t('round.criterion.number', { number: index + 1 }),
      fields: inPairs(fields, PAIRS),
    }));
  }
}

/** Short fields that belong together stand side by side. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['number', 'kind'],
  ['opensOn', 'opensTime'],
  ['dueOn', 'dueTime'],
  ['floor', 'ceiling'],
  ['awardsAtMost', 'gates'],
  ['weight', 'scaleMax'],
];
