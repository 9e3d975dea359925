/** What administrators see of how a person gets in: their second step, requests to take it off, the sign-in service. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { RefusedForm, Visit } from '../../platform/http/visit.js';
import type {
  ActionView,
  FactView,
  FormView,
  ListedThings,
  PageHead,
  SectionHead,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { type ApiAction, actionButtons, apiActions, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { ADMISSION_DAYS, ExternalIdentities } from './external-identities.service.js';
import { Oidc } from './oidc.service.js';
import { type ResetRow, SecondFactorResets } from './second-factor-resets.service.js';
import { AdmissionInput, ResetInput } from './second-factor.input.js';
import { SecondFactorSetUp } from './second-factor-set-up.service.js';

/** By what somebody can get in, and when they last did. */
export interface EntryReach {
  readonly addresses: readonly string[];
  readonly telephones: readonly string[];
  readonly hasPassphrase: boolean;
  readonly cardUntil: Date | null;
  readonly lastSignedInAt: Date | null;
}

export interface PersonEntry {
  readonly personId: string;
  readonly name: string;
  readonly reach: EntryReach;
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
  /** What the help line says to somebody who stands before a closed door. */
  readonly helpHead: SectionHead;
  readonly help: ListedThings;
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
      reach: await this.reach(personId),
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
      helpHead: { title: t('person_entry.help'), id: 'help' },
      help: { items: this.help(visit, entry) },
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

  private async reach(personId: string): Promise<EntryReach> {
    const kind = (name: string): Sql => sql`array(select value from identifiers
      where person_id = ${personId} and kind = ${name} order by created_at, id)`;
    const [row] = await this.db.query<EntryReach>(sql`
      select ${kind('address')} as addresses, ${kind('telephone')} as telephones,
             coalesce((select passphrase_hash is not null from accounts where person_id = ${personId}), false)
               as "hasPassphrase",
             (select c.expires_at from entry_cards c where c.person_id = ${personId} and c.revoked_at is null
                and c.expires_at > ${this.db.now}) as "cardUntil",
             (select max(s.opened_at) from account_sessions s join accounts a on a.id = s.account_id
              where a.person_id = ${personId}) as "lastSignedInAt"`);
    return row ?? { addresses: [], telephones: [], hasPassphrase: false, cardUntil: null, lastSignedInAt: null };
  }

  /** What gets them in again, the quickest way first. */
  private help(visit: Visit, { personId, reach }: PersonEntry): ListedThings['items'] {
    const { t } = this;
    const mayChange = this.policy.mightDo(visit.actor, 'person.change_address');
    return [
      ...(reach.addresses.length === 0
        ? []
        : [{ title: t('person_entry.help.link'), note: t('person_entry.help.link.more') }]),
      {
        title: t('person_entry.help.mailbox'),
        note: t('person_entry.help.mailbox.more'),
        href: mayChange ? `/people/${personId}/address` : undefined,
      },
      ...(reach.cardUntil === null
        ? []
        : [{ title: t('person_entry.help.card'), note: t('person_entry.help.card.more') }]),
      { title: t('person_entry.help.phone'), note: t('person_entry.help.phone.more') },
    ];
  }

  private ways({ addresses, telephones, hasPassphrase, cardUntil, lastSignedInAt }: EntryReach): FactView[] {
    const { t } = this;
    const none = t('account.none');
    return [
      { label: t('session.field.email'), value: addresses.join(', ') || none },
      ...(telephones.length === 0 ? [] : [{ label: t('account.telephone'), value: telephones.join(', ') }]),
      { label: t('session.field.password'), value: t(hasPassphrase ? 'account.set' : 'account.not_set') },
      ...(cardUntil === null
        ? []
        : [
            {
              label: t('account.card'),
              value: t('account.card.until', { date: this.db.currentCalendar.today(cardUntil) }),
            },
          ]),
      {
        label: t('person_entry.last'),
        value: lastSignedInAt === null ? t('person_entry.last.never') : this.date(lastSignedInAt),
      },
    ];
  }

  private facts({ reach, secondFactorSince: since, recoveryCodesLeft: count, reset }: PersonEntry): FactView[] {
    const { t } = this;
    const app = since === null ? t('second_factor.app.none') : t('second_factor.app.since', { date: this.date(since) });
    return [
      ...this.ways(reach),
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
