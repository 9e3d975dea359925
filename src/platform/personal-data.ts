/**
 * Personal data: what a feature keeps about persons, told as data, so that one page shows it, one export holds it and one
 * use case takes it away. Beside it, retention: how long which records stay, and what becomes of them then.
 */
import type { Sql } from './database/sql.js';

/** How a value is shown: `action` and `thing` as the audit trail names them; by a function, under its key: `role.auditor`. */
export type DataKind =
  'text' | 'date' | 'instant' | 'money' | 'yes_no' | 'action' | 'thing' | ((value: string) => string);

/** One list of what is held about a person. */
export interface DataSection {
  /** Its title is the text `personal.section.<key>`, what it is for `personal.section.<key>.why`. */
  readonly key: string;
  /** By the column's name in `rows`; its label is the text `personal.column.<name>`. */
  readonly columns: Readonly<Record<string, DataKind>>;
  /** Selects the columns; money as cents in text. At most 5,000 rows are read. */
  rows(personId: string): Sql;
}

export interface AtDay {
  /** The agency's date. */
  readonly today: string;
  /** What was paid before this date may lose the name it was paid to. */
  readonly paidBefore: string;
}

/** Why a person cannot be anonymized yet. */
export interface PersonBlocker {
  /** A sentence that says what must end first: `error.<code>`. */
  readonly code: string;
  /** Selects `person_id` of everybody it holds for. */
  persons(at: AtDay): Sql;
}

export interface Anonymizing {
  readonly personId: string;
  /** What they are called afterwards. */
  readonly name: string;
  readonly now: Date;
}

/** One statement that takes something away, without RETURNING; the log counts its rows under `what`. */
export interface Removal {
  readonly what: string;
  remove(of: Anonymizing): Sql;
}

/** What one feature keeps about persons. */
export interface PersonalData {
  readonly sections?: readonly DataSection[];
  /** Each selects `person_id` and `last_on`, the day a person last took part in something. */
  readonly involvement?: readonly Sql[];
  readonly blockers?: readonly PersonBlocker[];
  readonly removals?: readonly Removal[];
  /** Keys of sentences that say what stays after that, and why. */
  readonly stays?: readonly string[];
}

export type RetentionAction = 'anonymize' | 'delete' | 'keep';

export interface RetentionMoment {
  /** What ended before this date is due. */
  readonly cutoffOn: string;
  readonly today: string;
  /** A subquery of the ids of persons whose records a legal hold keeps. */
  readonly heldPersons: Sql;
}

/** Records of one kind that stay for the same time. */
export interface RetentionClass {
  /** Its words are the texts `retention.<name>`, `.what`, `.from` and `.basis`. */
  readonly name: string;
  /** Until the agency sets others. */
  readonly years: number;
  readonly action: RetentionAction;
  /** Selects `id`, `label` and `ended_on` of what is due. Absent for what is kept. */
  due?(at: RetentionMoment): Sql;
  /** Statements without RETURNING that take these away. Absent for what is kept, and for persons. */
  readonly removals?: readonly { readonly what: string; remove(ids: readonly string[]): Sql }[];
}
