/** What the page of a link to answer with shows: the message it came with, and one box. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { Texts } from '../../platform/texts/texts.js';
import { ConversationReplies } from './conversation-replies.service.js';
import { ReplyInput } from './conversation.input.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class ReplyViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly agency: AgencyFrame,
    private readonly replies: ConversationReplies,
  ) {}

  async show(visit: Visit, token: string): Promise<View> {
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const { subject, person, author, title, body, createdAt } = await this.replies.look(token);
    const { name: agency } = await this.agency.load();
    const heading = t('conversation.reply.title', { title: subject.title });
    return {
      title: heading,
      head: { title: heading, lead: t('conversation.reply.lead', { person: person.name, agency }) },
      message: {
        who: t('conversation.from_agency', { author, agency }),
        when: this.db.currentCalendar.formatInstant(createdAt, 'full'),
        title: title ?? undefined,
        body,
      },
      form: {
        action: `/replies/${token}`,
        fields: fieldViews(ReplyInput, this.texts, { refused: visit.refused, overrides: { body: { rows: 8 } } }),
        submit: t('conversation.reply.submit'),
        errors: errorItems(this.texts, visit.refused),
      },
      after: t('conversation.reply.after', { organization: subject.organizationName }),
    };
  }

  sent(actor: Actor): View {
    const title = this.texts.t('conversation.reply.sent');
    const link =
      actor.kind === 'person'
        ? { label: this.texts.t('conversation.list.title'), href: '/conversations' }
        : { label: this.texts.t('conversation.reply.sign_in'), href: '/sign-in?next=/conversations' };
    return { title, head: { title, lead: this.texts.t('conversation.reply.sent.text') }, link };
  }
}
