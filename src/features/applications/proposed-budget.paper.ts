/**
 * A proposed budget as it is read: each line with a column for the lead and for each partner, the indirect costs with
 * their arithmetic, and the match. What was sent keeps its own copy, so that it reads the same for good.
 */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { table, type TableView } from '../../platform/pages/components.js';
import type { Block } from '../../platform/letters/blocks.js';
import type { Texts } from '../../platform/texts/texts.js';
import { dayText, type KeptStep, percentText } from './proposed-budget.indirect.js';

/** Plain data: amounts are whole cents in text. */
export interface BudgetOnPaper {
  readonly partners: readonly { readonly id: string; readonly name: string }[];
  readonly lines: readonly {
    readonly kind: 'direct' | 'indirect';
    readonly category: string;
    readonly description: string | null;
    readonly amount: string;
    readonly match: string;
    readonly parts: readonly { readonly partner: string; readonly amount: string }[];
  }[];
  readonly indirect: { readonly rateBasisPoints: number; readonly base: string; readonly amount: string } | null;
  /** Each rate with its arithmetic; not kept with what was sent before there were rates of partners. */
  readonly rates?: readonly RateOnPaper[];
}

export interface RateOnPaper {
  /** The partner's; null for the lead. */
  readonly name: string | null;
  readonly kind: string;
  readonly baseKind: string;
  readonly rateBasisPoints: number;
  readonly expiresOn: string | null;
  readonly steps: readonly KeptStep[];
}

export async function readBudgetPaper(from: Queryable, applicationId: string): Promise<BudgetOnPaper> {
  const [row] = await from.query<BudgetOnPaper>(sql`
    select
      coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name) order by p.position)
        from application_partners p where p.application_id = a.id
          and exists (select from application_budget_parts q where q.partner_id = p.id)), '[]'::json) as partners,
      coalesce((select json_agg(json_build_object('kind', b.kind, 'category', b.category, 'description', b.description,
          'amount', b.amount_cents::text, 'match', b.match_cents::text,
          'parts', coalesce((select json_agg(json_build_object('partner', q.partner_id, 'amount', q.amount_cents::text))
            from application_budget_parts q where q.application_id = a.id and q.position = b.position), '[]'::json))
          order by b.position)
        from application_budget_lines b where b.application_id = a.id), '[]'::json) as lines,
      (select json_build_object('rateBasisPoints', i.rate_basis_points, 'base', i.base_cents::text,
          'amount', i.amount_cents::text)
        from application_indirect_costs i where i.application_id = a.id and i.partner_id is null) as indirect,
      coalesce((select json_agg(json_build_object('name', p.name, 'kind', i.kind, 'baseKind', i.base_kind,
          'rateBasisPoints', i.rate_basis_points, 'expiresOn', i.expires_on, 'steps', i.steps) order by i.position)
        from application_indirect_costs i left join application_partners p on p.id = i.partner_id
        where i.application_id = a.id and i.steps is not null), '[]'::json) as rates
    from applications a where a.id = ${applicationId}`);
  return row ?? { partners: [], lines: [], indirect: null };
}

const cents = (text: string): Money => Money.ofCents(text);

interface Row {
  readonly category: string;
  readonly description: string | null;
  /** The lead first, then each partner. */
  readonly columns: readonly Money[];
  readonly amount: Money;
  readonly match: Money;
}

function rowsOf({ partners, lines }: BudgetOnPaper): Row[] {
  return lines.map(({ category, description, amount, match, parts }) => {
    const ofPartners = partners.map(({ id }) =>
      Money.sum(parts.filter((part) => part.partner === id).map((part) => cents(part.amount))),
    );
    const whole = cents(amount);
    return {
      ...{ category, description, amount: whole, match: cents(match) },
      columns: [whole.subtract(Money.sum(ofPartners)), ...ofPartners],
    };
  });
}

/** The sums of the columns, what is asked for in all, and the match. */
function totalOf({ partners }: BudgetOnPaper, rows: readonly Row[]): Omit<Row, 'category' | 'description'> {
  return {
    columns: [undefined, ...partners].map((_, index) => Money.sum(rows.map((row) => row.columns[index] ?? Money.zero))),
    amount: Money.sum(rows.map((row) => row.amount)),
    match: Money.sum(rows.map((row) => row.match)),
  };
}

/** Whose rate it is and of what, then its arithmetic line by line as it was shown. */
export function rateSentences(texts: Texts, rate: RateOnPaper): string[] {
  const params = {
    rate: percentText(rate.rateBasisPoints),
    base: texts.t(`proposed_budget.base.${rate.baseKind}`),
    kind: texts.t(`budget_paper.kind.${rate.kind}`),
  };
  const head =
    rate.name === null
      ? texts.t('budget_paper.rate', params)
      : texts.t('budget_paper.rate_of', { ...params, partner: rate.name });
  const until = rate.expiresOn === null ? [] : [texts.t('budget_paper.until', { date: dayText(rate.expiresOn) })];
  return [head, ...until, ...rate.steps.map((step) => texts.t(`proposed_budget.step.${step.key}`, step.params))];
}

/** The arithmetic of each rate under its first sentence, for a page. */
export function ratesOnPage(texts: Texts, paper: BudgetOnPaper): { title: string; steps: string[] }[] {
  return (paper.rates ?? []).map((rate) => {
    const [title = '', ...steps] = rateSentences(texts, rate);
    return { title, steps };
  });
}

/** How the indirect costs and the match are meant, each a sentence. */
export function budgetSentences(texts: Texts, paper: BudgetOnPaper): string[] {
  const { lines, indirect } = paper;
  const direct = Money.sum(lines.filter(({ kind }) => kind === 'direct').map(({ amount }) => cents(amount)));
  const match = Money.sum(lines.map((line) => cents(line.match)));
  const sentences: string[] = [];
  const rates = paper.rates ?? [];
  if (rates.length > 0) sentences.push(...rates.flatMap((rate) => rateSentences(texts, rate)));
  else if (indirect !== null) {
    const base = cents(indirect.base);
    const rate = percentText(indirect.rateBasisPoints);
    const left = direct.subtract(base);
    const params = { direct, base, left, rate, indirect: cents(indirect.amount) };
    sentences.push(texts.t(left.isPositive ? 'budget_paper.indirect_less' : 'budget_paper.indirect', params));
  }
  if (match.isPositive) sentences.push(texts.t('budget_paper.match', { match }));
  return sentences;
}

export function budgetPaperTable(texts: Texts, paper: BudgetOnPaper, lead: string): TableView {
  const rows = rowsOf(paper);
  const total = totalOf(paper, rows);
  const columns = paper.partners.length === 0 ? [] : [lead, ...paper.partners.map(({ name }) => name)];
  const cells = (row: Pick<Row, 'columns' | 'amount' | 'match'>): Record<string, Money> => ({
    ...Object.fromEntries(columns.map((_, index) => [`column${index}`, row.columns[index] ?? Money.zero])),
    ...{ amount: row.amount, ...(total.match.isPositive && { match: row.match }) },
  });
  return table({
    id: 'budget',
    caption: texts.t('application.budget.caption'),
    columns: [
      { key: 'category', label: texts.t('application.field.category') },
      ...columns.map((label, index) => ({ key: `column${index}`, label, kind: 'money' as const })),
      {
        key: 'amount',
        label: texts.t(columns.length === 0 ? 'application.field.amount' : 'budget_paper.together'),
        kind: 'money',
      },
      ...(total.match.isPositive
        ? [{ key: 'match', label: texts.t('application.field.match'), kind: 'money' as const }]
        : []),
    ],
    rows: rows.map((row) => ({
      category: { text: row.category, note: row.description ?? undefined },
      ...cells(row),
    })),
    total: { category: texts.t('table.total'), ...cells(total) },
    empty: { title: texts.t('application.budget.none') },
    stack: true,
  });
}

/** The same for a PDF. */
export function budgetPaperBlocks(texts: Texts, paper: BudgetOnPaper, lead: string): Block[] {
  const rows = rowsOf(paper);
  const total = totalOf(paper, rows);
  const columns = paper.partners.length === 0 ? [] : [lead, ...paper.partners.map(({ name }) => name)];
  const heads = new Set((paper.rates ?? []).map((rate) => rateSentences(texts, rate)[0]));
  const amounts = (row: Pick<Row, 'columns' | 'amount' | 'match'>): string[] => [
    ...columns.map((_, index) => (row.columns[index] ?? Money.zero).format({ cents: 'auto' })),
    row.amount.format({ cents: 'auto' }),
    ...(total.match.isPositive ? [row.match.format({ cents: 'auto' })] : []),
  ];
  return [
    {
      kind: 'table',
      rows: [
        [
          texts.t('application.field.category'),
          ...columns,
          texts.t(columns.length === 0 ? 'application.field.amount' : 'budget_paper.together'),
          ...(total.match.isPositive ? [texts.t('application.field.match')] : []),
        ],
        ...rows.map((row) => [
          [row.category, row.description].filter((each) => each !== null && each !== '').join(', '),
          ...amounts(row),
        ]),
        [texts.t('table.total'), ...amounts(total)],
      ],
    },
    ...budgetSentences(texts, paper).map((text): Block => ({
      kind: 'paragraph',
      runs: [{ text, strong: heads.has(text) }],
    })),
  ];
}
