/** Pure: where each reason is mended for which an application cannot be sent: its question, or the page that is for it. */
import type { Sentence } from '../../kernel/errors.js';
import { generalBlockers, type Progress } from './answer-progress.js';
import type { ApplicationSummary } from './application-reads.js';
import { waitsForPartner } from './partner.rules.js';

export interface Mending {
  readonly sentence: Sentence;
  readonly href?: string;
}

export interface Mended extends Pick<ApplicationSummary, 'id' | 'roundId' | 'organizationId'> {
  /** Who looks is of the organization, and not only asked to this one application. */
  readonly isMember: boolean;
}

/** The place of a question on the page of its section. */
export const questionAnchor = (key: string): string => `question-${key}`;

/** Section by section, then what no section can mend: the time, who may lead, who must confirm, who signs. */
export function mendings(application: Mended, progress: Progress, blockers: readonly Sentence[]): Mending[] {
  const path = `/applications/${application.id}`;
  const inSections = progress.sections.flatMap((section) =>
    section.missing.map(({ questionKey, sentence }) => ({
      sentence,
      href: `${path}/sections/${section.key}?check=1#${questionAnchor(questionKey)}`,
    })),
  );
  const others = generalBlockers(blockers).map((sentence) => ({ sentence, href: pageFor(application, sentence) }));
  return [...inSections, ...others];
}

/** Where it is mended that no section can; nothing where only time can. */
export function pageFor({ id, roundId, organizationId, isMember }: Mended, sentence: Sentence): string | undefined {
  const path = `/applications/${id}`;
  if (waitsForPartner(sentence)) return `${path}/confirmations`;
  switch (sentence.code) {
    case 'application.assisted_unconfirmed':
      return `${path}/assisted`;
    case 'application.too_late':
      return `${path}/more-time`;
    case 'application.certifier_only':
    case 'application.writer_may_not_certify':
      return isMember ? `/organizations/${organizationId}` : undefined;
    case 'application.may_not_lead':
    case 'application.not_open_yet':
      return `/funding/${roundId}`;
    case 'application.fix_over':
      return `${path}#messages`;
    default:
      return undefined;
  }
}
