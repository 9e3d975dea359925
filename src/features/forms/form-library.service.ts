/** FormLibrary: questions that are kept to be put into forms, for a fund or for the whole agency. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { findQuestion, type Question, questionsOf } from './form.definition.js';
import { freeKey } from './form.edits.js';
import { LibraryQuestion, LibraryQuestionUse } from './form.entity.js';
import type { KeepInput, LibraryQuery, LibraryQuestionInput, LibraryTakeInput } from './form.input.js';
import { problemsWith } from './form.reading.js';
import { readDefinition } from './form.reader.js';
import { plainQuestion } from './question.form.js';
import { Forms } from './forms.service.js';

export interface LibraryRow {
  readonly id: string;
  readonly fundId: string | null;
  readonly fundName: string | null;
  readonly name: string;
  readonly definition: Question;
  readonly version: number;
  /** How many forms have it, in any of their versions. */
  readonly forms: number;
}

export interface LibraryUse {
  readonly id: string;
  readonly name: string;
  readonly fundName: string;
}

export interface LibraryQuestionView extends LibraryRow {
  /** The forms that have it, as far as this person may see them. */
  readonly usedIn: readonly LibraryUse[];
}

@Injectable()
export class FormLibrary {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly forms: Forms,
  ) {}

  /** Keeps a question of a version in the library of its fund; what it says of other questions stays behind. */
  async keep(actor: Actor, versionId: string, { question: key, name, forAll }: KeepInput): Promise<{ id: string }> {
    const version = await this.forms.version(actor, versionId);
    const question = findQuestion(version.definition, key);
    if (question === undefined) throw notFound('thing.not_found');
    const { showWhen: _showWhen, criterion: _criterion, ...definition } = question;
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const fundId = forAll ? null : version.fundId;
        this.require(work, fundId);
        const kept = await work.insertOne(LibraryQuestion, { fundId, name, definition });
        await work.insertOne(LibraryQuestionUse, {
          ...{ libraryQuestionId: kept.id, formId: version.formId, questionKey: key },
        });
        const after = { name, kind: question.kind, label: question.label, forAll };
        work.audit({ action: 'library_question.kept', subjectType: 'fund', subjectId: version.fundId, after });
        return { id: kept.id };
      }),
    );
  }

  /** Puts a question of the library at the end of a section, under a key of its own. */
  async take(
    actor: Actor,
    versionId: string,
    input: LibraryTakeInput,
  ): Promise<{ id: string; version: number; key: string }> {
    const version = await this.forms.version(actor, versionId);
    const [kept] = await this.rows(actor, version.fundId, input.questionId);
    if (kept === undefined) throw invalidField('questionId', 'field.not_found');
    const taken = questionsOf(version.definition).map((question) => question.key);
    const question = { ...kept.definition, key: freeKey(kept.definition.key, taken) };
    const edit = { kind: 'add_question', section: input.section, question, field: 'questionId' } as const;
    return this.db.work(actor, async (work) => {
      const edited = await this.forms.editIn(work, versionId, edit, input.version);
      // Held, so that it is not taken out of the library before this commits.
      const there = await work.query(sql`select 1 from library_questions where id = ${kept.id} for key share`);
      if (there.length === 0) throw invalidField('questionId', 'field.not_found');
      await work.insertOne(LibraryQuestionUse, {
        ...{ libraryQuestionId: kept.id, formId: version.formId, questionKey: question.key },
      });
      return { ...edited, key: question.key };
    });
  }

  /** One question with the forms that have it; 404 for what may not be seen. */
  async get(actor: Actor, id: string): Promise<LibraryQuestionView> {
    const [row] = await this.db.query<LibraryRow>(sql`select ${COLUMNS} from ${FROM} where q.id = ${id}`);
    if (row === undefined || !this.canRead(actor, row.fundId)) throw notFound('thing.not_found');
    const readable = conditionSql(this.policy.filter(actor, 'form.read', { scopes: { fund: 'f.fund_id' } }));
    const usedIn = await this.db.query<LibraryUse>(
      sql`select f.id, f.name, n.name as "fundName" from forms f join funds n on n.id = f.fund_id
          where ${readable} and exists (select 1 from library_question_uses x
              where x.library_question_id = ${id} and x.form_id = f.id and ${IS_THERE})
          order by lower(f.name), f.id limit 200`,
    );
    return { ...row, usedIn };
  }

  /** Renames or rewrites it; its kind stays, and so do the questions that were put into forms. */
  async update(actor: Actor, id: string, input: LibraryQuestionInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const question = await this.lock(work, id);
        const { key, kind } = question.definition;
        const definition = readQuestion(plainQuestion({ ...input, kind }, key));
        const before = { name: question.name, label: question.definition.label };
        await work.update(LibraryQuestion, question, { name: input.name, definition }, input.version);
        const after = { name: input.name, label: definition.label };
        work.audit({ action: 'library_question.updated', ...subjectOf(question), before, after });
        return { id };
      }),
    );
  }

  async remove(actor: Actor, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const question = await this.lock(work, id);
      await work.query(sql`delete from library_question_uses where library_question_id = ${id}`);
      await work.query(sql`delete from library_questions where id = ${id}`);
      work.audit({ action: 'library_question.removed', ...subjectOf(question), before: { name: question.name } });
      return { id };
    });
  }

  /** What a form of this fund can take: its own questions and those of the agency. */
  async rows(actor: Actor, fundId: string, id?: string): Promise<LibraryRow[]> {
    if (!this.canRead(actor, fundId)) return [];
    return this.db.query<LibraryRow>(
      sql`select ${COLUMNS} from ${FROM} where (q.fund_id = ${fundId} or q.fund_id is null)
            and (${id ?? null}::uuid is null or q.id = ${id ?? null}::uuid) order by lower(q.name), q.id limit 200`,
    );
  }

  async list(actor: Actor, query: LibraryQuery): Promise<ListPage<LibraryRow>> {
    const filter = conditionSql(this.policy.filter(actor, 'form.read', { scopes: { fund: 'q.fund_id' } }));
    const where = [sql`(q.fund_id is null or ${filter})`];
    if (query.fund !== undefined) where.push(sql`q.fund_id = ${query.fund}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(q.name ilike ${pattern} or q.definition ->> 'label' ilike ${pattern})`);
    }
    return readList<LibraryRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: FROM, where, id: 'q.id', defaultSort: 'name' },
        sorts: { name: { expression: 'lower(q.name)', type: 'text' } },
      },
      query,
    );
  }

  /** 404 for what may not be seen, 403 for what may not be changed. */
  private async lock(work: Work, id: string): Promise<LibraryQuestion> {
    const question = await work.lockOne(LibraryQuestion, id);
    if (!work.policy.can(work.actor, 'form.read', { scopes: { fund: question.fundId } })) {
      throw notFound('thing.not_found');
    }
    this.require(work, question.fundId);
    return question;
  }

  private canRead(actor: Actor, fundId: string | null): boolean {
    return this.policy.can(actor, 'form.read', { scopes: { fund: fundId } });
  }

  private require(work: Work, fundId: string | null): void {
    const permission = 'library_question.update';
    if (!work.policy.can(work.actor, permission, { scopes: { fund: fundId } })) {
      throw forbidden('permission.missing', { params: { permission } });
    }
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint?.startsWith('library_questions_')) throw invalidField('name', 'form.library_name_taken');
      throw error;
    }
  }
}

/** Whether the form still has it, in whatever version. */
const IS_THERE = sql`exists (select 1 from form_versions v where v.form_id = x.form_id and jsonb_path_exists(
  v.definition, '$.sections[*].questions[*] ? (@.key == $key)', jsonb_build_object('key', x.question_key)))`;

const COLUMNS = sql`q.id, q.fund_id as "fundId", u.name as "fundName", q.name, q.definition, q.version,
  (select count(distinct x.form_id)::int from library_question_uses x
    where x.library_question_id = q.id and ${IS_THERE}) as forms`;
const FROM = sql`library_questions q left join funds u on u.id = q.fund_id`;

const subjectOf = ({ id, fundId }: LibraryQuestion): { subjectType: string; subjectId: string } =>
  fundId === null ? { subjectType: 'library_question', subjectId: id } : { subjectType: 'fund', subjectId: fundId };

/** The same rules as in a form, in which it would be the only question. */
function readQuestion(question: Question): Question {
  const reading = readDefinition({ sections: [{ key: 'library', title: 'Library', questions: [question] }] });
  if ('problems' in reading) throw problemsWith('label', reading.problems);
  return question;
}
