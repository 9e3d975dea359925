/** What pages show of colleagues: those who work on an application, and to whoever was asked what they are asked to. */
import type { Actor } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import { type FormView, table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { ApplicationSummary } from './application-reads.js';
import { ColleagueEnterInput, ColleagueInput } from './application-colleague.input.js';
import type { ColleagueAtDoor, ColleagueLine } from './application-colleagues.service.js';
import { crumbs } from './partner.view.js';

type View = { title: string } & Record<string, unknown>;

export interface ColleaguesPageParts {
  readonly application: Pick<ApplicationSummary, 'id' | 'title' | 'organizationName'>;
  readonly colleagues: readonly ColleagueLine[];
  readonly mayManage: boolean;
  readonly mayInvite: boolean;
  readonly refused?: RefusedForm;
}

export function colleaguesPage(texts: Texts, calendar: Calendar, parts: ColleaguesPageParts): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { application, mayInvite, refused } = parts;
  const title = t('application_colleague.page.title');
  const form: FormView = {
    action: `/applications/${application.id}/colleagues`,
    fields: fieldViews(ColleagueInput, texts, {
      refused,
      overrides: { address: { kind: 'email' }, access: { kind: 'radios', prompt: undefined } },
    }),
    submit: t('application_colleague.invite'),
    errors: errorItems(texts, refused),
  };
  return {
    title,
    head: {
      crumbs: crumbs(texts, application),
      title,
      lead: t('application_colleague.page.lead', { organization: application.organizationName }),
    },
    sections: [
      { title: t('application_colleague.section.all'), table: colleaguesTable(texts, calendar, parts) },
      ...(mayInvite ? [{ title: t('application_colleague.section.invite'), form }] : []),
    ],
  };
}

function colleaguesTable(texts: Texts, calendar: Calendar, parts: ColleaguesPageParts): TableView {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { application, colleagues, mayManage } = parts;
  const date = (at: Date): string => calendar.formatDate(calendar.today(at), 'long');
  return table({
    id: 'colleagues',
    caption: t('application_colleague.caption'),
    columns: [
      { key: 'name', label: t('application_colleague.field.name') },
      { key: 'access', label: t('application_colleague.field.access') },
      { key: 'since', label: t('application.field.state') },
      ...(mayManage ? [{ key: 'remove' as const, label: t('application_colleague.remove') }] : []),
    ],
    rows: colleagues.map(({ id, name, address, access, sentAt, acceptedAt }) => ({
      name: { text: name ?? address, note: name === null ? undefined : address },
      access: t(`application_colleague.field.access.${access}`),
      since:
        acceptedAt === null
          ? t('application_colleague.asked', { date: date(sentAt) })
          : t('application_colleague.since', { date: date(acceptedAt) }),
      remove: {
        button: {
          label: t('application_colleague.remove'),
          action: `/applications/${application.id}/remove-colleague`,
          about: name ?? address,
          hidden: [{ name: 'colleagueId', value: id }],
        },
      },
    })),
    empty: { title: t('application_colleague.none'), text: t('application_colleague.none.text') },
    stack: true,
  });
}

export interface ColleagueDoorParts {
  readonly token: string;
  readonly actor: Actor;
  readonly refused?: RefusedForm;
  readonly asksWho: boolean;
}

export function colleagueDoor(
  texts: Texts,
  door: ColleagueAtDoor,
  { token, actor, refused, asksWho }: ColleagueDoorParts,
): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { title: name, organizationName: organization, invitedBy, access, people } = door;
  const isIn = actor.kind === 'person';
  const isNew = !isIn && people.length === 0;
  const asks = !isIn && (people.length > 1 || (asksWho && people.length > 0));
  const title = t('application_colleague.door.title', { title: name });
  const form: FormView = {
    action: `/colleague/${token}`,
    fields: fieldViews(ColleagueEnterInput, texts, {
      ...{ refused, only: [...(asks ? ['personId'] : []), ...(isNew || asks ? ['name'] : [])] },
      choices: { personId: people.map((person) => ({ value: person.personId, label: person.name })) },
      overrides: {
        personId: { kind: 'radios', optional: false, prompt: undefined },
        name: { autocomplete: 'name', optional: asks },
      },
    }),
    submit: t('application_colleague.door.submit'),
    errors: errorItems(texts, refused),
  };
  return {
    title,
    head: {
      title,
      lead: t(invitedBy === null ? 'application_colleague.door.lead' : 'application_colleague.door.lead_by', {
        ...{ person: invitedBy ?? '', organization },
      }),
    },
    text: t(`application_colleague.door.${access}`),
    notYou: isIn ? t('partner.door.signed_in', { person: actor.name }) : undefined,
    form,
  };
}
