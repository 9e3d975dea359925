/** The next meeting with its docket, on the home pages of the committee and its clerk. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import type { ListedThing } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { type DocketRow, readDocket } from './docket.reads.js';

interface NextMeeting {
  readonly id: string;
  readonly name: string;
  readonly heldAt: Date;
  readonly place: string | null;
}

@Injectable()
export class DecisionsPanels extends HomePanelSource {
  override readonly permissions = ['motion.vote', 'meeting.open'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const may = this.policy.filter(actor, 'meeting.read', { scopes: { fund: 'm.fund_id' } });
    const [meeting] = await this.db.queryOften<NextMeeting>(sql`
      select m.id, m.name, m.held_at as "heldAt", m.place from meetings m
      where m.state in ('planned', 'noticed', 'in_session') and ${conditionSql(may)} order by m.held_at, m.id limit 1`);
    if (meeting === undefined) return [];
    const docket = await readDocket(this.db.often, actor, meeting.id);
    const when = this.db.currentCalendar.formatInstant(meeting.heldAt, 'short');
    return [
      {
        place: 'aside',
        head: {
          title: this.texts.t('meeting.panel'),
          lead: meeting.place === null ? when : this.texts.t('meeting.panel.when', { when, place: meeting.place }),
        },
        listed: {
          items: [
            { title: meeting.name, href: `/meetings/${meeting.id}` },
            ...docket.map((item) => this.item(meeting.id, item)),
          ],
        },
      },
    ];
  }

  private item(meetingId: string, { position, title, note, roundId, applicationId }: DocketRow): ListedThing {
    if (title === null) return { title: this.texts.t('docket.recused') };
    const href = roundId === null ? `/applications/${applicationId ?? ''}` : `/meetings/${meetingId}/rounds/${roundId}`;
    return { title: this.texts.t('meeting.panel.item', { position, title }), href, note: note ?? undefined };
  }
}
