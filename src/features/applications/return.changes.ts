/** ReturnChanges: what an application that came back says now that it did not say when it was sent before. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Schools } from '../agency/index.js';
import { Attachments } from '../documents/index.js';
import { type AnswerValue, labelOf, type Question } from '../forms/index.js';
import { canReadApplication } from './application-reads.js';
import { formOfApplication } from './answers.reads.js';
import { answerText, namesIn } from './answer-text.js';
import { questionPart } from './return.rules.js';
import { latestReturn, type ReturnOrder } from './return.reads.js';

export interface ReturnChange {
  /** The question's key; `requested` for the amount asked for. */
  readonly key: string;
  readonly section: string;
  readonly label: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What was to be mended there, if that was said. */
  readonly note: string | null;
}

export interface ReturnComparison {
  /** Null as long as it was not sent twice: then there is nothing to compare. */
  readonly beforeAt: Date | null;
  readonly afterAt: Date | null;
  readonly order: ReturnOrder | undefined;
  /** In the order of the form. */
  readonly changes: readonly ReturnChange[];
  /** What was to be mended and is as it was: parts. */
  readonly untouched: readonly string[];
}

interface SentContent {
  readonly requested?: unknown;
  readonly answers?: Record<string, AnswerValue>;
  readonly partners?: readonly { name: string; role: string; level: string; share: unknown }[];
}

interface Sent {
  readonly arrivedAt: Date;
  readonly content: SentContent;
}

@Injectable()
export class ReturnChanges {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly attachments: Attachments,
    private readonly schools: Schools,
  ) {}

  /** The last two times it was sent, side by side. */
  async get(actor: Actor, id: string): Promise<ReturnComparison> {
    if (!(await canReadApplication(this.policy, actor, this.db, id))) throw notFound('thing.not_found');
    const [after, before] = await this.db.query<Sent>(sql`
      select arrived_at as "arrivedAt", content from application_submissions
      where application_id = ${id} order by number desc limit 2`);
    const order = await latestReturn(this.db, id);
    if (after === undefined || before === undefined) {
      return { beforeAt: null, afterAt: null, order, changes: [], untouched: [] };
    }
    const changes = await this.changes(id, before.content, after.content, order);
    const { definition } = await formOfApplication(this.db, id);
    const changed = definition.sections.flatMap(({ key, questions }) =>
      questions
        .filter((each) => changes.some((one) => one.key === each.key))
        .map((each) => questionPart(key, each.key)),
    );
    const asked = (order?.parts ?? []).filter(({ note }) => note !== null).map(({ part }) => part);
    const untouched = asked.filter((part) => !changed.some((each) => each === part || each.startsWith(`${part}/`)));
    return { beforeAt: before.arrivedAt, afterAt: after.arrivedAt, order, changes, untouched };
  }

  private async changes(
    id: string,
    before: SentContent,
    after: SentContent,
    order: ReturnOrder | undefined,
  ): Promise<ReturnChange[]> {
    const { definition } = await formOfApplication(this.db, id);
    const notes = new Map((order?.parts ?? []).map(({ part, note }) => [part, note]));
    const made: ReturnChange[] = [];
    for (const { key: section, title, questions } of definition.sections) {
      for (const question of questions) {
        const lines = await this.lines(question, before, after);
        if (sameLines(lines.before, lines.after)) continue;
        const note = notes.get(questionPart(section, question.key)) ?? null;
        made.push({ key: question.key, section: title, label: labelOf(question), ...lines, note });
      }
    }
    const [was, is] = [amountOf(before), amountOf(after)];
    if (was !== is) {
      const lines = { before: was === '' ? [] : [was], after: is === '' ? [] : [is] };
      made.push({ key: 'requested', section: '', label: '', ...lines, note: null });
    }
    return made;
  }

  private async lines(
    question: Question,
    before: SentContent,
    after: SentContent,
  ): Promise<{ before: string[]; after: string[] }> {
    if (question.kind === 'partners') return { before: partnerLines(before), after: partnerLines(after) };
    const values = [before.answers?.[question.key], after.answers?.[question.key]] as const;
    if (values[0] === undefined && values[1] === undefined) return { before: [], after: [] };
    const places = { attachments: this.attachments, schools: this.schools };
    const names = await namesIn(this.db, places, [question, question], values);
    return { before: answerText(question, values[0], names), after: answerText(question, values[1], names) };
  }
}

const sameLines = (left: readonly string[], right: readonly string[]): boolean => left.join('\n') === right.join('\n');

function amountOf({ requested }: SentContent): string {
  if (requested === undefined) return '';
  const amount = Money.fromJSON(requested);
  return amount.isPositive ? amount.format() : '';
}

const partnerLines = ({ partners = [] }: SentContent): string[] =>
  partners.map(({ name, role, level }) => `${name}: ${role} (${level})`);
