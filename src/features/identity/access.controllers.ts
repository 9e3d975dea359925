/** Who can do what, what one can do oneself, and why one cannot: pages and JSON. */
import { Controller, Get, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { AccessQuery, WhyQuery } from './access.input.js';
import {
  Access,
  type AccessView,
  type DutyView,
  type OwnAccessRow,
  type WhyChoice,
  type WhyView,
} from './access.service.js';
import { accessPage, dutiesPage } from './access.view.js';
import { ownAccessPage } from './own-access.view.js';
import { People } from './people.service.js';
import { ScopeDirectory } from './scopes.js';
import { whyChoicesPage, whyPage } from './why.view.js';

@Controller()
export class AccessPages {
  constructor(
    private readonly access: Access,
    private readonly scopes: ScopeDirectory,
    private readonly settings: AgencySettings,
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly people: People,
  ) {}

  @Get('access')
  @Permit('access.read')
  async list(@Query() query: AccessQuery): Promise<Page> {
    const [view, choices] = await Promise.all([this.access.whoCan(query), this.scopes.choices(this.db)]);
    return page('identity/access', accessPage({ view, query, choices, texts: this.texts }));
  }

  @Get('access/duties')
  @Permit('access.read')
  async duties(): Promise<Page> {
    return page('identity/duties', dutiesPage(await this.access.duties(), this.texts));
  }

  @Get('me/access')
  @Permit('account.read')
  async own(@Here() visit: Visit): Promise<Page> {
    const personId = visit.actor.kind === 'person' ? visit.actor.personId : '';
    const [rows, grants] = await Promise.all([this.access.own(visit.actor), this.people.grants(personId)]);
    return page('identity/own-access', ownAccessPage({ rows, grants, texts: this.texts }));
  }

  @Get('why')
  @Permit('account.read')
  async why(@Here() visit: Visit, @Query() { permission }: WhyQuery): Promise<Page> {
    if (permission === undefined) {
      return page('identity/why-choices', whyChoicesPage(this.access.choices(), this.texts));
    }
    const view = await this.access.why(visit.actor, permission);
    const { helpPhone } = await this.settings.current();
    return page('identity/why', whyPage(view, { helpPhone, texts: this.texts }));
  }
}

@Controller('api')
export class AccessApi {
  constructor(private readonly access: Access) {}

  @Get('access')
  @Permit('access.read')
  whoCan(@Query() query: AccessQuery): Promise<AccessView> {
    return this.access.whoCan(query);
  }

  @Get('access/duties')
  @Permit('access.read')
  async duties(): Promise<{ items: readonly DutyView[] }> {
    return { items: await this.access.duties() };
  }

  @Get('me/access')
  @Permit('account.read')
  async own(@Acting() actor: Actor): Promise<{ items: readonly OwnAccessRow[] }> {
    return { items: await this.access.own(actor) };
  }

  @Get('why')
  @Permit('account.read')
  async why(
    @Acting() actor: Actor,
    @Query() { permission }: WhyQuery,
  ): Promise<WhyView | { items: readonly WhyChoice[] }> {
    return permission === undefined ? { items: this.access.choices() } : this.access.why(actor, permission);
  }
}
