/** Organizations as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Fresh, Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { Texts } from '../../platform/texts/texts.js';
import { ExclusionChecks } from './exclusion-checks.service.js';
import {
  EndMemberInput,
  ExclusionCheckInput,
  MemberInput,
  OrganizationContactInput,
  OrganizationInput,
  OrganizationListQuery,
} from './organization.input.js';
import { OrganizationMembers } from './organization-members.service.js';
import { OrganizationReader } from './organization-reader.js';
import { organizationJson, organizationRowJson } from './organization.view.js';
import { Organizations } from './organizations.service.js';

type Json = Record<string, unknown>;

@Controller('api/organizations')
export class OrganizationsApi {
  constructor(
    private readonly organizations: Organizations,
    private readonly checks: ExclusionChecks,
    private readonly members: OrganizationMembers,
    private readonly reader: OrganizationReader,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('organization.read')
  async list(@Acting() actor: Actor, @Query() query: OrganizationListQuery): Promise<Json> {
    const { items, next } = await this.organizations.list(actor, query);
    return { items: items.map(organizationRowJson), next };
  }

  @Get(':id')
  @Permit('organization.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<Json> {
    return organizationJson(await this.reader.whole(actor, id), this.texts);
  }

  @Post()
  @HttpCode(201)
  @Permit('organization.create')
  async create(@Acting() actor: Actor, @Body() input: OrganizationInput): Promise<Json> {
    const { id } = await this.organizations.create(actor, input);
    return this.show(actor, id);
  }

  @Post(':id/update')
  @HttpCode(200)
  @Permit('organization.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: OrganizationInput): Promise<Json> {
    await this.organizations.update(actor, id, input);
    return this.show(actor, id);
  }

  @Post(':id/update-contact')
  @HttpCode(200)
  @Permit('organization.update_contact')
  async updateContact(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: OrganizationContactInput,
  ): Promise<Json> {
    await this.organizations.updateContact(actor, id, input);
    return this.show(actor, id);
  }

  @Post(':id/record-exclusion-check')
  @HttpCode(200)
  @Permit('exclusion_check.record')
  async recordExclusionCheck(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ExclusionCheckInput,
  ): Promise<Json> {
    await this.checks.record(actor, id, input);
    return this.show(actor, id);
  }

  @Post(':id/add-member')
  @HttpCode(200)
  @Permit('member.manage')
  @Fresh()
  async addMember(@Acting() actor: Actor, @Param('id') id: string, @Body() input: MemberInput): Promise<Json> {
    await this.members.add(actor, id, input);
    return this.show(actor, id);
  }

  @Post(':id/end-member')
  @HttpCode(200)
  @Permit('member.manage')
  @Fresh()
  async endMember(@Acting() actor: Actor, @Param('id') id: string, @Body() input: EndMemberInput): Promise<Json> {
    await this.members.end(actor, id, input);
    return this.show(actor, id);
  }
}
