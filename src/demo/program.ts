/** The demonstration's program as data: the rounds of the fund, who applied, what was awarded, and when. */

import type { PartnerLevel } from '../features/applications/index.js';

export interface DemoAward {
  readonly key: string;
  readonly title: string;
  readonly organization: string;
  readonly organizationKind: 'community_organization' | 'school_district';
  readonly district: string;
  /** Whole dollars. */
  readonly amount: number;
  readonly summary: string;
  readonly schools: readonly string[];
  readonly partners: readonly { readonly name: string; readonly role: string; readonly level: PartnerLevel }[];
  /** Categories with weights out of 100. */
  readonly budget: readonly (readonly [category: string, weight: number])[];
  /** Review points out of 5, criterion by criterion: the ranking comes from these. */
  readonly scores: readonly number[];
}

export interface DemoRound {
  readonly key: string;
  readonly number: string;
  readonly name: string;
  readonly kind: 'rfp' | 'rfi' | 'concept_development';
  readonly purpose?: string;
  readonly setAside: number;
  readonly floor: number;
  readonly ceiling: number;
  readonly mostAwards: number;
  readonly opensOn: string;
  readonly dueOn: string;
  readonly reviewOn: string;
  readonly interviewsOn?: string;
  readonly committeeOn: string;
  readonly offerOn: string;
  readonly signOn: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly whoMayLead: readonly ('community_organization' | 'school_district')[];
  readonly partnersMustConfirm?: boolean;
  readonly awards: readonly DemoAward[];
  /** Applied, and were not awarded. */
  readonly declined: readonly {
    readonly title: string;
    readonly organization: string;
    readonly district: string;
    readonly amount: number;
    readonly scores: readonly number[];
  }[];
}

const PROGRAM_BUDGET = [
  ['Salaries and benefits', 46],
  ['Program supplies', 12],
  ['Partner services', 24],
  ['Family engagement', 9],
  ['Indirect costs', 9],
] as const;

const CBO_BUDGET = [
  ['Salaries and benefits', 52],
  ['Program supplies', 14],
  ['Partner services', 16],
  ['Participant support', 9],
  ['Indirect costs', 9],
] as const;

const district = (
  key: string,
  title: string,
  place: string,
  amount: number,
  given: Partial<DemoAward> = {},
): DemoAward => ({
  key,
  title,
  organization: `${place} School District`,
  organizationKind: 'school_district',
  district: place,
  amount,
  summary: `Schools and community partners in ${place} work as one team with the students and families of ${title}: tutoring, time after school and in summer, and a place for parents to lead.`,
  schools: [],
  partners: [],
  budget: PROGRAM_BUDGET,
  scores: [5, 4, 4, 5],
  ...given,
});

export const cbo = (
  key: string,
  title: string,
  organization: string,
  place: string,
  amount: number,
  given: Partial<DemoAward> = {},
): DemoAward =>
  district(key, title, place, amount, {
    organization,
    organizationKind: 'community_organization',
    budget: CBO_BUDGET,
    ...given,
  });

export const ROUNDS: readonly DemoRound[] = [
  {
    key: 'dd1',
    number: 'DD1',
    name: 'Deep Dive 1',
    kind: 'rfp',
    setAside: 895_529,
    floor: 250_000,
    ceiling: 895_529,
    mostAwards: 1,
    opensOn: '2013-11-04',
    dueOn: '2013-12-20',
    reviewOn: '2014-01-10',
    committeeOn: '2014-02-13',
    offerOn: '2014-03-03',
    signOn: '2014-03-20',
    startsOn: '2014-04-01',
    endsOn: '2016-08-31',
    whoMayLead: ['school_district'],
    awards: [
      district('kent-east-hill', 'Kent East Hill', 'Kent', 895_529, {
        schools: ['Pine Tree Elementary', 'Millennium Elementary'],
        partners: [
          { name: 'King County Housing Authority', role: 'Tutoring site', level: 'coordinated' },
          { name: 'Kent Youth and Family Services', role: 'After-school programs', level: 'collaborative' },
          { name: 'Communities in Schools of Kent', role: 'Parent Academy', level: 'collaborative' },
        ],
        budget: [
          ['Parent Academy', 17],
          ['After-school tutoring, housing site', 24],
          ['After-school programs at the schools', 30],
          ['Summer school, shared training', 20],
          ['Indirect costs', 9],
        ],
      }),
    ],
    declined: [
      {
        title: 'Valley reading year',
        organization: 'Renton School District',
        district: 'Renton',
        amount: 610_000,
        scores: [3, 3, 4, 3],
      },
    ],
  },
  {
    key: 'dd2',
    number: 'DD2',
    name: 'Deep Dive 2',
    kind: 'rfp',
    setAside: 1_148_966,
    floor: 250_000,
    ceiling: 1_148_966,
    mostAwards: 1,
    opensOn: '2014-03-10',
    dueOn: '2014-05-16',
    reviewOn: '2014-06-02',
    committeeOn: '2014-06-19',
    offerOn: '2014-07-07',
    signOn: '2014-07-24',
    startsOn: '2014-08-01',
    endsOn: '2016-08-31',
    whoMayLead: ['school_district'],
    awards: [
      district('white-center', 'White Center', 'Highline', 1_148_966, {
        partners: [{ name: 'Community organization E', role: 'Family advocates', level: 'integrated' }],
      }),
    ],
    declined: [],
  },
  {
    key: 'dd3r1',
    number: 'DD3-R1',
    name: 'Deep Dive 3, round 1',
    kind: 'rfp',
    setAside: 1_070_069,
    floor: 100_000,
    ceiling: 500_000,
    mostAwards: 4,
    opensOn: '2014-08-04',
    dueOn: '2014-10-03',
    reviewOn: '2014-10-13',
    committeeOn: '2014-11-13',
    offerOn: '2014-12-01',
    signOn: '2014-12-15',
    startsOn: '2015-01-01',
    endsOn: '2016-08-31',
    whoMayLead: ['school_district', 'community_organization'],
    awards: [
      district('auburn', 'Auburn', 'Auburn', 455_722, { scores: [5, 5, 4, 5] }),
      district('renton', 'Renton', 'Renton', 298_498, { scores: [4, 5, 4, 4] }),
      district('seattle-r1', 'Seattle', 'Seattle', 315_849, { scores: [4, 4, 4, 4] }),
    ],
    declined: [
      {
        title: 'Foster early years',
        organization: 'Community organization B',
        district: 'Tukwila',
        amount: 220_000,
        scores: [3, 3, 3, 4],
      },
    ],
  },
  {
    key: 'dd3r2',
    number: 'DD3-R2',
    name: 'Deep Dive 3, round 2',
    kind: 'rfp',
    setAside: 727_893,
    floor: 100_000,
    ceiling: 727_893,
    mostAwards: 1,
    opensOn: '2014-11-17',
    dueOn: '2015-01-30',
    reviewOn: '2015-02-09',
    committeeOn: '2015-03-12',
    offerOn: '2015-03-30',
    signOn: '2015-04-16',
    startsOn: '2015-05-01',
    endsOn: '2016-09-30',
    whoMayLead: ['school_district', 'community_organization'],
    awards: [district('seattle-r2', 'Seattle, round 2', 'Seattle', 727_893, { scores: [5, 4, 5, 5] })],
    declined: [],
  },
  {
    key: 'dd3r3',
    number: 'DD3-R3',
    name: 'Deep Dive 3, round 3',
    kind: 'rfi',
    setAside: 750_000,
    floor: 50_000,
    ceiling: 250_000,
    mostAwards: 5,
    opensOn: '2015-09-21',
    dueOn: '2015-11-10',
    reviewOn: '2015-11-16',
    interviewsOn: '2015-12-01',
    committeeOn: '2015-12-10',
    offerOn: '2016-01-11',
    signOn: '2016-01-28',
    startsOn: '2016-02-01',
    endsOn: '2016-12-31',
    whoMayLead: ['community_organization', 'school_district'],
    awards: [
      cbo('vfa', 'Seattle World School Pathways', 'Vietnamese Friendship Association', 'Seattle', 211_000, {
        schools: ['Seattle World School'],
        partners: [
          { name: 'Jack Straw Cultural Center', role: 'Enrichment', level: 'collaborative' },
          { name: 'Coyote Central', role: 'Enrichment', level: 'collaborative' },
        ],
        scores: [5, 5, 5, 5],
      }),
      cbo('techbridge', 'Girls in STEM after school', 'Techbridge', 'Highline', 250_000, { scores: [5, 5, 5, 4] }),
      cbo('svdp', 'Kent family literacy and tutoring', 'St. Vincent de Paul', 'Kent', 250_000, {
        scores: [5, 4, 5, 4],
      }),
      district('federal-way', 'Federal Way pathways', 'Federal Way', 250_000, { scores: [4, 5, 4, 4] }),
    ],
    declined: [
      {
        title: 'Skyway bridge to ninth grade',
        organization: 'Community organization A',
        district: 'Renton',
        amount: 240_000,
        scores: [4, 4, 4, 3],
      },
      {
        title: 'Foster homework club',
        organization: 'Community organization B',
        district: 'Tukwila',
        amount: 118_500,
        scores: [4, 3, 4, 4],
      },
      {
        title: 'Auburn summer math',
        organization: 'Auburn School District',
        district: 'Auburn',
        amount: 250_000,
        scores: [3, 4, 3, 4],
      },
    ],
  },
];
