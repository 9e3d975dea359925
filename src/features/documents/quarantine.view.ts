/** What the administrators' pages of files show: those that wait for the scanner, and those that were shut away. */
import { Inject, Injectable } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { kindOfMime, wordsOf } from '../../platform/files/kind-names.js';
import type { ListQuery } from '../../platform/lists/list.js';
import { type FactView, type NoteView, type PageHead, table } from '../../platform/pages/components.js';
import { actionButtons, type ApiAction, apiActions, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { AttachmentMachine } from './attachment.machine.js';
import { Quarantine, type WatchedFile } from './quarantine.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/quarantine';

@Injectable()
export class QuarantineViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly quarantine: Quarantine,
    private readonly machine: AttachmentMachine,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list({ actor }: Visit, query: ListQuery): Promise<View> {
    const { t } = this;
    const list = await this.quarantine.list(actor, query);
    const head: PageHead = {
      crumbs: [{ label: t('settings.title'), href: '/settings' }],
      title: t('quarantine.title'),
      lead: t(this.config.clamavSocket === undefined ? 'quarantine.lead.no_scanner' : 'quarantine.lead'),
    };
    const files = table({
      id: 'files',
      caption: t('quarantine.caption'),
      columns: [
        { key: 'file', label: t('attachment.field.file') },
        { key: 'state', label: t('quarantine.field.state') },
        { key: 'person', label: t('quarantine.field.person') },
        { key: 'at', label: t('quarantine.field.at') },
      ],
      rows: list.items.map((file) => ({
        file: { text: file.fileName, href: `${PATH}/${file.id}`, note: this.about(file) },
        state: { tag: this.machine.state(file.state), note: file.finding ?? undefined },
        person: file.handedInBy.name,
        at: this.instant(file.handedInAt),
      })),
      stack: true,
      search: { action: PATH, text: { name: 'q', label: t('quarantine.search'), value: query.q } },
      pager: pagerView(this.texts, PATH, query, list),
      empty:
        query.q === undefined
          ? { title: t('quarantine.none'), text: t('quarantine.none.more') }
          : { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } },
    });
    return { title: head.title, head, table: files };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const file = await this.quarantine.get(visit.actor, visit.id());
    const actions = await this.quarantine.actions(visit.actor, file);
    const note: NoteView = {
      tone: file.state === 'infected' ? 'rust' : 'blue',
      title: t(`quarantine.note.${file.state}`),
      text: t(`quarantine.note.${file.state}.more`, { person: file.handedInBy.name }),
    };
    const head: PageHead = {
      crumbs: [{ label: t('quarantine.title'), href: PATH }],
      tag: this.machine.state(file.state),
      title: file.fileName,
      actions: actionButtons(this.texts, `/attachments/${file.id}`, file.version, actions),
    };
    const past = await story(this.db, this.texts, this.db.currentCalendar, 'attachment', file.id);
    return {
      title: file.fileName,
      head,
      note,
      facts: { items: this.facts(file) },
      story: { items: past, layout: 'story' },
    };
  }

  /** One file as programs see it, with what they can do. */
  async api(visit: Pick<Visit, 'actor'>, id: string): Promise<WatchedFile & { actions: ApiAction[] }> {
    const file = await this.quarantine.get(visit.actor, id);
    return { ...file, actions: apiActions(this.texts, await this.quarantine.actions(visit.actor, file)) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private facts(file: WatchedFile): FactView[] {
    const { t } = this;
    const { finding, scannedBy, scannedAt, handedInBy, handedInAt, isUsed, contentHash } = file;
    return [
      ...(finding === null ? [] : [{ label: t('quarantine.field.finding'), value: finding }]),
      ...(scannedBy === null ? [] : [{ label: t('quarantine.field.scanner'), value: scannedBy }]),
      ...(scannedAt === null ? [] : [{ label: t('quarantine.field.scanned_at'), value: this.instant(scannedAt) }]),
      { label: t('quarantine.field.person'), value: handedInBy.name },
      { label: t('quarantine.field.at'), value: this.instant(handedInAt) },
      { label: t('quarantine.field.kind'), value: this.about(file) },
      { label: t('quarantine.field.used'), value: t(isUsed ? 'quarantine.used' : 'quarantine.not_used') },
      { label: t('quarantine.field.hash'), value: contentHash },
    ];
  }

  private about({ mime, sizeBytes }: WatchedFile): string {
    const kind = kindOfMime(mime);
    return this.t('quarantine.about', {
      kind: kind === undefined ? mime : wordsOf([kind]),
      kilobytes: Math.ceil(sizeBytes / 1024),
    });
  }

  private instant(at: Date): string {
    return this.db.currentCalendar.formatInstant(at, 'long');
  }
}
