/** The page a certifier signs on: what is sent, what they sign, their name; or what is still missing. */
import type { RefusedForm } from '../../platform/http/visit.js';
import type { Sentence } from '../../kernel/errors.js';
import { say } from '../../platform/http/problem.js';
import type { FormView, NoteView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { ApplicationSummary } from './application-reads.js';
import { wordsMark } from './certifier.certification.js';
import { SubmitInput } from './certifier.input.js';
import { waitsForPartner } from './partner.rules.js';
import { crumbs } from './partner.view.js';

type View = { title: string } & Record<string, unknown>;

export interface SignParts {
  readonly application: ApplicationSummary;
  readonly certification: string;
  readonly blockers: readonly Sentence[];
  readonly due: string;
  readonly name?: string;
  readonly refused?: RefusedForm;
}

export function signPage(texts: Texts, { application, certification, blockers, due, name, refused }: SignParts): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const href = `/applications/${application.id}`;
  const title = t('certify.title', { title: application.title });
  const { organizationName: organization, roundName: round, requested } = application;
  const form: FormView = {
    action: `${href}/submit`,
    fields: fieldViews(SubmitInput, texts, {
      ...{ refused, only: ['signedName', 'signedTitle', 'agreed'], values: { signedName: name } },
      overrides: {
        signedName: { autocomplete: 'name' },
        signedTitle: { autocomplete: 'organization-title' },
        agreed: { label: t('application.field.agreed_for', { organization }) },
      },
    }),
    submit: t('certify.submit'),
    cancel: { label: t('certify.later'), href },
    errors: errorItems(texts, refused),
    hidden: [
      { name: 'version', value: String(application.version) },
      { name: 'wordsShown', value: wordsMark(certification) },
    ],
  };
  return {
    title,
    head: { crumbs: crumbs(texts, application), title, lead: t('certify.lead', { round, due }) },
    note: missingNote(texts, blockers, href),
    sections: [
      {
        title: t('certify.section.what'),
        facts: {
          items: [
            { label: t('application.field.title'), value: application.title },
            { label: t('application.field.organization'), value: organization },
            ...(requested.isPositive ? [{ label: t('application.field.requested'), value: requested.format() }] : []),
          ],
        },
      },
      { title: t('certify.section.words'), text: certification, ...(blockers.length === 0 && { form }) },
    ],
  };
}

function missingNote(texts: Texts, blockers: readonly Sentence[], href: string): NoteView | undefined {
  if (blockers.length === 0) return undefined;
  const isLate = blockers.some(({ code }) => code === 'application.too_late');
  const back = blockers.every(waitsForPartner)
    ? { label: texts.t('application.send.ask_partners'), href: `${href}/confirmations` }
    : { label: texts.t('certify.back'), href };
  return {
    tone: 'gold',
    title: texts.t(isLate ? 'certify.late' : 'certify.missing'),
    ...(isLate && { text: texts.t('certify.late.text') }),
    items: blockers.map((each) => say(texts, each)),
    link: isLate ? { label: texts.t('extension.ask'), href: `${href}/more-time` } : back,
  };
}
