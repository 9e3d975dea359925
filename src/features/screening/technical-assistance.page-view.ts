/** Help to applicants as its pages show it: to those who asked, and to those who help. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ChoiceView,
  type FactView,
  type FormView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { listHref, pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { applicationReadFilter } from '../applications/index.js';
import { applicantSide, staffSide } from '../conflicts/index.js';
import { hoursOf } from './screening.page-view.js';
import {
  AssistanceEntryInput,
  HelpTakeInput,
  TechnicalAssistanceInput,
  type TechnicalAssistanceListQuery,
} from './technical-assistance.input.js';
import { technicalAssistanceLifecycle } from './technical-assistance.lifecycle.js';
import type { AssistanceRow } from './technical-assistance.reads.js';
import { TechnicalAssistanceViews } from './technical-assistance.view.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/technical-assistances';

@Injectable()
export class TechnicalAssistancePageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly assistances: TechnicalAssistances,
    private readonly views: TechnicalAssistanceViews,
  ) {}

  async list(actor: Actor, query: TechnicalAssistanceListQuery): Promise<View> {
    const { t } = this;
    const found = await this.assistances.list(actor, query);
    const isSearch = [query.q, query.state, query.round].some((each) => each !== undefined);
    const calendar = this.db.currentCalendar;
    const sorted = (key: string): object => sortedColumn(PATH, query, found.sort, key);
    const rows = table({
      id: 'help',
      caption: t('technical_assistance.list.caption'),
      columns: [
        { key: 'topic', label: t('technical_assistance.field.topic') },
        { key: 'organization', label: t('technical_assistance.field.organization'), ...sorted('organization') },
        { key: 'asked', label: t('technical_assistance.field.asked'), ...sorted('asked') },
        { key: 'state', label: t('technical_assistance.field.state') },
        { key: 'hours', label: t('technical_assistance.field.hours'), kind: 'number' },
      ],
      rows: found.items.map((row) => ({
        topic: {
          text: t(`technical_assistance.field.topic.${row.topic}`),
          href: `${PATH}/${row.id}`,
          note: row.applicationTitle,
        },
        organization: { text: row.organizationName, note: row.roundName },
        asked: calendar.formatDate(calendar.today(row.createdAt), 'short'),
        state: {
          tag: this.assistances.machine.state(row.state),
          note: row.state === 'asked' ? undefined : (row.advisorName ?? undefined),
        },
        hours: hoursOf(row.minutes),
      })),
      search: {
        action: PATH,
        text: { name: 'q', label: t('technical_assistance.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('technical_assistance.field.state'), value: query.state },
            prompt: t('list.any'),
            options: technicalAssistanceLifecycle.states.map((state) => ({
              value: state,
              label: this.assistances.machine.state(state).label,
            })),
          },
        ],
        hidden: query.round === undefined ? [] : [{ name: 'round', value: query.round }],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      export: {
        label: t('list_export.link'),
        href: listHref('/exports/new', {
          list: 'technical-assistances',
          q: query.q,
          state: query.state,
          round: query.round,
        }),
      },
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('technical_assistance.none'), text: t('technical_assistance.none.text') },
      stack: true,
    });
    const mayAsk = this.policy.mightDo(actor, 'technical_assistance.ask');
    const head: PageHead = {
      title: t('technical_assistance.list.title'),
      lead: t('technical_assistance.list.lead'),
      actions: mayAsk ? [{ label: t('technical_assistance.new'), href: `${PATH}/new`, primary: true }] : [],
    };
    return { title: head.title, head, table: rows };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.assistances.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    const actions = await this.views.actions(visit.actor, row);
    const take = actions.find(({ name, enabled }) => name === 'take' && enabled);
    const topic = t(`technical_assistance.field.topic.${row.topic}`);
    const mayLog = this.mayLog(visit.actor, row);
    const head: PageHead = {
      crumbs: [{ label: t('technical_assistance.list.title'), href: PATH }],
      tag: this.assistances.machine.state(row.state),
      title: t('technical_assistance.title', { topic }),
      lead: t('technical_assistance.lead', { title: row.applicationTitle, organization: row.organizationName }),
      actions: actionButtons(
        this.texts,
        path,
        row.version,
        actions.filter(({ name, enabled }) => name !== 'take' && enabled),
        // Whoever helps is here to note what was done, or to take it; the rest comes after.
      ).map((each) => (mayLog || take !== undefined ? { ...each, primary: false } : each)),
    };
    return {
      title: head.title,
      head,
      note: this.note(visit.actor, row),
      question: row.question,
      entries: await this.entries(row),
      take: take === undefined ? undefined : await this.takeForm(visit, row, path),
      log: mayLog ? this.logForm(visit, path) : undefined,
      facts: { items: this.facts(visit.actor, row) },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'technical_assistance', row.id) },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const { t } = this;
    const applications = await this.helpable(visit);
    const title = t('technical_assistance.new');
    const crumbs = [{ label: t('technical_assistance.list.title'), href: PATH }];
    if (applications.length === 0 && visit.refused === undefined) {
      const note: NoteView = {
        ...{ tone: 'gold', title: t('technical_assistance.no_draft'), text: t('technical_assistance.no_draft.text') },
        link: { label: t('technical_assistance.see_rounds'), href: '/funding' },
      };
      return { title, head: { crumbs, title }, note };
    }
    const asked = visit.query['application'];
    const application = typeof asked === 'string' ? asked : undefined;
    const back = application === undefined ? PATH : `/applications/${encodeURIComponent(application)}`;
    return {
      title,
      head: { crumbs, title, lead: t('technical_assistance.new.lead') },
      form: {
        action: PATH,
        fields: fieldViews(TechnicalAssistanceInput, this.texts, {
          refused: visit.refused,
          values: { applicationId: application ?? (applications.length === 1 ? applications[0]?.value : undefined) },
          choices: { applicationId: applications },
          overrides: { question: { rows: 6 } },
        }),
        submit: t('technical_assistance.ask'),
        cancel: { label: t('form.cancel'), href: back },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private mayLog(actor: Actor, row: AssistanceRow): boolean {
    return isAdvisorOf(actor, row) && row.state === 'advising';
  }

  /** What it means to whoever helps, and what an applicant can expect. */
  private note(actor: Actor, row: AssistanceRow): NoteView | undefined {
    const { t } = this;
    if (isAdvisorOf(actor, row) && row.state !== 'asked') {
      const text = t('technical_assistance.you_help.text');
      const link = mayReadDraft(actor, row)
        ? { label: t('technical_assistance.read_draft'), href: `/applications/${row.applicationId}/print` }
        : undefined;
      return { tone: 'gold', title: t('technical_assistance.you_help'), text, link };
    }
    if (row.state !== 'asked' || this.isStaff(actor)) return undefined;
    return { tone: 'blue', title: t('technical_assistance.waits'), text: t('technical_assistance.waits.text') };
  }

  private isStaff(actor: Actor): boolean {
    return this.policy.mightDo(staffSide(actor), 'technical_assistance.read');
  }

  private async entries({ id }: AssistanceRow): Promise<TableView> {
    const { t } = this;
    const entries = await this.assistances.entries(id);
    const total = entries.reduce((sum, { minutes }) => sum + minutes, 0);
    return table({
      id: 'entries',
      caption: t('technical_assistance.section.entries'),
      columns: [
        { key: 'on', label: t('technical_assistance.field.given_on') },
        { key: 'note', label: t('technical_assistance.field.note') },
        { key: 'hours', label: t('technical_assistance.field.hours'), kind: 'number' },
      ],
      rows: entries.map(({ givenOn, way, note, advisorName, minutes }) => ({
        on: { text: this.db.currentCalendar.formatDate(givenOn, 'short'), note: advisorName },
        note: { text: note, note: t(`technical_assistance.field.way.${way}`) },
        hours: hoursOf(minutes),
      })),
      total: { on: t('table.total'), hours: hoursOf(total) },
      empty: { title: t('technical_assistance.no_entries'), text: t('technical_assistance.no_entries.text') },
      stack: true,
    });
  }

  private async takeForm(visit: Visit, row: AssistanceRow, path: string): Promise<FormView> {
    const { t } = this;
    const advisors = await this.assistances.advisors(row);
    const own = visit.actor.kind === 'person' ? visit.actor.personId : undefined;
    const first = row.advisorId ?? own;
    return {
      action: `${path}/take`,
      fields: fieldViews(HelpTakeInput, this.texts, {
        refused: isOf(visit, 'advisorId') ? visit.refused : undefined,
        only: ['advisorId'],
        values: { advisorId: advisors.some(({ id }) => id === first) ? first : undefined },
        choices: { advisorId: advisors.map(({ id, name }) => ({ value: id, label: name })) },
        overrides: { advisorId: { optional: false } },
      }),
      submit: t('technical_assistance.take'),
      errors: isOf(visit, 'advisorId') ? errorItems(this.texts, visit.refused) : undefined,
      hidden: [{ name: 'version', value: String(row.version) }],
    };
  }

  private logForm(visit: Visit, path: string): FormView {
    const isThis = isOf(visit, 'minutes');
    return {
      action: `${path}/entries`,
      fields: fieldViews(AssistanceEntryInput, this.texts, {
        refused: isThis ? visit.refused : undefined,
        values: { givenOn: this.db.today },
        overrides: { note: { rows: 4 } },
      }),
      submit: this.t('technical_assistance.log'),
      errors: isThis ? errorItems(this.texts, visit.refused) : undefined,
    };
  }

  private facts(actor: Actor, row: AssistanceRow): FactView[] {
    const { t } = this;
    const isAdvisor = isAdvisorOf(actor, row);
    const isShut = this.isStaff(actor) && !mayReadDraft(actor, row) && (isAdvisor || !row.applicationSent);
    const application = t('technical_assistance.application', { number: row.applicationNumber });
    const facts: FactView[] = [
      isShut
        ? { label: t('technical_assistance.field.application'), value: application }
        : {
            label: t('technical_assistance.field.application'),
            link: { label: application, href: `/applications/${row.applicationId}` },
          },
      { label: t('technical_assistance.field.organization'), value: row.organizationName },
      { label: t('technical_assistance.field.round'), value: row.roundName },
    ];
    facts.push({
      label: t('technical_assistance.reads_draft'),
      value: t(row.mayRead ? 'technical_assistance.reads_draft.yes' : 'technical_assistance.reads_draft.no'),
    });
    if (row.askedByName !== null) {
      facts.push({ label: t('technical_assistance.field.asked_by'), value: row.askedByName });
    }
    if (row.state !== 'asked' && row.advisorName !== null) {
      facts.push({ label: t('technical_assistance.field.advisor'), value: row.advisorName });
    }
    return [...facts, { label: t('technical_assistance.field.hours'), value: hoursOf(row.minutes) }];
  }

  /** Drafts and what came back, of those whom the actor writes for. */
  private async helpable({ actor }: Visit): Promise<ChoiceView[]> {
    const own = applicationReadFilter(applicantSide(actor), this.policy, 'a');
    return this.db.query<ChoiceView & { value: string }>(sql`
      select a.id as value, a.title || ', ' || r.name as label from applications a join rounds r on r.id = a.round_id
      where a.state in ('draft', 'returned') and ${own} order by r.due_at, a.title limit 100`);
  }
}

const isAdvisorOf = (actor: Actor, { advisorId }: AssistanceRow): boolean =>
  actor.kind === 'person' && actor.personId === advisorId;

/** Whoever helps reads the draft where the applicant said so, until it is sent. */
const mayReadDraft = (actor: Actor, row: AssistanceRow): boolean =>
  isAdvisorOf(actor, row) && row.mayRead && row.state === 'advising' && row.applicationState === 'draft';

/** Whether the refused form is the one with this field. */
const isOf = (visit: Visit, field: string): boolean =>
  visit.refused !== undefined && Object.hasOwn(visit.refused.values, field);
