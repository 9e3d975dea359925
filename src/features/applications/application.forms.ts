/** The forms of an application: its beginning, its three sections, and what staff say when they send it back. */
import { Injectable } from '@nestjs/common';
import { conflict } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import { errorItems, fieldViews, lineViews } from '../../platform/pages/forms.js';
import type { ChoiceView, FieldView, FormView, NoteView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { ApplicationInput, PartnerInput, ScreenOutInput } from './application.input.js';
import type { ApplicationSummary } from './application-reads.js';
import {
  answerText,
  carriedAnswers,
  Eligibility,
  type EligibilityAnswers,
  findRound,
  type Round,
} from '../rounds/index.js';
import { ApplicationViews, requireWritable } from './application.view.js';
import { asksBudget } from './answers.reads.js';
import { partnersOf } from './partner.reads.js';

type View = { title: string } & Record<string, unknown>;

interface Section {
  readonly key: 'partners';
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
    private readonly eligibility: Eligibility,
    private readonly policy: Policy,
  ) {}

  /** Where somebody is led who cannot begin one: to bring their organization, or to who may. */
  wayToBegin({ actor, query }: Visit): string | undefined {
    if (actor.kind !== 'person' || this.policy.mightDo(actor, 'application.create')) return undefined;
    if (actor.grants.length > 0) return '/why?permission=application.create';
    const { round } = query;
    return isId(round) ? `/organizations/register?round=${round}` : '/organizations/register';
  }

  async begin(visit: Visit): Promise<View> {
    const { t } = this;
    const [rounds, organizations] = await Promise.all([this.openRounds(), this.ownOrganizations(visit)]);
    const title = t('application.new');
    const { refused } = visit;
    const sent = visit.query['round'] ?? refused?.values['roundId'];
    const asked = typeof sent === 'string' ? sent : undefined;
    // Whoever comes too late for one round does not begin another unasked.
    const isAskedOpen = rounds.some(({ value }) => value === asked);
    const fields = fieldViews(ApplicationInput, this.texts, {
      values: {
        roundId: isAskedOpen ? asked : asked === undefined && rounds.length === 1 ? rounds[0]?.value : undefined,
        organizationId: organizations.length === 1 ? organizations[0]?.value : undefined,
      },
      refused: visit.refused,
      choices: { roundId: rounds, organizationId: organizations },
    });
    // What is known is said, and not asked again.
    const round = rounds.find(({ value }) => value === asked) ?? (rounds.length === 1 ? rounds[0] : undefined);
    const [only] = organizations.length === 1 ? organizations : [];
    const isFine = refused === undefined || refused.error.fields.some(({ field }) => field === 'title');
    const known = isFine && round !== undefined && only !== undefined ? { round, only } : undefined;
    return {
      title,
      head: {
        crumbs: this.crumbs(),
        title,
        lead:
          known === undefined
            ? t('application.new.lead')
            : t('application.new.lead_known', { round: known.round.label, organization: known.only.label }),
      },
      note: isAskedOpen
        ? await this.checkFirst(visit, asked, organizations)
        : ((await this.tooLate(asked)) ?? (await this.checkFirst(visit, asked, organizations))),
      form: {
        ...{ action: '/applications', submit: t('application.begin'), cancel: this.cancel('/applications') },
        fields: known === undefined ? fields : fields.filter(({ name }) => name === 'title'),
        hidden: [
          { name: 'roundId', value: known?.round.value },
          { name: 'organizationId', value: known?.only.value },
        ].filter(({ value }) => value !== undefined),
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  /** A link to a round that takes no applications any more, or not yet, says so. */
  private async tooLate(asked: string | undefined): Promise<NoteView | undefined> {
    const round = asked === undefined || !isId(asked) ? undefined : await findRound(this.db, asked);
    if (round === undefined || ['draft', 'in_comment', 'cancelled'].includes(round.state)) return undefined;
    const isEarly = round.state === 'published' && this.db.now < round.opensAt;
    const key = isEarly ? 'application.begin.early' : 'application.begin.late';
    const at = this.db.currentCalendar.formatInstant(isEarly ? round.opensAt : round.dueAt, 'full');
    const link = { label: this.t('application.step.round.button'), href: `/funding/${round.id}` };
    return { tone: 'gold', title: this.t(key, { name: round.name }), text: this.t(`${key}.text`, { at }), link };
  }

  /** The round's own questions come before its form: where they are, for whoever has not answered them. */
  private async checkFirst(
    { refused, request }: Visit,
    asked: string | undefined,
    organizations: readonly ChoiceView[],
  ): Promise<NoteView | undefined> {
    const sent = refused?.values['roundId'];
    const roundId = typeof sent === 'string' ? sent : asked;
    const round = roundId === undefined || !isId(roundId) ? undefined : await findRound(this.db, roundId);
    if (round === undefined || round.eligibilityRules.length === 0) return undefined;
    // What was answered before is not asked again.
    const [only] = organizations;
    if (refused === undefined && organizations.length === 1 && only !== undefined) {
      const kept = await this.eligibility.latest(this.db, round.id, only.value);
      if (kept?.passed === true) return undefined;
      const carried = kept === undefined ? carriedAnswers(request, round.id, round.eligibilityRules) : undefined;
      if (carried !== undefined) return this.carriedNote(round, carried);
    }
    return {
      tone: refused === undefined ? 'blue' : 'gold',
      title: this.t('application.check.note', { count: round.eligibilityRules.length }),
      text: this.t('application.check.note.text'),
      link: { label: this.t('application.check.link'), href: `/funding/${round.id}/check` },
    };
  }

  /** Whoever begins sees the answers that go along: another person may have given them in this browser. */
  private carriedNote({ id, eligibilityRules }: Round, answers: EligibilityAnswers): NoteView {
    return {
      tone: 'blue',
      title: this.t('application.check.carried'),
      text: this.t('application.check.carried.text'),
      items: eligibilityRules.map(
        (rule) => `${rule.question} ${answerText(this.texts, rule, answers[rule.key] ?? '')}`,
      ),
      link: { label: this.t('application.check.change'), href: `/funding/${id}/check` },
    };
  }

  async partners(visit: Visit): Promise<View> {
    const application = await this.writable(visit);
    const asksMoney = await asksBudget(this.db, application.id);
    const lines = lineViews(this.texts, {
      refused: visit.refused,
      name: 'partners',
      input: PartnerInput,
      stored: application.partners.map(asRow),
      spare: 2,
      overrides: { address: { kind: 'email', autocomplete: 'off' } },
    });
    const asked = (await partnersOf(this.db, [application.id])).map(({ invitedAt }) => invitedAt !== null);
    // Where no budget is asked for, nobody has a part of it; who was asked already is asked again elsewhere.
    const isNeeded = (name: string, row: number): boolean =>
      !(name.endsWith('.share') && !asksMoney) &&
      !(name.endsWith('.address') && visit.refused === undefined && asked[row] === true);
    return this.section(visit, application, {
      ...{ key: 'partners', fields: [] },
      lines: lines.map((row, index) => row.filter(({ name }) => isNeeded(name, index))),
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  async screenOut(visit: Visit): Promise<View> {
    const { application, actions } = await this.views.whole(visit.actor, visit.id());
    if (!actions.some((each) => each.name === 'screen_out')) throw conflict('application.step_over');
    const href = `/applications/${application.id}`;
    const title = this.t('application.screen_out.title', { title: application.title });
    const fields = fieldViews(ScreenOutInput, this.texts, { refused: visit.refused });
    return {
      title,
      head: { crumbs: this.crumbs(application), title, lead: this.t('application.screen_out.lead') },
      form: {
        action: `${href}/screen-out`,
        fields: fields.filter((each) => each.name !== 'version'),
        submit: this.t('application.screen_out.submit'),
        cancel: this.cancel(href),
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'version', value: String(application.version) }],
      },
    };
  }

  private async writable(visit: Visit): Promise<ApplicationSummary> {
    const whole = await this.views.whole(visit.actor, visit.id());
    requireWritable(whole);
    return whole.application;
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
