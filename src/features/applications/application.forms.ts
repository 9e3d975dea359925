/** The forms of an application: its beginning, its three sections, and what staff say when they send it back. */
import { Injectable } from '@nestjs/common';
import { conflict, forbidden } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import { errorItems, fieldViews, lineViews } from '../../platform/pages/forms.js';
import type { ChoiceView, FieldView, FormView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import {
  ApplicationInput,
  BudgetInput,
  BudgetLineInput,
  DistrictShareInput,
  PartnerInput,
  ReturnInput,
  ScreenOutInput,
  SummaryInput,
} from './application.input.js';
import { countWords, MOST_WORDS } from './application.rules.js';
import type { ApplicationSummary } from './application-reads.js';
import { ApplicationViews } from './application.view.js';

type View = { title: string } & Record<string, unknown>;

interface Section {
  readonly key: 'summary' | 'budget' | 'partners';
  readonly fields: FormView['fields'];
  readonly lines: FieldView[][];
}

@Injectable()
export class ApplicationForms {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly settings: AgencySettings,
  ) {}

  async begin(visit: Visit): Promise<View> {
    const { t } = this;
    const [rounds, organizations] = await Promise.all([this.openRounds(), this.ownOrganizations(visit)]);
    const title = t('application.new');
    const asked = typeof visit.query['round'] === 'string' ? visit.query['round'] : undefined;
    const fields = fieldViews(ApplicationInput, this.texts, {
      values: {
        roundId: asked ?? (rounds.length === 1 ? rounds[0]?.value : undefined),
        organizationId: organizations.length === 1 ? organizations[0]?.value : undefined,
      },
      refused: visit.refused,
      choices: { roundId: rounds, organizationId: organizations },
    });
    return {
      title,
      head: { crumbs: this.crumbs(), title, lead: t('application.new.lead') },
      form: {
        ...{ action: '/applications', fields, submit: t('application.begin'), cancel: this.cancel('/applications') },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  async summary(visit: Visit): Promise<View> {
    const application = await this.writable(visit);
    const typed = visit.refused?.values['summary'];
    const words = countWords(typeof typed === 'string' ? typed : application.summary);
    const { districts } = await this.settings.current();
    const shares = new Map(application.districts.map((each) => [each.name, each.shareBasisPoints]));
    return this.section(visit, application, {
      key: 'summary',
      fields: fieldViews(SummaryInput, this.texts, {
        values: { ...application },
        refused: visit.refused,
        only: ['title', 'summary', 'schools'],
        overrides: {
          summary: { rows: 14, count: this.t('application.words', { words, most: MOST_WORDS }) },
          schools: { rows: 3 },
        },
      }),
      // Every district has its row: one writes a share beside those the work is for.
      lines: lineViews(this.texts, {
        refused: visit.refused,
        name: 'districts',
        input: DistrictShareInput,
        stored: districts.map(({ name }) => ({ district: name, share: shares.get(name) ?? 0 })),
        spare: 0,
      }),
    });
  }

  async budget(visit: Visit): Promise<View> {
    const application = await this.writable(visit);
    return this.section(visit, application, {
      key: 'budget',
      fields: fieldViews(BudgetInput, this.texts, {
        values: { requested: application.requested.isZero ? undefined : application.requested },
        refused: visit.refused,
        only: ['requested'],
      }),
      lines: lineViews(this.texts, {
        refused: visit.refused,
        name: 'lines',
        input: BudgetLineInput,
        stored: application.budgetLines.map(asRow),
      }),
    });
  }

  async partners(visit: Visit): Promise<View> {
    const application = await this.writable(visit);
    return this.section(visit, application, {
      key: 'partners',
      fields: [],
      lines: lineViews(this.texts, {
        refused: visit.refused,
        name: 'partners',
        input: PartnerInput,
        stored: application.partners.map(asRow),
      }),
    });
  }

  async return(visit: Visit): Promise<View> {
    return this.note(visit, 'return', ReturnInput);
  }

  async screenOut(visit: Visit): Promise<View> {
    return this.note(visit, 'screen_out', ScreenOutInput);
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async note(visit: Visit, action: 'return' | 'screen_out', input: InputClass): Promise<View> {
    const { application, actions } = await this.views.whole(visit.actor, visit.id());
    if (!actions.some((each) => each.name === action)) throw conflict('application.step_over');
    const href = `/applications/${application.id}`;
    const title = this.t(`application.${action}.title`, { title: application.title });
    const fields = fieldViews(input, this.texts, { refused: visit.refused }).filter((each) => each.name !== 'version');
    return {
      title,
      head: { crumbs: this.crumbs(application), title, lead: this.t(`application.${action}.lead`) },
      form: {
        action: `${href}/${action.replaceAll('_', '-')}`,
        fields,
        submit: this.t(`application.${action}.submit`),
        cancel: this.cancel(href),
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'version', value: String(application.version) }],
      },
    };
  }

  private async writable(visit: Visit): Promise<ApplicationSummary> {
    const { application, canWrite, isOwn } = await this.views.whole(visit.actor, visit.id());
    if (isOwn && !canWrite) throw conflict('application.frozen');
    if (!canWrite) throw forbidden('permission.missing', { params: { permission: 'application.update' } });
    return application;
  }

  private async openRounds(): Promise<ChoiceView[]> {
    const { now } = this.db;
    return this.db.query<ChoiceView & { value: string }>(sql`
      select id as value, name as label from rounds
      where state = 'published' and opens_at <= ${now} and due_at + make_interval(mins => grace_minutes) >= ${now}
      order by due_at, name limit 50`);
  }

  private async ownOrganizations({ actor }: Visit): Promise<ChoiceView[]> {
    const personId = actor.kind === 'person' ? actor.personId : null;
    // Beside their own, those they enter things for with their agreement.
    const helped = actor.kind === 'person' ? (actor.assists ?? []).map(({ organizationId }) => organizationId) : [];
    return this.db.query<ChoiceView>(sql`
      select o.id as value, o.name as label from organizations o
      where o.merged_into_id is null and (o.id = any(${helped}::uuid[]) or exists (select from organization_members m
        where m.organization_id = o.id and m.person_id = ${personId} and m.ended_at is null
          and m.role in ('owner', 'editor')))
      order by o.name`);
  }

  private crumbs(application?: ApplicationSummary): { label: string; href: string }[] {
    const list = { label: this.t('application.list.title'), href: '/applications' };
    return application === undefined
      ? [list]
      : [list, { label: application.title, href: `/applications/${application.id}` }];
  }

  private cancel(href: string): { label: string; href: string } {
    return { label: this.t('form.cancel'), href };
  }

  private section(visit: Visit, application: ApplicationSummary, { key, fields, lines }: Section): View {
    const { t } = this;
    const href = `/applications/${application.id}`;
    const title = t(`application.section.${key}`);
    return {
      title,
      head: { crumbs: this.crumbs(application), title, lead: t(`application.section.${key}.lead`) },
      form: {
        ...{ action: `${href}/${key}`, fields, lines, submit: t('form.save'), cancel: this.cancel(href) },
        linesTitle: t(`application.section.${key}.lines`),
        linesHint: t(`application.section.${key}.lines.hint`),
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'version', value: String(application.version) }],
      },
    };
  }
}

const asRow = (row: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => !(value instanceof Money && value.isZero)));
