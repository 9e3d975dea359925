/** ApplicationSections: writes an application section by section; each save replaces its section whole. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalid, type FieldProblem } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { ApplicationBudgetLine, ApplicationDistrict, ApplicationPartner, Application } from './application.entity.js';
import type { BudgetInput, PartnersInput, SummaryInput } from './application.input.js';
import { Applications } from './applications.service.js';

@Injectable()
export class ApplicationSections {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
  ) {}

  async saveSummary(actor: Actor, id: string, input: SummaryInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      await this.requireDistricts(work, input);
      const { title, summary = null, schools = null } = input;
      await work.update(Application, application, { title, summary, schools }, input.version);
      await work.query(sql`delete from application_districts where application_id = ${id}`);
      const shares = input.districts.filter((each) => each.share > 0);
      await work.insert(
        ApplicationDistrict,
        shares.map(({ district, share }) => ({ applicationId: id, district, shareBasisPoints: share })),
      );
      this.saved(work, id, 'summary');
      return { id };
    });
  }

  async saveBudget(actor: Actor, id: string, input: BudgetInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      await work.update(Application, application, { requested: input.requested }, input.version);
      await work.query(sql`delete from application_budget_lines where application_id = ${id}`);
      await work.insert(
        ApplicationBudgetLine,
        input.lines.map(({ category, description = null, amount, match = Money.zero }, index) => ({
          ...{ applicationId: id, position: index + 1, category, description, amount, match },
        })),
      );
      this.saved(work, id, 'budget');
      return { id };
    });
  }

  async savePartners(actor: Actor, id: string, input: PartnersInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      await work.update(Application, application, {}, input.version);
      await work.query(sql`delete from application_partners where application_id = ${id}`);
      const known = await this.organizationsByName(work, input);
      await work.insert(
        ApplicationPartner,
        input.partners.map(({ name, role, level, share = Money.zero }, index) => ({
          ...{ applicationId: id, position: index + 1, name, role, level, share },
          organizationId: known.get(name.trim().toLowerCase()) ?? null,
        })),
      );
      await this.applications.refreshParties(work, id, application.organizationId);
      this.saved(work, id, 'partners');
      return { id };
    });
  }

  /** Partners that are recorded here are known by their name, so that conflicts of interest with them are found. */
  private async organizationsByName(work: Work, input: PartnersInput): Promise<Map<string, string>> {
    const names = input.partners.map((each) => each.name.trim().toLowerCase());
    const rows = await work.query<{ id: string; name: string }>(
      sql`select id, lower(name) as name from organizations where lower(name) = any(${names}::text[])`,
    );
    return new Map(rows.map((row) => [row.name, row.id]));
  }

  private async requireDistricts(work: Work, input: SummaryInput): Promise<void> {
    const rows = await work.query<{ name: string }>(sql`select name from districts`);
    const known = new Set(rows.map((row) => row.name));
    const seen = new Set<string>();
    const fields: FieldProblem[] = [];
    input.districts.forEach(({ district }, index) => {
      const field = `districts[${index}].district`;
      if (!known.has(district)) fields.push({ field, code: 'application.district_unknown', params: { district } });
      else if (seen.has(district)) fields.push({ field, code: 'application.district_twice', params: { district } });
      seen.add(district);
    });
    if (fields.length > 0) throw invalid('input.has_problems', { params: { count: fields.length }, fields });
  }

  private saved(work: Work, id: string, section: string): void {
    work.audit({ action: 'application.updated', subjectType: 'application', subjectId: id, after: { section } });
  }
}
