/** AnswerReuse: answers of an earlier application of the same organization, taken into a draft where the questions match. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { applicantSide } from '../conflicts/index.js';
import { type AnswerValue, type FormDefinition, isAnswered, type Question, questionsOf } from '../forms/index.js';
import { AnswerWriter } from './answer-writer.js';
import { formOfApplication, formOfVersion, readAnswers } from './answers.reads.js';
import { applicationReadFilter } from './application-reads.js';
import { Applications } from './applications.service.js';

export interface EarlierApplication {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly roundName: string;
}

/** A question of the draft that an earlier application answered. */
export interface ReusableAnswer {
  readonly question: Question;
  readonly value: AnswerValue;
  /** What stands in the draft already. */
  readonly standing: AnswerValue | undefined;
  /** As the draft has it. */
  readonly version: number;
}

const MOST = 20;
/** What belongs to one application alone: its name, its files, and what its partners and round make of it. */
const OWN_KINDS = new Set<Question['kind']>(['title', 'file', 'budget', 'partners']);

@Injectable()
export class AnswerReuse {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly applications: Applications,
    private readonly writer: AnswerWriter,
  ) {}

  /** Other applications of the same organization that this actor sees as one of its people, newest first. */
  async earlier(actor: Actor, id: string): Promise<EarlierApplication[]> {
    const { organizationId } = await this.applications.get(actor, id);
    return this.db.query<EarlierApplication>(sql`
      select a.id, a.number, a.title, r.name as "roundName" from applications a join rounds r on r.id = a.round_id
      where a.organization_id = ${organizationId} and a.id <> ${id}
        and ${applicationReadFilter(applicantSide(actor), this.policy, 'a')}
      order by a.created_at desc, a.id limit ${MOST}`);
  }

  async reusable(actor: Actor, id: string, earlierId: string): Promise<ReusableAnswer[]> {
    await this.requireEarlier(actor, id, earlierId);
    return this.matching(this.db, id, earlierId);
  }

  /** Takes the chosen answers; what stands in the draft becomes an earlier version there. */
  async take(
    actor: Actor,
    id: string,
    earlierId: string,
    keys: readonly string[],
  ): Promise<{ id: string; count: number }> {
    await this.requireEarlier(actor, id, earlierId);
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      const form = await formOfVersion(work, application.formVersionId);
      const chosen = (await this.matching(work, id, earlierId)).filter(({ question }) => keys.includes(question.key));
      const sent = chosen.map(({ question, value, version }) => ({ key: question.key, value, version }));
      const { changed, problems } = await this.writer.write(work, application, form, sent);
      const [problem] = problems;
      if (problem !== undefined && changed.length === 0) {
        throw conflict(problem.sentence.code, { params: problem.sentence.params });
      }
      work.audit({
        action: 'application.answers_reused',
        subjectType: 'application',
        subjectId: id,
        after: { from: earlierId, answers: changed.length },
      });
      return { id, count: changed.length };
    });
  }

  private async requireEarlier(actor: Actor, id: string, earlierId: string): Promise<void> {
    const known = await this.earlier(actor, id);
    if (!known.some((each) => each.id === earlierId)) throw notFound('thing.not_found');
  }

  /** Questions match that ask for the same kind of answer under the same key, or in the same words. */
  private async matching(from: Queryable, id: string, earlierId: string): Promise<ReusableAnswer[]> {
    const [form, earlierForm] = [await formOfApplication(from, id), await formOfApplication(from, earlierId)];
    const [records, earlier] = [await readAnswers(from, id, form), await readAnswers(from, earlierId, earlierForm)];
    return questionsOf(form.definition).flatMap((question): ReusableAnswer[] => {
      const match = matchOf(question, earlierForm.definition);
      const value = match === undefined ? undefined : earlier.get(match.key)?.value;
      if (value === undefined || !isAnswered(value)) return [];
      const record = records.get(question.key);
      return [{ question, value, standing: record?.value, version: record?.version ?? 0 }];
    });
  }
}

function matchOf(question: Question, earlier: FormDefinition): Question | undefined {
  if (OWN_KINDS.has(question.kind)) return undefined;
  const plain = (label: string): string => label.toLowerCase().replace(/\W+/g, ' ').trim();
  const alike = questionsOf(earlier).filter((each) => each.kind === question.kind);
  return (
    alike.find((each) => plain(each.label) === plain(question.label)) ?? alike.find((each) => each.key === question.key)
  );
}
