/** Conversations and notes as their pages show them, and the piece that stands on the page of the thing itself. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type FieldView, type LinkView, type PageHead, table } from '../../platform/pages/components.js';
import { errorItems, fieldViews, lineViews } from '../../platform/pages/forms.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { Texts } from '../../platform/texts/texts.js';
import { type AttachmentView, fileNote } from '../documents/index.js';
import type { SeenSubject } from './conversation-subjects.js';
import { type ConversationListQuery, InternalNoteInput, MessageFileInput, MessageInput } from './conversation.input.js';
import { Conversations, type ConversationView, type MessageView } from './conversations.service.js';
import { InternalNotes } from './internal-notes.service.js';

type View = { title: string } & Record<string, unknown>;

/** One message as the partial `conversation` shows it. */
export interface ShownMessage {
  readonly who: string;
  readonly when: string;
  readonly title?: string;
  readonly body: string;
  readonly note?: string;
  readonly files?: readonly { readonly title: string; readonly href?: string; readonly note?: string }[];
  /** Written from the side that reads. */
  readonly own: boolean;
}

/** What stands on the page of a thing: the last messages and the ways to all of them. */
export interface ConversationPanel {
  readonly title: string;
  readonly lead: string;
  readonly messages: readonly ShownMessage[];
  readonly links: readonly LinkView[];
}

const SHOWN_ON_THING = 2;
const MOST_FILE_BOXES = 2;

@Injectable()
export class ConversationPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly agency: AgencyFrame,
    private readonly conversations: Conversations,
    private readonly internal: InternalNotes,
  ) {}

  /** For the page of the thing; nothing for who may not read it. */
  async panel(actor: Actor, type: string, id: string): Promise<ConversationPanel | undefined> {
    if (!this.policy.mightDo(actor, 'conversation.read')) return undefined;
    const view = await this.conversations.find(actor, type, id);
    if (view === undefined) return undefined;
    const { t } = this;
    const { path } = view.subject;
    const count = view.messages.length;
    const messages = await this.shown(view.messages.slice(-SHOWN_ON_THING), view.subject);
    const notes = await this.internal.count(actor, type, id);
    const links = [{ label: t('conversation.panel.all', { count }), href: `${path}/messages` }];
    if (notes !== undefined) links.push({ label: t('internal_note.panel', { count: notes }), href: `${path}/notes` });
    return { title: t('conversation.section'), lead: this.lead(view), messages, links };
  }

  async show(visit: Visit, type: string): Promise<View> {
    const { t } = this;
    const view = await this.conversations.get(visit.actor, type, visit.id());
    const { subject } = view;
    const path = `${subject.path}/messages`;
    const mayWrite = await this.conversations.mayWrite(visit.actor, subject);
    const isAgency = subject.side === 'agency';
    const fields = fieldViews(MessageInput, this.texts, {
      refused: visit.refused,
      only: isAgency ? ['body', 'expectsAnswer'] : ['body'],
      overrides: { body: { rows: 7 } },
    });
    const head = this.head(subject, t('conversation.title', { title: subject.title }), this.lead(view));
    const waits = mayWrite && view.waitsFor === subject.side;
    return {
      title: head.title,
      head: {
        ...head,
        actions: [
          ...(waits ? [{ label: t('conversation.settle'), action: `${path}/settle`, quiet: true }] : []),
          ...(await this.notesLink(visit.actor, subject)),
        ],
      },
      messages: await this.shown(view.messages, subject),
      empty: view.messages.length > 0 ? undefined : { title: t('conversation.none'), text: this.emptyText(subject) },
      form: mayWrite
        ? {
            action: path,
            fields: [...fields, ...this.fileFields(visit, t('conversation.files.hint'))],
            submit: t('conversation.send'),
            errors: errorItems(this.texts, visit.refused),
          }
        : undefined,
      told: mayWrite ? t(isAgency ? 'conversation.told.organization' : 'conversation.told.agency') : undefined,
    };
  }

  async notes(visit: Visit, type: string): Promise<View> {
    const { t } = this;
    const { subject, notes, mayWrite } = await this.internal.get(visit.actor, type, visit.id());
    const head = this.head(subject, t('internal_note.title', { title: subject.title }), t('internal_note.lead'));
    return {
      title: head.title,
      head: { ...head, actions: [{ label: t('conversation.section'), href: `${subject.path}/messages` }] },
      notes: notes.map((note) => ({
        who: note.author,
        when: this.at(note.createdAt),
        body: note.body,
        files: this.shownFiles(note.files),
        own: true,
      })),
      empty: notes.length > 0 ? undefined : { title: t('internal_note.none'), text: t('internal_note.none.text') },
      form: mayWrite
        ? {
            action: `${subject.path}/notes`,
            fields: [
              ...fieldViews(InternalNoteInput, this.texts, {
                ...{ refused: visit.refused, only: ['body'] },
                overrides: { body: { rows: 5 } },
              }),
              ...this.fileFields(visit, t('internal_note.files.hint')),
            ],
            submit: t('internal_note.add'),
            errors: errorItems(this.texts, visit.refused),
          }
        : undefined,
    };
  }

  async list(actor: Actor, query: ConversationListQuery): Promise<View> {
    const { t } = this;
    const path = '/conversations';
    const found = await this.conversations.list(actor, query);
    const isSearch = query.q !== undefined || query.which === 'waiting';
    const head: PageHead = { title: t('conversation.list.title'), lead: t('conversation.list.lead') };
    const conversations = table({
      id: 'conversations',
      caption: t('conversation.list.caption'),
      columns: [
        { key: 'about', label: t('conversation.list.about') },
        { key: 'organization', label: t('conversation.list.organization'), minor: true },
        { key: 'last', label: t('conversation.list.last') },
        { key: 'state', label: t('conversation.list.state') },
      ],
      rows: found.items.map((row) => ({
        about: {
          text: row.title,
          href: `${row.path}/${row.subjectId}/messages`,
          note: t(`conversation.kind.${row.type}`),
        },
        organization: row.organizationName,
        last: { text: row.lastBody, note: this.at(row.lastAt) },
        state:
          row.waitsFor === null
            ? ''
            : {
                tag:
                  row.waitsFor === row.side
                    ? { tone: 'attention', label: t('conversation.waits.you') }
                    : { tone: 'waiting', label: t(`conversation.waits.${row.waitsFor}`) },
              },
      })),
      search: {
        action: path,
        text: { name: 'q', label: t('conversation.list.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'which', label: t('conversation.list.which'), value: query.which ?? 'all' },
            options: ['all', 'waiting'].map((value) => ({ value, label: t(`conversation.list.which.${value}`) })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } }
        : { title: t('conversation.list.none'), text: t('conversation.list.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: conversations };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private at(instant: Date): string {
    return this.db.currentCalendar.formatInstant(instant, 'long');
  }

  private head(subject: SeenSubject, title: string, lead: string): PageHead {
    return { crumbs: [{ label: subject.title, href: subject.path }], title, lead };
  }

  private async notesLink(actor: Actor, { type, id, path }: SeenSubject): Promise<{ label: string; href: string }[]> {
    const count = await this.internal.count(actor, type, id);
    return count === undefined ? [] : [{ label: this.t('internal_note.panel', { count }), href: `${path}/notes` }];
  }

  /** Who waits for whom. */
  private lead({ subject, waitsFor, messages }: ConversationView): string {
    const { organizationName: organization, side } = subject;
    if (waitsFor !== null) {
      return this.t(waitsFor === side ? 'conversation.lead.you' : `conversation.lead.${waitsFor}`, { organization });
    }
    return this.t(messages.length === 0 ? 'conversation.lead.none' : 'conversation.lead.settled', { organization });
  }

  private emptyText({ side, organizationName: organization }: SeenSubject): string {
    return this.t(`conversation.none.${side}`, { organization });
  }

  private async shown(
    messages: readonly MessageView[],
    { side, organizationName }: SeenSubject,
  ): Promise<ShownMessage[]> {
    const { name: agency } = await this.agency.load();
    return messages.map((message) => ({
      who:
        message.side === 'agency'
          ? this.t('conversation.from_agency', { author: message.author, agency })
          : this.t('conversation.from_organization', { author: message.author, organization: organizationName }),
      when: this.at(message.createdAt),
      title: message.title ?? undefined,
      body: message.body,
      note: this.noteOf(message),
      files: this.shownFiles(message.files),
      own: message.side === side,
    }));
  }

  /** A box for each file; more of them when those are full. */
  private fileFields({ refused }: Visit, hint: string): FieldView[] {
    const sent = refused?.values['files'];
    const spare = Array.isArray(sent) ? Math.max(0, MOST_FILE_BOXES - sent.length) : MOST_FILE_BOXES;
    const lines = lineViews(this.texts, { refused, name: 'files', input: MessageFileInput, stored: [], spare });
    return lines.flat().map((field, index) => ({
      ...field,
      optional: true,
      label: this.t('conversation.field.file_nth', { number: index + 1 }),
      // Said once.
      hint: index === 0 ? hint : undefined,
    }));
  }

  private shownFiles(files: readonly AttachmentView[]): ShownMessage['files'] {
    return files.map((file) => ({
      title: file.fileName,
      href: file.state === 'clean' ? file.url : undefined,
      note: fileNote(this.t, file),
    }));
  }

  private noteOf({ via, side, expectsAnswer }: MessageView): string | undefined {
    if (via === 'broadcast') return this.t('conversation.via.broadcast');
    if (via === 'link') return this.t('conversation.via.link');
    return side === 'agency' && expectsAnswer ? this.t('conversation.asks') : undefined;
  }
}
