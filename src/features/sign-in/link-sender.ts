/** LinkSender: writes the mail or the text of a link, and makes what it carries while doing so. */
import { Inject, Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { hashToken, randomToken } from '../../kernel/ids.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { Mailer } from '../../platform/mail/mail.js';
import { AgencySettings } from '../agency/index.js';
import { LinkPurposes } from './link-purposes.js';
import { MailedLink } from './mailed-link.entity.js';
import { LINK_TOPIC } from './mailed-links.service.js';
import { TextMessages } from './text-messages.service.js';

@Injectable()
export class LinkSender implements JobHandler {
  readonly topic = LINK_TOPIC;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly mailer: Mailer,
    private readonly texts: TextMessages,
    private readonly settings: AgencySettings,
    private readonly purposes: LinkPurposes,
  ) {}

  async handle(payload: Readonly<Record<string, unknown>>, _job: Job): Promise<void> {
    const linkId = String(payload['linkId']);
    await this.db.work(systemActor('links'), async (work) => {
      const [row] = await work.query(sql`
        select 1 from mailed_links l left join accounts a on a.person_id = l.person_id
        where l.id = ${linkId} and l.token_hash is null and l.replaced_at is null and a.disabled_at is null`);
      if (row === undefined) return null;
      const link = await work.lockOne(MailedLink, linkId);
      // A job that is delivered twice finds the link written and does nothing.
      if (link.tokenHash !== null || isCostly(link)) return null;
      const token = randomToken();
      // The time runs from when it is sent, however long the queue was.
      const expiresAt = new Date(work.now.getTime() + link.minutes * 60_000);
      await work.update(MailedLink, link, { tokenHash: hashToken(token), expiresAt });
      await this.write(work, link, `${this.config.publicUrl}${this.purposes.path(link.purpose, token)}`, expiresAt);
      work.audit({
        action: 'link.sent',
        subjectType: 'mailed_link',
        subjectId: linkId,
        after: { purpose: link.purpose },
      });
      return null;
    });
  }

  private async write(work: Work, link: MailedLink, url: string, expiresAt: Date): Promise<void> {
    const { name: agency, helpPhone } = await this.settings.read(work);
    const { subjectKey, params, template, view, about } = link.mail;
    const expires = work.calendar.formatInstant(expiresAt);
    if (link.channel === 'text') {
      await this.texts.send(work, { to: link.address, textKey: subjectKey, params: { ...params, agency, link: url } });
      return;
    }
    await this.mailer.send(work, {
      to: link.address,
      // Links asked for before each said it have none.
      about: (about as MailedLink['mail']['about'] | undefined) ?? null,
      subjectKey,
      params: { ...params, agency },
      template,
      view: { ...view, agency, helpPhone, link: url, expires, minutes: link.minutes },
      carriesSecret: true,
    });
  }
}

/** Texts to strangers abroad are what such forms are misused for: whoever earns by them asks for thousands. */
function isCostly({ channel, purpose, address }: MailedLink): boolean {
  return channel === 'text' && purpose === 'sign_up' && !address.startsWith('+1');
}
