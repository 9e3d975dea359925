/**
 * createLogger: one JSON line per event on standard output, with everything that could let a reader in blanked out.
 *
 * Keys are matched by name at any depth, because what is logged is often an object somebody else put together; logins
 * inside addresses are blanked in the finished line, because they hide in messages of errors.
 */
import { pino, stdSerializers } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import type { LogLevel } from './config.js';
import { plainError } from './plain-error.js';

export type Logger = PinoLogger;

const SECRET_KEY = /pass(?:word|phrase|code)|^pass$|secret|token|cookie|authorization|api_?key|credential/i;
const LOGIN_IN_ADDRESS = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/gi;
const SECRET_TEXT = new RegExp(`"([^"\\\\]*(?:${SECRET_KEY.source})[^"\\\\]*)":"(?:[^"\\\\]|\\\\.)*"`, 'gi');
const DEEPEST = 8;
const REDACTED = '[redacted]';

export function createLogger(settings: { readonly logLevel: LogLevel }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: settings.logLevel,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (event) => withoutSecrets(event) as Record<string, unknown>,
      },
      serializers: { err: blankError, error: blankError },
      hooks: { streamWrite: blankLine },
    },
    ...(destination === undefined ? [] : [destination]),
  );
}

/**
 * Where requests that were turned away are told of: in production also by a log that leaves out what is only told, since
 * whoever watches over an installation learns of guessing there. A silent log stays silent.
 */
export function watchLog(
  logger: Logger,
  settings: { readonly production: boolean; readonly logLevel: LogLevel },
): Logger {
  const isKept = settings.production && settings.logLevel !== 'silent';
  return isKept ? logger.child({}, { level: 'info' }) : logger;
}

/** An error that nobody caught ends the process, as ever; its last words are a line of the log, without anybody's values. */
export function logLastWords(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'the process ends: nobody caught an error');
    process.exit(1);
  });
}

/** What the walk does not see: fields bound to a child logger, and logins inside addresses. */
function blankLine(line: string): string {
  return line.replace(SECRET_TEXT, `"$1":"${REDACTED}"`).replace(LOGIN_IN_ADDRESS, `$1:${REDACTED}@`);
}

function blankError(value: unknown): unknown {
  return value instanceof Error ? withoutSecrets(plainError(value)) : withoutSecrets(value);
}

function withoutSecrets(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) {
    return depth >= DEEPEST ? '[deep]' : value.map((item) => withoutSecrets(item, depth + 1));
  }
  // Only plain objects are walked: errors have their own serializer, and Money or Date say themselves what they are.
  if (!isPlainObject(value)) return value;
  if (depth >= DEEPEST) return '[deep]';
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) ? REDACTED : withoutSecrets(item, depth + 1),
    ]),
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === stdErrorPrototype;
}

/** pino's own picture of an error has a prototype of its own; it is walked like a plain object. */
const stdErrorPrototype: unknown = Object.getPrototypeOf(stdSerializers.err(new Error('')));
