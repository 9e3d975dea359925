/** Where documents are opened, by people and by programs. */
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { Documents } from './documents.service.js';

@ApiTags('documents')
@Controller('api/documents')
export class DocumentsApi {
  constructor(private readonly documents: Documents) {}

  @Get(':id')
  @Permit('document.read')
  async describe(@Acting() actor: Actor, @Param('id') id: string): Promise<object> {
    return this.documents.describe(actor, id);
  }
}

@Controller('documents')
export class DocumentsPages {
  constructor(private readonly documents: Documents) {}

  @Get(':id')
  @Permit('document.read')
  async open(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const { title, mime, contentHash, content } = await this.documents.open(visit.actor, visit.id());
    reply.type(mime);
    reply.header('content-disposition', `inline; filename="${fileName(title)}.pdf"`);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'private, no-store');
    reply.header('etag', `"${contentHash}"`);
    return content;
  }
}

/** A name that no system stumbles over. */
export const fileName = (title: string): string =>
  title.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'document';
