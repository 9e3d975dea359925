/** FormDrafts: throws a draft away, and the form itself when nothing of it was ever published. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { AppError, conflict } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { countsOf } from './form.definition.js';
import type { FormDiscardInput } from './form.input.js';
import { Forms } from './forms.service.js';

export interface Discarded {
  /** The form that is left; nothing when it went too. */
  readonly formId: string | null;
  readonly formName: string;
}

@Injectable()
export class FormDrafts {
  constructor(
    private readonly db: Database,
    private readonly forms: Forms,
  ) {}

  /** A version that a round has chosen stays: the database says so, whoever chooses it meanwhile. */
  async discard(actor: Actor, versionId: string, { version }: FormDiscardInput): Promise<Discarded> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const draft = await this.forms.lockDraft(work, versionId, version);
        const [form] = await work.query<{ name: string }>(sql`select name from forms where id = ${draft.formId}`);
        const name = form?.name ?? '';
        await work.query(sql`delete from form_versions where id = ${versionId}`);
        const before = { name, number: draft.number, ...countsOf(draft.definition) };
        work.audit({ action: 'form_version.discarded', subjectType: 'form', subjectId: draft.formId, before });
        const others = await work.query(sql`select 1 from form_versions where form_id = ${draft.formId} limit 1`);
        if (others.length > 0) return { formId: draft.formId, formName: name };
        await work.query(sql`delete from library_question_uses where form_id = ${draft.formId}`);
        await work.query(sql`delete from forms where id = ${draft.formId}`);
        work.audit({ action: 'form.discarded', subjectType: 'form', subjectId: draft.formId, before: { name } });
        return { formId: null, formName: name };
      }),
    );
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof AppError && error.code === 'thing.still_used') throw conflict('form.used_by_round');
      throw error;
    }
  }
}
