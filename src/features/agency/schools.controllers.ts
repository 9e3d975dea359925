/** The schools as a page of the settings and as JSON for pickers. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { SchoolImportInput, SchoolQuery } from './school.input.js';
import type { SchoolComparison } from './school.compare.js';
import { SchoolPageViews } from './school.page-view.js';
import { type SchoolRow, Schools } from './schools.service.js';

@ApiTags('schools')
@Controller('api/schools')
export class SchoolsApi {
  constructor(private readonly schools: Schools) {}

  /** With `q`, at most 20 open schools of that name; what schools there are is no secret of anybody. */
  @Get()
  @Permit('school.read')
  async list(@Query() query: SchoolQuery): Promise<{ items: readonly SchoolRow[]; next: string | null }> {
    if (query.q !== undefined) return { items: await this.schools.find(query.q, query.district), next: null };
    const { items, next } = await this.schools.list(query);
    return { items, next };
  }

  /** What the list would change; nothing is written. */
  @Post('import/preview')
  @HttpCode(200)
  @Permit('school.import')
  async preview(@Acting() actor: Actor, @Body() input: SchoolImportInput): Promise<SchoolComparison> {
    return this.schools.preview(actor, input);
  }

  @Post('import')
  @HttpCode(200)
  @Permit('school.import')
  async import(@Acting() actor: Actor, @Body() input: SchoolImportInput): Promise<{ added: number; changed: number }> {
    return this.schools.import(actor, input);
  }
}

@Controller('settings/schools')
export class SchoolsPages {
  constructor(
    private readonly schools: Schools,
    private readonly views: SchoolPageViews,
  ) {}

  @Get()
  @Permit('settings.read')
  async list(@Here() visit: Visit, @Query() query: SchoolQuery): Promise<Page> {
    return page('agency/schools', await this.views.list(visit.actor, query));
  }

  @Get('import')
  @Permit('school.import')
  importForm(@Here() visit: Visit): Page {
    return page('agency/school-import', this.views.importForm(visit));
  }

  @Post('import/preview')
  @Permit('school.import')
  @Resubmit('importForm')
  async preview(@Here() visit: Visit, @Body() input: SchoolImportInput): Promise<Page> {
    return page('agency/school-import', await this.views.preview(visit, input));
  }

  @Post('import')
  @Permit('school.import')
  @Resubmit('importForm')
  async import(@Here() visit: Visit, @Body() input: SchoolImportInput): Promise<Redirect> {
    const counts = await this.schools.import(visit.actor, input);
    return redirect('/settings/schools', 'school.imported', counts);
  }
}
