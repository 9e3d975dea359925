/**
 * Doors: everything that stands between the network and a handler, in the order a request meets it - request id,
 * security headers, cookie and session, reading the body, origin and token checks, idempotency.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import session from '@fastify/session';
import statics from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import { actorKey, PUBLIC_ACTOR } from '../../kernel/actor.js';
import { AppError, forbidden, invalid, unavailable } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { Config } from '../config/config.js';
import { watchLog } from '../config/logger.js';
import { runInRequest } from '../database/context.js';
import { mostBytes } from '../files/multipart.js';
import { compressPage } from './compress.js';
import { wantsJson } from './errors.filter.js';
import { KEY_PATTERN, parseForm } from './form-body.js';
import { closeUnused } from './leaving.js';
import { SESSION_HOURS, sessionStore } from './session-store.js';
import type { ActingRequest } from './visit.js';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** A body that takes longer is given up; shorter than rounds wait for what was sent in time. */
const REQUEST_PATIENCE_MS = 5 * 60_000;
/** What pages never ask a device for. */
const UNUSED_FEATURES = 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()';
const HSTS_SECONDS = 31_536_000;
/** What an answer carries that passed none of the doors. */
const FAULT_HEADERS = {
  'content-security-policy':
    "default-src 'none'; img-src 'self' data:; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'permissions-policy': UNUSED_FEATURES,
  'cache-control': 'no-store',
} as const;
/** Answers that somebody who watches over the installation wants to know of. */
const REFUSED = new Set([401, 403, 429]);
/** Nobody was turned away: they were not there any more. */
const SIGNED_OUT: ReadonlySet<string> = new Set(['session.required', 'session.over']);
/** And a passphrase, code or PIN that was wrong, whatever it was answered with. */
const GUESSED = /[._]wrong$/;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

declare module 'fastify' {
  interface FastifyRequest {
    /** The idempotency key of the form that was sent. */
    formKey?: string;
    receivedAt: Date;
    /** Why it was refused: the code of the sentence that was answered. */
    refusal?: string;
    /** What hashes of bodies are keyed with. */
    hashKey: string;
  }
}

export interface DoorParts {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly assetsFolder: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

const isSecure = ({ publicUrl }: Config): boolean => publicUrl.startsWith('https:');

/** Answers a request that never met a handler: an address that cannot be read. */
export type FaultAnswer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** The options Fastify itself is made with. */
export function fastifyOptions(config: Config, answerFault: FaultAnswer): Record<string, unknown> {
  return {
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(FAULT_HEADERS);
      if (isSecure(config)) reply.header('strict-transport-security', `max-age=${HSTS_SECONDS}; includeSubDomains`);
      void answerFault(error, request, reply);
    },
    trustProxy: config.trustProxy,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_PATIENCE_MS,
    genReqId: () => newId(),
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    logger: false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  };
}

export async function openDoors(app: FastifyInstance, parts: DoorParts): Promise<void> {
  const { config } = parts;
  const isBehindTls = isSecure(config);
  const watch = watchLog(parts.logger, config);

  closeUnused(app);
  app.decorateRequest('receivedAt', null as unknown as Date);
  app.decorateRequest('hashKey', '');
  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAt = parts.now();
    request.hashKey = config.sessionSecret;
    reply.header('x-request-id', request.id);
    reply.header('permissions-policy', UNUSED_FEATURES);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    logRefusal(watch, request, reply.statusCode);
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isUnreadAndLong(request, config)) reply.header('connection', 'close');
    // What one person may see is nobody else's to keep; only the assets are the same for all.
    if (!reply.hasHeader('cache-control') && !request.url.startsWith('/assets/'))
      reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  app.addHook('onSend', compressPage);

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        // The small pictures of the style sheet are written into it.
        imgSrc: ["'self'", 'data:'],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        // Files of ours alone, which only add to pages that work without; never what stands in a page.
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: isBehindTls ? { maxAge: HSTS_SECONDS, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });

  await app.register(statics, {
    root: parts.assetsFolder,
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
  });

  await app.register(cookie);
  await app.register(session, {
    secret: config.sessionSecret,
    cookieName: isBehindTls ? '__Host-granary' : 'granary',
    saveUninitialized: false,
    rolling: false,
    cookie: { path: '/', secure: isBehindTls, httpOnly: true, sameSite: 'lax', maxAge: SESSION_HOURS * 3_600_000 },
    store: sessionStore(parts.pool) as never,
  });
  await app.register(csrf, {
    sessionPlugin: '@fastify/session',
    getToken: (request) => (request as FastifyRequest & { csrfToken?: string }).csrfToken,
  });

  readBodies(app);
  // What is too large is said in words of ours, after the rest of the form was read.
  await app.register(multipart, { throwFileSizeLimit: false });
  app.addHook('preHandler', (request, reply, done) => checkOrigin(app, config, request, reply, done));
  app.addHook('preHandler', (request, _reply, done) => {
    runInRequest({ requestId: request.id, receivedAt: request.receivedAt, idempotency: idempotencyOf(request) }, done);
  });
}

/** One line for each request that was turned away: by whom and from where, never what was asked for or typed. */
function logRefusal(logger: Logger, request: ActingRequest, status: number): void {
  const isGuess = GUESSED.test(request.refusal ?? '');
  if ((!REFUSED.has(status) && !isGuess) || SIGNED_OUT.has(request.refusal ?? '')) return;
  const actor = actorKey(request.actor ?? PUBLIC_ACTOR);
  const { refusal: code, id: requestId, ip } = request;
  logger.info({ code, status, route: request.routeOptions.url, requestId, actor, network: ip }, 'refused');
}

/**
 * JSON, where an empty body is {}, and forms, read with limits; anything else is refused. A form with files is not read
 * here: it waits on the wire until it is known who sends it and whether they may.
 */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body).trim();
    if (text === '') return done(null, {});
    try {
      return done(null, JSON.parse(text, refusePrototype));
    } catch (error) {
      return done(error instanceof AppError ? error : badRequest('request.not_json'));
    }
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    try {
      const { fields, token, key, proof, wantsCode } = parseForm(String(body));
      Object.assign(request, { csrfToken: token, proof, wantsCode });
      if (key !== undefined) request.formKey = key;
      done(null, fields);
    } catch {
      done(badRequest('request.unreadable'));
    }
  });
}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw badRequest('request.not_json');
  return value;
}

/** A request that cannot be read at all: 400 rather than 422. */
function badRequest(code: string): AppError {
  return invalid(code, { status: 400 });
}

function isSameOrigin(config: Config, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = request.headers;
  if (origin === undefined) return true;
  return origin === config.publicUrl || origin === `${request.protocol}://${request.host}`;
}

function checkOrigin(
  app: FastifyInstance,
  config: Config,
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  if (SAFE_METHODS.has(request.method)) return done();
  if (!isSameOrigin(config, request)) return done(forbidden('request.forged'));
  if (wantsJson(request)) {
    const hasBody = request.headers['content-length'] !== '0' && request.headers['content-type'] !== undefined;
    if (hasBody && !isMultipart(request) && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return done(invalid('request.wrong_type', { status: 415 }));
    }
    return done();
  }
  if (isMultipart(request)) Object.assign(request, { csrfToken: tokenOfAddress(request) });
  // The plugin answers through `done`; its own error is ours to word.
  app.csrfProtection(request, reply, (error?: Error) =>
    done(error === undefined ? undefined : forbidden('request.forged')),
  );
}

/** A form with files; what it may be sent to is for the routes to say. */
export function isMultipart(request: FastifyRequest): boolean {
  return request.isMultipart();
}

/** What was refused unread is read away by the server for the next request: not when that may take for ever. */
function isUnreadAndLong(request: FastifyRequest, { uploadLimitMegabytes }: Config): boolean {
  if (!isMultipart(request) || request.raw.readableEnded) return false;
  const length = request.headers['content-length'];
  return length === undefined || Number(length) > mostBytes(uploadLimitMegabytes);
}

/** Its token stands in the address, because it is asked for before the body is read. */
function tokenOfAddress({ query }: FastifyRequest): string | undefined {
  const token = (query as Record<string, unknown> | null)?.['_csrf'];
  return typeof token === 'string' ? token : undefined;
}

export function idempotencyOf(request: FastifyRequest): { key: string; route: string; inputHash: string } | undefined {
  if (SAFE_METHODS.has(request.method)) return undefined;
  const header = request.headers['idempotency-key'];
  if (header !== undefined && (typeof header !== 'string' || !KEY_PATTERN.test(header))) {
    throw badRequest('request.key_unreadable');
  }
  const key = header ?? request.formKey;
  if (key === undefined) return undefined;
  // Keyed: a number of nine digits or a passphrase could otherwise be found again from its hash.
  const inputHash = createHmac('sha256', request.hashKey)
    .update(JSON.stringify(request.body ?? null))
    .digest('hex');
  return { key, route: `${request.method} ${request.url.split('?')[0]}`, inputHash };
}

/** The names under which built assets are served. */
export async function readAssetManifest(assetsFolder: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(join(assetsFolder, 'manifest.json'), 'utf8')) as Record<string, string>;
  } catch (error) {
    throw unavailable('service.assets_missing', { cause: error });
  }
}
