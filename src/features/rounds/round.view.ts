/** What is shown of a round: to staff all of it, to everybody what is published. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound, type Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { say } from '../../platform/http/problem.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { findFormVersion } from '../forms/index.js';
import { type PoolMoney, type PoolSource, readPool } from '../funds/index.js';
import { daysOff } from './day-off.js';
import type { CheckPart } from './round.checks.js';
import type { DateChange, Round } from './round.entity.js';
import { termsWarning } from './round.rules.js';
import { closesAt, type Criterion, isAccepting, type Milestone, readMilestones, readRubric } from './rounds.reads.js';
import { type RoundRow, Rounds } from './rounds.service.js';

export interface Extension {
  readonly dueBefore: Date;
  readonly dueAfter: Date;
  readonly reason: string;
  readonly createdAt: Date;
}

export interface RoundListItem extends Omit<RoundRow, 'state' | 'setAsideCents'> {
  readonly state: StateAnswer;
  readonly setAside: Money;
}

export interface RoundView extends Omit<Round, 'state'> {
  readonly state: StateAnswer;
  readonly closesAt: Date;
  readonly accepting: boolean;
  readonly fundName: string;
  readonly poolName: string;
  /** Its own form, when it has one. */
  readonly formName: string | null;
  readonly setAside: Money;
  /** Neither held nor committed. */
  readonly available: Money;
  readonly milestones: readonly Milestone[];
  readonly rubric: readonly Criterion[];
  readonly extensions: readonly Extension[];
  /** Allowed, and yet worth a look. */
  readonly warnings: readonly string[];
  /** What it still needs before it is published, part by part; empty afterwards. */
  readonly checks: readonly RoundCheck[];
  /** Where its money comes from, in the order in which it is drawn. */
  readonly sources: readonly PoolSource[];
  /** The dates that were changed after publication, newest first. */
  readonly dateChanges: readonly ChangedDates[];
  readonly actions: readonly ApiAction[];
}

export interface RoundCheck {
  readonly part: CheckPart;
  readonly missing: readonly string[];
  readonly advice: readonly string[];
}

export interface ChangedDates {
  readonly changes: readonly DateChange[];
  readonly reason: string;
  readonly createdAt: Date;
}

/** Where a published round stands for those who might apply. */
export type PublicStatus = 'comment' | 'coming' | 'open' | 'closed' | 'cancelled';

/** What everybody sees of a round. */
export interface PublicRound {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly kind: string;
  readonly status: PublicStatus;
  readonly fundName: string;
  readonly purpose: string | null;
  readonly eligibility: string | null;
  readonly opensAt: Date;
  readonly dueAt: Date;
  readonly floor: Money;
  readonly ceiling: Money | null;
  readonly setAside: Money;
  readonly awardsAtMost: number | null;
  readonly gates: number;
  readonly whoMayLead: readonly string[];
  readonly takesLettersOfIntent: boolean;
  /** Whether there are questions before the form. */
  readonly asksFirst: boolean;
  /** Whether people could comment on its criteria. */
  readonly wereInComment: boolean;
  readonly milestones: readonly Milestone[];
}

export interface PublicRoundWithRubric extends PublicRound {
  readonly rubric: readonly Criterion[];
}

interface PublicRow extends Omit<PublicRound, 'status' | 'floor' | 'ceiling' | 'setAside'> {
  readonly state: string;
  readonly graceMinutes: number;
  readonly floorCents: string;
  readonly ceilingCents: string | null;
  readonly setAsideCents: string;
}

/** A round that was published stays public, whatever became of it; a draft's criteria are public while in comment. */
const WAS_PUBLISHED: Sql = sql`(r.state not in ('draft', 'in_comment', 'cancelled')
  or (r.state = 'in_comment' and r.comment_audience = 'public') or (r.state = 'cancelled' and exists (
  select from lifecycle_steps s where s.subject_type = 'round' and s.subject_id = r.id and s.action = 'publish')))`;

@Injectable()
export class RoundViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
  ) {}

  row({ setAsideCents, state, ...row }: RoundRow): RoundListItem {
    return { ...row, state: this.rounds.machine.state(state), setAside: Money.ofCents(setAsideCents) };
  }

  async one(actor: Actor, id: string): Promise<RoundView> {
    const round = await this.rounds.get(actor, id);
    const isDraft = round.state === 'draft' || round.state === 'in_comment';
    const [pool, milestones, rubric, extensions, actions, checks, dateChanges, form] = await Promise.all([
      readPool(this.db, round.poolId),
      readMilestones(this.db, [id]),
      readRubric(this.db, id),
      this.extensions(id),
      this.rounds.machine.actions(this.policy, this.db, actor, round),
      isDraft ? this.rounds.checks(round) : [],
      this.dateChanges(id),
      round.formVersionId === null ? undefined : findFormVersion(this.db, round.formVersionId),
    ]);
    return {
      ...round,
      ...{ state: this.rounds.machine.state(round.state), closesAt: closesAt(round) },
      accepting: isAccepting(round, this.db.now),
      ...{ fundName: pool.fundName, poolName: pool.name, setAside: pool.setAside, available: pool.available },
      ...{ milestones: milestones.get(id) ?? [], rubric, extensions },
      warnings: [...warningsOf(round, pool), ...(isDraft ? [] : this.daysOff(round, milestones.get(id) ?? []))].map(
        (warning) => say(this.texts, warning),
      ),
      checks: checks.map(({ part, missing, advice }) => ({
        part,
        missing: missing.map((each) => say(this.texts, each)),
        advice: advice.map((each) => say(this.texts, each)),
      })),
      ...{ sources: pool.sources, dateChanges },
      formName:
        form === undefined ? null : this.texts.t('round.form.name', { name: form.formName, number: form.number }),
      actions: apiActions(this.texts, actions),
    };
  }

  /** Open, coming and in comment; the next deadline first. */
  async open(): Promise<PublicRound[]> {
    return this.published(
      sql`((r.state = 'in_comment' and r.comment_audience = 'public') or (r.state = 'published'
        and r.due_at + make_interval(mins => r.grace_minutes) >= ${this.db.now}))`,
    );
  }

  /** A draft as everybody would see it once it is published, for who sets it up. */
  async rehearsed(actor: Actor, id: string): Promise<PublicRoundWithRubric> {
    const { opensAt, dueAt, graceMinutes } = await this.rounds.get(actor, id);
    const [round] = await this.published(sql`r.id = ${id}`);
    if (round === undefined) throw notFound('thing.not_found');
    const status = this.status({ state: 'published', opensAt, dueAt, graceMinutes });
    return { ...round, status, rubric: await readRubric(this.db, id) };
  }

  async publicOne(id: string): Promise<PublicRoundWithRubric> {
    const [round] = await this.published(sql`r.id = ${id} and ${WAS_PUBLISHED}`);
    if (round === undefined) throw notFound('thing.not_found');
    return { ...round, rubric: await readRubric(this.db, id) };
  }

  /** The milestones of a round that is edited. */
  async milestonesOf(id: string): Promise<readonly Milestone[]> {
    return (await readMilestones(this.db, [id])).get(id) ?? [];
  }

  private async published(where: Sql): Promise<PublicRound[]> {
    const rows = await this.db.query<PublicRow>(
      sql`select r.id, r.number, r.name, r.kind, r.state, f.name as "fundName", r.purpose, r.eligibility,
            r.opens_at as "opensAt", r.due_at as "dueAt", r.grace_minutes as "graceMinutes",
            r.floor_cents::text as "floorCents", r.ceiling_cents::text as "ceilingCents",
            r.awards_at_most as "awardsAtMost", r.gates, r.who_may_lead as "whoMayLead",
            r.takes_letters_of_intent as "takesLettersOfIntent",
            jsonb_array_length(r.eligibility_rules) > 0 as "asksFirst",
            exists (select from rubric_versions v where v.round_id = r.id and v.kind = 'comment') as "wereInComment",
            coalesce((select sum(l.allotted_cents) from ledger_accounts l
              where l.holder_kind = 'pool' and l.holder_id = r.pool_id), 0)::text as "setAsideCents"
          from rounds r join funds f on f.id = r.fund_id
          where ${where} order by r.due_at, r.id limit 100`,
    );
    const milestones = await readMilestones(
      this.db,
      rows.map((row) => row.id),
    );
    return rows.map(({ state, graceMinutes, floorCents, ceilingCents, setAsideCents, ...row }) => ({
      ...row,
      status: this.status({ state, graceMinutes, opensAt: row.opensAt, dueAt: row.dueAt }),
      floor: Money.ofCents(floorCents),
      ceiling: ceilingCents === null ? null : Money.ofCents(ceilingCents),
      setAside: Money.ofCents(setAsideCents),
      milestones: milestones.get(row.id) ?? [],
    }));
  }

  /** Of what is to come in a round that runs; before it is published, its checks say the same. */
  private daysOff(round: Round, milestones: readonly Milestone[]): Sentence[] {
    if (!['published', 'reviewing', 'deciding'].includes(round.state)) return [];
    const { currentCalendar: calendar, today } = this.db;
    const days = { opensOn: calendar.today(round.opensAt), dueOn: calendar.today(round.dueAt) };
    return daysOff(calendar, { ...days, milestones }, today);
  }

  private status(round: Pick<Round, 'state' | 'opensAt' | 'dueAt' | 'graceMinutes'>): PublicStatus {
    if (round.state === 'in_comment') return 'comment';
    if (round.state === 'cancelled') return 'cancelled';
    if (isAccepting(round, this.db.now)) return 'open';
    return round.state === 'published' && this.db.now < round.opensAt ? 'coming' : 'closed';
  }

  private async dateChanges(id: string): Promise<ChangedDates[]> {
    return this.db.query<ChangedDates>(
      sql`select changes, reason, created_at as "createdAt" from round_date_changes
          where round_id = ${id} order by created_at desc, id desc limit 50`,
    );
  }

  private async extensions(id: string): Promise<Extension[]> {
    return this.db.query<Extension>(
      sql`select due_before as "dueBefore", due_after as "dueAfter", reason, created_at as "createdAt"
          from round_extensions where round_id = ${id} order by due_after desc, id desc`,
    );
  }
}

function warningsOf(round: Round, pool: PoolMoney): Sentence[] {
  const { ceiling, awardsAtMost } = round;
  // Before there is money, that is what is missing.
  if (!pool.setAside.isPositive) return [];
  const warning = termsWarning({ setAside: pool.setAside, ceiling, awardsAtMost });
  return warning === undefined ? [] : [warning];
}
