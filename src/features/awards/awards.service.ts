/** Awards: found, listed and taken through their steps by those who may. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, type ListSearch, readList } from '../../platform/lists/list.js';
import { sideFor } from '../conflicts/index.js';
import { AwardDocuments } from './award-documents.js';
import { Award, AwardSignature } from './award.entity.js';
import type { AcceptInput, AwardListQuery } from './award.input.js';
import { awardLifecycle } from './award.lifecycle.js';
import { AwardNews } from './award-news.js';
import { awardReadFilter, awardSubject, lockAward } from './award-reads.js';
import type { AwardStepFacts } from './award.rules.js';
import { AwardStepFactsLoader } from './award-step-facts.js';
import { COLUMNS, type AwardColumns, awardOf } from './award.columns.js';

/** A step that needs nothing but a note. */
export type AwardStep =
  | 'prepare'
  | 'offer'
  | 'countersign'
  | 'suspend'
  | 'resume'
  | 'correct'
  | 'decline'
  | 'lapse'
  | 'rescind'
  | 'terminate'
  | 'begin_closeout'
  | 'close'
  | 'reopen';

export interface AwardRow {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly state: string;
  readonly recipient: string;
  readonly organizationId: string;
  readonly amountCents: string;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly districts: readonly { readonly name: string; readonly basisPoints: number }[];
}

@Injectable()
export class Awards {
  readonly machine: Stateful<Award, AwardStepFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly documents: AwardDocuments,
    private readonly news: AwardNews,
    facts: AwardStepFactsLoader,
  ) {
    this.machine = new Stateful<Award, AwardStepFacts>({
      entity: Award,
      lifecycle: awardLifecycle as never,
      readPermission: 'award.read',
      subjectOf: awardSubject,
      facts: (from, rows) => facts.load(from, rows),
    });
  }

  async take(actor: Actor, id: string, action: AwardStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.requireSide(work, id, 'award.read');
      const changes = await this.changes(work, id, action);
      const request = { action, ids: [id], note: step.note, expectedVersion: step.version, changes };
      const [award] = await this.machine.transition(work, request);
      if (award === undefined) throw notFound('thing.not_found');
      // After the step's own sentences, which say more; what it wrote is undone.
      await this.requireSide(work, id, this.machine.lifecycle.action(action).permission);
      if (action === 'countersign') await this.sign(work, award, 'agency');
      if (action === 'offer') await this.news.offered(work, award);
      if (action === 'countersign') await this.news.inForce(work, award);
      return { id };
    });
  }

  /** The recipient's signatory certifies and signs the agreement as it stands. */
  async accept(actor: Actor, id: string, input: AcceptInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.requireSide(work, id, 'award.read');
      const step = { action: 'accept', ids: [id], expectedVersion: input.version };
      const [award] = await this.machine.transition(work, step);
      if (award === undefined) throw notFound('thing.not_found');
      if (!input.certified) throw invalidField('certified', 'award.must_certify');
      await this.sign(work, award, 'recipient');
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<Award> {
    const award = await this.find(this.db, id);
    if (award === undefined || !(await this.reads(this.db, actor, award))) throw notFound('thing.not_found');
    return award;
  }

  /** Whether this actor may see the award, and so its documents. */
  async mayRead(actor: Actor, id: string): Promise<boolean> {
    const award = await this.find(this.db, id);
    return award !== undefined && this.reads(this.db, actor, award);
  }

  async find(from: Queryable, id: string): Promise<Award | undefined> {
    const [row] = await from.query<AwardColumns>(sql`select ${COLUMNS} from awards a where a.id = ${id}`);
    return row === undefined ? undefined : awardOf(row);
  }

  async list(actor: Actor, query: AwardListQuery): Promise<ListPage<AwardRow>> {
    const where = [this.readable(actor)];
    if (query.state !== undefined) where.push(sql`a.state = ${query.state}`);
    if (query.round !== undefined) where.push(sql`a.round_id = ${query.round}`);
    return readList<AwardRow>(
      this.db,
      {
        columns: sql`a.id, a.number, a.title, a.state, o.name as recipient, a.organization_id as "organizationId",
          a.amount_cents as "amountCents", a.starts_on as "startsOn", a.ends_on as "endsOn",
          (select coalesce(jsonb_agg(jsonb_build_object('name', d.district, 'basisPoints', d.basis_points)
             order by d.district), '[]') from award_districts d where d.award_id = a.id) as districts`,
        from: sql`awards a join organizations o on o.id = a.organization_id`,
        ...{ countFrom: sql`awards a`, where, search: query.q === undefined ? undefined : searchOf(query.q) },
        sorts: {
          number: { expression: 'a.number', type: 'text' },
          title: { expression: 'lower(a.title)', type: 'text' },
          recipient: { expression: 'lower(o.name)', type: 'text' },
          amount: { expression: 'a.amount_cents', type: 'bigint' },
        },
        defaultSort: '-number',
        id: 'a.id',
      },
      query,
    );
  }

  /** The condition under which this actor sees `awards a`. */
  readable(actor: Actor): Sql {
    return awardReadFilter(actor, this.policy);
  }

  /** A conflict of interest leaves what the actor may as a member of the recipient: 404 unseen, 403 undone. */
  async requireSide(work: Work, id: string, permission: string): Promise<void> {
    const award = await this.find(work, id);
    if (award === undefined) throw notFound('thing.not_found');
    const side = await sideFor(work, work.actor, award.applicationId);
    this.machine.require(work.policy, side, permission, award);
  }

  private async reads(from: Queryable, actor: Actor, award: Award): Promise<boolean> {
    const side = await sideFor(from, actor, award.applicationId);
    return this.policy.can(side, 'award.read', awardSubject(award));
  }

  /** What a step writes besides the state: the date of the letter, and the agreement that is offered. */
  private async changes(work: Work, id: string, action: AwardStep): Promise<Partial<Award>> {
    if (action === 'prepare') return { preparedOn: work.today };
    if (action === 'correct') return { agreementDocumentId: null, preparedOn: null };
    if (action !== 'offer') return {};
    const award = await lockAward(work, id);
    return { agreementDocumentId: await this.documents.currentAgreement(work, award) };
  }

  private async sign(work: Work, award: Award, role: 'recipient' | 'agency'): Promise<void> {
    if (work.actor.kind !== 'person') throw forbidden('award.signed_by_persons');
    const agreement = await this.documents.signed(work, award);
    await work.insertOne(AwardSignature, {
      awardId: award.id,
      role,
      personId: work.actor.personId,
      name: work.actor.name,
      signedAt: work.now,
      documentId: agreement.id,
      documentHash: agreement.contentHash,
    });
  }
}

function searchOf(text: string): ListSearch {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const byRow = sql`(a.title ilike ${pattern} or a.number ilike ${pattern} or o.name ilike ${pattern}
    or exists (select 1 from award_schools s where s.award_id = a.id and s.name ilike ${pattern})
    or exists (select 1 from award_partners p where p.award_id = a.id and p.name ilike ${pattern})
    or exists (select 1 from award_districts d where d.award_id = a.id and d.district ilike ${pattern}))`;
  const byIndex = sql`(a.title ilike ${pattern} or a.number ilike ${pattern}
    or a.organization_id = any(array(select f.id from organizations f where f.name ilike ${pattern}))
    or a.id = any(array(select s.award_id from award_schools s where s.name ilike ${pattern}
      union select p.award_id from award_partners p where p.name ilike ${pattern}
      union select d.award_id from award_districts d where d.district ilike ${pattern})))`;
  return { byIndex, byRow };
}
