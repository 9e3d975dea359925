import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a job was handed to Redis, so that what Redis lost is handed on again. */
export class Relay1790000000019 implements MigrationInterface {
  name = 'Relay1790000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table outbox add column relayed_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table outbox drop column relayed_at`);
  }
}
