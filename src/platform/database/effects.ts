/** Which feature carries out which kind of effect; features register at start, so the platform knows none of them. */
import type { Effect } from '../../kernel/lifecycle.js';
import type { EffectSink, Work } from './work.js';

export type EffectHandler<E extends Effect = Effect> = (work: Work, effects: readonly E[]) => Promise<void>;

export class EffectHandlers implements EffectSink {
  private readonly handlers = new Map<string, EffectHandler>();

  register<E extends Effect>(kind: E['kind'], handler: EffectHandler<E>): void {
    if (this.handlers.has(kind)) throw new Error(`Effect ${kind} has two handlers`);
    this.handlers.set(kind, handler as unknown as EffectHandler);
  }

  async apply(work: Work, effects: readonly Effect[]): Promise<void> {
    const kinds = [...new Set(effects.map((effect) => effect.kind))];
    for (const kind of kinds) {
      const handler = this.handlers.get(kind);
      if (handler === undefined) throw new Error(`Effect ${kind} has no handler`);
      await handler(
        work,
        effects.filter((effect) => effect.kind === kind),
      );
    }
  }
}
