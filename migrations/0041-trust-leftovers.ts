import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether something is in a disposal is asked by what it is, without its disposal. */
export class TrustLeftovers1790000000041 implements MigrationInterface {
  name = 'TrustLeftovers1790000000041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index disposal_items_subject_id_idx on disposal_items (subject_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index disposal_items_subject_id_idx`);
  }
}
