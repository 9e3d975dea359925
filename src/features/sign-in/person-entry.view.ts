/** What administrators see of how a person gets in: their second step, requests to take it off, the sign-in service. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { RefusedForm, Visit } from '../../platform/http/visit.js';
import type { ActionView, FactView, FormView, PageHead, SectionHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { type ApiAction, actionButtons, apiActions, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { ADMISSION_DAYS, ExternalIdentities } from './external-identities.service.js';
import { Oidc } from './oidc.service.js';
import { type ResetRow, SecondFactorResets } from './second-factor-resets.service.js';
import { AdmissionInput, ResetInput } from './second-factor.input.js';
import { SecondFactorSetUp } from './second-factor-set-up.service.js';

export interface PersonEntry {
  readonly personId: string;
  readonly name: string;
  readonly secondFactorSince: Date | null;
  readonly recoveryCodesLeft: number;
  readonly reset: { readonly id: string; readonly state: string } | null;
  readonly identities: readonly { readonly issuer: string; readonly address: string | null }[];
  readonly admission: { readonly address: string; readonly expiresAt: Date } | null;
}

export interface ResetDetail extends Omit<ResetRow, 'state'> {
  readonly state: object;
  readonly actions: readonly ApiAction[];
}

interface PersonEntryPage {
  readonly title: string;
  readonly head: PageHead;
  readonly facts: { readonly items: readonly FactView[] };
  readonly resetHead?: SectionHead;
  readonly resetForm?: FormView;
  readonly serviceHead?: SectionHead;
  readonly serviceFacts?: { readonly items: readonly FactView[] };
  readonly takeBack?: ActionView;
  readonly admissionForm?: FormView;
}

@Injectable()
export class PersonEntryViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly setUp: SecondFactorSetUp,
    private readonly resets: SecondFactorResets,
    private readonly identities: ExternalIdentities,
    private readonly oidc: Oidc,
  ) {}

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  async get(actor: Actor, personId: string): Promise<PersonEntry> {
    if (!this.policy.can(actor, 'second_factor_reset.read', {})) throw notFound('thing.not_found');
    const [person] = await this.db.query<{ name: string }>(sql`select name from persons where id = ${personId}`);
    if (person === undefined) throw notFound('thing.not_found');
    const { since, recoveryCodesLeft } = await this.setUp.standing(this.db, personId);
    const reset = await this.resets.openOf(actor, personId);
    const identities = await this.identities.ofPerson(this.db, personId);
    const admission = await this.identities.admissionOf(this.db, personId);
    return {
      ...{ personId, name: person.name, secondFactorSince: since, recoveryCodesLeft },
      reset: reset === undefined ? null : { id: reset.id, state: reset.state },
      identities: identities.map(({ issuer, address }) => ({ issuer, address })),
      admission: admission === undefined ? null : { address: admission.address, expiresAt: admission.expiresAt },
    };
  }

  async show(visit: Visit): Promise<PersonEntryPage> {
    const { t } = this;
    const entry = await this.get(visit.actor, visit.id());
    const title = t('person_entry.title', { name: entry.name });
    return {
      title,
      head: {
        crumbs: [
          { label: t('menu.people'), href: '/people' },
          { label: entry.name, href: `/people/${entry.personId}` },
        ],
        title,
        lead: t('person_entry.lead'),
      },
      facts: { items: this.facts(entry) },
      ...this.resetSection(visit, entry),
      ...this.serviceSection(visit, entry),
    };
  }

  async reset(visit: Visit): Promise<{ readonly title: string } & Readonly<Record<string, unknown>>> {
    const { t } = this;
    const row = await this.resets.get(visit.actor, visit.id());
    const actions = await this.resets.actions(visit.actor, row);
    const title = t('second_factor_reset.title', { name: row.personName });
    return {
      title,
      head: {
        crumbs: [
          { label: t('menu.people'), href: '/people' },
          { label: row.personName, href: `/people/${row.personId}` },
        ],
        tag: this.resets.machine.state(row.state),
        title,
        lead: t('second_factor_reset.lead'),
        actions: actionButtons(this.texts, `/second-factor-resets/${row.id}`, row.version, actions),
      },
      facts: {
        items: [
          { label: t('second_factor_reset.asked_by'), value: row.askedByName },
          { label: t('second_factor_reset.field.reason'), value: row.reason },
        ],
      },
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'second_factor_reset', row.id),
      },
    };
  }

  async resetDetail(actor: Actor, id: string): Promise<ResetDetail> {
    const row = await this.resets.get(actor, id);
    const actions = apiActions(this.texts, await this.resets.actions(actor, row));
    return { ...row, state: this.resets.machine.state(row.state), actions };
  }

  private facts({ secondFactorSince: since, recoveryCodesLeft: count, reset }: PersonEntry): FactView[] {
    const { t } = this;
    const app = since === null ? t('second_factor.app.none') : t('second_factor.app.since', { date: this.date(since) });
    return [
      { label: t('second_factor.title'), value: app },
      ...(since === null
        ? []
        : [{ label: t('second_factor.codes_left'), value: t('second_factor.codes_left.count', { count }) }]),
      ...(reset === null
        ? []
        : [
            {
              label: t('second_factor_reset.open'),
              link: { label: t('second_factor_reset.see'), href: `/second-factor-resets/${reset.id}` },
            },
          ]),
    ];
  }

  private resetSection(visit: Visit, entry: PersonEntry): Pick<PersonEntryPage, 'resetHead' | 'resetForm'> {
    const { t } = this;
    const isOpen = entry.secondFactorSince !== null && entry.reset === null;
    if (!isOpen || isSelf(visit, entry) || !this.policy.mightDo(visit.actor, 'second_factor_reset.ask')) return {};
    const refused = formRefused(visit, 'reason');
    return {
      resetHead: { title: t('second_factor_reset.ask.title'), id: 'reset', lead: t('second_factor_reset.ask.lead') },
      resetForm: {
        action: `/people/${entry.personId}/second-factor-reset`,
        fields: fieldViews(ResetInput, this.texts, { refused, overrides: { reason: { rows: 3 } } }),
        submit: t('second_factor_reset.ask.submit'),
        errors: errorItems(this.texts, refused),
      },
    };
  }

  private serviceSection(
    visit: Visit,
    entry: PersonEntry,
  ): Pick<PersonEntryPage, 'serviceHead' | 'serviceFacts' | 'takeBack' | 'admissionForm'> {
    if (!this.oidc.isOffered) return {};
    const { t } = this;
    const { name } = this.oidc;
    const path = `/people/${entry.personId}/admission`;
    const mayAdmit = !isSelf(visit, entry) && this.policy.mightDo(visit.actor, 'external_admission.create');
    const refused = formRefused(visit, 'address');
    const facts = [
      ...entry.identities.map(({ address }) => ({
        label: t('external_identity.connected'),
        value: address ?? t('external_identity.no_address'),
      })),
      ...(entry.admission === null
        ? []
        : [
            {
              label: t('external_admission.open'),
              value: t('external_admission.until', {
                address: entry.admission.address,
                date: this.date(entry.admission.expiresAt),
              }),
            },
          ]),
    ];
    return {
      serviceHead: { title: name, id: 'service', lead: t('external_admission.lead', { name, days: ADMISSION_DAYS }) },
      serviceFacts: facts.length === 0 ? undefined : { items: facts },
      takeBack:
        entry.admission !== null && mayAdmit
          ? { label: t('external_admission.take_back'), action: `${path}/end`, quiet: true }
          : undefined,
      admissionForm: mayAdmit
        ? {
            action: path,
            fields: fieldViews(AdmissionInput, this.texts, { refused, overrides: { address: { kind: 'email' } } }),
            submit: t('external_admission.submit'),
            secondary: true,
            errors: errorItems(this.texts, refused),
          }
        : undefined,
    };
  }

  private date(at: Date): string {
    const calendar = this.db.currentCalendar;
    return calendar.formatDate(calendar.today(at), 'long');
  }
}

function isSelf({ actor }: Visit, { personId }: PersonEntry): boolean {
  return actor.kind === 'person' && actor.personId === personId;
}

/** Two forms stand on the page: what is wrong is said in the one it was typed into. */
function formRefused({ refused }: Visit, field: string): RefusedForm | undefined {
  return refused !== undefined && field in refused.values ? refused : undefined;
}
