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
import { LibraryQuestion } from './form.entity.js';
import type { KeepInput, LibraryQuery, LibraryTakeInput } from './form.input.js';
import { Forms } from './forms.service.js';

export interface LibraryRow {
  readonly id: string;
  readonly fundId: string | null;
  readonly fundName: string | null;
  readonly name: string;
  readonly definition: Question;
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
    return { ...(await this.forms.edit(actor, versionId, edit, input.version)), key: question.key };
  }

  async remove(actor: Actor, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const question = await work.lockOne(LibraryQuestion, id);
      if (!work.policy.can(actor, 'form.read', { scopes: { fund: question.fundId } }))
        throw notFound('thing.not_found');
      this.require(work, question.fundId);
      await work.query(sql`delete from library_questions where id = ${id}`);
      const subjectId = question.fundId ?? id;
      const subjectType = question.fundId === null ? 'library_question' : 'fund';
      work.audit({ action: 'library_question.removed', subjectType, subjectId, before: { name: question.name } });
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

  private canRead(actor: Actor, fundId: string): boolean {
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

const COLUMNS = sql`q.id, q.fund_id as "fundId", u.name as "fundName", q.name, q.definition`;
const FROM = sql`library_questions q left join funds u on u.id = q.fund_id`;
