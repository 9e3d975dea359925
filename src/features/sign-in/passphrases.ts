/**
 * Passphrases: argon2id, by the figures of the OWASP cheat sheet (19 MiB, two passes, one lane). At most four are worked
 * at once, so that many who sign in together do not take the memory and the processors of everything else.
 */
import { hash, verify } from '@node-rs/argon2';
import { unavailable } from '../../kernel/errors.js';
import { normalizePassphrase } from './passphrase.rules.js';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const MOST_AT_ONCE = 4;
const MOST_WAITING = 100;

/** Lets so many in at once; the others wait in the order they came, and are sent away when the line is long. */
export class Gate {
  private inside = 0;
  private readonly line: (() => void)[] = [];

  constructor(
    private readonly mostInside: number,
    private readonly mostWaiting: number,
  ) {}

  async through<T>(run: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await run();
    } finally {
      const next = this.line.shift();
      // Whoever is next takes the place that is left.
      if (next === undefined) this.inside -= 1;
      else next();
    }
  }

  private async enter(): Promise<void> {
    if (this.inside < this.mostInside) {
      this.inside += 1;
      return;
    }
    if (this.line.length >= this.mostWaiting) throw unavailable('service.busy', { retryAfterSeconds: 5 });
    await new Promise<void>((resolve) => this.line.push(resolve));
  }
}

const gate = new Gate(MOST_AT_ONCE, MOST_WAITING);

/** A hash of no passphrase at all: compared with when there is no account, so that both answers take as long. */
let dummy: Promise<string> | undefined;

export function hashPassphrase(passphrase: string): Promise<string> {
  return gate.through(() => hash(normalizePassphrase(passphrase), COST));
}

/** Compares with the stored hash, or with one that nothing fits when there is none. */
export async function fitsPassphrase(stored: string | null, passphrase: string): Promise<boolean> {
  dummy ??= hash(crypto.randomUUID(), COST);
  const against = stored ?? (await dummy);
  const fits = await gate.through(() => verify(against, normalizePassphrase(passphrase)));
  return fits && stored !== null;
}
