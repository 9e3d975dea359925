/** Invitations: a link, good once and for three days, by which a person chooses a passphrase. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { hashToken, randomToken } from '../../kernel/ids.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { Mailer } from '../../platform/mail/mail.js';
import { endOpenInvitations } from './invitation.steps.js';
import { AgencySettings } from '../agency/index.js';
import { Account, Invitation } from './account.entity.js';
import { checkNew } from './accounts.service.js';
import { withoutKey } from './attempts.service.js';
import { INVITATION_DAYS } from './identity.rules.js';
import { hashPassphrase } from './passphrases.js';

export const INVITATION_TOPIC = 'account-invitation.send';

export interface OpenInvitation {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly expiresAt: Date;
}

@Injectable()
export class Invitations {
  constructor(private readonly db: Database) {}

  /** The invitation this token opens; throws 404 when it was used, replaced, has run out or never was. */
  async get(token: string): Promise<OpenInvitation> {
    return this.find(this.db, token, this.db.now);
  }

  /** Sets the passphrase and uses the invitation up. Of two at once exactly one wins; the other finds it used. */
  async accept(token: string, input: { passphrase: string; repeat: string }): Promise<{ personId: string }> {
    return withoutKey(async () => {
      const open = await this.get(token);
      checkNew(input, [open.name]);
      const passphraseHash = await hashPassphrase(input.passphrase);
      return this.db.work(systemActor('invitation'), async (work) => {
        const invitation = await work.lockOne(Invitation, open.id);
        await this.find(work, token, work.now);
        const [found] = await work.query<{ id: string }>(
          sql`select id from accounts where person_id = ${open.personId}`,
        );
        if (found === undefined) throw notFound('invitation.not_open');
        const account = await work.lockOne(Account, found.id);
        await work.update(Invitation, invitation, { usedAt: work.now });
        await work.update(Account, account, { passphraseHash, epoch: account.epoch + 1 });
        work.audit({ action: 'invitation.accepted', subjectType: 'person', subjectId: open.personId });
        return { personId: open.personId };
      });
    });
  }

  private async find(from: Queryable, token: string, now: Date): Promise<OpenInvitation> {
    const [row] = await from.query<OpenInvitation>(sql`
      select i.id, i.person_id as "personId", p.name, i.expires_at as "expiresAt"
      from invitations i join persons p on p.id = i.person_id join accounts a on a.person_id = i.person_id
      where i.token_hash = ${hashToken(token)} and i.used_at is null and i.replaced_at is null
        and i.expires_at > ${now} and a.disabled_at is null`);
    if (row === undefined) throw notFound('invitation.not_open');
    return row;
  }
}

/** Mints the token while the mail is written, so that it is stored nowhere but in that mail. */
@Injectable()
export class InvitationSender implements JobHandler {
  readonly topic = INVITATION_TOPIC;

  constructor(
    private readonly db: Database,
    private readonly mailer: Mailer,
    private readonly settings: AgencySettings,
  ) {}

  async handle(payload: Readonly<Record<string, unknown>>, job: Job): Promise<void> {
    const personId = String(payload['personId']);
    await this.db.work(systemActor('account-invitation'), async (work) => {
      // The invitation bears the job's id: a job that is delivered twice finds its own and does nothing.
      const done = await work.query(sql`select 1 from invitations where id = ${job.id}`);
      const recipient = await this.recipient(work, personId);
      if (done.length > 0 || recipient === undefined) return;
      await endOpenInvitations(work, personId);
      const token = randomToken();
      const expiresAt = new Date(work.now.getTime() + INVITATION_DAYS * 86_400_000);
      const tokenHash = hashToken(token);
      await work.insertOne(Invitation, { id: job.id, personId, tokenHash, expiresAt, usedAt: null, replacedAt: null });
      const { name: agency, helpPhone } = await this.settings.read(work);
      await this.mailer.send(work, {
        to: recipient.address,
        subjectKey: 'mail.invitation.subject',
        params: { agency },
        template: 'mail/invitation',
        view: { name: recipient.name, agency, helpPhone, token, expires: work.calendar.formatInstant(expiresAt) },
        carriesSecret: true,
      });
      work.audit({ action: 'invitation.sent', subjectType: 'person', subjectId: personId });
    });
  }

  private async recipient(work: Work, personId: string): Promise<{ name: string; address: string } | undefined> {
    const [row] = await work.query<{ name: string; address: string }>(sql`
      select p.name, i.value as address from persons p join accounts a on a.person_id = p.id
      join identifiers i on i.person_id = p.id and i.kind = 'address'
      where p.id = ${personId} and a.disabled_at is null order by i.created_at, i.id limit 1 for update of a`);
    return row;
  }
}
