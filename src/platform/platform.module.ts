/** PlatformModule: everything features may ask for by class, made once from the configuration. */
import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Calendar } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import { Policy } from '../kernel/policy.js';
import type { Config } from './config/config.js';
import { projectRoot } from './config/root.js';
import { CONFIG, FEATURES, LOGGER } from './config/tokens.js';
import { Database } from './database/database.js';
import { EffectHandlers } from './database/effects.js';
import type { Feature } from './feature.js';
import { UploadsInterceptor } from './files/uploads.interceptor.js';
import { readAssetManifest } from './http/doors.js';
import { ErrorsFilter } from './http/errors.filter.js';
import { FreshInterceptor } from './http/fresh.js';
import { PermissionGuard } from './http/guard.js';
import { MailDelivery, Mailer } from './mail/mail.js';
import { MENU, PageWriter } from './pages/page-writer.js';
import { PagesInterceptor } from './pages/pages.interceptor.js';
import { openSecrets, Secrets } from './secrets/secrets.js';
import { Templates } from './templates/templates.js';
import { type DateWords, Texts } from './texts/texts.js';

export interface PlatformParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The application's login. */
  readonly databaseUrl: string;
  /** True when that login is also the owner's: every connection then takes the application's role. */
  readonly setRole: boolean;
  readonly features: readonly Feature[];
}

/** Where built style, fonts and pictures are. */
export const assetsFolder = (): string => join(projectRoot(), 'dist', 'assets');

/** Until the agency's settings are read, dates are reckoned in UTC. */
const FIRST_CALENDAR = new Calendar({ timeZone: 'UTC', holidays: [] });

/** English words that stand in the tables of lifecycles, policies and roles, under keys a translation can override. */
export function derivedTexts(features: readonly Feature[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { definition } of features.flatMap((feature) => feature.lifecycles)) {
    for (const [state, row] of Object.entries(definition.states)) {
      texts[`lifecycle.${definition.name}.state.${state}`] = (row as { label: string }).label;
    }
    for (const [action, row] of Object.entries(definition.actions)) {
      texts[`lifecycle.${definition.name}.action.${action}`] = row.label;
    }
  }
  return texts;
}

/** Dates as the agency's calendar of the moment writes them. */
function datesOf(database: Database): Pick<DateWords, 'formatDate' | 'formatInstant'> {
  return {
    formatDate: (date, style) => database.currentCalendar.formatDate(date, style),
    formatInstant: (instant) => database.currentCalendar.formatInstant(instant),
  };
}

function providers(parts: PlatformParts): Provider[] {
  const { config, features } = parts;
  return [
    { provide: CONFIG, useValue: config },
    { provide: LOGGER, useValue: parts.logger },
    { provide: FEATURES, useValue: features },
    { provide: Clock, useValue: parts.clock },
    { provide: Policy, useFactory: () => new Policy(features.flatMap((feature) => feature.permissions)) },
    EffectHandlers,
    { provide: Secrets, useFactory: () => openSecrets(config) },
    {
      provide: Texts,
      inject: [Database],
      useFactory: (database: Database) => {
        const texts = Texts.load({ dates: datesOf(database) });
        texts.add(derivedTexts(features));
        return texts;
      },
    },
    {
      provide: Templates,
      inject: [Texts, Database],
      useFactory: async (texts: Texts, database: Database) => {
        const assets = await readAssetManifest(assetsFolder()).catch((error: unknown) => {
          // Pages without their style are of use to no one but the tests of what they say.
          if (config.environment !== 'test') throw error;
          return {};
        });
        return new Templates({ texts, dates: datesOf(database), assets });
      },
    },
    {
      provide: Database,
      inject: [Clock, Policy, EffectHandlers, Secrets],
      useFactory: async (clock: Clock, policy: Policy, effects: EffectHandlers, secrets: Secrets) => {
        const database = new Database(
          {
            url: parts.databaseUrl,
            setRole: parts.setRole,
            entities: features.flatMap((feature) => feature.entities),
            poolSize: config.databasePoolSize,
            readPoolSize: config.readPoolSize,
            secrets,
          },
          clock,
          policy,
          effects,
          FIRST_CALENDAR,
        );
        await database.open();
        return database;
      },
    },
    {
      provide: MENU,
      useValue: features.flatMap((feature) => feature.menu).sort((a, b) => (a.rank ?? 50) - (b.rank ?? 50)),
    },
    Mailer,
    MailDelivery,
    PageWriter,
    PermissionGuard,
    PagesInterceptor,
    UploadsInterceptor,
    FreshInterceptor,
    {
      provide: ErrorsFilter,
      inject: [Texts, PageWriter, PermissionGuard],
      useFactory: (texts: Texts, pages: PageWriter, guard: PermissionGuard) =>
        new ErrorsFilter(texts, pages, guard, parts.logger),
    },
  ];
}

@Global()
@Module({})
export class PlatformModule {
  static with(parts: PlatformParts): DynamicModule {
    const own = providers(parts);
    const exported = own.map((each) => (typeof each === 'function' ? each : each.provide));
    return { module: PlatformModule, providers: own, exports: exported };
  }
}
