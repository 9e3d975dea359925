/**
 * Questions: what people ask about a round, and the answers everybody reads. Who asked is never published; an answer is
 * never changed, a newer one takes its place and the earlier one stays readable.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { type Limit, Limits } from '../sign-in/index.js';
import { QuestionNews } from './question-news.js';
import { RoundQuestion, RoundQuestionAnswer } from './question.entity.js';
import type { RoundAnswerInput, RoundQuestionInput, QuestionListQuery } from './question.input.js';
import { questionLifecycle } from './question.lifecycle.js';
import { takesQuestions } from './question.rules.js';
import { RoundNews } from './round-news.js';
import type { Round } from './round.entity.js';
import { findRound, lockRound, readMilestones, roundSubject } from './rounds.reads.js';

/** So often may one person ask; everything beyond is a conversation. */
const OFTEN: Limit = { most: 20, minutes: 24 * 60 };
const MOST_PUBLISHED = 500;

/** As everybody reads it. */
export interface PublishedAnswer {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly answeredAt: Date;
  /** Answers it had before, the newest first. */
  readonly earlier: readonly { readonly answer: string; readonly answeredAt: string }[];
}

export interface QuestionRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly roundId: string;
  readonly fundId: string;
  readonly roundName: string;
  /** Who asked; staff alone sees it. */
  readonly askedBy: string | null;
  readonly body: string;
  readonly question: string | null;
  readonly answer: string | null;
  readonly answers: number;
  readonly createdAt: Date;
}

@Injectable()
export class Questions {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly limits: Limits,
    private readonly news: QuestionNews,
    private readonly rounds: RoundNews,
  ) {}

  /** The machine for the questions of one round: whose fund it is, the policy has to know. */
  machineOf(round: Pick<Round, 'id' | 'fundId'>): Stateful<RoundQuestion, unknown> {
    return new Stateful<RoundQuestion, unknown>({
      entity: RoundQuestion,
      lifecycle: questionLifecycle as never,
      readPermission: 'question.read',
      subjectOf: () => roundSubject({ id: round.id, fundId: round.fundId }),
      facts: async (_from, rows) => new Map(rows.map(({ id }) => [id, {}])),
    });
  }

  /** Anybody who is signed in asks. */
  async ask(actor: Actor, roundId: string, input: RoundQuestionInput): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('question.people_only');
    const isWithin = await this.limits.fits(`question:${actor.personId}`, OFTEN);
    return this.db.work(actor, async (work) => {
      const round = await findRound(work, roundId);
      if (round === undefined || !(await this.isPublic(work, round))) throw notFound('thing.not_found');
      const milestones = (await readMilestones(work, [roundId])).get(roundId) ?? [];
      if (!takesQuestions(round, milestones, { calendar: work.calendar, now: work.now })) {
        throw conflict('question.over');
      }
      if (!isWithin) throw invalidField('body', 'question.often', { most: OFTEN.most });
      const row = await work.insertOne(RoundQuestion, {
        ...{ roundId, personId: actor.personId, body: input.body, state: 'asked' },
      });
      await this.machineOf(round).begin(work, [row], 'ask');
      return { id: row.id };
    });
  }

  /** Answers for everybody, for the first time or anew; who asked is told by mail. */
  async answer(actor: Actor, id: string, input: RoundAnswerInput): Promise<{ id: string; roundId: string }> {
    return this.db.work(actor, async (work) => {
      const round = await this.roundOf(work, id);
      this.require(work, 'question.answer', round);
      const [row] = await work.lock(RoundQuestion, [id]);
      if (row === undefined) throw notFound('thing.not_found');
      if (input.version !== undefined && row.version !== input.version) throw conflict('thing.changed_meanwhile');
      await this.machineOf(round).transition(work, { action: 'answer', ids: [row.id] });
      await this.publish(work, row, round, input);
      return { id, roundId: round.id };
    });
  }

  /** What was asked at an info session or on the telephone, with its answer. */
  async add(actor: Actor, roundId: string, input: RoundAnswerInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const round = await lockRound(work, roundId);
      this.require(work, 'question.answer', round);
      const row = await work.insertOne(RoundQuestion, {
        ...{ roundId, personId: null, body: input.question, state: 'asked' },
      });
      await this.machineOf(round).begin(work, [row], 'ask');
      await this.machineOf(round).transition(work, { action: 'answer', ids: [row.id] });
      await this.publish(work, row, round, input);
      return { id: row.id };
    });
  }

  /** Not for everybody: already answered, or about one application. Who asked is told why. */
  async setAside(actor: Actor, id: string, step: StepInput): Promise<{ id: string; roundId: string }> {
    return this.db.work(actor, async (work) => {
      const round = await this.roundOf(work, id);
      this.require(work, 'question.set_aside', round);
      const row = await work.lockOne(RoundQuestion, id);
      const { note, version: expectedVersion } = step;
      await this.machineOf(round).transition(work, { action: 'set_aside', ids: [id], note, expectedVersion });
      await this.news.setAside(work, { row, round, reason: step.note ?? '' });
      return { id, roundId: round.id };
    });
  }

  /** What everybody reads, in the order in which it was first asked. The caller has looked that the round is public. */
  async published(roundId: string): Promise<PublishedAnswer[]> {
    return this.db.query<PublishedAnswer>(sql`
      select q.id, a.question, a.answer, a.created_at as "answeredAt",
        coalesce((select jsonb_agg(jsonb_build_object('answer', e.answer, 'answeredAt', e.created_at)
          order by e.number desc) from round_question_answers e
          where e.question_id = q.id and e.number < a.number), '[]') as earlier
      from round_questions q join lateral (select * from round_question_answers l where l.question_id = q.id
        order by l.number desc limit 1) a on true
      where q.round_id = ${roundId} and q.state = 'answered' order by q.created_at, q.id limit ${MOST_PUBLISHED}`);
  }

  /** One's own that wait for an answer. */
  async waitingOf(actor: Actor, roundId: string): Promise<{ body: string; createdAt: Date }[]> {
    if (actor.kind !== 'person') return [];
    return this.db.query(sql`
      select body, created_at as "createdAt" from round_questions
      where round_id = ${roundId} and person_id = ${actor.personId} and state = 'asked' order by created_at, id limit 20`);
  }

  async get(actor: Actor, id: string): Promise<QuestionRow> {
    const row = await this.db.find<QuestionRow>(sql`select ${COLUMNS} from ${TABLES}
      where q.id = ${id} and ${this.readable(actor)}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  async list(actor: Actor, roundId: string, query: QuestionListQuery): Promise<ListPage<QuestionRow>> {
    const round = await findRound(this.db, roundId);
    if (round === undefined || !this.policy.can(actor, 'question.read', roundSubject(round))) {
      throw notFound('thing.not_found');
    }
    const where = [sql`q.round_id = ${roundId}`, this.readable(actor)];
    if (query.state !== undefined) where.push(sql`q.state = ${query.state}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(q.body ilike ${pattern} or a.question ilike ${pattern} or a.answer ilike ${pattern})`);
    }
    return readList<QuestionRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'q.id', defaultSort: '-createdAt' },
        sorts: { createdAt: { expression: 'q.created_at', type: 'timestamptz' } },
      },
      query,
    );
  }

  private async publish(work: Work, row: RoundQuestion, round: Round, input: RoundAnswerInput): Promise<void> {
    if (work.actor.kind !== 'person') throw forbidden('question.people_only');
    const [last] = await work.query<{ number: number }>(sql`
      select coalesce(max(number), 0)::int as number from round_question_answers where question_id = ${row.id}`);
    const number = (last?.number ?? 0) + 1;
    const { question, answer } = input;
    const answeredBy = work.actor.personId;
    await work.insertOne(RoundQuestionAnswer, { questionId: row.id, number, question, answer, answeredBy });
    await this.news.answered(work, { row, round, question, answer, isNew: number === 1 });
    if (input.tellDrafts === true) {
      await this.rounds.tell(work, { kind: 'question_answered', roundId: round.id, question, answer });
    }
  }

  private async roundOf(work: Work, id: string): Promise<Round> {
    const [found] = await work.query<{ roundId: string }>(sql`
      select round_id as "roundId" from round_questions where id = ${id}`);
    const round = found === undefined ? undefined : await findRound(work, found.roundId);
    if (round === undefined) throw notFound('thing.not_found');
    return round;
  }

  private require(work: Work, permission: string, round: Round): void {
    const subject = roundSubject({ id: round.id, fundId: round.fundId });
    if (!work.policy.can(work.actor, 'question.read', subject)) throw notFound('thing.not_found');
    if (!work.policy.can(work.actor, permission, subject)) {
      throw forbidden('permission.missing', { params: { permission } });
    }
  }

  private readable(actor: Actor): Sql {
    const scopes = { fund: 'r.fund_id', round: 'r.id' };
    return conditionSql(this.policy.filter(actor, 'question.read', { scopes }));
  }

  private async isPublic(from: Queryable, round: Round): Promise<boolean> {
    if (round.state === 'draft') return false;
    if (round.state !== 'cancelled') return true;
    const steps = await from.query(sql`select 1 from lifecycle_steps
      where subject_type = 'round' and subject_id = ${round.id} and action = 'publish' limit 1`);
    return steps.length > 0;
  }
}

const COLUMNS = sql`q.id, q.version, q.state, q.round_id as "roundId", r.fund_id as "fundId", r.name as "roundName",
  p.name as "askedBy", q.body, a.question, a.answer, coalesce(a.number, 0) as answers, q.created_at as "createdAt"`;

const TABLES = sql`round_questions q join rounds r on r.id = q.round_id left join persons p on p.id = q.person_id
  left join lateral (select * from round_question_answers l where l.question_id = q.id
    order by l.number desc limit 1) a on true`;
