/** SecondFactorNews: tells a person by mail what became of their second step, so that nobody changes it unseen. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { contactOf } from '../identity/index.js';

@Injectable()
export class SecondFactorNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
    private readonly agency: AgencySettings,
  ) {}

  /** `what` is the end of a key under `mail.second_factor.`. A person without an address is not told. */
  async tell(work: Work, personId: string, what: string): Promise<void> {
    const person = await contactOf(work, personId);
    if (person === undefined) return;
    const agency = await this.agency.read(work);
    await this.mailer.send(work, {
      to: person.address,
      subjectKey: `mail.second_factor.${what}.subject`,
      params: { agency: agency.name },
      about: null,
      template: 'mail/second-factor',
      view: {
        name: person.name,
        text: this.texts.t(`mail.second_factor.${what}`),
        agency: agency.name,
        helpPhone: agency.helpPhone,
      },
    });
  }
}
