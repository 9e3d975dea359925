/** The sections an application is written in, and in which of them what is missing is mended. Pure. */
import type { Sentence } from '../../kernel/errors.js';

export const SECTIONS = ['summary', 'budget', 'partners'] as const;

export type ApplicationSection = (typeof SECTIONS)[number];

const SECTION_OF: Readonly<Record<string, ApplicationSection>> = {
  'application.needs_summary': 'summary',
  'application.summary_long': 'summary',
  'application.districts_not_whole': 'summary',
  'application.needs_amount': 'budget',
  'application.below_floor': 'budget',
  'application.over_ceiling': 'budget',
  'application.budget_differs': 'budget',
  'application.partners_over': 'partners',
};

/** What is missing in a section; for `undefined`, what no section can mend. */
export function missingIn(missing: readonly Sentence[], section: ApplicationSection | undefined): Sentence[] {
  return missing.filter(({ code }) => SECTION_OF[code] === section);
}
