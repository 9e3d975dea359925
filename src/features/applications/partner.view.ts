/** What pages show of partners: where each stands for the lead, and to a partner its part and two answers. */
import type { Calendar } from '../../kernel/calendar.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import { type FormView, type LinkView, table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { AttachmentView } from '../documents/index.js';
import type { ApplicationSummary } from './application-reads.js';
import { PartnerInviteInput, PartnerMouInput } from './partner.input.js';
import type { PartnerLine } from './partner.reads.js';
import { PARTNER_TONES } from './partner.rules.js';

type View = { title: string } & Record<string, unknown>;

export interface PartnersPageParts {
  readonly application: Pick<ApplicationSummary, 'id' | 'title'>;
  readonly partners: readonly PartnerLine[];
  readonly files: ReadonlyMap<string, readonly AttachmentView[]>;
  /** The applicant writes it now: partners can be asked. */
  readonly mayWrite: boolean;
  /** And the part that names them is open too. */
  readonly mayChange: boolean;
  readonly mustConfirm: boolean;
  readonly asksMoney: boolean;
  readonly refused?: RefusedForm;
}

export function partnersPage(texts: Texts, calendar: Calendar, parts: PartnersPageParts): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const { application, partners, mayWrite, mayChange, mustConfirm, refused } = parts;
  const href = `/applications/${application.id}`;
  const title = t('partner.page.title');
  const waiting = partners.filter(({ state }) => state !== 'confirmed');
  return {
    title,
    head: {
      crumbs: crumbs(texts, application),
      title,
      lead: t(mustConfirm ? 'partner.page.lead_must' : 'partner.page.lead'),
      actions: mayChange
        ? [
            { label: t('partner.change'), href: `${href}/partners` },
            ...(partners.length > 0 ? [{ label: t('partner.add_mou'), href: `${href}/memorandum` }] : []),
            { label: t('partner.go_on'), href, primary: waiting.length === 0 },
          ]
        : [],
    },
    sections: [
      {
        ...{ title: t('partner.section.all'), table: partnersTable(texts, calendar, parts) },
        text: mayWrite && !mayChange ? t('partner.page.stays') : undefined,
      },
      ...(mayWrite && waiting.length > 0
        ? [
            {
              title: t('partner.section.ask'),
              text: t('partner.section.ask.text'),
              form: askForm(texts, href, waiting, refused),
            },
          ]
        : []),
    ],
  };
}

function partnersTable(texts: Texts, calendar: Calendar, { partners, files, asksMoney }: PartnersPageParts): TableView {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const day = (at: Date): string => calendar.formatDate(calendar.today(at), 'long');
  const said = (partner: PartnerLine): string | undefined => {
    if (partner.state === 'declined') return partner.declineReason ?? undefined;
    if (partner.confirmedAt !== null) {
      return t('partner.confirmed_by', { name: partner.confirmedName, date: day(partner.confirmedAt) });
    }
    if (partner.invitedAt === null) return undefined;
    const params = { address: partner.invitedAddress, date: day(partner.invitedAt) };
    return t(partner.invitedAddress === null ? 'partner.asked' : 'partner.asked_on', params);
  };
  const showsShare = asksMoney || partners.some(({ share }) => share.isPositive);
  return table({
    id: 'partners',
    caption: t(showsShare ? 'partner.caption' : 'partner.caption_plain'),
    columns: [
      { key: 'name', label: t('application.field.partner_name') },
      { key: 'role', label: t('application.field.role') },
      ...(showsShare
        ? [{ key: 'share' as const, label: t('application.field.partner_share'), kind: 'money' as const }]
        : []),
      { key: 'state', label: t('application.field.state') },
      { key: 'mou', label: t('partner.field.mou') },
    ],
    rows: partners.map((partner) => {
      const file = files.get(partner.id)?.at(-1);
      return {
        name: { text: partner.name, note: whoItIs(t, partner) },
        role: isAssisted(partner) ? { text: partner.role, note: t('partner.assisted') } : partner.role,
        ...(showsShare && { share: partner.share }),
        state: {
          tag: { tone: PARTNER_TONES[partner.state], label: t(`partner.state.${partner.state}`) },
          note: said(partner),
        },
        mou: file === undefined ? t('partner.no_mou') : { text: file.fileName, href: file.url },
      };
    }),
    empty: { title: t('partner.none'), text: t('partner.none.text') },
    stack: true,
  });
}

/** Its level; and what it is called here, where that is another name. */
function whoItIs(t: Texts['t'], { name, level, knownAs }: PartnerLine): string {
  const words = t(`application.field.level.${level}`);
  return knownAs === null || knownAs === name ? words : `${words}. ${t('partner.known_as', { name: knownAs })}`;
}

/** Staff entered it, and the lead has not said yet that it is right. */
const isAssisted = ({ assistanceId, partConfirmedAt }: PartnerLine): boolean =>
  assistanceId !== null && partConfirmedAt === null;

function askForm(
  texts: Texts,
  href: string,
  waiting: readonly PartnerLine[],
  refused: RefusedForm | undefined,
): FormView {
  const [only] = waiting;
  return {
    action: `${href}/confirmations`,
    fields: fieldViews(PartnerInviteInput, texts, {
      refused,
      values: {
        partnerId: waiting.length === 1 ? only?.id : undefined,
        address: waiting.length === 1 ? (only?.invitedAddress ?? undefined) : undefined,
      },
      choices: { partnerId: waiting.map(({ id, name }) => ({ value: id, label: name })) },
      overrides: { address: { kind: 'email', autocomplete: 'email' } },
    }),
    submit: texts.t('partner.ask'),
    errors: errorItems(texts, refused),
  };
}

export function mouPage(
  texts: Texts,
  application: Pick<ApplicationSummary, 'id' | 'title'>,
  partners: readonly PartnerLine[],
  refused?: RefusedForm,
): View {
  const title = texts.t('partner.mou.title');
  const href = `/applications/${application.id}`;
  const [only] = partners;
  const form: FormView = {
    action: `${href}/memorandum`,
    fields: fieldViews(PartnerMouInput, texts, {
      refused,
      values: { partnerId: partners.length === 1 ? only?.id : undefined },
      choices: { partnerId: partners.map(({ id, name }) => ({ value: id, label: name })) },
    }),
    submit: texts.t('partner.mou.submit'),
    cancel: { label: texts.t('form.cancel'), href: `${href}/confirmations` },
    errors: errorItems(texts, refused),
  };
  const head = { crumbs: crumbs(texts, application), title, lead: texts.t('partner.mou.lead') };
  return { title, head, sections: [{ title: texts.t('partner.mou.section'), form }] };
}

export function crumbs(texts: Texts, { id, title }: Pick<ApplicationSummary, 'id' | 'title'>): LinkView[] {
  return [
    { label: texts.t('application.list.title'), href: '/applications' },
    { label: title, href: `/applications/${id}` },
  ];
}
