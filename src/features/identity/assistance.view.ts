/** What the pages about entering things for an organization show. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { ListPage } from '../../platform/lists/list.js';
import {
  type CellInput,
  count,
  type FormView,
  type PageHead,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import { AssistanceInput } from './assistance.input.js';
import type { AssistanceView } from './assistances.service.js';
import { summaryOf } from './people.view.js';

export interface AssistanceParts {
  readonly actor: Actor;
  readonly policy: Policy;
  readonly texts: Texts;
  readonly today: string;
  readonly refused: RefusedForm | undefined;
}

export interface AssistancesPage {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
  readonly formHead?: SectionHead;
  readonly form?: FormView;
}

/** All that the actor may know of, over all organizations. */
export function assistancesPage(list: ListPage<AssistanceView>, parts: AssistanceParts): AssistancesPage {
  const title = parts.texts.t('assistance.list.title');
  return {
    title,
    head: { title, lead: parts.texts.t('assistance.list.lead') },
    table: listTable(list, parts, { action: '/assistances', withOrganization: true }),
  };
}

/** Those for one organization, and the form for whoever may begin. */
export function organizationAssistancesPage(
  organization: { readonly id: string; readonly name: string },
  list: ListPage<AssistanceView>,
  parts: AssistanceParts,
): AssistancesPage {
  const { texts, policy, actor } = parts;
  const { id, name } = organization;
  const title = texts.t('assistance.of.title', { name });
  const going = list.items.some(
    ({ isLive, personId }) => isLive && actor.kind === 'person' && actor.personId === personId,
  );
  const mayStart = !going && policy.can(actor, 'assistance.start', { scopes: { organization: id } });
  return {
    title,
    head: { crumbs: [{ label: name, href: `/organizations/${id}` }], title, lead: texts.t('assistance.of.lead') },
    table: listTable(list, parts, { action: `/organizations/${id}/assistances`, withOrganization: false }),
    ...(mayStart && {
      formHead: { title: texts.t('assistance.start.title'), id: 'start', lead: texts.t('assistance.start.lead') },
      form: startForm(id, parts),
    }),
  };
}

function startForm(organizationId: string, { texts, refused }: AssistanceParts): FormView {
  const ofStart = refused !== undefined && 'consent' in refused.values ? refused : undefined;
  const fields = fieldViews(AssistanceInput, texts, {
    refused: ofStart,
    overrides: { consent: { kind: 'radios' }, consentedBy: { autocomplete: 'off' }, reason: { rows: 3 } },
  });
  const isDate = ({ name }: { readonly name: string }): boolean => name === 'consentedOn' || name === 'endsOn';
  const reason = fields.filter(({ name }) => name === 'reason');
  return {
    action: `/organizations/${organizationId}/assistances`,
    fields: [...fields.filter((field) => !isDate(field) && !reason.includes(field)), fields.filter(isDate), ...reason],
    submit: texts.t('assistance.start'),
    cancel: { label: texts.t('person.cancel'), href: `/organizations/${organizationId}` },
    errors: summaryOf(texts, ofStart),
  };
}

function listTable(
  list: ListPage<AssistanceView>,
  parts: AssistanceParts,
  { action, withOrganization }: { readonly action: string; readonly withOrganization: boolean },
): TableView {
  const { texts } = parts;
  return table({
    id: 'assistances',
    caption: texts.t('assistance.list.title'),
    columns: [
      { key: 'who', label: texts.t('assistance.field.person') },
      ...(withOrganization ? [{ key: 'organization' as const, label: texts.t('scope.organization') }] : []),
      { key: 'when', label: texts.t('role.field.when') },
      { key: 'consent', label: texts.t('assistance.field.consent') },
      { key: 'reason', label: texts.t('assistance.field.reason') },
      { key: 'end', label: texts.t('assistance.end'), unlabeled: true },
    ],
    rows: list.items.map((each) => ({
      who: each.personName,
      organization: { text: each.organizationName, href: `/organizations/${each.organizationId}` },
      when: {
        text: texts.t('role.from_to', { from: each.startsOn, to: each.endsOn }),
        note: each.endedAt === null ? undefined : endWords(texts, each),
      },
      consent: {
        text: texts.t(`assistance.field.consent.${each.consent}`),
        note: texts.t('assistance.consented', { name: each.consentedBy, date: each.consentedOn }),
      },
      reason: each.reason,
      end: endCell(each, parts),
    })),
    stack: true,
    pager: {
      count: texts.t('assistance.count', { count: list.count, shown: count(list.count) }),
      next: list.next === null ? undefined : `${action}?after=${encodeURIComponent(list.next)}`,
    },
    empty: { title: texts.t('assistance.none'), text: texts.t('assistance.none.more') },
  });
}

const endWords = (texts: Texts, { endedBy, endReason }: AssistanceView): string =>
  endedBy === null ? (endReason ?? '') : texts.t('assistance.ended_by', { name: endedBy, reason: endReason ?? '' });

function endCell(each: AssistanceView, { actor, policy, texts }: AssistanceParts): CellInput {
  const subject = { scopes: { organization: each.organizationId }, personId: each.personId };
  if (!each.isLive || !policy.can(actor, 'assistance.end', subject)) return undefined;
  const action = `/organizations/${each.organizationId}/assistances/${each.id}/end`;
  return { button: { label: texts.t('assistance.end'), about: each.personName, action, needsNote: true } };
}
