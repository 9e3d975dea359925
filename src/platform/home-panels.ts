/** Home panels: what a feature shows beside the things to do, to those whose work it is. */
import type { PersonActor } from '../kernel/actor.js';
import type { Policy } from '../kernel/policy.js';
import type { BarListView, ListedThings, ProgressCard, SectionHead, TimelineView } from './pages/components.js';
import type { TableView } from './pages/tables.js';
import { orNothing, type SourceFailed } from './tasks.js';

export interface HomePanel {
  /** main: under the things to do; aside: beside them. */
  readonly place: 'main' | 'aside';
  readonly head: SectionHead;
  /** A sentence for the line under the page's title. */
  readonly headline?: string;
  // What it shows: one of these, or nothing when the head says it all.
  readonly table?: TableView;
  readonly bars?: BarListView;
  readonly timeline?: TimelineView;
  readonly listed?: ListedThings;
  readonly progress?: ProgressCard;
}

export abstract class HomePanelSource {
  /** Whoever can never do any of these is shown nothing, and nothing is asked for them. */
  abstract readonly permissions: readonly string[];

  abstract panels(actor: PersonActor): Promise<HomePanel[]>;
}

/** The panels of this person, in the order of their sources, all asked at once; failures as with `waitingFor`. */
export async function panelsFor(
  actor: PersonActor,
  policy: Policy,
  sources: readonly HomePanelSource[],
  onFailure?: SourceFailed,
): Promise<HomePanel[]> {
  const asked = sources.filter(({ permissions }) => permissions.some((each) => policy.mightDo(actor, each)));
  return (await Promise.all(asked.map((source) => orNothing(source, () => source.panels(actor), onFailure)))).flat();
}
