/** The settings' pages. */
import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { RuleSets } from './rule-sets.service.js';
import { SettingsInput } from './settings.input.js';
import { AgencySettings } from './settings.service.js';
import { ruleSetPage, ruleSetsPage, settingsForm, settingsPage } from './settings.view.js';

@Controller('settings')
export class SettingsPages {
  constructor(
    private readonly settings: AgencySettings,
    private readonly ruleSets: RuleSets,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Permit('settings.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const may = {
      change: this.policy.can(visit.actor, 'settings.update', {}),
      readMails: this.policy.can(visit.actor, 'mail.read', {}),
      readJobs: this.policy.can(visit.actor, 'job.read', {}),
      readRetention: this.policy.can(visit.actor, 'retention.read', {}),
      readFiles: this.policy.can(visit.actor, 'quarantine.read', {}),
    };
    const scansFiles = this.config.clamavSocket !== undefined;
    const agency = await this.settings.read(this.db);
    return page('agency/settings', settingsPage(agency, this.texts, this.db.currentCalendar, may, scansFiles));
  }

  @Get('edit')
  @Permit('settings.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('agency/form', settingsForm(await this.settings.read(this.db), this.texts, visit.refused));
  }

  @Post()
  @Permit('settings.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: SettingsInput): Promise<Redirect> {
    await this.settings.update(visit.actor, input);
    return redirect('/settings', 'settings.updated');
  }

  @Get('rule-sets')
  @Permit('rule_set.read')
  async listRuleSets(): Promise<Page> {
    return page('agency/rule-sets', ruleSetsPage(await this.ruleSets.list(), this.texts));
  }

  @Get('rule-sets/:id')
  @Permit('rule_set.read')
  async showRuleSet(@Here() visit: Visit): Promise<Page> {
    return page('agency/rule-set', ruleSetPage(await this.ruleSets.get(visit.actor, visit.id()), this.texts));
  }
}
