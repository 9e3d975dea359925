/** formOfRound: the form that applicants of a round answer; the one that fits every round when none was chosen. */
import type { Queryable } from '../../platform/database/work.js';
import { DEFAULT_FORM, definitionOf, type FormDefinition } from '../forms/index.js';

export interface RoundForm {
  /** Null for the form that fits every round. */
  readonly formVersionId: string | null;
  readonly definition: FormDefinition;
}

export async function formOfRound(
  from: Queryable,
  round: { readonly formVersionId: string | null },
): Promise<RoundForm> {
  const { formVersionId } = round;
  if (formVersionId === null) return { formVersionId, definition: DEFAULT_FORM };
  return { formVersionId, definition: await definitionOf(from, formVersionId) };
}
