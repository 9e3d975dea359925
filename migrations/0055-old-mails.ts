/** Mails of before they said what they are about: also those on interviews, letters of intent and help that was asked for. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';

export class OldMails1790000000055 implements MigrationInterface {
  name = 'OldMails1790000000055';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update mails set about_type = 'letter_of_intent', about_id = substring(body from '/letters-of-intent/${ID}')::uuid
      where about_id is null and body ~ '/letters-of-intent/${ID}'`);
    for (const [path, table] of [
      ['technical-assistances', 'technical_assistances'],
      ['interviews', 'interviews'],
    ]) {
      await runner.query(`
        update mails m set about_type = 'application', about_id = thing.application_id from ${table} thing
        where m.about_id is null and thing.id = substring(m.body from '/${path}/${ID}')::uuid`);
    }
  }

  /** What they are about stays true of them. */
  async down(): Promise<void> {}
}
