/** The page of one organization: who acts for it, its papers and checks, where it appears; facts at the side. */
import {
  type ActionView,
  type FactView,
  type LinkView,
  type ListedThings,
  type NoteView,
  type PageHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { RecordedCheck } from './exclusion-checks.service.js';
import type { DocumentLine } from './organization-documents.service.js';
import {
  checkTag,
  type DateWriter,
  listLink,
  type OrganizationAction,
  warn,
  warningsOf,
  type WholeOrganization,
} from './organization.view.js';
import type { LiveMember } from './organization-members.service.js';
import type { NamedThing, OrganizationDetail } from './organizations.service.js';

export interface Days extends DateWriter {
  today(at: Date): string;
  addDays(date: string, days: number): string;
}

export interface OrganizationPageView {
  readonly title: string;
  readonly head: PageHead;
  /** Merged, people who ask, or a number worth another look: the most urgent of them. */
  readonly warning?: NoteView;
  /** What is seldom wanted. */
  readonly more?: ListedThings;
  readonly checks?: TableView;
  readonly papers?: TableView;
  readonly members: TableView;
  readonly invitations?: TableView;
  readonly help: LinkView;
  readonly uses: ListedThings;
  readonly noUses: string;
  readonly begin?: LinkView;
  readonly facts: { readonly items: readonly FactView[] };
  readonly serviceArea: ListedThings;
  readonly noServiceArea: string;
  readonly note?: string;
}

const HREF_OF: Readonly<Partial<Record<OrganizationAction['name'], string>>> = {
  update: 'edit',
  update_contact: 'edit-contact',
  invite: 'invite',
  add_document: 'add-document',
  record_exclusion_check: 'record-exclusion-check',
  add_member: 'add-member',
  unmask_ein: 'unmask-ein',
  merge: 'merge',
  leave: 'leave',
};
/** Seldom wanted: links at the side. */
const QUIET = new Set<OrganizationAction['name']>(['add_member', 'unmask_ein', 'merge', 'leave']);

export function organizationPage(
  whole: WholeOrganization,
  texts: Texts,
  days: Days,
  today: string,
): OrganizationPageView {
  const { organization } = whole.detail;
  const base = `/organizations/${organization.id}`;
  const may = new Set(whole.actions.map((action) => action.name));
  // Who can change everything needs no second button for a part of it.
  const shown = whole.actions.filter((action) => !(action.name === 'update_contact' && may.has('update')));
  const steps = shown.flatMap(({ name, label }) => {
    const step = HREF_OF[name];
    return step === undefined ? [] : [{ name, label, href: `${base}/${step}` }];
  });
  const main = steps.filter(({ name }) => !QUIET.has(name));
  // Whoever acts for it comes for its people and papers; what it is called is right already.
  const first = main.find(({ name }) => name !== 'update_contact');
  const actions: ActionView[] = main.map(({ label, href }) => ({ label, href, primary: href === first?.href }));
  const quiet = steps.filter(({ name }) => QUIET.has(name)).map(({ label, href }) => ({ title: label, href }));
  return {
    title: organization.name,
    head: {
      crumbs: [listLink(texts)],
      number: texts.t(`organization.field.kind.${organization.kind}`),
      title: organization.name,
      lead:
        organization.legalName === null ? undefined : texts.t('organization.legally', { name: organization.legalName }),
      actions,
    },
    more: quiet.length === 0 ? undefined : { items: quiet },
    warning: topNote(whole, texts),
    checks: whole.checks === undefined ? undefined : checksTable(whole.checks, texts, days),
    papers:
      whole.documents === undefined
        ? undefined
        : papersTable(whole.documents, may.has('add_document') ? base : undefined, texts, days, today),
    members: membersTable(whole.members, may.has('change_roles') ? base : undefined, texts, days),
    invitations: invitationsTable(whole, base, texts, days),
    help: { label: texts.t('assistance.list.title'), href: `${base}/assistances` },
    uses: { items: whole.uses },
    noUses: texts.t('organization.uses.none'),
    // Whoever acts for it can begin something; staff cannot.
    begin: may.has('leave') ? { label: texts.t('organization.uses.begin'), href: '/funding' } : undefined,
    facts: { items: facts(whole.detail, texts) },
    serviceArea: { items: whole.detail.serviceArea.map(({ name }) => ({ title: name })) },
    noServiceArea: texts.t('organization.service_area.none'),
    note: organization.note ?? undefined,
  };
}

/** One note at most: where it went, who waits for an answer, or what is worth another look. */
function topNote(whole: WholeOrganization, texts: Texts): NoteView | undefined {
  const { mergedInto } = whole.detail;
  if (mergedInto !== null) {
    return {
      tone: 'blue',
      title: texts.t('organization.merged_into', { name: mergedInto.name }),
      text: texts.t('organization.merged_into.text'),
      link: { label: texts.t('organization.merged_into.open'), href: `/organizations/${mergedInto.id}` },
    };
  }
  const [claim] = whole.claims;
  if (claim !== undefined) {
    return {
      tone: 'gold',
      title: texts.t('organization_claim.some_wait', { count: whole.claims.length, person: claim.personName }),
      link: { label: texts.t('organization_claim.answer'), href: '/organization-claims' },
    };
  }
  const warnings = warn(texts, warningsOf(whole.detail));
  if (warnings.length === 0) return undefined;
  return { tone: 'gold', title: texts.t('organization.look_again'), items: warnings };
}

function facts({ organization, fiscalSponsor, districtOrganization }: OrganizationDetail, texts: Texts): FactView[] {
  const label = (field: string): string => texts.t(`organization.field.${field}`);
  const linked = (field: string, thing: NamedThing | null): FactView[] =>
    thing === null ? [] : [{ label: label(field), link: { label: thing.name, href: `/organizations/${thing.id}` } }];
  const text = (field: string, value: string | null | undefined): FactView[] =>
    value === null || value === undefined || value === '' ? [] : [{ label: label(field), value }];
  const { addressLine1, addressLine2, city, state, zip } = organization;
  const contact = [organization.contactName, organization.contactTelephone, organization.contactAddress];
  const place = [city, [state, zip].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  return [
    ...text('ein', organization.ein ?? answerOf(organization.einAnswer, texts)),
    ...text('uei', organization.uei),
    ...text('annual_budget', organization.annualBudget?.format({ cents: 'auto' })),
    ...(fiscalSponsor === null
      ? text('fiscal_sponsor', organization.fiscalSponsorName)
      : linked('fiscal_sponsor', fiscalSponsor)),
    ...linked('district_organization', districtOrganization),
    ...text('address', [addressLine1, addressLine2, place].filter(Boolean).join(', ')),
    ...text('contact', contact.filter(Boolean).join(', ')),
    ...text('mail_domains', organization.mailDomains.join(', ')),
  ];
}

const answerOf = (answer: string | null | undefined, texts: Texts): string | undefined =>
  answer === 'fiscal_sponsor' || answer === 'not_yet' ? texts.t(`organization.field.ein_answer.${answer}`) : undefined;

function checksTable(checks: readonly RecordedCheck[], texts: Texts, dates: DateWriter): TableView {
  const field = (name: string): string => texts.t(`exclusion_check.field.${name}`);
  return table({
    id: 'exclusion-checks',
    caption: texts.t('exclusion_check.list.title'),
    columns: [
      { key: 'on', label: field('checked_on') },
      { key: 'result', label: field('result') },
      { key: 'method', label: field('method') },
      { key: 'query', label: field('query_text') },
      { key: 'by', label: field('checked_by'), minor: true },
    ],
    rows: checks.map((check) => ({
      on: dates.formatDate(check.checkedOn),
      result: { tag: checkTag(check.result, texts), note: check.evidence ?? undefined },
      method: field(`method.${check.method}`),
      query: check.queryText,
      by: check.checkedByName,
    })),
    empty: { title: texts.t('exclusion_check.list.empty'), text: texts.t('exclusion_check.list.empty.more') },
    stack: true,
  });
}

/** One row for each person, with everything they may do. */
function membersTable(
  members: readonly LiveMember[],
  changeAt: string | undefined,
  texts: Texts,
  dates: DateWriter,
): TableView {
  const people = new Map<string, LiveMember[]>();
  for (const member of members) people.set(member.personId, [...(people.get(member.personId) ?? []), member]);
  const label = texts.t('organization.action.change_roles');
  return table({
    id: 'members',
    caption: texts.t('organization_member.list.title'),
    columns: [
      { key: 'name', label: texts.t('organization_member.field.name') },
      { key: 'roles', label: texts.t('organization_member.field.roles') },
      { key: 'since', label: texts.t('organization_member.field.since'), minor: true },
      ...(changeAt === undefined ? [] : [{ key: 'change' as const, label, unlabeled: true }]),
    ],
    rows: [...people].map(([personId, own]) => {
      const name = own[0]?.name ?? '';
      const since = own.map((member) => member.since).sort()[0] ?? '';
      return {
        name,
        roles: own.map(({ role }) => texts.t(`organization_member.field.role.${role}`)).join(', '),
        since: dates.formatDate(since, 'long'),
        change:
          changeAt === undefined
            ? undefined
            : { button: { label, href: `${changeAt}/members/${personId}/roles`, about: name } },
      };
    }),
    empty: { title: texts.t('organization_member.list.empty'), text: texts.t('organization_member.list.empty.more') },
    stack: true,
  });
}

function invitationsTable(
  { invitations }: WholeOrganization,
  base: string,
  texts: Texts,
  days: Days,
): TableView | undefined {
  if (invitations.length === 0) return undefined;
  const label = texts.t('organization_invitation.withdraw');
  return table({
    id: 'invitations',
    caption: texts.t('organization_invitation.list.title'),
    columns: [
      { key: 'address', label: texts.t('organization_invitation.field.address') },
      { key: 'roles', label: texts.t('organization_member.field.roles') },
      { key: 'sent', label: texts.t('organization_invitation.field.sent_at'), minor: true },
      { key: 'withdraw', label, unlabeled: true },
    ],
    rows: invitations.map(({ id, address, roles, sentAt }) => ({
      address,
      roles: roles.map((role) => texts.t(`organization_member.field.role.${role}`)).join(', '),
      sent: days.formatDate(days.today(sentAt), 'long'),
      withdraw: {
        button: {
          label,
          action: `${base}/withdraw-invitation`,
          hidden: [{ name: 'invitationId', value: id }],
          about: address,
        },
      },
    })),
    stack: true,
  });
}

const SOON_DAYS = 30;

/** The papers in force; what was replaced stands below them, without a way to renew it. */
function papersTable(
  documents: readonly DocumentLine[],
  addAt: string | undefined,
  texts: Texts,
  days: Days,
  today: string,
): TableView {
  const label = texts.t('organization_document.renew_short');
  const field = (name: string): string => texts.t(`organization_document.field.${name}`);
  return table({
    id: 'papers',
    caption: texts.t('organization_document.list.title'),
    columns: [
      { key: 'kind', label: field('kind') },
      { key: 'state', label: texts.t('organization_document.state') },
      { key: 'file', label: field('file') },
      ...(addAt === undefined ? [] : [{ key: 'renew' as const, label, unlabeled: true }]),
    ],
    rows: documents.map((document) => ({
      kind: { text: field(`kind.${document.kind}`), note: document.note ?? undefined },
      state: {
        tag: paperTag(document, texts, days, today),
        note:
          document.expiresOn === null
            ? undefined
            : texts.t('organization_document.until', { date: days.formatDate(document.expiresOn, 'long') }),
      },
      file:
        document.file === undefined
          ? texts.t('organization_document.closed')
          : { text: document.file.fileName, href: document.file.url },
      renew:
        addAt === undefined || document.replacedById !== null
          ? undefined
          : {
              button: {
                label,
                href: `${addAt}/add-document?replaces=${document.id}`,
                about: field(`kind.${document.kind}`),
              },
            },
    })),
    empty: { title: texts.t('organization_document.none'), text: texts.t('organization_document.none.more') },
    stack: true,
  });
}

function paperTag({ expiresOn, replacedById }: DocumentLine, texts: Texts, days: Days, today: string): TagView {
  if (replacedById !== null) return { tone: 'idle', label: texts.t('organization_document.state.replaced') };
  if (expiresOn !== null && expiresOn < today) {
    return { tone: 'attention', label: texts.t('organization_document.state.ended') };
  }
  if (expiresOn !== null && expiresOn <= days.addDays(today, SOON_DAYS)) {
    return { tone: 'waiting', label: texts.t('organization_document.state.ends_soon') };
  }
  return { tone: 'done', label: texts.t('organization_document.state.on_file') };
}
