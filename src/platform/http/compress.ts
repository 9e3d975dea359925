/**
 * compressPage: pages go over the line as small as they can; scripts and styles were made small by the build. What
 * stands secret in a page, the token of its forms, is salted anew each time: the length of a page tells nothing of it.
 */
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What fits into one packet gains nothing. */
const LEAST_BYTES = 1200;
/** Quick enough for each page, and nearly as small as the slowest. */
const QUALITY = 5;
/** The smaller one first. */
const WAYS: ('br' | 'gzip')[] = ['br', 'gzip'];

type Done = (error: Error | null, payload?: unknown) => void;

export function compressPage(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done): void {
  const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
  if (!isPage || typeof payload !== 'string' || reply.hasHeader('content-encoding')) return done(null, payload);
  reply.header('vary', 'accept-encoding');
  const way = negotiate(String(request.headers['accept-encoding'] ?? ''), WAYS);
  const bytes = Buffer.from(payload);
  if (way === null || bytes.length < LEAST_BYTES) return done(null, payload);
  const finish = (error: Error | null, small: Buffer): void => {
    if (error !== null) return done(null, payload);
    reply.header('content-encoding', way).removeHeader('content-length');
    done(null, small);
  };
  if (way === 'br') brotliCompress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } }, finish);
  else gzip(bytes, finish);
}
