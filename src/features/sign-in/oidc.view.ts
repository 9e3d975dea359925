/** What people see of their own connections with the agency's sign-in service. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { type ActionView, type PageHead, table, type TableView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { ExternalIdentities } from './external-identities.service.js';
import { Oidc } from './oidc.service.js';

interface OwnOidcPage {
  readonly title: string;
  readonly head: PageHead;
  readonly found?: { readonly text: string; readonly connect: ActionView };
  readonly list?: TableView;
  readonly connect?: ActionView;
}

@Injectable()
export class OidcViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly oidc: Oidc,
    private readonly identities: ExternalIdentities,
  ) {}

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** `address` is whom the service told of, when somebody just came back from it: null when it told no address. */
  async own(actor: PersonActor, address: string | null | undefined): Promise<OwnOidcPage> {
    const { t } = this;
    const crumbs = [{ label: t('ui.account'), href: '/me' }];
    if (!this.oidc.isOffered) {
      const title = t('external_identity.title.none');
      return { title, head: { crumbs, title, lead: t('external_identity.none') } };
    }
    const { name } = this.oidc;
    const title = t('external_identity.title', { name });
    const identities = await this.identities.ofPerson(this.db, actor.personId);
    const isFound = address !== undefined;
    return {
      title,
      head: { crumbs, title, lead: t('external_identity.lead', { name }) },
      found: isFound ? this.found(name, address) : undefined,
      list: identities.length === 0 ? undefined : this.list(name, identities),
      connect: isFound
        ? undefined
        : {
            label: t(identities.length === 0 ? 'external_identity.connect' : 'external_identity.connect_another', {
              name,
            }),
            href: '/sign-in/oidc',
            primary: identities.length === 0,
          },
    };
  }

  private found(name: string, address: string | null): OwnOidcPage['found'] {
    const { t } = this;
    return {
      text:
        address === null
          ? t('external_identity.found.nameless', { name })
          : t('external_identity.found', { name, address }),
      connect: { label: t('external_identity.found.connect'), action: '/me/oidc/connect', primary: true },
    };
  }

  private list(name: string, identities: Awaited<ReturnType<ExternalIdentities['ofPerson']>>): TableView {
    const { t } = this;
    const calendar = this.db.currentCalendar;
    const day = (at: Date | null): string =>
      at === null ? t('external_identity.never') : calendar.formatDate(calendar.today(at), 'long');
    return table({
      id: 'identities',
      caption: t('external_identity.list', { name }),
      columns: [
        { key: 'address', label: t('external_identity.field.address') },
        { key: 'since', label: t('external_identity.field.since') },
        { key: 'used', label: t('external_identity.field.used') },
        { key: 'button', label: t('external_identity.disconnect'), unlabeled: true },
      ],
      rows: identities.map(({ id, address, createdAt, lastUsedAt }) => ({
        address: address ?? t('external_identity.no_address'),
        since: day(createdAt),
        used: day(lastUsedAt),
        button: {
          button: {
            label: t('external_identity.disconnect'),
            action: `/me/oidc/${id}/end`,
            about: address ?? t('external_identity.no_address'),
          },
        },
      })),
      stack: true,
    });
  }
}
