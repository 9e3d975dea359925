/** Where files are handed in by programs, and opened by everybody who may. */
import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '../../platform/http/api-description.js';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { AttachmentInput } from './attachment.input.js';
import { Attachments, type AttachmentView } from './attachments.service.js';

/** Pictures are shown in the browser; all else is saved, and opened with what the person has for it. */
const SHOWN = new Set(['image/jpeg', 'image/png']);
/** What was handed in runs nothing, loads nothing and reaches nothing, whatever it turns out to be. */
const HARMLESS = "sandbox; default-src 'none'";

@ApiTags('documents')
@Controller('api/attachments')
export class AttachmentsApi {
  constructor(private readonly attachments: Attachments) {}

  @Post()
  @Permit('attachment.create')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  async create(@Acting() actor: Actor, @Body() input: AttachmentInput): Promise<AttachmentView> {
    return this.attachments.describe(actor, input.file);
  }

  @Get(':id')
  @Permit('document.read')
  async describe(@Acting() actor: Actor, @Param('id') id: string): Promise<AttachmentView> {
    return this.attachments.describe(actor, id);
  }
}

@Controller('attachments')
export class AttachmentsPages {
  constructor(private readonly attachments: Attachments) {}

  @Get(':id')
  @Permit('document.read')
  async open(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<Readable> {
    const { fileName, mime, sizeBytes, contentHash, pieces } = await this.attachments.open(visit.actor, visit.id());
    reply.type(mime);
    reply.header('content-disposition', disposition(SHOWN.has(mime) ? 'inline' : 'attachment', fileName));
    reply.header('content-length', sizeBytes);
    reply.header('content-security-policy', HARMLESS);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'private, no-store');
    reply.header('etag', `"${contentHash}"`);
    return Readable.from(pieces(), { objectMode: false, highWaterMark: 1 });
  }
}

/** The name twice, as RFC 6266 has it: in letters that every browser reads, and as it is. */
export function disposition(kind: 'inline' | 'attachment', fileName: string): string {
  const plain = fileName.normalize('NFKD').replace(/[^A-Za-z0-9 ._-]+/g, '_');
  const whole = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${whole}`;
}
