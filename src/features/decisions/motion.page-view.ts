/** A motion as its page shows it: the roll call, for the clerk and for each member on a device of their own. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import { say } from '../../platform/http/problem.js';
import type { ActionView, FactView, NoteView, PageHead, TagView } from '../../platform/pages/components.js';
import { table, type TableView } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { MemberStanding } from './committee.reads.js';
import { type Motion, VOTE_CHOICES } from './motion.entity.js';
import { type MotionListItem, MotionViews } from './motion.view.js';
import { quorumProblem } from './vote.rules.js';

type View = { title: string } & Record<string, unknown>;

interface RollLine {
  readonly name: string;
  readonly tag: TagView;
  readonly note?: string;
  readonly buttons?: readonly ActionView[];
}

@Injectable()
export class MotionPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: MotionViews,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const { motion, item, standing, actions } = await this.views.parts(visit.actor, visit.id());
    const path = `/motions/${motion.id}`;
    const { members } = standing;
    const can = (permission: string): boolean => this.policy.can(visit.actor, permission, subjectOf(motion));
    const isVoting = motion.state === 'moved' && standing.meetingState === 'in_session';
    const noQuorum = isVoting ? quorumProblem(standing.quorum) : undefined;
    const buttons = actionButtons(this.texts, path, motion.version, actions);
    const edit: ActionView[] =
      motion.state === 'moved' && can('motion.update') && !members.some((each) => each.vote !== undefined)
        ? [{ label: t('motion.change'), href: `${path}/edit` }]
        : [];
    const title = t('motion.number', { number: motion.number });
    const head: PageHead = {
      crumbs: await this.crumbs(motion),
      tag: item.state,
      number: t(`motion.field.kind.${motion.kind}`),
      title,
      lead: item.text ?? t('motion.recused'),
    };
    return {
      title,
      head,
      ballot:
        isVoting && can('motion.vote') ? this.ballot(visit.actor, path, members, noQuorum !== undefined) : undefined,
      note: noQuorum === undefined ? undefined : this.quorumNote(say(this.texts, noQuorum)),
      items: item.items.length === 0 ? undefined : this.itemTable(item),
      roll: members.map((member) => this.line(path, member, isVoting && can('motion.record_vote'))),
      rollLead: this.rollLead(motion, members),
      actions: { items: [...edit, ...buttons] },
      facts: { items: this.facts(item, standing.members, this.views.roll(motion, standing).quorum) },
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'motion', motion.id),
        layout: 'narrow',
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async crumbs(motion: Motion): Promise<{ label: string; href: string }[]> {
    const meeting = await this.db.find<{ name: string }>(sql`select name from meetings where id = ${motion.meetingId}`);
    return [
      { label: this.t('meeting.list.title'), href: '/meetings' },
      { label: meeting?.name ?? '', href: `/meetings/${motion.meetingId}` },
    ];
  }

  private quorumNote(text: string): NoteView {
    return { tone: 'rust', title: this.t('motion.no_vote_now'), text };
  }

  /** Three buttons of one weight for a member who may vote, or the sentence that says why not. */
  private ballot(
    actor: Actor,
    path: string,
    members: readonly MemberStanding[],
    isBarred: boolean,
  ): { title: string; text?: string; buttons?: readonly ActionView[] } | undefined {
    const { t } = this;
    const own = members.find((each) => actor.kind === 'person' && each.personId === actor.personId);
    if (own === undefined) return undefined;
    const title = t('vote.yours');
    if (own.recusal !== undefined) return { title, text: t('vote.you_are_recused') };
    if (own.vote !== undefined) return { title, text: t(`vote.you_voted.${own.vote.choice}`) };
    if (!own.present) return { title, text: t('vote.you_are_absent') };
    if (isBarred) return { title, text: t('vote.no_quorum') };
    const buttons = VOTE_CHOICES.map((choice): ActionView => {
      const hidden = [{ name: 'choice', value: choice }];
      return { label: t(`vote.field.choice.${choice}`), action: `${path}/votes`, hidden };
    });
    return { title, text: own.remote === undefined ? undefined : t('vote.you_disclose'), buttons };
  }

  private line(path: string, member: MemberStanding, mayRecord: boolean): RollLine {
    const { t } = this;
    const { name, present, recusal, remote, vote } = member;
    const disclosed = remote === undefined ? undefined : t('vote.disclosed', { interest: this.interest(remote) });
    if (recusal !== undefined) {
      const tag: TagView = { tone: 'idle', label: t('vote.recused') };
      return { name, tag, note: this.interest(recusal.interest) };
    }
    if (vote !== undefined) {
      const tag: TagView = { tone: vote.counted ? 'done' : 'idle', label: t(`vote.field.choice.${vote.choice}`) };
      return { name, tag, note: disclosed ?? (vote.byClerk ? t('vote.by_clerk') : undefined) };
    }
    if (!present) return { name, tag: { tone: 'idle', label: t('attendance.is_absent') } };
    const tag: TagView = { tone: 'waiting', label: t('vote.waiting') };
    const buttons = VOTE_CHOICES.map((choice): ActionView => {
      const hidden = [
        { name: 'personId', value: member.personId },
        { name: 'choice', value: choice },
      ];
      return { label: t(`vote.field.choice.${choice}`), action: `${path}/record-vote`, about: name, hidden };
    });
    return { name, tag, note: disclosed, buttons: mayRecord ? buttons : undefined };
  }

  private interest(kind: string): string {
    return this.t(`decision.interest.${kind}`);
  }

  private rollLead(motion: Motion, members: readonly MemberStanding[]): string {
    const { ayes, nays, abstained } = motion;
    if (ayes !== null) return this.t('motion.tally', { ayes, nays, abstained });
    const may = members.filter((each) => each.present && each.recusal === undefined);
    const voted = may.filter((each) => each.vote !== undefined);
    return this.t('motion.roll_so_far', { voted: voted.length, may: may.length });
  }

  private itemTable(item: MotionListItem): TableView {
    const { t } = this;
    return table({
      id: 'items',
      caption: t('motion.items.caption'),
      columns: [
        { key: 'application', label: t('motion.field.application') },
        { key: 'amount', label: t('motion.field.award'), kind: 'money' },
      ],
      rows: item.items.map(({ applicationId, title, organizationName, amount }) => ({
        application:
          title === null
            ? t('docket.recused')
            : { text: title, href: `/applications/${applicationId}`, note: organizationName ?? undefined },
        amount,
      })),
      stack: true,
    });
  }

  private facts(
    item: MotionListItem,
    members: readonly MemberStanding[],
    quorum: { members: number; needed: number; counted: number },
  ): FactView[] {
    const { t } = this;
    const recused = members.filter((each) => each.recusal !== undefined && each.present).map((each) => each.name);
    const lines: [string, string | null][] = [
      ['motion.field.mover', item.mover],
      ['motion.field.seconder', item.seconder],
      ['motion.field.source', item.sourceName],
      ['motion.field.raise', item.amount?.format() ?? null],
      ['motion.field.factor', item.factor],
      ['motion.recused_members', recused.length === 0 ? null : recused.join(', ')],
      ['motion.quorum', t('motion.quorum_counted', { ...quorum })],
    ];
    return lines.flatMap(([key, value]) => (value === null ? [] : [{ label: t(key), value }]));
  }
}

const subjectOf = (motion: Motion): Subject => ({ scopes: { fund: motion.fundId } });
