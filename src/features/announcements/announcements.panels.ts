/** What the agency announces, on the home page of those it is for. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { Texts } from '../../platform/texts/texts.js';
import { Announcements } from './announcements.service.js';

@Injectable()
export class AnnouncementsPanels extends HomePanelSource {
  override readonly permissions = ['announcement.read'];

  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly announcements: Announcements,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const shown = await this.announcements.current(actor);
    if (shown.length === 0) return [];
    const calendar = this.db.currentCalendar;
    return [
      {
        place: 'aside',
        head: {
          title: this.texts.t('announcement.panel'),
          link: { label: this.texts.t('announcement.panel.all'), href: '/announcements' },
        },
        timeline: {
          items: shown.map(({ title, body, startsOn }, index) => ({
            ...{ date: calendar.formatDate(startsOn, 'long'), title, text: body },
            when: index === 0 ? 'now' : 'past',
          })),
          layout: 'narrow',
        },
      },
    ];
  }
}
