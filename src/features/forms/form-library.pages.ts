/** The library of questions as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { LibraryQuery, LibraryQuestionInput } from './form.input.js';
import { FormLibraryPageViews } from './form-library.page-view.js';
import { FormLibrary } from './form-library.service.js';

@Controller('form-library')
export class FormLibraryPages {
  constructor(
    private readonly library: FormLibrary,
    private readonly views: FormLibraryPageViews,
  ) {}

  @Get()
  @Permit('form.read')
  async list(@Here() visit: Visit, @Query() query: LibraryQuery): Promise<Page> {
    return page('forms/list', await this.views.list(visit.actor, query));
  }

  @Get(':id')
  @Permit('library_question.update')
  async edit(@Here() visit: Visit): Promise<Page> {
    return page('forms/part', await this.views.edit(visit));
  }

  @Post(':id')
  @Permit('library_question.update')
  @Resubmit('edit')
  async update(@Here() visit: Visit, @Body() input: LibraryQuestionInput): Promise<Redirect> {
    await this.library.update(visit.actor, visit.id(), input);
    return redirect('/form-library', 'form_library.updated', { name: input.name });
  }

  @Post(':id/remove')
  @Permit('library_question.update')
  async remove(@Here() visit: Visit): Promise<Redirect> {
    await this.library.remove(visit.actor, visit.id());
    return redirect('/form-library', 'form_library.removed');
  }
}
