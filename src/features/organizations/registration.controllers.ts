/** Registering an organization, as pages and as JSON. */
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Alike } from './organization-alike.js';
import { OrganizationRegistration } from './organization-registration.service.js';
import { EIN_PATTERN } from './organization.rules.js';
import { applyPath, registrationPage } from './registration.forms.js';
import { AlikeInput, RegistrationInput } from './registration.input.js';

const WITH_ALIKE = new Set(['organization.likely_there', 'organization.ein_registered']);

@Controller('organizations')
export class RegistrationPages {
  constructor(
    private readonly registration: OrganizationRegistration,
    private readonly texts: Texts,
  ) {}

  @Get('register')
  @Permit('organization.register')
  async registerForm(@Here() visit: Visit): Promise<Page> {
    const code = visit.refused?.error.code ?? '';
    const alike = WITH_ALIKE.has(code) ? await this.alike(visit) : [];
    const view = registrationPage(alike, code === 'organization.ein_registered', this.texts, visit);
    return page('organizations/register', view);
  }

  @Post('register')
  @Permit('organization.register')
  @Resubmit('registerForm')
  async register(@Here() visit: Visit, @Body() input: RegistrationInput): Promise<Redirect> {
    const { id } = await this.registration.register(visit.actor, input);
    const { name } = input;
    const wayOn = applyPath(visit);
    return wayOn === undefined
      ? redirect(`/organizations/${id}/invite?new=yes`, 'organization.registered', { name })
      : redirect(wayOn, 'organization.brought', { name });
  }

  private async alike({ actor, refused }: Visit): Promise<Alike[]> {
    const { name, ein } = refused?.values ?? {};
    if (typeof name !== 'string') return [];
    const number = typeof ein === 'string' && EIN_PATTERN.test(ein.trim()) ? ein.trim() : undefined;
    return this.registration.alikeTo(actor, { name, ein: number });
  }
}

@Controller('api/organizations')
export class RegistrationApi {
  constructor(private readonly registration: OrganizationRegistration) {}

  /** Those it may be. Sent, not asked by address: an EIN must not stand in one. */
  @Post('find-alike')
  @HttpCode(200)
  @Permit('organization.register')
  async findAlike(@Acting() actor: Actor, @Body() input: AlikeInput): Promise<{ items: Alike[] }> {
    return { items: await this.registration.alikeTo(actor, input) };
  }

  @Post('register')
  @HttpCode(201)
  @Permit('organization.register')
  async register(@Acting() actor: Actor, @Body() input: RegistrationInput): Promise<{ id: string }> {
    return this.registration.register(actor, input);
  }
}
