/**
 * The keys of a rule set, and the sets that Granary comes with.
 *
 * A value is confirmed where the text of the regulation itself was read. Everything else is marked unconfirmed: from
 * a secondary source, or as generally known, and to be checked by the agency before it relies on it.
 */
import { Money } from '../../kernel/money.js';

export type RuleUnit = 'basis_points' | 'cents' | 'days' | 'months' | 'years' | 'yes_no';

/** Each key and its unit, which is also the end of its name. */
const RULE_KEYS = {
  /** Indirect costs without a negotiated rate, of modified total direct costs. */
  de_minimis_rate_basis_points: 'basis_points',
  /** The highest negotiated rate; without a limit where it is not said. */
  negotiated_rate_most_basis_points: 'basis_points',
  /** Whether a negotiated rate may be a rate of this; where it is not said it may. 1 is yes and 0 is no. */
  base_total_direct_yes_no: 'yes_no',
  base_salaries_yes_no: 'yes_no',
  base_salaries_fringe_yes_no: 'yes_no',
  /** How much of one subaward, over its whole life, counts in modified total direct costs. */
  mtdc_subaward_first_cents: 'cents',
  /** From this cost of one unit a thing is equipment. */
  equipment_unit_cost_cents: 'cents',
  /** From this much federal money spent in a fiscal year a single audit is due. */
  single_audit_threshold_cents: 'cents',
  /** Cumulative transfers between categories without prior approval, of the whole budget as last approved. */
  budget_flexibility_basis_points: 'basis_points',
  /** From this amount a contractor needs an exclusion check. */
  exclusion_check_contractor_cents: 'cents',
  /** From this amount a first-tier subaward is reported. */
  subaward_reporting_cents: 'cents',
  micro_purchase_cents: 'cents',
  simplified_acquisition_cents: 'cents',
  /** Interest on advances that the recipient may keep in a year. */
  advance_interest_kept_cents: 'cents',
  /** After its period ends, for a subrecipient to report and pay what it owes. */
  closeout_days: 'days',
  recipient_closeout_days: 'days',
  /** From a proper request for reimbursement to its payment. */
  payment_days: 'days',
  /** From a request to change a budget to its decision. */
  budget_decision_days: 'days',
  /** Before the period ends, to ask for a no-cost extension. */
  extension_request_days: 'days',
  extension_longest_months: 'months',
  quarterly_report_days: 'days',
  yearly_report_days: 'days',
  final_report_days: 'days',
  management_decision_months: 'months',
  retention_years: 'years',
} as const satisfies Record<string, RuleUnit>;

export type RuleKey = keyof typeof RULE_KEYS;
type KeyOf<Unit extends RuleUnit> = { [K in RuleKey]: (typeof RULE_KEYS)[K] extends Unit ? K : never }[RuleKey];

export const RULE_NAMES = Object.keys(RULE_KEYS) as RuleKey[];

export function unitOf(key: RuleKey): RuleUnit {
  return RULE_KEYS[key];
}

/** The figures of one rule set. Each reader throws when the set does not say, since a guess would be a rule of ours. */
export class Rules {
  constructor(
    readonly ruleSetId: string,
    readonly name: string,
    private readonly values: ReadonlyMap<string, number>,
  ) {}

  has(key: RuleKey): boolean {
    return this.values.has(key);
  }

  basisPoints(key: KeyOf<'basis_points'>): number {
    return this.get(key);
  }

  money(key: KeyOf<'cents'>): Money {
    return Money.ofCents(this.get(key));
  }

  days(key: KeyOf<'days'>): number {
    return this.get(key);
  }

  months(key: KeyOf<'months'>): number {
    return this.get(key);
  }

  years(key: KeyOf<'years'>): number {
    return this.get(key);
  }

  private get(key: RuleKey): number {
    const value = this.values.get(key);
    if (value === undefined) throw new Error(`Rule set ${this.name} does not say ${key}`);
    return value;
  }
}

export interface RuleSetDraft {
  readonly name: string;
  readonly title: string;
  readonly effectiveOn: string;
  readonly confirmed: boolean;
  readonly note?: string;
  readonly values: readonly {
    readonly key: RuleKey;
    readonly value: number;
    readonly source: string;
    readonly confirmed: boolean;
  }[];
  /** What people sign under it, word for word. */
  readonly texts?: readonly RuleTextDraft[];
}

export interface RuleTextDraft {
  readonly key: 'application_certification';
  readonly body: string;
  readonly source: string;
  readonly confirmed: boolean;
}

/** What a certifier signs where no rule set says other words. */
export const GENERAL_CERTIFICATION =
  'I may act for this organization and bind it. What is in this application is true, complete and accurate to the best ' +
  'of my knowledge. If the application is funded, the organization will do the work as it is described here and keep to ' +
  'the terms of the award. It will tell the agency when anything that is said here changes.';

/** The words of 2 CFR 200.415(a) for reports, put for an application; the agency's counsel has the last word. */
const federalCertification = (source: string): RuleTextDraft => ({
  key: 'application_certification',
  body:
    'By signing this application, I certify to the best of my knowledge and belief that it is true, complete and ' +
    'accurate, and that I may bind this organization. I also give the assurances it asks for and agree that the ' +
    'organization will comply with the terms of an award it accepts. I am aware that the provision of false, ' +
    'fictitious or fraudulent information, or the omission of any material fact, may subject me to criminal, civil ' +
    'or administrative consequences (18 U.S.C. 1001 and 287; 31 U.S.C. 3729 to 3730 and 3801 to 3812).',
  source,
  confirmed: false,
});

type Figure = readonly [key: RuleKey, value: number, source: string];

const figures = (list: readonly Figure[], confirmed: boolean): RuleSetDraft['values'] =>
  list.map(([key, value, source]) => ({ key, value, source, confirmed }));

const UG_2024: RuleSetDraft = {
  name: 'UG-2024',
  title: 'Uniform Guidance, revision of 2024',
  effectiveOn: '2024-10-01',
  confirmed: true,
  note: '2 CFR 200 as revised by 89 FR 30136, for awards made on or after October 1, 2024.',
  texts: [federalCertification('2 CFR 200.415(a), put for an application')],
  values: [
    ...figures(
      [
        ['de_minimis_rate_basis_points', 1500, '2 CFR 200.414(f)'],
        ['mtdc_subaward_first_cents', 5_000_000, '2 CFR 200.1, modified total direct cost'],
        ['equipment_unit_cost_cents', 1_000_000, '2 CFR 200.1, equipment'],
        ['single_audit_threshold_cents', 100_000_000, '2 CFR 200.501'],
        ['budget_flexibility_basis_points', 1000, '2 CFR 200.308(i)'],
        ['exclusion_check_contractor_cents', 2_500_000, '2 CFR 180.220(b)(1)'],
        ['advance_interest_kept_cents', 50_000, '2 CFR 200.305(b)(12)'],
        ['closeout_days', 90, '2 CFR 200.344(b)'],
        ['recipient_closeout_days', 120, '2 CFR 200.344(b)'],
        ['payment_days', 30, '2 CFR 200.305(b)(3)'],
        ['budget_decision_days', 30, '2 CFR 200.308(d)'],
        ['extension_request_days', 10, '2 CFR 200.308(f)(10)'],
        ['extension_longest_months', 12, '2 CFR 200.308(g)(2)'],
        ['quarterly_report_days', 30, '2 CFR 200.328, 200.329'],
        ['yearly_report_days', 90, '2 CFR 200.328, 200.329'],
        ['final_report_days', 90, '2 CFR 200.328, 200.329'],
        ['management_decision_months', 6, '2 CFR 200.521(d)'],
        ['retention_years', 3, '2 CFR 200.334'],
      ],
      true,
    ),
    ...figures(
      [
        ['subaward_reporting_cents', 3_000_000, '2 CFR 170, appendix A (text not read)'],
        ['micro_purchase_cents', 1_000_000, 'FAR 2.101 before October 1, 2025 (secondary source)'],
        ['simplified_acquisition_cents', 25_000_000, 'FAR 2.101 before October 1, 2025 (secondary source)'],
      ],
      false,
    ),
  ],
};

const UG_2020: RuleSetDraft = {
  name: 'UG-2020',
  title: 'Uniform Guidance, revision of 2020',
  effectiveOn: '2020-11-12',
  confirmed: false,
  note: 'For awards made before October 1, 2024. Check each figure against the terms of the award.',
  texts: [federalCertification('2 CFR 200.415(a) before 2024, put for an application')],
  values: figures(
    [
      ['de_minimis_rate_basis_points', 1000, '2 CFR 200.414(f) before 2024'],
      ['mtdc_subaward_first_cents', 2_500_000, '2 CFR 200.68 before 2024'],
      ['equipment_unit_cost_cents', 500_000, '2 CFR 200.33 before 2024'],
      ['single_audit_threshold_cents', 75_000_000, '2 CFR 200.501 before 2024 (secondary source)'],
      ['budget_flexibility_basis_points', 1000, '2 CFR 200.308 before 2024'],
      ['exclusion_check_contractor_cents', 2_500_000, '2 CFR 180.220'],
      ['subaward_reporting_cents', 3_000_000, '2 CFR 170, appendix A'],
      ['micro_purchase_cents', 1_000_000, 'FAR 2.101 (secondary source)'],
      ['simplified_acquisition_cents', 25_000_000, 'FAR 2.101 (secondary source)'],
      ['advance_interest_kept_cents', 50_000, '2 CFR 200.305(b) before 2024'],
      ['closeout_days', 90, '2 CFR 200.344 of 2020'],
      ['recipient_closeout_days', 120, '2 CFR 200.344 of 2020'],
      ['payment_days', 30, '2 CFR 200.305(b)(3) before 2024'],
      ['budget_decision_days', 30, '2 CFR 200.308 before 2024'],
      ['extension_request_days', 10, '2 CFR 200.308 before 2024'],
      ['extension_longest_months', 12, '2 CFR 200.308 before 2024'],
      ['quarterly_report_days', 30, '2 CFR 200.329 of 2020'],
      ['yearly_report_days', 90, '2 CFR 200.329 of 2020'],
      ['final_report_days', 90, '2 CFR 200.329 of 2020'],
      ['management_decision_months', 6, '2 CFR 200.521 before 2024'],
      ['retention_years', 3, '2 CFR 200.334 of 2020'],
    ],
    false,
  ),
};

const RTTD_2012: RuleSetDraft = {
  name: 'RTTD-2012',
  title: 'Race to the Top - District, awards of 2012',
  effectiveOn: '2012-08-16',
  confirmed: false,
  note: 'The awards of 2012 are older than the Uniform Guidance: 34 CFR 80 and OMB Circulars A-87 and A-133 applied.',
  texts: [federalCertification('Standard Form 424, statement of the authorized representative')],
  values: figures(
    [
      ['mtdc_subaward_first_cents', 2_500_000, 'Rate agreements of the time'],
      ['equipment_unit_cost_cents', 500_000, '34 CFR 80.3'],
      ['single_audit_threshold_cents', 50_000_000, 'OMB Circular A-133'],
      ['budget_flexibility_basis_points', 1000, '34 CFR 80.30(c)'],
      ['exclusion_check_contractor_cents', 2_500_000, '2 CFR 180.220'],
      ['subaward_reporting_cents', 2_500_000, '2 CFR 170 of 2010'],
      ['advance_interest_kept_cents', 10_000, '34 CFR 80.21(i)'],
      ['closeout_days', 90, '34 CFR 80.50'],
      ['recipient_closeout_days', 90, '34 CFR 80.50'],
      ['quarterly_report_days', 30, '34 CFR 80.40, 80.41'],
      ['yearly_report_days', 90, '34 CFR 80.40, 80.41'],
      ['final_report_days', 90, '34 CFR 80.40, 80.41'],
      ['management_decision_months', 6, 'OMB Circular A-133, section 405'],
      ['retention_years', 3, '34 CFR 80.42'],
    ],
    false,
  ),
};

/** What a new installation starts with, oldest first. */
export const FIRST_RULE_SETS: readonly RuleSetDraft[] = [RTTD_2012, UG_2020, UG_2024];
