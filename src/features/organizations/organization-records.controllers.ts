/** Papers, merging and unmasking of an organization, as pages and as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { OrganizationDocumentInput } from './organization-document.input.js';
import { type DocumentLine, OrganizationDocuments } from './organization-documents.service.js';
import { MergeInput } from './organization.input.js';
import { OrganizationMerges } from './organization-merges.service.js';
import { documentForm, mergeChoicePage, mergePage, unmaskedPage, unmaskForm } from './organization-records.view.js';
import { OrganizationUnmasking } from './organization-unmasking.service.js';
import { Organizations } from './organizations.service.js';
import { UnmaskEinInput } from './registration.input.js';

@Controller('organizations')
export class OrganizationRecordsPages {
  constructor(
    private readonly organizations: Organizations,
    private readonly documents: OrganizationDocuments,
    private readonly merges: OrganizationMerges,
    private readonly unmasking: OrganizationUnmasking,
    private readonly texts: Texts,
  ) {}

  @Get(':id/add-document')
  @Permit('organization_document.add')
  async documentForm(@Here() visit: Visit): Promise<Page> {
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    if (!(await this.documents.mayAdd(visit.actor, visit.id()))) throw forbidden('organization.member_role_missing');
    const wanted = visit.refused?.values['replacesId'] ?? visit.query['replaces'];
    const replaces =
      typeof wanted === 'string' && isId(wanted) ? await this.documents.current(visit.id(), wanted) : undefined;
    return page('organizations/plain-form', documentForm(organization, replaces, this.texts, visit.refused));
  }

  @Post(':id/add-document')
  @Permit('organization_document.add')
  @Resubmit('documentForm')
  async addDocument(@Here() visit: Visit, @Body() input: OrganizationDocumentInput): Promise<Redirect> {
    await this.documents.add(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}#papers`, 'organization_document.added');
  }

  @Get(':id/merge')
  @Permit('organization.merge')
  async mergeForm(@Here() visit: Visit): Promise<Page> {
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    const into = visit.refused?.values['intoId'] ?? visit.query['into'];
    if (typeof into === 'string' && isId(into)) {
      const preview = await this.merges.preview(visit.actor, visit.id(), into);
      return page('organizations/merge', mergePage(preview, this.texts, visit.refused));
    }
    const [alike, all] = await Promise.all([
      this.merges.candidates(visit.actor, visit.id()),
      this.organizations.choices(visit.actor),
    ]);
    return page('organizations/merge', mergeChoicePage(organization, alike, all, this.texts));
  }

  @Post(':id/merge')
  @Permit('organization.merge')
  @Resubmit('mergeForm')
  async merge(@Here() visit: Visit, @Body() input: MergeInput): Promise<Redirect> {
    const { id } = await this.merges.merge(visit.actor, visit.id(), input);
    return redirect(`/organizations/${id}`, 'organization.merged');
  }

  @Get(':id/unmask-ein')
  @Permit('organization.unmask_ein')
  async unmaskForm(@Here() visit: Visit): Promise<Page> {
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    return page('organizations/plain-form', unmaskForm(organization, this.texts, visit.refused));
  }

  /** The answer is the page itself: the number stands in no address and in no session. */
  @Post(':id/unmask-ein')
  @Permit('organization.unmask_ein')
  @Fresh()
  @Resubmit('unmaskForm')
  async unmask(@Here() visit: Visit, @Body() input: UnmaskEinInput): Promise<Page> {
    const ein = await this.unmasking.ein(visit.actor, visit.id(), input);
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    visit.reply.header('cache-control', 'no-store');
    return page('organizations/unmasked', unmaskedPage(organization, ein, this.texts));
  }
}

@Controller('api/organizations')
export class OrganizationRecordsApi {
  constructor(
    private readonly organizations: Organizations,
    private readonly documents: OrganizationDocuments,
    private readonly merges: OrganizationMerges,
    private readonly unmasking: OrganizationUnmasking,
  ) {}

  @Get(':id/documents')
  @Permit('organization_document.read')
  async list(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: readonly DocumentLine[]; next: null }> {
    await this.organizations.get(actor, id);
    return { items: (await this.documents.of(actor, id)) ?? [], next: null };
  }

  @Post(':id/add-document')
  @HttpCode(201)
  @Permit('organization_document.add')
  async addDocument(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: OrganizationDocumentInput,
  ): Promise<{ id: string }> {
    return this.documents.add(actor, id, input);
  }

  @Post(':id/merge')
  @HttpCode(200)
  @Permit('organization.merge')
  async merge(@Acting() actor: Actor, @Param('id') id: string, @Body() input: MergeInput): Promise<{ id: string }> {
    return this.merges.merge(actor, id, input);
  }

  @Post(':id/unmask-ein')
  @HttpCode(200)
  @Permit('organization.unmask_ein')
  @Fresh()
  async unmask(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: UnmaskEinInput,
  ): Promise<{ ein: string }> {
    return { ein: await this.unmasking.ein(actor, id, input) };
  }
}
