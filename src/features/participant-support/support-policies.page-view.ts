/** What is paid in a collaborative: stipend policies and childcare rates as tables, and the forms that add to them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import { type ActionView, type PageHead, table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions, inPairs } from '../../platform/pages/forms.js';
import type { InputClass } from '../../platform/input/fields.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Collaborative, collaborativeSubject } from '../collaboratives/index.js';
import { StipendMachine } from './stipend.machine.js';
import { RateCardInput, StipendPolicyInput } from './support.input.js';
import { type CardTerms, cardsOf, policiesOf, type StoredPolicy } from './support-policies.reads.js';
import { type SupersededStipend, supersededStipends } from './superseded-stipends.js';
import { SupportPolicies } from './support-policies.service.js';

type View = { title: string } & Record<string, unknown>;

interface YearChoice {
  readonly id: string;
  readonly name: string;
  readonly startsOn: string;
}

/** What the API answers. */
export interface SupportPoliciesView {
  readonly collaborative: { readonly id: string; readonly name: string };
  readonly policies: readonly StoredPolicy[];
  readonly rateCards: readonly CardTerms[];
  /** Stipends that follow another policy than the one in force on their day now. */
  readonly superseded: readonly SupersededStipend[];
}

const DEFAULT_RATES = { extraMinutes: 30, claimDays: 60 };

@Injectable()
export class SupportPoliciesPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly policies: SupportPolicies,
    private readonly machine: StipendMachine,
  ) {}

  async of(actor: Actor, collaborativeId: string): Promise<SupportPoliciesView> {
    const { id, name } = await this.policies.readable(actor, collaborativeId);
    const [policies, rateCards, superseded] = await Promise.all([
      policiesOf(this.db, id),
      cardsOf(this.db, [id]),
      supersededStipends(this.db, id, this.db.currentCalendar.timeZone),
    ]);
    return { collaborative: { id, name }, policies, rateCards, superseded };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const collaborative = await this.policies.readable(visit.actor, visit.id());
    const { policies, rateCards, superseded } = await this.of(visit.actor, collaborative.id);
    const path = `/support/policies/${collaborative.id}`;
    const subject = collaborativeSubject(collaborative);
    const may = (permission: string): boolean => this.policy.can(visit.actor, permission, subject);
    const actions: ActionView[] = [
      ...(may('stipend_policy.create')
        ? [{ label: t('stipend_policy.new'), href: `${path}/stipends/new`, primary: true }]
        : []),
      ...(may('childcare_rate_card.create')
        ? [{ label: t('childcare_rate_card.new'), href: `${path}/rates/new` }]
        : []),
    ];
    const title = t('support.policies.title');
    const head: PageHead = {
      crumbs: [
        { label: t('support.staff.title'), href: '/support/stipends' },
        { label: collaborative.name, href: `/collaboratives/${collaborative.id}` },
      ],
      title,
      lead: t('support.policies.lead', { collaborative: collaborative.name }),
      actions,
    };
    return {
      title,
      head,
      stipends: this.policyTable(policies, path, may('stipend_policy.remove')),
      superseded: this.supersededTable(superseded),
      rates: this.cardTable(rateCards, path, may('childcare_rate_card.remove')),
    };
  }

  async newPolicy(visit: Visit): Promise<View> {
    const collaborative = await this.policies.readable(visit.actor, visit.id());
    const years = await this.years(collaborative.id);
    return this.form(visit, collaborative, {
      title: 'stipend_policy.new',
      lead: 'stipend_policy.new.lead',
      input: StipendPolicyInput,
      to: 'stipends',
      submit: 'stipend_policy.create',
      pairs: [['rate', 'capPerYear']],
      values: { yearId: years[0]?.id, startsOn: years[0]?.startsOn },
      choices: { yearId: years.map(({ id, name }) => ({ value: id, label: name })) },
      overrides: { yearId: { kind: 'select' }, bearer: { kind: 'radios' }, basis: { kind: 'radios' } },
    });
  }

  async newCard(visit: Visit): Promise<View> {
    const collaborative = await this.policies.readable(visit.actor, visit.id());
    const [latest] = await cardsOf(this.db, [collaborative.id]);
    const [year] = await this.years(collaborative.id);
    const { rate, cap, extraMinutes, claimDays } = latest ?? { rate: undefined, cap: undefined, ...DEFAULT_RATES };
    return this.form(visit, collaborative, {
      title: 'childcare_rate_card.new',
      lead: 'childcare_rate_card.new.lead',
      input: RateCardInput,
      to: 'rates',
      submit: 'childcare_rate_card.create',
      pairs: [
        ['rate', 'cap'],
        ['extraMinutes', 'claimDays'],
      ],
      values: { rate, cap, extraMinutes, claimDays, startsOn: latest === undefined ? year?.startsOn : undefined },
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private policyTable(policies: readonly StoredPolicy[], path: string, mayRemove: boolean): TableView {
    const { t } = this;
    const years = [...new Set(policies.map(({ yearName }) => yearName))];
    return table({
      id: 'policies',
      caption: t('stipend_policy.caption'),
      columns: [
        { key: 'role', label: t('seat.field.role') },
        { key: 'from', label: t('stipend_policy.field.starts_on') },
        { key: 'bearer', label: t('stipend_policy.field.bearer') },
        { key: 'cap', label: t('stipend_policy.field.cap_per_year'), kind: 'payments', minor: true },
        { key: 'rate', label: t('stipend_policy.field.rate'), kind: 'payments' },
        ...(mayRemove ? ([{ key: 'remove', label: t('support.remove'), unlabeled: true }] as const) : []),
      ],
      groups: years.map((label) => ({
        label,
        rows: policies
          .filter(({ yearName }) => yearName === label)
          .map((each) => ({
            role: t(`seat.field.role.${each.role}`),
            from: this.date(each.startsOn),
            bearer: t(`stipend_policy.field.bearer.${each.bearer}`),
            cap: each.capPerYear,
            // What a district pays its people is for it to say.
            rate:
              each.bearer === 'fund' ? { amount: each.rate, note: t(`stipend_policy.each.${each.basis}`) } : undefined,
            remove: each.used
              ? undefined
              : this.removal(`${path}/stipends/${each.id}/remove`, t(`seat.field.role.${each.role}`)),
          })),
      })),
      empty: { title: t('stipend_policy.none'), text: t('stipend_policy.none.text') },
      stack: true,
    });
  }

  /** Nothing when every stipend follows the policy of its day. */
  private supersededTable(stipends: readonly SupersededStipend[]): TableView | undefined {
    const { t } = this;
    if (stipends.length === 0) return undefined;
    return table({
      id: 'superseded',
      caption: t('stipend.superseded.caption'),
      columns: [
        { key: 'person', label: t('stipend.field.person') },
        { key: 'convening', label: t('stipend.field.convening') },
        { key: 'state', label: t('stipend.field.state') },
        { key: 'bearer', label: t('stipend.superseded.bearer') },
        { key: 'amount', label: t('stipend.field.amount'), kind: 'payments' },
      ],
      rows: stipends.map(({ id, person, role, convening, on, state, bearer, rate, basis, amount }) => ({
        person: { text: person, note: t(`seat.field.role.${role}`), href: `/support/stipends/${id}` },
        convening: { text: convening, note: this.date(on) },
        state: { tag: this.machine.state(state) },
        bearer: {
          text: t(`stipend_policy.field.bearer.${bearer}`),
          // What a district pays its people is for it to say.
          note: bearer === 'fund' ? `${rate.format()} ${t(`stipend_policy.each.${basis}`)}` : undefined,
        },
        amount,
      })),
      stack: true,
    });
  }

  private cardTable(cards: readonly CardTerms[], path: string, mayRemove: boolean): TableView {
    const { t } = this;
    return table({
      id: 'rates',
      caption: t('childcare_rate_card.caption'),
      columns: [
        { key: 'from', label: t('childcare_rate_card.field.starts_on') },
        { key: 'extra', label: t('childcare_rate_card.extra'), minor: true },
        { key: 'days', label: t('childcare_rate_card.days'), minor: true },
        { key: 'cap', label: t('childcare_rate_card.field.cap'), kind: 'payments' },
        { key: 'rate', label: t('childcare_rate_card.field.rate'), kind: 'payments' },
        ...(mayRemove ? ([{ key: 'remove', label: t('support.remove'), unlabeled: true }] as const) : []),
      ],
      rows: cards.map((each) => ({
        from: this.date(each.startsOn),
        extra: t('childcare_rate_card.extra.of', { minutes: each.extraMinutes }),
        days: t('childcare_rate_card.days.of', { days: each.claimDays }),
        cap: each.cap,
        rate: each.rate,
        remove: each.used ? undefined : this.removal(`${path}/rates/${each.id}/remove`, this.date(each.startsOn)),
      })),
      empty: { title: t('childcare_rate_card.none'), text: t('childcare_rate_card.none.text') },
      stack: true,
    });
  }

  private removal(action: string, about: string): { button: ActionView } {
    return { button: { label: this.t('support.remove'), action, about, quiet: true } };
  }

  private form(
    visit: Visit,
    collaborative: Collaborative,
    form: FormOptions & {
      title: string;
      lead: string;
      input: InputClass;
      to: 'stipends' | 'rates';
      submit: string;
      pairs: readonly (readonly [string, string])[];
    },
  ): View {
    const { t } = this;
    const { title, lead, input, to, submit, pairs, ...options } = form;
    const path = `/support/policies/${collaborative.id}`;
    const head: PageHead = {
      crumbs: [{ label: t('support.policies.title'), href: path }],
      title: t(title),
      lead: t(lead, { collaborative: collaborative.name }),
    };
    return {
      title: head.title,
      head,
      form: {
        action: `${path}/${to}`,
        fields: inPairs(fieldViews(input, this.texts, { ...options, refused: visit.refused }), pairs),
        submit: t(submit),
        cancel: { label: t('form.cancel'), href: path },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private async years(collaborativeId: string): Promise<YearChoice[]> {
    return this.db.query<YearChoice>(sql`
      select id, name, starts_on as "startsOn" from collaborative_years
      where collaborative_id = ${collaborativeId} order by starts_on desc limit 20`);
  }

  private date(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'long');
  }
}
