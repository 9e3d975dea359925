/** What stands between an award and its next step. */
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import {
  type AwardStepFacts,
  closeBlockers,
  lapseBlockers,
  notTheSigner,
  offerBlockers,
  prepareBlockers,
  signatoryOnly,
} from './award.rules.js';

const READY: AwardStepFacts = {
  id: 'a',
  poolId: 'p',
  version: 3,
  balances: [],
  today: '2015-11-10',
  checkedSince: '2015-05-14',
  exclusionCheckDays: 180,
  uei: 'ABC123DEF456',
  amount: Money.parse('100'),
  budgetTotal: Money.parse('100'),
  startsOn: '2015-12-01',
  endsOn: '2016-08-31',
  acceptBy: '2015-11-30',
  agreementKind: 'subrecipient',
  riskRating: 'low',
  insuranceOnFileOn: '2015-11-01',
  insuranceWaiver: null,
  scopeAgreedOn: '2015-11-01',
  districtTotal: 10_000,
  documents: 'ready',
  exclusion: { checkedOn: '2015-11-01', result: 'clear' },
  signatories: ['signer'],
  acceptedBy: undefined,
  unfinished: [],
  sources: [
    {
      sourceId: 's',
      name: 'Race to the Top',
      kind: 'federal',
      startsOn: '2015-01-01',
      endsOn: '2016-12-31',
      subgrantAuthority: 'Section 4',
      amount: Money.parse('100'),
    },
  ],
};

const [SOURCE] = READY.sources as [(typeof READY.sources)[number]];

describe('an offer', () => {
  it('is free when everything is settled', () => {
    expect(offerBlockers(READY)).toEqual([]);
  });

  it.each([
    ['award.needs_period', { startsOn: null }],
    ['award.outside_source_period', { endsOn: '2017-01-01' }],
    ['award.needs_accept_by', { acceptBy: null }],
    ['award.accept_by_passed', { acceptBy: '2015-11-09' }],
    ['award.budget_does_not_add_up', { budgetTotal: Money.parse('99.99') }],
    ['award.districts_not_whole', { districtTotal: 9_999 }],
    ['award.needs_determination', { agreementKind: null }],
    ['award.needs_risk_rating', { riskRating: null }],
    ['award.needs_scope', { scopeAgreedOn: null }],
    ['award.needs_insurance', { insuranceOnFileOn: null }],
    ['award.needs_exclusion_check', { exclusion: undefined }],
    ['award.needs_uei', { uei: null }],
    ['award.exclusion_check_old', { exclusion: { checkedOn: '2015-05-13', result: 'clear' } }],
    ['award.recipient_excluded', { exclusion: { checkedOn: '2015-11-01', result: 'match' } }],
    ['award.source_without_authority', { sources: [{ ...SOURCE, subgrantAuthority: null }] }],
    ['award.no_signatory', { signatories: [] }],
    ['award.documents_not_prepared', { documents: 'missing' }],
    ['award.documents_being_made', { documents: 'making' }],
    ['award.documents_failed', { documents: 'failed' }],
    ['award.documents_stale', { documents: 'stale' }],
  ] as [string, Partial<AwardStepFacts>][])('waits: %s', (code, change) => {
    expect(offerBlockers({ ...READY, ...change }).map((each) => each.code)).toEqual([code]);
  });

  it('needs no exclusion check for money that is not federal, and no insurance where it is waived', () => {
    const sources = [{ ...SOURCE, kind: 'private' }];
    expect(offerBlockers({ ...READY, sources, exclusion: undefined })).toEqual([]);
    expect(offerBlockers({ ...READY, insuranceOnFileOn: null, insuranceWaiver: 'A public agency' })).toEqual([]);
  });
});

describe('the other steps', () => {
  it('prepare not twice at once', () => {
    expect(prepareBlockers({ ...READY, documents: 'making' }).map(({ code }) => code)).toEqual([
      'award.documents_being_made',
    ]);
  });

  it('lapse only after the last day to sign', () => {
    expect(lapseBlockers({ ...READY, today: '2015-11-30' })).toHaveLength(1);
    expect(lapseBlockers({ ...READY, today: '2015-12-01' })).toEqual([]);
  });

  it('close only when nothing is owed and nothing is unfinished', () => {
    const owed = { sourceId: 's', category: 'Staff', stage: 'payable', amount: Money.parse('1') };
    const unfinished = [{ code: 'disbursement.open' }];
    expect(closeBlockers({ ...READY, balances: [owed], unfinished })).toHaveLength(2);
    expect(closeBlockers(READY)).toEqual([]);
  });

  it('are signed by two different people, each for their own side', () => {
    expect(signatoryOnly(READY, 'signer')).toBeUndefined();
    expect(signatoryOnly(READY, 'other')?.code).toBe('award.signatories_only');
    expect(notTheSigner({ ...READY, acceptedBy: 'x' }, 'x')?.code).toBe('award.signed_for_recipient');
    expect(notTheSigner(READY, 'signer')?.code).toBe('award.belongs_to_recipient');
    expect(notTheSigner(READY, 'agency')).toBeUndefined();
  });
});
