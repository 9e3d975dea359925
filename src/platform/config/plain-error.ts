/**
 * plainError: an error as a log may have it. What the database says of a refused row, and what a statement was sent
 * with, are the words of people; which statement and which rule it was is enough to find the fault.
 */
import { stdSerializers } from 'pino';

/** Names under which drivers put values: of parameters, of the row, of where in a statement they stood. */
const VALUES = new Set(['parameters', 'detail', 'where', 'internalQuery', 'driverError', 'dataTypeName']);
/** Errors of the database about a value, which repeat it in their words. */
const ABOUT_A_VALUE = /^22/;
const DEEPEST = 8;

export function plainError(error: Error): Record<string, unknown> {
  const repeated = chainOf(error)
    .filter(isAboutAValue)
    .map(({ message }) => message);
  return withoutValues(stdSerializers.err(error), repeated, 0) as Record<string, unknown>;
}

/** An error, and what it came from. */
function chainOf(error: Error): Error[] {
  const chain: Error[] = [];
  const waiting: unknown[] = [error];
  for (let next = waiting.shift(); next !== undefined && chain.length < DEEPEST; next = waiting.shift()) {
    if (!(next instanceof Error) || chain.includes(next)) continue;
    chain.push(next);
    const { cause, driverError, errors } = next as { cause?: unknown; driverError?: unknown; errors?: unknown };
    waiting.push(...[cause, driverError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])].filter(Boolean));
  }
  return chain;
}

function isAboutAValue(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && ABOUT_A_VALUE.test(code) && error.message !== '';
}

function withoutValues(value: unknown, repeated: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return repeated.reduce(blank, value);
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return value;
  if (Array.isArray(value)) return value.map((each) => withoutValues(each, repeated, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && prototype !== ERROR_PROTOTYPE) return value;
  const kept = Object.entries(value).filter(([name]) => !VALUES.has(name));
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutValues(each, repeated, depth + 1)]));
}

const blank = (text: string, message: string): string =>
  text.replaceAll(message, message.replace(/"[^]*"|'[^]*'/, '"[value]"'));

/** pino's own picture of an error has a prototype of its own. */
const ERROR_PROTOTYPE: unknown = Object.getPrototypeOf(stdSerializers.err(new Error('')));
