/** Cards as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { NoteInput } from '../identity/index.js';
import { type CardLine, Cards, type IssuedCard } from './cards.service.js';
import { CardInput, CardsQuery } from './sign-in.input.js';

interface CardsAnswer {
  readonly items: readonly CardLine[];
  readonly next: string | null;
}

@Controller('api/cards')
export class CardsApi {
  constructor(private readonly cards: Cards) {}

  @Get()
  @Permit('card.read')
  async list(@Acting() actor: Actor, @Query() query: CardsQuery): Promise<CardsAnswer> {
    const { items, next } = await this.cards.list(actor, query);
    return { items, next };
  }

  @Post()
  @HttpCode(201)
  @Permit('card.issue')
  issue(@Acting() actor: Actor, @Body() input: CardInput): Promise<IssuedCard> {
    return this.cards.issue(actor, input);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Permit('card.revoke')
  revoke(@Acting() actor: Actor, @Param('id') id: string, @Body() input: NoteInput): Promise<{ id: string }> {
    return this.cards.revoke(actor, id, input.note);
  }
}
