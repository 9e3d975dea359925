/** Words of sums: stipends and claims are always said with their cents. */
import type { TextParams } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

/** The same values, with amounts as they are written where cents count. */
export function withCents(params: TextParams = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value instanceof Money ? value.format({ cents: true }) : value,
    ]),
  );
}
