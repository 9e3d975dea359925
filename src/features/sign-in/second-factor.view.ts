/** What the pages of the second step show: giving a code, setting it up, recovery codes, and one's own standing. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { AgencySettings } from '../agency/index.js';
import { Database } from '../../platform/database/database.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { ActionView, FactView, FormView, PageHead, SectionHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { type QrView, qrCode } from './qr-code.js';
import { CodeInput } from './second-factor.input.js';
import { inFours } from './second-factor.rules.js';
import { type FactorStanding, SecondFactorSetUp } from './second-factor-set-up.service.js';

const PATH = '/me/second-factor';

interface DoorPage {
  readonly title: string;
  readonly head: PageHead;
  readonly form: FormView;
  readonly lost: { readonly title: string; readonly items: readonly string[] };
}

interface StandingPage {
  readonly title: string;
  readonly head: PageHead;
  readonly facts: { readonly items: readonly FactView[] };
  /** What one needs for it, before it is set up. */
  readonly about?: string;
  readonly actions?: { readonly items: readonly ActionView[] };
}

interface SetUpPage {
  readonly title: string;
  readonly head: PageHead;
  readonly app: SectionHead;
  readonly qr: QrView;
  readonly key: { readonly title: string; readonly text: string; readonly value: string };
  readonly proof: SectionHead;
  readonly form: FormView;
  readonly restart: ActionView;
}

interface CodesPage {
  readonly title: string;
  readonly head: PageHead;
  readonly codes: readonly string[];
  readonly note: string;
  readonly done: ActionView;
}

@Injectable()
export class SecondFactorViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly agency: AgencySettings,
    private readonly setUp: SecondFactorSetUp,
  ) {}

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** The page at the door. */
  async door(next: string | undefined, refused: RefusedForm | undefined): Promise<DoorPage> {
    const { t } = this;
    const title = t('second_factor.door.title');
    const { helpPhone } = await this.agency.current();
    return {
      title,
      head: { title, lead: t('second_factor.door.lead') },
      form: {
        action: '/sign-in/code',
        fields: this.codeField(refused),
        hidden: next === undefined ? [] : [{ name: 'next', value: next }],
        submit: t('ui.sign_in'),
        cancel: { label: t('second_factor.door.other'), href: '/sign-in' },
        errors: errorItems(this.texts, refused),
      },
      lost: {
        title: t('second_factor.lost.title'),
        items: [
          t('second_factor.lost.recovery'),
          helpPhone === null ? t('second_factor.lost.help') : t('second_factor.lost.call', { phone: helpPhone }),
        ],
      },
    };
  }

  async standing(actor: PersonActor): Promise<StandingPage> {
    const { t } = this;
    const standing = await this.setUp.standing(this.db, actor.personId);
    const title = t('second_factor.title');
    const isSetUp = standing.since !== null;
    return {
      title,
      head: {
        crumbs: [{ label: t('ui.account'), href: '/me' }],
        tag: { tone: isSetUp ? 'done' : 'idle', label: t(isSetUp ? 'second_factor.on' : 'second_factor.off') },
        title,
        lead: t(isSetUp ? 'second_factor.lead.on' : 'second_factor.lead.off'),
      },
      facts: { items: this.facts(actor, standing) },
      about: isSetUp ? undefined : t('second_factor.about'),
      actions: { items: this.actions(standing) },
    };
  }

  /** The picture, until the app has proved that it knows the secret; the standing when nothing was begun. */
  async setUpPage(actor: PersonActor, refused: RefusedForm | undefined): Promise<SetUpPage | undefined> {
    const begun = await this.setUp.begun(actor);
    if (begun === undefined) return undefined;
    const { t } = this;
    const title = t('second_factor.set_up.title');
    return {
      title,
      head: {
        crumbs: [
          { label: t('ui.account'), href: '/me' },
          { label: t('second_factor.title'), href: PATH },
        ],
        title,
        lead: t('second_factor.set_up.lead'),
      },
      app: { title: t('second_factor.set_up.app'), id: 'app', lead: t('second_factor.set_up.app.lead') },
      qr: qrCode(begun.address, t('second_factor.set_up.picture')),
      key: {
        title: t('second_factor.set_up.key'),
        text: t('second_factor.set_up.key.text'),
        value: inFours(begun.secret),
      },
      proof: { title: t('second_factor.set_up.proof'), id: 'proof', lead: t('second_factor.set_up.proof.lead') },
      form: {
        action: `${PATH}/set-up`,
        fields: this.codeField(refused, 'second_factor.set_up.code.hint'),
        submit: t('second_factor.set_up.submit'),
        cancel: { label: t('form.cancel'), href: PATH },
        errors: errorItems(this.texts, refused),
      },
      restart: { label: t('second_factor.set_up.restart'), action: `${PATH}/begin`, quiet: true },
    };
  }

  codes(actor: PersonActor, codes: readonly string[]): CodesPage {
    const { t } = this;
    const title = t('second_factor.codes.title');
    return {
      title,
      head: { crumbs: [{ label: t('ui.account'), href: '/me' }], title, lead: t('second_factor.codes.lead') },
      codes,
      note: t('second_factor.codes.note', { name: actor.name, date: this.db.today }),
      done: { label: t('second_factor.codes.done'), href: '/', primary: true },
    };
  }

  private codeField(refused: RefusedForm | undefined, hintKey?: string): FormView['fields'] {
    const override = { autocomplete: 'one-time-code', width: 'medium' as const };
    const hint = hintKey === undefined ? {} : { hint: this.t(hintKey), inputmode: 'numeric' };
    return fieldViews(CodeInput, this.texts, { refused, overrides: { code: { ...override, ...hint } } }).map(
      (field) => ({
        ...field,
        // A code that was wrong once is wrong for good.
        value: undefined,
      }),
    );
  }

  private facts(actor: PersonActor, { since, recoveryCodesLeft }: FactorStanding): FactView[] {
    const { t } = this;
    const withheld = [...new Set((actor.withheld ?? []).map(({ role }) => t(`role.${role}`)))];
    const waits = withheld.length === 0 ? [] : [{ label: t('second_factor.waits'), value: withheld.join(', ') }];
    if (since === null) {
      return [{ label: t('second_factor.app'), value: t('second_factor.app.none') }, ...waits];
    }
    const calendar = this.db.currentCalendar;
    return [
      {
        label: t('second_factor.app'),
        value: t('second_factor.app.since', { date: calendar.formatDate(calendar.today(since), 'long') }),
      },
      {
        label: t('second_factor.codes_left'),
        value: t('second_factor.codes_left.count', { count: recoveryCodesLeft }),
        tag: recoveryCodesLeft < 3 ? { tone: 'attention', label: t('second_factor.codes_left.few') } : undefined,
      },
      ...waits,
    ];
  }

  private actions({ since }: FactorStanding): ActionView[] {
    const { t } = this;
    if (since === null) {
      return [{ label: t('second_factor.begin'), action: `${PATH}/begin`, primary: true }];
    }
    return [
      { label: t('second_factor.renew_codes'), action: `${PATH}/codes` },
      { label: t('second_factor.change_app'), action: `${PATH}/begin` },
      { label: t('second_factor.remove'), action: `${PATH}/remove`, quiet: true },
    ];
  }
}
