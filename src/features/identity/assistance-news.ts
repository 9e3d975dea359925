/** AssistanceNews: tells the people of an organization by mail that somebody of the agency now enters things for it. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { AgencySettings } from '../agency/index.js';
import type { Assistance } from './assistance.entity.js';
import { grantInForce } from './grants.js';
import { contactsOf } from './identifiers.js';

@Injectable()
export class AssistanceNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly settings: AgencySettings,
  ) {}

  async started(work: Work, assistance: Assistance, helper: string): Promise<void> {
    const { organizationId, organizationName, consentedBy, endsOn, reason } = assistance;
    const members = await contactsOf(
      work,
      sql`select g.person_id from role_grants g where g.role = 'applicant' and g.scope_kind = 'organization'
        and g.scope_id = ${organizationId} and ${grantInForce('g', work.today)} order by g.person_id limit 50`,
    );
    const { name: agency, helpPhone } = await this.settings.read(work);
    const until = work.calendar.formatDate(endsOn);
    const requests = members.map(({ name, address }) => ({
      to: address,
      subjectKey: 'mail.assistance.subject',
      params: { organization: organizationName },
      about: null,
      template: 'mail/assistance',
      view: { name, agency, helpPhone, helper, organizationName, consentedBy, until, reason, organizationId },
    }));
    await this.mailer.sendAll(work, requests);
  }
}
