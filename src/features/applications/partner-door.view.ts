/** To a partner: what the lead wrote of it, and nothing else of the application; with where its answer stands. */
import type { Actor } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { ActionView, FactsView, FormView, LinkView, NoteView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { AttachmentView } from '../documents/index.js';
import type { HeldLink, OverTold } from '../sign-in/index.js';
import { PartnerConfirmInput, PartnerKnownInput, PartnershipMouInput } from './partner.input.js';
import { isOpen, type PartnerAtDoor } from './partner-door.reads.js';

type View = { title: string } & Record<string, unknown>;

export interface DoorParts {
  readonly action: string;
  readonly actor: Actor;
  readonly refused?: RefusedForm;
  readonly crumbs?: readonly LinkView[];
  /** Organizations here that the partner may be, where the lead does not know it yet. */
  readonly organizations?: readonly { readonly id: string; readonly name: string }[];
  /** The memoranda; nothing for who came by a link, who hands in no files. */
  readonly files?: readonly AttachmentView[];
}

export function partnerDoor(texts: Texts, calendar: Calendar, door: PartnerAtDoor, parts: DoorParts): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { lead, roundName: round, partner } = door;
  const { actor } = parts;
  const title = t('partner.door.title', { lead });
  const isDone = partner.state === 'confirmed' || !isOpen(door);
  return {
    title,
    head: {
      crumbs: parts.crumbs,
      title,
      lead: t(isDone ? 'partner.door.lead_done' : 'partner.door.lead', { lead, round }),
    },
    note: note(texts, calendar, door),
    facts: facts(texts, calendar, door),
    text: t(isOpen(door) && door.staysAsSent ? 'partner.door.stays' : 'partner.door.only', { lead }),
    notYou: actor.kind === 'person' ? t('partner.door.signed_in', { person: actor.name }) : undefined,
    form: isDone ? undefined : confirmForm(texts, door, parts),
    actions: isOpen(door) && partner.state !== 'declined' ? { items: [declining(texts, parts.action)] } : undefined,
    memorandum: memorandum(texts, door, parts),
  };
}

/** Where its answer stands, for who comes again. */
function note(texts: Texts, calendar: Calendar, door: PartnerAtDoor): NoteView | undefined {
  const { partner, lead } = door;
  const { state, confirmedAt, confirmedName, declinedAt, declineReason } = partner;
  const date = (at: Date): string => calendar.formatDate(calendar.today(at), 'long');
  if (state === 'declined' && declinedAt !== null) {
    const title = texts.t('partner.door.declined', { date: date(declinedAt) });
    return { tone: 'gold', title, text: declineReason ?? undefined };
  }
  if (confirmedAt === null) return undefined;
  const params = { lead, name: confirmedName, date: date(confirmedAt) };
  if (state === 'changed' && isOpen(door)) {
    return {
      tone: 'gold',
      title: texts.t('partner.door.changed', params),
      text: texts.t('partner.door.changed.text', params),
    };
  }
  const text = texts.t(isOpen(door) ? 'partner.door.confirmed.text' : 'partner.door.sent.text', params);
  return { tone: 'blue', title: texts.t('partner.door.confirmed', params), text };
}

function facts(texts: Texts, calendar: Calendar, door: PartnerAtDoor): FactsView {
  const { partner, title, roundName, dueAt, asksBudget } = door;
  const t = (key: string): string => texts.t(key);
  const share = partner.share.isPositive ? partner.share.format() : t('partner.no_share');
  const showsShare = asksBudget || partner.share.isPositive;
  return {
    items: [
      { label: t('partner.field.partner'), value: partner.name },
      { label: t('partner.door.application'), value: title },
      { label: t('application.field.round'), value: roundName },
      { label: t('application.field.role'), value: partner.role },
      { label: t('application.field.level'), value: t(`application.field.level.${partner.level}`) },
      ...(showsShare ? [{ label: t('application.field.partner_share'), value: share }] : []),
      ...(isOpen(door) ? [{ label: t('partner.door.due'), value: calendar.formatDeadline(dueAt) }] : []),
    ],
  };
}

function confirmForm(texts: Texts, { partner, lead, part }: PartnerAtDoor, parts: DoorParts): FormView {
  const { action, actor, refused, organizations = [] } = parts;
  const isOther = refused !== undefined && !('part' in refused.values);
  return {
    action,
    fields: fieldViews(PartnerConfirmInput, texts, {
      refused: isOther ? undefined : refused,
      only: organizations.length === 0 ? ['name', 'agreed'] : ['name', 'organizationId', 'agreed'],
      values: {
        name: actor.kind === 'person' ? actor.name : undefined,
        organizationId: organizations.find(({ name }) => name === partner.name)?.id,
      },
      choices: { organizationId: organizations.map(({ id, name }) => ({ value: id, label: name })) },
      overrides: {
        name: { autocomplete: 'name' },
        organizationId: { hint: texts.t('partner.field.organization.hint', { partner: partner.name }) },
        agreed: { label: texts.t('partner.field.agreed_for', { partner: partner.name, lead }) },
      },
    }),
    submit: texts.t('partner.door.confirm'),
    errors: isFileRefused(refused) ? undefined : errorItems(texts, refused),
    hidden: [{ name: 'part', value: part }],
  };
}

/** To who was asked at their address, and answers for an organization that the lead does not know here yet. */
export function partnerToKnow(
  texts: Texts,
  calendar: Calendar,
  door: PartnerAtDoor,
  { action, organizations = [], refused, crumbs }: DoorParts,
): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { lead, roundName: round, partner } = door;
  const title = t('partner.know.title', { partner: partner.name });
  const [only] = organizations;
  const form: FormView = {
    action: `${action}/organization`,
    fields: fieldViews(PartnerKnownInput, texts, {
      ...{ refused, values: { organizationId: organizations.length === 1 ? only?.id : undefined } },
      choices: { organizationId: organizations.map(({ id, name }) => ({ value: id, label: name })) },
    }),
    submit: t('partner.know.submit'),
    errors: errorItems(texts, refused),
  };
  return {
    title,
    head: { crumbs, title, lead: t('partner.know.lead', { lead, round }) },
    facts: facts(texts, calendar, door),
    text: t(organizations.length === 0 ? 'partner.know.none' : 'partner.know.text', { lead }),
    form: organizations.length === 0 ? undefined : form,
  };
}

const declining = (texts: Texts, action: string): ActionView => ({
  ...{ label: texts.t('partner.door.decline'), action: `${action}/decline` },
  ...{ needsNote: true, noteLabel: texts.t('partner.door.decline.note') },
});

/** The paper both signed: what is there, and for as long as it is written a place for another. */
function memorandum(texts: Texts, door: PartnerAtDoor, { action, files, refused }: DoorParts): object | undefined {
  const takes = isOpen(door) && !door.staysAsSent;
  if (files === undefined || (files.length === 0 && !takes)) return undefined;
  const isThis = isFileRefused(refused);
  const form: FormView = {
    action: `${action}/memorandum`,
    fields: fieldViews(PartnershipMouInput, texts, { refused: isThis ? refused : undefined }),
    submit: texts.t('partner.mou.submit'),
    errors: isThis ? errorItems(texts, refused) : undefined,
    secondary: true,
  };
  const items = files.map(({ fileName, url }) => ({ title: fileName, href: url })).reverse();
  return {
    title: texts.t('partner.field.mou'),
    text: texts.t('partner.mou.text'),
    files: items.length === 0 ? undefined : { items },
    form: takes ? form : undefined,
  };
}

const isFileRefused = (refused: RefusedForm | undefined): boolean =>
  refused !== undefined && ('mouId' in refused.values || refused.error.fields.some(({ field }) => field === 'mouId'));

/**
 * What became of the part that a link was for, to whoever holds it: what the address it was mailed to may know, and no
 * more. Nothing for one that only ran out, which is sent again by its own page.
 */
export function partnerOver(
  texts: Texts,
  calendar: Calendar,
  held: HeldLink,
  door: PartnerAtDoor | undefined,
  isSignedIn: boolean,
): OverTold | undefined {
  if (held.usedAt === null && held.replacedAt === null) return undefined;
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const more = [
    isSignedIn
      ? { label: t('partnership.title'), href: '/partnerships' }
      : { label: t('partner.over.sign_in'), href: '/sign-in?next=%2Fpartnerships' },
  ];
  // The lead took it back, or asks somebody else now: what they answer is not for whoever was asked before.
  if (door === undefined || door.partner.invitedAddress !== held.address) {
    return { title: t('partner.over.ended'), lead: t('partner.over.ended.text'), more };
  }
  const { partner, lead } = door;
  const params = { lead, partner: partner.name, name: partner.confirmedName };
  const day = (at: Date): string => calendar.formatInstant(at, 'long');
  const items = [
    { label: t('partner.field.partner'), value: partner.name },
    { label: t('partner.door.application'), value: door.title },
    { label: t('application.field.role'), value: partner.role },
  ];
  if (partner.declinedAt !== null) {
    const title = t('partner.over.declined', params);
    const text = t('partner.over.change', params);
    const reason = { label: t('partner.door.decline.note'), value: partner.declineReason ?? undefined };
    return {
      ...{ title, lead: t('partner.over.declined.text', { ...params, at: day(partner.declinedAt) }), text, more },
      facts: { items: partner.declineReason === null ? items : [...items, reason] },
    };
  }
  if (partner.confirmedAt !== null) {
    const isChanged = partner.state === 'changed' && isOpen(door);
    return {
      title: t('partner.over.confirmed', params),
      lead: t('partner.over.confirmed.text', { ...params, at: day(partner.confirmedAt) }),
      ...{ facts: { items }, text: t(isChanged ? 'partner.over.changed' : 'partner.over.change', params), more },
    };
  }
  return { title: t('partner.over.again', params), lead: t('partner.over.again.text', params), more };
}
