/** Wires conversations; later features register what one can write about. */
import { Module } from '@nestjs/common';
import { ConversationNews } from './conversation-news.js';
import { ConversationReplies } from './conversation-replies.service.js';
import { ConversationSubjects } from './conversation-subjects.js';
import { ConversationPageViews } from './conversation.page-view.js';
import { ConversationsApi, ThingConversationApi } from './conversations.api.js';
import { ConversationsPages, ThingConversationPages } from './conversations.pages.js';
import { Conversations } from './conversations.service.js';
import { ConversationsTasks } from './conversations.tasks.js';
import { InternalNotes } from './internal-notes.service.js';
import { ReplyPages } from './reply.pages.js';
import { ReplyViews } from './reply.view.js';

@Module({
  controllers: [ConversationsPages, ConversationsApi, ThingConversationPages, ThingConversationApi, ReplyPages],
  providers: [
    ConversationSubjects,
    ConversationNews,
    Conversations,
    ConversationReplies,
    InternalNotes,
    ConversationPageViews,
    ReplyViews,
    ConversationsTasks,
  ],
  exports: [ConversationSubjects, Conversations, ConversationPageViews],
})
export class ConversationsModule {}
