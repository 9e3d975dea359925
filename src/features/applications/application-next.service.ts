/** ApplicationNext: what comes next with applications, for those who act for their applicant: on a page and in a list. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { TodoItem } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { findRound, readMilestones } from '../rounds/index.js';
import { answersChanged } from './answer-changes.reads.js';
import { readProgress } from './answer-facts.js';
import type { SectionProgress } from './answer-progress.js';
import type { Application } from './application.entity.js';
import { applicationFacts, type Timekeeper } from './application.machine.js';
import { type NextStep, nextStep } from './application.next.js';
import type { ApplicationSummary } from './application-reads.js';
import { type ApplicationFacts, signersOf, submitBlockers } from './application.rules.js';
import { actsFor } from './application.view.js';
import { extensionOf } from './extension.reads.js';
import { dueOf } from './extension.rules.js';
import { isPartOpen } from './return.rules.js';

export interface Next {
  readonly item: TodoItem;
  /** The sections that can be written, or hold it up. */
  readonly sections: readonly SectionProgress[];
  /** Sections in which something was changed since it came back. */
  readonly changed: ReadonlySet<string>;
}

type Due = Pick<TodoItem, 'date' | 'dateNote' | 'late'> & { readonly isOver?: boolean };

type Listed = Pick<ApplicationSummary, 'id' | 'state' | 'roundId' | 'organizationId' | 'organizationName' | 'title'> &
  Pick<ApplicationSummary, 'summary' | 'requested' | 'fixBy' | 'appealBy' | 'returnedParts'>;

/** So many days before it is due, the date is shown as near. */
const NEAR_DAYS = 2;
const WITH_APPLICANT = new Set(['draft', 'returned']);
const WAITS_FOR_DECISION = new Set(['submitted', 'eligible', 'shortlisted', 'appealed']);

@Injectable()
export class ApplicationNext {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  /** The step of one that the actor writes, with its sections. */
  async writing(actor: Actor, application: ApplicationSummary): Promise<Next> {
    const facts = (await this.facts([application])).get(application.id) as ApplicationFacts;
    const blockers = submitBlockers(facts);
    const progress = await readProgress(this.db, application.id, { blockers });
    const changes = await answersChanged(this.db, application);
    const sections = progress.sections.filter(({ key, missing }) => isPartOpen(application, key) || missing.length > 0);
    const step = await this.step(actor, application, facts, { sections, isUntouched: changes?.size === 0 });
    return {
      item: { ...this.item(step, true), ...(await this.when(application)) },
      sections,
      changed: changes ?? new Set(),
    };
  }

  /** Where it is with the agency, or only to be read: what happens now, and by when. */
  async waiting(application: ApplicationSummary): Promise<TodoItem> {
    const { state, roundId, appealBy } = application;
    const key = `application.next.${state}`;
    const item = { title: this.texts.t(key), text: this.texts.t(`${key}.text`) };
    if (WITH_APPLICANT.has(state)) return { ...item, ...(await this.when(application)) };
    const { currentCalendar: calendar, today } = this.db;
    if (state === 'ineligible' && appealBy !== null && appealBy >= today) {
      return {
        ...item,
        date: calendar.formatDate(appealBy, 'short'),
        dateNote: this.texts.t('application.step.appeal'),
      };
    }
    if (!WAITS_FOR_DECISION.has(state)) return item;
    const milestones = (await readMilestones(this.db, [roundId])).get(roundId) ?? [];
    const decides = milestones.find(({ kind, happensOn }) => kind === 'committee' && happensOn >= today);
    if (decides === undefined) return item;
    const date = calendar.formatDate(decides.happensOn, 'short');
    return { ...item, date, dateNote: this.texts.t('application.step.decides') };
  }

  /** The step of each of these that is with its applicant, for a list of things to do. */
  async steps(actor: Actor, ids: readonly string[]): Promise<Map<string, NextStep>> {
    const rows = (await this.rows(ids)).filter(({ state }) => WITH_APPLICANT.has(state));
    const facts = await this.facts(rows);
    const steps = new Map<string, NextStep>();
    for (const row of rows) {
      const known = facts.get(row.id);
      if (known !== undefined) steps.set(row.id, await this.listedStep(actor, row, known));
    }
    return steps;
  }

  /** In a word for each row of a list, with the day it is due; only of those the actor acts for. */
  async listed(actor: Actor, ids: readonly string[]): Promise<Map<string, { text: string; note?: string }>> {
    const rows = await this.rows(ids);
    const facts = await this.facts(rows.filter(({ state }) => WITH_APPLICANT.has(state)));
    const said = new Map<string, { text: string; note?: string }>();
    for (const row of rows) {
      const known = facts.get(row.id);
      if (known === undefined) {
        const { title, date, dateNote } = await this.waiting(row as ApplicationSummary);
        said.set(row.id, { text: title, note: date === undefined ? undefined : `${dateNote ?? ''} ${date}`.trim() });
        continue;
      }
      const step = await this.listedStep(actor, row, known);
      const { date, dateNote, isOver } = await this.when(row);
      const words = isOver === true ? 'application.step.was_due' : 'application.step.due';
      const note = date === undefined ? undefined : this.texts.t(words, { date, left: dateNote });
      said.set(row.id, { text: this.item(step, false).title, note });
    }
    return said;
  }

  private async listedStep(actor: Actor, row: Listed, facts: ApplicationFacts): Promise<NextStep> {
    const isUntouched = (await answersChanged(this.db, row))?.size === 0;
    return this.step(actor, row, facts, { isUntouched });
  }

  private item({ key, params, href, action, button }: NextStep, isFull: boolean): TodoItem {
    const title = this.texts.t(`application.step.${key}`, params);
    return {
      title,
      ...(isFull && { text: this.texts.t(`application.step.${key}.text`, params), href }),
      ...(isFull &&
        button !== undefined && { button: { label: this.texts.t(button), href, action, primary: true, about: title } }),
    };
  }

  private async step(
    actor: Actor,
    application: Listed,
    facts: ApplicationFacts,
    more: { sections?: readonly SectionProgress[]; isUntouched: boolean },
  ): Promise<NextStep> {
    const { partnersWaiting, closes } = facts;
    const signing = signersOf(facts);
    const maySign = actor.kind === 'person' && signing.includes(actor.personId);
    const signers = maySign || signing.length === 0 ? [] : await this.names(signing);
    const blockers = submitBlockers(facts);
    const mended = { ...application, isMember: actsFor(actor, application.organizationId) };
    return nextStep({ application: mended, blockers, partnersWaiting, closes, maySign, signers, ...more });
  }

  /** The day it is due, how far that is, and whether it is near. */
  private async when({ id, roundId, fixBy }: Listed): Promise<Due> {
    const round = fixBy === null ? await findRound(this.db, roundId) : undefined;
    const { currentCalendar: calendar, today } = this.db;
    const instant = round === undefined ? undefined : dueOf(round, await extensionOf(this.db, id));
    const day = fixBy ?? (instant === undefined ? undefined : calendar.today(instant));
    if (day === undefined) return {};
    const days = calendar.daysBetween(today, day);
    const time = instant === undefined ? undefined : calendar.formatTime(instant);
    const isOver = instant === undefined ? days < 0 : instant < this.db.now;
    const left = isOver ? 'over' : time === undefined ? 'day' : 'left';
    const dateNote = this.texts.t(`application.step.${left}`, { days, time });
    return { date: calendar.formatDate(day, 'short'), dateNote, late: days <= NEAR_DAYS, isOver };
  }

  private facts(rows: readonly Listed[]): Promise<Map<string, ApplicationFacts>> {
    const time: Timekeeper = { now: this.db.now, today: this.db.today, calendar: this.db.currentCalendar };
    // The facts look at columns that the summary has under the same names.
    return applicationFacts(this.db, rows as unknown as Application[], time);
  }

  private async names(ids: readonly string[]): Promise<string[]> {
    const rows = await this.db.query<{ name: string }>(sql`
      select name from persons where id = any(${[...ids]}::uuid[]) order by name, id limit 4`);
    return rows.map(({ name }) => name);
  }

  private async rows(ids: readonly string[]): Promise<Listed[]> {
    if (ids.length === 0) return [];
    const rows = await this.db.query<Omit<Listed, 'requested'> & { cents: string }>(sql`
      select a.id, a.state, a.round_id as "roundId", a.organization_id as "organizationId", o.name as "organizationName",
             a.title, a.summary, a.requested_cents::text as cents, a.fix_by as "fixBy", a.appeal_by as "appealBy",
             a.returned_parts as "returnedParts"
      from applications a join organizations o on o.id = a.organization_id where a.id = any(${[...ids]}::uuid[])`);
    return rows.map(({ cents, ...row }) => ({ ...row, requested: Money.ofCents(cents) }));
  }
}
