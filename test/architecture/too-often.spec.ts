/** Whoever is told to come again later is told when: only one builder answers 429, and it cannot do without the minutes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { tooOften } from '../../src/kernel/errors.js';

const SOURCE = join(import.meta.dirname, '../../src');

it('every 429 says when to try again', () => {
  const answering = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && /status(?:\(|: )429/.test(readFileSync(join(SOURCE, path), 'utf8')))
    .map((path) => path.replaceAll('\\', '/'));
  expect(answering).toEqual(['kernel/errors.ts']);
  const refused = tooOften('session.wait', 61);
  expect([refused.status, refused.retryAfterSeconds, refused.params]).toEqual([429, 3660, { minutes: 61, hours: 2 }]);
});
