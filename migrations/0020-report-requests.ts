import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was asked for as a document: which report, of which funds, as of which day, by whom. */
export class ReportRequests1790000000020 implements MigrationInterface {
  name = 'ReportRequests1790000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table report_requests (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        fund_id uuid,
        fund_ids uuid[] not null,
        source_id uuid,
        grouped_by text not null,
        as_of date not null,
        requested_by uuid,
        requested_role text,
        constraint report_requests_pkey primary key (id),
        constraint report_requests_grouped_by_check
          check (grouped_by in ('award', 'round', 'district', 'category', 'pool', 'source', 'fund')),
        constraint report_requests_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint report_requests_source_id_fkey foreign key (source_id) references sources (id),
        constraint report_requests_requested_by_fkey foreign key (requested_by) references persons (id)
      )`);
    await runner.query(`create index report_requests_fund_id_idx on report_requests (fund_id)`);
    await runner.query(`create index report_requests_source_id_idx on report_requests (source_id)`);
    await runner.query(`create index report_requests_requested_by_idx on report_requests (requested_by)`);
    await runner.query(`revoke update, delete on report_requests from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table report_requests`);
  }
}
