/** Partners as pages and as JSON: for the lead, by the link of a mail, and for members of an organization that is named. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { table } from '../../platform/pages/components.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { Attachments } from '../documents/index.js';
import { findRound } from '../rounds/index.js';
import { LinkDoor, linkToken } from '../sign-in/index.js';
import { asksBudget } from './answers.reads.js';
import { ApplicationViews, requireWritable } from './application.view.js';
import { findPartnerAtDoor, isOpen, type PartnerAtDoor } from './partner-door.reads.js';
import {
  PartnerConfirmInput,
  PartnerDeclineInput,
  PartnerInviteInput,
  PartnerKnownInput,
  PartnerMouInput,
  PartnershipMouInput,
} from './partner.input.js';
import { type PartnerLine, partnersOf, partnersShown } from './partner.reads.js';
import { PARTNER_TONES } from './partner.rules.js';
import { partnerDoor, partnerOver, partnerToKnow } from './partner-door.view.js';
import { PARTNER_LINK } from './partner.links.js';
import { mouPage, partnersPage } from './partner.view.js';
import { PARTNER_SUBJECT, Partners } from './partners.service.js';
import { sectionsAsking } from './return.reads.js';
import { isPartOpen } from './return.rules.js';

type Answer = Page | Redirect | string;

@Controller('applications')
export class PartnerPages {
  constructor(
    private readonly db: Database,
    private readonly partners: Partners,
    private readonly attachments: Attachments,
    private readonly views: ApplicationViews,
    private readonly texts: Texts,
  ) {}

  @Get(':id/confirmations')
  @Permit('application.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const whole = await this.views.whole(visit.actor, visit.id());
    const { application, canWrite } = whole;
    const partners = await partnersShown(this.db, whole);
    const files = await this.attachments.of(
      this.db,
      PARTNER_SUBJECT,
      partners.map(({ id }) => id),
    );
    const round = await findRound(this.db, application.roundId);
    const parts = await sectionsAsking(this.db, application.id, ['partners']);
    const mayChange = canWrite && parts.every((part) => isPartOpen(application, part));
    const view = partnersPage(this.texts, this.db.currentCalendar, {
      ...{ application, partners, files, mayWrite: canWrite, mayChange, refused: visit.refused },
      mustConfirm: round?.partnersMustConfirm ?? false,
      asksMoney: await asksBudget(this.db, application.id),
    });
    return page('applications/team', view);
  }

  @Post(':id/confirmations')
  @Permit('partner.invite')
  @Resubmit('show')
  async invite(@Here() visit: Visit, @Body() input: PartnerInviteInput): Promise<Redirect> {
    await this.partners.invite(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}/confirmations`, 'partner.invited', { address: input.address });
  }

  @Get(':id/memorandum')
  @Permit('application.update')
  async mouForm(@Here() visit: Visit): Promise<Page> {
    const whole = await this.views.whole(visit.actor, visit.id());
    requireWritable(whole);
    const { application } = whole;
    const partners = await partnersOf(this.db, [application.id]);
    return page('applications/team', mouPage(this.texts, application, partners, visit.refused));
  }

  @Post(':id/memorandum')
  @Permit('application.update')
  @Resubmit('mouForm')
  async attachMou(@Here() visit: Visit, @Body() input: PartnerMouInput): Promise<Redirect> {
    await this.partners.attachMou(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}/confirmations`, 'partner.mou_added');
  }
}

@Controller('partner/:token')
export class PartnerDoorPages {
  constructor(
    private readonly db: Database,
    private readonly partners: Partners,
    private readonly door: LinkDoor,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Public()
  async show(@Here() visit: Visit): Promise<Answer> {
    return this.orOver(visit, (token) => this.showing(visit, token));
  }

  /** The page again, with what was wrong. */
  form(visit: Visit): Promise<Page> {
    const { token } = visit.request.params as { token?: unknown };
    return this.showing(visit, linkToken(token));
  }

  @Post()
  @Public()
  @Resubmit('form')
  async confirm(@Here() visit: Visit, @Body() input: PartnerConfirmInput): Promise<Answer> {
    return this.orOver(visit, async (token) => {
      await this.partners.confirmByLink(visit.actor, token, input);
      return redirect('/partner-thanks', 'partner.confirmed');
    });
  }

  @Post('decline')
  @Public()
  @Resubmit('form')
  async decline(@Here() visit: Visit, @Body() input: PartnerDeclineInput): Promise<Answer> {
    return this.orOver(visit, async (token) => {
      await this.partners.declineByLink(visit.actor, token, input);
      return redirect('/partner-thanks', 'partner.declined');
    });
  }

  /** A link that is over says what was answered, to whom it was mailed. */
  private orOver(visit: Visit, run: (token: string) => Promise<Page | Redirect>): Promise<Answer> {
    return this.door.orOver(visit, run, async (held) => {
      if (held.purpose !== PARTNER_LINK) return undefined;
      const door = await findPartnerAtDoor(this.db, String(held.payload['partnerId']));
      visit.reply.header('cache-control', 'no-store');
      return partnerOver(this.texts, this.db.currentCalendar, held, door, visit.actor.kind === 'person');
    });
  }

  private async showing(visit: Visit, token: string): Promise<Page> {
    const door = await this.partners.look(token);
    visit.reply.header('cache-control', 'no-store');
    const organizations = await this.partners.mineFor(visit.actor, door.partnerId);
    const parts = { action: `/partner/${token}`, actor: visit.actor, refused: visit.refused, organizations };
    return page('applications/team-door', partnerDoor(this.texts, this.db.currentCalendar, door, parts), {
      hasForm: true,
    });
  }
}

/** Where somebody is led who answered by a link and has no page of their own here. */
@Controller('partner-thanks')
export class PartnerThanksPages {
  constructor(private readonly texts: Texts) {}

  @Get()
  @Public()
  show(@Here() visit: Visit): Page {
    const title = this.texts.t('partner.thanks.title');
    const isSignedIn = visit.actor.kind === 'person';
    const t = (key: string): string => this.texts.t(key);
    const head = {
      ...{ title, lead: t(isSignedIn ? 'partner.thanks.lead_known' : 'partner.thanks.lead') },
      actions: isSignedIn ? [{ label: t('partnership.title'), href: '/partnerships' }] : [],
    };
    const register = { label: t('partner.thanks.register'), href: '/sign-up?next=%2Forganizations%2Fregister' };
    const more = { title: t('partner.thanks.more'), text: t('partner.thanks.text'), actions: { items: [register] } };
    const sections = isSignedIn ? [] : [more];
    const view = { title, head, sections };
    return page('applications/team', view);
  }
}

@Controller('partnerships')
export class PartnershipPages {
  constructor(
    private readonly db: Database,
    private readonly partners: Partners,
    private readonly attachments: Attachments,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('partner.confirm')
  async list(@Here() visit: Visit): Promise<Page> {
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const mine = await this.partners.namingMe(visit.actor);
    const unknown = await this.partners.askedAtMine(visit.actor);
    const doors = [...unknown, ...mine];
    const isToKnow = (door: PartnerAtDoor): boolean => unknown.includes(door);
    const title = t('partnership.title');
    const partnerships = table({
      id: 'partnerships',
      caption: t('partnership.caption'),
      columns: [
        { key: 'title', label: t('partner.door.application') },
        { key: 'lead', label: t('partnership.lead_organization') },
        { key: 'role', label: t('application.field.role') },
        { key: 'state', label: t('application.field.state') },
      ],
      rows: doors.map((door) => ({
        title: { text: door.title, href: `/partnerships/${door.partnerId}`, note: door.roundName },
        ...{ lead: door.lead, role: door.partner.role },
        state: {
          tag: isToKnow(door)
            ? { tone: PARTNER_TONES.asked, label: t('partnership.state.unknown') }
            : { tone: PARTNER_TONES[door.partner.state], label: t(`partnership.state.${door.partner.state}`) },
          note: t(isOpen(door) ? 'partnership.due' : 'partnership.sent', {
            due: this.db.currentCalendar.formatInstant(door.dueAt),
          }),
        },
      })),
      empty: { title: t('partnership.none'), text: t('partnership.none.text') },
      stack: true,
    });
    const head = { title, lead: t('partnership.lead') };
    const view = { title, head, sections: [{ title: t('partnership.section'), table: partnerships }] };
    return page('applications/team', view);
  }

  @Get(':id')
  @Permit('partner.confirm')
  async show(@Here() visit: Visit): Promise<Page> {
    const unknown = (await this.partners.askedAtMine(visit.actor)).find(({ partnerId }) => partnerId === visit.id());
    if (unknown !== undefined) return this.toKnow(visit, unknown);
    const door = await this.mine(visit.actor, visit.id());
    const view = partnerDoor(this.texts, this.db.currentCalendar, door, {
      ...{ action: `/partnerships/${door.partnerId}`, actor: visit.actor, refused: visit.refused },
      crumbs: [{ label: this.texts.t('partnership.title'), href: '/partnerships' }],
      files: (await this.attachments.of(this.db, PARTNER_SUBJECT, [door.partnerId])).get(door.partnerId) ?? [],
    });
    return page('applications/team-door', view);
  }

  @Post(':id')
  @Permit('partner.confirm')
  @Resubmit('show')
  async confirm(@Here() visit: Visit, @Body() input: PartnerConfirmInput): Promise<Redirect> {
    await this.partners.confirmAs(visit.actor, visit.id(), input);
    return redirect(`/partnerships/${visit.id()}`, 'partner.confirmed');
  }

  @Post(':id/memorandum')
  @Permit('partner.confirm')
  @Resubmit('show')
  async attachMou(@Here() visit: Visit, @Body() input: PartnershipMouInput): Promise<Redirect> {
    await this.partners.attachMouAs(visit.actor, visit.id(), input);
    return redirect(`/partnerships/${visit.id()}`, 'partner.mou_added');
  }

  @Post(':id/decline')
  @Permit('partner.confirm')
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() input: PartnerDeclineInput): Promise<Redirect> {
    await this.partners.declineAs(visit.actor, visit.id(), input);
    return redirect('/partnerships', 'partner.declined');
  }

  @Post(':id/organization')
  @Permit('partner.confirm')
  @Resubmit('show')
  async recognize(@Here() visit: Visit, @Body() input: PartnerKnownInput): Promise<Redirect> {
    await this.partners.recognize(visit.actor, visit.id(), input);
    return redirect(`/partnerships/${visit.id()}`, 'partner.known');
  }

  private async toKnow(visit: Visit, door: PartnerAtDoor): Promise<Page> {
    const view = partnerToKnow(this.texts, this.db.currentCalendar, door, {
      ...{ action: `/partnerships/${door.partnerId}`, actor: visit.actor, refused: visit.refused },
      crumbs: [{ label: this.texts.t('partnership.title'), href: '/partnerships' }],
      organizations: await this.partners.mineFor(visit.actor, door.partnerId),
    });
    return page('applications/team-door', view);
  }

  private async mine(actor: Actor, id: string): Promise<PartnerAtDoor> {
    const door = (await this.partners.namingMe(actor)).find(({ partnerId }) => partnerId === id);
    if (door === undefined) throw notFound('thing.not_found');
    return door;
  }
}

@ApiTags('applications')
@Controller('api/applications')
export class PartnersApi {
  constructor(
    private readonly db: Database,
    private readonly partners: Partners,
    private readonly views: ApplicationViews,
  ) {}

  @Get(':id/confirmations')
  @Permit('application.read')
  async list(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: PartnerLine[]; next: null }> {
    return { items: await partnersShown(this.db, await this.views.whole(actor, id)), next: null };
  }

  @Post(':id/confirmations')
  @Permit('partner.invite')
  async invite(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnerInviteInput,
  ): Promise<{ id: string }> {
    return this.partners.invite(actor, id, input);
  }

  @Post(':id/memorandum')
  @Permit('application.update')
  async attachMou(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnerMouInput,
  ): Promise<{ id: string }> {
    return this.partners.attachMou(actor, id, input);
  }
}

@ApiTags('applications')
@Controller('api/partnerships')
export class PartnershipsApi {
  constructor(private readonly partners: Partners) {}

  @Get()
  @Permit('partner.confirm')
  async list(@Acting() actor: Actor): Promise<{ items: PartnerAtDoor[]; next: null }> {
    return { items: await this.partners.namingMe(actor), next: null };
  }

  @Post(':id/organization')
  @HttpCode(200)
  @Permit('partner.confirm')
  async recognize(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnerKnownInput,
  ): Promise<{ id: string }> {
    return this.partners.recognize(actor, id, input);
  }

  @Post(':id')
  @HttpCode(200)
  @Permit('partner.confirm')
  async confirm(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnerConfirmInput,
  ): Promise<{ id: string }> {
    return this.partners.confirmAs(actor, id, input);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Permit('partner.confirm')
  async decline(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnerDeclineInput,
  ): Promise<{ id: string }> {
    return this.partners.declineAs(actor, id, input);
  }

  @Post(':id/memorandum')
  @HttpCode(200)
  @Permit('partner.confirm')
  async attachMou(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnershipMouInput,
  ): Promise<{ id: string }> {
    return this.partners.attachMouAs(actor, id, input);
  }
}
