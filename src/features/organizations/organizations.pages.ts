/** The pages of organizations. */
import { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, StreamableFile } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { csvLine } from '../../platform/spreadsheets/csv.js';
import { AgencySettings } from '../agency/index.js';
import { ExclusionChecks } from './exclusion-checks.service.js';
import {
  EndMemberInput,
  ExclusionCheckInput,
  MemberInput,
  OrganizationContactInput,
  OrganizationInput,
  OrganizationListQuery,
} from './organization.input.js';
import type { OrganizationRow } from './organization-list.js';
import { OrganizationMembers } from './organization-members.service.js';
import { OrganizationReader } from './organization-reader.js';
import { organizationPage } from './organization.page-view.js';
import { CSV_COLUMNS, csvCells, organizationsPage } from './organization.view.js';
import {
  contactForm,
  exclusionCheckForm,
  type FormChoices,
  memberForm,
  organizationForm,
} from './organization.forms.js';
import { Organizations, organizationSubject, requireMemberRole } from './organizations.service.js';

/** As many as a list may have at once. */
const EXPORT_STEP = 200;
const CSV_TYPE = 'text/csv; charset=utf-8';

@Controller('organizations')
export class OrganizationsPages {
  constructor(
    private readonly organizations: Organizations,
    private readonly checks: ExclusionChecks,
    private readonly members: OrganizationMembers,
    private readonly reader: OrganizationReader,
    private readonly agency: AgencySettings,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('organization.read')
  async list(@Here() visit: Visit, @Query() query: OrganizationListQuery): Promise<Page> {
    const may = {
      create: this.policy.can(visit.actor, 'organization.create', {}),
      seeChecks: this.policy.can(visit.actor, 'exclusion_check.read', {}),
    };
    const list = await this.organizations.list(visit.actor, query);
    return page('organizations/list', organizationsPage(list, query, may, this.texts, this.db.currentCalendar));
  }

  /** The whole list as a file that spreadsheets open; read and sent in steps, so that its length costs no memory. */
  @Get('export')
  @Permit('organization.read')
  async export(@Here() visit: Visit, @Query() query: OrganizationListQuery): Promise<StreamableFile> {
    const first = await this.organizations.list(visit.actor, { ...query, limit: EXPORT_STEP });
    visit.reply.header('cache-control', 'no-store');
    const head = CSV_COLUMNS.map((column) => this.texts.t(`organization.csv.${column}`));
    const rows = this.everyRow(visit.actor, query, first);
    const lines = async function* (texts: Texts): AsyncGenerator<string> {
      // The mark tells Excel that the file is UTF-8.
      yield `\ufeff${csvLine(head)}`;
      for await (const row of rows) yield csvLine(csvCells(row, texts));
    };
    return new StreamableFile(Readable.from(lines(this.texts)), {
      type: CSV_TYPE,
      disposition: `attachment; filename="organizations-${this.db.today}.csv"`,
    });
  }

  @Get('new')
  @Permit('organization.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    const choices = await this.choices(visit.actor);
    return page('organizations/form', organizationForm(undefined, choices, visit.refused, this.texts));
  }

  @Post()
  @Permit('organization.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: OrganizationInput): Promise<Redirect> {
    const { id } = await this.organizations.create(visit.actor, input);
    return redirect(`/organizations/${id}`, 'organization.created', { name: input.name });
  }

  @Get(':id')
  @Permit('organization.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const whole = await this.reader.whole(visit.actor, visit.id());
    return page('organizations/show', organizationPage(whole, this.texts, this.db.currentCalendar, this.db.today));
  }

  @Get(':id/edit')
  @Permit('organization.update')
  async edit(@Here() visit: Visit): Promise<Page> {
    const detail = await this.organizations.get(visit.actor, visit.id());
    const choices = await this.choices(visit.actor);
    return page('organizations/form', organizationForm(detail, choices, visit.refused, this.texts));
  }

  @Post(':id/update')
  @Permit('organization.update')
  @Resubmit('edit')
  async update(@Here() visit: Visit, @Body() input: OrganizationInput): Promise<Redirect> {
    const { id } = await this.organizations.update(visit.actor, visit.id(), input);
    return redirect(`/organizations/${id}`, 'organization.updated', { name: input.name });
  }

  @Get(':id/edit-contact')
  @Permit('organization.update_contact')
  async editContact(@Here() visit: Visit): Promise<Page> {
    const detail = await this.organizations.get(visit.actor, visit.id());
    // A member who may only look is told so before they type.
    if (!this.policy.can(visit.actor, 'organization.update', organizationSubject(visit.id()))) {
      await requireMemberRole(this.db, visit.actor, visit.id(), ['owner', 'editor']);
    }
    const { districts } = await this.agency.read(this.db);
    return page('organizations/form', contactForm(detail, districts, visit.refused, this.texts));
  }

  @Post(':id/update-contact')
  @Permit('organization.update_contact')
  @Resubmit('editContact')
  async updateContact(@Here() visit: Visit, @Body() input: OrganizationContactInput): Promise<Redirect> {
    const { id } = await this.organizations.updateContact(visit.actor, visit.id(), input);
    return redirect(`/organizations/${id}`, 'organization.contact_updated');
  }

  @Get(':id/record-exclusion-check')
  @Permit('exclusion_check.record')
  async exclusionCheckForm(@Here() visit: Visit): Promise<Page> {
    const detail = await this.organizations.get(visit.actor, visit.id());
    this.require(visit, 'exclusion_check.record');
    return page('organizations/form', exclusionCheckForm(detail, this.db.today, visit.refused, this.texts));
  }

  @Post(':id/record-exclusion-check')
  @Permit('exclusion_check.record')
  @Resubmit('exclusionCheckForm')
  async recordExclusionCheck(@Here() visit: Visit, @Body() input: ExclusionCheckInput): Promise<Redirect> {
    await this.checks.record(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}`, 'exclusion_check.recorded', { result: input.result });
  }

  @Get(':id/add-member')
  @Permit('member.manage')
  async memberForm(@Here() visit: Visit): Promise<Page> {
    const detail = await this.organizations.get(visit.actor, visit.id());
    this.require(visit, 'member.manage');
    const address = visit.refused?.values['address'];
    const matches = typeof address === 'string' ? await this.members.byAddress(address.trim()) : [];
    return page('organizations/form', memberForm(detail, matches, visit.refused, this.texts));
  }

  @Post(':id/add-member')
  @Permit('member.manage')
  @Fresh()
  @Resubmit('memberForm')
  async addMember(@Here() visit: Visit, @Body() input: MemberInput): Promise<Redirect> {
    await this.members.add(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}`, 'organization_member.added');
  }

  @Post(':id/end-member')
  @Permit('member.manage')
  @Fresh()
  @Resubmit('show')
  async endMember(@Here() visit: Visit, @Body() input: EndMemberInput): Promise<Redirect> {
    await this.members.end(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}`, 'organization_member.ended');
  }

  private require(visit: Visit, permission: string): void {
    if (!this.policy.can(visit.actor, permission, organizationSubject(visit.id()))) {
      throw forbidden('permission.missing', { params: { permission } });
    }
  }

  private async choices(actor: Actor): Promise<FormChoices> {
    const [{ districts }, sponsors, schoolDistricts] = await Promise.all([
      this.agency.read(this.db),
      this.organizations.choices(actor),
      this.organizations.choices(actor, 'school_district'),
    ]);
    return { districts, sponsors, schoolDistricts };
  }

  private async *everyRow(
    actor: Actor,
    query: OrganizationListQuery,
    first: { readonly items: readonly OrganizationRow[]; readonly next: string | null },
  ): AsyncGenerator<OrganizationRow> {
    let step = first;
    for (;;) {
      yield* step.items;
      if (step.next === null) return;
      step = await this.organizations.list(actor, { ...query, limit: EXPORT_STEP, after: step.next });
    }
  }
}
