/** PageWriter: puts a page into its frame - menu, who you are, what just happened - and sends it. */
import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { AppError } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/tokens.js';
import { say, waitsForSecondStep, whyPath } from '../http/problem.js';
import type { ActingRequest, Visit } from '../http/visit.js';
import { type Frame, Templates } from '../templates/templates.js';
import { Texts } from '../texts/texts.js';
import type { LinkView, NoteView } from './components.js';
import { keptForm } from './kept-form.js';
import { foldMenu, type MenuGroup } from './menu.js';
import { Page, type Redirect } from './page.js';

/** What a stranger's search shows of the page. */
function descriptionOf({ view }: Page): string | undefined {
  const { head } = view as { readonly head?: { readonly lead?: string } };
  return view.description ?? head?.lead;
}

/** One line of the menu; shown to those who might do what it leads to. */
export interface MenuItem {
  readonly labelKey: string;
  readonly href: string;
  /** Lower stands further left; 50 when absent. */
  readonly rank?: number;
  /** Absent: shown to everybody signed in. */
  readonly permission?: string;
  /** What it is folded together with where a role has more than fit. */
  readonly group?: MenuGroup;
  /** Shown to who is not signed in, and to nobody else. */
  readonly signedOut?: boolean;
}

export const MENU = Symbol('granary.menu');

/** What stands at the foot of every page; the agency's settings provide it. */
export abstract class AgencyFrame {
  abstract load(): Promise<{ readonly name: string; readonly helpPhone: string; readonly demo: boolean }>;
}

/** More links at the foot of a page, for who may follow them; the audit trail provides them. */
export abstract class PageLinks {
  abstract of(actor: Actor, path: string): readonly LinkView[];
}

@Injectable()
export class PageWriter {
  constructor(
    private readonly templates: Templates,
    private readonly texts: Texts,
    private readonly policy: Policy,
    private readonly agency: AgencyFrame,
    private readonly links: PageLinks,
    @Inject(MENU) private readonly menu: readonly MenuItem[],
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The whole page as HTML; status and headers are set on the reply. */
  async write(visit: Visit, page: Page, status = 200): Promise<string> {
    const frame = await this.frame(visit, page);
    const html = this.templates.render(page.template, page.view, frame);
    // What one person may see is nobody else's to keep: neither a proxy nor the back button after signing out.
    visit.reply.header('cache-control', 'no-store');
    visit.reply.status(status).type('text/html; charset=utf-8');
    return html;
  }

  /** Sends the browser on; what was done is said there, once. */
  follow(visit: Visit, { path, note }: Redirect): string {
    if (note !== undefined && visit.request.session !== undefined) {
      visit.request.session.note = { path: path.split(/[?#]/u)[0] ?? path, key: note.key, params: { ...note.params } };
    }
    visit.reply.status(303).header('location', path).type('text/plain');
    return '';
  }

  async writeError(visit: Visit, error: AppError): Promise<string> {
    const kept = await keptForm(visit.request, error, this.config.uploadLimitMegabytes);
    const view = {
      kept,
      title: this.texts.t(kept === undefined ? `problem.${error.kind}` : 'problem.kept'),
      sentence: kept === undefined ? say(this.texts, error) : this.texts.t('problem.kept.text'),
      blockers: error.blockers.map((each) => say(this.texts, each)),
      requestId: visit.request.id,
      isFailure: error.status >= 500,
      canSignIn: visit.actor.kind === 'public',
      why: this.why(visit, error),
      secondStep: visit.actor.kind === 'person' && waitsForSecondStep(error),
    };
    if (error.retryAfterSeconds !== undefined) visit.reply.header('retry-after', error.retryAfterSeconds);
    return this.write(visit, new Page('layout/problem', view, kept !== undefined), error.status);
  }

  private async frame(visit: Visit, page: Page): Promise<Frame> {
    const { actor } = visit;
    const agency = await this.agency.load();
    const isSignedIn = actor.kind === 'person';
    const csrf = isSignedIn || page.hasForm ? visit.reply.generateCsrf() : undefined;
    return {
      title: page.view.title,
      description: isSignedIn ? undefined : descriptionOf(page),
      locale: 'en',
      agency: { name: agency.name, helpPhone: agency.helpPhone },
      demo: agency.demo,
      ...this.navigation(visit),
      person: isSignedIn ? { name: actor.name, role: this.roleLine(visit), href: '/me' } : undefined,
      csrf,
      assisting: this.assisting(visit),
      links: this.links.of(actor, visit.path),
      note: page.view.tellsRefusal === true ? undefined : (this.refusalNote(visit, page.view) ?? this.doneNote(visit)),
      scripts: page.view.scripts?.map((name) => `${name}.js`),
    };
  }

  private navigation(visit: Visit): Pick<Frame, 'nav'> {
    const isSignedIn = visit.actor.kind === 'person';
    const items = this.menu
      .filter((item) => isSignedIn !== (item.signedOut ?? false))
      .filter((item) => item.permission === undefined || this.policy.mightDo(visit.actor, item.permission));
    const holds = ({ href }: MenuItem): boolean => (href === '/' ? visit.path === '/' : visit.path.startsWith(href));
    // Of two that hold the page, such as a list and one kind in it, the closer one is where one is.
    const longest = Math.max(...items.filter(holds).map(({ href }) => href.length));
    const links = items.map((item) => ({
      label: this.texts.t(item.labelKey),
      href: item.href,
      current: holds(item) && item.href.length === longest,
      group: item.group,
    }));
    return { nav: foldMenu(links, (group) => this.texts.t(`menu.group.${group}`)) };
  }

  /** The way on from a refusal: what it takes, and whom to ask. */
  private why({ actor, request }: Visit, error: AppError): LinkView | undefined {
    const href = actor.kind === 'person' ? whyPath(error, (request as ActingRequest).permission) : undefined;
    const label = this.texts.t(waitsForSecondStep(error) ? 'problem.set_up_second_step' : 'problem.why');
    return href === undefined ? undefined : { label, href };
  }

  /** For whom somebody of the agency may enter things just now: said on every page, so that it is never forgotten. */
  private assisting({ actor }: Visit): Frame['assisting'] {
    const assists = actor.kind === 'person' ? (actor.assists ?? []) : [];
    return assists.map(({ organizationId, organizationName: name, endsOn: date }) => ({
      text: this.texts.t('assistance.banner', { name: name ?? '', date: date ?? '' }),
      link: { label: this.texts.t('assistance.banner.link'), href: `/organizations/${organizationId}/assistances` },
    }));
  }

  private roleLine(visit: Visit): string {
    if (visit.actor.kind !== 'person') return '';
    const helped = new Set(visit.actor.assists?.map(({ organizationId }) => organizationId));
    // The role that helping an organization lends is told by its own line, not as one of theirs.
    const own = visit.actor.grants.filter(
      ({ role, scopeId, lent }) => lent === undefined && (role !== 'applicant' || !helped.has(scopeId ?? '')),
    );
    const roles = [...new Set(own.map((grant) => grant.role))];
    return roles.map((role) => this.texts.t(`role.${role}`)).join(', ');
  }

  /** A refused action without a form of its own is told at the top of the page it came from. */
  private refusalNote(visit: Visit, view: object): NoteView | undefined {
    const error = visit.refused?.error;
    if (error === undefined || error.fields.some((each) => each.field !== 'note')) return undefined;
    // A form of the page that tells it beside its own box has said it.
    if (error.fields.length > 0 && hasErrors(view)) return undefined;
    return {
      tone: 'rust',
      title: this.texts.t(`problem.heading.${error.kind}`),
      text: say(this.texts, error),
      items: [...error.fields, ...error.blockers].map((each) => say(this.texts, each)),
      link: this.why(visit, error),
    };
  }

  private doneNote(visit: Visit): NoteView | undefined {
    const note = visit.request.session?.note;
    if (note === undefined || note.path !== visit.path) return undefined;
    visit.request.session.note = undefined;
    return {
      tone: 'blue',
      title: this.texts.t(`done.${note.key}`, note.params),
      text: this.texts.has(`done.${note.key}.more`) ? this.texts.t(`done.${note.key}.more`, note.params) : undefined,
    };
  }
}

/** Whether a form of this page shows what was wrong with it. */
function hasErrors(view: object): boolean {
  return Object.values(view).some((part: unknown) => {
    const errors = typeof part === 'object' && part !== null && 'errors' in part ? part.errors : undefined;
    return Array.isArray(errors) && errors.length > 0;
  });
}
