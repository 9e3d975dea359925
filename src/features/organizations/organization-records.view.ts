/** The pages for papers, merging and unmasking. */
import type { RefusedForm } from '../../platform/http/visit.js';
import type { FactView, FormView, ListedThings, NoteView, PageHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { Alike } from './organization-alike.js';
import { OrganizationDocumentInput } from './organization-document.input.js';
import type { DocumentLine } from './organization-documents.service.js';
import { MergeInput } from './organization.input.js';
import type { MergePreview } from './organization-merges.service.js';
import type { NamedThing } from './organizations.service.js';
import { plainForm, type PlainFormPage } from './registration.forms.js';
import { UnmaskEinInput } from './registration.input.js';

const hrefOf = ({ id }: NamedThing): string => `/organizations/${id}`;

const crumbs = (texts: Texts, organization: NamedThing): { label: string; href: string }[] => [
  { label: texts.t('organization.list.title'), href: '/organizations' },
  { label: organization.name, href: hrefOf(organization) },
];

/** A new paper, or one that takes the place of another of its kind. */
export function documentForm(
  organization: NamedThing,
  replaces: DocumentLine | undefined,
  texts: Texts,
  refused: RefusedForm | undefined,
): PlainFormPage {
  const kind = replaces === undefined ? '' : texts.t(`organization_document.field.kind.${replaces.kind}`);
  const fields = ['fileId', 'issuedOn', 'expiresOn', 'note'];
  const href = hrefOf(organization);
  return plainForm(OrganizationDocumentInput, texts, refused, {
    action: `${href}/add-document`,
    title:
      replaces === undefined ? texts.t('organization_document.add') : texts.t('organization_document.renew', { kind }),
    crumbs: crumbs(texts, organization),
    lead: texts.t('organization_document.lead'),
    submit: texts.t('organization_document.submit'),
    cancel: { label: texts.t('organization.cancel'), href },
    only: replaces === undefined ? ['kind', ...fields] : fields,
    hidden:
      replaces === undefined
        ? []
        : [
            { name: 'kind', value: replaces.kind },
            { name: 'replacesId', value: replaces.id },
          ],
    overrides: { kind: { kind: 'radios' } },
  });
}

export interface MergePageView {
  readonly title: string;
  readonly head: PageHead;
  readonly alike?: ListedThings;
  readonly noneAlike?: string;
  readonly choose?: FormView;
  readonly facts?: { readonly items: readonly FactView[] };
  readonly happens?: readonly string[] | false;
  readonly blocked?: NoteView;
  readonly form?: FormView;
}

/** First step: which other record is the one that is left. */
export function mergeChoicePage(
  organization: NamedThing,
  alike: readonly Alike[],
  all: readonly NamedThing[],
  texts: Texts,
): MergePageView {
  const t = (key: string): string => texts.t(key);
  const title = texts.t('organization.merge.title', { name: organization.name });
  return {
    title,
    head: { crumbs: crumbs(texts, organization), title, lead: t('organization.merge.lead') },
    noneAlike: alike.length === 0 ? t('organization.merge.none_alike') : undefined,
    alike: {
      items: alike.map(({ id, name, city, by }) => ({
        title: name,
        href: `${hrefOf(organization)}/merge?into=${id}`,
        note: [city, ...by.map((each) => t(`organization.alike_by.${each}`))].filter(Boolean).join(' · '),
      })),
    },
    choose: {
      action: `${hrefOf(organization)}/merge`,
      fields: fieldViews(MergeInput, texts, {
        only: ['intoId'],
        choices: {
          intoId: all.filter(({ id }) => id !== organization.id).map(({ id, name }) => ({ value: id, label: name })),
        },
        overrides: { intoId: { name: 'into' } },
      }),
      submit: t('organization.merge.look'),
      secondary: true,
    },
  };
}

/** Second step: what will happen, and the button. */
export function mergePage(preview: MergePreview, texts: Texts, refused: RefusedForm | undefined): MergePageView {
  const { from, into, filled, blockers } = preview;
  const t = (key: string, params?: Readonly<Record<string, unknown>>): string => texts.t(key, params);
  const title = t('organization.merge.into', { from: from.name, into: into.name });
  const fields = filled.map((field) => t(`organization.merge.field.${field}`)).join(', ');
  return {
    title,
    head: {
      crumbs: crumbs(texts, from),
      title,
      lead: blockers.length === 0 ? t('organization.merge.into.lead') : undefined,
    },
    facts: {
      items: [from, into].map((side, index) => ({
        label: t(index === 0 ? 'organization.merge.goes' : 'organization.merge.stays'),
        link: { label: side.name, href: hrefOf(side) },
        note: [side.city, t('organization.merge.members', { count: side.members })].filter(Boolean).join(' · '),
      })),
    },
    happens: blockers.length === 0 && [
      t('organization.merge.people'),
      ...(filled.length === 0 ? [] : [t('organization.merge.filled', { fields, into: into.name })]),
      t('organization.merge.history', { from: from.name }),
      t('organization.merge.new', { into: into.name }),
    ],
    blocked:
      blockers.length === 0
        ? undefined
        : {
            tone: 'rust',
            title: t('organization.merge.blocked'),
            items: blockers.map((blocker) => texts.sentence(blocker)),
            link: { label: t('organization.merge.other'), href: `${hrefOf(from)}/merge` },
          },
    form:
      blockers.length > 0
        ? undefined
        : {
            action: `${hrefOf(from)}/merge`,
            fields: fieldViews(MergeInput, texts, { only: ['note'], refused, overrides: { note: { rows: 3 } } }),
            hidden: [{ name: 'intoId', value: into.id }],
            submit: t('organization.merge.submit'),
            cancel: { label: t('organization.cancel'), href: hrefOf(from) },
            errors: errorItems(texts, refused),
          },
  };
}

export function unmaskForm(
  organization: NamedThing & { readonly ein?: string | null },
  texts: Texts,
  refused: RefusedForm | undefined,
): PlainFormPage {
  const href = hrefOf(organization);
  return plainForm(UnmaskEinInput, texts, refused, {
    action: `${href}/unmask-ein`,
    title: texts.t('organization.unmask.title', { name: organization.name }),
    crumbs: crumbs(texts, organization),
    lead: texts.t('organization.unmask.lead'),
    submit: texts.t('organization.unmask.submit'),
    cancel: { label: texts.t('organization.cancel'), href },
    overrides: { reason: { rows: 3 } },
  });
}

export interface UnmaskedView {
  readonly title: string;
  readonly head: PageHead;
  readonly facts: { readonly items: readonly FactView[] };
  readonly back: { readonly label: string; readonly href: string };
}

export function unmaskedPage(organization: NamedThing, ein: string, texts: Texts): UnmaskedView {
  const title = texts.t('organization.unmask.shown', { name: organization.name });
  return {
    title,
    head: { crumbs: crumbs(texts, organization), title, lead: texts.t('organization.unmask.shown.lead') },
    facts: { items: [{ label: texts.t('organization.field.ein'), value: ein, strong: true }] },
    back: { label: texts.t('organization.unmask.back'), href: hrefOf(organization) },
  };
}
