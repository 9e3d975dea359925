/** The text messages of the installation, for administrators and auditors: as a page and as JSON, without their links. */
import { Controller, Get, Injectable, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type ListPage, ListQuery, readList } from '../../platform/lists/list.js';
import { table } from '../../platform/pages/components.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { type Page, page } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';

export interface TextLine {
  readonly id: string;
  readonly createdAt: Date;
  readonly recipient: string;
  /** Without its link, which would let its reader in as somebody else. */
  readonly body: string;
  readonly state: 'kept' | 'sent';
  readonly sentAt: Date | null;
}

const PATH = '/text-messages';
/** A link, or anything as long and as random as a token. */
const SECRETS = /https?:\/\/\S+|[A-Za-z0-9_-]{40,}/gu;

@Injectable()
export class TextMessageReads {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  /** The newest first; looked for by the number. */
  async list(actor: Actor, query: ListQuery): Promise<ListPage<TextLine>> {
    const where = [conditionSql(this.policy.filter(actor, 'mail.read', {}))];
    if (query.q !== undefined) where.push(sql`m.recipient like ${`%${query.q.replace(/[^\d+]/g, '')}%`}`);
    const found = await readList<TextLine & { carriesSecret: boolean }>(
      this.db,
      {
        columns: sql`m.id, m.created_at as "createdAt", m.recipient, m.body, m.carries_secret as "carriesSecret",
          case when m.sent_at is null then 'kept' else 'sent' end as state, m.sent_at as "sentAt"`,
        from: sql`text_messages m`,
        sorts: { createdAt: { expression: 'm.created_at', type: 'timestamptz' } },
        ...{ where, defaultSort: '-createdAt', id: 'm.id' },
      },
      query,
    );
    const hidden = this.texts.t('mail.link_hidden');
    const items = found.items.map(({ carriesSecret, body, ...line }) => ({
      ...line,
      body: carriesSecret ? body.replace(SECRETS, () => hidden) : body,
    }));
    return { ...found, items };
  }
}

@Controller('text-messages')
export class TextMessagesPages {
  constructor(
    private readonly reads: TextMessageReads,
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('mail.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    const { texts } = this;
    const found = await this.reads.list(visit.actor, query);
    const title = texts.t('text_message.list.title');
    const crumbs = [
      { label: texts.t('settings.title'), href: '/settings' },
      { label: texts.t('mail.list.title'), href: '/mails' },
    ];
    const rows = found.items.map(({ recipient, body, createdAt, state }) => ({
      recipient: { text: recipient, note: body },
      createdAt: this.db.currentCalendar.formatInstant(createdAt, 'long'),
      state: { tag: { tone: state === 'sent' ? 'done' : 'idle', label: texts.t(`mail.state.${state}`) } as const },
    }));
    const list = table({
      id: 'text-messages',
      caption: title,
      columns: [
        { key: 'recipient', label: texts.t('mail.field.recipient') },
        { key: 'createdAt', label: texts.t('mail.field.created_at') },
        { key: 'state', label: texts.t('mail.field.state') },
      ],
      rows,
      stack: true,
      search: {
        action: PATH,
        text: { name: 'q', label: texts.t('text_message.search'), value: query.q },
        clear: query.q === undefined ? undefined : { label: texts.t('list.clear'), href: PATH },
      },
      pager: pagerView(texts, PATH, query, found),
      empty:
        query.q === undefined
          ? { title: texts.t('text_message.none'), text: texts.t('text_message.none.more') }
          : { title: texts.t('list.nothing_found'), link: { label: texts.t('list.clear'), href: PATH } },
    });
    const head = { crumbs, title, lead: texts.t('text_message.list.lead') };
    const view = { title, head, table: list };
    return page('agency/operations', view);
  }
}

@Controller('api/text-messages')
export class TextMessagesApi {
  constructor(private readonly reads: TextMessageReads) {}

  @Get()
  @Permit('mail.read')
  async list(@Acting() actor: Actor, @Query() query: ListQuery): Promise<Pick<ListPage<TextLine>, 'items' | 'next'>> {
    const { items, next } = await this.reads.list(actor, query);
    return { items, next };
  }
}
