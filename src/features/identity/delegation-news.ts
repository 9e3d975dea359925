/** DelegationNews: tells giver and holder by mail what became of a delegation: proposed, in force, not given, ended. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import type { Delegation } from './delegation.entity.js';
import { approvalWords, limitWords } from './delegation-words.js';
import { contactOf } from './identifiers.js';

export type DelegationEvent = 'proposed' | 'in_force' | 'declined' | 'ended';

@Injectable()
export class DelegationNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly settings: AgencySettings,
    private readonly texts: Texts,
  ) {}

  /** Writes both mails in this work; who has no address sees it on their own page. */
  async tell(work: Work, row: Delegation, event: DelegationEvent, note = row.reason): Promise<void> {
    const { texts } = this;
    const { giverId, holderId, startsOn, endsOn } = row;
    const people = await work.query<{ id: string; name: string }>(sql`
      select id, name from persons where id in (${giverId}, ${holderId})`);
    const nameOf = (id: string): string => people.find((each) => each.id === id)?.name ?? '';
    const { name: agency, helpPhone } = await this.settings.read(work);
    const params = {
      ...{ agency, giver: nameOf(giverId), holder: nameOf(holderId) },
      what: approvalWords(texts, row.approvals),
    };
    const isOver = event === 'ended' || event === 'declined';
    for (const [personId, side] of [
      [giverId, 'giver'],
      [holderId, 'holder'],
    ] as const) {
      const contact = await contactOf(work, personId);
      if (contact === undefined) continue;
      await this.mailer.send(work, {
        to: contact.address,
        subjectKey: `mail.delegation.${event}.${side}.subject`,
        params,
        about: null,
        template: 'mail/delegation',
        view: {
          ...{ name: contact.name, agency, helpPhone, note },
          what: texts.t(`mail.delegation.${event}.${side}`, params),
          when: isOver ? undefined : texts.t('role.from_to', { from: startsOn, to: endsOn }),
          limit: isOver ? undefined : limitWords(texts, row.limit),
          more: texts.t(`mail.delegation.${event}.more`),
        },
      });
    }
  }
}
