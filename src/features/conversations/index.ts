/** Conversations: what agency and organization write to each other about one thing, and internal notes apart from it. */
import type { Feature } from '../../platform/feature.js';
import { Conversation, ConversationMessage, InternalNote } from './conversation.entity.js';
import { ConversationsModule } from './conversations.module.js';
import { conversationsPermissions } from './conversations.policy.js';
import { conversationsPersonalData } from './conversations.personal-data.js';
import { ConversationsTasks } from './conversations.tasks.js';

export { type ConversationSubject, ConversationSubjects } from './conversation-subjects.js';
export { ConversationPageViews } from './conversation.page-view.js';
export { ConversationReplies } from './conversation-replies.service.js';
export { Conversations } from './conversations.service.js';
export { InternalNotes } from './internal-notes.service.js';
export { ConversationsModule } from './conversations.module.js';

export const conversationsFeature: Feature = {
  name: 'conversations',
  module: ConversationsModule,
  entities: [Conversation, ConversationMessage, InternalNote],
  permissions: [conversationsPermissions],
  lifecycles: [],
  menu: [
    {
      labelKey: 'menu.conversations',
      href: '/conversations',
      rank: 40,
      group: 'messages',
      permission: 'conversation.read',
    },
  ],
  tasks: [ConversationsTasks],
  jobs: [],
  personalData: conversationsPersonalData,
};
