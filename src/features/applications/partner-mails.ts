/** PartnerMails: what partners are asked, and what the lead hears of their answers. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { say } from '../../platform/http/problem.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import type { LinkRequest } from '../sign-in/index.js';
import { Application, type ApplicationPartner } from './application.entity.js';
import { applicationFacts } from './application.machine.js';
import { signersOf, submitBlockers } from './application.rules.js';
import { type MailAbout, mailAbout } from './mail-about.reads.js';
import { partnersOf } from './partner.reads.js';
import { type Reader, readersOf } from './reminder.readers.js';

/** So much of what is missing is told in a mail; the application says all of it. */
const MOST_TOLD = 10;
const EITHER = new Intl.ListFormat('en-US', { type: 'disjunction' });

interface Told {
  readonly subjectKey: string;
  readonly template: string;
  readonly params: Record<string, unknown>;
  readonly view: Record<string, unknown>;
}

@Injectable()
export class PartnerMails {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
  ) {}

  /** The mail that carries the link. It says what anybody named in it may know, and nothing else of the application. */
  async partnerAsked(
    work: Work,
    { id }: Application,
    { name, role, level, share }: ApplicationPartner,
  ): Promise<LinkRequest['mail']> {
    const { organization: lead, round, title, dueAt } = await this.about(work, id);
    const due = work.calendar.formatDeadline(dueAt);
    return {
      about: { type: 'application', id: id },
      subjectKey: 'mail.partner_asked.subject',
      params: { lead, title },
      template: 'mail/partner-asked',
      view: {
        ...{ lead, round, title, partner: name, due, share: share.isPositive ? share.format() : null },
        part: `${role}. ${this.texts.t(`application.field.level.${level}`)}`,
      },
    };
  }

  /** To those who write the application. */
  async partnerAnswered(
    work: Work,
    { applicationId: id, name: partner }: ApplicationPartner,
    answer: 'confirmed' | 'declined',
    { reason, knownAs }: { readonly reason?: string; readonly knownAs?: string } = {},
  ): Promise<void> {
    const about = await this.about(work, id);
    const { dueAt, fixBy, title } = about;
    const due = work.calendar.formatDeadline(fixBy === null ? dueAt : work.calendar.deadline(fixBy, '23:59'));
    const waiting = (await partnersOf(work, [id]))
      .filter(({ state }) => state !== 'confirmed')
      .map((each) => each.name);
    const isConfirmed = answer === 'confirmed';
    const isAll = isConfirmed && waiting.length === 0;
    const lacks = isAll ? await this.lacks(work, id) : { missing: [], signers: [] };
    const isReady = isAll && lacks.missing.length === 0;
    const more = {
      ...{ reason: reason ?? null, knownAs: knownAs ?? null, isConfirmed, isAll, isReady, isBack: fixBy !== null, due },
      ...{ waiting, missing: lacks.missing.slice(0, MOST_TOLD), more: Math.max(0, lacks.missing.length - MOST_TOLD) },
      signers: lacks.signers.length === 0 ? null : EITHER.format(lacks.signers),
    };
    // Who signs hears when there is something to sign.
    const readers = await readersOf(work, about, isReady ? ['owner', 'editor', 'signatory'] : ['owner', 'editor']);
    const subject = !isAll ? answer : isReady ? 'confirmed_ready' : 'confirmed_all';
    await this.tell(work, about, readers, {
      ...{ subjectKey: `mail.partner_${subject}.subject`, template: 'mail/partner-answered' },
      ...{ params: { partner, title }, view: { partner, ...more } },
    });
  }

  /** To the same: who was asked said which organization it is. */
  async partnerKnown(
    work: Work,
    { applicationId: id, name: partner }: ApplicationPartner,
    knownAs: string,
  ): Promise<void> {
    const about = await this.about(work, id);
    await this.tell(work, about, await readersOf(work, about, ['owner', 'editor']), {
      ...{ subjectKey: 'mail.partner_known.subject', template: 'mail/partner-known' },
      ...{ params: { partner }, view: { partner, knownAs } },
    });
  }

  /** What it could not be sent without, as its page says it; and who may sign it. */
  private async lacks(work: Work, id: string): Promise<{ missing: string[]; signers: string[] }> {
    const application = await work.lockOne(Application, id);
    const facts = (await applicationFacts(work, [application], work)).get(id);
    if (facts === undefined) return { missing: [], signers: [] };
    const missing = submitBlockers(facts).map((each) => say(this.texts, each));
    const signers = await work.query<{ name: string }>(sql`
      select name from persons where id = any(${signersOf(facts)}::uuid[]) order by name, id limit 4`);
    return { missing, signers: signers.map(({ name }) => name) };
  }

  private async tell(work: Work, about: MailAbout, readers: readonly Reader[], mail: Told): Promise<void> {
    const { subjectKey, template, params, view } = mail;
    await this.mailer.sendAll(
      work,
      readers.map(({ address, name }) => ({
        ...{ to: address, subjectKey, params, template },
        about: { type: 'application', id: about.id },
        view: { ...about, name, ...view },
      })),
    );
  }

  private async about(work: Work, id: string): Promise<MailAbout> {
    const about = await mailAbout(work, id);
    if (about === undefined) throw notFound('thing.not_found');
    return about;
  }
}
