/** How web and worker are put together: one Nest application over the same features and the same database. */
import 'reflect-metadata';
import { type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AppModule, FEATURES_IN_ORDER } from './app.module.js';
import { Clock } from './kernel/clock.js';
import { LOGGER } from './platform/config/tokens.js';
import { Database, sessionOptions } from './platform/database/database.js';
import { fastifyOptions, openDoors } from './platform/http/doors.js';
import { ErrorsFilter } from './platform/http/errors.filter.js';
import { PermissionGuard } from './platform/http/guard.js';
import { checkRoutes } from './platform/http/routes.js';
import { InputPipe } from './platform/input/input.pipe.js';
import { Drainer, type OutboxLoop } from './platform/jobs/drainer.js';
import { type JobHandler, JobHandlers } from './platform/jobs/job.js';
import { Relay } from './platform/jobs/relay.js';
import { MailDelivery } from './platform/mail/mail.js';
import { PagesInterceptor } from './platform/pages/pages.interceptor.js';
import { assetsFolder, type PlatformParts } from './platform/platform.module.js';

export type ApplicationParts = Omit<PlatformParts, 'features'>;

const QUIET = { logger: ['error', 'warn'] as ('error' | 'warn')[], abortOnError: false };

/** The web application, ready to listen or to be asked by tests. */
export async function createWeb(parts: ApplicationParts): Promise<NestFastifyApplication> {
  const defects = checkRoutes(FEATURES_IN_ORDER);
  if (defects.length > 0) throw new Error(`Routes that must not be opened:\n${defects.join('\n')}`);
  const adapter = new FastifyAdapter(fastifyOptions(parts.config));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, {
    ...QUIET,
    bodyParser: false,
  });
  const filter = app.get(ErrorsFilter);
  await openDoors(adapter.getInstance() as never, {
    config: parts.config,
    pool: app.get(Database).readPool,
    assetsFolder: assetsFolder(),
    now: () => app.get(Clock).now(),
  });
  app.useGlobalGuards(app.get(PermissionGuard));
  app.useGlobalInterceptors(app.get(PagesInterceptor));
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(filter);
  const http = adapter.getInstance();
  let description: string | undefined;
  // Public, like every description of an interface; made when it is first asked for.
  http.get('/api/openapi.json', (_request, reply) => {
    description ??= JSON.stringify(describeApi(app));
    return reply.type('application/json; charset=utf-8').send(description);
  });
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

/** The same features without a web server: for the worker, for commands and for tests of services. */
export async function createContext(parts: ApplicationParts): Promise<INestApplicationContext> {
  const context = await NestFactory.createApplicationContext(AppModule.with(parts), QUIET);
  return context;
}

/** Every job handler there is; fails when a topic has none or two. */
export function jobHandlers(app: INestApplicationContext): JobHandlers {
  const classes: Type<JobHandler>[] = FEATURES_IN_ORDER.flatMap((feature) => [...feature.jobs]);
  return JobHandlers.complete([app.get(MailDelivery), ...classes.map((each) => app.get(each, { strict: false }))]);
}

/** What does the background work of this process: alone, or with Redis together with other workers. */
export function createDrainer(app: INestApplicationContext, parts: ApplicationParts): OutboxLoop {
  const options = { url: parts.databaseUrl, sessionOptions: sessionOptions(parts.setRole) };
  const handlers = jobHandlers(app);
  const logger = app.get<Logger>(LOGGER);
  const { redisUrl } = parts.config;
  const loop =
    redisUrl === undefined
      ? new Drainer(options, handlers, logger)
      : new Relay({ ...options, redisUrl }, handlers, logger);
  loop.now = () => parts.clock.now();
  return loop;
}

const isForPrograms = (path: string): boolean => path.startsWith('/api/') || path === '/health' || path === '/ready';

/** The API's description, made from the handlers themselves. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Granary')
    .setVersion('1')
    .addCookieAuth('granary', { type: 'apiKey', in: 'cookie', name: 'granary' }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  // Pages are for people. What is open to everybody says so by an empty list.
  const paths = Object.entries(document.paths).filter(([path]) => isForPrograms(path));
  for (const operation of paths.flatMap(([, item]) => Object.values(item) as { security?: object[] }[])) {
    if (operation.security?.every((each) => Object.keys(each).length === 0)) operation.security = [];
  }
  return { ...document, paths: Object.fromEntries(paths) };
}
