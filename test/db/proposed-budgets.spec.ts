/** Proposed budgets: the terms that a round's sources set, what an answer puts into the tables, and what stays frozen. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleSets } from '../../src/features/agency/index.js';
import { Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { Answers } from '../../src/features/applications/answers.service.js';
import { readBudgetPaper } from '../../src/features/applications/proposed-budget.paper.js';
import {
  budgetTermsOf,
  readBudgetOf,
  readIndirectCosts,
} from '../../src/features/applications/proposed-budget.reads.js';
import { readAward } from '../../src/features/awards/index.js';
import { readAwardIndirect } from '../../src/features/awards/award-reads.js';
import { Funds, Sources } from '../../src/features/funds/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication } from '../factories/applications.js';
import { attachment } from '../factories/attachments.js';
import { draftOf, drawUp } from '../factories/awards.js';
import { sourceInput } from '../factories/funds.js';
import { draftRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let answers: Answers;
let sections: ApplicationSections;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  answers = world.get(Answers);
  sections = world.get(ApplicationSections);
});
afterAll(async () => world?.close());

type SourceTerms = Partial<Parameters<Sources['create']>[1]>;

/** A round that takes applications, paid by sources with these terms. */
async function roundOf(...given: (SourceTerms & { rules?: string })[]): Promise<string> {
  const { roundId, poolId } = await draftRound(world, { setAside: Money.zero, ceiling: dollars('250000') });
  for (const { rules = 'UG-2024', ...terms } of given) {
    const ruleSetId = await world.get(RuleSets).idOf(world.db, rules);
    const amount = dollars('300000');
    const input = { ...(await sourceInput(world, amount)), indirectRule: 'negotiated', ruleSetId, ...terms };
    const { id: sourceId } = await world.get(Sources).create(system, input);
    await world.get(Sources).take(system, sourceId, 'activate', {});
    await world.get(Funds).allot(system, { sourceId, poolId, amount, authority: 'Resolution 1' });
  }
  await world.get(Rounds).take(system, roundId, 'publish', {});
  return roundId;
}

async function withPartner(roundId: string, share?: Money): Promise<MadeApplication & { partnerId: string }> {
  const made = await draftApplication(world, { roundId });
  const partners = [
    { name: 'Jack Straw', role: 'Audio stories', level: 'integrated' as const, ...(share && { share }) },
  ];
  await sections.savePartners(made.owner, made.applicationId, { partners });
  const [row] = await world.db.query<{ id: string }>(
    sql`select id from application_partners where application_id = ${made.applicationId}`,
  );
  return { ...made, partnerId: row?.id ?? '' };
}

const kept = async (id: string): Promise<Record<string, unknown>[]> =>
  world.db.query(sql`
    select kind, category, amount_cents::int / 100 as amount, match_cents::int / 100 as match
    from application_budget_lines where application_id = ${id} order by position`);

const save = (made: MadeApplication, value: unknown): ReturnType<Answers['save']> =>
  answers.save(made.owner, made.applicationId, [{ key: 'budget', value }]);

async function blockers(made: MadeApplication): Promise<string[]> {
  const error = await refusal(world.get(Applications).submit(made.owner, made.applicationId, {}));
  return (error.blockers ?? []).map(({ code }: { code: string }) => code);
}

describe('the terms of a proposed budget', () => {
  it('follow the rule set of the source: the rate and the threshold of before and after October 2024', async () => {
    const [before, after] = [await roundOf({ rules: 'UG-2020' }), await roundOf({ rules: 'UG-2024' })];
    const terms = await Promise.all(
      [before, after].map(async (roundId) => {
        const { applicationId } = await draftApplication(world, { roundId });
        return (await budgetTermsOf(world.db, applicationId)).indirect;
      }),
    );
    expect(terms).toEqual([
      { deMinimisBasisPoints: 1000, capBasisPoints: null, cappedBy: null, subawardFirst: dollars('25000') },
      { deMinimisBasisPoints: 1500, capBasisPoints: null, cappedBy: null, subawardFirst: dollars('50000') },
    ]);
  });

  it('take the categories of the approved budgets that are offered to applicants, and the strictest limit', async () => {
    const roundId = await roundOf(
      {
        budget: [
          { strand: 'All', category: 'People', amount: dollars('200000'), treatment: 'counted' },
          { strand: 'All', category: 'Families', amount: dollars('90000'), treatment: 'participant_support' },
          { strand: 'All', category: 'Our own staff', amount: dollars('10000') },
        ],
      },
      { name: 'A gift', kind: 'private', indirectRule: 'fixed', indirectRateBasisPoints: 800 },
    );
    const { applicationId } = await draftApplication(world, { roundId });
    expect(await budgetTermsOf(world.db, applicationId)).toMatchObject({
      arePrescribed: true,
      categories: [
        { name: 'Families', treatment: 'participant_support' },
        { name: 'People', treatment: 'counted' },
      ],
      indirect: { capBasisPoints: 800, cappedBy: 'A gift' },
    });
  });
});

describe('a budget that is answered', () => {
  it('is kept as lines, with what is a partner’s, and with its indirect costs as the last line', async () => {
    const made = await withPartner(await roundOf({}));
    const { applicationId: id, partnerId } = made;
    await save(made, [
      { category: 'Salaries and wages', description: 'Tutors', amount: '60000', [`partner_${partnerId}`]: '70000' },
      { category: 'Rent and space', match: '4000' },
      { category: 'Travel', amount: 'not yet' },
      { row: 'indirect', kind: 'de_minimis' },
    ]);
    expect(await kept(id)).toEqual([
      { kind: 'direct', category: 'Salaries and wages', amount: 130_000, match: 0 },
      { kind: 'direct', category: 'Rent and space', amount: 0, match: 4000 },
      { kind: 'indirect', category: 'Indirect costs', amount: 16_500, match: 0 },
    ]);
    expect((await world.get(Applications).get(made.owner, id)).requested).toEqual(dollars('146500'));
    expect(
      await world.db.query(sql`select position, partner_id as "partnerId", amount_cents::int as cents
                               from application_budget_parts where application_id = ${id}`),
    ).toEqual([{ position: 1, partnerId, cents: 7_000_000 }]);
    expect(
      await world.db
        .query(sql`select kind, rate_basis_points as rate, base_cents::int as base, amount_cents::int as amount
                               from application_indirect_costs where application_id = ${id}`),
    ).toEqual([{ kind: 'de_minimis', rate: 1500, base: 11_000_000, amount: 1_650_000 }]);
    // What could not be read is still in the answer, as it was typed, and stands in the way of sending it.
    expect(await blockers(made)).toEqual(['proposed_budget.amount_unreadable']);
  });

  it('can be sent once it is whole; then nobody changes it, in no table', async () => {
    const made = await withPartner(await roundOf({}));
    const { applicationId: id, partnerId } = made;
    await save(made, [
      { category: 'Supplies', amount: '1000', [`partner_${partnerId}`]: '500' },
      { row: 'indirect', kind: 'de_minimis', rate: '10' },
    ]);
    await world.get(Applications).submit(made.owner, id, {});
    expect((await refusal(save(made, []))).code).toBe('application.frozen');
    for (const table of [sql`application_budget_parts`, sql`application_indirect_costs`]) {
      await expect(
        world.db.work(system, async (work) => work.query(sql`delete from ${table} where application_id = ${id}`)),
      ).rejects.toThrow('does not change');
    }
  });

  it('keeps each partner’s own rate, base and arithmetic, and its indirect costs in its column', async () => {
    const made = await withPartner(await roundOf({}));
    const { applicationId: id, partnerId } = made;
    await save(made, [
      { category: 'Salaries and wages', amount: '60000', [`partner_${partnerId}`]: '30000' },
      { category: 'Rent and space', [`partner_${partnerId}`]: '5000', match: '700' },
      { row: 'indirect', kind: 'de_minimis' },
      { row: 'indirect', of: partnerId, kind: 'negotiated', rate: '20', base: 'salaries', expires: '6/30/2099' },
    ]);
    // The partner: 20% of 30,000. The lead: 15% of its 60,000 and of the 36,000 of the subaward that are not rent.
    expect(await readIndirectCosts(world.db, id)).toMatchObject([
      { position: 0, name: null, baseKind: 'mtdc', base: dollars('96000'), amount: dollars('14400') },
      {
        ...{ position: 1, name: 'Jack Straw', baseKind: 'salaries', base: dollars('30000'), amount: dollars('6000') },
        ...{ rateBasisPoints: 2000, expiresOn: '2099-06-30', categories: ['Salaries and wages'] },
      },
    ]);
    // Match is beside what is asked for, and never in it.
    expect((await world.get(Applications).get(made.owner, id)).requested).toEqual(dollars('115400'));
    const paper = await readBudgetPaper(world.db, id);
    expect(paper.lines.at(-1)).toMatchObject({
      ...{ kind: 'indirect', amount: '2040000', parts: [{ partner: partnerId, amount: '600000' }] },
    });
    expect(paper.rates?.map(({ steps }) => steps.at(-1))).toEqual([
      { key: 'indirect', params: { base: '$96,000', rate: '15%', indirect: '$14,400' } },
      { key: 'indirect', params: { base: '$30,000', rate: '20%', indirect: '$6,000' } },
    ]);
    await sections.savePartners(made.owner, id, { partners: [] });
    expect(await readIndirectCosts(world.db, id)).toMatchObject([{ position: 0 }]);
  });

  it('goes into its award with its rate, base and arithmetic, which nobody changes', async () => {
    const made = await draftApplication(world, { roundId: await roundOf({}) });
    const { applicationId } = made;
    await save(made, [
      { category: 'Salaries and wages', amount: '10000', match: '900' },
      { row: 'indirect', kind: 'de_minimis', rate: '12.5' },
    ]);
    const applications = world.get(Applications);
    await applications.submit(made.owner, applicationId, {});
    await applications.take(system, applicationId, 'screen_in', {});
    await world.db.work(system, async (work) => {
      await applications.decide(work, { ids: [applicationId], action: 'approve', note: 'By motion' });
      return null;
    });
    const awardId = await drawUp(world, draftOf(world, applicationId, dollars('5625')));
    expect(await readAwardIndirect(world.db, awardId)).toMatchObject([
      {
        ...{ name: null, kind: 'de_minimis', baseKind: 'mtdc', rateBasisPoints: 1250 },
        ...{ base: dollars('10000'), amount: dollars('1250'), categories: ['Salaries and wages'] },
        steps: [{ key: 'direct' }, { key: 'base' }, { key: 'indirect' }],
      },
    ]);
    // Half of what was asked, and none of the match.
    expect((await readAward(world.db, awardId)).budgetLines).toMatchObject([
      { category: 'Salaries and wages', amount: dollars('5000') },
      { category: 'Indirect costs', amount: dollars('625') },
    ]);
    await expect(
      world.db.work(system, async (work) =>
        work.query(sql`update award_indirect_costs set rate_basis_points = 1500 where award_id = ${awardId}`),
      ),
    ).rejects.toThrow('permission denied');
  });

  it('takes no rate of an agreement that is over, and no base that the rules leave out', async () => {
    const base = { source: 'A notice', confirmed: false };
    await world.get(RuleSets).publish(system, {
      ...{ name: 'STRICT', title: 'Strict', effectiveOn: '2024-10-01', confirmed: false },
      values: [
        { key: 'base_salaries_yes_no', value: 0, ...base },
        { key: 'negotiated_rate_most_basis_points', value: 1000, ...base },
      ],
    });
    const made = await draftApplication(world, { roundId: await roundOf({ rules: 'STRICT' }) });
    const evidence = (await attachment(world, made.owner)).id;
    await save(made, [
      { category: 'Salaries and wages', amount: '1000' },
      { row: 'indirect', kind: 'negotiated', rate: '11', base: 'salaries', expires: '1/31/2001', evidence },
    ]);
    expect(await blockers(made)).toEqual([
      ...['proposed_budget.rate_too_high', 'proposed_budget.base_not_offered', 'proposed_budget.agreement_over'],
    ]);
  });

  it('names the share of a partner as the partner was named', async () => {
    const made = await withPartner(await roundOf({}), dollars('700'));
    const key = `partner_${made.partnerId}`;
    await save(made, [{ category: 'Supplies', amount: '1000', [key]: '500' }]);
    expect(await blockers(made)).toEqual(['proposed_budget.partner_differs']);
    await save(made, [{ category: 'Supplies', amount: '1000', [key]: '700' }]);
    expect(await blockers(made).catch(() => [])).toEqual([]);
  });

  it('loses the columns of a partner that is no longer named, and tells about its amounts', async () => {
    const made = await withPartner(await roundOf({}));
    await save(made, [{ category: 'Supplies', amount: '1000', [`partner_${made.partnerId}`]: '500' }]);
    await sections.savePartners(made.owner, made.applicationId, { partners: [] });
    expect(await blockers(made)).toContain('proposed_budget.partner_gone');
  });

  it('takes a negotiated rate with an agreement of this application, and of no other', async () => {
    const roundId = await roundOf({});
    const [made, other] = [await draftApplication(world, { roundId }), await draftApplication(world, { roundId })];
    const rows = (evidence: string): unknown => [
      { category: 'Supplies', amount: '1000' },
      { row: 'indirect', kind: 'negotiated', rate: '25', base: 'mtdc', evidence },
    ];
    const theirs = (await attachment(world, other.owner)).id;
    await answers.save(other.owner, other.applicationId, [{ key: 'budget', value: rows(theirs) }]);
    const stolen = await save(made, rows(theirs));
    expect(stolen.problems.map(({ sentence }) => sentence.code)).toEqual(['attachment.used']);
    expect(await blockers(made)).toEqual(['proposed_budget.evidence_needed']);
    await save(made, rows('01900000-0000-7000-8000-000000000000'));
    expect(await blockers(made)).toEqual(['proposed_budget.evidence_needed']);
    await save(made, rows((await attachment(world, made.owner)).id));
    const { applicationId } = made;
    await world.get(Applications).submit(made.owner, applicationId, {});
    expect((await world.get(Applications).get(made.owner, applicationId)).requested).toEqual(dollars('1250'));
  });

  it('asks for no indirect costs where a source pays none, whatever is sent', async () => {
    const made = await draftApplication(world, { roundId: await roundOf({ indirectRule: 'none' }) });
    await save(made, [
      { category: 'Supplies', amount: '1000' },
      { row: 'indirect', kind: 'de_minimis', rate: '15' },
    ]);
    expect((await world.get(Applications).get(made.owner, made.applicationId)).requested).toEqual(dollars('1000'));
    expect(await blockers(made)).toEqual(['proposed_budget.kind_not_offered']);
  });

  it('takes no amounts, totals or bases from outside, and no text without end', async () => {
    const made = await draftApplication(world, { roundId: await roundOf({}) });
    await save(made, [
      { category: 'Supplies', amount: '1000', total: '9', base: '1', description: '<script>=1+1</script>' },
      { category: 'x'.repeat(5000), amount: '7', __proto__: { amount: '1' }, constructor: 'x' },
      { row: 'indirect', kind: 'de_minimis', amount: '500', base: '9999', rateBasisPoints: '9000' },
    ]);
    const budget = await kept(made.applicationId);
    expect(budget).toEqual([
      { kind: 'direct', category: 'Supplies', amount: 1000, match: 0 },
      { kind: 'indirect', category: 'Indirect costs', amount: 150, match: 0 },
    ]);
    expect(await blockers(made)).toEqual(['proposed_budget.category_unknown']);
    const many = Array.from({ length: 61 }, () => ({ category: 'Supplies', amount: '1' }));
    await save(made, many);
    expect(await blockers(made)).toEqual(['proposed_budget.too_many_lines']);
  });

  it('of two editors at once is one of the two, whole, and neither is lost', async () => {
    const made = await draftApplication(world, { roundId: await roundOf({}) });
    const { applicationId: id, owner } = made;
    const first = await save(made, [{ category: 'Supplies', amount: '1' }]);
    const version = first.saved[0]?.version ?? 0;
    const both = await Promise.all(
      ['10', '20'].map((amount) =>
        answers.save(owner, id, [{ key: 'budget', value: [{ category: 'Supplies', amount }], version }]),
      ),
    );
    expect(both.map(({ saved, conflicts }) => saved.length + conflicts.length)).toEqual([1, 1]);
    const [line] = await kept(id);
    const { requested } = await world.get(Applications).get(owner, id);
    expect(requested).toEqual(Money.ofCents(Number(line?.['amount']) * 100));
    expect((await readBudgetOf(world.db, id, [{ category: 'Supplies', amount: '10' }])).total).toEqual(dollars('10'));
  });
});
