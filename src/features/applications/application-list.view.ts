/**
 * ApplicationListViews: applications as a list. Staff search across organizations; whoever acts for an applicant sees what
 * comes next with each, who must do it and by when.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { type PageHead, table } from '../../platform/pages/components.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import type { ColumnInput, TableView } from '../../platform/pages/tables.js';
import { Texts } from '../../platform/texts/texts.js';
import type { ApplicationListQuery } from './application.input.js';
import { applicationLifecycle } from './application.lifecycle.js';
import { ApplicationNext } from './application-next.service.js';
import {
  actsFor,
  ApplicationViews,
  type ApplicationListItem,
  type ListedApplications,
  stateFor,
} from './application.view.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/applications';

type Column = 'title' | 'next' | 'organization' | 'round' | 'state' | 'requested';

@Injectable()
export class ApplicationListViews {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly next: ApplicationNext,
  ) {}

  async list(actor: Actor, query: ApplicationListQuery): Promise<View> {
    const { t } = this;
    const found = await this.views.list(actor, query);
    const isApplicant = this.policy.mightDo(actor, 'application.create');
    const head: PageHead = {
      title: t('application.list.title'),
      lead: t(isApplicant ? 'application.list.lead.own' : 'application.list.lead'),
      // Whoever was asked to one application only begins none.
      actions: beginsAny(actor) ? [{ label: t('application.new'), href: `${PATH}/new`, primary: true }] : [],
    };
    return { title: head.title, head, table: await this.table(actor, query, found, isApplicant) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async table(
    actor: Actor,
    query: ApplicationListQuery,
    found: ListedApplications,
    isApplicant: boolean,
  ): Promise<TableView> {
    const { t } = this;
    const isSearch = [query.q, query.state, query.round, query.district].some((each) => each !== undefined);
    const own = found.items.filter(({ organizationId, id }) => actsFor(actor, organizationId, id));
    const next = await this.next.listed(
      actor,
      own.map(({ id }) => id),
    );
    // Where all are of one organization, its name in each row says nothing.
    const isOfOne = isApplicant && new Set(found.items.map(({ organizationId }) => organizationId)).size <= 1;
    const sorted = (key: string): object => sortedColumn(PATH, query, found.sort, key);
    const columns: (ColumnInput<Column> | undefined)[] = [
      { key: 'title', label: t('application.field.title'), ...sorted('title') },
      own.length === 0 ? undefined : { key: 'next', label: t('application.field.next') },
      isOfOne ? undefined : { key: 'organization', label: t('application.field.organization') },
      { key: 'round', label: t('application.field.round') },
      { key: 'state', label: t('application.field.state') },
      { key: 'requested', label: t('application.field.requested'), kind: 'money', ...sorted('requested') },
    ];
    return table({
      id: 'applications',
      caption: t('application.list.caption'),
      columns: columns.filter((each) => each !== undefined),
      rows: found.items.map((row) => ({ ...this.row(row), next: next.get(row.id) })),
      search: this.search(query, isSearch, isApplicant),
      pager: pagerView(this.texts, PATH, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('application.none'), text: t(isApplicant ? 'application.none.own' : 'application.none.text') },
      stack: true,
    });
  }

  private row(row: ApplicationListItem) {
    const note = this.t('application.number', { number: row.number });
    return {
      title: { text: row.title, href: `${PATH}/${row.id}`, note },
      organization: row.organizationName,
      round: row.roundName,
      state: { tag: row.state },
      // Nothing asked for yet, or nothing to ask for: no amount.
      requested: row.requested.isPositive ? row.requested : undefined,
    };
  }

  private search(query: ApplicationListQuery, isSearch: boolean, isApplicant: boolean): TableView['search'] {
    const { t } = this;
    const options = applicationLifecycle.states.map((state) => ({
      value: state,
      label: stateFor(isApplicant, state).label,
    }));
    return {
      action: PATH,
      text: { name: 'q', label: t('application.search'), value: query.q },
      filters: [
        {
          ...{ kind: 'select', name: 'state', label: t('application.field.state'), value: query.state },
          ...{ prompt: t('list.any'), options },
        },
      ],
      clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
    };
  }
}

const beginsAny = (actor: Actor): boolean =>
  actor.kind === 'person' &&
  actor.grants.some(({ role, scopeKind }) => role === 'applicant' && scopeKind === 'organization');
