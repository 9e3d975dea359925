/** ApplicationSections: writes an application section by section; each save replaces its section whole. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalid, type FieldProblem } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { AnswerWriter } from './answer-writer.js';
import { budgetRow, districtRow } from './answer.rules.js';
import { Application, ApplicationBudgetLine, ApplicationDistrict } from './application.entity.js';
import type { BudgetInput, PartnersInput, SummaryInput } from './application.input.js';
import { Applications } from './applications.service.js';
import { clearBudget } from './proposed-budget.reads.js';
import { PartnerList } from './partner-list.service.js';
import { sectionsAsking } from './return.reads.js';

@Injectable()
export class ApplicationSections {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly answers: AnswerWriter,
    private readonly partners: PartnerList,
  ) {}

  async saveSummary(actor: Actor, id: string, input: SummaryInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const sections = await sectionsAsking(work, id, ['title', 'summary', 'districts', 'schools']);
      const application = await this.applications.lockForWriting(work, id, sections);
      await this.requireDistricts(work, input);
      const { title, summary = null, schools = null } = input;
      await work.update(Application, application, { title, summary, schools }, input.version);
      await work.query(sql`delete from application_districts where application_id = ${id}`);
      const shares = input.districts.filter((each) => each.share > 0);
      await work.insert(
        ApplicationDistrict,
        shares.map(({ district, share }) => ({ applicationId: id, district, shareBasisPoints: share })),
      );
      await this.answers.mirror(work, application, [
        { part: 'title', value: title },
        { part: 'summary', value: summary ?? undefined },
        { part: 'schools', value: schools ?? undefined },
        {
          part: 'districts',
          value: shares.map(({ district, share }) => districtRow({ name: district, shareBasisPoints: share })),
        },
      ]);
      this.saved(work, id, 'summary');
      return { id };
    });
  }

  async saveBudget(actor: Actor, id: string, input: BudgetInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const sections = await sectionsAsking(work, id, ['budget']);
      const application = await this.applications.lockForWriting(work, id, sections);
      await work.update(Application, application, { requested: input.requested }, input.version);
      await clearBudget(work, id);
      await work.insert(
        ApplicationBudgetLine,
        input.lines.map(({ category, description = null, amount, match = Money.zero }, index) => ({
          ...{ applicationId: id, position: index + 1, kind: 'direct' as const, category, description, amount, match },
        })),
      );
      await this.answers.mirror(work, application, [
        {
          part: 'budget',
          value: input.lines.map(({ category, description = null, amount, match = Money.zero }) =>
            budgetRow({ category, description, amount, match }),
          ),
        },
      ]);
      this.saved(work, id, 'budget');
      return { id };
    });
  }

  /** Partners are rows and no answers: who is still named keeps what they confirmed. */
  async savePartners(actor: Actor, id: string, input: PartnersInput): Promise<{ id: string }> {
    return this.partners.save(actor, id, input);
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
