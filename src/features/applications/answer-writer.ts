/**
 * AnswerWriter: keeps answers as a step of a work that holds its application. An answer that somebody else changed
 * meanwhile is never written over: what was sent is kept beside it as a refused version, and told as a conflict.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { AppError, type Sentence } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { kindOfMime, wordsOf } from '../../platform/files/kind-names.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Attachments } from '../documents/index.js';
import { type AnswerValue, findQuestion, MOST, type Question, readAnswer } from '../forms/index.js';
import { AnswerSettlement, AnswerVersion } from './answer.entity.js';
import { AnswerProjection } from './answer-projection.js';
import {
  answersOfParts,
  idsIn,
  type ProjectedPart,
  projectedPart,
  questionOfPart,
  rowsIn,
  sameAnswer,
} from './answer.rules.js';
import {
  type AnswerRecord,
  type ApplicationForm,
  formOfVersion,
  readAnswerRecords,
  readTypedParts,
  unkept,
} from './answers.reads.js';
import type { Application } from './application.entity.js';
import { evidenceIn } from './proposed-budget.reads.js';
import { openWhatAppeared } from './return.reads.js';
import { isPartOpen, questionPart } from './return.rules.js';

/** One answer as it is sent: what it was read from, by the version that stood on the page. */
export interface SentAnswer {
  readonly key: string;
  /** As a form or as JSON sends it. */
  readonly value?: unknown;
  /** Nothing writes whatever the version is: what is sent replaces the whole on purpose. */
  readonly version?: number;
}

export interface AnswerConflict {
  readonly key: string;
  /** What stands there now. */
  readonly theirs: AnswerValue | undefined;
  readonly theirsBy: string | null;
  readonly isOwn: boolean;
  readonly at: Date | null;
  readonly version: number;
  /** Under which what was sent is kept until somebody chooses. */
  readonly refusedId: string;
}

export interface Written {
  readonly saved: { readonly key: string; readonly version: number }[];
  readonly conflicts: AnswerConflict[];
  readonly problems: { readonly key: string; readonly sentence: Sentence }[];
  /** Sent as it was read, while somebody else changed it: what stands there now. */
  readonly newer: AnswerRecord[];
  /** Questions whose answer is another one now. */
  readonly changed: string[];
}

interface Change {
  readonly question: Question;
  readonly before: AnswerRecord;
  readonly value: AnswerValue | undefined;
}

/** What can be kept as it was typed until it can be read; anything else that cannot be read never stood in a box of ours. */
const KEPT_AS_TYPED = new Set<Question['kind']>(['number', 'money', 'date']);

@Injectable()
export class AnswerWriter {
  constructor(
    private readonly attachments: Attachments,
    private readonly projection: AnswerProjection,
  ) {}

  /** The application is locked and may be written by the actor. */
  async write(
    work: Work,
    application: Application,
    form: ApplicationForm,
    sent: readonly SentAnswer[],
  ): Promise<Written> {
    const written: Written = { saved: [], conflicts: [], problems: [], newer: [], changed: [] };
    const records = await this.current(
      work,
      application,
      form,
      sent.map((each) => each.key),
    );
    const changes: Change[] = [];
    for (const { key, value: raw, version } of lastOfEach(sent)) {
      const question = findQuestion(form.definition, key);
      const refused = refusalOf(application, form, question);
      if (question === undefined || refused !== undefined) {
        written.problems.push({ key, sentence: refused ?? { code: 'answer.unknown_question' } });
        continue;
      }
      const before = records.get(key) ?? unkept(key, undefined);
      const read = await this.read(work, application, question, before, raw);
      if (read.problem !== undefined) written.problems.push({ key, sentence: read.problem });
      if (!('value' in read)) continue;
      const { value } = read;
      if (sameAnswer(value, before.value)) {
        written.saved.push({ key, version: before.version });
      } else if (version === undefined || version === before.version) {
        changes.push({ question, before, value });
      } else {
        await this.refuse(work, application, { question, before, value }, version, written);
      }
    }
    await this.keep(work, application, changes, written);
    await this.projection.project(
      work,
      application,
      form,
      changes.map(({ question, value }) => ({ question, value })),
    );
    // Whoever certifies it does so by the version they read.
    if (changes.length > 0) {
      await this.projection.settle(work, application, form);
      await openWhatAppeared(work, application, form);
      await work.query(sql`update applications set version = version + 1 where id = ${application.id}`);
      Object.assign(application, { version: application.version + 1 });
    }
    return written;
  }

  /** Answers of what was just written into the typed tables, as programs do it part by part. */
  async mirror(
    work: Work,
    application: Application,
    parts: readonly { readonly part: ProjectedPart; readonly value: AnswerValue | undefined }[],
  ): Promise<void> {
    const form = await formOfVersion(work, application.formVersionId);
    const asked = parts.flatMap(({ part, value }) => {
      const question = questionOfPart(form.definition, part);
      // What programs write in words is no answer to a picker.
      return question === undefined || (part === 'schools' && question.kind === 'schools') ? [] : [{ question, value }];
    });
    const keys = asked.map(({ question }) => question.key);
    const records = await readAnswerRecords(work, application.id, keys);
    const changes = asked.flatMap(({ question, value }): Change[] => {
      const before = records.get(question.key) ?? unkept(question.key, undefined);
      return sameAnswer(before.value, value) ? [] : [{ question, before, value }];
    });
    await this.keep(work, application, changes, { saved: [], conflicts: [], problems: [], newer: [], changed: [] });
  }

  /** The answers as they stand, also those that only the typed tables have. */
  private async current(
    work: Work,
    application: Application,
    form: ApplicationForm,
    keys: readonly string[],
  ): Promise<Map<string, AnswerRecord>> {
    const records = await readAnswerRecords(work, application.id, keys);
    const isTypedOnly = keys.some((key) => {
      const question = findQuestion(form.definition, key);
      return !records.has(key) && question !== undefined && projectedPart(question) !== undefined;
    });
    if (!isTypedOnly) return records;
    const parts = answersOfParts(form.definition, await readTypedParts(work, application.id));
    for (const [key, value] of Object.entries(parts)) if (!records.has(key)) records.set(key, unkept(key, value));
    return records;
  }

  /** What is kept of what was sent: its value, and what is wrong with it. Without a value nothing is written. */
  private async read(
    work: Work,
    application: Application,
    question: Question,
    before: AnswerRecord,
    raw: unknown,
  ): Promise<{ value: AnswerValue | undefined; problem?: Sentence } | { problem: Sentence }> {
    const reading = readAnswer(question, raw);
    if ('problem' in reading) {
      const isTooLong = typeof raw === 'string' && raw.length > MOST.characters;
      const isKept = KEPT_AS_TYPED.has(question.kind) && !isTooLong;
      return isKept ? { value: { typed: reading.typed }, problem: reading.problem } : { problem: reading.problem };
    }
    const { value } = reading;
    if (question.kind === 'budget') {
      const files = [evidenceIn(rowsIn(before.value)), evidenceIn(rowsIn(value))] as const;
      // Its lines are kept whatever is wrong with the agreement of its rate.
      const wrong = await this.linkFiles(work, application, question, ...files);
      return wrong === undefined ? { value } : { value, problem: wrong };
    }
    const problem = await this.doubt(work, application, question, before.value, value);
    return problem === undefined ? { value } : { problem };
  }

  /** What is wrong with things that an answer names: files, schools. */
  private async doubt(
    work: Work,
    application: Application,
    question: Question,
    before: AnswerValue | undefined,
    value: AnswerValue | undefined,
  ): Promise<Sentence | undefined> {
    if (question.kind === 'file') return this.linkFiles(work, application, question, idsIn(before), idsIn(value));
    return question.kind === 'schools' ? unknownSchools(work, idsIn(value)) : undefined;
  }

  /** New files become the application's, once and for all. */
  private async linkFiles(
    work: Work,
    { id }: Application,
    { accept, label }: Question,
    before: readonly string[],
    ids: readonly string[],
  ): Promise<Sentence | undefined> {
    const fresh = ids.filter((each) => !before.includes(each));
    if (fresh.length === 0) return undefined;
    try {
      const files = await Promise.all(fresh.map((each) => this.attachments.get(work, each)));
      const isOurs = ({ subjectType, subjectId }: (typeof files)[number]): boolean =>
        subjectType === 'application' && subjectId === id;
      const wrong = files.find(({ mime }) => {
        const kind = kindOfMime(mime);
        return accept !== undefined && accept.length > 0 && (kind === undefined || !accept.includes(kind));
      });
      if (wrong !== undefined) {
        return { code: 'answer.file_kind', params: { label, name: wrong.fileName, kinds: wordsOf(accept ?? []) } };
      }
      const free = files.filter((file) => !isOurs(file)).map((file) => file.id);
      await this.attachments.linkTo(work, free, 'application', id);
      return undefined;
    } catch (error) {
      // Its refusals come before it writes anything: the rest of what was sent is kept all the same.
      if (error instanceof AppError) return { code: error.code, params: error.params };
      throw error;
    }
  }

  /** Somebody else was quicker. What was not touched is only told; what was written here is kept beside theirs. */
  private async refuse(
    work: Work,
    application: Application,
    { question, before, value }: Change,
    version: number,
    written: Written,
  ): Promise<void> {
    const { key } = question;
    const personId = personOf(work.actor);
    const versions = await work.query<{ answerVersion: number; value: AnswerValue | null; enteredBy: string | null }>(
      sql`select answer_version as "answerVersion", value, entered_by as "enteredBy" from answer_versions
          where application_id = ${application.id} and question_key = ${key} and kind = 'saved'
            and answer_version >= ${version} order by answer_version`,
    );
    const base = versions.find((each) => each.answerVersion === version);
    const isUntouched = sameAnswer(base?.value, value);
    // It arrived before, and its answer was lost on the way back; since then somebody went on from it.
    const isRepeat = versions.some((each) => each.enteredBy === personId && sameAnswer(each.value, value));
    if (isUntouched || isRepeat) {
      written.newer.push(before);
      return;
    }
    const refusedId = await this.keepRefused(work, application, { question, before, value });
    written.conflicts.push({
      ...{ key, theirs: before.value, theirsBy: before.enteredByName, at: before.enteredAt },
      ...{ isOwn: personId !== null && before.enteredBy === personId, version: before.version, refusedId },
    });
  }

  /** One refused version of a person waits at a time: a later one takes its place, the same one is the same. */
  private async keepRefused(work: Work, { id }: Application, { question, before, value }: Change): Promise<string> {
    const personId = personOf(work.actor);
    const waiting = await work.query<{ id: string; value: AnswerValue | null }>(sql`
      select v.id, v.value from answer_versions v left join answer_settlements s on s.refused_id = v.id
      where v.application_id = ${id} and v.question_key = ${question.key} and v.kind = 'refused'
        and v.entered_by is not distinct from ${personId} and s.id is null order by v.created_at, v.id`);
    const same = waiting.find((each) => sameAnswer(each.value, value));
    if (same !== undefined) return same.id;
    const { id: refusedId } = await work.insertOne(AnswerVersion, {
      ...{ applicationId: id, questionKey: question.key, answerVersion: before.version, kind: 'refused' },
      ...{ value: value ?? null, enteredBy: personId, assistanceId: null },
    });
    await work.insert(
      AnswerSettlement,
      waiting.map((each) => ({ refusedId: each.id, choice: 'replaced' as const, settledBy: personId })),
    );
    return refusedId;
  }

  private async keep(
    work: Work,
    application: Application,
    changes: readonly Change[],
    written: Written,
  ): Promise<void> {
    if (changes.length === 0) return;
    const enteredBy = personOf(work.actor);
    const assistanceId = assistanceOf(work.actor, application.organizationId);
    const rows = changes.map(({ question, before, value }) => ({
      ...{ id: newId(), question_key: question.key, value: value ?? null, version: before.version + 1 },
      ...{ application_id: application.id, entered_by: enteredBy, assistance_id: assistanceId },
    }));
    // A JSON null inside a record is no value, which is how an answer that was taken away is kept.
    await work.query(sql`
      insert into answers (id, version, created_at, application_id, question_key, value, entered_by, entered_at,
                           assistance_id)
      select id, version, ${work.now}::timestamptz, application_id, question_key, nullif(value, 'null'::jsonb),
             entered_by, ${work.now}::timestamptz, assistance_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(id uuid, version integer, application_id uuid,
             question_key text, value jsonb, entered_by uuid, assistance_id uuid)
      on conflict (application_id, question_key) do update set value = excluded.value, version = excluded.version,
        entered_by = excluded.entered_by, entered_at = excluded.entered_at, assistance_id = excluded.assistance_id,
        confirmed_at = null, confirmed_by = null`);
    await work.insert(AnswerVersion, [
      // What stood in the typed tables alone is the version that the first one is written over.
      ...changes
        .filter(({ before }) => before.version === 0 && before.value !== undefined)
        .map(({ question, before }) => ({
          ...{ applicationId: application.id, questionKey: question.key, answerVersion: 0, kind: 'saved' as const },
          ...{ value: before.value ?? null, enteredBy: null, assistanceId: null },
        })),
      ...changes.map(({ question, before, value }) => ({
        ...{ applicationId: application.id, questionKey: question.key, answerVersion: before.version + 1 },
        ...{ kind: 'saved' as const, value: value ?? null, enteredBy, assistanceId },
      })),
    ]);
    // Whoever saves an answer has chosen: what they wrote before and could not save is history now.
    await work.query(sql`
      insert into answer_settlements (id, created_at, refused_id, choice, settled_by)
      select gen_random_uuid(), ${work.now}::timestamptz, v.id, 'replaced', ${enteredBy}::uuid
      from answer_versions v left join answer_settlements s on s.refused_id = v.id
      where v.application_id = ${application.id} and v.kind = 'refused' and s.id is null
        and v.entered_by is not distinct from ${enteredBy}::uuid
        and v.question_key = any(${changes.map(({ question }) => question.key)}::text[])`);
    for (const { question, before } of changes) {
      written.saved.push({ key: question.key, version: before.version + 1 });
      written.changed.push(question.key);
    }
  }
}

export const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null);

/** By which agreement the actor enters things for this organization; nothing for its own people. */
export function assistanceOf(actor: Actor, organizationId: string): string | null {
  if (actor.kind !== 'person') return null;
  return actor.assists?.find((each) => each.organizationId === organizationId)?.assistanceId ?? null;
}

function lastOfEach(sent: readonly SentAnswer[]): SentAnswer[] {
  return [...new Map(sent.map((each) => [each.key, each])).values()];
}

/** Why an answer is not taken at all. */
function refusalOf(
  application: Application,
  { definition }: ApplicationForm,
  question: Question | undefined,
): Sentence | undefined {
  if (question === undefined) return { code: 'answer.unknown_question' };
  if (question.kind === 'partners') return { code: 'answer.partners_elsewhere' };
  const section = definition.sections.find(({ questions }) => questions.includes(question));
  if (section === undefined || isPartOpen(application, questionPart(section.key, question.key))) return undefined;
  return { code: 'answer.part_closed', params: { section: section.title } };
}

async function unknownSchools(work: Work, ids: readonly string[]): Promise<Sentence | undefined> {
  if (ids.length === 0) return undefined;
  const rows = await work.query(sql`select 1 from schools where id = any(${[...ids]}::uuid[])`);
  return rows.length === new Set(ids).size ? undefined : { code: 'answer.school_unknown' };
}
