/** Conflicts: declaring a conflict of interest, confirming or dismissing one, and the parties by which more are found. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Assistances } from '../identity/index.js';
import {
  Conflict,
  type ConflictBasis,
  type ConflictLevel,
  ConflictParty,
  type ConflictType,
  type PartyRelation,
} from './conflict.entity.js';
import type { ConflictInput, ConflictListQuery, FoundConflictInput } from './conflict.input.js';
import { type ConflictFacts, conflictLifecycle } from './conflict.lifecycle.js';
import { agencyPeople, directConflict, findApplication, type KnownApplication } from './conflicts.reads.js';
import { foundConflicts, notConflicted } from './conflicts.scope.js';

export interface Party {
  readonly organizationId: string;
  readonly relation: PartyRelation;
}

export interface Declaration {
  readonly personId: string;
  readonly applicationId: string;
  readonly type: ConflictType;
  readonly level: ConflictLevel;
  readonly note?: string;
}

/** One line of the list. */
export interface ConflictRow {
  readonly id: string;
  readonly version: number;
  readonly personId: string;
  readonly personName: string;
  readonly applicationId: string;
  readonly applicationNumber: string;
  readonly type: ConflictType;
  readonly level: ConflictLevel;
  readonly state: string;
  readonly note: string | null;
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly basis: ConflictBasis | null;
  readonly roundId: string;
  readonly fundId: string;
  readonly createdAt: Date;
}

export interface FoundRow {
  readonly personId: string;
  readonly personName: string;
  readonly applicationId: string;
  readonly applicationNumber: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly basis: ConflictBasis;
}

export type ConflictStep = 'confirm' | 'dismiss';

const SCOPES = { fund: 'c.fund_id', round: 'c.round_id' };

@Injectable()
export class Conflicts {
  readonly machine: Stateful<Conflict, ConflictFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly assistances: Assistances,
  ) {
    this.machine = new Stateful<Conflict, ConflictFacts>({
      entity: Conflict,
      lifecycle: conflictLifecycle as never,
      readPermission: 'conflict.read',
      subjectOf: (row) => ({ scopes: { fund: row.fundId, round: row.roundId }, personId: row.personId }),
      facts: async (_from, rows) => new Map(rows.map(({ id, personId }) => [id, { personId }])),
    });
  }

  /** Sets which organizations take part in an application; what was there before and is not named goes. */
  async setParties(work: Work, applicationId: string, parties: readonly Party[]): Promise<void> {
    const once = [...new Map(parties.map((party) => [`${party.organizationId}:${party.relation}`, party])).values()];
    await work.query(sql`delete from conflict_parties where application_id = ${applicationId}`);
    await work.insert(
      ConflictParty,
      once.map(({ organizationId, relation }) => ({ applicationId, organizationId, relation })),
    );
  }

  /** Records what a person declares of themselves; a step of another use case, which has asked who may. */
  async declare(work: Work, declaration: Declaration): Promise<{ id: string }> {
    const application = await this.application(work, declaration.applicationId);
    const { personId, applicationId, type, level, note = null } = declaration;
    const held = await work.query(
      sql`select 1 from conflicts where person_id = ${personId} and application_id = ${applicationId}
            and type = ${type} and level = ${level} and basis is null and state <> 'dismissed'`,
    );
    if (held.length > 0) throw conflict('conflict.declared_already');
    const { roundId, fundId } = application;
    const about = { personId, applicationId, roundId, fundId, type, level, note };
    const row = await work.insertOne(Conflict, { ...about, organizationId: null, basis: null, state: 'declared' });
    await this.machine.begin(work, [row], 'declare', note ?? undefined);
    if (level === 'direct') await this.endHelp(work, personId, applicationId);
    return { id: row.id };
  }

  /** Whoever has a direct conflict does not enter things for the applicant either. */
  private async endHelp(work: Work, personId: string, applicationId: string): Promise<void> {
    const parties = await work.query<{ id: string }>(sql`
      select organization_id as id from conflict_parties where application_id = ${applicationId}`);
    const ids = parties.map(({ id }) => id);
    await this.assistances.endFor(work, personId, ids, 'A conflict of interest was declared.');
  }

  /** The use case: somebody of the agency's side declares a conflict of their own. */
  async declareOwn(actor: Actor, input: ConflictInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        if (actor.kind !== 'person')
          throw forbidden('permission.missing', { params: { permission: 'conflict.declare' } });
        const application = await this.application(work, input.applicationId);
        const scopes = { fund: application.fundId, round: application.roundId };
        if (!work.policy.can(actor, 'conflict.declare', { scopes })) {
          throw invalidField('applicationId', 'field.not_found');
        }
        return this.declare(work, {
          personId: actor.personId,
          applicationId: input.applicationId,
          type: input.type as ConflictType,
          level: input.level as ConflictLevel,
          note: input.note,
        });
      }),
    );
  }

  /** Records one that the house finds live, so that it can be confirmed or dismissed. */
  async recordFound(actor: Actor, input: FoundConflictInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const { personId, applicationId, organizationId, basis } = input;
        const { roundId, fundId } = await this.application(work, applicationId);
        const subject = { scopes: { fund: fundId, round: roundId } };
        if (!work.policy.can(actor, 'conflict.read', subject)) throw notFound('thing.not_found');
        if (!work.policy.can(actor, 'conflict.confirm', subject)) {
          throw forbidden('permission.missing', { params: { permission: 'conflict.confirm' } });
        }
        if (actor.kind === 'person' && actor.personId === personId) throw forbidden('conflict.own');
        await this.requireClear(work, applicationId);
        const [known] = await work.query<{ id: string }>(
          sql`select id from conflicts where person_id = ${personId} and application_id = ${applicationId}
                and organization_id = ${organizationId} and basis = ${basis}`,
        );
        if (known !== undefined) return { id: known.id };
        const found = await work.query(
          sql`select 1 from (${foundConflicts(sql`${personId}::uuid`, sql`${applicationId}::uuid`)}) f
              where f.organization_id = ${organizationId} and f.basis = ${basis}`,
        );
        if (found.length === 0) throw notFound('thing.not_found');
        const row = await work.insertOne(Conflict, {
          ...{ personId, applicationId, roundId, fundId, organizationId, basis: basis as ConflictBasis },
          ...{ type: 'employer' as const, level: 'direct' as const, note: null, state: 'found' },
        });
        await this.machine.begin(work, [row], 'find');
        return { id: row.id };
      }),
    );
  }

  /** Confirms or dismisses. Never one's own, and never in an application that one is kept out of oneself. */
  async take(actor: Actor, id: string, action: ConflictStep, step: StepInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const row = await work.lockOne(Conflict, id);
        const isOwn = actor.kind === 'person' && actor.personId === row.personId;
        if (!isOwn) await this.requireClear(work, row.applicationId);
        await this.machine.transition(work, { action, ids: [id], note: step.note, expectedVersion: step.version });
        return { id };
      }),
    );
  }

  async get(actor: Actor, id: string): Promise<ConflictRow> {
    const [row] = await this.db.query<ConflictRow>(
      sql`select ${COLUMNS} from ${TABLES} where c.id = ${id} and ${this.seen(actor)}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** One's own, and those of others in applications one looks after and is not kept out of. */
  async list(actor: Actor, query: ConflictListQuery): Promise<ListPage<ConflictRow>> {
    const where = [this.seen(actor)];
    if (query.state !== undefined) where.push(sql`c.state = ${query.state}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(p.name ilike ${pattern} or a.number ilike ${pattern})`);
    }
    return readList<ConflictRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'c.id', defaultSort: '-createdAt' },
        sorts: {
          createdAt: { expression: 'c.created_at', type: 'timestamptz' },
          person: { expression: 'lower(p.name)', type: 'text' },
        },
      },
      query,
    );
  }

  /** What the house finds live among the agency's people and nobody has answered, in rounds that are not over. */
  async found(actor: Actor): Promise<FoundRow[]> {
    const scopes = { fund: 'a.fund_id', round: 'a.round_id' };
    return this.db.query<FoundRow>(
      sql`select p.id as "personId", p.name as "personName", a.id as "applicationId", a.number as "applicationNumber",
            f.organization_id as "organizationId", o.name as "organizationName", f.basis
          from applications a join rounds r on r.id = a.round_id and r.state not in ('completed', 'cancelled')
            cross join (${agencyPeople}) p
            join lateral (${foundConflicts(rawSql('p.id'), rawSql('a.id'))}) f on true
            join organizations o on o.id = f.organization_id
          where ${conditionSql(this.policy.filter(actor, 'conflict.read', { scopes }))}
            and a.submitted_at is not null and ${notConflicted(actor, rawSql('a.id'))}
            and not exists (select from conflicts c where c.person_id = p.id and c.application_id = a.id
              and c.organization_id = f.organization_id and c.basis = f.basis)
          order by a.number, p.name, p.id limit 200`,
    );
  }

  private seen(actor: Actor): Sql {
    const others = sql`(${conditionSql(this.policy.filter(actor, 'conflict.read', { scopes: SCOPES }))}
      and ${notConflicted(actor, rawSql('c.application_id'))})`;
    return actor.kind === 'person' ? sql`(c.person_id = ${actor.personId} or ${others})` : others;
  }

  private async application(work: Work, id: string): Promise<KnownApplication> {
    const application = await findApplication(work, id);
    if (application === undefined) throw invalidField('applicationId', 'field.not_found');
    return application;
  }

  private async requireClear(work: Work, applicationId: string): Promise<void> {
    if (work.actor.kind !== 'person') return;
    const own = await directConflict(work, work.actor.personId, applicationId);
    if (own !== undefined) throw notFound('thing.not_found');
  }

  /** Two at once who record the same: the second is told that it is there. */
  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'conflicts_declared_key') throw conflict('conflict.declared_already');
      if (constraint === 'conflicts_found_key') throw conflict('conflict.recorded_already');
      throw error;
    }
  }
}

const COLUMNS = sql`c.id, c.version, c.person_id as "personId", p.name as "personName",
  c.application_id as "applicationId", a.number as "applicationNumber", c.type, c.level, c.state, c.note,
  c.organization_id as "organizationId", o.name as "organizationName", c.basis, c.round_id as "roundId",
  c.fund_id as "fundId", c.created_at as "createdAt"`;

const TABLES = sql`conflicts c join persons p on p.id = c.person_id join applications a on a.id = c.application_id
  left join organizations o on o.id = c.organization_id`;
