/** Forms as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { FormInput, ImportFormInput, NewVersionInput, RenameFormInput } from './form.input.js';
import { FormPageViews } from './forms.page-view.js';
import { Forms } from './forms.service.js';

@Controller('forms')
export class FormsPages {
  constructor(
    private readonly forms: Forms,
    private readonly views: FormPageViews,
  ) {}

  @Get()
  @Permit('form.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    return page('forms/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('form.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('forms/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('form.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: FormInput): Promise<Redirect> {
    const { versionId } = await this.forms.createForm(visit.actor, input);
    return redirect(`/form-versions/${versionId}`, 'form.created', { name: input.name });
  }

  @Get('import')
  @Permit('form.create')
  async importForm(@Here() visit: Visit): Promise<Page> {
    return page('forms/form', await this.views.importForm(visit));
  }

  @Post('import')
  @Permit('form.create')
  @Resubmit('importForm')
  async import(@Here() visit: Visit, @Body() input: ImportFormInput): Promise<Redirect> {
    const { versionId } = await this.forms.importForm(visit.actor, input);
    return redirect(`/form-versions/${versionId}`, 'form.imported');
  }

  @Get(':id')
  @Permit('form.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('forms/list', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('form.update')
  async renameForm(@Here() visit: Visit): Promise<Page> {
    return page('forms/form', await this.views.renameForm(visit));
  }

  @Post(':id/edit')
  @Permit('form.update')
  @Resubmit('renameForm')
  async rename(@Here() visit: Visit, @Body() input: RenameFormInput): Promise<Redirect> {
    await this.forms.rename(visit.actor, visit.id(), input);
    return redirect(`/forms/${visit.id()}`, 'form.renamed', { name: input.name });
  }

  @Post(':id/versions')
  @Permit('form.update')
  async newVersion(@Here() visit: Visit, @Body() input: NewVersionInput): Promise<Redirect> {
    const { id } = await this.forms.newVersion(visit.actor, visit.id(), input.fromId);
    return redirect(`/form-versions/${id}`, 'form.version_begun');
  }
}
