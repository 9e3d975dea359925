/** How long records stay, as its pages show it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import type { Visit } from '../../platform/http/visit.js';
import { type LinkView, table } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { RetentionTermInput } from './privacy.input.js';
import { Retention, type RetentionLine } from './retention.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class RetentionPageViews {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly retention: Retention,
  ) {}

  async list(actor: Actor): Promise<View> {
    const { t } = this;
    const lines = await this.retention.list(actor);
    const mayChange = this.policy.can(actor, 'retention.update', {});
    const links: LinkView[] = [
      { label: t('disposal.list.title'), href: '/disposals' },
      { label: t('legal_hold.list.title'), href: '/legal-holds' },
    ];
    return {
      title: t('retention.title'),
      head: {
        crumbs: [{ label: t('settings.title'), href: '/settings' }],
        title: t('retention.title'),
        lead: t('retention.lead'),
        actions: links,
      },
      table: table({
        id: 'retention',
        caption: t('retention.title'),
        columns: [
          { key: 'title', label: t('retention.field.class') },
          { key: 'years', label: t('retention.field.years') },
          { key: 'from', label: t('retention.field.from') },
          { key: 'action', label: t('retention.field.then') },
          { key: 'basis', label: t('retention.field.basis') },
        ],
        rows: lines.map((line) => ({
          title: { text: line.title, note: line.what, href: mayChange ? `/retention/${line.name}` : undefined },
          years: t('retention.years', { years: line.years }),
          from: line.from,
          action: t(`retention.action.${line.action}`),
          basis: { text: line.basis, note: line.isSet ? undefined : t('retention.not_confirmed') },
        })),
        stack: true,
      }),
    };
  }

  async form(visit: Visit, name: string): Promise<View> {
    const { t } = this;
    const line: RetentionLine = await this.retention.get(visit.actor, name);
    return {
      title: line.title,
      head: {
        crumbs: [{ label: t('retention.title'), href: '/retention' }],
        title: line.title,
        lead: t('retention.form.lead', { what: line.what, from: line.from }),
      },
      form: {
        action: `/retention/${name}`,
        fields: fieldViews(RetentionTermInput, this.texts, {
          values: { years: line.years, basis: line.basis },
          refused: visit.refused,
          only: ['years', 'basis'],
          overrides: { years: { width: 'short' }, basis: { rows: 4 } },
        }),
        hidden: [{ name: 'version', value: String(visit.refused?.values['version'] ?? line.version) }],
        submit: t('retention.save'),
        cancel: { label: t('form.cancel'), href: '/retention' },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);
}
