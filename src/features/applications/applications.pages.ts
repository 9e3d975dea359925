/** Applications as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { Eligibility } from '../rounds/index.js';
import { ApplicationForms } from './application.forms.js';
import { ApplicationInput, ApplicationListQuery, PartnersInput, ScreenOutInput } from './application.input.js';
import { ApplicationListViews } from './application-list.view.js';
import { ApplicationPageViews } from './application.page-view.js';
import { ApplicationSections } from './application-sections.service.js';
import { Applications, type ApplicationStep } from './applications.service.js';

@Controller('applications')
export class ApplicationsPages {
  constructor(
    private readonly applications: Applications,
    private readonly sections: ApplicationSections,
    private readonly lists: ApplicationListViews,
    private readonly views: ApplicationPageViews,
    private readonly forms: ApplicationForms,
    private readonly eligibility: Eligibility,
  ) {}

  @Get()
  @Permit('application.read')
  async list(@Here() visit: Visit, @Query() query: ApplicationListQuery): Promise<Page> {
    return page('applications/list', await this.lists.list(visit.actor, query));
  }

  /** Whoever came without an organization brings it first, and is led back here. */
  @Get('new')
  @Permit('organization.register')
  async newForm(@Here() visit: Visit): Promise<Page | Redirect> {
    const elsewhere = this.forms.wayToBegin(visit);
    return elsewhere === undefined ? page('applications/form', await this.forms.begin(visit)) : redirect(elsewhere);
  }

  @Post()
  @Permit('application.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: ApplicationInput): Promise<Redirect> {
    await this.eligibility.keepCarried(visit, input.roundId, input.organizationId);
    const { id } = await this.applications.create(visit.actor, input);
    return redirect(`/applications/${id}`, 'application.created');
  }

  @Get(':id')
  @Permit('application.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('applications/application', await this.views.show(visit));
  }

  @Get(':id/partners')
  @Permit('application.update')
  async partnersForm(@Here() visit: Visit): Promise<Page> {
    return page('applications/form', await this.forms.partners(visit));
  }

  @Post(':id/partners')
  @Permit('application.update')
  @Resubmit('partnersForm')
  async savePartners(@Here() visit: Visit, @Body() input: PartnersInput): Promise<Redirect> {
    await this.sections.savePartners(visit.actor, visit.id(), input);
    const { partners = [] } = input;
    // Where each partner stands, and who is still to be asked.
    const path = `/applications/${visit.id()}${partners.length > 0 ? '/confirmations' : ''}`;
    const asked = partners.filter(({ address }) => address !== undefined).length;
    return redirect(path, asked > 0 ? 'partner.asked' : 'application.saved', { count: asked });
  }

  @Get(':id/screen-out')
  @Permit('application.screen_out')
  async screenOutForm(@Here() visit: Visit): Promise<Page> {
    return page('applications/form', await this.forms.screenOut(visit));
  }

  @Post(':id/screen-out')
  @Permit('application.screen_out')
  @Resubmit('screenOutForm')
  async screenOut(@Here() visit: Visit, @Body() input: ScreenOutInput): Promise<Redirect> {
    await this.applications.screenOut(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}`, 'application.screen_out');
  }

  @Post(':id/screen-in')
  @Permit('application.screen_in')
  @Resubmit('show')
  async screenIn(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'screen_in', step);
  }

  @Post(':id/appeal')
  @Permit('application.appeal')
  @Resubmit('show')
  async appeal(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'appeal', step);
  }

  @Post(':id/uphold')
  @Permit('application.uphold')
  @Resubmit('show')
  async uphold(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'uphold', step);
  }

  @Post(':id/allow')
  @Permit('application.allow')
  @Resubmit('show')
  async allow(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'allow', step);
  }

  @Post(':id/shortlist')
  @Permit('application.shortlist')
  @Resubmit('show')
  async shortlist(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'shortlist', step);
  }

  @Post(':id/withdraw')
  @Permit('application.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'withdraw', step);
  }

  private async take(visit: Visit, action: ApplicationStep, step: StepInput): Promise<Redirect> {
    await this.applications.take(visit.actor, visit.id(), action, step);
    return redirect(`/applications/${visit.id()}`, `application.${action}`);
  }
}
