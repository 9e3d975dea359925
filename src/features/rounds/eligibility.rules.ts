/** Eligibility rules: what an organization is asked before the form, what it must answer, and what its answers mean. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

export const ELIGIBILITY_KINDS = ['yes_no', 'choice', 'number', 'money'] as const;
export type EligibilityKind = (typeof ELIGIBILITY_KINDS)[number];

export const ELIGIBILITY_TESTS = ['equal', 'one_of', 'at_most', 'at_least'] as const;
export type EligibilityTest = (typeof ELIGIBILITY_TESTS)[number];

export interface EligibilityRule {
  /** Stays the same while the words are mended, and in copies of the round. */
  readonly key: string;
  readonly question: string;
  readonly help?: string;
  readonly kind: EligibilityKind;
  /** Of a choice: the answers one can give. */
  readonly choices?: readonly string[];
  readonly must: { readonly is: EligibilityTest; readonly value: string | readonly string[] };
  /** What is said to whoever does not meet it. */
  readonly why: string;
}

/** By the rule's key: `yes`, a choice as it is written, a plain decimal. */
export type EligibilityAnswers = Readonly<Record<string, string>>;

export interface EligibilityFinding {
  readonly rule: EligibilityRule;
  readonly answer: string;
  readonly met: boolean;
}

export interface EligibilityOutcome {
  readonly passed: boolean;
  readonly findings: readonly EligibilityFinding[];
}

const TESTS_OF: Readonly<Record<EligibilityKind, readonly EligibilityTest[]>> = {
  yes_no: ['equal'],
  choice: ['one_of', 'equal'],
  number: ['at_most', 'at_least', 'equal'],
  money: ['at_most', 'at_least', 'equal'],
};

const NUMBER = /^-?\d{1,12}(?:\.\d{1,4})?$/u;

/** One answer as it was typed, read by its rule; money without its sign and commas. */
export function readEligibilityAnswer(rule: EligibilityRule, raw: unknown): { value: string } | { problem: Sentence } {
  const text = typeof raw === 'string' ? raw.trim() : '';
  if (text === '') return { problem: { code: 'eligibility.answer_needed' } };
  switch (rule.kind) {
    case 'yes_no':
      return text === 'yes' || text === 'no' ? { value: text } : { problem: { code: 'field.not_yes_or_no' } };
    case 'choice':
      return rule.choices?.includes(text) ? { value: text } : { problem: { code: 'field.not_a_choice' } };
    case 'number': {
      const plain = text.replace(/,/gu, '');
      return NUMBER.test(plain) ? { value: plain } : { problem: { code: 'field.not_a_number' } };
    }
    case 'money': {
      const amount = Money.tryParse(text);
      if (amount === undefined) return { problem: { code: 'money.unreadable', params: { text: text.slice(0, 40) } } };
      return amount.isNegative ? { problem: { code: 'field.money_negative' } } : { value: amount.toDecimal() };
    }
  }
}

/** Whether one answer is what the rule asks for; the answer has been read. */
export function meets(rule: EligibilityRule, answer: string): boolean {
  const { is, value } = rule.must;
  const wanted = typeof value === 'string' ? [value] : value;
  if (is === 'one_of' || rule.kind === 'choice' || rule.kind === 'yes_no') return wanted.includes(answer);
  const difference = compare(answer, wanted[0] ?? '0');
  if (is === 'at_most') return difference <= 0;
  return is === 'at_least' ? difference >= 0 : difference === 0;
}

/** All answers together; every rule has its answer. */
export function judge(rules: readonly EligibilityRule[], answers: EligibilityAnswers): EligibilityOutcome {
  const findings = rules.map((rule) => {
    const answer = answers[rule.key] ?? '';
    return { rule, answer, met: answer !== '' && meets(rule, answer) };
  });
  return { passed: findings.every((finding) => finding.met), findings };
}

/** What does not fit together in one rule, by field of the form; nothing when it is sound. */
export function ruleProblem(rule: EligibilityRule): { field: string; code: string } | undefined {
  const values = typeof rule.must.value === 'string' ? [rule.must.value] : rule.must.value;
  if (!TESTS_OF[rule.kind].includes(rule.must.is)) return { field: 'is', code: 'eligibility.test_not_for_kind' };
  if (values.length === 0) return { field: 'value', code: 'field.required' };
  if (rule.kind === 'choice') {
    const choices = rule.choices ?? [];
    if (new Set(choices).size < 2) return { field: 'choices', code: 'eligibility.needs_choices' };
    if (values.some((value) => !choices.includes(value))) return { field: 'value', code: 'eligibility.not_among' };
    return undefined;
  }
  if (values.length !== 1) return { field: 'value', code: 'eligibility.one_value' };
  return 'problem' in readEligibilityAnswer(rule, values[0])
    ? { field: 'value', code: `eligibility.value_of_${rule.kind}` }
    : undefined;
}

/** Below zero, zero or above it, for plain decimals of at most four places. */
function compare(one: string, other: string): number {
  const difference = scaled(one) - scaled(other);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(4, '0'));
  return text.startsWith('-') ? -size : size;
}
