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

/** What waits for this person, from every source that may have something for them, all asked at once. */
export async function waitingFor(actor: PersonActor, policy: Policy, sources: readonly TaskSource[]): Promise<Task[]> {
  const asked = sources.filter(({ permissions }) => permissions.some((each) => policy.mightDo(actor, each)));
  return (await Promise.all(asked.map((source) => source.tasks(actor)))).flat();
}
