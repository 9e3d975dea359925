/**
 * Lets plain Node run our TypeScript: specs, what jest runs before them, the processes that fault tests start and kill,
 * and programs such as the measures.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync, version } from '@swc/core';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/granary-typescript', import.meta.url));
/** Raised when the settings below change: what was compiled before is then compiled again. */
const VERSION = `1 ${version}`;

/** A spec asks jest's package for jest's functions; that package works in jest's own runner alone. */
const GLOBALS = new URL('./jest-globals.mjs', import.meta.url).href;

export async function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return { url: GLOBALS, format: 'module', shortCircuit: true };
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.startsWith('file:')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  const path = url.split('?')[0];
  if (!path.startsWith('file:') || !path.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(path);
  return { format: 'module', source: compiled(filename, readFileSync(filename, 'utf8')), shortCircuit: true };
}

/** Compiled once: each size of test starts workers of its own, and all of them load the same. */
function compiled(filename, text) {
  const kept = join(CACHE, createHash('sha256').update(`${VERSION}\n${filename}\n${text}`).digest('hex'));
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const { code } = transformSync(text, {
    filename,
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'es6' },
  });
  mkdirSync(CACHE, { recursive: true });
  // Two may write the same at once, and nobody may read half of it.
  const half = `${kept}.${process.pid}`;
  writeFileSync(half, code);
  renameSync(half, kept);
  return code;
}
