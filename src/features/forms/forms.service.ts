/** Forms: what rounds of a fund can ask, built as drafts, published in versions that never change. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { countsOf, definitionHash, type FormDefinition, questionsOf } from './form.definition.js';
import { applyEdit, type FormEdit } from './form.edits.js';
import { Form, FormVersion } from './form.entity.js';
import { type FormFile, formFile, readFormFile } from './form.file.js';
import type { FormInput, ImportFormInput, RenameFormInput } from './form.input.js';
import { factsOf, type FormVersionFacts, formVersionLifecycle } from './form.lifecycle.js';
import { problemsWith } from './form.reading.js';
import { readDefinition } from './form.reader.js';

export interface FormRow {
  readonly id: string;
  readonly name: string;
  readonly fundName: string;
  readonly versions: number;
  readonly questions: number;
}

export type NamedVersion = FormVersion & { readonly formName: string };

type Begun = { readonly id: string; readonly versionId: string };

const EMPTY: FormDefinition = { sections: [] };

@Injectable()
export class Forms {
  readonly machine: Stateful<FormVersion, FormVersionFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {
    this.machine = new Stateful<FormVersion, FormVersionFacts>({
      entity: FormVersion,
      lifecycle: formVersionLifecycle,
      readPermission: 'form.read',
      subjectOf: (row): Subject => ({ scopes: { fund: row.fundId } }),
      facts: async (_from, rows) => new Map(rows.map((row) => [row.id, factsOf(row.definition)])),
    });
  }

  async createForm(actor: Actor, { fundId, name }: FormInput): Promise<Begun> {
    return this.writing(() => this.db.work(actor, (work) => this.begin(work, { fundId, name })));
  }

  /** A form from what `exportForm` gave, here or elsewhere; what is wrong with it is said in full, and nothing is kept. */
  async importForm(actor: Actor, { fundId, name, json }: ImportFormInput): Promise<Begun> {
    const file = readFormFile(json);
    if ('problems' in file) throw problemsWith('json', file.problems);
    const { definition } = file;
    const wanted = name ?? file.name;
    if (wanted === undefined) throw invalidField('name', 'field.required');
    return this.writing(() => this.db.work(actor, (work) => this.begin(work, { fundId, name: wanted, definition })));
  }

  async exportForm(actor: Actor, versionId: string): Promise<FormFile> {
    const version = await this.version(actor, versionId);
    return formFile(version.formName, version.definition);
  }

  async rename(actor: Actor, id: string, { name, version }: RenameFormInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const form = await work.lockOne(Form, id);
        this.requireFund(work, form.fundId, 'form.update');
        const before = { name: form.name };
        await work.update(Form, form, { name }, version);
        work.audit({ action: 'form.updated', subjectType: 'form', subjectId: id, before, after: { name } });
        return { id };
      }),
    );
  }

  /** The next draft, from what a version asks; there is one draft of a form at a time. */
  async newVersion(actor: Actor, formId: string, fromVersionId?: string): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const form = await work.lockOne(Form, formId);
        this.requireFund(work, form.fundId, 'form.update');
        const [latest] = await work.query<{ number: number }>(
          sql`select max(number)::int as number from form_versions where form_id = ${formId}`,
        );
        const [from] = await work.query<{ definition: FormDefinition }>(
          sql`select definition from form_versions where form_id = ${formId}
                and (${fromVersionId ?? null}::uuid is null or id = ${fromVersionId ?? null}::uuid)
              order by number desc limit 1`,
        );
        if (from === undefined) throw notFound('thing.not_found');
        return { id: (await this.insert(work, form, (latest?.number ?? 0) + 1, from.definition)).id };
      }),
    );
  }

  /** Replaces what a draft asks. Throws 422 with everything that is wrong with it. */
  async saveDefinition(
    actor: Actor,
    versionId: string,
    definition: unknown,
    version?: number,
  ): Promise<{ id: string; version: number }> {
    const reading = readDefinition(definition);
    if ('problems' in reading) throw problemsWith('definition', reading.problems);
    return this.db.work(actor, (work) => this.changeIn(work, versionId, version, () => reading.definition));
  }

  /** Changes one thing of a draft: adds, moves, replaces or removes a section or a question. */
  async edit(
    actor: Actor,
    versionId: string,
    edit: FormEdit,
    version?: number,
  ): Promise<{ id: string; version: number }> {
    return this.db.work(actor, (work) => this.editIn(work, versionId, edit, version));
  }

  /** The same as a step of something that does more. */
  async editIn(
    work: Work,
    versionId: string,
    edit: FormEdit,
    version?: number,
  ): Promise<{ id: string; version: number }> {
    return this.changeIn(work, versionId, version, (definition) => {
      const reading = readDefinition(applyEdit(definition, edit));
      if ('problems' in reading) throw problemsWith(edit.field ?? '', reading.problems);
      return reading.definition;
    });
  }

  /** Publishes a version by itself; most are published by the round that takes them. */
  async take(actor: Actor, id: string, action: 'publish', step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const version = await this.lock(work, id);
      await this.machine.transition(work, {
        ...{ action, ids: [id], note: step.note, expectedVersion: step.version },
        changes: { publishedAt: work.now, definitionHash: definitionHash(version.definition) },
      });
      return { id };
    });
  }

  /** The step of a round that is published: its form is frozen with it. One that is published already stays as it is. */
  async publishForm(work: Work, formVersionId: string): Promise<void> {
    const version = await this.lock(work, formVersionId);
    if (version.state === 'published') return;
    await this.machine.transition(work, {
      ...{ action: 'publish', ids: [formVersionId] },
      changes: { publishedAt: work.now, definitionHash: definitionHash(version.definition) },
    });
  }

  async get(actor: Actor, id: string): Promise<Form> {
    const [form] = await this.db.query<Form>(
      sql`select id, version, created_at as "createdAt", fund_id as "fundId", name from forms where id = ${id}`,
    );
    const canRead = form !== undefined && this.policy.can(actor, 'form.read', { scopes: { fund: form.fundId } });
    if (!canRead) throw notFound('thing.not_found');
    return form;
  }

  async version(actor: Actor, id: string): Promise<NamedVersion> {
    const [version] = await this.db.query<NamedVersion>(
      sql`select ${VERSION_COLUMNS} from form_versions v join forms f on f.id = v.form_id where v.id = ${id}`,
    );
    const canRead = version !== undefined && this.policy.can(actor, 'form.read', { scopes: { fund: version.fundId } });
    if (!canRead) throw notFound('thing.not_found');
    return version;
  }

  /** Newest first. */
  async versions(formId: string): Promise<NamedVersion[]> {
    return this.db.query<NamedVersion>(
      sql`select ${VERSION_COLUMNS} from form_versions v join forms f on f.id = v.form_id where v.form_id = ${formId}
          order by v.number desc`,
    );
  }

  async list(actor: Actor, query: ListQuery): Promise<ListPage<FormRow>> {
    const where = [conditionSql(this.policy.filter(actor, 'form.read', { scopes: { fund: 'f.fund_id' } }))];
    if (query.q !== undefined) where.push(sql`f.name ilike ${`%${query.q.replace(/[\\%_]/g, '\\$&')}%`}`);
    return readList<FormRow>(
      this.db,
      {
        columns: sql`f.id, f.name, u.name as "fundName",
          (select count(*)::int from form_versions v where v.form_id = f.id) as versions,
          (select coalesce(sum(jsonb_array_length(s -> 'questions')), 0)::int from form_versions v,
            jsonb_array_elements(v.definition -> 'sections') s where v.form_id = f.id and v.number =
              (select max(number) from form_versions where form_id = f.id)) as questions`,
        from: sql`forms f join funds u on u.id = f.fund_id`,
        where,
        sorts: {
          name: { expression: 'lower(f.name)', type: 'text' },
          fundName: { expression: 'lower(u.name)', type: 'text' },
        },
        defaultSort: 'name',
        id: 'f.id',
      },
      query,
    );
  }

  /** A step: the first draft of a form. */
  async begin(
    work: Work,
    { fundId, name, definition = EMPTY }: { fundId: string; name: string; definition?: FormDefinition },
  ): Promise<Begun> {
    const known = await work.query(sql`select 1 from funds where id = ${fundId}`);
    if (known.length === 0) throw invalidField('fundId', 'field.not_found');
    if (!work.policy.can(work.actor, 'form.create', { scopes: { fund: fundId } })) {
      throw forbidden('permission.missing', { params: { permission: 'form.create' } });
    }
    const form = await work.insertOne(Form, { fundId, name });
    const after = { fundId, name, questions: questionsOf(definition).length };
    work.audit({ action: 'form.created', subjectType: 'form', subjectId: form.id, after });
    return { id: form.id, versionId: (await this.insert(work, form, 1, definition)).id };
  }

  private async insert(work: Work, form: Form, number: number, definition: FormDefinition): Promise<FormVersion> {
    const version = await work.insertOne(FormVersion, {
      ...{ formId: form.id, fundId: form.fundId, number, definition, state: 'draft' },
      ...{ publishedAt: null, definitionHash: null },
    });
    await this.machine.begin(work, [version]);
    return version;
  }

  private async changeIn(
    work: Work,
    id: string,
    expected: number | undefined,
    change: (definition: FormDefinition) => FormDefinition,
  ): Promise<{ id: string; version: number }> {
    const version = await this.lockDraft(work, id, expected);
    const before = countsOf(version.definition);
    const definition = change(version.definition);
    await work.update(FormVersion, version, { definition }, expected);
    const after = { ...countsOf(definition), definitionHash: definitionHash(definition) };
    work.audit({ action: 'form_version.updated', subjectType: 'form_version', subjectId: id, before, after });
    return { id, version: version.version };
  }

  /** A draft that this person may change, as they saw it. */
  async lockDraft(work: Work, id: string, expected: number | undefined): Promise<FormVersion> {
    const version = await this.lock(work, id);
    this.machine.require(work.policy, work.actor, 'form.update', version);
    if (version.state !== 'draft') throw conflict('form.published_stays');
    // Before anything is said of the change itself.
    if (expected !== undefined && expected !== version.version) throw conflict('thing.changed_meanwhile');
    return version;
  }

  /** The form before its version, as every step does. */
  private async lock(work: Work, id: string): Promise<FormVersion> {
    const [row] = await work.query<{ formId: string }>(
      sql`select form_id as "formId" from form_versions where id = ${id}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    await work.lockOne(Form, row.formId);
    return work.lockOne(FormVersion, id);
  }

  private requireFund(work: Work, fundId: string, permission: string): void {
    const subject: Subject = { scopes: { fund: fundId } };
    if (!work.policy.can(work.actor, 'form.read', subject)) throw notFound('thing.not_found');
    if (!work.policy.can(work.actor, permission, subject)) {
      throw forbidden('permission.missing', { params: { permission } });
    }
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'forms_fund_id_name_key') throw invalidField('name', 'form.name_taken');
      if (constraint === 'form_versions_draft_key') throw conflict('form.has_draft');
      throw error;
    }
  }
}

const VERSION_COLUMNS = sql`v.id, v.version, v.created_at as "createdAt", v.state, v.form_id as "formId",
  v.fund_id as "fundId", v.number, v.definition, v.published_at as "publishedAt",
  v.definition_hash as "definitionHash", f.name as "formName"`;
