/** ApplicationTeamViews: what stands beside an application about its time, its partners, its colleagues, its receipt. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { ListedThings, NoteView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { findRound } from '../rounds/index.js';
import { canReadApplication } from './application-reads.js';
import type { WholeApplication } from './application.view.js';
import { ApplicationColleagues } from './application-colleagues.service.js';
import { extensionOf } from './extension.reads.js';
import { dueOf } from './extension.rules.js';
import { partnersShown } from './partner.reads.js';
import { ApplicationSubmissions } from './receipt.service.js';

type Item = ListedThings['items'][number];

@Injectable()
export class ApplicationTeamViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly colleagues: ApplicationColleagues,
    private readonly submissions: ApplicationSubmissions,
  ) {}

  /** Links, each with where it stands; for staff only what staff may open. */
  async aside(actor: Actor, whole: WholeApplication): Promise<ListedThings> {
    const { application, isOwn } = whole;
    const href = `/applications/${application.id}`;
    const items: (Item | undefined)[] = [
      isOwn ? await this.time(whole, href) : undefined,
      await this.partners(whole, href),
      isOwn ? await this.people(actor, whole, href) : undefined,
      this.receipt(whole, href),
    ];
    return { items: items.filter((item) => item !== undefined) };
  }

  /** For whoever helps with a draft, what they may; for the applicant whose draft came too late, kindly, the way on. */
  async note(actor: Actor, { application, isOwn, canWrite }: WholeApplication): Promise<NoteView | undefined> {
    if (!isOwn && application.state === 'draft') {
      if (await canReadApplication(this.policy, actor, this.db, application.id)) return undefined;
      const title = this.texts.t('application.team.helps');
      return { tone: 'blue', title, text: this.texts.t('application.team.helps.text') };
    }
    // For who writes it, what comes next says that it is late.
    if (!isOwn || canWrite || !['draft', 'expired'].includes(application.state)) return undefined;
    const late = await this.submissions.lateAttempt(this.db, application.id);
    if (late === undefined) return undefined;
    const round = await findRound(this.db, application.roundId);
    const extension = await extensionOf(this.db, application.id);
    if (round === undefined || dueOf(round, extension) > this.db.now) return undefined;
    const { currentCalendar: calendar } = this.db;
    const [tried, closed] = [calendar.formatInstant(late.arrivedAt), calendar.formatInstant(late.closedAt)];
    return {
      tone: 'gold',
      title: this.texts.t('certify.late'),
      text: this.texts.t('application.team.late', { tried, closed }),
      link: { label: this.texts.t('extension.ask'), href: `/applications/${application.id}/more-time` },
    };
  }

  private async time({ application }: WholeApplication, href: string): Promise<Item | undefined> {
    if (!['draft', 'expired'].includes(application.state)) return undefined;
    const round = await findRound(this.db, application.roundId);
    if (round === undefined || !['published', 'reviewing'].includes(round.state)) return undefined;
    const extension = await extensionOf(this.db, application.id);
    const dueAt = dueOf(round, extension);
    const due = this.db.currentCalendar.formatInstant(dueAt);
    const isOwn = dueAt > round.dueAt;
    const note = this.texts.t(isOwn ? 'application.team.extended' : 'application.team.due', { due });
    const [asked] = await this.db.query<{ id: string }>(sql`
      select id from extension_requests where application_id = ${application.id} and state = 'asked'`);
    if (asked !== undefined) {
      return {
        title: this.texts.t('application.team.asked'),
        href: `/extension-requests/${asked.id}`,
        note,
      };
    }
    return { title: this.texts.t('extension.ask'), href: `${href}/more-time`, note };
  }

  private async partners(whole: WholeApplication, href: string): Promise<Item | undefined> {
    const { canWrite } = whole;
    const partners = await partnersShown(this.db, whole);
    if (partners.length === 0 && !canWrite) return undefined;
    const confirmed = partners.filter(({ state }) => state === 'confirmed').length;
    const note =
      partners.length === 0
        ? this.texts.t('application.team.no_partners')
        : this.texts.t('application.team.partners', { confirmed, count: partners.length });
    return { title: this.texts.t('partner.page.title'), href: `${href}/confirmations`, note };
  }

  private async people(actor: Actor, { application }: WholeApplication, href: string): Promise<Item | undefined> {
    const subject = { scopes: { organization: application.organizationId } };
    if (!this.policy.can(actor, 'application_colleague.manage', subject)) return undefined;
    if (!(await this.colleagues.mayManage(actor, application.organizationId))) return undefined;
    return {
      title: this.texts.t('application_colleague.page.title'),
      href: `${href}/colleagues`,
      note: this.texts.t('application.team.colleagues'),
    };
  }

  private receipt({ application }: WholeApplication, href: string): Item | undefined {
    const { receiptNumber, submittedAt } = application;
    if (receiptNumber === null || submittedAt === null) return undefined;
    const note = this.db.currentCalendar.formatInstant(submittedAt);
    return { title: this.texts.t('receipt.title', { receiptNumber }), href: `${href}/receipt`, note };
  }
}
