/** What the pages about cards show: who has one, the card to print, and the page that asks for its PIN. */
import { Policy } from '../../kernel/policy.js';
import type { Actor } from '../../kernel/actor.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import {
  type FactsView,
  type FormView,
  type LinkView,
  type PageHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import type { ListPage, ListQuery } from '../../platform/lists/list.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { pagerView } from '../../platform/pages/list-views.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { CardLine, IssuedCard } from './cards.service.js';
import type { OverPage } from './link.view.js';
import { type QrView, qrCode } from './qr-code.js';
import { PinInput } from './sign-in.input.js';

export interface CardsPage {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
}

export function cardsPage(
  texts: Texts,
  { found, query }: { found: ListPage<CardLine>; query: ListQuery },
  policy: Policy,
  actor: Actor,
): CardsPage {
  const title = texts.t('card.list.title');
  const may = (permission: string, { collaborativeId }: CardLine): boolean =>
    policy.can(actor, permission, { scopes: { collaborative: collaborativeId } });
  return {
    title,
    head: { title, lead: texts.t('card.list.lead') },
    table: table({
      id: 'cards',
      caption: title,
      columns: [
        { key: 'person', label: texts.t('card.field.person') },
        { key: 'card', label: texts.t('card.field.card') },
        { key: 'used', label: texts.t('card.field.used') },
        { key: 'issue', label: texts.t('card.issue'), unlabeled: true },
        { key: 'revoke', label: texts.t('card.revoke'), unlabeled: true },
      ],
      rows: found.items.map((line) => ({
        person: { text: line.name, note: line.collaborative },
        card: { tag: tagOf(texts, line), note: noteOf(texts, line) },
        used: line.lastUsedAt === null ? '' : texts.t('account.sessions.at', { at: line.lastUsedAt }),
        issue: may('card.issue', line)
          ? {
              button: {
                label: texts.t(line.cardId === null ? 'card.issue' : 'card.issue_again'),
                action: '/cards',
                small: true,
                about: line.name,
                hidden: [
                  { name: 'personId', value: line.personId },
                  { name: 'collaborativeId', value: line.collaborativeId },
                ],
              },
            }
          : '',
        revoke:
          line.cardId !== null && may('card.revoke', line)
            ? {
                button: {
                  label: texts.t('card.revoke'),
                  action: `/cards/${line.cardId}/revoke`,
                  small: true,
                  about: line.name,
                  needsNote: true,
                },
              }
            : '',
      })),
      stack: true,
      search: {
        action: '/cards',
        text: { name: 'q', label: texts.t('card.search'), value: query.q },
        clear: query.q === undefined ? undefined : { label: texts.t('card.search.clear'), href: '/cards' },
      },
      pager: pagerView(texts, '/cards', query, found),
      empty:
        query.q === undefined
          ? { title: texts.t('card.none'), text: texts.t('card.none.more') }
          : { title: texts.t('card.none_found'), text: texts.t('card.none_found.more') },
    }),
  };
}

function tagOf(texts: Texts, { cardId, revokeReason }: CardLine): TagView {
  if (cardId !== null) return { tone: 'done', label: texts.t('card.state.good') };
  if (revokeReason === 'wrong_pins') return { tone: 'attention', label: texts.t('card.state.worn_out') };
  return { tone: 'idle', label: texts.t(revokeReason === null ? 'card.state.none' : 'card.state.over') };
}

function noteOf(texts: Texts, { goodUntil }: CardLine): string | undefined {
  return goodUntil === null ? undefined : texts.t('card.until', { date: goodUntil });
}

export interface CardPrint {
  readonly title: string;
  readonly head: PageHead;
  readonly name: string;
  readonly agency: string;
  readonly qr: QrView;
  readonly address: string;
  readonly facts: FactsView;
  readonly steps: readonly string[];
  readonly back: LinkView;
}

export function cardPrint(
  texts: Texts,
  card: IssuedCard,
  { publicUrl, agency }: { publicUrl: string; agency: string },
): CardPrint {
  const title = texts.t('card.print.title', { name: card.name });
  const address = `${publicUrl}/card/${card.token}`;
  return {
    ...{ title, agency, address, name: card.name },
    head: { title, lead: texts.t('card.print.lead') },
    qr: qrCode(address, texts.t('card.print.qr')),
    facts: {
      items: [
        { label: texts.t('card.field.pin'), value: card.pin.replace(/^(\d{3})/u, '$1 '), strong: true },
        { label: texts.t('card.field.until'), value: texts.t('role.date', { date: card.goodUntil }) },
      ],
    },
    steps: [texts.t('card.print.step_scan'), texts.t('card.print.step_pin'), texts.t('card.print.step_lost')],
    back: { label: texts.t('card.print.back'), href: '/cards' },
  };
}

export interface CardDoor {
  readonly title: string;
  readonly head: PageHead;
  readonly form: FormView;
  readonly more: readonly LinkView[];
}

export function cardDoor(texts: Texts, name: string, token: string, refused: RefusedForm | undefined): CardDoor {
  const title = texts.t('card.door.title', { name });
  return {
    title,
    head: { title, lead: texts.t('card.door.lead') },
    form: {
      action: `/card/${token}`,
      fields: fieldViews(PinInput, texts, {
        refused,
        overrides: { pin: { autocomplete: 'off', inputmode: 'numeric', width: 'short' } },
      }),
      submit: texts.t('card.door.submit'),
      errors: refused === undefined ? undefined : errorItems(texts, refused),
    },
    more: [{ label: texts.t('card.door.other'), href: '/sign-in' }],
  };
}

/** The page of a card that opens nothing any more: what happened, and the ways on. */
export function cardOver(texts: Texts, code: string): OverPage {
  const title = texts.t('card.over.title');
  return {
    title,
    head: { title, lead: texts.t(code === 'card.worn_out' ? 'error.card.worn_out' : 'card.over.lead') },
    more: [{ label: texts.t('card.over.address'), href: '/sign-in' }],
    help: texts.t('card.over.help'),
  };
}
