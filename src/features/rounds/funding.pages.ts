/** What everybody sees of rounds: what is open, and one round with how to apply. */
import { Controller, Get } from '@nestjs/common';
import { Public } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page } from '../../platform/pages/page.js';
import { FundingViews } from './funding.page-view.js';

@Controller('funding')
export class FundingPages {
  constructor(private readonly views: FundingViews) {}

  @Get()
  @Public()
  async list(@Here() visit: Visit): Promise<Page> {
    return page('rounds/funding', await this.views.list(visit.actor));
  }

  @Get(':id')
  @Public()
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/funding-round', await this.views.show(visit));
  }
}
