/** Awards on a real database: from the motion to the closing, and every way to get more money than there is. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwardFacts, Awards, readAward } from '../../src/features/awards/index.js';
import { AwardTerms } from '../../src/features/awards/award-terms.service.js';
import { AcceptInput, AwardBudgetInput, AwardListQuery } from '../../src/features/awards/award.input.js';
import { AwardViews } from '../../src/features/awards/award.view.js';
import { AwardsTasks } from '../../src/features/awards/awards.tasks.js';
import { Funds, readPool } from '../../src/features/funds/index.js';
import { readFigures, verifyLedger } from '../../src/features/ledger/index.js';
import { type Actor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  acceptedAward,
  activeAward,
  approvedApplication,
  certified,
  draftedAward,
  draftOf,
  drawUp,
  offeredAward,
  preparedAward,
  settle,
  termsInput,
} from '../factories/awards.js';
import { activeSource } from '../factories/funds.js';
import { organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let awards: Awards;
let officer: Actor;

beforeAll(async () => {
  world = await openWorld();
  awards = world.get(Awards);
  officer = await world.actor('program_officer');
});

afterAll(async () => {
  expect(await verifyLedger(world.db)).toEqual([]);
  await world.close();
});

const stateOf = async (id: string): Promise<string> => (await readAward(world.db, id)).state;
const leftInPool = async (poolId: string): Promise<string> => (await readPool(world.db, poolId)).available.toDecimal();

async function stages(awardId: string): Promise<Record<string, string>> {
  const rows = await world.db.query<{ stage: string; cents: string }>(sql`
    select stage, sum(balance_cents)::text as cents from ledger_accounts
    where holder_kind = 'award' and holder_id = ${awardId} group by stage having sum(balance_cents) > 0`);
  return Object.fromEntries(rows.map(({ stage, cents }) => [stage, Money.ofCents(cents).toDecimal()]));
}

async function refusal(run: Promise<unknown>): Promise<AppError> {
  const outcome = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AppError);
  return outcome as AppError;
}

const budgetOf = (lines: readonly (readonly [string, string])[], version?: number): AwardBudgetInput =>
  Object.assign(new AwardBudgetInput(), {
    version,
    lines: lines.map(([category, amount]) => ({ category, amount: dollars(amount) })),
  });

describe('a carried motion', () => {
  it('draws up the award with its sources, budget and places, and promises its money', async () => {
    const budget = [
      { category: 'Staff', amount: dollars('30000') },
      { category: 'Travel', amount: dollars('10000') },
    ];
    const { awardId, poolId } = await draftedAward(world, { amount: dollars('40000'), budget });
    const award = await readAward(world.db, awardId);
    expect(award.number).toMatch(/^2015-\d{4}$/);
    expect(award.state).toBe('drafted');
    expect(award.budgetLines.map(({ category, amount }) => [category, amount.toDecimal()])).toEqual([
      ['Staff', '30000.00'],
      ['Travel', '10000.00'],
    ]);
    expect(award.sources.map(({ amount }) => amount.toDecimal())).toEqual(['40000.00']);
    expect(award.districts.reduce((sum, { basisPoints }) => sum + basisPoints, 0)).toBe(10_000);
    expect(await stages(awardId)).toEqual({ committed: '40000.00' });
    expect(await leftInPool(poolId)).toBe('0.00');
  });

  it('scales the budget to what was awarded, to the cent', async () => {
    const round = await publishedRound(world);
    const { applicationId } = await approvedApplication(world, { round, requested: dollars('30000') });
    const awardId = await drawUp(world, draftOf(world, applicationId, dollars('9999.99')));
    const { budgetLines } = await readAward(world.db, awardId);
    expect(Money.sum(budgetLines.map((line) => line.amount)).toDecimal()).toBe('9999.99');
    expect(await stages(awardId)).toEqual({ committed: '9999.99' });
  });

  it('draws the sources in their order', async () => {
    const round = await publishedRound(world, { setAside: dollars('100'), ceiling: dollars('100') });
    const second = await activeSource(world, dollars('100'));
    const allotment = { sourceId: second, poolId: round.poolId, amount: dollars('100'), authority: 'Resolution 2' };
    await world.get(Funds).allot(system, allotment);
    const { applicationId } = await approvedApplication(world, { round, requested: dollars('100') });
    const awardId = await drawUp(world, draftOf(world, applicationId, dollars('150')));
    const { sources } = await readAward(world.db, awardId);
    expect(sources.map(({ sourceId, amount }) => [sourceId, amount.toDecimal()])).toEqual([
      [round.sourceId, '100.00'],
      [second, '50.00'],
    ]);
    await awards.take(officer, awardId, 'rescind', { note: 'The motion was withdrawn' });
    const pool = await readPool(world.db, round.poolId);
    expect(pool.sources.map(({ available }) => available.toDecimal())).toEqual(['100.00', '100.00']);
  });

  it('makes one award of an application, however often', async () => {
    const { applicationId } = await draftedAward(world, { amount: dollars('100') });
    await expect(drawUp(world, draftOf(world, applicationId, dollars('1')))).rejects.toThrow();
  });

  it('of 64 at once leaves exactly those that fit', async () => {
    const round = await publishedRound(world, { setAside: dollars('1000'), ceiling: dollars('1000') });
    const applications: string[] = [];
    for (let number = 0; number < 64; number += 1) {
      const { applicationId } = await approvedApplication(world, { round, requested: dollars('30') });
      applications.push(applicationId);
    }
    const outcomes = await Promise.all(
      applications.map((id) =>
        drawUp(world, draftOf(world, id, dollars('30'))).then(
          () => 'drawn up',
          (error: unknown) => (error as AppError).code,
        ),
      ),
    );
    expect(outcomes.filter((each) => each === 'drawn up')).toHaveLength(33);
    expect(new Set(outcomes)).toEqual(new Set(['drawn up', 'pool.not_enough']));
    expect(await leftInPool(round.poolId)).toBe('10.00');
  }, 180_000);
});

describe('terms and budget of a draft', () => {
  it('move what is promised between categories, all or nothing', async () => {
    const { awardId } = await draftedAward(world, { amount: dollars('100') });
    const terms = world.get(AwardTerms);
    await terms.updateBudget(
      officer,
      awardId,
      budgetOf([
        ['Staff', '60'],
        ['Food', '40'],
      ]),
    );
    await terms.updateBudget(
      officer,
      awardId,
      budgetOf([
        ['Staff', '25'],
        ['Rent', '75'],
      ]),
    );
    const byCategory = await readFigures(world.db, { holders: [{ kind: 'award', id: awardId }] }, 'category');
    expect(byCategory.get('Staff')?.committed.toDecimal()).toBe('25.00');
    expect(byCategory.get('Rent')?.committed.toDecimal()).toBe('75.00');
    expect(byCategory.get('Food')?.committed.toDecimal()).toBe('0.00');
    const short = await refusal(terms.updateBudget(officer, awardId, budgetOf([['Staff', '99.99']])));
    expect(short.fields[0]?.code).toBe('award.budget_does_not_add_up');
    expect(await stages(awardId)).toEqual({ committed: '100.00' });
  });

  it('refuse a stale form, and two of one category', async () => {
    const { awardId } = await draftedAward(world, { amount: dollars('100') });
    const terms = world.get(AwardTerms);
    await terms.update(officer, awardId, termsInput(world, { version: 1 }));
    expect((await refusal(terms.update(officer, awardId, termsInput(world, { version: 1 })))).code).toBe(
      'thing.changed_meanwhile',
    );
    const twice = await refusal(
      terms.updateBudget(
        officer,
        awardId,
        budgetOf([
          ['Staff', '50'],
          ['staff', '50'],
        ]),
      ),
    );
    expect(twice.fields[0]?.code).toBe('award.budget_line_twice');
  });

  it('are closed to everybody but program officers, and to them once it is offered', async () => {
    const { awardId, signatory } = await offeredAward(world, { amount: dollars('100') });
    const terms = world.get(AwardTerms);
    expect((await refusal(terms.update(officer, awardId, termsInput(world)))).code).toBe('award.changes_by_correction');
    expect((await refusal(terms.update(signatory, awardId, termsInput(world)))).kind).toBe('forbidden');
    expect((await refusal(terms.update(await world.actor('auditor'), awardId, termsInput(world)))).kind).toBe(
      'forbidden',
    );
  });

  it('need shares that add up to the whole', async () => {
    const { awardId } = await draftedAward(world, { amount: dollars('100') });
    const districts = [{ district: 'Kent', share: 5_000 }];
    const refused = await refusal(world.get(AwardTerms).update(officer, awardId, termsInput(world, { districts })));
    expect(refused.fields[0]?.code).toBe('award.districts_do_not_add_up');
  });
});

describe('an offer', () => {
  it('waits for everything that is missing', async () => {
    const { awardId } = await draftedAward(world, { amount: dollars('100') });
    const refused = await refusal(awards.take(officer, awardId, 'offer', {}));
    expect(refused.code).toBe('action.blocked');
    expect(refused.blockers.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'award.needs_period',
        'award.needs_accept_by',
        'award.needs_determination',
        'award.needs_risk_rating',
        'award.needs_scope',
        'award.needs_insurance',
        'award.needs_exclusion_check',
        'award.documents_not_prepared',
      ]),
    );
  });

  it('waits for new documents when the terms changed after they were made', async () => {
    const made = await preparedAward(world, { amount: dollars('100') });
    await world.get(AwardTerms).update(officer, made.awardId, termsInput(world, { title: 'Another name' }));
    const refused = await refusal(awards.take(officer, made.awardId, 'offer', {}));
    expect(refused.blockers.map(({ code }) => code)).toEqual(['award.documents_stale']);
    await awards.take(officer, made.awardId, 'prepare', {});
    expect((await refusal(awards.take(officer, made.awardId, 'offer', {}))).blockers.map(({ code }) => code)).toEqual([
      'award.documents_being_made',
    ]);
    await world.drain();
    await awards.take(officer, made.awardId, 'offer', {});
    expect(await stateOf(made.awardId)).toBe('offered');
  });

  it('comes with a letter and an agreement that are PDFs', async () => {
    const budget = ['Parent Academy', 'After-school tutoring', 'Summer school'].map((category, index) => ({
      category,
      amount: dollars(String(1000 * (index + 1))),
    }));
    const { awardId } = await preparedAward(world, { amount: dollars('6000'), budget });
    const documents = await world.db.query<{ kind: string; content: Buffer }>(
      sql`select kind, content from documents where subject_id = ${awardId} order by kind`,
    );
    expect(documents.map(({ kind }) => kind)).toEqual(['award_agreement', 'award_letter']);
    for (const { content } of documents) expect(content.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is mailed to the signatories and to nobody else', async () => {
    const made = await preparedAward(world, { amount: dollars('12345') });
    const viewer = await organizationMember(world, made.organizationId, 'viewer');
    await awards.take(officer, made.awardId, 'offer', {});
    const mails = await world.db.query<{ recipient: string; subject: string; body: string }>(sql`
      select recipient, subject, body from mails where body like ${`%/awards/${made.awardId}%`}`);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain('$12,345');
    expect(mails[0]?.recipient).not.toBe(viewer.email);
  });
});

describe('signing', () => {
  it('is for the recipient’s signatory, who certifies, and then for somebody else of the agency', async () => {
    const { awardId, organizationId, signatory } = await offeredAward(world, { amount: dollars('500') });
    const owner = await organizationMember(world, organizationId, 'owner');
    expect((await refusal(awards.accept(owner, awardId, certified()))).code).toBe('award.signatories_only');
    const unticked = Object.assign(new AcceptInput(), { certified: false });
    expect((await refusal(awards.accept(signatory, awardId, unticked))).fields[0]?.code).toBe('award.must_certify');
    expect((await refusal(awards.accept(officer, awardId, certified()))).kind).toBe('forbidden');
    await awards.accept(signatory, awardId, certified());

    const both = { ...signatory, grants: [...signatory.grants, grantOf('agency_signatory')] };
    expect((await refusal(awards.take(both, awardId, 'countersign', {}))).code).toBe('award.signed_for_recipient');
    expect(await stages(awardId)).toEqual({ committed: '500.00' });
    await awards.take(await world.actor('agency_signatory'), awardId, 'countersign', {});
    expect(await stateOf(awardId)).toBe('active');
    expect(await stages(awardId)).toEqual({ obligated: '500.00' });

    const view = await world.get(AwardViews).one(officer, awardId);
    expect(view.signatures.map(({ role }) => role)).toEqual(['recipient', 'agency']);
    expect(new Set(view.signatures.map(({ documentHash }) => documentHash)).size).toBe(1);
  });

  it('happens once, however many sign at once', async () => {
    const { awardId, signatory } = await offeredAward(world, { amount: dollars('500') });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => awards.accept(signatory, awardId, certified())),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const signed = await world.db.query(sql`select 1 from award_signatures where award_id = ${awardId}`);
    expect(signed).toHaveLength(1);
  });

  it('cannot be changed afterwards, not even by the application', async () => {
    const { awardId } = await acceptedAward(world, { amount: dollars('5') });
    await expect(
      world.db.work(system, (work) => work.query(sql`delete from award_signatures where award_id = ${awardId}`)),
    ).rejects.toThrow(/permission denied/);
  });

  it('begins anew after a correction, on a new agreement', async () => {
    const made = await acceptedAward(world, { amount: dollars('70') });
    await awards.take(officer, made.awardId, 'correct', { note: 'The period was wrong' });
    expect(await stateOf(made.awardId)).toBe('drafted');
    expect(await stages(made.awardId)).toEqual({ committed: '70.00' });
    await settle(world, made);
    await awards.take(officer, made.awardId, 'offer', {});
    await awards.accept(made.signatory, made.awardId, certified());
    const rows = await world.db.query<{ hash: string }>(
      sql`select document_hash as hash from award_signatures where award_id = ${made.awardId}`,
    );
    expect(rows).toHaveLength(2);
  });
});

describe('money that is not used', () => {
  it('goes back to its pool when the recipient declines', async () => {
    const { awardId, poolId, signatory } = await offeredAward(world, { amount: dollars('300') });
    expect(await leftInPool(poolId)).toBe('0.00');
    await awards.take(signatory, awardId, 'decline', { note: 'We found other money' });
    expect(await leftInPool(poolId)).toBe('300.00');
    expect(await stages(awardId)).toEqual({});
  });

  it('goes back when the offer lapses, and not before the last day is over', async () => {
    const { awardId, poolId } = await offeredAward(world, { amount: dollars('300') });
    expect((await refusal(awards.take(officer, awardId, 'lapse', {}))).blockers[0]?.code).toBe(
      'award.accept_by_not_passed',
    );
    world.clock.set(new Date(world.clock.now().getTime() + 21 * 24 * 60 * 60 * 1000));
    await awards.take(officer, awardId, 'lapse', {});
    expect(await leftInPool(poolId)).toBe('300.00');
  });

  it('goes back once when many rescind at once, with a reason', async () => {
    const { awardId, poolId } = await draftedAward(world, { amount: dollars('300') });
    expect((await refusal(awards.take(officer, awardId, 'rescind', {}))).fields[0]?.code).toBe('action.needs_note');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => awards.take(officer, awardId, 'rescind', { note: 'By motion' })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await leftInPool(poolId)).toBe('300.00');
  });

  it('goes back at the closing, unless something is unfinished', async () => {
    const { awardId, poolId } = await activeAward(world, { amount: dollars('300') });
    await awards.take(officer, awardId, 'begin_closeout', {});
    let open = true;
    world
      .get(AwardFacts)
      .register((_from, ids) =>
        Promise.resolve(new Map(open && ids.includes(awardId) ? [[awardId, [{ code: 'award.must_certify' }]]] : [])),
      );
    expect((await refusal(awards.take(officer, awardId, 'close', {}))).code).toBe('action.blocked');
    open = false;
    await awards.take(officer, awardId, 'close', {});
    expect(await leftInPool(poolId)).toBe('300.00');
    await awards.take(officer, awardId, 'reopen', { note: 'A late bill' });
    await awards.take(officer, awardId, 'close', {});
    expect(await leftInPool(poolId)).toBe('300.00');
  });
});

describe('who sees an award', () => {
  it('its recipient from the offer on, no other organization ever, an auditor always', async () => {
    const drafted = await draftedAward(world, { amount: dollars('10') });
    expect((await refusal(awards.get(drafted.signatory, drafted.awardId))).kind).toBe('not_found');
    const offered = await offeredAward(world, { amount: dollars('10') });
    expect((await awards.get(offered.signatory, offered.awardId)).id).toBe(offered.awardId);
    expect((await refusal(awards.get(drafted.signatory, offered.awardId))).kind).toBe('not_found');
    const auditor = await world.actor('auditor');
    expect((await awards.get(auditor, drafted.awardId)).id).toBe(drafted.awardId);
    expect((await refusal(awards.take(auditor, offered.awardId, 'suspend', { note: 'No' }))).kind).toBe('forbidden');
  });

  it('reads the word meant for them, and finds their own in the list', async () => {
    const made = await offeredAward(world, { amount: dollars('10') });
    const views = world.get(AwardViews);
    const { items } = await views.list(made.signatory, new AwardListQuery());
    expect(items.map(({ id, state }) => [id, state.label])).toEqual([[made.awardId, 'Waiting for your signature']]);
    expect(items[0]?.documents.map(({ kind }) => kind).sort()).toEqual(['award_agreement', 'award_letter']);
  });

  it('tells each what waits for them', async () => {
    const made = await offeredAward(world, { amount: dollars('10') });
    const tasks = world.get(AwardsTasks);
    expect((await tasks.tasks(made.signatory)).map(({ href }) => href)).toEqual([`/awards/${made.awardId}/accept`]);
    await awards.accept(made.signatory, made.awardId, certified());
    const agency = await world.actor('agency_signatory');
    expect((await tasks.tasks(agency)).map(({ href }) => href)).toContain(`/awards/${made.awardId}`);
  });
});

function grantOf(role: 'agency_signatory'): { role: typeof role; scopeKind: 'agency'; scopeId: null } {
  return { role, scopeKind: 'agency', scopeId: null };
}
