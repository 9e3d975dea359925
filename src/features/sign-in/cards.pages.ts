/** The pages about cards: the facilitator's list, the card to print once, and the page that a card's code leads to. */
import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { PageWriter } from '../../platform/pages/page-writer.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { NoteInput } from '../identity/index.js';
import { Cards } from './cards.service.js';
import { cardDoor, cardOver, cardPrint, cardsPage } from './cards.view.js';
import { afterBegin } from './door.pages.js';
import { Sessions } from './sessions.service.js';
import { CardInput, CardsQuery, PinInput } from './sign-in.input.js';

/** Errors that say that a card opens nothing any more. */
const OVER = new Set(['card.not_open', 'card.worn_out']);

@Controller('cards')
export class CardsPages {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly cards: Cards,
    private readonly settings: AgencySettings,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('card.read')
  list(@Here() visit: Visit, @Query() query: CardsQuery): Promise<Page> {
    return this.listing(visit, query);
  }

  /** The list again, after something was refused. */
  listAgain(visit: Visit): Promise<Page> {
    return this.listing(visit, new CardsQuery());
  }

  /** The one answer that shows code and PIN; asked for again it makes another card. */
  @Post()
  @Permit('card.issue')
  @Resubmit('listAgain')
  async issue(@Here() visit: Visit, @Body() input: CardInput): Promise<Page> {
    const card = await this.cards.issue(visit.actor, input);
    const { name: agency } = await this.settings.current();
    return page('sign-in/card', cardPrint(this.texts, card, { publicUrl: this.config.publicUrl, agency }));
  }

  @Post(':id/revoke')
  @Permit('card.revoke')
  @Resubmit('listAgain')
  async revoke(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.cards.revoke(visit.actor, visit.id(), input.note);
    return redirect('/cards', 'card.revoked');
  }

  private async listing(visit: Visit, query: CardsQuery): Promise<Page> {
    const found = await this.cards.list(visit.actor, query);
    return page('sign-in/cards', cardsPage(this.texts, { found, query }, this.policy, visit.actor));
  }
}

@Controller('card/:token')
export class CardDoorPages {
  constructor(
    private readonly cards: Cards,
    private readonly sessions: Sessions,
    private readonly writer: PageWriter,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Public()
  async show(@Here() visit: Visit): Promise<Page | string> {
    return this.orOver(visit, async (token) => {
      const { name } = await this.cards.look(token);
      return page('sign-in/door', cardDoor(this.texts, name, token, visit.refused), { hasForm: true });
    });
  }

  @Post()
  @Public()
  @Resubmit('show')
  async enter(@Here() visit: Visit, @Body() input: PinInput): Promise<Redirect | string> {
    return this.orOver(visit, async (token) => {
      const { accountId } = await this.cards.enter(token, input.pin, visit.request.ip);
      return afterBegin(await this.sessions.begin(visit, { accountId, method: 'card' }), undefined);
    });
  }

  /** What `run` gives; or, with 404, the page that says kindly that the card is over, and what to do. */
  private async orOver<T>(visit: Visit, run: (token: string) => Promise<T>): Promise<T | string> {
    try {
      return await run(tokenOf(visit));
    } catch (error) {
      if (!(error instanceof AppError) || !OVER.has(error.code)) throw error;
      return this.writer.write(visit, page('sign-in/link-over', cardOver(this.texts, error.code)), 404);
    }
  }
}

function tokenOf(visit: Visit): string {
  const { token } = visit.request.params as { token?: unknown };
  if (typeof token !== 'string' || !/^[A-Za-z0-9_-]{43}$/u.test(token)) throw notFound('card.not_open');
  return token;
}
