/** Tax numbers and bank accounts as pages: masked, with who recorded and confirmed them; whole only when unmasked. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type {
  FactView,
  FieldView,
  FormView,
  LinkView,
  ListedThing,
  PageHead,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { SecretKind } from './payee-secret.entity.js';
import { BankAccountInput, TinInput, UnmaskInput } from './payee-secret.input.js';
import { type PayeeSecretRow, PayeeSecrets } from './payee-secrets.service.js';
import { Payees } from './payees.service.js';

type View = { title: string } & Record<string, unknown>;

const PAYEES = '/payments/payees';
const SECRETS = '/payments/payee-secrets';

const NEW_SECRET_PATHS: Readonly<Record<SecretKind, string>> = {
  tin: 'tax-number',
  bank_account: 'bank-account',
};

const INPUTS: Readonly<Record<SecretKind, InputClass>> = { tin: TinInput, bank_account: BankAccountInput };

/** Typed in clear, so that it can be checked against the paper; never filled in again, nor kept by the browser. */
const NUMBER_BOX: Partial<FieldView> = { kind: 'text', inputmode: 'numeric', autocomplete: 'off', value: undefined };

@Injectable()
export class PayeeSecretPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly secrets: PayeeSecrets,
    private readonly payees: Payees,
  ) {}

  /** The part of a payee's page: what is in force and what waits, and the ways to record another. */
  async section(actor: Actor, payeeId: string): Promise<{ items: ListedThing[]; none?: string; links: LinkView[] }> {
    const rows = await this.secrets.of(actor, payeeId);
    const items = rows.map((row) => ({
      title: this.name(row),
      href: `${SECRETS}/${row.id}`,
      note: this.note(row),
    }));
    const links = this.policy.can(actor, 'payee_secret.record', {})
      ? (['tin', 'bank_account'] as const).map((kind) => ({
          label: this.texts.t(`payee_secret.record.${kind}`),
          href: `${PAYEES}/${payeeId}/${NEW_SECRET_PATHS[kind]}/new`,
        }))
      : [];
    return { items, none: items.length === 0 ? this.texts.t('payee_secret.none') : undefined, links };
  }

  async form(visit: Visit, kind: SecretKind): Promise<View> {
    const payee = await this.payees.get(visit.actor, visit.id());
    const href = `${PAYEES}/${payee.id}`;
    const title = this.texts.t(`payee_secret.record.${kind}`);
    const form: FormView = {
      action: `${href}/${NEW_SECRET_PATHS[kind]}`,
      fields: fieldViews(INPUTS[kind], this.texts, {
        refused: visit.refused,
        overrides: {
          number: NUMBER_BOX,
          again: NUMBER_BOX,
          routingNumber: { inputmode: 'numeric', autocomplete: 'off', width: 'medium' },
        },
      }),
      submit: this.texts.t('form.save'),
      cancel: { label: this.texts.t('form.cancel'), href },
      errors: errorItems(this.texts, visit.refused),
    };
    const head: PageHead = {
      crumbs: this.crumbs(payee.id, payee.name),
      title,
      lead: this.texts.t('payee_secret.record.lead', { name: payee.name }),
    };
    return { title, head, form };
  }

  /** With `number` the whole of it stands on the page, this once. */
  async show(visit: Visit, number?: string): Promise<View> {
    const { actor } = visit;
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const row = await this.secrets.get(actor, visit.id());
    const [stored, alike] = await Promise.all([this.secrets.stored(row.id), this.secrets.alike(actor, row.id)]);
    const actions = await this.secrets.machine.actions(this.policy, this.db, actor, stored);
    const { label, tone } = this.secrets.machine.state(row.state);
    const title = this.name(row);
    const head: PageHead = {
      crumbs: this.crumbs(row.payeeId, row.payeeName),
      tag: { tone, label },
      title,
      lead: row.state === 'recorded' ? t('payee_secret.lead.recorded') : undefined,
    };
    const buttons = actionButtons(this.texts, `${SECRETS}/${row.id}`, row.version, actions).map((button, index) => ({
      ...button,
      noteLabel: actions[index]?.name === 'confirm' ? t('payee_secret.how_checked') : undefined,
      noteHint: actions[index]?.name === 'confirm' ? t('payee_secret.how_checked.hint') : undefined,
    }));
    const canUnmask = number === undefined && this.policy.can(actor, 'payee_secret.unmask', {});
    return {
      title,
      head,
      actions: buttons.length === 0 ? undefined : { items: buttons },
      note:
        alike.length === 0
          ? undefined
          : {
              tone: 'gold',
              title: t('payee_secret.alike'),
              items: alike.map(({ payeeName }) => payeeName),
              text: t('payee_secret.alike.text'),
              link: { label: alike[0]?.payeeName ?? '', href: `${PAYEES}/${alike[0]?.payeeId ?? ''}` },
            },
      facts: { items: this.facts(row, number) },
      form: canUnmask ? this.unmaskForm(visit, row) : undefined,
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'payee_secret', row.id),
      },
    };
  }

  /** `Bank account ending in 4321`. */
  private name({ kind, detail, lastFour }: PayeeSecretRow): string {
    return this.texts.t(`payee_secret.name.${kind}`, { detail: this.detail(kind, detail), lastFour });
  }

  private detail(kind: SecretKind, detail: string): string {
    return this.texts.t(`payee_secret.field.${kind === 'tin' ? 'tin' : 'account'}_detail.${detail}`);
  }

  private note(row: PayeeSecretRow): string {
    const { label } = this.secrets.machine.state(row.state);
    const who = row.state === 'recorded' ? row.recordedByName : row.confirmedByName;
    const key = row.state === 'recorded' ? 'payee_secret.note.recorded' : 'payee_secret.note.in_force';
    return who === null ? label : this.texts.t(key, { who });
  }

  private facts(row: PayeeSecretRow, number: string | undefined): FactView[] {
    const t = (key: string): string => this.texts.t(key);
    const masked = this.texts.t('payee_secret.masked', { lastFour: row.lastFour });
    return [
      { label: t('payee_secret.field.sort'), value: this.detail(row.kind, row.detail) },
      ...(row.routingNumber === null
        ? []
        : [{ label: t('payee_secret.field.routing_number'), value: row.routingNumber }]),
      { label: t('payee_secret.field.number'), value: number ?? masked, strong: number !== undefined },
      { label: t('payee_secret.field.recorded_by'), value: row.recordedByName ?? t('payee_secret.nobody') },
      { label: t('payee_secret.field.confirmed_by'), value: row.confirmedByName ?? t('payee_secret.nobody') },
    ];
  }

  private unmaskForm(visit: Visit, row: PayeeSecretRow): FormView {
    return {
      action: `${SECRETS}/${row.id}/unmask`,
      fields: fieldViews(UnmaskInput, this.texts, { refused: visit.refused }),
      submit: this.texts.t('payee_secret.unmask'),
      errors: errorItems(this.texts, visit.refused),
      secondary: true,
    };
  }

  private crumbs(payeeId: string, payeeName: string): LinkView[] {
    return [
      { label: this.texts.t('payments.title'), href: '/payments' },
      { label: this.texts.t('payee.list.title'), href: PAYEES },
      { label: payeeName, href: `${PAYEES}/${payeeId}` },
    ];
  }
}
