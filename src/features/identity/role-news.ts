/** RoleNews: tells a person by mail what became of a role: proposed, in force, not given, ended. */
import { Injectable } from '@nestjs/common';
import type { Role, ScopeKind } from '../../kernel/policy.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { contactOf } from './identifiers.js';
import { ScopeDirectory } from './scopes.js';

export type GrantNews = 'proposed' | 'in_force' | 'declined' | 'ended';

export interface ToldGrant {
  readonly personId: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
  /** Why it was given or ended. */
  readonly note: string;
}

@Injectable()
export class RoleNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly settings: AgencySettings,
    private readonly scopes: ScopeDirectory,
    private readonly texts: Texts,
  ) {}

  /** Writes the mail in this work; somebody without an address sees the news on their own page. */
  async tell(work: Work, grant: ToldGrant, news: GrantNews): Promise<void> {
    const person = await contactOf(work, grant.personId);
    if (person === undefined) return;
    const { name: agency, helpPhone } = await this.settings.read(work);
    const role = this.texts.t(`role.${grant.role}`);
    const names = await this.scopes.names(work, [grant]);
    const scope = grant.scopeId === null ? undefined : names.get(grant.scopeId);
    const kind = this.texts.t(`scope.${grant.scopeKind}`);
    const where = scope === undefined ? kind : this.texts.t('scope.named', { kind, name: scope });
    await this.mailer.send(work, {
      to: person.address,
      subjectKey: `mail.role.${news}.subject`,
      params: { role, agency },
      about: null,
      template: 'mail/role',
      view: {
        name: person.name,
        agency,
        helpPhone,
        what: this.texts.t(`mail.role.${news}`, { role, where, agency }),
        more: this.texts.t(`mail.role.${news}.more`),
        when: news === 'ended' || news === 'declined' ? undefined : this.period(grant),
        note: grant.note,
      },
    });
  }

  private period({ startsOn, endsOn }: ToldGrant): string {
    return endsOn === null
      ? this.texts.t('role.since', { from: startsOn })
      : this.texts.t('role.from_to', { from: startsOn, to: endsOn });
  }
}
