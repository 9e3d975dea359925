/** The front door. */
import { Controller, Get } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { page, type Page } from '../../platform/pages/page.js';
import { HomeViews } from './home.view.js';

@Controller()
export class HomePages {
  constructor(
    private readonly views: HomeViews,
    private readonly db: Database,
  ) {}

  @Get()
  @Public()
  async home(@Here() visit: Visit): Promise<Page> {
    const { actor } = visit;
    if (actor.kind !== 'person') return page('rounds/funding', await this.views.public(actor));
    return page('home/home', await this.views.home(actor));
  }

  /** The process answers. */
  @Get('health')
  @Public()
  health(): { status: string } {
    return { status: 'ok' };
  }

  /** The process can do its work: the database answers. */
  @Get('ready')
  @Public()
  async ready(): Promise<{ status: string }> {
    await this.db.query(sql`select 1`);
    return { status: 'ok' };
  }
}
