/** Retention: the classes of records, the years each stays, and what of them is due. */
import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { FEATURES } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Feature } from '../../platform/feature.js';
import type { PersonalData, PersonBlocker, RetentionAction, RetentionClass } from '../../platform/personal-data.js';
import { Texts } from '../../platform/texts/texts.js';
import { RetentionTerm } from './disposal.entity.js';
import type { RetentionTermInput } from './privacy.input.js';
import { basisKey, cutoff, duePeople, EVERYTHING_HELD, heldPersons, PAYMENTS, PEOPLE } from './retention.rules.js';

export interface RetentionLine {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  /** From which event the years are counted. */
  readonly from: string;
  readonly years: number;
  readonly basis: string;
  readonly action: RetentionAction;
  /** Whether the agency set years and basis itself. */
  readonly isSet: boolean;
  readonly version: number;
}

export interface DueAt {
  readonly cutoffOn: string;
  /** One person asked for, whatever day they last took part. */
  readonly asked: boolean;
  /** Only these are looked at. */
  readonly only?: readonly string[];
}

@Injectable()
export class Retention {
  readonly classes: readonly RetentionClass[];
  readonly sources: readonly PersonalData[];
  readonly blockers: readonly PersonBlocker[];

  constructor(
    @Inject(FEATURES) features: readonly Feature[],
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    const all = features.flatMap((feature) => feature.retention ?? []);
    // What is kept comes last.
    this.classes = (['anonymize', 'delete', 'keep'] as const).flatMap((action) =>
      all.filter((each) => each.action === action),
    );
    this.sources = features.flatMap((feature) => feature.personalData ?? []);
    this.blockers = this.sources.flatMap((source) => source.blockers ?? []);
  }

  async list(actor: Actor): Promise<RetentionLine[]> {
    this.require(actor, 'retention.read');
    return this.lines(this.db);
  }

  async get(actor: Actor, name: string): Promise<RetentionLine> {
    const line = (await this.list(actor)).find((each) => each.name === name);
    if (line === undefined) throw notFound('thing.not_found');
    return line;
  }

  /** The classes with the years in force. */
  async lines(from: Queryable): Promise<RetentionLine[]> {
    const terms = await from.query<{ className: string; years: number; basis: string; version: number }>(sql`
      select class_name as "className", years, basis, version from retention_terms`);
    return this.classes.map((each) => {
      const term = terms.find(({ className }) => className === each.name);
      return {
        name: each.name,
        title: this.texts.t(`retention.${each.name}`),
        what: this.texts.t(`retention.${each.name}.what`),
        from: this.texts.t(`retention.${each.name}.from`),
        years: term?.years ?? each.years,
        basis: term?.basis ?? this.texts.t(basisKey(each)),
        action: each.action,
        isSet: term !== undefined,
        version: term?.version ?? 0,
      };
    });
  }

  /** Sets the years of a class from now on. What was proposed before keeps those it was proposed under. */
  async update(actor: Actor, name: string, input: RetentionTermInput): Promise<{ name: string }> {
    return this.db.work(actor, async (work) => {
      this.require(actor, 'retention.read');
      this.require(actor, 'retention.update');
      await work.query(sql`select pg_advisory_xact_lock(hashtext('retention.terms'))`);
      const before = (await this.lines(work)).find((each) => each.name === name);
      if (before === undefined) throw notFound('thing.not_found');
      if (input.version !== undefined && input.version !== before.version) throw conflict('thing.changed_meanwhile');
      const { years, basis } = input;
      const [found] = await work.query<{ id: string }>(sql`select id from retention_terms where class_name = ${name}`);
      if (found === undefined) await work.insertOne(RetentionTerm, { className: name, years, basis });
      else await work.update(RetentionTerm, await work.lockOne(RetentionTerm, found.id), { years, basis });
      work.audit({
        action: 'retention.updated',
        subjectType: 'retention_class',
        subjectId: name,
        before: { years: before.years, basis: before.basis },
        after: { years, basis },
      });
      return { name };
    });
  }

  /** Selects `id`, `label` and `ended_on` of what is due in a class; nothing while everything is held. */
  async due(from: Queryable, name: string, at: DueAt): Promise<Sql> {
    const [{ held } = { held: true }] = await from.query<{ held: boolean }>(sql`select ${EVERYTHING_HELD} as held`);
    if (held) return rawSql(`select null::uuid as id, '' as label, null::date as ended_on where false`);
    const { today } = this.db;
    if (name === PEOPLE) {
      const paidBefore = await this.paidBefore(from);
      return duePeople(this.sources, this.blockers, {
        ...{ today, paidBefore },
        cutoffOn: at.asked ? undefined : at.cutoffOn,
        only: at.only,
      });
    }
    const due = this.classes.find((each) => each.name === name)?.due;
    if (due === undefined) throw new Error(`Nothing of ${name} is ever due`);
    return due({ cutoffOn: at.cutoffOn, today, heldPersons: heldPersons() });
  }

  cutoffOf(years: number): string {
    return cutoff(this.db.currentCalendar, this.db.today, years);
  }

  /** The day before which a payment no longer keeps the name it was paid to. */
  async paidBefore(from: Queryable): Promise<string> {
    const line = (await this.lines(from)).find(({ name }) => name === PAYMENTS);
    return this.cutoffOf(line?.years ?? 100);
  }

  private require(actor: Actor, permission: string): void {
    if (!this.policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
  }
}
