/**
 * CommentGroups: named groups that are asked about criteria. Whoever holds a group's link reads and comments for it; the
 * link is made from the group and a secret of the installation, is stored nowhere, and ends when it is replaced.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { AgencySettings } from '../agency/index.js';
import { normalizeAddress } from '../identity/index.js';
import type { AudienceInput, GroupInput, GroupMailInput, GroupRefInput } from './criteria.input.js';
import { CommentGroup } from './criteria.entity.js';
import { type CommentAudience, Round } from './round.entity.js';
import { Rounds } from './rounds.service.js';

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly linkNumber: number;
  readonly endedAt: Date | null;
  readonly comments: number;
}

const TOKEN = /^([0-9a-f]{32})([\w-]{32})$/u;
const ADDRESS = /^[^\s@<>"'(),;:]{1,64}@[^\s@<>"'(),;:]{1,190}\.[^\s@<>"'(),;:.]{2,}$/u;
const MOST_ADDRESSES = 200;
const MOST_GROUPS = 40;

@Injectable()
export class CommentGroups {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly rounds: Rounds,
    private readonly mailer: Mailer,
    private readonly settings: AgencySettings,
  ) {}

  /** Who reads the draft criteria: everybody, or only the groups. */
  async setAudience(actor: Actor, roundId: string, input: AudienceInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const round = await this.rounds.lockEditable(work, roundId);
      const commentAudience = input.audience as CommentAudience;
      const before = { audience: round.commentAudience };
      await work.update(Round, round, { commentAudience }, input.version);
      const after = { audience: commentAudience };
      work.audit({ action: 'round.audience_changed', subjectType: 'round', subjectId: roundId, before, after });
      return { id: roundId };
    });
  }

  /** A group that is asked; each address is mailed the link while the criteria are in comment. */
  async add(actor: Actor, roundId: string, input: GroupInput): Promise<{ id: string; mailed: number }> {
    const addresses = addressesOf(input.addresses ?? '');
    try {
      return await this.db.work(actor, async (work) => {
        const round = await this.rounds.lockEditable(work, roundId);
        const [{ count } = { count: 0 }] = await work.query<{ count: number }>(
          sql`select count(*)::int as count from comment_groups where round_id = ${roundId}`,
        );
        if (count >= MOST_GROUPS) throw conflict('criteria.too_many_groups', { params: { most: MOST_GROUPS } });
        if (addresses.length > 0) mustBeOpen(round);
        const group = await work.insertOne(CommentGroup, { roundId, name: input.name, linkNumber: 1, endedAt: null });
        await this.mail(work, round, group, addresses);
        const after = { groupId: group.id, name: group.name, mailed: addresses.length };
        work.audit({ action: 'criteria.group_added', subjectType: 'round', subjectId: roundId, after });
        return { id: group.id, mailed: addresses.length };
      });
    } catch (error) {
      if (violatedConstraint(error) === 'comment_groups_name_round_id_key') {
        throw invalidField('name', 'criteria.group_name_taken');
      }
      throw error;
    }
  }

  /** The link of a group that is there already: to those who were added before it could be mailed, or once more. */
  async mailLink(actor: Actor, roundId: string, input: GroupMailInput): Promise<{ id: string; mailed: number }> {
    const addresses = addressesOf(input.addresses);
    if (addresses.length === 0) throw invalidField('addresses', 'field.required');
    return this.db.work(actor, async (work) => {
      const round = await this.rounds.lockEditable(work, roundId);
      const group = await this.lockLive(work, roundId, input.groupId);
      mustBeOpen(round);
      await this.mail(work, round, group, addresses);
      const after = { groupId: group.id, name: group.name, mailed: addresses.length };
      work.audit({ action: 'criteria.link_mailed', subjectType: 'round', subjectId: roundId, after });
      return { id: group.id, mailed: addresses.length };
    });
  }

  /** The links that are out there open nothing any more; there is a new one. */
  async replaceLink(actor: Actor, roundId: string, { groupId }: GroupRefInput): Promise<{ id: string }> {
    return this.change(actor, roundId, groupId, 'criteria.link_replaced', (group) => ({
      linkNumber: group.linkNumber + 1,
    }));
  }

  /** The group is asked no longer; what it said stays. */
  async end(actor: Actor, roundId: string, { groupId }: GroupRefInput): Promise<{ id: string }> {
    return this.change(actor, roundId, groupId, 'criteria.group_ended', () => ({ endedAt: this.db.now }));
  }

  /** The address of a group's page. */
  link(group: { readonly id: string; readonly linkNumber: number }): string {
    return `${this.config.publicUrl}/criteria/${group.id.replaceAll('-', '')}${this.sign(group)}`;
  }

  /** The group whose link this is; 404 for any other, replaced and ended ones included. */
  async open(token: string): Promise<CommentGroup> {
    const [, hex = '', mark = ''] = TOKEN.exec(token) ?? [];
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
    const [group] = isId(id)
      ? await this.db.query<CommentGroup>(sql`
      select id, version, created_at as "createdAt", round_id as "roundId", name, link_number as "linkNumber",
        ended_at as "endedAt"
      from comment_groups where id = ${id}`)
      : [];
    if (group === undefined || group.endedAt !== null) throw notFound('criteria.link_not_open');
    if (!timingSafeEqual(Buffer.from(this.sign(group)), Buffer.from(mark))) throw notFound('criteria.link_not_open');
    return group;
  }

  async list(from: Queryable, roundId: string): Promise<GroupView[]> {
    return from.query<GroupView>(sql`
      select g.id, g.name, g.link_number as "linkNumber", g.ended_at as "endedAt",
        (select count(*)::int from rubric_comments c where c.group_id = g.id) as comments
      from comment_groups g where g.round_id = ${roundId} order by g.created_at, g.id`);
  }

  private sign({ id, linkNumber }: { readonly id: string; readonly linkNumber: number }): string {
    const told = `criteria:${id}:${linkNumber}`;
    // Not the secret of sessions: a new one signs people out, and would end every link that was sent.
    return createHmac('sha256', this.config.fingerprintKey).update(told).digest('base64url').slice(0, 32);
  }

  private async change(
    actor: Actor,
    roundId: string,
    groupId: string,
    action: string,
    changes: (group: CommentGroup) => Partial<Pick<CommentGroup, 'linkNumber' | 'endedAt'>>,
  ): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.rounds.lockEditable(work, roundId);
      const group = await this.lockLive(work, roundId, groupId);
      await work.update(CommentGroup, group, changes(group));
      work.audit({ action, subjectType: 'round', subjectId: roundId, after: { groupId, name: group.name } });
      return { id: groupId };
    });
  }

  private async lockLive(work: Work, roundId: string, groupId: string): Promise<CommentGroup> {
    const group = await work.lockOne(CommentGroup, groupId);
    if (group.roundId !== roundId) throw notFound('thing.not_found');
    if (group.endedAt !== null) throw conflict('criteria.group_over');
    return group;
  }

  private async mail(work: Work, round: Round, group: CommentGroup, addresses: readonly string[]): Promise<void> {
    const { name: agency, helpPhone } = await this.settings.read(work);
    await this.mailer.sendAll(
      work,
      addresses.map((to) => ({
        ...{ to, subjectKey: 'mail.criteria_comment.subject', params: { round: round.name } },
        about: null,
        ...{ template: 'mail/criteria-comment', carriesSecret: true },
        view: { round: round.name, group: group.name, agency, helpPhone, link: this.link(group) },
      })),
    );
  }
}

/** Before that the link opens nothing. */
function mustBeOpen(round: Round): void {
  if (round.state !== 'in_comment') throw invalidField('addresses', 'criteria.mail_when_open');
}

function addressesOf(typed: string): string[] {
  const parts = typed.split(/[\s,;]+/u).filter((part) => part !== '');
  const wrong = parts.find((part) => !ADDRESS.test(part));
  if (wrong !== undefined) {
    throw invalidField('addresses', 'criteria.not_an_address', { address: wrong.slice(0, 80) });
  }
  const addresses = [...new Set(parts.map(normalizeAddress))];
  if (addresses.length > MOST_ADDRESSES) throw invalidField('addresses', 'field.too_many', { max: MOST_ADDRESSES });
  return addresses;
}
