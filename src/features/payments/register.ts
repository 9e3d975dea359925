/** How a register is sent: as it was kept, to be saved and not shown. */
import type { FastifyReply } from 'fastify';
import type { RegisterFile } from './payment-batches.service.js';

export function sendRegister(reply: FastifyReply, file: RegisterFile): string {
  reply.type(file.mime);
  reply.header('content-disposition', `attachment; filename="${file.fileName}"`);
  reply.header('cache-control', 'no-store');
  reply.header('etag', `"${file.contentHash}"`);
  return file.content.toString('utf8');
}
