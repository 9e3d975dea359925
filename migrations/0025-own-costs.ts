import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the agency spent itself from a pool for its own costs, as entries of its accounting bring it in. */
export class OwnCosts1790000000025 implements MigrationInterface {
  name = 'OwnCosts1790000000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table own_costs (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        pool_id uuid not null,
        source_id uuid not null,
        amount_cents bigint not null,
        booked_on date not null,
        reference text not null,
        description text not null,
        corrects_id uuid,
        constraint own_costs_pkey primary key (id),
        constraint own_costs_amount_check check (amount_cents > 0),
        constraint own_costs_pool_id_fkey foreign key (pool_id) references pools (id),
        constraint own_costs_source_id_fkey foreign key (source_id) references sources (id),
        constraint own_costs_corrects_id_fkey foreign key (corrects_id) references own_costs (id)
      )`);
    await runner.query(`
      create unique index own_costs_reference_key on own_costs (source_id, reference) where corrects_id is null`);
    await runner.query(`create unique index own_costs_corrects_id_key on own_costs (corrects_id)`);
    await runner.query(`create index own_costs_pool_id_idx on own_costs (pool_id)`);
    await runner.query(`create index own_costs_source_id_idx on own_costs (source_id)`);
    await runner.query(`revoke update, delete on own_costs from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table own_costs`);
  }
}
