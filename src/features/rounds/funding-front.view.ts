/** What stands around the open rounds on the public pages: news, what is funded, how to apply. */
import { Injectable } from '@nestjs/common';
import { type Actor, PUBLIC_ACTOR } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { ListQuery } from '../../platform/lists/list.js';
import { barList, type PageHead, table, type TableView } from '../../platform/pages/components.js';
import { listHref, pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { csvLine } from '../../platform/spreadsheets/csv.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { Announcements } from '../announcements/index.js';
import { type BegunApplication, RoundApplications } from './round-applications.js';
import { type FundedAward, FundedAwards, type FundedTotals } from './funded-awards.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/funding/awards';
const ON_FRONT = 5;
const MOST_IN_FILE = 200;

@Injectable()
export class FundingFront {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly announcements: Announcements,
    private readonly funded: FundedAwards,
    private readonly settings: AgencySettings,
    private readonly applications: RoundApplications,
  ) {}

  /** What the actor's organizations write or sent in these rounds. */
  async begun(actor: Actor, roundIds: readonly string[]): Promise<ReadonlyMap<string, BegunApplication>> {
    return this.applications.of(actor, roundIds);
  }

  /** For the front page: what is told to everybody, the largest awards, and how to apply. */
  async sections(): Promise<Record<string, unknown>> {
    const { t } = this;
    const [shown, totals, awards, agency] = await Promise.all([
      this.announcements.current(PUBLIC_ACTOR),
      this.funded.totals(),
      this.funded.list(Object.assign(new ListQuery(), { limit: ON_FRONT })),
      this.settings.current(),
    ]);
    const calendar = this.db.currentCalendar;
    return {
      announcements: shown.map(({ title, body, startsOn }) => ({
        ...{ title, body, when: calendar.formatDate(startsOn, 'long') },
      })),
      funded:
        totals.count === 0
          ? undefined
          : {
              head: {
                title: t('funded.title'),
                lead: this.conclusion(totals),
                link: { label: t('funded.all'), href: PATH },
              },
              table: this.awardTable(awards.items),
              districts: this.districts(totals),
            },
      how: {
        steps: [t('funding.how.find'), t('funding.how.account'), t('funding.how.answer'), t('funding.how.hear')],
        link: { label: t('funding.how.more'), href: '/funding/how-to-apply' },
        help: !agency.helpPhone ? undefined : t('funding.how.help', { phone: agency.helpPhone }),
      },
    };
  }

  /** All that is funded, searched and sorted. */
  async awards(query: ListQuery): Promise<View> {
    const { t } = this;
    const [found, totals] = await Promise.all([this.funded.list(query), this.funded.totals()]);
    const head: PageHead = {
      crumbs: [{ label: t('funding.title'), href: '/funding' }],
      title: t('funded.title'),
      lead: totals.count === 0 ? undefined : this.conclusion(totals),
      actions: totals.count === 0 ? [] : [{ label: t('funded.download'), href: `${PATH}.csv`, quiet: true }],
    };
    const sorted = (key: string): object => sortedColumn(PATH, query, found.sort, key);
    const awards: TableView = this.awardTable(found.items, {
      sorted,
      search: {
        action: PATH,
        text: { name: 'q', label: t('funded.search'), value: query.q },
        clear: query.q === undefined ? undefined : { label: t('list.clear'), href: PATH },
      },
      pager: pagerView(this.texts, PATH, query, found),
      empty:
        query.q === undefined
          ? {
              title: t('funded.none'),
              text: t('funded.none.text'),
              link: { label: t('funding.title'), href: '/funding' },
            }
          : {
              title: t('funded.not_found', { q: query.q }),
              link: { label: t('list.clear'), href: listHref(PATH, {}) },
            },
    });
    const districts = totals.count === 0 ? undefined : this.districts(totals);
    return { title: head.title, head, table: awards, districts };
  }

  /** The same as a spreadsheet; what people we do not know typed starts no formula there. */
  async spreadsheet(): Promise<string> {
    const { t } = this;
    const names = ['number', 'title', 'recipient', 'districts', 'round', 'amount', 'starts_on', 'ends_on'];
    const lines = [csvLine(names.map((name) => t(`funded.column.${name}`)))];
    let after: string | null = null;
    do {
      const query: ListQuery = Object.assign(new ListQuery(), { sort: 'title', limit: MOST_IN_FILE });
      if (after !== null) query.after = after;
      const page = await this.funded.list(query);
      for (const each of page.items) {
        const { number, title, recipient, districts, roundName, amount, startsOn, endsOn } = each;
        lines.push(csvLine([number, title, recipient, districts.join('; '), roundName, amount, startsOn, endsOn]));
      }
      after = page.next;
    } while (after !== null);
    return lines.join('');
  }

  /** How one applies, from the first look to the first payment. */
  async howToApply(): Promise<View> {
    const { t } = this;
    const agency = await this.settings.current();
    const title = t('funding.how.title');
    const steps = ['find', 'check', 'account', 'answer', 'partners', 'certify', 'hear', 'sign'];
    return {
      title,
      head: { crumbs: [{ label: t('funding.title'), href: '/funding' }], title, lead: t('funding.how.lead') },
      steps: steps.map((step) => ({ title: t(`funding.how.step.${step}`), text: t(`funding.how.step.${step}.text`) })),
      help: t(!agency.helpPhone ? 'funding.how.help.none' : 'funding.how.help', { phone: agency.helpPhone }),
      languages: t('funding.how.languages'),
      link: { label: t('funding.how.open'), href: '/funding' },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private conclusion({ count, amount, since }: FundedTotals): string {
    return this.t('funded.lead', { count, amount, since: since ?? '' });
  }

  private districts({ districts }: FundedTotals): Record<string, unknown> {
    return {
      title: this.t('funded.by_district'),
      lead: this.t('funded.dollars'),
      bars: barList({ rows: districts.map(({ name, amount }) => ({ label: name, amount })) }),
    };
  }

  private awardTable(
    items: readonly FundedAward[],
    more: { readonly sorted?: (key: string) => object } & Record<string, unknown> = {},
  ): TableView {
    const { t } = this;
    const { sorted = () => ({}), ...rest } = more;
    return table({
      id: 'awards',
      caption: t('funded.caption'),
      columns: [
        { key: 'title', label: t('funded.column.title'), ...sorted('title') },
        { key: 'district', label: t('funded.column.districts') },
        { key: 'round', label: t('funded.column.round'), minor: true },
        { key: 'amount', label: t('funded.column.amount'), kind: 'money', ...sorted('amount') },
      ],
      rows: items.map(({ title, recipient, districts, roundName, amount }) => ({
        title: { text: title, note: recipient },
        district: districts.join(', '),
        round: roundName,
        amount,
      })),
      stack: true,
      ...rest,
    });
  }
}
