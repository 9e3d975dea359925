/** The audit trail for programs. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { type AuditEventDetail, type AuditPage, AuditTrail } from './audit-trail.service.js';
import { AuditQuery } from './audit.input.js';

@ApiTags('audit')
@Controller('api/audit')
export class AuditApi {
  constructor(private readonly trail: AuditTrail) {}

  @Get()
  @Permit('audit.read')
  async list(@Acting() actor: Actor, @Query() query: AuditQuery): Promise<AuditPage> {
    return this.trail.list(actor, query);
  }

  @Get('events/:number')
  @Permit('audit.read')
  async show(@Acting() actor: Actor, @Param('number') number: string): Promise<AuditEventDetail> {
    return this.trail.get(actor, number);
  }
}
