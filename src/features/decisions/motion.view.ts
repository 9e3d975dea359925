/** What is shown of a motion: its text, what it names, the roll, and its result. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type MemberStanding, motionStanding, type MotionStanding } from './committee.reads.js';
import { visibleTo } from './docket.reads.js';
import type { Motion, MotionKind } from './motion.entity.js';
import { Motions, readMotions } from './motions.service.js';
import { quorumNeeded, quorumPresent } from './vote.rules.js';

export interface MotionItemView {
  readonly applicationId: string;
  /** Nothing when the actor is recused from it. */
  readonly title: string | null;
  readonly organizationName: string | null;
  readonly amount: Money | null;
}

/** A motion on a list: of a meeting, of a round's slate. */
export interface MotionListItem {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly kind: MotionKind;
  readonly state: StateAnswer;
  readonly meetingId: string;
  readonly docketItemId: string | null;
  readonly roundId: string | null;
  /** The actor has a direct conflict with one of its applications and does not read it. */
  readonly isHidden: boolean;
  readonly text: string | null;
  readonly amount: Money | null;
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  readonly factor: string | null;
  readonly moverId: string;
  readonly mover: string;
  readonly seconderId: string;
  readonly seconder: string;
  readonly ayes: number | null;
  readonly nays: number | null;
  readonly abstained: number | null;
  readonly closedAt: Date | null;
  readonly items: readonly MotionItemView[];
}

export interface MotionView extends MotionListItem {
  readonly quorum: { readonly members: number; readonly needed: number; readonly counted: number };
  readonly roll: readonly MemberStanding[];
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class MotionViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly motions: Motions,
  ) {}

  async one(actor: Actor, id: string): Promise<MotionView> {
    const { motion, item, standing, actions } = await this.parts(actor, id);
    return { ...item, ...this.roll(motion, standing), actions: apiActions(this.texts, actions) };
  }

  /** What the page of a motion is made of. */
  async parts(
    actor: Actor,
    id: string,
  ): Promise<{ motion: Motion; item: MotionListItem; standing: MotionStanding; actions: ActionAnswer[] }> {
    const motion = await this.motions.get(actor, id);
    const [item] = await this.shown(actor, [motion]);
    const standing = await motionStanding(this.db, motion);
    const actions = await this.motions.machine.actions(this.policy, this.db, actor, motion);
    return { motion, item: item as MotionListItem, standing, actions };
  }

  /** The motions of a meeting, in the order they were made. Who may see the meeting is asked before. */
  async ofMeeting(actor: Actor, meetingId: string): Promise<MotionListItem[]> {
    return this.shown(actor, await readMotions(this.db, { meetingId }));
  }

  roll(motion: Motion, standing: MotionStanding): Pick<MotionView, 'quorum' | 'roll'> {
    const { quorum, members } = standing;
    const needed = motion.quorumNeeded ?? quorumNeeded(quorum.members, quorum.basisPoints);
    const counted = motion.quorumPresent ?? quorumPresent(quorum);
    return { quorum: { members: quorum.members, needed, counted }, roll: members };
  }

  private async shown(actor: Actor, motions: readonly Motion[]): Promise<MotionListItem[]> {
    const ids = motions.map((motion) => motion.id);
    const people = await this.db.query<{ id: string; mover: string; seconder: string; source: string | null }>(sql`
      select m.id, mover.name as mover, seconder.name as seconder, s.name as source
      from motions m join persons mover on mover.id = m.mover_id join persons seconder on seconder.id = m.seconder_id
        left join sources s on s.id = m.source_id
      where m.id = any(${ids}::uuid[])`);
    const items = await this.items(actor, ids);
    return motions.map((motion) => {
      const names = people.find((each) => each.id === motion.id);
      const own = items.filter((each) => each.motionId === motion.id);
      const isHidden = own.some((each) => !each.seen);
      const { id, version, number, kind, meetingId, docketItemId, roundId, amount, sourceId } = motion;
      const { moverId, seconderId, ayes, nays, abstained, closedAt } = motion;
      return {
        ...{ id, version, number, kind, meetingId, docketItemId, roundId, amount, sourceId },
        ...{ moverId, seconderId, ayes, nays, abstained, closedAt },
        state: this.motions.machine.state(motion.state),
        isHidden,
        text: isHidden ? null : motion.text,
        factor: isHidden ? null : motion.factor,
        sourceName: names?.source ?? null,
        mover: names?.mover ?? '',
        seconder: names?.seconder ?? '',
        items: own.filter((each) => each.isNamed).map(shownItem),
      };
    });
  }

  private async items(actor: Actor, motionIds: readonly string[]): Promise<ItemRow[]> {
    return this.db.query<ItemRow>(sql`
      select named.motion_id as "motionId", a.id as "applicationId", a.title, o.name as "organizationName",
             named.amount_cents::text as cents, named.is_named as "isNamed", ${visibleTo(actor, 'a.id')} as seen
      from (
        select motion_id, application_id, amount_cents, true as is_named from motion_items
        union all
        select m.id, d.application_id, null, false from motions m join docket_items d on d.id = m.docket_item_id
        where d.application_id is not null) named
        join applications a on a.id = named.application_id join organizations o on o.id = a.organization_id
      where named.motion_id = any(${motionIds}::uuid[]) order by named.motion_id, o.name, a.id`);
  }
}

interface ItemRow {
  readonly motionId: string;
  readonly applicationId: string;
  readonly title: string;
  readonly organizationName: string;
  readonly cents: string | null;
  readonly isNamed: boolean;
  readonly seen: boolean;
}

function shownItem(row: ItemRow): MotionItemView {
  return {
    applicationId: row.applicationId,
    title: row.seen ? row.title : null,
    organizationName: row.seen ? row.organizationName : null,
    amount: row.cents === null || !row.seen ? null : Money.ofCents(row.cents),
  };
}
