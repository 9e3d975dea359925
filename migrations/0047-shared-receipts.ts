import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a receipt comes to in all, so that it can prove several expenses of one request. */
export class SharedReceipts1790000000047 implements MigrationInterface {
  name = 'SharedReceipts1790000000047';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table disbursement_expenses add column receipt_amount_cents bigint`);
    await runner.query(`
      alter table disbursement_expenses add constraint disbursement_expenses_receipt_amount_check
      check (receipt_amount_cents is null or (receipt_id is not null and receipt_amount_cents >= amount_cents))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table disbursement_expenses drop column receipt_amount_cents`);
  }
}
