/** What everybody sees of rounds: what is open, and one round with how to apply. */
import { Body, Controller, Get, Post, Query, StreamableFile } from '@nestjs/common';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { FundingFront } from './funding-front.view.js';
import { FundingViews } from './funding.page-view.js';
import { RoundQuestionInput } from './question.input.js';
import { Questions } from './questions.service.js';

@Controller('funding')
export class FundingPages {
  constructor(
    private readonly views: FundingViews,
    private readonly front: FundingFront,
    private readonly questions: Questions,
  ) {}

  @Get()
  @Public()
  async list(@Here() visit: Visit): Promise<Page> {
    return page('rounds/funding', await this.views.list(visit.actor));
  }

  /** What is funded. */
  @Get('awards')
  @Public()
  async awards(@Query() query: ListQuery): Promise<Page> {
    return page('rounds/funded', await this.front.awards(query));
  }

  @Get('awards.csv')
  @Public()
  async spreadsheet(): Promise<StreamableFile> {
    return new StreamableFile(Buffer.from(await this.front.spreadsheet(), 'utf8'), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="funded-awards.csv"',
    });
  }

  @Get('how-to-apply')
  @Public()
  async howToApply(): Promise<Page> {
    return page('rounds/how-to-apply', await this.front.howToApply());
  }

  @Post(':id/questions')
  @Permit('question.ask')
  @Resubmit('show')
  async ask(@Here() visit: Visit, @Body() input: RoundQuestionInput): Promise<Redirect> {
    await this.questions.ask(visit.actor, visit.id(), input);
    return redirect(`/funding/${visit.id()}#questions`, 'question.asked');
  }

  @Get(':id')
  @Public()
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/funding-round', await this.views.show(visit));
  }
}
