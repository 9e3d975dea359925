/** What is written about a thing, for programs. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { NothingInput } from '../identity/index.js';
import { ConversationSubjects } from './conversation-subjects.js';
import { ConversationListQuery, InternalNoteInput, MessageInput } from './conversation.input.js';
import { type ConversationRow, Conversations, type ConversationView } from './conversations.service.js';
import { InternalNotes, type InternalNotesView } from './internal-notes.service.js';

@ApiTags('conversations')
@Controller(['api/applications/:id', 'api/awards/:id', 'api/requests/:id'])
export class ThingConversationApi {
  constructor(
    private readonly conversations: Conversations,
    private readonly notes: InternalNotes,
    private readonly subjects: ConversationSubjects,
  ) {}

  @Get('messages')
  @Permit('conversation.read')
  async messages(@Here() visit: Visit): Promise<ConversationView> {
    return this.conversations.get(visit.actor, this.typeOf(visit), visit.id());
  }

  @Post('messages')
  @Permit('conversation.write')
  async write(@Here() visit: Visit, @Body() input: MessageInput): Promise<{ id: string }> {
    return this.conversations.write(visit.actor, this.typeOf(visit), visit.id(), input);
  }

  @Post('messages/settle')
  @HttpCode(200)
  @Permit('conversation.write')
  async settle(@Here() visit: Visit, @Body() _input: NothingInput): Promise<ConversationView> {
    await this.conversations.settle(visit.actor, this.typeOf(visit), visit.id());
    return this.conversations.get(visit.actor, this.typeOf(visit), visit.id());
  }

  @Get('notes')
  @Permit('internal_note.read')
  async internal(@Here() visit: Visit): Promise<InternalNotesView> {
    return this.notes.get(visit.actor, this.typeOf(visit), visit.id());
  }

  @Post('notes')
  @Permit('internal_note.write')
  async note(@Here() visit: Visit, @Body() input: InternalNoteInput): Promise<{ id: string }> {
    return this.notes.add(visit.actor, this.typeOf(visit), visit.id(), input);
  }

  private typeOf(visit: Visit): string {
    return this.subjects.typeAt(visit.path.split('/')[2] ?? '');
  }
}

@ApiTags('conversations')
@Controller('api/conversations')
export class ConversationsApi {
  constructor(private readonly conversations: Conversations) {}

  @Get()
  @Permit('conversation.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ConversationListQuery,
  ): Promise<{ items: readonly ConversationRow[]; next: string | null }> {
    const { items, next } = await this.conversations.list(actor, query);
    return { items, next };
  }
}
