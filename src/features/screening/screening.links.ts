/** What screening puts beside an application on its page: for applicants help, for staff the checks. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { ListedThing } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { applicationSubject, type ApplicationSummary, type LinkedThings } from '../applications/index.js';
import { staffSide } from '../conflicts/index.js';
import type { AssistanceTopic } from './technical-assistance.entity.js';
import { assistanceSeen } from './technical-assistance.reads.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

const MOST = 5;

@Injectable()
export class ScreeningLinks {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly assistances: TechnicalAssistances,
  ) {}

  async of(actor: Actor, application: ApplicationSummary, isOwn: boolean): Promise<LinkedThings | undefined> {
    const items = [
      ...(isOwn ? this.ask(application) : this.checks(actor, application)),
      ...(await this.helped(actor, application.id)),
    ];
    return items.length === 0
      ? undefined
      : { title: this.texts.t(isOwn ? 'screening.help' : 'screening.beside'), items };
  }

  private ask({ id, state }: ApplicationSummary): ListedThing[] {
    if (state !== 'draft' && state !== 'returned') return [];
    return [
      {
        title: this.texts.t('technical_assistance.new'),
        href: `/technical-assistances/new?application=${id}`,
        note: this.texts.t('screening.help.note'),
      },
    ];
  }

  private checks(actor: Actor, application: ApplicationSummary): ListedThing[] {
    const mayRead = this.policy.can(staffSide(actor), 'screening.read', applicationSubject(application));
    if (!mayRead || application.submittedAt === null) return [];
    return [{ title: this.texts.t('screening.section.checks'), href: `/screening/${application.id}` }];
  }

  private async helped(actor: Actor, applicationId: string): Promise<ListedThing[]> {
    const rows = await this.db.query<{ id: string; topic: AssistanceTopic; state: string }>(sql`
      select t.id, t.topic, t.state from technical_assistances t
      where t.application_id = ${applicationId} and ${assistanceSeen(actor, this.policy)}
      order by t.created_at desc, t.id desc limit ${MOST}`);
    return rows.map(({ id, topic, state }) => ({
      title: this.texts.t('technical_assistance.title', {
        topic: this.texts.t(`technical_assistance.field.topic.${topic}`),
      }),
      href: `/technical-assistances/${id}`,
      note: this.assistances.machine.state(state).label,
    }));
  }
}
