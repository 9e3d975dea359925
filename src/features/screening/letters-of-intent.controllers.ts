/** Letters of intent for people and for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { LetterOfIntentChange, LetterOfIntentInput, LetterOfIntentListQuery } from './letter-of-intent.input.js';
import { LetterOfIntentPageViews } from './letter-of-intent.page-view.js';
import { type LetterView, LetterOfIntentViews } from './letter-of-intent.view.js';
import { LettersOfIntent } from './letters-of-intent.service.js';

@ApiTags('letters of intent')
@Controller('api/letters-of-intent')
export class LettersOfIntentApi {
  constructor(
    private readonly letters: LettersOfIntent,
    private readonly views: LetterOfIntentViews,
  ) {}

  @Get()
  @Permit('letter_of_intent.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: LetterOfIntentListQuery,
  ): Promise<{ items: LetterView[]; next: string | null }> {
    return this.views.list(actor, query);
  }

  @Post()
  @Permit('letter_of_intent.send')
  async send(@Acting() actor: Actor, @Body() input: LetterOfIntentInput): Promise<{ id: string }> {
    return this.letters.send(actor, input);
  }

  @Get(':id')
  @Permit('letter_of_intent.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<LetterView> {
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('letter_of_intent.update')
  async change(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: LetterOfIntentChange,
  ): Promise<LetterView> {
    await this.letters.change(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Permit('letter_of_intent.acknowledge')
  async acknowledge(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<LetterView> {
    await this.letters.take(actor, id, 'acknowledge', step);
    return this.views.one(actor, id);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('letter_of_intent.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<LetterView> {
    await this.letters.take(actor, id, 'withdraw', step);
    return this.views.one(actor, id);
  }
}

@Controller('letters-of-intent')
export class LettersOfIntentPages {
  constructor(
    private readonly letters: LettersOfIntent,
    private readonly views: LetterOfIntentPageViews,
  ) {}

  @Get()
  @Permit('letter_of_intent.read')
  async list(@Here() visit: Visit, @Query() query: LetterOfIntentListQuery): Promise<Page> {
    return page('screening/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('letter_of_intent.send')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('screening/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('letter_of_intent.send')
  @Resubmit('newForm')
  async send(@Here() visit: Visit, @Body() input: LetterOfIntentInput): Promise<Redirect> {
    const { id } = await this.letters.send(visit.actor, input);
    return redirect(`/letters-of-intent/${id}`, 'letter_of_intent.sent');
  }

  @Get(':id')
  @Permit('letter_of_intent.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('screening/letter-of-intent', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('letter_of_intent.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('screening/form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('letter_of_intent.update')
  @Resubmit('editForm')
  async change(@Here() visit: Visit, @Body() input: LetterOfIntentChange): Promise<Redirect> {
    await this.letters.change(visit.actor, visit.id(), input);
    return redirect(`/letters-of-intent/${visit.id()}`, 'letter_of_intent.updated');
  }

  @Post(':id/acknowledge')
  @Permit('letter_of_intent.acknowledge')
  @Resubmit('show')
  async acknowledge(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.letters.take(visit.actor, visit.id(), 'acknowledge', step);
    return redirect(`/letters-of-intent/${visit.id()}`, 'letter_of_intent.acknowledge');
  }

  @Post(':id/withdraw')
  @Permit('letter_of_intent.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.letters.take(visit.actor, visit.id(), 'withdraw', step);
    return redirect(`/letters-of-intent/${visit.id()}`, 'letter_of_intent.withdraw');
  }
}
