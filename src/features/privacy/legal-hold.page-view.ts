/** Legal holds as their pages show them. */
import { Injectable } from '@nestjs/common';
import { invalidField } from '../../kernel/errors.js';
import type { Actor } from '../../kernel/actor.js';
import { isId } from '../../kernel/ids.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type FactView, type FormView, type LinkView, table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { listHref, pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { HOLD_KINDS, type HoldKind } from './legal-hold.entity.js';
import { legalHoldLifecycle } from './legal-hold.lifecycle.js';
import { type HoldSubject, LegalHolds, type LegalHoldView, type SubjectKind } from './legal-holds.service.js';
import { type HoldListQuery, HoldSubjectQuery, LegalHoldInput } from './privacy.input.js';
import { PrivacyViews } from './privacy.view.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/legal-holds';
/** So many to choose from at once; a search finds the others. */
const SHOWN = 20;

@Injectable()
export class LegalHoldPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly holds: LegalHolds,
    private readonly views: PrivacyViews,
  ) {}

  async list(actor: Actor, query: HoldListQuery): Promise<View> {
    const { t } = this;
    const found = await this.holds.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const mayPlace = this.policy.can(actor, 'legal_hold.place', {});
    const title = t('legal_hold.list.title');
    return {
      title,
      head: {
        crumbs: [{ label: t('retention.title'), href: '/retention' }],
        title,
        lead: t('legal_hold.list.lead'),
        actions: mayPlace ? [{ label: t('legal_hold.place'), href: `${PATH}/new`, primary: true }] : [],
      },
      table: table({
        id: 'legal-holds',
        caption: title,
        columns: [
          { key: 'subject', label: t('legal_hold.field.subject') },
          { key: 'reason', label: t('legal_hold.field.reason') },
          { key: 'placed', label: t('legal_hold.field.placed') },
          { key: 'state', label: t('legal_hold.field.state') },
        ],
        rows: found.items.map((row) => ({
          subject: { text: this.subject(row), href: `${PATH}/${row.id}`, note: this.kind(row.kind) },
          reason: row.reason,
          placed: { text: this.date(row.createdAt), note: row.placedByName },
          state: { tag: this.holds.machine.state(row.state) },
        })),
        search: {
          action: PATH,
          text: { name: 'q', label: t('legal_hold.search'), value: query.q },
          filters: [
            {
              ...{ kind: 'select', name: 'state', label: t('legal_hold.field.state'), value: query.state },
              prompt: t('list.any'),
              options: legalHoldLifecycle.states.map((state) => ({
                value: state,
                label: this.holds.machine.state(state).label,
              })),
            },
          ],
          clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
        },
        pager: pagerView(this.texts, PATH, query, found),
        empty: isSearch
          ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
          : { title: t('legal_hold.none'), text: t('legal_hold.none.text') },
        stack: true,
      }),
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.holds.get(visit.actor, visit.id());
    const actions = await this.views.holdActions(visit.actor, row);
    const title = t('legal_hold.title', { subject: this.subject(row) });
    const facts: [string, string | null][] = [
      ['legal_hold.field.kind', this.kind(row.kind)],
      ['legal_hold.field.reason', row.reason],
      ['legal_hold.field.placed', `${this.date(row.createdAt)}, ${row.placedByName}`],
      ['legal_hold.field.lifted', row.liftedAt === null ? null : `${this.date(row.liftedAt)}, ${row.liftedByName}`],
    ];
    return {
      title,
      head: {
        crumbs: this.crumbs(),
        tag: this.holds.machine.state(row.state),
        title,
        lead: t(`legal_hold.means.${row.kind}`),
        actions: actionButtons(this.texts, `${PATH}/${row.id}`, row.version, actions),
      },
      facts: {
        items: facts.flatMap(([key, value]): FactView[] => (value === null ? [] : [{ label: t(key), value }])),
      },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'legal_hold', row.id) },
    };
  }

  /** First what kind of thing, then which one, looked for by its name; then why. */
  async newForm(visit: Visit, query: HoldSubjectQuery): Promise<View> {
    const { t } = this;
    const asked = visit.refused?.values['kind'] ?? query.kind;
    const kind = HOLD_KINDS.find((each) => each === asked);
    const title = t('legal_hold.place');
    const head = { crumbs: this.crumbs(), title, lead: t('legal_hold.place.lead') };
    if (kind === undefined) {
      // What is to be listed is chosen first; until then there is nothing to sort or to turn over.
      if ((query.sort ?? query.after) !== undefined) throw invalidField('kind', 'field.required');
      const choose = HOLD_KINDS.map((each) => ({
        title: this.kind(each),
        href: `${PATH}/new?kind=${each}`,
        note: t(`legal_hold.means.${each}`),
      }));
      return { title, head, choose: { items: choose } };
    }
    const means = { ...head, lead: t(`legal_hold.means.${kind}`) };
    if (kind === 'agency') return { title, head: means, form: this.form(visit, kind) };
    const wanted = visit.refused?.values['subjectId'] ?? query.subject;
    if (typeof wanted !== 'string' || !isId(wanted))
      return { title, head: means, found: await this.found(visit.actor, kind, query) };
    return { title, head: means, form: this.form(visit, kind, await this.holds.subject(visit.actor, kind, wanted)) };
  }

  private form(visit: Visit, kind: HoldKind, subject?: HoldSubject): FormView {
    const { t } = this;
    return {
      action: PATH,
      fields: fieldViews(LegalHoldInput, this.texts, {
        refused: visit.refused,
        values: { subjectId: subject?.id },
        only: subject === undefined ? ['reason'] : ['subjectId', 'reason'],
        choices: { subjectId: subject === undefined ? [] : [{ value: subject.id, label: subject.name }] },
        overrides: { reason: { rows: 4 }, subjectId: { label: this.kind(kind), optional: false } },
      }),
      hidden: [{ name: 'kind', value: kind }],
      submit: t('legal_hold.place'),
      cancel: { label: t('form.cancel'), href: PATH },
      errors: errorItems(this.texts, visit.refused),
    };
  }

  private async found(actor: Actor, kind: SubjectKind, query: HoldSubjectQuery): Promise<TableView> {
    const { t } = this;
    const path = `${PATH}/new`;
    const asked = Object.assign(new HoldSubjectQuery(), { limit: SHOWN, ...query });
    const found = await this.holds.subjects(actor, kind, asked);
    return table({
      id: 'subjects',
      caption: t('legal_hold.choose.subject'),
      columns: [{ key: 'name', label: this.kind(kind) }],
      rows: found.items.map(({ id, name }) => ({
        name: { text: name, href: listHref(path, { kind, subject: id }) },
      })),
      search: {
        action: path,
        text: { name: 'q', label: t('legal_hold.choose.search'), value: query.q },
        hidden: [{ name: 'kind', value: kind }],
        clear: query.q === undefined ? undefined : { label: t('list.clear'), href: listHref(path, { kind }) },
      },
      pager: pagerView(this.texts, path, query, found),
      empty: { title: t('list.nothing_found'), link: { label: t('list.clear'), href: listHref(path, { kind }) } },
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs(): LinkView[] {
    return [
      { label: this.t('retention.title'), href: '/retention' },
      { label: this.t('legal_hold.list.title'), href: PATH },
    ];
  }

  private kind(kind: HoldKind): string {
    return this.t(`legal_hold.field.kind.${kind}`);
  }

  private subject(row: LegalHoldView): string {
    return row.subjectName ?? this.t('legal_hold.field.kind.agency');
  }

  private date(instant: Date): string {
    const calendar = this.db.currentCalendar;
    return calendar.formatDate(calendar.today(instant), 'long');
  }
}
