/**
 * ScreeningRuns: one step for many applications at once. Each goes by itself, through the same use case as from its own
 * page, and the run tells of every one what became of it; what was done stays done when another is refused.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { AppError, type FieldProblem, forbidden, invalid, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { say } from '../../platform/http/problem.js';
import { Texts } from '../../platform/texts/texts.js';
import { Applications, titleShown } from '../applications/index.js';
import { withoutKey } from '../sign-in/index.js';
import { type RunAction, type RunOutcome, ScreeningRun, ScreeningRunItem } from './screening.entity.js';
import type { RunInput } from './screening.input.js';
import { Screening } from './screening.service.js';

export interface RunItemView {
  readonly applicationId: string;
  readonly number: string;
  readonly title: string;
  readonly organizationName: string;
  readonly outcome: RunOutcome;
  readonly sentence: string | null;
}

export interface RunView {
  readonly id: string;
  readonly action: RunAction;
  readonly note: string | null;
  readonly untilOn: string | null;
  readonly at: Date;
  readonly askedByName: string | null;
  /** Whether this actor asked, and may go on with what waits. */
  readonly isOwn: boolean;
  readonly items: readonly RunItemView[];
}

/** Which steps say why, and until when it can be mended or appealed. */
export const RUN_NEEDS: Readonly<Record<RunAction, { readonly note: boolean; readonly day: boolean }>> = {
  screen_in: { note: false, day: false },
  screen_out: { note: true, day: true },
  return: { note: true, day: true },
  shortlist: { note: false, day: false },
};

interface WaitingItem {
  readonly id: string;
  readonly applicationId: string;
  readonly version: number;
}

@Injectable()
export class ScreeningRuns {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly screening: Screening,
    private readonly applications: Applications,
  ) {}

  async run(actor: Actor, input: RunInput): Promise<{ id: string }> {
    const { id } = await this.begin(actor, input);
    // The key of the request belongs to the run: each step of it is a work of its own.
    await withoutKey(() => this.goOn(actor, id));
    return { id };
  }

  /** Goes on with what waits, when it was stopped in the middle. */
  async carryOn(actor: Actor, id: string): Promise<{ id: string }> {
    const run = await this.get(actor, id);
    if (!run.isOwn) throw forbidden('screening.run_of_another');
    await withoutKey(() => this.goOn(actor, id));
    return { id };
  }

  /** What became of each; of applications that the reader may not see, nothing. */
  async get(actor: Actor, id: string): Promise<RunView> {
    const personId = actor.kind === 'person' ? actor.personId : null;
    const [run] = await this.db.query<Omit<RunView, 'items'>>(sql`
      select u.id, u.action, u.note, u.until_on as "untilOn", u.created_at as at, p.name as "askedByName",
             (u.asked_by is not distinct from ${personId}::uuid) as "isOwn"
      from screening_runs u left join persons p on p.id = u.asked_by where u.id = ${id}`);
    if (run === undefined) throw notFound('thing.not_found');
    const items = await this.db.query<RunItemView>(sql`
      select a.id as "applicationId", a.number, ${titleShown} as title, o.name as "organizationName", i.outcome, i.sentence
      from screening_run_items i join applications a on a.id = i.application_id
        join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id
      where i.run_id = ${id} and ${this.screening.seen(actor)} order by i.position`);
    if (!run.isOwn && items.length === 0) throw notFound('thing.not_found');
    return { ...run, items };
  }

  private async begin(actor: Actor, input: RunInput): Promise<{ id: string }> {
    const { action, items, note, untilOn } = input;
    requireWhole(input, this.db.today);
    return this.db.work(actor, async (work) => {
      const ids = items.map((item) => item.id);
      const known = await this.screening.find(work, actor, ids);
      if (known.length === 0 || known.length !== ids.length) throw invalidField('items', 'screening.not_all_found');
      for (const { fundId, roundId } of known) this.requireRun(work, { fund: fundId, round: roundId });
      const askedBy = actor.kind === 'person' ? actor.personId : null;
      const run = await work.insertOne(ScreeningRun, { action, note: note ?? null, untilOn: untilOn ?? null, askedBy });
      await work.insert(
        ScreeningRunItem,
        items.map((item, index) => ({
          ...{ runId: run.id, applicationId: item.id, position: index + 1, applicationVersion: item.version },
          ...{ outcome: 'waiting' as const, sentence: null },
        })),
      );
      const after = { action, applications: ids.length };
      work.audit({ action: 'screening.run', subjectType: 'screening_run', subjectId: run.id, note, after });
      return { id: run.id };
    });
  }

  private requireRun(work: Work, scopes: { fund: string; round: string }): void {
    if (!work.policy.can(work.actor, 'screening.run', { scopes })) {
      throw forbidden('permission.missing', { params: { permission: 'screening.run' } });
    }
  }

  private async goOn(actor: Actor, id: string): Promise<void> {
    const [run] = await this.db.query<Pick<RunView, 'action' | 'note' | 'untilOn'>>(sql`
      select action, note, until_on as "untilOn" from screening_runs where id = ${id}`);
    if (run === undefined) throw notFound('thing.not_found');
    const waiting = await this.db.query<WaitingItem>(sql`
      select id, application_id as "applicationId", application_version as version from screening_run_items
      where run_id = ${id} and outcome = 'waiting' order by position`);
    for (const item of waiting) await this.settle(actor, run, item);
  }

  /** One application: what we cannot answer for now stays as it is, to be gone on with. */
  private async settle(
    actor: Actor,
    run: Pick<RunView, 'action' | 'note' | 'untilOn'>,
    item: WaitingItem,
  ): Promise<void> {
    try {
      await this.take(actor, run, item);
      await this.note(actor, sql`outcome = 'done', sentence = null where id = ${item.id}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
      const sentence = this.sentenceOf(error);
      // Somebody who went on at the same time may have done it: then it is done.
      await this.note(
        actor,
        sql`outcome = 'refused', sentence = ${sentence} where id = ${item.id} and outcome = 'waiting'`,
      );
    }
  }

  private async take(
    actor: Actor,
    { action, note, untilOn }: Pick<RunView, 'action' | 'note' | 'untilOn'>,
    { applicationId, version }: WaitingItem,
  ): Promise<void> {
    const said = { note: note ?? undefined, version };
    switch (action) {
      case 'screen_in':
        await this.requireFine(actor, applicationId);
        await this.applications.take(actor, applicationId, 'screen_in', said);
        return;
      case 'shortlist':
        await this.applications.take(actor, applicationId, 'shortlist', said);
        return;
      case 'return':
        await this.applications.return(actor, applicationId, { ...said, note: note ?? '', fixBy: untilOn ?? '' });
        return;
      case 'screen_out':
        await this.applications.screenOut(actor, applicationId, { ...said, note: note ?? '', appealBy: untilOn ?? '' });
        return;
    }
  }

  /** In a crowd nobody looks twice: what a check speaks against is screened in from its own page, or judged first. */
  private async requireFine(actor: Actor, id: string): Promise<void> {
    const { checks } = await this.screening.get(actor, id);
    const open = checks.filter(({ isFine }) => !isFine).map(({ key }) => this.texts.t(`screening.check.${key}`));
    if (open.length > 0) throw forbidden('screening.not_fine', { params: { checks: open.join(', ') } });
  }

  private sentenceOf(error: AppError): string {
    if (error.blockers.length === 0) return say(this.texts, error);
    return error.blockers.map((blocker) => say(this.texts, blocker)).join(' ');
  }

  private async note(actor: Actor, change: Sql): Promise<void> {
    await this.db.work(actor, async (work) => {
      await work.query(sql`update screening_run_items set version = version + 1, ${change}`);
      return null;
    });
  }
}

/** What was sent is whole: each application once, and with the note and the day that the step asks for. */
function requireWhole({ action, items, note, untilOn }: RunInput, today: string): void {
  const needs = RUN_NEEDS[action];
  const fields: FieldProblem[] = [];
  if (items.length === 0) fields.push({ field: 'items', code: 'screening.none_chosen' });
  if (new Set(items.map(({ id }) => id)).size !== items.length)
    fields.push({ field: 'items', code: 'screening.twice' });
  if (needs.note && note === undefined) fields.push({ field: 'note', code: 'field.required' });
  if (needs.day && untilOn === undefined) fields.push({ field: 'untilOn', code: 'field.required' });
  if (needs.day && untilOn !== undefined && untilOn < today) {
    fields.push({ field: 'untilOn', code: 'application.day_past' });
  }
  if (fields.length > 0) throw invalid('input.has_problems', { params: { count: fields.length }, fields });
}
