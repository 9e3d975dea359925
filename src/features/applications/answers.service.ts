/** Answers: saving what an application says, question by question, and choosing where two people wrote at once. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type AnswerValue, findQuestion } from '../forms/index.js';
import { memberRoles } from '../organizations/index.js';
import { readProgress } from './answer-facts.js';
import type { Progress } from './answer-progress.js';
import { AnswerSettlement, type SettlementChoice } from './answer.entity.js';
import { AnswerWriter, assistanceOf, personOf, type SentAnswer, type Written } from './answer-writer.js';
import { formOfVersion } from './answers.reads.js';
import type { Application } from './application.entity.js';
import { canReadApplication } from './application-reads.js';
import { Applications } from './applications.service.js';

export interface SaveResult extends Omit<Written, 'changed'> {
  readonly savedAt: Date;
  readonly progress: Progress;
}

/** What was refused because somebody else was quicker, and waits for a choice; with what stands there now. */
export interface OpenDifference {
  readonly refusedId: string;
  readonly key: string;
  readonly mine: AnswerValue | undefined;
  readonly mineBy: string | null;
  readonly mineById: string | null;
  readonly mineAt: Date;
  readonly theirs: AnswerValue | undefined;
  readonly theirsBy: string | null;
  readonly theirsById: string | null;
  readonly theirsAt: Date | null;
  readonly version: number;
}

export interface AnswerVersionRow {
  readonly id: string;
  readonly answerVersion: number;
  readonly value: AnswerValue | undefined;
  readonly by: string | null;
  readonly at: Date;
  readonly isAssisted: boolean;
}

const MOST_VERSIONS = 50;

@Injectable()
export class Answers {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly applications: Applications,
    private readonly writer: AnswerWriter,
  ) {}

  /**
   * Keeps answers, each on its own: of those that cannot be taken, the others are kept all the same. `as` is the person
   * whose page they were written on: a session that somebody else opened meanwhile does not write in their name.
   */
  async save(actor: Actor, id: string, sent: readonly SentAnswer[], as?: string): Promise<SaveResult> {
    if (as !== undefined && as !== personOf(actor)) throw conflict('answer.other_person');
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      const form = await formOfVersion(work, application.formVersionId);
      const { changed: _changed, ...written } = await this.writer.write(work, application, form, sent);
      const progress = await readProgress(work, application.id, { form });
      return { ...written, savedAt: work.now, progress };
    });
  }

  /** Takes what was refused after all, or drops it. Taking it needs to know what it takes the place of. */
  async settle(
    actor: Actor,
    id: string,
    refusedId: string,
    choice: Exclude<SettlementChoice, 'replaced'>,
    version: number,
  ): Promise<{ id: string; key: string }> {
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      const difference = (await openDifferences(work, id)).find((each) => each.refusedId === refusedId);
      if (difference === undefined) throw conflict('answer.settled_already');
      const { key, mine } = difference;
      if (choice === 'taken') {
        const form = await formOfVersion(work, application.formVersionId);
        const written = await this.writer.write(work, application, form, [{ key, value: mine, version }]);
        const [problem] = written.problems;
        if (problem !== undefined && !written.changed.includes(key)) {
          throw conflict(problem.sentence.code, { params: problem.sentence.params });
        }
        if (written.conflicts.length > 0) throw conflict('answer.changed_again');
      }
      // One's own was settled by saving it.
      const isSettled = !(await openDifferences(work, id)).some((each) => each.refusedId === refusedId);
      if (!isSettled) await work.insertOne(AnswerSettlement, { refusedId, choice, settledBy: personOf(actor) });
      work.audit({
        action: 'application.difference_settled',
        subjectType: 'application',
        subjectId: id,
        after: { question: key, choice },
      });
      return { id, key };
    });
  }

  /** One of the organization's own people says that what staff entered for it is right. */
  async confirmAssisted(actor: Actor, id: string): Promise<{ id: string; count: number }> {
    return this.db.work(actor, async (work) => {
      // Whoever reads and confirms does not become one who wrote it.
      const application = await this.applications.lockVisible(work, id);
      await requireOwnMember(work, actor, application);
      if (!['draft', 'returned'].includes(application.state)) throw conflict('application.frozen');
      const rows = await work.query<{ key: string }>(sql`
        update answers set confirmed_at = ${work.now}, confirmed_by = ${personOf(actor)}
        where application_id = ${id} and assistance_id is not null and confirmed_at is null
        returning question_key as key`);
      const partners = await work.query<{ id: string }>(sql`
        update application_partners set part_confirmed_at = ${work.now}, part_confirmed_by = ${personOf(actor)},
          version = version + 1
        where application_id = ${id} and assistance_id is not null and part_confirmed_at is null returning id`);
      const count = rows.length + partners.length;
      if (count > 0) {
        work.audit({
          action: 'application.assisted_confirmed',
          subjectType: 'application',
          subjectId: id,
          after: { answers: rows.length, partners: partners.length },
        });
      }
      return { id, count };
    });
  }

  /** What waits for a choice; 404 for who may not see the application. */
  async differences(actor: Actor, id: string): Promise<OpenDifference[]> {
    await this.requireRead(actor, id);
    return openDifferences(this.db, id);
  }

  /** Earlier versions of one answer, newest first, also those that were refused; without the one that stands. */
  async versions(actor: Actor, id: string, key: string): Promise<AnswerVersionRow[]> {
    await this.requireRead(actor, id);
    const rows = await this.db.query<Omit<AnswerVersionRow, 'value'> & { value: AnswerValue | null }>(sql`
      select v.id, v.answer_version as "answerVersion", v.value, p.name as by, v.created_at as at,
             v.assistance_id is not null as "isAssisted"
      from answer_versions v left join persons p on p.id = v.entered_by
        left join answers a on a.application_id = v.application_id and a.question_key = v.question_key
      where v.application_id = ${id} and v.question_key = ${key}
        and (v.kind = 'refused' or v.answer_version < coalesce(a.version, 0))
      order by v.created_at desc, v.answer_version desc limit ${MOST_VERSIONS}`);
    return rows.map(({ value, ...row }) => ({ ...row, value: value ?? undefined }));
  }

  /** Puts an earlier version of an answer back, as a new one: what stands there now becomes an earlier one. */
  async restore(actor: Actor, id: string, versionId: string): Promise<{ id: string; key: string }> {
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      const [row] = await work.query<{ key: string; value: AnswerValue | null }>(sql`
        select question_key as key, value from answer_versions where id = ${versionId} and application_id = ${id}`);
      const form = await formOfVersion(work, application.formVersionId);
      if (row === undefined || findQuestion(form.definition, row.key) === undefined) throw notFound('thing.not_found');
      const written = await this.writer.write(work, application, form, [row]);
      const [problem] = written.problems;
      if (problem !== undefined && !written.changed.includes(row.key)) {
        throw conflict(problem.sentence.code, { params: problem.sentence.params });
      }
      return { id, key: row.key };
    });
  }

  private async requireRead(actor: Actor, id: string): Promise<void> {
    if (!(await canReadApplication(this.policy, actor, this.db, id))) throw notFound('thing.not_found');
  }
}

async function requireOwnMember(work: Work, actor: Actor, { organizationId }: Application): Promise<void> {
  const personId = personOf(actor);
  const isHelper = assistanceOf(actor, organizationId) !== null;
  const roles = personId === null || isHelper ? [] : await memberRoles(work, personId, organizationId);
  if (!roles.some((role) => role === 'owner' || role === 'editor' || role === 'signatory')) {
    throw forbidden('answer.confirm_by_member');
  }
}

/** Refused versions that nobody chose about yet, oldest first. */
export async function openDifferences(from: Queryable, id: string): Promise<OpenDifference[]> {
  const rows = await from.query<
    Omit<OpenDifference, 'mine' | 'theirs'> & { mine: AnswerValue | null; theirs: AnswerValue | null }
  >(sql`
    select v.id as "refusedId", v.question_key as key, v.value as mine, m.name as "mineBy", v.entered_by as "mineById",
           v.created_at as "mineAt", a.value as theirs, t.name as "theirsBy", a.entered_by as "theirsById",
           a.entered_at as "theirsAt", coalesce(a.version, 0) as version
    from answer_versions v
      left join answer_settlements s on s.refused_id = v.id
      left join answers a on a.application_id = v.application_id and a.question_key = v.question_key
      left join persons m on m.id = v.entered_by
      left join persons t on t.id = a.entered_by
    where v.application_id = ${id} and v.kind = 'refused' and s.id is null
    order by v.created_at, v.id`);
  return rows.map(({ mine, theirs, ...row }) => ({ ...row, mine: mine ?? undefined, theirs: theirs ?? undefined }));
}
