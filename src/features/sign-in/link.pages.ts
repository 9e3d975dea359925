/** The page of a link. Opening it uses nothing up: mail scanners follow links. Its button does. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { NothingInput } from '../identity/index.js';
import { afterBegin } from './door.pages.js';
import { type Entered, LinkEntry } from './link-entry.service.js';
import { LinkDoor } from './link-door.js';
import { LinkPurposes } from './link-purposes.js';
import { linkPage } from './link.view.js';
import { linkToken } from './mailed-links.service.js';
import { Sessions } from './sessions.service.js';
import { ChoosePassphraseInput, EnterInput } from './sign-in.input.js';

/** A page, where to go next, or a page that is written already because its status is not 200. */
type Answer = Page | Redirect | string;

@Controller('links/:token')
export class LinkPages {
  constructor(
    private readonly entry: LinkEntry,
    private readonly sessions: Sessions,
    private readonly door: LinkDoor,
    private readonly purposes: LinkPurposes,
    private readonly settings: AgencySettings,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Public()
  async show(@Here() visit: Visit): Promise<Answer> {
    return this.door.orOver(visit, async (token) => {
      const { link } = await this.entry.look(token);
      const path = this.purposes.path(link.purpose, token);
      // A link of another feature has a page of its own.
      return path === visit.path ? this.showing(visit, token) : redirect(path);
    });
  }

  /** The page again, with what was wrong. */
  form(visit: Visit): Promise<Page> {
    const { token } = visit.request.params as { token?: unknown };
    return this.showing(visit, linkToken(token));
  }

  @Post()
  @Public()
  @Resubmit('form')
  async enter(@Here() visit: Visit, @Body() input: EnterInput): Promise<Answer> {
    return this.door.orOver(visit, async (token) => {
      const { link, people } = await this.entry.look(token);
      const isNew = link.purpose === 'sign_up' && people.length === 0;
      const entered = isNew
        ? await this.entry.signUp(token, input.name)
        : await this.entry.signIn(token, input.personId);
      return entered === 'who' ? this.showing(visit, token, true) : this.goIn(visit, entered);
    });
  }

  @Post('passphrase')
  @Public()
  @Resubmit('form')
  async choosePassphrase(@Here() visit: Visit, @Body() input: ChoosePassphraseInput): Promise<Answer> {
    return this.door.orOver(visit, async (token) => {
      const entered = await this.entry.choosePassphrase(token, input, input.personId);
      return entered === 'who' ? this.showing(visit, token, true) : this.goIn(visit, entered, 'account.passphrase_set');
    });
  }

  @Post('address')
  @Public()
  @Resubmit('form')
  async takeAddress(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Answer> {
    return this.door.orOver(visit, async (token) => {
      const { kind } = await this.entry.takeAddress(token);
      const note = kind === 'telephone' ? 'telephone.changed' : 'address.changed';
      return redirect(visit.actor.kind === 'person' ? '/me' : '/sign-in', note);
    });
  }

  /** A new one, to the same address. */
  @Post('again')
  @Public()
  async again(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Answer> {
    return this.door.again(visit);
  }

  private async goIn(visit: Visit, { accountId, method, next }: Entered, done?: string): Promise<Redirect> {
    return afterBegin(await this.sessions.begin(visit, { accountId, method }), next, done);
  }

  private async showing(visit: Visit, token: string, isAsking = false): Promise<Page> {
    const look = await this.entry.look(token);
    const { name: agency } = await this.settings.current();
    const wantsOtherName = visit.query['name'] === 'other';
    const shown = { look, token, refused: visit.refused, isAsking, agency, wantsOtherName };
    return page('sign-in/link', linkPage(this.texts, shown), { hasForm: true });
  }
}
