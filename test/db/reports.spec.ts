/** The budget report: whatever it is grouped by, its rows add up to its totals, and paper says the same as the page. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings } from '../../src/features/agency/index.js';
import { AwardTerms } from '../../src/features/awards/award-terms.service.js';
import { Awards } from '../../src/features/awards/index.js';
import { Documents } from '../../src/features/documents/index.js';
import { Funds } from '../../src/features/funds/index.js';
import { inAward, inPool, Ledger, REPORT_COLUMNS, type ReportColumn } from '../../src/features/ledger/index.js';
import { REPORT_GROUPS } from '../../src/features/reports/budget-report.input.js';
import { type BudgetReport, BudgetReports } from '../../src/features/reports/budget-report.service.js';
import { REPORT_REQUEST, ReportRequests } from '../../src/features/reports/report-requests.service.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { activeAward, draftedAward, offeredAward, termsInput } from '../factories/awards.js';
import { activeSource, fundWithPools } from '../factories/funds.js';
import { publishedRound } from '../factories/rounds.js';
import { openWebWorld, type WebWorld } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
const DISTRICTS = ['Kent', 'Renton', 'Tukwila'];

let world: WebWorld;
let reports: BudgetReports;
let fundId: string;
let slug: string;
let otherSlug: string;
let calledOff: string;

beforeAll(async () => {
  world = await openWebWorld();
  reports = world.get(BudgetReports);
  await inDistricts();
  const round = await publishedRound(world, { setAside: dollars('100000'), ceiling: dollars('50000') });
  fundId = round.fundId;
  const active = await activeAward(world, {
    amount: dollars('30000.01'),
    round,
    budget: [
      { category: 'Staff', amount: dollars('20000') },
      { category: 'Supplies', amount: dollars('10000.01') },
    ],
  });
  const drafted = await draftedAward(world, { amount: dollars('9999.97'), round });
  const terms = termsInput(world, {
    districts: [
      { district: 'Kent', share: 3333 },
      { district: 'Renton', share: 6667 },
    ],
  });
  await world.get(AwardTerms).update(system, drafted.awardId, terms);
  const offered = await offeredAward(world, { amount: dollars('5000'), round });
  calledOff = offered.awardId;
  await stipends(active.awardId);
  const other = await activeAward(world, { amount: dollars('777.77') });
  [slug, otherSlug] = [await slugOf(fundId), await slugOf(other.fundId)];
}, 180_000);

afterAll(() => world?.close());

async function inDistricts(): Promise<void> {
  const settings = world.get(AgencySettings);
  const { version, ...rest } = await settings.current();
  const texts = { helpPhone: rest.helpPhone ?? undefined, helpEmail: rest.helpEmail ?? undefined };
  const changed = { ...rest, ...texts, address: rest.address ?? undefined, holidays: undefined, version };
  await settings.update(system, { ...changed, districts: DISTRICTS.map((name) => ({ name })) } as never);
}

async function slugOf(id: string): Promise<string> {
  return (await world.db.find<{ slug: string }>(sql`select slug from funds where id = ${id}`))?.slug ?? '';
}

/** A pool without a round that promised stipends, and something of the award approved and paid. */
async function stipends(awardId: string): Promise<void> {
  const funds = world.get(Funds);
  const sourceId = await activeSource(world, dollars('4000'));
  const { id: poolId } = await funds.addPool(system, fundId, { kind: 'collaborative', name: 'Stipends' });
  await funds.allot(system, { sourceId, poolId, amount: dollars('4000'), authority: 'Resolution 9' });
  const account = await world.db.find<{ sourceId: string; category: string }>(sql`
    select source_id as "sourceId", category from ledger_accounts
    where holder_kind = 'award' and holder_id = ${awardId} and stage = 'obligated' order by category limit 1`);
  const of = account ?? { sourceId: '', category: '' };
  const subject = { type: 'pool', id: poolId };
  const at = (stage: 'obligated' | 'payable' | 'disbursed') => inAward(of.sourceId, awardId, of.category, stage);
  await world.db.work(system, async (work) => {
    await world.get(Ledger).post(work, [
      {
        ...{ key: 'stipend', from: inPool(sourceId, poolId, 'allotted'), to: inPool(sourceId, poolId, 'committed') },
        ...{ amount: dollars('1234.56'), reason: 'award.committed', subject },
      },
      {
        ...{ key: 'approved', from: at('obligated'), to: at('payable'), amount: dollars('1000.03') },
        ...{ reason: 'award.obligated', subject },
      },
      {
        ...{ key: 'paid', from: at('payable'), to: at('disbursed'), amount: dollars('600.02') },
        ...{ reason: 'award.obligated', subject },
      },
    ]);
    return null;
  });
}

const PROMISED: readonly ReportColumn[] = ['committed', 'obligated', 'payable', 'disbursed', 'remaining'];

function expectSum(report: BudgetReport): void {
  const isWhole = ['round', 'pool', 'source', 'fund'].includes(report.by);
  for (const column of isWhole ? REPORT_COLUMNS : PROMISED) {
    const sum = Money.sum(report.rows.map((row) => row.figures[column] ?? Money.zero));
    expect(`${report.by} ${column} ${sum.toDecimal()}`).toBe(
      `${report.by} ${column} ${report.totals[column].toDecimal()}`,
    );
  }
}

describe('the budget report', () => {
  it.each(REPORT_GROUPS)('by %s adds up to its totals, to the cent', async (by) => {
    for (const fund of [slug, undefined]) expectSum(await reports.read(system, { fund, by }));
    const { totals } = await reports.read(system, { fund: slug, by });
    expect(totals.allotted.toDecimal()).toBe('104000.00');
    expect(totals.committed.toDecimal()).toBe('46234.54');
    expect([totals.payable, totals.disbursed].map((each) => each.toDecimal())).toEqual(['400.01', '600.02']);
  });

  it('adds up within one source too, and knows no source without money in the fund', async () => {
    const { rows } = await reports.read(system, { fund: slug, by: 'source' });
    expect(rows).toHaveLength(2);
    for (const { id: source } of rows) {
      for (const by of REPORT_GROUPS) expectSum(await reports.read(system, { fund: slug, source, by }));
    }
    const spare = await activeSource(world, dollars('10'));
    await expect(reports.read(system, { source: spare })).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('has a row for each district, and splits an award by its shares', async () => {
    const { byDistrict, rows } = await reports.read(system, { fund: slug, by: 'district' });
    expect(byDistrict.map(({ district }) => district)).toEqual(DISTRICTS);
    expect(byDistrict.map(({ figures }) => figures.committed?.toDecimal())).toEqual(['38333.00', '6666.98', '0.00']);
    expect(rows.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...DISTRICTS.map((name) => `district ${name}`),
      'pool Stipends',
    ]);
  });

  it('as of a day says what was then: an award called off since still held its money', async () => {
    const before = await reports.read(system, { fund: slug });
    world.clock.set(new Date(world.clock.now().getTime() + 24 * 60 * 60 * 1000));
    await world.get(Awards).take(system, calledOff, 'rescind', { note: 'The recipient closed' });
    const now = await reports.read(system, { fund: slug });
    expect(now.totals.committed.toDecimal()).toBe('41234.54');
    expect(now.rows.map(({ id }) => id)).not.toContain(calledOff);
    expectSum(now);
    const then = await reports.read(system, { fund: slug, asOf: before.asOf });
    expect(then).toEqual(before);
    for (const by of REPORT_GROUPS) expectSum(await reports.read(system, { fund: slug, by, asOf: before.asOf }));
    const early = await reports.read(system, { fund: slug, asOf: '2015-01-01' });
    expect(early.rows).toEqual([]);
    expect(early.totals.committed.isZero).toBe(true);
  });
});

describe('somebody with one fund', () => {
  it('sees that fund alone, as if there were no other', async () => {
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const mine = await reports.read(officer, {});
    expect(mine.totals).toEqual((await reports.read(system, { fund: slug })).totals);
    expect((await reports.funds(officer)).map(({ value }) => value)).toEqual([slug]);
    await expect(reports.read(officer, { fund: otherSlug })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(world.get(ReportRequests).ask(officer, { fund: otherSlug })).rejects.toMatchObject({
      kind: 'invalid',
    });
  });
});

describe('the spreadsheet', () => {
  it('has a line for each row and a last one with the total', async () => {
    const visitor = await world.signIn('finance_officer');
    const answer = await visitor.get(`/reports/budget?fund=${slug}&by=award&format=csv`);
    expect(answer.statusCode).toBe(200);
    const lines = answer.body.trimEnd().split('\r\n');
    const { rows, totals } = await reports.read(system, { fund: slug });
    expect(lines).toHaveLength(rows.length + 2);
    expect(new Set(lines.map((line) => line.replace(/"[^"]*"/g, '').split(',').length)).size).toBe(1);
    expect(lines.at(-1)).toContain(totals.committed.toDecimal());
  });
});

describe('on paper', () => {
  it('is drawn at once for people and programs, also for auditors', async () => {
    const auditor = await world.signIn('auditor');
    for (const by of REPORT_GROUPS) {
      const answer = await auditor.get(`/reports/budget?fund=${slug}&by=${by}&format=pdf`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('application/pdf');
      expect(answer.headers['content-disposition']).toMatch(/^inline; filename="budget-report-[\w-]+\.pdf"$/);
      expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    }
    const twin = await auditor.get(`/api/reports/budget?format=pdf`);
    expect(twin.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await auditor.submit('/reports/budget/pdf', {})).statusCode).toBe(403);
  });

  it('is made once in the background, and opened by whoever asked and whoever may read it', async () => {
    const visitor = await world.signIn('program_officer');
    const asked = await visitor.submit('/reports/budget/pdf', { fund: slug, by: 'district' });
    expect(asked.statusCode).toBe(303);
    const path = String(asked.headers.location);
    const making = await visitor.get(path);
    expect(making.headers['refresh']).toContain(path);
    expect(making.body).toContain('The report is being made');
    await world.drain();
    const ready = await visitor.get(path);
    expect(ready.headers['refresh']).toBeUndefined();
    const id = path.split('/').at(-1) ?? '';
    const documents = (await world.get(Documents).of(world.db, REPORT_REQUEST, [id])).get(id) ?? [];
    expect(documents).toHaveLength(1);
    const url = documents[0]?.url ?? '';
    expect(ready.body).toContain(url);
    expect((await visitor.get(url)).rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await (await world.signIn('auditor')).get(url)).statusCode).toBe(200);
    expect((await (await world.signIn('applicant')).get(url)).statusCode).toBe(404);
    const elsewhere = await world.person([{ role: 'program_officer', scopeKind: 'fund', scopeId: await otherFund() }]);
    const stranger = await world.signIn(elsewhere);
    expect((await stranger.get(path)).statusCode).toBe(404);
    expect((await stranger.get(url)).statusCode).toBe(404);
    await world.drain();
    expect((await world.get(Documents).of(world.db, REPORT_REQUEST, [id])).get(id)).toHaveLength(1);
  });

  it('draws from the same inputs the same bytes', async () => {
    const { id } = await world.get(ReportRequests).ask(system, { fund: slug });
    const kind = world.get(ReportRequests).kind();
    const inputs = await kind.load(world.db, id);
    expect(await kind.load(world.db, id)).toEqual(inputs);
    expect(Buffer.from(await kind.draw(inputs)).equals(Buffer.from(await kind.draw(inputs)))).toBe(true);
  });

  it('is asked for by programs in the same way', async () => {
    const visitor = await world.signIn('finance_officer');
    const asked = await visitor.post('/api/reports/budget/pdf', { by: 'fund' });
    expect(asked.statusCode).toBe(201);
    const { id } = asked.json() as { id: string };
    await world.drain();
    const shown = (await visitor.get(`/api/reports/budget/pdf/${id}`)).json();
    expect(shown).toMatchObject({ id, state: 'ready', document: { url: expect.stringMatching(/^\/documents\//) } });
  });
});

async function otherFund(): Promise<string> {
  return (await fundWithPools(world, 1)).fundId;
}
