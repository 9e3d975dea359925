/** How web and worker are put together: one Nest application over the same features and the same database. */
import 'reflect-metadata';
import { type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, FEATURES_IN_ORDER } from './app.module.js';
import { Clock } from './kernel/clock.js';
import { LOGGER } from './platform/config/tokens.js';
import { Database, sessionOptions } from './platform/database/database.js';
import { UploadsInterceptor } from './platform/files/uploads.interceptor.js';
import { describeApi } from './platform/http/api-description.js';
import { fastifyOptions, openDoors } from './platform/http/doors.js';
import { ErrorsFilter } from './platform/http/errors.filter.js';
import { FreshInterceptor } from './platform/http/fresh.js';
import { PermissionGuard } from './platform/http/guard.js';
import { checkRoutes } from './platform/http/routes.js';
import { InputPipe } from './platform/input/input.pipe.js';
import { Drainer, type DrainerOptions, type OutboxLoop } from './platform/jobs/drainer.js';
import type { Housekeeper } from './platform/jobs/housekeeping.js';
import { type JobHandler, JobHandlers } from './platform/jobs/job.js';
import { MailDelivery } from './platform/mail/mail.js';
import { PagesInterceptor } from './platform/pages/pages.interceptor.js';
import { assetsFolder, type PlatformParts } from './platform/platform.module.js';

export type ApplicationParts = Omit<PlatformParts, 'features'>;

const QUIET = { logger: ['error', 'warn'] as ('error' | 'warn')[], abortOnError: false };

/** The web application, ready to listen or to be asked by tests. */
export async function createWeb(parts: ApplicationParts): Promise<NestFastifyApplication> {
  const defects = checkRoutes(FEATURES_IN_ORDER);
  if (defects.length > 0) throw new Error(`Routes that must not be opened:\n${defects.join('\n')}`);
  // Made after the adapter, which needs it only once somebody asks.
  const errors: { filter?: ErrorsFilter } = {};
  const adapter = new FastifyAdapter(
    fastifyOptions(parts.config, async (error, request, reply) => errors.filter?.answer(error, request, reply)),
  );
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, {
    ...QUIET,
    bodyParser: false,
  });
  const filter = app.get(ErrorsFilter);
  errors.filter = filter;
  await openDoors(adapter.getInstance() as never, {
    config: parts.config,
    pool: app.get(Database).readPool,
    assetsFolder: assetsFolder(),
    now: () => app.get(Clock).now(),
    logger: parts.logger,
  });
  app.useGlobalGuards(app.get(PermissionGuard));
  // A form with files that is refused is shown again like any other: pages stand outside.
  app.useGlobalInterceptors(app.get(PagesInterceptor), app.get(UploadsInterceptor), app.get(FreshInterceptor));
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(filter);
  const http = adapter.getInstance();
  let description: Promise<string> | undefined;
  // Public, like every description of an interface; made when it is first asked for.
  http.get('/api/openapi.json', async (_request, reply) => {
    description ??= describeApi(app).then((made) => JSON.stringify(made));
    return reply.type('application/json; charset=utf-8').send(await description);
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
function jobHandlers(app: INestApplicationContext): JobHandlers {
  const classes: Type<JobHandler>[] = FEATURES_IN_ORDER.flatMap((feature) => [...feature.jobs]);
  return JobHandlers.complete([app.get(MailDelivery), ...classes.map((each) => app.get(each, { strict: false }))]);
}

/** What every feature sweeps away of its own. */
export function housekeepers(app: INestApplicationContext): Housekeeper[] {
  const classes = FEATURES_IN_ORDER.flatMap((feature) => [...(feature.housekeepers ?? [])]);
  return classes.map((each) => app.get<Housekeeper>(each, { strict: false }));
}

/** Does the background work by itself, taking it straight from the outbox. */
export function createDrainer(
  app: INestApplicationContext,
  parts: ApplicationParts,
  own: Pick<DrainerOptions, 'pollMilliseconds'> = {},
): OutboxLoop {
  const loop = new Drainer({ ...outboxOptions(parts), ...own }, jobHandlers(app), app.get<Logger>(LOGGER));
  loop.now = () => parts.clock.now();
  return loop;
}

/** What does the background work of a worker process: alone, or with Redis together with other workers. */
export async function createOutboxLoop(app: INestApplicationContext, parts: ApplicationParts): Promise<OutboxLoop> {
  const { redisUrl } = parts.config;
  if (redisUrl === undefined) return createDrainer(app, parts);
  // Whoever has no Redis need not wait for its libraries to load.
  const { Relay } = await import('./platform/jobs/relay.js');
  const loop = new Relay({ ...outboxOptions(parts), redisUrl }, jobHandlers(app), app.get<Logger>(LOGGER));
  loop.now = () => parts.clock.now();
  return loop;
}

const outboxOptions = (parts: ApplicationParts): { url: string; sessionOptions: string } => ({
  url: parts.databaseUrl,
  sessionOptions: sessionOptions(parts.setRole),
});
