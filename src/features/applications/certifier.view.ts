/** The page a certifier signs on: what is sent, what they sign, their name; or what is still missing. */
import type { RefusedForm } from '../../platform/http/visit.js';
import { say } from '../../platform/http/problem.js';
import type { FactView, FormView, ListedThing, NoteView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { ApplicationSummary } from './application-reads.js';
import { wordsMark } from './certifier.certification.js';
import { SubmitInput } from './certifier.input.js';
import type { Mending } from './application.mending.js';
import type { Progress } from './answer-progress.js';
import type { PartnerLine } from './partner.reads.js';
import { partnerWords, waitsForPartner } from './partner.rules.js';
import { crumbs } from './partner.view.js';

type View = { title: string } & Record<string, unknown>;

export interface SignParts {
  readonly application: ApplicationSummary;
  readonly certification: string;
  /** What it still misses, each with where it is mended. */
  readonly lacks: readonly Mending[];
  readonly partners: readonly PartnerLine[];
  readonly sections: Pick<Progress, 'finished' | 'sections'>;
  /** With its zone. */
  readonly due: string;
  readonly name?: string;
  readonly refused?: RefusedForm;
}

export function signPage(texts: Texts, parts: SignParts): View {
  const { application, partners, certification, lacks, due, name, refused } = parts;
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const href = `/applications/${application.id}`;
  const title = t('certify.title', { title: application.title });
  const { organizationName: organization, roundName: round } = application;
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
    head: {
      ...{ crumbs: crumbs(texts, application), title, lead: t('certify.lead', { round, due }) },
      actions: [{ label: t('certify.read'), href: `${href}/print` }],
    },
    note: missingNote(texts, lacks, href, refused !== undefined),
    sections: [
      {
        ...{ title: t('certify.section.what'), facts: { items: summaryFacts(texts, parts) } },
        documents: { items: [{ title: t('certify.read_pdf'), href: `${href}/pdf`, note: t('certify.read_pdf.note') }] },
      },
      ...(partners.length === 0
        ? []
        : [
            {
              title: t('application.section.partners'),
              people: { items: partners.map((each) => partnerItem(texts, each)) },
            },
          ]),
      { title: t('certify.section.words'), text: certification, ...(lacks.length === 0 && { form }) },
    ],
  };
}

/** What is signed in a few lines, for who did not write it: whose, to what, how much, how far, by when. */
function summaryFacts(texts: Texts, { application, sections, due }: SignParts): FactView[] {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { title, organizationName, roundName, requested } = application;
  const done = t('application.panel.done', { finished: sections.finished, count: sections.sections.length });
  return [
    { label: t('application.field.title'), value: title },
    { label: t('application.field.organization'), value: organizationName },
    { label: t('application.field.round'), value: roundName },
    ...(requested.isPositive ? [{ label: t('application.field.requested'), value: requested.format() }] : []),
    { label: t('certify.sections'), value: done },
    { label: t('certify.due'), value: due },
  ];
}

function partnerItem(texts: Texts, partner: PartnerLine): ListedThing {
  const stands = texts.t(`partner.state.${partner.state}`);
  return { title: partner.name, note: `${partnerWords((key, params) => texts.t(key, params), partner)}. ${stands}` };
}

/** So many reasons are told at once; the application says all of them, section by section. */
const MOST_LACKS = 12;

function missingNote(texts: Texts, lacks: readonly Mending[], href: string, status: boolean): NoteView | undefined {
  if (lacks.length === 0) return undefined;
  const item = ({ sentence, href: place }: Mending): { text: string; href?: string } => ({
    ...{ text: say(texts, sentence), href: place },
  });
  const late = lacks.find(({ sentence }) => sentence.code === 'application.too_late');
  if (late !== undefined) {
    const text = `${say(texts, late.sentence)} ${texts.t('certify.late.text')}`;
    const link = { label: texts.t('extension.ask'), href: `${href}/more-time` };
    return { tone: 'gold', title: texts.t('certify.late'), text, link, status };
  }
  const rest = lacks.length - MOST_LACKS;
  const more = rest > 0 ? [{ text: texts.t('answer.lacks.more', { count: rest }), href }] : [];
  const link = lacks.every(({ sentence }) => waitsForPartner(sentence))
    ? { label: texts.t('application.send.ask_partners'), href: `${href}/confirmations` }
    : { label: texts.t('certify.back'), href };
  const items = [...lacks.slice(0, MOST_LACKS).map(item), ...more];
  return { tone: 'gold', title: texts.t('certify.missing'), items, link, status };
}
