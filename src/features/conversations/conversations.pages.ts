/** What is written about a thing, as pages of that thing: the conversation, and apart from it the agency's notes. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { NothingInput } from '../identity/index.js';
import { ConversationSubjects } from './conversation-subjects.js';
import { ConversationListQuery, InternalNoteInput, MessageInput } from './conversation.input.js';
import { ConversationPageViews } from './conversation.page-view.js';
import { Conversations } from './conversations.service.js';
import { InternalNotes } from './internal-notes.service.js';

/** The word that an address of a thing begins with names its kind. */
const wordOf = (visit: Visit, nth: number): string => visit.path.split('/')[nth] ?? '';

@Controller(['applications/:id', 'awards/:id', 'requests/:id'])
export class ThingConversationPages {
  constructor(
    private readonly conversations: Conversations,
    private readonly notes: InternalNotes,
    private readonly subjects: ConversationSubjects,
    private readonly views: ConversationPageViews,
  ) {}

  @Get('messages')
  @Permit('conversation.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('conversations/conversation', await this.views.show(visit, this.typeOf(visit)));
  }

  @Post('messages')
  @Permit('conversation.write')
  @Resubmit('show')
  async write(@Here() visit: Visit, @Body() input: MessageInput): Promise<Redirect> {
    await this.conversations.write(visit.actor, this.typeOf(visit), visit.id(), input);
    return redirect(visit.path, 'conversation.written');
  }

  @Post('messages/settle')
  @Permit('conversation.write')
  @Resubmit('show')
  async settle(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.conversations.settle(visit.actor, this.typeOf(visit), visit.id());
    return redirect(visit.path.replace(/\/settle$/, ''), 'conversation.settled');
  }

  @Get('notes')
  @Permit('internal_note.read')
  async showNotes(@Here() visit: Visit): Promise<Page> {
    return page('conversations/notes', await this.views.notes(visit, this.typeOf(visit)));
  }

  @Post('notes')
  @Permit('internal_note.write')
  @Resubmit('showNotes')
  async note(@Here() visit: Visit, @Body() input: InternalNoteInput): Promise<Redirect> {
    await this.notes.add(visit.actor, this.typeOf(visit), visit.id(), input);
    return redirect(visit.path, 'internal_note.written');
  }

  private typeOf(visit: Visit): string {
    return this.subjects.typeAt(wordOf(visit, 1));
  }
}

@Controller('conversations')
export class ConversationsPages {
  constructor(private readonly views: ConversationPageViews) {}

  @Get()
  @Permit('conversation.read')
  async list(@Here() visit: Visit, @Query() query: ConversationListQuery): Promise<Page> {
    return page('conversations/list', await this.views.list(visit.actor, query));
  }
}
