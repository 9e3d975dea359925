/** What waits for somebody about partners and time: a part to confirm, a request for more time to answer. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { readAskedExtensions } from './extensions.reads.js';
import { Partners } from './partners.service.js';

@Injectable()
export class ApplicationTeamTasks extends TaskSource {
  override readonly permissions = ['partner.confirm', 'extension_request.grant'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly partners: Partners,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const { currentCalendar: calendar } = this.db;
    const parts = this.policy.mightDo(actor, 'partner.confirm') ? await this.partners.namingMe(actor) : [];
    const unknown = this.policy.mightDo(actor, 'partner.confirm') ? await this.partners.askedAtMine(actor) : [];
    const asked = this.policy.mightDo(actor, 'extension_request.grant')
      ? await readAskedExtensions(this.db.often, this.policy, actor)
      : [];
    return [
      ...unknown.map(({ partnerId, partner, lead, dueAt }) => ({
        dueOn: calendar.today(dueAt),
        title: t('task.partner_known', { partner: partner.name }),
        text: t('task.partner_known.text', { lead }),
        href: `/partnerships/${partnerId}`,
        button: t('task.partnership.button'),
      })),
      ...parts
        .filter(({ partner }) => partner.state === 'asked' || partner.state === 'changed')
        .map(({ partnerId, title, lead, dueAt }) => ({
          dueOn: calendar.today(dueAt),
          title: t('task.partnership', { title }),
          text: t('task.partnership.text', { lead }),
          href: `/partnerships/${partnerId}`,
          button: t('task.partnership.button'),
        })),
      ...asked.map(({ id, organization, round, dueAt }) => ({
        dueOn: calendar.today(dueAt),
        title: t('task.extension_request', { organization, round }),
        text: t('task.extension_request.text'),
        href: `/extension-requests/${id}`,
        button: t('task.extension_request.button'),
      })),
    ];
  }
}
