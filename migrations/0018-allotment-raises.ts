import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A carried motion may raise what is set aside: one first allotment of a source and pool, and any number of raises. */
export class AllotmentRaises1790000000018 implements MigrationInterface {
  name = 'AllotmentRaises1790000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table allotments add column motion_id uuid`);
    await runner.query(`alter table allotments drop constraint allotments_pool_id_source_id_key`);
    await runner.query(
      `create unique index allotments_first_key on allotments (source_id, pool_id) where motion_id is null`,
    );
    await runner.query(`create unique index allotments_motion_id_key on allotments (motion_id)`);
    await runner.query(`create index allotments_source_id_idx on allotments (source_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index allotments_source_id_idx, allotments_motion_id_key, allotments_first_key`);
    await runner.query(
      `alter table allotments add constraint allotments_pool_id_source_id_key unique (source_id, pool_id)`,
    );
    await runner.query(`alter table allotments drop column motion_id`);
  }
}
