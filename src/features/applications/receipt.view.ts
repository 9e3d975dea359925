/** The receipt of an application on a page: number, time to the second, fingerprint, who signed, and its PDF. */
import type { Calendar } from '../../kernel/calendar.js';
import type { FactView, ListedThings } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { DocumentView } from '../documents/index.js';
import type { ApplicationSummary } from './application-reads.js';
import { crumbs } from './partner.view.js';
import type { SubmissionView } from './receipt.service.js';

type View = { title: string } & Record<string, unknown>;

export function receiptPage(
  texts: Texts,
  calendar: Calendar,
  application: Pick<ApplicationSummary, 'id' | 'title' | 'roundName'>,
  submissions: readonly SubmissionView[],
  documents: ReadonlyMap<string, readonly DocumentView[]>,
): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const [latest, ...earlier] = submissions;
  const title = t('receipt.title', { receiptNumber: latest?.receiptNumber });
  const factsOf = (submission: SubmissionView): FactView[] => [
    { label: t('receipt.field.number'), value: submission.receiptNumber, strong: true },
    { label: t('receipt.field.received'), value: calendar.formatDeadline(submission.arrivedAt) },
    { label: t('receipt.field.instant'), value: submission.arrivedAt.toISOString() },
    { label: t('receipt.field.fingerprint'), value: submission.fingerprint },
    { label: t('receipt.field.certifier'), value: certifierOf(submission) },
  ];
  const papers = (submission: SubmissionView): ListedThings => ({
    items: (documents.get(submission.id) ?? []).map((document) => ({ title: document.title, href: document.url })),
  });
  return {
    title,
    head: {
      crumbs: crumbs(texts, application),
      title,
      lead: t('receipt.lead', { round: application.roundName }),
      actions: [{ label: t('receipt.see_application'), href: `/applications/${application.id}` }],
    },
    sections: [
      ...(latest === undefined
        ? []
        : [
            { title: t('receipt.section.this'), facts: { items: factsOf(latest), wide: true } },
            {
              title: t('receipt.section.pdf'),
              ...(papers(latest).items.length > 0 ? { documents: papers(latest) } : { text: t('receipt.pdf_soon') }),
            },
            { title: t('receipt.section.certification'), text: latest.certification },
          ]),
      ...earlier.map((submission) => ({
        title: t('receipt.section.earlier', { number: submission.number }),
        facts: { items: factsOf(submission), wide: true },
        documents: papers(submission),
      })),
    ],
  };
}

const certifierOf = ({ certifierName, certifierTitle }: SubmissionView): string =>
  certifierTitle === null ? certifierName : `${certifierName}, ${certifierTitle}`;
