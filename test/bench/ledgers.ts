/** Ledgers of any size: the awards, accounts and transfers are the same but for how many transfers there are. */
import { Client } from 'pg';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { Money } from '../../src/kernel/money.js';
import { activeAward } from '../factories/awards.js';
import { openWebWorld, type WebWorld } from '../support/world.js';

const POOLS = 10;

/** A world with awards in ten pools and this many transfers between their accounts, written by SQL. */
export async function openLedgerWorld(awards: number, transfers: number): Promise<WebWorld> {
  const world = await openWebWorld();
  const { awardId, roundId, poolId, sourceId } = await activeAward(world, { amount: Money.ofCents(10_000_000) });
  const client = new Client({ connectionString: world.database.adminUrl });
  await client.connect();
  try {
    // Copies refer to applications that are not there, so the keys that would ask for them are off.
    await client.query('set session_replication_role = replica');
    for (const statement of statements({ awardId, roundId, poolId, sourceId, awards, transfers })) {
      await client.query(statement);
    }
    await client.query('set session_replication_role = origin');
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
  if (transfers <= 10_000) await requireSound(world);
  return world;
}

/** What was written past the ledger must be what the ledger would have written. */
async function requireSound(world: WebWorld): Promise<void> {
  const differences = await verifyLedger(world.database.ownerUrl);
  if (differences.length > 0) throw new Error(`The seeded ledger does not add up: ${JSON.stringify(differences[0])}`);
}

interface Seed {
  readonly awardId: string;
  readonly roundId: string;
  readonly poolId: string;
  readonly sourceId: string;
  readonly awards: number;
  readonly transfers: number;
}

const copy = (table: string, changes: string): string =>
  `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(x) || jsonb_build_object(${changes}))).*`;

function statements({ awardId, roundId, poolId, sourceId, awards, transfers }: Seed): string[] {
  return [
    `create temp table seed_pools as select n, gen_random_uuid() as id, gen_random_uuid() as round_id
       from generate_series(0, ${POOLS - 1}) n`,
    `create temp table seed_awards as select n, gen_random_uuid() as id from generate_series(0, ${awards - 1}) n`,
    `${copy('pools', `'id', p.id, 'name', 'Bench pool ' || p.n`)} from pools x, seed_pools p where x.id = '${poolId}'`,
    `${copy('rounds', `'id', p.round_id, 'pool_id', p.id, 'number', 'B-' || p.n, 'name', 'Bench round ' || p.n`)}
       from rounds x, seed_pools p where x.id = '${roundId}'`,
    `${copy(
      'awards',
      `'id', s.id, 'number', '2016-' || s.n, 'application_id', gen_random_uuid(), 'pool_id', p.id, 'round_id', p.round_id`,
    )} from awards x, seed_awards s join seed_pools p on p.n = s.n % ${POOLS} where x.id = '${awardId}'`,
    ...['award_districts', 'award_budget_lines', 'award_sources'].map(
      (table) => `${copy(table, `'id', gen_random_uuid(), 'award_id', s.id`)}
         from ${table} x, seed_awards s where x.award_id = '${awardId}'`,
    ),
    `insert into ledger_accounts (id, source_id, holder_kind, holder_id, category, stage)
       select gen_random_uuid(), '${sourceId}', 'pool', p.id, '', 'allotted' from seed_pools p`,
    `insert into ledger_accounts (id, source_id, holder_kind, holder_id, category, stage)
       select gen_random_uuid(), '${sourceId}', 'award', s.id, c.name, st.name from seed_awards s,
         (values ('Staff'), ('Supplies')) c (name),
         (values ('committed'), ('obligated'), ('payable'), ('disbursed')) st (name)`,
    ...poolMoney(sourceId),
    // Each award's money goes on from stage to stage, a little less each time, so that no balance falls below zero.
    `create temp table seed_steps as
       select s.n as award, c.n as category, k.step, debit.id as debit_id, credit.id as credit_id, k.cents
       from seed_awards s join seed_pools p on p.n = s.n % ${POOLS}
       cross join (values (0, 'Staff'), (1, 'Supplies')) c (n, name)
       cross join (values (0, 'allotted', 'committed', 400), (1, 'committed', 'obligated', 300),
                          (2, 'obligated', 'payable', 200), (3, 'payable', 'disbursed', 100)) k (step, debit, credit, cents)
       join ledger_accounts debit on debit.stage = k.debit and case when k.step = 0 then debit.holder_id = p.id
         else debit.holder_id = s.id and debit.category = c.name end
       join ledger_accounts credit on credit.stage = k.credit and credit.holder_id = s.id and credit.category = c.name`,
    `insert into ledger_transfers (key, debit_account_id, credit_account_id, amount_cents, reason, actor,
         recorded_at, booked_on, subject_type, subject_id)
       select 'bench:' || g.n, k.debit_id, k.credit_id, k.cents, 'Bench', 'system:bench', now(),
         date '2014-01-01' + ((g.n::bigint * 7919) % 670)::int, 'award', s.id
       from generate_series(0, ${transfers - 1}) as g (n)
       join seed_awards s on s.n = g.n % ${awards}
       join seed_steps k on k.award = s.n and k.category = (g.n / ${awards}) % 2 and k.step = (g.n / ${2 * awards}) % 4`,
    `create temp table seed_sides as
       select t.credit_account_id as account_id, t.booked_on, t.amount_cents as in_cents, 0::bigint as out_cents,
         case when d.stage = 'authorized' then t.amount_cents else 0 end as allotted
       from ledger_transfers t join ledger_accounts d on d.id = t.debit_account_id
       union all select debit_account_id, booked_on, 0, amount_cents, 0 from ledger_transfers`,
    `delete from ledger_days`,
    `insert into ledger_days (account_id, booked_on, in_cents, out_cents, allotted_cents)
       select account_id, booked_on, sum(in_cents), sum(out_cents), sum(allotted) from seed_sides group by 1, 2`,
    `delete from ledger_month_turnovers`,
    `insert into ledger_month_turnovers (account_id, month, in_cents, out_cents, allotted_cents)
       select account_id, date_trunc('month', booked_on)::date, sum(in_cents), sum(out_cents), sum(allotted_cents)
       from ledger_days group by 1, 2`,
    `update ledger_accounts a set balance_cents = s.cents, allotted_cents = s.allotted
       from (select account_id, sum(in_cents - out_cents) as cents, sum(allotted) as allotted
             from seed_sides group by 1) s where s.account_id = a.id`,
    `drop table seed_sides`,
  ];
}

/** Each pool is given more than the benches move. */
function poolMoney(sourceId: string): string[] {
  const transfer = (key: string, debit: string, credit: string): string => `
    insert into ledger_transfers (key, debit_account_id, credit_account_id, amount_cents, reason, actor,
      recorded_at, booked_on, subject_type, subject_id)
    select '${key}:' || p.n, d.id, c.id, 1000000000000, 'Bench', 'system:bench', now(), date '2014-01-01', 'pool', p.id
    from seed_pools p
    join ledger_accounts d on d.source_id = '${sourceId}' and ${debit}
    join ledger_accounts c on c.source_id = '${sourceId}' and ${credit}`;
  return [
    transfer('bench:authorized', `d.stage = 'outside'`, `c.stage = 'authorized'`),
    transfer('bench:allotted', `d.stage = 'authorized'`, `c.stage = 'allotted' and c.holder_id = p.id`),
  ];
}
