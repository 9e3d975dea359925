/** What the pages about requests to join show. */
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import type { ListPage } from '../../platform/lists/list.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  type FormView,
  type NoteView,
  type PageHead,
  type PagerView,
  table,
  type TableView,
  type TimelineItem,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons } from '../../platform/pages/lifecycle-views.js';
import { pagerView } from '../../platform/pages/list-views.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { ClaimLine } from './organization-claims.service.js';
import { roleChoices } from './registration.forms.js';
import { ApproveClaimInput, type ClaimListQuery } from './registration.input.js';

interface Days {
  formatDate(date: string, style?: 'short' | 'long' | 'full'): string;
  today(at: Date): string;
}

interface StateWords {
  state(state: string): StateAnswer;
}

export interface ClaimLists {
  readonly own: ListPage<ClaimLine>;
  readonly waiting: ListPage<ClaimLine>;
}

export interface ClaimsPageView {
  readonly title: string;
  readonly head: PageHead;
  readonly waiting?: TableView;
  /** Left out for staff who asked for nothing. */
  readonly own?: TableView;
}

/** One's own requests, and those that one could answer. */
export function claimsPage(
  { own, waiting }: ClaimLists,
  query: ClaimListQuery,
  isStaff: boolean,
  states: StateWords,
  texts: Texts,
  { currentCalendar: days }: { readonly currentCalendar: Days },
): ClaimsPageView {
  const pager = (list: 'own' | 'waiting', found: ListPage<ClaimLine>): PagerView => {
    const asked: ClaimListQuery = { ...query, list };
    return pagerView(texts, '/organization-claims', asked, found);
  };
  const t = (key: string): string => texts.t(key);
  const day = (at: Date): string => days.formatDate(days.today(at), 'long');
  const title = t('organization_claim.list.title');
  return {
    title,
    head: {
      title,
      lead: t('organization_claim.list.lead'),
      actions: isStaff ? [] : [{ label: t('organization.register.title'), href: '/organizations/register' }],
    },
    waiting:
      waiting.items.length === 0 && !isStaff
        ? undefined
        : table({
            id: 'waiting',
            caption: t('organization_claim.waiting'),
            columns: [
              { key: 'person', label: t('organization_member.field.name') },
              { key: 'organization', label: t('organization_claim.field.organization') },
              { key: 'asked', label: t('organization_claim.field.asked_at') },
            ],
            rows: waiting.items.map((claim) => ({
              person: { text: claim.personName, href: `/organization-claims/${claim.id}` },
              organization: claim.organizationName,
              asked: day(claim.askedAt),
            })),
            pager: pager('waiting', waiting),
            empty: { title: t('organization_claim.waiting.none'), text: t('organization_claim.waiting.none.more') },
            stack: true,
          }),
    own:
      isStaff && own.items.length === 0
        ? undefined
        : table({
            id: 'own',
            caption: t('organization_claim.own_list'),
            columns: [
              { key: 'organization', label: t('organization_claim.field.organization') },
              { key: 'state', label: t('organization_claim.field.state') },
              { key: 'asked', label: t('organization_claim.field.asked_at') },
            ],
            rows: own.items.map((claim) => ({
              organization: {
                text: claim.organizationName,
                href: `/organization-claims/${claim.id}`,
                note: claim.organizationCity ?? undefined,
              },
              state: { tag: { tone: states.state(claim.state).tone, label: states.state(claim.state).label } },
              asked: day(claim.askedAt),
            })),
            pager: pager('own', own),
            empty: { title: t('organization_claim.none'), text: t('organization_claim.none.more') },
            stack: true,
          }),
  };
}

export interface ClaimPageView {
  readonly title: string;
  readonly head: PageHead;
  readonly facts: { readonly items: readonly FactView[] };
  /** What they may do from now on; only for who answers. */
  readonly approve?: FormView;
  readonly approveTitle: string;
  readonly blocked?: NoteView;
  readonly story: { readonly items: readonly TimelineItem[] };
}

/** One request: who asks, what they say, and the answer. */
export function claimDetailPage(
  claim: ClaimLine & { readonly actions: readonly ActionAnswer[] },
  state: StateAnswer,
  story: readonly TimelineItem[],
  texts: Texts,
  refused: RefusedForm | undefined,
): ClaimPageView {
  const t = (key: string): string => texts.t(key);
  const href = `/organization-claims/${claim.id}`;
  const approve = claim.actions.find(({ name }) => name === 'approve');
  const others = claim.actions.filter(({ name }) => name !== 'approve');
  const actions: ActionView[] = actionButtons(texts, href, claim.version, others).filter(
    (action) => action.blockers === undefined,
  );
  return {
    title: texts.t('organization_claim.title', { person: claim.personName }),
    head: {
      crumbs: [{ label: t('organization_claim.list.title'), href: '/organization-claims' }],
      tag: { tone: state.tone, label: state.label },
      title: texts.t('organization_claim.title', { person: claim.personName }),
      lead: texts.t('organization_claim.title.lead', { organization: claim.organizationName }),
      actions: actions.map((action) => ({ ...action, primary: false })),
    },
    facts: {
      items: [
        { label: t('organization_claim.field.organization'), value: claim.organizationName },
        ...(claim.message === null ? [] : [{ label: t('organization_claim.message'), value: claim.message }]),
      ],
    },
    approveTitle: t('organization_claim.approve.title'),
    approve: approve?.enabled === true ? approveForm(claim, texts, refused) : undefined,
    blocked:
      approve === undefined || approve.enabled
        ? undefined
        : {
            tone: 'gold',
            title: t('organization_claim.waits'),
            items: approve.blockers.map((blocker) => texts.sentence(blocker)),
          },
    story: { items: story },
  };
}

function approveForm(claim: ClaimLine, texts: Texts, refused: RefusedForm | undefined): FormView {
  const only = ['roles'];
  return {
    action: `/organization-claims/${claim.id}/approve`,
    fields: fieldViews(ApproveClaimInput, texts, {
      ...{ only, refused, choices: roleChoices(texts), values: { roles: ['viewer'] } },
      overrides: { roles: { kind: 'checkboxes' } },
    }),
    hidden: [{ name: 'version', value: String(claim.version) }],
    submit: texts.t('organization_claim.approve.submit'),
    errors: errorItems(texts, refused),
  };
}
