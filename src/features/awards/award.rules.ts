/** What must be so before an award takes its next step. Pure. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import type { AwardMoney } from './award.transfers.js';

/** All of an award, in basis points. */
export const WHOLE = 10_000;

export interface AwardSourceFacts {
  readonly sourceId: string;
  readonly name: string;
  readonly kind: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly subgrantAuthority: string | null;
  readonly amount: Money;
}

/** Where the documents stand: missing, being made, failed, made from other terms, or ready. */
export type DocumentsStand = 'missing' | 'making' | 'failed' | 'stale' | 'ready';

export interface AwardStepFacts extends AwardMoney {
  readonly today: string;
  /** An exclusion check before this date is too old. */
  readonly checkedSince: string;
  /** So many days does a check count, as the agency has set it. */
  readonly exclusionCheckDays: number;
  /** The recipient's Unique Entity Identifier. */
  readonly uei: string | null;
  readonly amount: Money;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly acceptBy: string | null;
  readonly agreementKind: string | null;
  readonly riskRating: string | null;
  readonly insuranceOnFileOn: string | null;
  readonly insuranceWaiver: string | null;
  readonly scopeAgreedOn: string | null;
  readonly sources: readonly AwardSourceFacts[];
  readonly budgetTotal: Money;
  readonly districtTotal: number;
  readonly documents: DocumentsStand;
  readonly exclusion: { readonly checkedOn: string; readonly result: string } | undefined;
  /** Persons who may sign for the recipient. */
  readonly signatories: readonly string[];
  /** Who signed for the recipient last. */
  readonly acceptedBy: string | undefined;
  /** What later features say must be finished before the award can be closed. */
  readonly unfinished: readonly Sentence[];
}

function periodBlockers(award: AwardStepFacts): Sentence[] {
  const { startsOn, endsOn } = award;
  if (startsOn === null || endsOn === null) return [{ code: 'award.needs_period' }];
  return award.sources
    .filter((source) => startsOn < source.startsOn || endsOn > source.endsOn)
    .map(({ name, startsOn: from, endsOn: to }) => ({
      code: 'award.outside_source_period',
      params: { source: name, from, to },
    }));
}

export function prepareBlockers(award: AwardStepFacts): Sentence[] {
  const missing = periodBlockers(award);
  if (award.acceptBy === null) missing.push({ code: 'award.needs_accept_by' });
  if (!award.budgetTotal.equals(award.amount)) {
    missing.push({ code: 'award.budget_does_not_add_up', params: { sum: award.budgetTotal, amount: award.amount } });
  }
  if (award.documents === 'making') missing.push({ code: 'award.documents_being_made' });
  return missing;
}

export function offerBlockers(award: AwardStepFacts): Sentence[] {
  const missing = prepareBlockers(award).filter((each) => each.code !== 'award.documents_being_made');
  missing.push(...agreedBlockers(award), ...federalBlockers(award));
  for (const source of award.sources) {
    if (source.subgrantAuthority === null) {
      missing.push({ code: 'award.source_without_authority', params: { source: source.name } });
    }
  }
  if (award.signatories.length === 0) missing.push({ code: 'award.no_signatory' });
  if (award.acceptBy !== null && award.acceptBy < award.today) missing.push({ code: 'award.accept_by_passed' });
  if (award.documents !== 'ready') missing.push({ code: `award.documents_${DOCUMENT_WORDS[award.documents]}` });
  return missing;
}

/** What staff settle before an offer, one by one. */
function agreedBlockers(award: AwardStepFacts): Sentence[] {
  const isUninsured = award.insuranceOnFileOn === null && award.insuranceWaiver === null;
  const missing: [boolean, Sentence][] = [
    [award.districtTotal !== WHOLE, { code: 'award.districts_not_whole' }],
    [award.agreementKind === null, { code: 'award.needs_determination' }],
    [award.riskRating === null, { code: 'award.needs_risk_rating' }],
    [award.scopeAgreedOn === null, { code: 'award.needs_scope' }],
    [isUninsured, { code: 'award.needs_insurance' }],
  ];
  return missing.flatMap(([isMissing, sentence]) => (isMissing ? [sentence] : []));
}

const DOCUMENT_WORDS = {
  missing: 'not_prepared',
  making: 'being_made',
  failed: 'failed',
  stale: 'stale',
} as const;

/** What federal money asks for besides: a recent check, and of a subrecipient a UEI (2 CFR 25.300). */
function federalBlockers(award: AwardStepFacts): Sentence[] {
  if (award.exclusion?.result === 'match') return [{ code: 'award.recipient_excluded' }];
  if (!award.sources.some((source) => source.kind === 'federal')) return [];
  const missing: Sentence[] = [];
  if (award.agreementKind === 'subrecipient' && award.uei === null) missing.push({ code: 'award.needs_uei' });
  if (award.exclusion === undefined) missing.push({ code: 'award.needs_exclusion_check' });
  else if (award.exclusion.checkedOn < award.checkedSince) {
    const params = { date: award.exclusion.checkedOn, days: award.exclusionCheckDays };
    missing.push({ code: 'award.exclusion_check_old', params });
  }
  return missing;
}

export function lapseBlockers({ acceptBy, today }: AwardStepFacts): Sentence[] {
  if (acceptBy === null || today > acceptBy) return [];
  return [{ code: 'award.accept_by_not_passed', params: { date: acceptBy } }];
}

export function closeBlockers(award: AwardStepFacts): Sentence[] {
  const payable = Money.sum(award.balances.filter((each) => each.stage === 'payable').map((each) => each.amount));
  const missing = [...award.unfinished];
  if (payable.isPositive) missing.unshift({ code: 'award.has_unpaid', params: { amount: payable } });
  return missing;
}

export function signatoryOnly({ signatories }: AwardStepFacts, personId: string): Sentence | undefined {
  return signatories.includes(personId) ? undefined : { code: 'award.signatories_only' };
}

/** Whoever signed for the recipient does not sign for the agency too. */
export function notTheSigner({ acceptedBy, signatories }: AwardStepFacts, personId: string): Sentence | undefined {
  if (acceptedBy === personId) return { code: 'award.signed_for_recipient' };
  return signatories.includes(personId) ? { code: 'award.belongs_to_recipient' } : undefined;
}
