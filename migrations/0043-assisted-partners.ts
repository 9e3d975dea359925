import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Partners that staff entered for an organization carry the same mark as answers. Whether partners must confirm is one of
 * the terms that a published round keeps. And who asks for help says whether whoever helps may read the draft.
 */
export class AssistedPartners1790000000043 implements MigrationInterface {
  name = 'AssistedPartners1790000000043';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table application_partners
        add column assistance_id uuid,
        add column part_confirmed_at timestamptz,
        add column part_confirmed_by uuid,
        add constraint application_partners_assistance_id_fkey foreign key (assistance_id) references assistances (id),
        add constraint application_partners_part_confirmed_by_fkey foreign key (part_confirmed_by)
          references persons (id),
        add constraint application_partners_assisted_check check ((part_confirmed_at is null) = (part_confirmed_by is null)
          and (part_confirmed_at is null or assistance_id is not null))`);
    await runner.query(`create index application_partners_assistance_id_idx on application_partners (assistance_id)`);
    await runner.query(
      `create index application_partners_part_confirmed_by_idx on application_partners (part_confirmed_by)`,
    );
    await runner.query(`alter table technical_assistances add column may_read boolean not null default false`);
    // A trigger of its own, so that whoever guards another term later need not know of this one.
    await runner.query(`
      create function refuse_partner_terms() returns trigger language plpgsql as $$
      begin
        raise exception 'the terms of a published round do not change'
          using errcode = 'check_violation', constraint = 'rounds_published_check';
      end $$`);
    await runner.query(`
      create trigger rounds_partner_terms before update of partners_must_confirm on rounds for each row
        when (old.state not in ('draft', 'in_comment')
          and new.partners_must_confirm is distinct from old.partners_must_confirm)
        execute function refuse_partner_terms()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop trigger rounds_partner_terms on rounds`);
    await runner.query(`drop function refuse_partner_terms()`);
    await runner.query(`alter table technical_assistances drop column may_read`);
    await runner.query(`
      alter table application_partners
        drop column assistance_id, drop column part_confirmed_at, drop column part_confirmed_by`);
  }
}
