/** What the pages about delegations show: what is lent to one, what one lent, the form, and the administrators' list. */
import type { Actor } from '../../kernel/actor.js';
import type { Tone } from '../../kernel/lifecycle.js';
import type { Policy } from '../../kernel/policy.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { ListPage } from '../../platform/lists/list.js';
import {
  type CellInput,
  count,
  type FormView,
  type HiddenView,
  type PageHead,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import { APPROVAL_NAMES } from './approvals.js';
import { DelegationInput, type DelegationListQuery } from './delegation.input.js';
import type { DelegationState, DelegationView, Lendable, LendableGrant } from './delegation-lists.service.js';
import { approvalWords, limitWords } from './delegation-words.js';
import { mayEnd } from './delegations.service.js';
import { summaryOf } from './people.view.js';
import { scopeWords } from './role-words.js';

export interface DelegationsPage {
  readonly title: string;
  readonly head: PageHead;
  readonly sections: readonly { readonly head?: SectionHead; readonly table: TableView }[];
  readonly formHead?: SectionHead;
  readonly form?: FormView;
}

export interface DelegationParts {
  readonly actor: Actor;
  readonly policy: Policy;
  readonly texts: Texts;
}

export interface OwnDelegationParts extends DelegationParts {
  readonly refused: RefusedForm | undefined;
  /** The most days. */
  readonly days: number;
  readonly lendable: Lendable;
}

const TONES: Readonly<Record<DelegationState, Tone>> = {
  proposed: 'waiting',
  to_come: 'waiting',
  in_force: 'done',
  lapsed: 'attention',
  run_out: 'idle',
  declined: 'idle',
  ended: 'idle',
};

const OVER: readonly DelegationState[] = ['run_out', 'declined', 'ended'];

export function ownDelegationsPage(list: ListPage<DelegationView>, parts: OwnDelegationParts): DelegationsPage {
  const { actor, texts, lendable, days } = parts;
  const me = actor.kind === 'person' ? actor.personId : undefined;
  const live = list.items.filter(({ state }) => !OVER.includes(state));
  const over = list.items.filter(({ state }) => OVER.includes(state));
  const held = live.filter(({ holderId }) => holderId === me);
  const given = live.filter(({ giverId }) => giverId === me);
  const mayGive = lendable.grants.length > 0;
  const title = texts.t('delegation.own.title');
  const next = list.next === null ? undefined : `/me/delegations?after=${encodeURIComponent(list.next)}`;
  const shown = { ...parts, at: '/me/delegations' };
  return {
    title,
    head: {
      crumbs: [{ label: texts.t('access.own.account'), href: '/me' }],
      title,
      lead: texts.t('delegation.own.lead'),
    },
    sections: [
      ...section(held, { ...shown, id: 'held', who: 'giver', always: !mayGive }),
      ...section(given, { ...shown, id: 'given', who: 'holder', always: mayGive }),
      ...section(over, { ...shown, id: 'over', who: 'both', always: false, next }),
    ],
    ...(mayGive && {
      formHead: {
        title: texts.t('delegation.give.title'),
        id: 'give',
        lead: texts.t('delegation.give.lead', { days }),
      },
      form: giveForm(parts),
    }),
  };
}

/** All of them, for those who look after roles. */
export function delegationsPage(
  list: ListPage<DelegationView>,
  query: DelegationListQuery,
  parts: DelegationParts,
): DelegationsPage {
  const { texts } = parts;
  const title = texts.t('delegation.list.title');
  const q = query.q === undefined ? '' : `&q=${encodeURIComponent(query.q)}`;
  const next = list.next === null ? undefined : `/delegations?after=${encodeURIComponent(list.next)}${q}`;
  const shown = { ...parts, at: '/delegations', id: 'delegations', who: 'both' as const, next };
  return {
    title,
    head: {
      crumbs: [{ label: texts.t('access.title'), href: '/access' }],
      title,
      lead: texts.t('delegation.list.lead'),
    },
    sections: [
      {
        table: {
          ...delegationTable(list.items, shown),
          search: {
            action: '/delegations',
            text: { name: 'q', label: texts.t('delegation.search'), value: query.q },
            clear: query.q === undefined ? undefined : { label: texts.t('access.clear'), href: '/delegations' },
          },
          pager: { count: texts.t('delegation.count', { count: list.count, shown: count(list.count) }), next },
        },
      },
    ],
  };
}

interface Shown extends DelegationParts {
  readonly id: string;
  /** Where the buttons post. */
  readonly at: string;
  /** Who of the two is named. */
  readonly who: 'giver' | 'holder' | 'both';
  readonly next?: string;
}

function section(
  rows: readonly DelegationView[],
  shown: Shown & { readonly always: boolean },
): DelegationsPage['sections'] {
  if (rows.length === 0 && !shown.always) return [];
  const { texts, id, next } = shown;
  const view = delegationTable(rows, shown);
  return [
    {
      head: { title: texts.t(`delegation.section.${id}`), id },
      table: next === undefined ? view : { ...view, pager: { next } },
    },
  ];
}

function delegationTable(rows: readonly DelegationView[], shown: Shown): TableView {
  const { texts, id, who, at } = shown;
  const hasConfirm = at === '/delegations' && rows.some((row) => mayDecide(row, shown));
  return table({
    id: `${id}-table`,
    caption: texts.t(`delegation.section.${id}`),
    columns: [
      { key: 'who', label: texts.t(`delegation.who.${who}`) },
      { key: 'what', label: texts.t('delegation.field.approvals') },
      { key: 'when', label: texts.t('role.field.when') },
      { key: 'state', label: texts.t('delegation.field.state') },
      ...(hasConfirm ? [{ key: 'confirm' as const, label: texts.t('role.confirm'), unlabeled: true }] : []),
      ...(id === 'over' ? [] : [{ key: 'end' as const, label: texts.t('delegation.end'), unlabeled: true }]),
    ],
    rows: rows.map((row) => ({
      who: {
        text:
          who === 'both' ? texts.t('delegation.who.line', both(row)) : who === 'giver' ? row.giverName : row.holderName,
        note: row.reason,
      },
      what: { text: approvalWords(texts, row.approvals), note: fromWords(texts, row) },
      when: {
        text: texts.t('role.from_to', { from: row.startsOn, to: row.endsOn }),
        note: limitWords(texts, row.limit),
      },
      state: {
        tag: { tone: TONES[row.state], label: texts.t(`delegation.state.${row.state}`) },
        note: stateNote(texts, row),
      },
      confirm: confirmCell(row, shown),
      end: endCell(row, shown),
    })),
    stack: true,
    empty: { title: texts.t(`delegation.none.${id}`), text: texts.t(`delegation.none.${id}.more`) },
  });
}

const both = ({ giverName: giver, holderName: holder }: DelegationView): { giver: string; holder: string } => ({
  giver,
  holder,
});

const fromWords = (texts: Texts, row: DelegationView): string =>
  texts.t('delegation.from_role', { role: texts.t(`role.${row.role}`), where: scopeWords(texts, row) });

function stateNote(texts: Texts, { state, confirmedBy, endedBy, endReason }: DelegationView): string | undefined {
  if (state === 'proposed') return texts.t('delegation.waits');
  if (state === 'lapsed') return texts.t('delegation.lapsed');
  if (state === 'ended' || state === 'declined') {
    return endedBy === null
      ? (endReason ?? undefined)
      : texts.t('delegation.ended_by', { name: endedBy, reason: endReason ?? '' });
  }
  return confirmedBy === null ? undefined : texts.t('delegation.confirmed_by', { name: confirmedBy });
}

/** Whether this person is the third who decides about it. */
function mayDecide({ state, giverId, holderId }: DelegationView, { actor, policy }: DelegationParts): boolean {
  if (state !== 'proposed' || actor.kind !== 'person' || !policy.can(actor, 'delegation.confirm', {})) return false;
  return actor.personId !== giverId && actor.personId !== holderId;
}

function confirmCell(row: DelegationView, shown: Shown): CellInput {
  if (!mayDecide(row, shown)) return undefined;
  const { texts, at } = shown;
  const about = texts.t('delegation.who.line', both(row));
  return { button: { label: texts.t('role.confirm'), about, action: `${at}/${row.id}/confirm`, primary: true } };
}

function endCell(row: DelegationView, shown: Shown): CellInput {
  const { actor, policy, texts, at } = shown;
  if (OVER.includes(row.state)) return undefined;
  if (!mayEnd(policy, actor, row)) return undefined;
  const about = texts.t('delegation.who.line', both(row));
  const verb = at === '/delegations' && mayDecide(row, shown) ? 'decline' : 'end';
  return {
    button: { label: texts.t(`delegation.${verb}`), about, action: `${at}/${row.id}/${verb}`, needsNote: true },
  };
}

function giveForm({ lendable, texts, refused }: OwnDelegationParts): FormView {
  const ofGive = refused !== undefined && 'endsOn' in refused.values ? refused : undefined;
  const { grants, colleagues } = lendable;
  const approvals = APPROVAL_NAMES.filter((name) => grants.some((grant) => grant.approvals.includes(name)));
  const [only] = grants.length === 1 ? grants : [];
  const fields = fieldViews(DelegationInput, texts, {
    refused: ofGive,
    choices: {
      grantId: grants.map((grant) => ({ value: grant.id, label: grantWords(texts, grant) })),
      approvals: approvals.map((name) => ({ value: name, label: texts.t(`delegation.approval.${name}`) })),
      holderId: colleagues.map(({ id, name }) => ({ value: id, label: name })),
    },
    overrides: {
      grantId: { prompt: texts.t('delegation.choose_role') },
      holderId: { prompt: texts.t('delegation.choose_colleague') },
      limit: { width: 'medium' },
      reason: { rows: 3 },
    },
    only: [
      ...(only === undefined ? ['grantId'] : []),
      'approvals',
      'holderId',
      'startsOn',
      'endsOn',
      'limit',
      'reason',
    ],
  });
  const dates = fields.filter(({ name }) => name === 'startsOn' || name === 'endsOn');
  const isDate = (name: string): boolean => dates.some((date) => date.name === name);
  const after = fields.filter(({ name }) => name === 'limit' || name === 'reason');
  const hidden: HiddenView[] = only === undefined ? [] : [{ name: 'grantId', value: only.id }];
  return {
    action: '/me/delegations',
    fields: [...fields.filter((field) => !isDate(field.name) && !after.includes(field)), dates, ...after],
    hidden,
    submit: texts.t('delegation.give'),
    errors: summaryOf(texts, ofGive),
  };
}

const grantWords = (texts: Texts, grant: LendableGrant): string =>
  texts.t('delegation.grant', { role: texts.t(`role.${grant.role}`), where: scopeWords(texts, grant) });
