/** OwnPage: the page of one's own account, as it is and as it is after something was refused. */
import { Inject, Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { unauthenticated } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import type { Visit } from '../../platform/http/visit.js';
import { type Page, page } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { Names, People } from '../identity/index.js';
import { mePage } from './me.view.js';
import { OwnAccount } from './own-account.service.js';
import { OwnSessions } from './own-sessions.service.js';

@Injectable()
export class OwnPage {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly account: OwnAccount,
    private readonly people: People,
    private readonly own: OwnSessions,
    private readonly texts: Texts,
    private readonly policy: Policy,
    private readonly names: Names,
  ) {}

  async show(visit: Visit): Promise<Page> {
    const { personId, name, sessionId } = personOf(visit);
    const parts = {
      ...{ name, sessionId, refused: visit.refused, hasTexts: this.config.sms !== undefined },
      renames: await this.names.mayCorrectOwn(personId),
      lends: this.policy.mightDo(visit.actor, 'delegation.read_own'),
      serviceName: this.config.oidc?.name,
      reach: await this.account.reach(personId),
      grants: await this.people.grants(personId),
      sessions: await this.own.list(visit.actor),
    };
    return page('sign-in/me', mePage(this.texts, parts));
  }
}

export function personOf({ actor }: Visit): PersonActor {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  return actor;
}
