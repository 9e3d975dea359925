/** Things to do: what a feature puts on the home pages of those who can do it. */
import type { PersonActor } from '../kernel/actor.js';

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
  /** What waits for this person now. */
  abstract tasks(actor: PersonActor): Promise<Task[]>;
}
