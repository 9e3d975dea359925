/** The settings and rule sets as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { type RuleSetLine, RuleSets, type RuleSetView } from './rule-sets.service.js';
import { RuleSetInput, SettingsInput } from './settings.input.js';
import { AgencySettings, type AgencyView } from './settings.service.js';

@Controller('api/settings')
export class SettingsApi {
  constructor(
    private readonly settings: AgencySettings,
    private readonly db: Database,
  ) {}

  @Get()
  @Permit('settings.read')
  show(): Promise<AgencyView> {
    return this.settings.read(this.db);
  }

  @Put()
  @Permit('settings.update')
  async update(@Acting() actor: Actor, @Body() input: SettingsInput): Promise<AgencyView> {
    await this.settings.update(actor, input);
    return this.settings.read(this.db);
  }
}

@Controller('api/rule-sets')
export class RuleSetsApi {
  constructor(private readonly ruleSets: RuleSets) {}

  @Get()
  @Permit('rule_set.read')
  async list(): Promise<{ items: readonly RuleSetLine[]; next: null }> {
    return { items: await this.ruleSets.list(), next: null };
  }

  @Get(':id')
  @Permit('rule_set.read')
  show(@Acting() actor: Actor, @Param('id') id: string): Promise<RuleSetView> {
    return this.ruleSets.get(actor, id);
  }

  @Post()
  @HttpCode(201)
  @Permit('rule_set.publish')
  async publish(@Acting() actor: Actor, @Body() input: RuleSetInput): Promise<RuleSetView> {
    const { id } = await this.ruleSets.publish(actor, input);
    return this.ruleSets.get(actor, id);
  }
}
