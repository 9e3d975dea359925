/** Things to do: what a feature puts on the home pages of those who can do it. */
import type { PersonActor } from '../kernel/actor.js';
import type { Policy } from '../kernel/policy.js';

export interface Task {
  /** 'YYYY-MM-DD' by when, if there is a day. */
  readonly dueOn?: string;
  readonly title: string;
  /** One sentence: who must do what, and what waits on it. */
  readonly text: string;
  readonly href: string;
  /** The word on the button. */
  readonly button: string;
}

export abstract class TaskSource {
  /** Whoever can never do any of these has nothing waiting here, and is not asked about. */
  abstract readonly permissions: readonly string[];

  /** What waits for this person now. */
  abstract tasks(actor: PersonActor): Promise<Task[]>;
}

/**
 * What waits for this person, from every source that may have something for them, all asked at once. A source that
 * fails is left out and told of where somebody wants to hear it; else its failure is the whole's.
 */
export async function waitingFor(
  actor: PersonActor,
  policy: Policy,
  sources: readonly TaskSource[],
  onFailure?: SourceFailed,
): Promise<Task[]> {
  const asked = sources.filter(({ permissions }) => permissions.some((each) => policy.mightDo(actor, each)));
  return (await Promise.all(asked.map((source) => orNothing(source, () => source.tasks(actor), onFailure)))).flat();
}

/** Hears which source of a home page failed, and why. */
export type SourceFailed = (source: object, error: unknown) => void;

export async function orNothing<T>(
  source: object,
  read: () => Promise<T[]>,
  onFailure: SourceFailed | undefined,
): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (onFailure === undefined) throw error;
    onFailure(source, error);
    return [];
  }
}
