/** The ledger on real connections: attacked by many at once, asked twice, written to behind its back. */
import 'reflect-metadata';
import type { StreamableFile } from '@nestjs/common';
import fc from 'fast-check';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { LedgerMonthTurnovers1790000000024 } from '../../migrations/0024-ledger-month-turnovers.js';
import { type Actor, systemActor } from '../../src/kernel/actor.js';
import { Calendar } from '../../src/kernel/calendar.js';
import { FixedClock } from '../../src/kernel/clock.js';
import { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { Policy, type Role } from '../../src/kernel/policy.js';
import { Database } from '../../src/platform/database/database.js';
import { EffectHandlers } from '../../src/platform/database/effects.js';
import { sql } from '../../src/platform/database/sql.js';
import type { Queryable, Work } from '../../src/platform/database/work.js';
import { readInput } from '../../src/platform/input/read-input.js';
import { Templates } from '../../src/platform/templates/templates.js';
import { Texts } from '../../src/platform/texts/texts.js';
import { LedgerEntries } from '../../src/features/ledger/ledger-entries.service.js';
import { LedgerMonths } from '../../src/features/ledger/ledger-months.service.js';
import { monthsView, monthView } from '../../src/features/ledger/ledger-months.view.js';
import type { Stage } from '../../src/features/ledger/ledger.glossary.js';
import { AccountQuery, LedgerQuery } from '../../src/features/ledger/ledger.input.js';
import { LedgerPages } from '../../src/features/ledger/ledger.pages.js';
import { ledgerPermissions } from '../../src/features/ledger/ledger.policy.js';
import { entriesView } from '../../src/features/ledger/ledger.view.js';
import {
  type AccountRef,
  authorizedOf,
  inAward,
  inPool,
  Ledger,
  LedgerDirectory,
  ledgerEffect,
  ledgerFeature,
  outsideOf,
  readFigures,
  readPoolBalance,
  readStageBalances,
  type TransferRequest,
  verifyLedger,
} from '../../src/features/ledger/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const SYSTEM = systemActor('ledger-test');
const START = '2015-11-10T20:00:00Z';
const POOL_SIZE = 12;

let testDatabase: TestDatabase;
let db: Database;
let ledger: Ledger;
let owner: pg.Pool;
const clock = new FixedClock(START);
const calendar = new Calendar({ timeZone: 'America/Los_Angeles', holidays: [] });
const policy = new Policy([ledgerPermissions]);
const directory = new LedgerDirectory(policy);
const texts = Texts.load({
  dates: {
    formatDate: (date, style) => calendar.formatDate(date, style),
    formatInstant: (at) => calendar.formatInstant(at),
  },
});

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const effects = new EffectHandlers();
  db = new Database(
    {
      url: testDatabase.appUrl,
      setRole: false,
      entities: ledgerFeature.entities,
      poolSize: POOL_SIZE,
      readPoolSize: 3,
    },
    clock,
    policy,
    effects,
    calendar,
  );
  await db.open();
  ledger = new Ledger(effects);
  ledger.onModuleInit();
  owner = new pg.Pool({ connectionString: testDatabase.ownerUrl, max: 2 });
});

afterEach(async () => {
  expect(await verifyLedger(db)).toEqual([]);
});

afterAll(async () => {
  await owner.end();
  await db.close();
  await testDatabase.drop();
});

const dollars = (amount: number): Money => Money.ofCents(amount * 100);

function move(from: AccountRef, to: AccountRef, amount: Money, more: Partial<TransferRequest> = {}): TransferRequest {
  const subject = { type: 'pool', id: to.holder.id };
  return { key: `test:${newId()}`, from, to, amount, reason: 'test.moved', subject, ...more };
}

const post = (...transfers: TransferRequest[]): Promise<null> =>
  db.work(SYSTEM, async (work) => {
    await ledger.post(work, transfers);
    return null;
  });

/** A source with this much authority, and this much of it in a pool. */
async function fund(amount: Money, allotted = amount): Promise<{ source: string; pool: string }> {
  const [source, pool] = [newId(), newId()];
  await post(
    move(outsideOf(source), authorizedOf(source), amount),
    ...(allotted.isZero ? [] : [move(authorizedOf(source), inPool(source, pool, 'allotted'), allotted)]),
  );
  return { source, pool };
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

const balance = async (ref: AccountRef, from: Queryable = db): Promise<string> => {
  const [row] = await from.query<{ cents: string }>(sql`
    select balance_cents::text as cents from ledger_accounts where source_id = ${ref.sourceId}
      and holder_id = ${ref.holder.id} and category = ${ref.category ?? ''} and stage = ${ref.stage}`);
  return Money.ofCents(row?.cents ?? '0').format();
};

const person = (role: Role): Actor => ({
  kind: 'person',
  personId: newId(),
  name: 'Finance Test',
  grants: [{ role, scopeKind: 'agency', scopeId: null }],
});

const query = (values: Record<string, string>): LedgerQuery => readInput(LedgerQuery, values, true);

describe('many at once', () => {
  it('64 awards out of money for exactly 10: 10 succeed, 54 are told what is missing, nothing is lost', async () => {
    const { source, pool } = await fund(dollars(1000));
    const allotted = inPool(source, pool, 'allotted');
    const results = await Promise.allSettled(
      Array.from({ length: 64 }, () =>
        post(move(allotted, inAward(source, newId(), 'all', 'committed'), dollars(100))),
      ),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as AppError] : []));
    expect(refused).toHaveLength(54);
    expect(new Set(refused.map((error) => error.code))).toEqual(new Set(['ledger.not_enough']));
    expect(texts.sentence(refused.at(-1) as AppError)).toBe(
      'There is not enough money. This needs $100, and $0 is set aside and not awarded: $100 is missing. ' +
        'Nothing was changed.',
    );
    expect(await balance(allotted)).toBe('$0');
    const figures = (await ledger.figures(db, { sourceIds: [source] })).get('all');
    expect(figures?.committed.format()).toBe('$1,000');
    expect(figures?.available.format()).toBe('$0');
  });

  it('takes different amounts only as far as the money goes', async () => {
    const { source, pool } = await fund(dollars(1000));
    const allotted = inPool(source, pool, 'allotted');
    const amounts = Array.from({ length: 64 }, (_, index) => dollars(7 + ((index * 13) % 50)));
    const results = await Promise.allSettled(
      amounts.map((amount) => post(move(allotted, inPool(source, pool, 'reserved'), amount))),
    );
    const taken = Money.sum(amounts.filter((_, index) => results[index]?.status === 'fulfilled'));
    expect(taken.compare(dollars(1000))).toBeLessThanOrEqual(0);
    expect(await balance(inPool(source, pool, 'reserved'))).toBe(taken.format());
    expect(await balance(allotted)).toBe(dollars(1000).subtract(taken).format());
    // Whoever was refused would indeed not have fitted at the end.
    const left = dollars(1000).subtract(taken);
    for (const [index, result] of results.entries()) {
      if (result.status === 'rejected') expect((amounts[index] as Money).compare(left)).toBe(1);
    }
  });

  it('records the same key once, however many ask at once', async () => {
    const { source, pool } = await fund(dollars(1000));
    const request = move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(100));
    await Promise.all(Array.from({ length: 32 }, () => post(request)));
    expect(await balance(inPool(source, pool, 'committed'))).toBe('$100');
  });

  it('gives one key to one of two different transfers that ask at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { source, pool } = await fund(dollars(1000));
      const key = `test:${newId()}`;
      const results = await Promise.allSettled([
        post(move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(100), { key })),
        post(move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(100), { key })),
      ]);
      expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = results.find((result) => result.status === 'rejected');
      expect(lost?.reason).toMatchObject({ code: 'ledger.key_reused' });
    }
  });

  async function ring(): Promise<{ source: string; at: (index: number) => AccountRef }> {
    const { source, pool } = await fund(dollars(10_000));
    const awards = ['a', 'b', 'c'].map((category) => inAward(source, pool, category, 'committed'));
    const places = [inPool(source, pool, 'allotted'), ...awards];
    const at = (index: number): AccountRef => places[index % places.length] as AccountRef;
    await post(...awards.map((award) => move(at(0), award, dollars(2000))));
    return { source, at };
  }

  it('never lets transfers in opposite directions wait for each other in a circle', async () => {
    const { source, at } = await ring();
    let runs = 0;
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        db.work(SYSTEM, async (work) => {
          runs += 1;
          const [first, second] = index % 2 === 0 ? [index, index + 1] : [index + 1, index];
          await ledger.post(work, [
            move(at(first), at(second), dollars(1)),
            move(at(second + 1), at(first + 1), dollars(1)),
          ]);
          return null;
        }),
      ),
    );
    expect(runs).toBe(60);
    expect((await ledger.figures(db, { sourceIds: [source] })).get('all')?.allotted.format()).toBe('$10,000');
  });

  it('runs a work again that posts twice and so met another head on', async () => {
    const { at } = await ring();
    let met: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      met = resolve;
    });
    let begun = 0;
    const twice = (first: number, second: number): Promise<null> =>
      db.work(SYSTEM, async (work) => {
        await ledger.post(work, [move(at(first), at(first + 1), dollars(1))]);
        begun += 1;
        if (begun === 2) met();
        await both;
        await ledger.post(work, [move(at(second), at(second + 1), dollars(1))]);
        return null;
      });
    await Promise.all([twice(0, 2), twice(2, 0)]);
    expect(begun).toBe(3);
    expect([await balance(at(0)), await balance(at(1))]).toEqual(['$3,998', '$2,002']);
  });

  it('makes the same new account once when many need it at once', async () => {
    const { source, pool } = await fund(dollars(640));
    await Promise.all(
      Array.from({ length: 64 }, () =>
        post(move(inPool(source, pool, 'allotted'), inAward(source, pool, 'new', 'committed'), dollars(10))),
      ),
    );
    expect(await balance(inAward(source, pool, 'new', 'committed'))).toBe('$640');
  });
});

describe('a key', () => {
  it('is harmless when repeated with the same content, also on a later day, and refused with another', async () => {
    const { source, pool } = await fund(dollars(1000));
    const request = move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(100));
    await post(request, request);
    clock.advance(40 * 86_400_000);
    await post(request);
    expect(await balance(inPool(source, pool, 'committed'))).toBe('$100');
    for (const other of [
      { amount: dollars(101) },
      { reason: 'test.other' },
      { subject: { type: 'award', id: pool } },
      { to: inPool(source, pool, 'reserved') },
      { bookedOn: '2015-12-01' },
    ]) {
      expect((await refusal(post({ ...request, ...other }))).code).toBe('ledger.key_reused');
    }
    expect(
      (
        await refusal(
          post(move(outsideOf(source), authorizedOf(source), dollars(1)), request, { ...request, amount: dollars(2) }),
        )
      ).code,
    ).toBe('ledger.key_reused');
    clock.set(START);
  });

  it('is recorded beside new ones of the same set', async () => {
    const { source, pool } = await fund(dollars(1000));
    const request = move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(100));
    await post(request);
    await post(request, { ...request, key: `${request.key}:2` });
    expect(await balance(inPool(source, pool, 'committed'))).toBe('$200');
  });
});

describe('a set', () => {
  it('counts as a whole: money may pass through an account that has none', async () => {
    const { source, pool } = await fund(dollars(100));
    await post(
      move(inPool(source, pool, 'committed'), inAward(source, pool, 'x', 'obligated'), dollars(100)),
      move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(100)),
    );
    expect(await balance(inAward(source, pool, 'x', 'obligated'))).toBe('$100');
  });

  it('is all or nothing', async () => {
    const { source, pool } = await fund(dollars(100));
    const error = await refusal(
      post(
        move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(60)),
        move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(60)),
      ),
    );
    expect(error.params).toMatchObject({
      available: dollars(100),
      asked: dollars(120),
      missing: dollars(20),
      stageCode: 'allotted',
      holderKind: 'pool',
      holderId: pool,
    });
    expect(await balance(inPool(source, pool, 'reserved'))).toBe('$0');
  });

  it('of 10,000 transfers costs a handful of statements', async () => {
    const { source, pool } = await fund(dollars(20_000));
    const transfers = Array.from({ length: 10_000 }, (_, index) =>
      move(inPool(source, pool, 'allotted'), inAward(source, newId(), String(index % 7), 'committed'), dollars(1)),
    );
    const statements = await db.work(SYSTEM, async (work) => {
      let count = 0;
      const counting = Object.create(work, {
        query: { value: (part: Parameters<Work['query']>[0]) => ((count += 1), work.query(part)) },
      }) as Work;
      await ledger.post(counting, transfers);
      return count;
    });
    expect(statements).toBeLessThanOrEqual(8);
    expect((await ledger.figures(db, { sourceIds: [source] })).get('all')?.committed.format()).toBe('$10,000');
    // What the server does by itself within minutes; until then it plans as for a small table, and reads crawl.
    await owner.query('analyze ledger_accounts, ledger_transfers, ledger_days');
  }, 30_000);

  it('is refused when it is our own mistake', async () => {
    const { source, pool } = await fund(dollars(100));
    const good = move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(1));
    await expect(post({ ...good, amount: Money.zero })).rejects.toThrow(RangeError);
    await expect(post({ ...good, to: good.from })).rejects.toThrow(RangeError);
    await expect(post({ ...good, to: inPool(newId(), pool, 'reserved') })).rejects.toThrow(RangeError);
    await expect(
      post(move(inPool(source, pool, 'allotted'), inPool(source, pool, 'outside'), dollars(1))),
    ).rejects.toThrow('ledger_accounts_outside_check');
  });
});

describe('a reversal', () => {
  it('moves the money back once, with a link to what it reverses', async () => {
    const { source, pool } = await fund(dollars(100));
    const request = move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(30));
    await post(request);
    const reverse = (): Promise<null> =>
      db.work(SYSTEM, async (work) => {
        await ledger.reverse(work, request.key, 'test.mistake');
        return null;
      });
    await Promise.all([reverse(), reverse(), reverse()]);
    expect(await balance(inPool(source, pool, 'allotted'))).toBe('$100');
    const rows = await db.query(
      sql`select key, reverses_key from ledger_transfers where reverses_key = ${request.key}`,
    );
    expect(rows).toEqual([{ key: `${request.key}:reversed`, reverses_key: request.key }]);
  });

  it('is refused when the money has moved on, or was never there', async () => {
    const { source, pool } = await fund(dollars(100));
    const request = move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(30));
    await post(request, move(inPool(source, pool, 'committed'), inAward(source, pool, 'x', 'obligated'), dollars(10)));
    const reverse = (key: string): Promise<unknown> =>
      db.work(SYSTEM, async (work) => ledger.reverse(work, key, 'test.mistake'));
    expect((await refusal(reverse(request.key))).code).toBe('ledger.not_enough');
    expect((await refusal(reverse('never'))).code).toBe('ledger.transfer_not_found');
  });
});

describe('an effect', () => {
  it('of kind ledger.post is carried out with all others of its work', async () => {
    const { source, pool } = await fund(dollars(100));
    const to = inPool(source, pool, 'reserved');
    await db.work(SYSTEM, async (work) => {
      await work.apply([
        ledgerEffect(move(inPool(source, pool, 'allotted'), to, dollars(10))),
        ledgerEffect(move(inPool(source, pool, 'allotted'), to, dollars(20))),
      ]);
      return null;
    });
    expect(await balance(to)).toBe('$30');
  });
});

describe('the database itself', () => {
  const app = async (statement: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: testDatabase.appUrl });
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  };

  it('refuses to change or remove a transfer, or to remove what the figures rest on', async () => {
    await fund(dollars(1));
    for (const statement of [
      'update ledger_transfers set amount_cents = 1',
      'delete from ledger_transfers',
      'truncate ledger_transfers',
      'delete from ledger_accounts',
      'delete from ledger_days',
      'delete from ledger_month_turnovers',
      'delete from ledger_periods',
    ]) {
      await expect(app(statement)).rejects.toThrow('permission denied');
    }
  });

  it('refuses a balance below zero, save outside', async () => {
    const { source } = await fund(dollars(1));
    await expect(
      app(`update ledger_accounts set balance_cents = -1 where source_id = '${source}' and stage = 'allotted'`),
    ).rejects.toThrow('ledger_accounts_balance_check');
    expect(await balance(outsideOf(source))).toBe('−$1');
  });

  it('refuses transfers of nothing, to the same account, with a used key or of a reversal made twice', async () => {
    const { source } = await fund(dollars(1));
    const copy = (changes: string): Promise<unknown> =>
      app(`insert into ledger_transfers (key, debit_account_id, credit_account_id, amount_cents, reason, actor,
             recorded_at, booked_on, subject_type, subject_id, reverses_key)
           select ${changes}, reason, actor, recorded_at, booked_on, subject_type, subject_id, 'none'
           from ledger_transfers t where subject_id = '${source}'`);
    await expect(copy(`'k', debit_account_id, credit_account_id, 0`)).rejects.toThrow('ledger_transfers_amount_check');
    await expect(copy(`'k', debit_account_id, debit_account_id, 1`)).rejects.toThrow('ledger_transfers_accounts_check');
    await expect(copy(`key, debit_account_id, credit_account_id, 1`)).rejects.toThrow('ledger_transfers_key_key');
    await expect(copy(`'k', debit_account_id, credit_account_id, 1`)).rejects.toThrow(
      'ledger_transfers_reverses_key_fkey',
    );
  });

  it('is told on when rows were changed behind its back', async () => {
    const { source } = await fund(dollars(5));
    const client = await owner.connect();
    const differences = async (statement: string): Promise<string[]> => {
      await client.query('begin');
      await client.query(statement);
      const found = await verifyLedger({
        query: async <T>(part: { compile(): { text: string; values: unknown[] } }) => {
          const { text, values } = part.compile();
          return (await client.query(text, values)).rows as T[];
        },
      });
      await client.query('rollback');
      return found.map((difference) => difference.kind);
    };
    const where = `where source_id = '${source}' and stage = 'allotted'`;
    try {
      expect(await differences(`update ledger_accounts set balance_cents = balance_cents + 1 ${where}`)).toEqual([
        'balance',
        'sum',
      ]);
      expect(await differences(`update ledger_accounts set allotted_cents = 0 ${where}`)).toEqual(['allotted']);
      expect(
        await differences(
          `update ledger_days set in_cents = in_cents + 1 where account_id = (select id from ledger_accounts ${where})`,
        ),
      ).toEqual(['day']);
      expect(
        await differences(
          `update ledger_month_turnovers set out_cents = out_cents + 1
           where account_id = (select id from ledger_accounts ${where})`,
        ),
      ).toEqual(['month']);
      expect(await differences(`delete from ledger_month_turnovers where month = '2015-11-01'`)).toContain('month');
      expect(await differences(`delete from ledger_transfers where subject_id = '${source}'`)).toContain('balance');
      expect(await verifyLedger(testDatabase.ownerUrl)).toEqual([]);
    } finally {
      client.release();
    }
  });
});

describe('months', () => {
  const months = (): LedgerMonths => new LedgerMonths(db);

  it('once closed take no entry, and can be opened again with a reason', async () => {
    const { source, pool } = await fund(dollars(100));
    const late = (): TransferRequest =>
      move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(1), { bookedOn: '2015-09-30' });
    const before = late();
    await post(before);
    await months().close(person('finance_officer'), '2015-09-01');
    const error = await refusal(post(late()));
    expect(error.code).toBe('ledger.month_closed');
    expect(texts.sentence(error)).toContain('The books of September 2015 are closed.');
    // What was recorded before stays recorded, so asking again is as harmless as ever.
    await post(before);
    expect((await refusal(months().close(person('finance_officer'), '2015-09-01'))).code).toBe('ledger.month_closed');
    expect((await refusal(months().reopen(person('finance_officer'), '2015-09-01', 'late bill'))).kind).toBe(
      'forbidden',
    );
    await months().reopen(person('finance_approver'), '2015-09-01', 'A late bill came in.');
    await post(late());
    expect((await refusal(months().reopen(person('finance_approver'), '2015-09-01', 'again'))).code).toBe(
      'ledger.month_open',
    );
    expect((await refusal(months().close(person('finance_officer'), '2015-11-01'))).code).toBe('ledger.month_not_over');
    expect((await refusal(months().close(person('auditor'), '2015-08-01'))).kind).toBe('forbidden');
  });

  it('never get an entry after they were closed, however close the two come', async () => {
    const { source, pool } = await fund(dollars(100));
    for (let month = 1; month <= 6; month += 1) {
      const first = `2014-0${month}-01`;
      const posts = Array.from({ length: 8 }, () =>
        post(
          move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(1), { bookedOn: first }),
        ).then(
          () => true,
          () => false,
        ),
      );
      const closed = months().close(person('finance_officer'), first);
      await closed;
      const at = await db.query<{ count: number }>(
        sql`select count(*)::int as count from ledger_transfers where booked_on = ${first}::date`,
      );
      const done = (await Promise.all(posts)).filter(Boolean).length;
      expect(at[0]?.count).toBe(done);
    }
  });

  it('are shown with what one may do', async () => {
    const list = await months().list();
    const view = monthsView(
      texts,
      list.map((month) => monthView(texts, policy, person('finance_approver'), month)),
    );
    const html = new Templates({ texts, dates: calendar }).renderPart('ledger/months', view, { csrf: 'token' });
    expect(html).toContain('November 2015');
    expect(html).toContain('/ledger/months/reopen');
    expect(list.find((month) => month.month === '2015-11-01')?.isOver).toBe(false);
  });
});

describe('figures', () => {
  it('follow a dollar through its stages, for a pool, an award, a category and a source', async () => {
    const { source, pool } = await fund(dollars(1000), dollars(800));
    const award = newId();
    const awarded = (stage: Stage, category = 'staff'): AccountRef => inAward(source, award, category, stage);
    await post(
      move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(100)),
      move(inPool(source, pool, 'allotted'), inPool(source, pool, 'committed'), dollars(500)),
      move(inPool(source, pool, 'committed'), awarded('obligated'), dollars(300)),
      move(inPool(source, pool, 'committed'), awarded('obligated', 'travel'), dollars(100)),
      move(awarded('obligated'), awarded('payable'), dollars(200)),
      move(awarded('payable'), awarded('disbursed'), dollars(150)),
      // Taken back from the pool, and a return that makes a payment payable again.
      move(inPool(source, pool, 'allotted'), authorizedOf(source), dollars(50)),
      move(awarded('disbursed'), awarded('payable'), dollars(25)),
    );
    const members = sql`select 'round' as key, 'pool' as holder_kind, ${pool}::uuid as holder_id
      union all select 'round', 'award', ${award}::uuid`;
    const round = (await readFigures(db, {}, { members })).get('round');
    expect(Object.fromEntries(Object.entries(round ?? {}).map(([name, amount]) => [name, amount.format()]))).toEqual({
      allotted: '$750',
      reserved: '$100',
      committed: '$500',
      obligated: '$400',
      payable: '$75',
      disbursed: '$125',
      available: '$150',
      remaining: '$300',
    });
    expect((await ledger.figures(db, { sourceIds: [source] }, 'source')).get(source)).toEqual(round);
    expect((await ledger.figures(db, { sourceIds: [source] })).get('all')).toEqual(round);
    const holders = await ledger.figures(db, { holders: [{ kind: 'award', id: award }] }, 'holder');
    expect(holders.get(`award:${award}`)?.remaining.format()).toBe('$200');
    const categories = await ledger.figures(db, { holders: [{ kind: 'award', id: award }] }, 'category');
    expect([...categories].map(([category, row]) => [category, row.committed.format()])).toEqual([
      ['staff', '$300'],
      ['travel', '$100'],
    ]);
    expect((await readPoolBalance(db, source, pool, 'allotted')).format()).toBe('$150');
    const stages = await readStageBalances(db, [source]);
    expect(stages(source, 'authorized').format()).toBe('$250');
    expect(stages(newId(), 'authorized').format()).toBe('$0');
  });

  it('move what is set aside with the money when one pool gives to another', async () => {
    const { source, pool } = await fund(dollars(1000));
    const other = newId();
    await post(move(inPool(source, pool, 'allotted'), inPool(source, other, 'allotted'), dollars(400)));
    const pools = await ledger.figures(db, { sourceIds: [source] }, 'holder');
    expect(pools.get(`pool:${pool}`)?.allotted.format()).toBe('$600');
    expect(pools.get(`pool:${other}`)?.allotted.format()).toBe('$400');
    expect((await ledger.figures(db, { sourceIds: [source] })).get('all')?.allotted.format()).toBe('$1,000');
  });

  it('as of a date leave out what was booked after it', async () => {
    const { source, pool } = await fund(dollars(1000));
    const reserve = (bookedOn: string): TransferRequest =>
      move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(10), { bookedOn });
    await post(reserve('2015-11-12'), reserve('2015-11-12'), reserve('2015-11-20'));
    const at = async (date: string): Promise<string | undefined> =>
      (await ledger.figuresAsOf(db, date, { sourceIds: [source] })).get('all')?.reserved.format();
    expect(await at('2015-11-09')).toBe('$0');
    expect(await at('2015-11-11')).toBe('$0');
    expect(await at('2015-11-12')).toBe('$20');
    expect(await at('2015-11-20')).toBe('$30');
    expect((await ledger.figuresAsOf(db, '2015-11-20', { sourceIds: [source] })).get('all')).toEqual(
      (await ledger.figures(db, { sourceIds: [source] })).get('all'),
    );
  });
});

describe('figures as of a day', () => {
  /** What the transfers themselves say, without a figure that was kept. */
  async function fromTransfers(source: string, date: string): Promise<Record<string, bigint>> {
    const rows = await db.query<{ stage: string; cents: string }>(sql`
      select a.stage, sum(case when a.id = t.credit_account_id then t.amount_cents else -t.amount_cents end)::text as cents
      from ledger_transfers t join ledger_accounts a on a.id in (t.credit_account_id, t.debit_account_id)
      where a.source_id = ${source} and t.booked_on <= ${date}::date group by a.stage`);
    const held = new Map(rows.map(({ stage, cents }) => [stage, BigInt(cents)]));
    const at = (...stages: string[]): bigint => stages.reduce((sum, stage) => sum + (held.get(stage) ?? 0n), 0n);
    return {
      allotted: -at('outside', 'authorized'),
      reserved: at('reserved'),
      committed: at('committed', 'obligated', 'payable', 'disbursed'),
      obligated: at('obligated', 'payable', 'disbursed'),
      payable: at('payable'),
      disbursed: at('disbursed'),
      available: at('allotted'),
      remaining: at('committed', 'obligated'),
    };
  }

  const day = fc.integer({ min: 0, max: 150 }).map((after) => calendar.addDays('2015-09-20', after));

  it('are what the transfers booked until then add up to, also after back-dated bookings and reversals', async () => {
    const step = fc.record({
      to: fc.nat({ max: 5 }),
      cents: fc.integer({ min: 1, max: 500 }),
      bookedOn: day,
      reversed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(day, { maxLength: 4 }), async (steps, days) => {
        const { source, pool } = await fund(Money.ofCents(100_000), Money.ofCents(70_000));
        const places = [
          authorizedOf(source),
          inPool(source, pool, 'reserved'),
          inPool(source, newId(), 'allotted'),
          inAward(source, pool, 'a', 'committed'),
          inAward(source, pool, 'a', 'obligated'),
          inAward(source, pool, 'b', 'disbursed'),
        ];
        for (const { to, cents, bookedOn, reversed } of steps) {
          const from = inPool(source, pool, 'allotted');
          const request = move(from, places[to] as AccountRef, Money.ofCents(cents), { bookedOn });
          await post(request);
          if (!reversed) continue;
          await db.work(SYSTEM, async (work) => {
            await ledger.reverse(work, request.key, 'test.mistake');
            return null;
          });
        }
        for (const date of [...days, '2015-10-31', '2015-11-01', '2015-12-31', '2016-02-29']) {
          const all = (await ledger.figuresAsOf(db, date, { sourceIds: [source] })).get('all');
          const found = Object.entries(all ?? {}).map(([column, amount]) => [column, amount.cents]);
          expect(Object.fromEntries(found)).toEqual(await fromTransfers(source, date));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stay right when many book into the same account and several months at once', async () => {
    const { source, pool } = await fund(dollars(1000));
    const days = ['2015-09-30', '2015-10-01', '2015-10-31', '2015-11-30'];
    await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        post(
          ...[0, 1].map((more) =>
            move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(1), {
              bookedOn: days[(index + more) % days.length],
            }),
          ),
        ),
      ),
    );
    const at = async (date: string): Promise<string | undefined> =>
      (await ledger.figuresAsOf(db, date, { sourceIds: [source] })).get('all')?.reserved.format();
    expect(await Promise.all(['2015-09-29', ...days].map(at))).toEqual(['$0', '$12', '$24', '$36', '$48']);
    expect(await verifyLedger(db)).toEqual([]);
  });

  it('are there for books that are older than the months kept beside them', async () => {
    const { source, pool } = await fund(dollars(100));
    await post(
      move(inPool(source, pool, 'allotted'), inPool(source, pool, 'reserved'), dollars(40), { bookedOn: '2015-10-20' }),
    );
    const migration = new LedgerMonthTurnovers1790000000024();
    const client = await owner.connect();
    try {
      await client.query('begin');
      const runner = { query: (statement: string) => client.query(statement) } as unknown as QueryRunner;
      await migration.down(runner);
      await migration.up(runner);
      await client.query('commit');
    } finally {
      client.release(true);
    }
    expect(await verifyLedger(db)).toEqual([]);
    const figures = await ledger.figuresAsOf(db, '2015-10-31', { sourceIds: [source] });
    expect(figures.get('all')?.reserved.format()).toBe('$40');
    await post(move(inPool(source, pool, 'reserved'), inPool(source, pool, 'allotted'), dollars(1)));
  });
});

describe('whatever is posted', () => {
  it('every balance is what came in less what went out, all of them add up to zero, and available is what lies there', async () => {
    const step = fc.record({
      from: fc.nat({ max: 6 }),
      to: fc.nat({ max: 6 }),
      cents: fc.integer({ min: 1, max: 5000 }),
      day: fc.integer({ min: 1, max: 28 }),
      repeat: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 }), async (sets) => {
        const { source, pool } = await fund(Money.ofCents(10_000), Money.ofCents(7_000));
        const other = newId();
        const places = [
          authorizedOf(source),
          inPool(source, pool, 'allotted'),
          inPool(source, other, 'allotted'),
          inPool(source, pool, 'committed'),
          inAward(source, pool, 'a', 'obligated'),
          inAward(source, pool, 'b', 'payable'),
          inAward(source, pool, 'b', 'disbursed'),
        ];
        const expected = places.map(() => 0n);
        expected[0] = 3000n;
        expected[1] = 7000n;
        for (const set of sets) {
          const transfers = set
            .filter(({ from, to }) => from !== to)
            .map(({ from, to, cents, day }) =>
              move(places[from] as AccountRef, places[to] as AccountRef, Money.ofCents(cents), {
                bookedOn: `2015-12-${String(day).padStart(2, '0')}`,
              }),
            );
          const after = [...expected];
          for (const { from, to, cents } of set) {
            if (from === to) continue;
            after[from] = (after[from] as bigint) - BigInt(cents);
            after[to] = (after[to] as bigint) + BigInt(cents);
          }
          const posted = await post(...transfers).then(
            () => true,
            (error: unknown) => {
              expect(error).toMatchObject({ code: 'ledger.not_enough' });
              return false;
            },
          );
          expect(posted).toBe(after.every((cents) => cents >= 0n));
          if (posted) expected.splice(0, expected.length, ...after);
          if (posted && set[0]?.repeat) await post(...transfers);
        }
        for (const [index, place] of places.entries()) {
          expect(await balance(place)).toBe(Money.ofCents(expected[index] as bigint).format());
        }
        const [sum] = await db.query<{ cents: string }>(
          sql`select sum(balance_cents)::text as cents from ledger_accounts where source_id = ${source}`,
        );
        expect(sum?.cents).toBe('0');
        const all = (await ledger.figures(db, { sourceIds: [source] })).get('all');
        expect(all?.available.cents).toBe((expected[1] as bigint) + (expected[2] as bigint));
        expect(all?.allotted.cents).toBe(10_000n - (expected[0] as bigint));
        expect((await ledger.figuresAsOf(db, '2015-12-31', { sourceIds: [source] })).get('all')).toEqual(all);
      }),
      { numRuns: 40 },
    );
    expect(await verifyLedger(db)).toEqual([]);
  });
});

describe('the entries', () => {
  const entries = (): LedgerEntries => new LedgerEntries(db, policy, directory);
  const officer = person('finance_officer');

  async function story(): Promise<{ source: string; pool: string; award: string }> {
    const { source, pool } = await fund(dollars(1000));
    const award = newId();
    const subject = { type: 'award', id: award };
    const to = inAward(source, award, '=cmd', 'committed');
    for (let index = 0; index < 5; index += 1) {
      await post(move(inPool(source, pool, 'allotted'), to, dollars(100), { subject, bookedOn: `2015-11-1${index}` }));
    }
    await post(
      move(to, inAward(source, award, '=cmd', 'obligated'), dollars(250), { subject, bookedOn: '2015-11-15' }),
    );
    return { source, pool, award };
  }

  it('open an amount: a column, a stage, a holder, a source, a subject and dates', async () => {
    const { source, pool, award } = await story();
    const amounts = async (values: Record<string, string>): Promise<string[]> => {
      const { page } = await entries().list(officer, query(values));
      return page.items.map((row) => Money.ofCents(row.cents).format());
    };
    const hundreds = ['$100', '$100', '$100', '$100', '$100'];
    expect(await amounts({ source })).toEqual(['$250', ...hundreds, '$1,000', '$1,000']);
    expect(await amounts({ holder: `pool:${pool}` })).toEqual([...hundreds, '$1,000']);
    expect(await amounts({ holder: `award:${award}`, stage: 'obligated' })).toEqual(['$250']);
    expect(await amounts({ source, column: 'committed' })).toEqual(hundreds);
    expect(await amounts({ source, column: 'allotted' })).toEqual(['$1,000']);
    expect(await amounts({ subject: `award:${award}`, from: '11/12/2015', to: '2015-11-14' })).toEqual(
      hundreds.slice(2),
    );
    const { explanation } = await entries().list(officer, query({ source, column: 'remaining', from: '2015-11-12' }));
    expect([explanation?.opening, explanation?.change, explanation?.closing].map(String)).toEqual([
      '$200',
      '$300',
      '$500',
    ]);
    const until = { source, column: 'remaining', from: '2015-11-11', to: '2015-11-13' };
    const some = (await entries().list(officer, query(until))).explanation;
    expect([some?.opening, some?.closing].map(String)).toEqual(['$100', '$400']);
    const allotted = await entries().list(officer, query({ holder: `pool:${pool}`, column: 'allotted' }));
    expect(allotted.explanation?.closing.format()).toBe('$1,000');
  });

  it('are paged by cursor without a gap, with the balance of one account after each', async () => {
    const { pool } = await story();
    const [account] = (await entries().accounts(officer, readInput(AccountQuery, { holder: `pool:${pool}` }, true)))
      .page.items;
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const values = { account: account?.id ?? '', limit: '2', ...(after === undefined ? {} : { after }) };
      const { page } = await entries().list(officer, query(values));
      seen.push(...page.items.map((row) => String(row.after)));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(['$500', '$600', '$700', '$800', '$900', '$1,000']);
  });

  it('are shown to those who may read the books and to nobody else', async () => {
    const { source } = await story();
    const scoped: Actor = {
      kind: 'person',
      personId: newId(),
      name: 'Officer Test',
      grants: [{ role: 'program_officer', scopeKind: 'fund', scopeId: newId() }],
    };
    for (const [actor, count] of [
      [officer, 8],
      [person('auditor'), 8],
      [person('program_officer'), 8],
      [scoped, 0],
      [person('applicant'), 0],
      [person('administrator'), 0],
    ] as const) {
      expect((await entries().list(actor, query({ source }))).page.items).toHaveLength(count);
    }
    const [account] = (await entries().accounts(officer, readInput(AccountQuery, { source }, true))).page.items;
    expect((await refusal(entries().list(scoped, query({ account: account?.id ?? '' })))).kind).toBe('not_found');
  });

  it('become a page that says what the amount is, and a CSV without formulas', async () => {
    const { source, award } = await story();
    const sources = await entries().sources(officer);
    const asked = query({ holder: `award:${award}`, column: 'committed' });
    const view = entriesView({
      texts,
      dates: calendar,
      query: asked,
      entries: await entries().list(officer, asked),
      sources,
    });
    expect(view.head.lead).toBe('$500 is committed today. The entries below add up to it.');
    const html = new Templates({ texts, dates: calendar }).renderPart('ledger/entries', view);
    expect(html).toContain('Entries behind: committed');
    expect(html).toContain('name="holder"');

    const pages = new LedgerPages(entries(), new LedgerMonths(db), db, policy, texts);
    const file = await pages.list({ actor: officer } as never, query({ source, format: 'csv' }));
    const text = (await (file as StreamableFile).getStream().toArray()).map(String).join('');
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toContain('Amount (USD)');
    expect(lines[3]).toContain(",'=cmd,committed,100.00,");
    expect(text).not.toMatch(/(^|,)=/m);
  });
});
