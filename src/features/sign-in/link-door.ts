/** LinkDoor: where a link is over, its page says so kindly and offers a new one. For every feature with links. */
import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { PageWriter } from '../../platform/pages/page-writer.js';
import { Texts } from '../../platform/texts/texts.js';
import { LinkPurposes } from './link-purposes.js';
import { LinkRequests } from './link-requests.service.js';
import { type OverTold, overPage, toldPage } from './link.view.js';
import { type HeldLink, isPrinted, linkToken, MailedLinks } from './mailed-links.service.js';

@Injectable()
export class LinkDoor {
  constructor(
    private readonly db: Database,
    private readonly links: MailedLinks,
    private readonly requests: LinkRequests,
    private readonly purposes: LinkPurposes,
    private readonly writer: PageWriter,
    private readonly texts: Texts,
  ) {}

  /**
   * What `run` gives; or, with 404, the page that tells of a link that is over, in the words of `told` where there are
   * any. The token is the one in the path.
   */
  async orOver(
    visit: Visit,
    run: (token: string) => Promise<Page | Redirect>,
    told?: (held: HeldLink) => Promise<OverTold | undefined>,
  ): Promise<Page | Redirect | string> {
    const { token } = visit.request.params as { token?: unknown };
    try {
      return await run(linkToken(token));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'link.not_open') throw error;
      return this.over(visit, typeof token === 'string' ? token : '', told);
    }
  }

  /** Sends a new one to the same address. */
  async again(visit: Visit): Promise<Page | Redirect | string> {
    return this.orOver(visit, async (token) => {
      const held = await this.links.held(this.db, token);
      if (held !== undefined && !this.mayRenew(held)) return redirect('/sign-in');
      const channel = await this.requests.askAgain(token, visit.request.ip);
      return redirect(channel === 'text' ? '/sign-in/sent?by=text' : '/sign-in/sent', 'link.renewed');
    });
  }

  private async over(
    visit: Visit,
    token: string,
    told?: (held: HeldLink) => Promise<OverTold | undefined>,
  ): Promise<string> {
    const held = await this.links.held(this.db, token);
    const renews = held !== undefined && this.mayRenew(held);
    const known = held === undefined ? undefined : await told?.(held);
    const view =
      known === undefined
        ? overPage(this.texts, held, token, { renews, isSignedIn: visit.actor.kind === 'person' })
        : toldPage(this.texts, known);
    return this.writer.write(visit, page('sign-in/link-over', view, { hasForm: true }), 404);
  }

  private mayRenew(held: HeldLink): boolean {
    const { purpose, personId } = held;
    // Whoever runs the server shows the next one; a mailbox may not be there yet.
    if (isPrinted(held)) return false;
    // A new address that was not confirmed in time is asked for anew by whoever is signed in.
    return this.purposes.renews(purpose) && !(purpose === 'change_address' && personId !== null);
  }
}
