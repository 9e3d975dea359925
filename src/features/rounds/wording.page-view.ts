/** The pages of the words that certifiers sign: what is in force, what waits for a second person, what was before. */
import { Injectable } from '@nestjs/common';
import { forbidden } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactsView,
  type LinkView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { GENERAL_CERTIFICATION } from '../agency/index.js';
import { formPage, type FormPageView } from './round-form-page.js';
import { WordingInput } from './wording.input.js';
import type { WordingProposal, WordingVersion, WordingView } from './wording.reads.js';
import { wordChanges } from './wording.rules.js';
import { Wordings } from './wordings.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class WordingViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly wordings: Wordings,
  ) {}

  async list(visit: Visit): Promise<View> {
    const { t } = this;
    const lines = await this.wordings.list(visit.actor);
    const title = t('wording.list.title');
    const head: PageHead = { crumbs: this.crumbs(visit), title, lead: t('wording.list.lead') };
    return {
      title,
      head,
      note: lines.every(({ confirmed }) => confirmed) ? undefined : this.sampleNote(),
      table: table({
        id: 'wordings',
        caption: title,
        columns: [
          { key: 'name', label: t('wording.field.rule_set') },
          { key: 'funds', label: t('wording.field.funds') },
          { key: 'words', label: t('wording.field.in_force') },
          { key: 'state', label: t('wording.field.state') },
        ],
        rows: lines.map((each) => ({
          name: { text: each.name, href: `/wordings/${each.ruleSetId}`, note: each.title },
          funds: each.funds.length === 0 ? t('wording.no_fund') : each.funds.join(', '),
          words: { text: this.versionName(each.number), note: this.since(each.effectiveOn) },
          state: { tag: each.isWaiting ? this.waitingTag() : this.tag(each.confirmed) },
        })),
        empty: { title: t('wording.none') },
        stack: true,
      }),
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const words = await this.wordings.get(visit.actor, visit.id());
    const { inForce, waiting } = words;
    const may = (permission: string): boolean => this.policy.can(visit.actor, permission, {});
    const path = `/wordings/${words.ruleSetId}`;
    const title = t('wording.title', { name: words.name });
    const isConfirmed = inForce?.confirmed ?? false;
    const propose: ActionView = { label: t('wording.propose'), href: `${path}/new`, primary: true };
    const head: PageHead = {
      crumbs: [...this.crumbs(visit), { label: t('wording.list.title'), href: '/wordings' }],
      tag: this.tag(isConfirmed),
      number: words.title,
      title,
      lead: words.funds.length === 0 ? t('wording.lead.no_fund') : t('wording.lead', { funds: words.funds.join(', ') }),
      ...(may('wording.propose') && waiting === undefined && { actions: [propose] }),
    };
    return {
      title,
      head,
      note: isConfirmed ? undefined : this.sampleNote(),
      words: inForce?.body ?? GENERAL_CERTIFICATION,
      facts: this.facts(inForce),
      waiting: waiting && this.waiting(visit, path, waiting, inForce?.body ?? GENERAL_CERTIFICATION),
      history: this.history(words),
      declined: words.declined.length === 0 ? undefined : this.declined(words.declined),
    };
  }

  async form(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const { ruleSetId, name, inForce } = await this.wordings.get(visit.actor, visit.id());
    const permission = 'wording.propose';
    if (!this.policy.can(visit.actor, permission, {}))
      throw forbidden('permission.missing', { params: { permission } });
    return formPage(this.texts, visit, {
      title: t('wording.propose.title', { name }),
      lead: t('wording.propose.lead'),
      crumbs: [
        ...this.crumbs(visit),
        { label: t('wording.list.title'), href: '/wordings' },
        { label: name, href: `/wordings/${ruleSetId}` },
      ],
      input: WordingInput,
      action: `/wordings/${ruleSetId}`,
      submit: t('wording.propose.submit'),
      values: { body: inForce?.body ?? GENERAL_CERTIFICATION, effectiveOn: this.db.today },
      overrides: { body: { rows: 12 }, reason: { rows: 3 } },
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs({ actor }: Visit): LinkView[] {
    return this.policy.can(actor, 'settings.read', {}) ? [{ label: this.t('settings.title'), href: '/settings' }] : [];
  }

  /** Nobody is to take the words that Granary comes with for legal advice. */
  private sampleNote(): NoteView {
    return { tone: 'gold', title: this.t('wording.sample'), text: this.t('wording.sample.text') };
  }

  private tag(isConfirmed: boolean): TagView {
    return isConfirmed
      ? { tone: 'done', label: this.t('wording.confirmed') }
      : { tone: 'attention', label: this.t('wording.unconfirmed') };
  }

  private waitingTag(): TagView {
    return { tone: 'waiting', label: this.t('wording.waits') };
  }

  private versionName(number: number | null): string {
    return number === null ? this.t('wording.general') : this.t('wording.version', { number });
  }

  private since(effectiveOn: string | null): string | undefined {
    return effectiveOn === null ? undefined : this.t('wording.since', { date: this.day(effectiveOn) });
  }

  private day(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'long');
  }

  private facts(inForce: WordingVersion | undefined): FactsView {
    const { t } = this;
    const first = { label: t('wording.field.version'), value: this.versionName(inForce?.number ?? null) };
    if (inForce === undefined) return { items: [first] };
    const { effectiveOn, source, proposedBy, confirmedBy } = inForce;
    return {
      items: [
        first,
        { label: t('wording.field.since'), value: effectiveOn === null ? t('wording.always') : this.day(effectiveOn) },
        { label: t('wording.field.source'), value: source },
        ...(proposedBy === null ? [] : [{ label: t('wording.field.proposed_by'), value: proposedBy }]),
        ...(confirmedBy === null ? [] : [{ label: t('wording.field.confirmed_by'), value: confirmedBy }]),
      ],
      wide: true,
    };
  }

  private waiting(visit: Visit, path: string, proposal: WordingProposal, before: string): unknown {
    const { t } = this;
    const { id, reason, proposedBy, proposedById, effectiveOn, confirmed, source } = proposal;
    const may = (permission: string): boolean => this.policy.can(visit.actor, permission, {});
    const isOwn = visit.actor.kind === 'person' && visit.actor.personId === proposedById;
    const hidden = [{ name: 'proposalId', value: id }];
    const items: ActionView[] = [
      ...(may('wording.confirm') && !isOwn
        ? [{ label: t('wording.confirm'), action: `${path}/confirm`, primary: true, hidden }]
        : []),
      ...(may('wording.decline')
        ? [
            {
              ...{ label: t(isOwn ? 'wording.take_back' : 'wording.decline'), action: `${path}/decline`, hidden },
              needsNote: true,
            },
          ]
        : []),
    ];
    return {
      lead: t('wording.waiting.lead', { name: proposedBy, date: this.day(effectiveOn) }),
      waits: isOwn ? t('wording.waiting.other') : undefined,
      reason,
      source: t(confirmed ? 'wording.waiting.confirmed' : 'wording.waiting.unconfirmed', {
        source: source.replace(/\.$/u, ''),
      }),
      changes: this.changes(before, proposal.body),
      actions: { items },
    };
  }

  /** Stretches of words; what went and what came is said to who cannot see the lines under and through it. */
  private changes(before: string, after: string): unknown[] {
    return wordChanges(before, after).map(({ kind, text }) => ({
      text,
      isGone: kind === 'gone',
      isNew: kind === 'new',
    }));
  }

  private history({ versions }: WordingView): unknown[] {
    const { t } = this;
    return versions.map((each) => {
      const before = versions.find(({ number }) => number === each.number - 1);
      const { proposedBy, confirmedBy, effectiveOn } = each;
      return {
        title: this.versionName(each.number),
        tag: this.tag(each.confirmed),
        when: effectiveOn === null ? t('wording.always.line') : t('wording.since', { date: this.day(effectiveOn) }),
        who: proposedBy === null ? t('wording.came_with') : t('wording.by', { proposedBy, confirmedBy }),
        reason: each.reason ?? undefined,
        changes: before === undefined ? undefined : this.changes(before.body, each.body),
        words: each.body,
      };
    });
  }

  private declined(proposals: readonly WordingProposal[]): TableView {
    const { t } = this;
    return table({
      id: 'declined',
      caption: t('wording.declined'),
      columns: [
        { key: 'proposed', label: t('wording.field.proposed_by') },
        { key: 'reason', label: t('wording.field.reason') },
        { key: 'decided', label: t('wording.field.declined_by') },
        { key: 'note', label: t('wording.field.why_declined') },
      ],
      rows: proposals.map((each) => ({
        proposed: { text: each.proposedBy, note: this.db.currentCalendar.formatInstant(each.proposedAt, 'long') },
        reason: each.reason,
        decided: each.decidedBy ?? undefined,
        note: each.decisionNote ?? undefined,
      })),
      stack: true,
    });
  }
}
