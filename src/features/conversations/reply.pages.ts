/** The page of a link to answer with: looking at it uses nothing up, its button sends one answer. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { LinkDoor, linkToken } from '../sign-in/index.js';
import { ConversationReplies } from './conversation-replies.service.js';
import { ReplyInput } from './conversation.input.js';
import { ReplyViews } from './reply.view.js';

/** A page, where to go next, or the page of a link that is over. */
type Answer = Page | Redirect | string;

@Controller('replies')
export class ReplyPages {
  constructor(
    private readonly replies: ConversationReplies,
    private readonly views: ReplyViews,
    private readonly door: LinkDoor,
  ) {}

  @Get('sent')
  @Public()
  sent(@Here() visit: Visit): Page {
    return page('conversations/reply-sent', this.views.sent(visit.actor));
  }

  @Get(':token')
  @Public()
  async show(@Here() visit: Visit): Promise<Answer> {
    return this.door.orOver(visit, (token) => this.showing(visit, token));
  }

  /** The page again, with what was wrong. */
  form(visit: Visit): Promise<Page> {
    const { token } = visit.request.params as { token?: unknown };
    return this.showing(visit, linkToken(token));
  }

  @Post(':token')
  @Public()
  @Resubmit('form')
  async answer(@Here() visit: Visit, @Body() input: ReplyInput): Promise<Answer> {
    return this.door.orOver(visit, async (token) => {
      await this.replies.answer(token, input);
      return redirect('/replies/sent');
    });
  }

  private async showing(visit: Visit, token: string): Promise<Page> {
    visit.reply.header('cache-control', 'no-store');
    return page('conversations/reply', await this.views.show(visit, token), { hasForm: true });
  }
}
