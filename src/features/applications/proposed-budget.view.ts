/**
 * budgetSection: a proposed budget as its block shows it (templates/components/budget-table.hbs) - lines with a box for
 * each partner, the choice of the rate, and the totals with their arithmetic. All of it comes from the server;
 * templates/assets/budget.js keeps the totals up while somebody types.
 */
import { Money } from '../../kernel/money.js';
import { say } from '../../platform/http/problem.js';
import { acceptedBy, RECEIPT_KINDS } from '../../platform/files/kind-names.js';
import type { ErrorItem, FieldView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import {
  basesOffered,
  type IndirectKind,
  kindsOffered,
  mostOf,
  percentText,
  rateRowOf,
} from './proposed-budget.indirect.js';
import { MOST_LINES, partnerKey, PARTNER_PREFIX, type ReadBudget, readBudget } from './proposed-budget.rules.js';
import {
  type BudgetPartner,
  type BudgetProblem,
  type BudgetRow,
  type BudgetTerms,
  isIndirectRow,
} from './proposed-budget.shapes.js';

/** Rows are sent as one list; that of the rate stands behind all lines that can be added. */
const RATE_INDEX = MOST_LINES + 100;
/** Stands for the number of a line that the script adds. */
const BLANK_INDEX = 9999;
const SPARE_LINES = 3;

export interface BudgetSectionInput {
  /** The field of the form: its rows are `<name>[0].category` and so on. */
  readonly name: string;
  readonly rows: readonly BudgetRow[];
  readonly terms: BudgetTerms;
  /** As `readBudgetOf` gave it; read here when left out. */
  readonly budget?: ReadBudget;
  /** What the file of the evidence is called, where there is one. */
  readonly evidenceName?: string;
  /** Empty lines at the end, so that lines can be added without the script. */
  readonly spare?: number;
}

export interface BudgetLineView {
  readonly legend: string;
  readonly what: FieldView;
  readonly category: FieldView;
  readonly amounts: readonly FieldView[];
  readonly match: FieldView;
}

/** One row of the totals; `key` is what the script finds it by. */
export interface BudgetTotalView {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

export interface PartnerRateView {
  /** The partner. */
  readonly of: string;
  readonly title: string;
  readonly hint: string;
  readonly markers: readonly { readonly name: string; readonly value: string }[];
  readonly kind: FieldView;
  readonly rate: FieldView;
  readonly base: FieldView;
  readonly expires: FieldView;
}

/** How one organization's indirect costs are worked out; nothing to be seen where it has none. */
export interface ArithmeticView {
  readonly of: string;
  readonly title: string;
  readonly steps: readonly string[];
}

export interface BudgetBlockView {
  readonly name: string;
  readonly lines: readonly BudgetLineView[];
  readonly blank: BudgetLineView;
  readonly indirect: {
    readonly marker: { readonly name: string; readonly value: string };
    /** Why there is no choice. */
    readonly refusal?: string;
    readonly kind?: FieldView;
    readonly rate?: FieldView;
    readonly base?: FieldView;
    readonly expires?: FieldView;
    readonly evidence?: FieldView;
  };
  /** Of partners that carry a part of the program. */
  readonly partnerRates: readonly PartnerRateView[];
  readonly columns: readonly BudgetTotalView[];
  readonly totals: readonly BudgetTotalView[];
  readonly asked: BudgetTotalView;
  readonly match: BudgetTotalView;
  readonly ceiling?: {
    readonly value: string;
    readonly left: string;
    readonly width: string;
    readonly isOver: boolean;
  };
  readonly arithmetic: readonly ArithmeticView[];
  /** What is wrong with the whole of it. */
  readonly problems: readonly string[];
  /** All that is wrong, for the summary of the page. */
  readonly errors: readonly ErrorItem[];
  /** Terms and words of the script, as JSON. */
  readonly data: string;
}

const STEPS = [
  ...['direct', 'partner_direct', 'partner_indirect', 'salaries', 'fringe'],
  ...['base_total_direct', 'base_salaries', 'base_salaries_fringe'],
  ...['equipment', 'participant_support', 'left_out', 'subaward', 'base', 'capped', 'indirect'],
];

export function budgetSection(texts: Texts, input: BudgetSectionInput): BudgetBlockView {
  const budget = input.budget ?? readBudget(input.rows, input.terms);
  return new BudgetBlock(texts, input, budget).view();
}

class BudgetBlock {
  constructor(
    private readonly texts: Texts,
    private readonly input: BudgetSectionInput,
    private readonly budget: ReadBudget,
  ) {}

  view(): BudgetBlockView {
    const { name, rows, spare = SPARE_LINES } = this.input;
    const written = rows.flatMap((row, index) => (isIndirectRow(row) ? [] : [{ row, index }]));
    const more = Math.max(0, Math.min(spare, MOST_LINES - written.length));
    const lines = [
      ...written.map(({ row, index }, at) => this.line(row, at, this.problemsIn(index))),
      ...Array.from({ length: more }, (_, at) => this.line({}, written.length + at, [])),
    ];
    return {
      ...{ name, lines, blank: this.line({}, BLANK_INDEX, []), indirect: this.indirect(), ...this.totals() },
      partnerRates: this.partnerRates(),
      problems: this.budget.problems
        .filter(({ row, field }) => row === null && (field === '' || field.startsWith(PARTNER_PREFIX)))
        .map(({ sentence }) => say(this.texts, sentence)),
      errors: this.budget.problems.map((problem) => this.error(problem)),
      data: JSON.stringify({ name, terms: this.input.terms, most: MOST_LINES, words: this.words() }),
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private problemsIn(row: number | null): BudgetProblem[] {
    return this.budget.problems.filter((problem) => problem.row === row);
  }

  private sentenceOf({ sentence, partner }: BudgetProblem): string {
    const said = say(this.texts, sentence);
    return partner === undefined
      ? said
      : this.t('proposed_budget.of_partner', { partner: partner.name, sentence: said });
  }

  /** Where the row of a rate stands: the lead's, then those of partners in their order. */
  private rateIndex(partnerId: string | null): number {
    const { partners } = this.input.terms;
    return RATE_INDEX + (partnerId === null ? 0 : 1 + partners.findIndex(({ id }) => id === partnerId));
  }

  private error(problem: BudgetProblem): ErrorItem {
    const { row, field, partner } = problem;
    const { name, rows } = this.input;
    // Rows stand in their order, without that of the rate.
    const index =
      row === null
        ? this.rateIndex(partner?.of ?? null)
        : rows.slice(0, row).filter((each) => !isIndirectRow(each)).length;
    const isOfPartner = row === null && (field === '' || field.startsWith(PARTNER_PREFIX));
    return {
      text: this.sentenceOf(problem),
      field: isOfPartner ? `${name}[0].description` : `${name}[${index}].${field}`,
    };
  }

  private line(row: BudgetRow, index: number, problems: readonly BudgetProblem[]): BudgetLineView {
    const { partners, categories } = this.input.terms;
    const path = (field: string): string => `${this.input.name}[${index}].${field}`;
    const field = (kind: FieldView['kind'], key: string, label: string): FieldView => {
      const problem = problems.find((each) => each.field === key);
      const error = problem === undefined ? undefined : say(this.texts, problem.sentence);
      return { kind, name: path(key), label, value: shown(row[key], kind), error };
    };
    const chosen = row['category'] ?? '';
    const names = categories.map((each) => each.name);
    // What was kept before, or by a program, stays to be seen and chosen.
    const options = chosen === '' || names.includes(chosen) ? names : [...names, chosen];
    const gone = Object.keys(row).filter(
      (key) => key.startsWith(PARTNER_PREFIX) && !partners.some(({ id }) => partnerKey(id) === key),
    );
    return {
      legend: this.t('proposed_budget.line', { number: index + 1 }),
      what: field('text', 'description', this.t('proposed_budget.field.description')),
      category: {
        ...field('select', 'category', this.t('proposed_budget.field.category')),
        options: options.map((value) => ({ value, label: value })),
        prompt: this.texts.t('form.choose'),
      },
      amounts: [
        field(
          'money',
          'amount',
          this.t(partners.length === 0 ? 'proposed_budget.field.amount' : 'proposed_budget.field.amount_own'),
        ),
        ...partners.map(({ id, name }) => field('money', partnerKey(id), name)),
        ...gone.map((key) => field('money', key, this.t('proposed_budget.field.amount_gone'))),
      ],
      match: field('money', 'match', this.t('proposed_budget.field.match')),
    };
  }

  private indirect(): BudgetBlockView['indirect'] {
    const { terms, name, rows, evidenceName } = this.input;
    const marker = { name: `${name}[${RATE_INDEX}].row`, value: 'indirect' };
    if (kindsOffered(terms.indirect).length === 1) {
      return { marker, refusal: this.t('proposed_budget.indirect.not_paid', { source: terms.indirect.cappedBy }) };
    }
    const evidence = rateRowOf(rows, null)?.['evidence'];
    return {
      marker,
      ...this.rateFields(null),
      evidence: {
        ...this.rateField(null, 'file', 'evidence'),
        ...{ value: undefined, optional: true, accept: acceptedBy(RECEIPT_KINDS) },
        kept:
          evidence !== undefined && evidenceName !== undefined ? { id: evidence, fileName: evidenceName } : undefined,
      },
    };
  }

  private partnerRates(): PartnerRateView[] {
    const { terms, name } = this.input;
    if (kindsOffered(terms.indirect).length === 1) return [];
    return terms.partners
      .filter(({ isSubaward }) => isSubaward)
      .map(({ id, name: partner }: BudgetPartner) => ({
        of: id,
        title: this.t('proposed_budget.partner_rate', { partner }),
        hint: this.t('proposed_budget.partner_rate.hint', { partner }),
        markers: [
          { name: `${name}[${this.rateIndex(id)}].row`, value: 'indirect' },
          { name: `${name}[${this.rateIndex(id)}].of`, value: id },
        ],
        ...this.rateFields(id),
      }));
  }

  private rateField(partnerId: string | null, kind: FieldView['kind'], key: string): FieldView {
    const { name, rows } = this.input;
    const problem = this.problemsIn(null).find(
      (each) => each.field === key && (each.partner?.of ?? null) === partnerId,
    );
    const hint = `proposed_budget.field.${key}.hint`;
    return {
      ...{ kind, name: `${name}[${this.rateIndex(partnerId)}].${key}`, value: rateRowOf(rows, partnerId)?.[key] },
      label: this.t(`proposed_budget.field.${key}`),
      hint: this.texts.has(hint) ? this.t(hint) : undefined,
      error: problem === undefined ? undefined : say(this.texts, problem.sentence),
    };
  }

  private rateFields(of: string | null): Pick<PartnerRateView, 'kind' | 'rate' | 'base' | 'expires'> {
    const { indirect } = this.input.terms;
    const kind = this.rateField(of, 'radios', 'kind');
    return {
      kind: {
        ...{ ...kind, value: kind.value ?? 'none' },
        options: kindsOffered(indirect).map((value) => ({ value, ...this.kindWords(value) })),
      },
      rate: { ...this.rateField(of, 'text', 'rate'), inputmode: 'decimal', width: 'short' },
      base: {
        ...this.rateField(of, 'select', 'base'),
        options: basesOffered(indirect).map((value) => ({ value, label: this.t(`proposed_budget.bases.${value}`) })),
        prompt: this.texts.t('form.choose'),
      },
      expires: { ...this.rateField(of, 'text', 'expires'), optional: true, width: 'short' },
    };
  }

  private kindWords(kind: IndirectKind): { label: string; hint?: string } {
    const { indirect } = this.input.terms;
    const most = percentText(mostOf(kind, indirect) ?? 0);
    const source = indirect.cappedBy ?? '';
    if (kind === 'none') return { label: this.t('proposed_budget.kind.none') };
    if (kind === 'fixed')
      return {
        label: this.t('proposed_budget.kind.fixed', { most }),
        hint: this.t('proposed_budget.kind.fixed.hint', { source, most }),
      };
    if (kind === 'de_minimis') {
      return {
        label: this.t('proposed_budget.kind.de_minimis', { most }),
        hint: this.t('proposed_budget.kind.de_minimis.hint', { most }),
      };
    }
    return { label: this.t('proposed_budget.kind.negotiated'), hint: this.t('proposed_budget.kind.negotiated.hint') };
  }

  private totals(): Pick<BudgetBlockView, 'columns' | 'totals' | 'asked' | 'match' | 'ceiling' | 'arithmetic'> {
    const { terms } = this.input;
    const { byPartner, direct, indirect, indirectCosts, rates, total, match } = this.budget;
    const nameOf = (id: string | null): string =>
      terms.partners.find((partner) => partner.id === id)?.name ?? this.t('proposed_budget.total.own');
    const isOneRate = rates.every(({ partnerId, kind }) => partnerId === null || kind === 'none');
    const rate = percentText(indirect.rateBasisPoints);
    return {
      columns:
        byPartner.length === 1
          ? []
          : byPartner.map((column) => ({
              ...{ key: `column:${column.partnerId ?? ''}`, label: nameOf(column.partnerId) },
              value: column.direct.format(),
            })),
      totals: [
        { key: 'direct', label: this.t('proposed_budget.total.direct'), value: direct.format() },
        {
          key: 'indirect',
          label: this.t('proposed_budget.total.indirect'),
          value: indirectCosts.format(),
          note: indirect.kind === 'none' || !isOneRate ? '' : rate,
        },
      ],
      asked: { key: 'total', label: this.t('proposed_budget.total.asked'), value: total.format() },
      match: {
        key: 'match',
        label: this.t('proposed_budget.total.match'),
        value: match.format(),
        note: this.t('proposed_budget.total.match.note'),
      },
      ceiling: terms.ceiling === null ? undefined : this.ceiling(total, terms.ceiling),
      arithmetic: rates.map(({ partnerId, steps }) => ({
        of: partnerId ?? '',
        title:
          partnerId === null
            ? this.t('proposed_budget.steps')
            : this.t('proposed_budget.partner_rate', { partner: nameOf(partnerId) }),
        steps: steps.map(({ key, params }) => this.t(`proposed_budget.step.${key}`, params)),
      })),
    };
  }

  private ceiling(total: Money, ceiling: Money): NonNullable<BudgetBlockView['ceiling']> {
    const left = ceiling.subtract(total);
    const part = Math.min(10_000, total.shareOf(ceiling));
    return {
      value: ceiling.format(),
      left: left.isNegative
        ? this.t('proposed_budget.ceiling.over', { amount: left.negate() })
        : this.t('proposed_budget.ceiling.left', { amount: left }),
      width: `${part / 100}%`,
      isOver: left.isNegative,
    };
  }

  /** Sentences whose figures the script fills in. */
  private words(): Record<string, unknown> {
    const holes = Object.fromEntries(
      [
        'direct',
        'less',
        'partner',
        'first',
        'counted',
        'base',
        'source',
        'chosen',
        'rate',
        'indirect',
        'part',
        'more',
        'categories',
      ].map((each) => [each, `{${each}}`]),
    );
    return {
      steps: Object.fromEntries(STEPS.map((key) => [key, this.t(`proposed_budget.step.${key}`, holes)])),
      line: this.t('proposed_budget.line', { number: '{number}' }),
      left: this.t('proposed_budget.ceiling.left', { amount: '{amount}' }),
      over: this.t('proposed_budget.ceiling.over', { amount: '{amount}' }),
      spoken: this.t('proposed_budget.spoken', { amount: '{amount}' }),
    };
  }
}

/** An amount that was read stands in its box as people write it; what was not stays as it was typed. */
function shown(value: string | undefined, kind: FieldView['kind']): string | undefined {
  if (kind !== 'money' || value === undefined) return value;
  return Money.tryParse(value)?.format({ symbol: false }) ?? value;
}
