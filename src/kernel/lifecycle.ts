/**
 * Lifecycle: the states of one kind of thing and the actions between them, as one data table keyed by action. Service,
 * API answer, page buttons, documentation's diagrams, the CHECK on the column and one shared test read it.
 */
import type { Sentence } from './errors.js';
import type { Money } from './money.js';

/** What a state's tag looks like: ring gray, dot blue, clock gold, tick green, triangle rust. */
export type Tone = 'idle' | 'moving' | 'waiting' | 'done' | 'attention';

export interface StateRow {
  /** The word staff read. */
  readonly label: string;
  /** The word applicants and participants read, where it differs. */
  readonly publicLabel?: string;
  readonly tone: Tone;
  /** A state that is meant to have no way out. */
  readonly final?: boolean;
}

/** Something that follows from a step; the feature that owns the kind registers a handler for it at start. */
export interface Effect {
  readonly kind: string;
}

export interface StepContext<Input> {
  readonly input: Input;
  /** When the step is taken. */
  readonly now: Date;
}

export interface ActionRow<State extends string, Subject, Input = unknown> {
  readonly from: readonly State[];
  /** The state afterwards; the same as before for an action that only records something. */
  readonly to: State | 'same';
  /** The verb on the button. */
  readonly label: string;
  readonly permission: string;
  /** Tells what is still missing, each as a sentence that names who can mend it. Empty when the way is free. */
  readonly blockers?: (subject: Subject) => readonly Sentence[];
  /**
   * Why this one person may not, whatever their roles: they prepared what they would release, or they are no signatory.
   * Nothing when they may. The button shows the sentence instead; the step itself is refused as forbidden.
   */
  readonly barredFor?: (subject: Subject, personId: string) => Sentence | undefined;
  /** What it comes to, for those who may approve only up to an amount. */
  readonly amount?: (subject: Subject) => Money;
  /** What follows: ledger transfers, documents, news. Pure. */
  readonly effects?: (subject: Subject, context: StepContext<Input>) => readonly Effect[];
  /** The action needs a note that says why (corrections, refusals). */
  readonly needsNote?: boolean;
  /** Taken by the system or by another use case only: never a button. */
  readonly internal?: boolean;
}

export interface LifecycleDefinition<State extends string, Subject> {
  /** The noun, in the singular, as in permissions and codes: `source`. */
  readonly name: string;
  readonly initial: State;
  readonly states: Readonly<Record<State, StateRow>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each action has an input of its own
  readonly actions: Readonly<Record<string, ActionRow<State, Subject, any>>>;
}

export interface OpenAction {
  readonly name: string;
  readonly label: string;
  readonly permission: string;
  readonly blockers: readonly Sentence[];
  readonly needsNote: boolean;
}

export class Lifecycle<State extends string = string, Subject = unknown> {
  constructor(readonly definition: LifecycleDefinition<State, Subject>) {}

  get name(): string {
    return this.definition.name;
  }

  get states(): readonly State[] {
    return Object.keys(this.definition.states) as State[];
  }

  /** The CHECK that the column carries. */
  get check(): string {
    return `"state" IN (${this.states.map((state) => `'${state}'`).join(', ')})`;
  }

  action(name: string): ActionRow<State, Subject> {
    const action = Object.hasOwn(this.definition.actions, name) ? this.definition.actions[name] : undefined;
    if (action === undefined) throw new Error(`Lifecycle ${this.name} has no action ${name}`);
    return action;
  }

  /** The actions whose edge starts at this state, with what still blocks each. */
  openActions(state: State, subject: Subject): readonly OpenAction[] {
    return Object.entries(this.definition.actions)
      .filter(([, action]) => action.from.includes(state) && !action.internal)
      .map(([name, action]) => ({
        name,
        label: action.label,
        permission: action.permission,
        blockers: action.blockers?.(subject) ?? [],
        needsNote: action.needsNote ?? false,
      }));
  }

  /** What is wrong with the table itself: states nobody reaches or leaves. Empty when it is sound. */
  defects(): readonly string[] {
    const { actions, initial, states } = this.definition;
    const rows = Object.values(actions);
    const reached = new Set<State>([initial]);
    for (let grew = true; grew;) {
      const before = reached.size;
      for (const row of rows) {
        if (row.to !== 'same' && row.from.some((from) => reached.has(from))) reached.add(row.to);
      }
      grew = reached.size > before;
    }
    const problems: string[] = [];
    for (const state of this.states) {
      const leaves = rows.some((row) => row.from.includes(state) && row.to !== 'same' && row.to !== state);
      const final = states[state].final === true;
      if (!reached.has(state)) problems.push(`${this.name}: nothing leads to ${state}`);
      if (!final && !leaves) problems.push(`${this.name}: nothing leads out of ${state}`);
      if (final && leaves) problems.push(`${this.name}: ${state} is final yet something leads out of it`);
    }
    return problems;
  }
}

export function defineLifecycle<State extends string, Subject>(
  definition: LifecycleDefinition<State, Subject>,
): Lifecycle<State, Subject> {
  return new Lifecycle(definition);
}
