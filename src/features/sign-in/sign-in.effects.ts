/** SignInEffects: what identity asks for - a first link for somebody, and an end of everything for a closed account. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EffectHandlers } from '../../platform/database/effects.js';
import { sql } from '../../platform/database/sql.js';
import type { ClosedEffect, InviteEffect } from '../identity/index.js';
import { LinkRequests } from './link-requests.service.js';
import { MailedLinks } from './mailed-links.service.js';
import { Sessions } from './sessions.service.js';

@Injectable()
export class SignInEffects implements OnModuleInit {
  constructor(
    private readonly effects: EffectHandlers,
    private readonly requests: LinkRequests,
    private readonly links: MailedLinks,
    private readonly sessions: Sessions,
  ) {}

  onModuleInit(): void {
    this.effects.register<InviteEffect>('account.invite', async (work, effects) => {
      for (const { personId } of effects) await this.requests.invite(work, personId);
    });
    this.effects.register<ClosedEffect>('account.closed', async (work, effects) => {
      for (const { personId, accountId } of effects) {
        await this.sessions.endAll(work, accountId, 'account_closed');
        await this.links.endEntrances(work, personId);
        await work.query(sql`
          update entry_cards set revoked_at = ${work.now}, revoke_reason = 'account_closed', version = version + 1
          where person_id = ${personId} and revoked_at is null`);
      }
    });
  }
}
