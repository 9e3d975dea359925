/** Minutes: each motion with its movers, the roll call, recusals and disclosures, as they were recorded. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { FactView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import type { MeetingParts } from './meeting.view.js';
import type { MotionListItem } from './motion.view.js';

interface MinutedVote {
  readonly motionId: string;
  readonly name: string;
  readonly choice: string | null;
  readonly counted: boolean;
  readonly interest: string | null;
}

export interface MinutesMotion {
  readonly title: string;
  readonly text: string;
  readonly href: string;
  readonly facts: { readonly items: readonly FactView[] };
}

@Injectable()
export class MinutesViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  async ofMeeting(_actor: Actor, view: MeetingParts): Promise<{ motions: MinutesMotion[] }> {
    const ids = view.motions.map((motion) => motion.id);
    const votes = await this.db.query<MinutedVote>(sql`
      select v.motion_id as "motionId", p.name, v.choice, v.counted, v.interest
      from votes v join persons p on p.id = v.person_id where v.motion_id = any(${ids}::uuid[])
      union all
      select r.motion_id, p.name, null, false, r.interest
      from recusals r join persons p on p.id = r.person_id where r.motion_id = any(${ids}::uuid[])
      order by name`);
    return {
      motions: view.motions.map((motion) =>
        this.motion(
          motion,
          votes.filter((vote) => vote.motionId === motion.id),
        ),
      ),
    };
  }

  private motion(motion: MotionListItem, votes: readonly MinutedVote[]): MinutesMotion {
    const t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);
    const recused = votes.filter((vote) => vote.choice === null);
    const recusedNames = new Set(recused.map((vote) => vote.name));
    const of = (choice: string): string =>
      votes
        .filter((vote) => vote.choice === choice && vote.counted && !recusedNames.has(vote.name))
        .map((vote) => vote.name)
        .join(', ');
    const interests = (rows: readonly MinutedVote[]): string =>
      rows.map((row) => `${row.name} (${t(`decision.interest.${row.interest}`)})`).join(', ');
    const lines: [string, string][] = [
      ['motion.field.mover', motion.mover],
      ['motion.field.seconder', motion.seconder],
      ['vote.ayes', of('aye')],
      ['vote.nays', of('nay')],
      ['vote.abstained', of('abstain')],
      ['motion.recused_members', interests(recused)],
      ['motion.disclosed', interests(votes.filter((vote) => vote.choice !== null && !vote.counted))],
      ['motion.field.factor', motion.factor ?? ''],
    ];
    return {
      title: t('motion.minuted', { number: motion.number, result: motion.state.label }),
      text: motion.text ?? t('motion.recused'),
      href: `/motions/${motion.id}`,
      facts: { items: lines.flatMap(([key, value]) => (value === '' ? [] : [{ label: t(key), value }])) },
    };
  }
}
