/** What is there before the first round: the agency and its districts, the sources, the funds and their pools. */
import { AgencySettings, RuleSets } from '../features/agency/index.js';
import { Funds, Sources } from '../features/funds/index.js';
import { Money } from '../kernel/money.js';
import type { Cast } from './people.js';
import { DISTRICTS } from './rubric.js';
import type { Story } from './story.js';

export async function nameAgency(story: Story, cast: Cast): Promise<void> {
  await story.step('agency', () =>
    story.get(AgencySettings).update(cast.of('administrator'), {
      name: 'Puget Sound Educational Service District',
      helpPhone: '555-0100',
      timeZone: 'America/Los_Angeles',
      fiscalYearStartMonth: 9,
      districts: DISTRICTS.map((name) => ({ name })),
    }),
  );
}

async function ruleSet(story: Story, prefix: string): Promise<string> {
  const all = await story.get(RuleSets).list();
  return (all.find((each) => each.name.startsWith(prefix)) ?? all[0])?.id ?? '';
}

/** The grant of 2012, in force from the start of 2013. */
export async function makeGrant(story: Story, cast: Cast): Promise<void> {
  const sources = story.get(Sources);
  const ruleSetId = await ruleSet(story, 'RTT');
  const line = (strand: string, category: string, dollars: string): SourceLine => {
    return { strand, category, amount: Money.parse(dollars) };
  };
  const id = await story.make('source:race-to-the-top', () =>
    sources.create(cast.of('finance_officer'), {
      name: 'Race to the Top – District',
      grantor: 'U.S. Department of Education',
      kind: 'federal',
      awardNumber: 'B416A120001',
      assistanceListing: '84.416',
      amount: Money.parse('40000000'),
      awardedOn: '2012-12-11',
      startsOn: '2013-01-01',
      endsOn: '2016-12-31',
      liquidatesBy: '2017-03-31',
      indirectRule: 'negotiated',
      indirectRateBasisPoints: 1000,
      subgrantAuthority: 'The notice inviting applications of August 2012 lets the grantee fund partnerships',
      ruleSetId,
      budget: [
        line('Start Strong', 'Programs', '9500000'),
        line('STEM Strong', 'Programs', '10500000'),
        line('Stay Strong', 'Programs', '8000000'),
        line('Foundational', 'Investment funds', '5000000'),
        line('Foundational', 'Staff and shared services', '7000000'),
      ],
    }),
  );
  await story.step('source:race-to-the-top:activate', () =>
    sources.take(cast.of('finance_approver'), id, 'activate', {}),
  );
}

interface SourceLine {
  readonly strand: string;
  readonly category: string;
  readonly amount: Money;
}

interface GiftTerms {
  readonly key: string;
  readonly name: string;
  readonly awardNumber: string;
  readonly dollars: number;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly liquidatesBy: string;
}

/** Records a gift of a grantor that does not exist, as a draft. */
export async function recordGift(story: Story, cast: Cast, gift: GiftTerms): Promise<string> {
  const ruleSetId = await ruleSet(story, 'UG');
  const { key, dollars, ...terms } = gift;
  return story.make(`source:${key}`, () =>
    story.get(Sources).create(cast.of('finance_officer'), {
      ...terms,
      grantor: 'Example Foundation (fictitious)',
      kind: 'private',
      amount: Money.parse(String(dollars)),
      indirectRule: 'fixed',
      indirectRateBasisPoints: 1000,
      subgrantAuthority: 'Letter of gift: to be passed on to partnerships of schools and community organizations',
      ruleSetId,
    }),
  );
}

export interface FundPlan {
  readonly slug: string;
  readonly name: string;
  readonly purpose: string;
  readonly source: string;
  readonly pools: readonly { readonly key: string; readonly name: string; readonly setAside: number }[];
}

/** A fund and its pools, with money of one source set aside for each. */
export async function makeFund(story: Story, cast: Cast, plan: FundPlan): Promise<void> {
  const funds = story.get(Funds);
  const officer = cast.of('program_officer');
  const { slug, name, purpose } = plan;
  const fundId = await story.make(`fund:${slug}`, () => funds.create(officer, { name, slug, purpose }));
  const sourceId = story.id(`source:${plan.source}`);
  for (const pool of plan.pools) {
    const key = `pool:${pool.key}`;
    const poolId = await story.make(key, () => funds.addPool(officer, fundId, { kind: 'round', name: pool.name }));
    await story.step(`${key}:allot`, () =>
      funds.allot(cast.of('finance_officer'), {
        ...{ sourceId, poolId, amount: Money.parse(String(pool.setAside)) },
        authority: `Executive Committee, budget of ${pool.name}`,
      }),
    );
  }
}
