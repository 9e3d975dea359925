/** The dates of public rounds as a calendar to subscribe to: of all of them, or of one. */
import { Controller, Get, Inject, Injectable, StreamableFile } from '@nestjs/common';
import { calendarFeed, type FeedEvent } from '../../platform/calendars/calendar-feed.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import type { Milestone } from './rounds.reads.js';
import { type PublicRound, RoundViews } from './round.view.js';

const HOUR = 60 * 60 * 1000;

@Injectable()
export class RoundCalendar {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: RoundViews,
    private readonly settings: AgencySettings,
  ) {}

  /** Of everything that is open, coming or in comment. */
  async all(): Promise<string> {
    const { name } = await this.settings.current();
    return this.feed(this.texts.t('funding.calendar', { agency: name }), await this.views.open());
  }

  async one(id: string): Promise<string> {
    const round = await this.views.publicOne(id);
    return this.feed(round.name, [round]);
  }

  private async feed(name: string, rounds: readonly PublicRound[]): Promise<string> {
    const { timeZone } = await this.settings.current();
    return calendarFeed({
      name,
      timeZone,
      stampedAt: this.db.now,
      events: rounds.flatMap((each) => this.events(each)),
    });
  }

  private events(round: PublicRound): FeedEvent[] {
    const t = (key: string): string => this.texts.t(key);
    const host = new URL(this.config.publicUrl).hostname;
    const shared = {
      url: `${this.config.publicUrl}/funding/${round.id}`,
      isCancelled: round.status === 'cancelled',
    };
    const titled = (what: string): string => this.texts.t('funding.calendar.event', { what, round: round.name });
    const moment = (part: string, at: Date, what: string): FeedEvent => ({
      ...{ ...shared, uid: `${round.id}-${part}@${host}`, title: titled(what), startsAt: at, endsAt: at },
    });
    const numbers = new Map<string, number>();
    return [
      moment('opens', round.opensAt, t('funding.calendar.opens')),
      moment('due', round.dueAt, t('funding.fact.due')),
      ...round.milestones.map((milestone): FeedEvent => {
        const number = (numbers.get(milestone.kind) ?? 0) + 1;
        numbers.set(milestone.kind, number);
        const title = titled(milestone.label ?? t(`round.field.milestone_kind.${milestone.kind}`));
        return { ...shared, uid: `${round.id}-${milestone.kind}-${number}@${host}`, title, ...this.when(milestone) };
      }),
    ];
  }

  private when({
    happensOn,
    startsAt,
    place,
  }: Milestone): Pick<FeedEvent, 'startsAt' | 'endsAt' | 'allDayOn' | 'place'> {
    const calendar = this.db.currentCalendar;
    const at = startsAt === null ? calendar.startOfDay(happensOn) : calendar.deadline(happensOn, startsAt);
    return {
      ...{ startsAt: at, endsAt: new Date(at.getTime() + HOUR), place: place ?? undefined },
      ...(startsAt === null && { allDayOn: happensOn }),
    };
  }
}

@Controller('funding')
export class RoundCalendarPages {
  constructor(private readonly calendar: RoundCalendar) {}

  @Get('calendar.ics')
  @Public()
  async all(): Promise<StreamableFile> {
    return asFile(await this.calendar.all());
  }

  @Get(':id/calendar.ics')
  @Public()
  async one(@Here() visit: Visit): Promise<StreamableFile> {
    return asFile(await this.calendar.one(visit.id()));
  }
}

function asFile(text: string): StreamableFile {
  const disposition = 'inline; filename="funding.ics"';
  return new StreamableFile(Buffer.from(text, 'utf8'), { type: 'text/calendar; charset=utf-8', disposition });
}
