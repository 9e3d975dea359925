/** Conflicts of interest as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { FactView, PageHead } from '../../platform/pages/components.js';
import { table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { ConflictInput, type ConflictListQuery } from './conflict.input.js';
import { conflictLifecycle } from './conflict.lifecycle.js';
import { ConflictViews } from './conflict.view.js';
import { knownApplications } from './conflicts.reads.js';
import { type ConflictRow, Conflicts, type FoundRow } from './conflicts.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/conflicts';

@Injectable()
export class ConflictPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly conflicts: Conflicts,
    private readonly views: ConflictViews,
  ) {}

  async list(actor: Actor, query: ConflictListQuery): Promise<View> {
    const { t } = this;
    const isStaff = this.policy.mightDo(actor, 'conflict.confirm');
    const page = await this.conflicts.list(actor, query);
    const found = isStaff ? await this.conflicts.found(actor) : [];
    const isSearch = query.q !== undefined || query.state !== undefined;
    const head: PageHead = {
      title: t('conflict.list.title'),
      lead: t('conflict.list.lead'),
      actions: this.policy.mightDo(actor, 'conflict.declare')
        ? [{ label: t('conflict.new'), href: `${PATH}/new`, primary: true }]
        : [],
    };
    const conflicts = table({
      id: 'conflicts',
      caption: t('conflict.list.caption'),
      columns: [
        { key: 'person', label: t('conflict.field.person'), ...sortedColumn(PATH, query, page.sort, 'person') },
        { key: 'application', label: t('conflict.field.application') },
        { key: 'type', label: t('conflict.field.type') },
        { key: 'level', label: t('conflict.field.level'), minor: true },
        { key: 'state', label: t('conflict.field.state') },
      ],
      rows: page.items.map((row) => this.row(row)),
      search: {
        action: PATH,
        text: { name: 'q', label: t('conflict.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('conflict.field.state'), value: query.state },
            prompt: t('list.any'),
            options: conflictLifecycle.states.map((state) => ({
              value: state,
              label: this.conflicts.machine.state(state).label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, page),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('conflict.none'), text: t('conflict.none.text') },
      stack: true,
    });
    return {
      title: head.title,
      head,
      found: found.length === 0 ? undefined : this.foundTable(found),
      table: conflicts,
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.conflicts.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    const actions = await this.views.actions(visit.actor, row);
    const head: PageHead = {
      crumbs: [{ label: t('conflict.list.title'), href: PATH }],
      tag: this.conflicts.machine.state(row.state),
      number: t('conflict.number', { number: row.applicationNumber }),
      title: t('conflict.title', { person: row.personName }),
      lead: t(`conflict.level.${row.level}.means`),
      actions: actionButtons(this.texts, path, row.version, actions),
    };
    return {
      title: head.title,
      head,
      facts: { items: this.facts(row) },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'conflict', row.id) },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const { t } = this;
    const scopes = { fund: 'a.fund_id', round: 'a.round_id' };
    const mine = conditionSql(this.policy.filter(visit.actor, 'conflict.declare', { scopes }));
    const applications = await knownApplications(this.db, visit.actor, mine);
    const title = t('conflict.new');
    return {
      title,
      head: { crumbs: [{ label: t('conflict.list.title'), href: PATH }], title, lead: t('conflict.new.lead') },
      form: {
        action: PATH,
        fields: fieldViews(ConflictInput, this.texts, {
          refused: visit.refused,
          values: { applicationId: visit.query['application'] },
          choices: {
            applicationId: applications.map(({ id, number, organizationName }) => ({
              value: id,
              label: `${number}, ${organizationName}`,
            })),
          },
          overrides: { note: { rows: 4 }, level: { kind: 'radios', options: this.levels() } },
        }),
        submit: t('conflict.declare'),
        cancel: { label: t('form.cancel'), href: PATH },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private levels(): { value: string; label: string; hint: string }[] {
    return ['direct', 'remote'].map((level) => ({
      value: level,
      label: this.t(`conflict.field.level.${level}`),
      hint: this.t(`conflict.level.${level}.means`),
    }));
  }

  private row(row: ConflictRow): Record<'person' | 'application' | 'type' | 'level' | 'state', object | string> {
    return {
      person: { text: row.personName, href: `${PATH}/${row.id}` },
      application: row.applicationNumber,
      type: { text: this.t(`conflict.field.type.${row.type}`), note: row.organizationName ?? undefined },
      level: this.t(`conflict.field.level.${row.level}`),
      state: { tag: this.conflicts.machine.state(row.state) },
    };
  }

  /** What the house found and nobody has answered: each with the button that takes it up. */
  private foundTable(found: readonly FoundRow[]): TableView {
    const { t } = this;
    return table({
      id: 'found',
      caption: t('conflict.found.caption'),
      columns: [
        { key: 'person', label: t('conflict.field.person') },
        { key: 'application', label: t('conflict.field.application') },
        { key: 'why', label: t('conflict.found.why') },
        { key: 'button', label: t('conflict.found.answer'), unlabeled: true },
      ],
      rows: found.map((row) => ({
        person: row.personName,
        application: row.applicationNumber,
        why: t(`conflict.found.by.${row.basis}`, { organization: row.organizationName }),
        button: {
          button: {
            label: t('conflict.found.answer'),
            action: `${PATH}/found`,
            about: `${row.personName}, ${row.applicationNumber}`,
            hidden: (['personId', 'applicationId', 'organizationId', 'basis'] as const).map((name) => ({
              name,
              value: row[name],
            })),
          },
        },
      })),
      stack: true,
    });
  }

  private facts(row: ConflictRow): FactView[] {
    const { t } = this;
    const found =
      row.basis === null ? null : t(`conflict.found.by.${row.basis}`, { organization: row.organizationName });
    const facts: [string, string | null][] = [
      ['conflict.field.person', row.personName],
      ['conflict.field.application', row.applicationNumber],
      ['conflict.field.type', t(`conflict.field.type.${row.type}`)],
      ['conflict.field.level', t(`conflict.field.level.${row.level}`)],
      ['conflict.found.why', found],
      ['conflict.field.note', row.note],
    ];
    return facts.flatMap(([key, value]) => (value === null ? [] : [{ label: t(key), value }]));
  }
}
