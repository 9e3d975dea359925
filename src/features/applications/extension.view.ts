/** What pages show of more time: the request of an applicant, the officer's answer, and the list of a fund's rounds. */
import type { Calendar } from '../../kernel/calendar.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ActionAnswer } from '../../platform/database/stateful.js';
import { type FieldView, type FormView, table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons } from '../../platform/pages/lifecycle-views.js';
import type { Texts } from '../../platform/texts/texts.js';
import { dayOff } from '../rounds/index.js';
import type { ApplicationSummary } from './application-reads.js';
import type { ExtensionRequest } from './extension.entity.js';
import { ExtensionAskInput, ExtensionGiveInput, ExtensionGrantInput } from './extension.input.js';
import { extensionRequestLifecycle } from './extension.lifecycle.js';
import type { ExtensionBoard, ExtensionHead } from './extensions.reads.js';
import { crumbs } from './partner.view.js';

type View = { title: string } & Record<string, unknown>;
type T = (key: string, params?: Record<string, unknown>) => string;

const sayer =
  (texts: Texts): T =>
  (key, params) =>
    texts.t(key, params);

/** Said of a day on which few people can help; it may be chosen all the same. */
export function dayOffWarning(texts: Texts, calendar: Calendar, date: string): string | undefined {
  const why = dayOff(calendar, date);
  return why === undefined ? undefined : texts.t('extension.day_off', { date: calendar.formatDate(date, 'full'), why });
}

export function askPage(
  texts: Texts,
  application: Pick<ApplicationSummary, 'id' | 'title'>,
  due: string,
  refused?: RefusedForm,
): View {
  const t = sayer(texts);
  const href = `/applications/${application.id}`;
  const title = t('extension.ask.title');
  const form = formOf(texts, ExtensionAskInput, refused, {
    ...{ action: `${href}/more-time`, submit: t('extension.ask.submit') },
    cancel: { label: t('form.cancel'), href },
  });
  const head = { crumbs: crumbs(texts, application), title, lead: t('extension.ask.lead', { due }) };
  return { title, head, form };
}

export function givePage(texts: Texts, number: unknown, refused?: RefusedForm): View {
  const t = sayer(texts);
  const title = t('extension.give.title');
  const form = formOf(
    texts,
    ExtensionGiveInput,
    refused,
    {
      ...{ action: '/extensions', submit: t('extension.give.submit') },
      cancel: { label: t('form.cancel'), href: '/extensions' },
    },
    { number: typeof number === 'string' ? number : undefined, dueTime: '17:00' },
  );
  const head = {
    crumbs: [{ label: t('extension.title'), href: '/extensions' }],
    ...{ title, lead: t('extension.give.lead') },
  };
  return { title, head, form };
}

function formOf(
  texts: Texts,
  input: InputClass,
  refused: RefusedForm | undefined,
  form: Pick<FormView, 'action' | 'submit' | 'cancel'>,
  values: Record<string, unknown> = {},
): FormView {
  const fields = fieldViews(input, texts, { refused, values }).filter(({ name }) => name !== 'version');
  return { ...form, fields, errors: errorItems(texts, refused) };
}

const stateTag = (state: string, isOwn: boolean): { label: string; tone: string } => {
  const row =
    extensionRequestLifecycle.definition.states[state as keyof typeof extensionRequestLifecycle.definition.states];
  return { label: (isOwn ? row.publicLabel : undefined) ?? row.label, tone: row.tone };
};

export interface RequestParts {
  readonly request: ExtensionRequest;
  readonly head: ExtensionHead;
  readonly actions: readonly ActionAnswer[];
  readonly isOwn: boolean;
  readonly refused?: RefusedForm;
}

export function requestPage(texts: Texts, calendar: Calendar, parts: RequestParts): View {
  const t = sayer(texts);
  const { request, head, actions, isOwn, refused } = parts;
  const href = `/extension-requests/${request.id}`;
  const title = t('extension_request.title', { number: head.number });
  const grant = actions.find(({ name }) => name === 'grant');
  const others = actions.filter(({ name }) => name !== 'grant' || grant?.enabled !== true);
  const facts = [
    { label: t('extension_request.field.wanted_on'), value: calendar.formatDate(request.wantedOn, 'full') },
    { label: t('extension_request.field.reason'), value: request.reason },
    { label: t('extension.column.asked'), value: calendar.formatInstant(request.createdAt, 'full') },
    { label: t('partner.door.due'), value: calendar.formatInstant(head.dueAt, 'full') },
    ...(request.answer === null ? [] : [{ label: t('extension_request.field.answer'), value: request.answer }]),
  ];
  const form = formOf(
    texts,
    ExtensionGrantInput,
    refused,
    { action: `${href}/grant`, submit: t('extension.give.submit') },
    { dueOn: request.wantedOn, dueTime: calendar.formatTime(head.dueAt) },
  );
  const warned = dayOffWarning(texts, calendar, request.wantedOn);
  const fields = (form.fields as FieldView[]).map((field) =>
    field.name === 'dueOn' && warned !== undefined ? { ...field, hint: warned } : field,
  );
  return {
    title,
    head: {
      crumbs: isOwn
        ? crumbs(texts, { id: request.applicationId, title: head.title })
        : [{ label: t('extension.title'), href: '/extensions' }],
      tag: stateTag(request.state, isOwn),
      ...{ title, lead: t('extension_request.lead', { organization: head.organization, round: head.round }) },
      actions: actionButtons(texts, href, request.version, others),
    },
    sections: [
      { title: t('extension_request.section.what'), facts: { items: facts } },
      ...(grant?.enabled
        ? [
            {
              title: t('extension_request.section.grant'),
              form: { ...form, fields, hidden: [{ name: 'version', value: String(request.version) }] },
            },
          ]
        : []),
    ],
  };
}

export function boardPage(texts: Texts, calendar: Calendar, board: ExtensionBoard, mayGive: boolean): View {
  const t = sayer(texts);
  const title = t('extension.title');
  return {
    title,
    head: {
      title,
      lead: t('extension.lead'),
      actions: mayGive ? [{ label: t('extension.give'), href: '/extensions/new', primary: true }] : [],
    },
    sections: [
      { title: t('extension.section.requests'), table: requestsTable(t, calendar, board) },
      { title: t('extension.section.late'), table: lateTable(t, calendar, board, mayGive) },
      { title: t('extension.section.given'), table: givenTable(t, calendar, board) },
    ],
  };
}

function requestsTable(t: T, calendar: Calendar, { requests }: ExtensionBoard): TableView {
  return table({
    id: 'requests',
    caption: t('extension_request.caption'),
    columns: [
      { key: 'application', label: t('extension.column.application') },
      { key: 'round', label: t('extension.column.round') },
      { key: 'wanted', label: t('extension.column.wanted') },
      { key: 'asked', label: t('extension.column.asked') },
      { key: 'state', label: t('application.field.state') },
    ],
    rows: requests.map(({ id, number, organization, round, wantedOn, createdAt, state }) => ({
      application: { text: organization, href: `/extension-requests/${id}`, note: t('application.number', { number }) },
      round,
      wanted: calendar.formatDate(wantedOn, 'short'),
      asked: calendar.formatDate(calendar.today(createdAt), 'short'),
      state: { tag: stateTag(state, false) as never },
    })),
    empty: { title: t('extension_request.none'), text: t('extension_request.none.text') },
    stack: true,
  });
}

function lateTable(t: T, calendar: Calendar, { late }: ExtensionBoard, mayGive: boolean): TableView {
  return table({
    id: 'late',
    caption: t('extension.late.caption'),
    columns: [
      { key: 'application', label: t('extension.column.application') },
      { key: 'round', label: t('extension.column.round') },
      { key: 'tried', label: t('extension.column.tried') },
      { key: 'closed', label: t('extension.column.closed') },
    ],
    rows: late.map(({ number, organization, round, arrivedAt, closedAt }) => ({
      application: {
        text: organization,
        ...(mayGive && { href: `/extensions/new?number=${number}` }),
        note: t('application.number', { number }),
      },
      round,
      tried: calendar.formatInstant(arrivedAt),
      closed: calendar.formatInstant(closedAt),
    })),
    empty: { title: t('extension.late.none') },
    stack: true,
  });
}

function givenTable(t: T, calendar: Calendar, { given }: ExtensionBoard): TableView {
  return table({
    id: 'given',
    caption: t('extension.given.caption'),
    columns: [
      { key: 'application', label: t('extension.column.application') },
      { key: 'round', label: t('extension.column.round') },
      { key: 'after', label: t('extension.column.after') },
      { key: 'reason', label: t('extension.column.reason') },
    ],
    rows: given.map(({ number, organization, round, dueBefore, dueAfter, reason }) => ({
      application: { text: organization, note: t('application.number', { number }) },
      round,
      after: {
        text: calendar.formatInstant(dueAfter),
        note: `${t('extension.column.before')}: ${calendar.formatInstant(dueBefore)}`,
      },
      reason,
    })),
    empty: { title: t('extension.given.none') },
    stack: true,
  });
}
