/** Wires conversations; later features register what one can write about. */
import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/index.js';
import { ConversationFiles } from './conversation-files.js';
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
  imports: [DocumentsModule],
  controllers: [ConversationsPages, ConversationsApi, ThingConversationPages, ThingConversationApi, ReplyPages],
  providers: [
    ConversationSubjects,
    ConversationNews,
    ConversationFiles,
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
