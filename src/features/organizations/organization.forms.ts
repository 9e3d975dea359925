/** The forms of organizations: with what is stored or was typed, and what is wrong with it. */
import type { RefusedForm } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ErrorItem, FieldView, HiddenView, LinkView, PageHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import { ExclusionCheckInput, MemberInput, OrganizationContactInput, OrganizationInput } from './organization.input.js';
import type { PersonMatch } from './organization-members.service.js';
import { listLink } from './organization.view.js';
import type { NamedThing, OrganizationDetail } from './organizations.service.js';

export interface GroupedForm {
  readonly action: string;
  readonly groups: readonly {
    readonly title: string;
    readonly fields: readonly (FieldView | readonly FieldView[])[];
  }[];
  readonly area?: ServiceAreaView;
  readonly hidden: readonly HiddenView[];
  readonly submit: string;
  readonly cancel: LinkView;
  readonly errors?: readonly ErrorItem[];
}

/** The districts as boxes to tick; each sends the id of its district in a line of its own. */
export interface ServiceAreaView {
  readonly legend: string;
  readonly hint: string;
  readonly error?: string;
  readonly boxes: readonly {
    readonly name: string;
    readonly value: string;
    readonly label: string;
    readonly chosen: boolean;
  }[];
}

export interface FormPageView {
  readonly title: string;
  readonly head: PageHead;
  readonly form: GroupedForm;
}

export interface FormChoices {
  readonly districts: readonly NamedThing[];
  readonly sponsors: readonly NamedThing[];
  readonly schoolDistricts: readonly NamedThing[];
}

const GROUPS: readonly { key: string; fields: readonly (string | readonly string[])[] }[] = [
  { key: 'who', fields: ['name', 'legalName', 'kind', 'districtOrganizationId', 'einAnswer', ['ein', 'uei']] },
  { key: 'money', fields: ['annualBudget', 'fiscalSponsorId', 'fiscalSponsorName'] },
  { key: 'contact', fields: ['contactName', ['contactTelephone', 'contactAddress']] },
  { key: 'address', fields: ['addressLine1', 'addressLine2', 'city', ['state', 'zip']] },
  { key: 'staff', fields: ['mailDomains', 'note'] },
];
const CONTACT_GROUPS: typeof GROUPS = [
  { key: 'contact', fields: ['contactName', ['contactTelephone', 'contactAddress']] },
  { key: 'address', fields: ['addressLine1', 'addressLine2', 'city', ['state', 'zip']] },
  { key: 'numbers', fields: ['einAnswer', ['ein', 'uei'], 'fiscalSponsorName'] },
  { key: 'money', fields: ['annualBudget'] },
];

/** The form of a new organization or of one that is there. */
export function organizationForm(
  detail: OrganizationDetail | undefined,
  choices: FormChoices,
  refused: RefusedForm | undefined,
  texts: Texts,
): FormPageView {
  const id = detail?.organization.id;
  const without = (things: readonly NamedThing[]): { value: string; label: string }[] =>
    things.filter((thing) => thing.id !== id).map((thing) => ({ value: thing.id, label: thing.name }));
  return groupedForm(OrganizationInput, GROUPS, detail, choices.districts, refused, texts, {
    action: id === undefined ? '/organizations' : `/organizations/${id}/update`,
    title: texts.t(id === undefined ? 'organization.new' : 'organization.action.update'),
    choices: { fiscalSponsorId: without(choices.sponsors), districtOrganizationId: without(choices.schoolDistricts) },
    overrides: {
      kind: { prompt: texts.t('organization.choose') },
      fiscalSponsorId: { prompt: texts.t('organization.no_sponsor') },
      districtOrganizationId: { prompt: texts.t('organization.no_district') },
      note: { rows: 4 },
    },
  });
}

/** The form for what an organization's own people keep up to date. */
export function contactForm(
  detail: OrganizationDetail,
  districts: readonly NamedThing[],
  refused: RefusedForm | undefined,
  texts: Texts,
): FormPageView {
  return groupedForm(OrganizationContactInput, CONTACT_GROUPS, detail, districts, refused, texts, {
    action: `/organizations/${detail.organization.id}/update-contact`,
    title: texts.t('organization.action.update_contact'),
  });
}

interface FormParts extends Pick<FormOptions, 'choices' | 'overrides'> {
  readonly action: string;
  readonly title: string;
}

function groupedForm(
  input: InputClass,
  groups: typeof GROUPS,
  detail: OrganizationDetail | undefined,
  districts: readonly NamedThing[],
  refused: RefusedForm | undefined,
  texts: Texts,
  { action, title, choices, overrides }: FormParts,
): FormPageView {
  const organization = detail?.organization;
  const values = organization && {
    ...organization,
    mailDomains: organization.mailDomains.join(', '),
    // A number that is there is never written into a box: what is typed takes its place.
    ein: undefined,
  };
  const masked = organization?.ein;
  const einHint = typeof masked === 'string' ? { hint: texts.t('organization.field.ein.there', { ein: masked }) } : {};
  const common = {
    einAnswer: { kind: 'radios' as const },
    ein: { inputmode: 'numeric', ...einHint },
    contactTelephone: { kind: 'telephone' as const },
    contactAddress: { kind: 'email' as const },
  };
  const short = {
    ...common,
    state: { width: 'short' as const },
    zip: { width: 'short' as const, inputmode: 'numeric' },
  };
  const only = groups.flatMap((group) => group.fields.flat());
  const fields = fieldViews(input, texts, { values, refused, choices, only, overrides: { ...short, ...overrides } });
  const byName = new Map(fields.map((field) => [field.name, field]));
  const take = (name: string): FieldView[] => [byName.get(name)].filter((field) => field !== undefined);
  const back = organization === undefined ? '/organizations' : `/organizations/${organization.id}`;
  return {
    title,
    head: {
      crumbs:
        organization === undefined ? [listLink(texts)] : [listLink(texts), { label: organization.name, href: back }],
      title,
    },
    form: {
      action,
      groups: groups.map((group) => ({
        title: texts.t(`organization.group.${group.key}`),
        fields: group.fields.flatMap((each) => (typeof each === 'string' ? take(each) : [each.flatMap(take)])),
      })),
      area: serviceArea(detail, districts, refused, texts),
      hidden:
        organization === undefined ? [] : [{ name: 'version', value: formVersion(organization.version, refused) }],
      submit: texts.t('organization.save'),
      cancel: { label: texts.t('organization.cancel'), href: back },
      errors: fieldErrors(texts, refused),
    },
  };
}

/** After a stale form was told what is new, sending it again is meant; any other refusal keeps the version it had. */
function formVersion(version: number, refused: RefusedForm | undefined): string {
  const wasTold = refused?.error.code === 'organization.changed_meanwhile';
  const typed = refused?.values['version'];
  return !wasTold && typeof typed === 'string' ? typed : String(version);
}

/** The summary lists what is wrong with fields; anything else is said by the note at the top of the page. */
function fieldErrors(texts: Texts, refused: RefusedForm | undefined): readonly ErrorItem[] | undefined {
  return refused === undefined || refused.error.fields.length === 0 ? undefined : errorItems(texts, refused);
}

function serviceArea(
  detail: OrganizationDetail | undefined,
  districts: readonly NamedThing[],
  refused: RefusedForm | undefined,
  texts: Texts,
): ServiceAreaView | undefined {
  if (districts.length === 0) return undefined;
  const chosen = new Set(
    refused === undefined ? detail?.serviceArea.map((each) => each.id) : tickedIds(refused.values['serviceArea']),
  );
  const problem = refused?.error.fields.find((each) => each.field.startsWith('serviceArea'));
  return {
    legend: texts.t('organization.field.service_area'),
    hint: texts.t('organization.field.service_area.hint'),
    error: problem === undefined ? undefined : texts.sentence(problem),
    boxes: districts.map(({ id, name }, index) => ({
      name: `serviceArea[${index}][districtId]`,
      value: id,
      label: name,
      chosen: chosen.has(id),
    })),
  };
}

function tickedIds(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((line: { districtId?: unknown } | null) => String(line?.districtId ?? ''));
}

export function exclusionCheckForm(
  detail: OrganizationDetail,
  today: string,
  refused: RefusedForm | undefined,
  texts: Texts,
): FormPageView {
  const { id, name, legalName, uei } = detail.organization;
  const values = { checkedOn: today, method: 'sam_gov', queryText: uei ?? legalName ?? name };
  return smallForm(ExclusionCheckInput, detail, refused, texts, {
    action: `/organizations/${id}/record-exclusion-check`,
    key: 'record_exclusion_check',
    lead: texts.t('exclusion_check.lead'),
    values,
    overrides: { method: { kind: 'radios' }, result: { kind: 'radios' }, evidence: { rows: 4 } },
  });
}

/** The form asks for an address; only when several people share it does it ask which of them is meant. */
export function memberForm(
  detail: OrganizationDetail,
  matches: readonly PersonMatch[],
  refused: RefusedForm | undefined,
  texts: Texts,
): FormPageView {
  const isShared = matches.length > 1;
  return smallForm(MemberInput, detail, refused, texts, {
    action: `/organizations/${detail.organization.id}/add-member`,
    key: 'add_member',
    lead: texts.t('organization_member.lead'),
    values: {},
    only: isShared ? ['address', 'personId', 'role', 'since'] : ['address', 'role', 'since'],
    choices: { personId: matches.map((match) => ({ value: match.personId, label: match.name })) },
    overrides: {
      address: { kind: 'email', optional: false },
      personId: { kind: 'radios', optional: false },
      role: { kind: 'radios' },
    },
  });
}

function smallForm(
  input: InputClass,
  detail: OrganizationDetail,
  refused: RefusedForm | undefined,
  texts: Texts,
  parts: FormOptions & { readonly action: string; readonly key: string; readonly lead: string },
): FormPageView {
  const { id, name } = detail.organization;
  const title = texts.t(`organization.action.${parts.key}`);
  const back = `/organizations/${id}`;
  return {
    title,
    head: { crumbs: [listLink(texts), { label: name, href: back }], title, lead: parts.lead },
    form: {
      action: parts.action,
      groups: [{ title: '', fields: fieldViews(input, texts, { ...parts, refused }) }],
      hidden: [],
      submit: texts.t(`organization.action.${parts.key}.submit`),
      cancel: { label: texts.t('organization.cancel'), href: back },
      errors: fieldErrors(texts, refused),
    },
  };
}
