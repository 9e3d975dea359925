/** Loads what the steps of awards look at, for a whole set at once. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { ExclusionChecks } from '../organizations/index.js';
import { AwardDocuments } from './award-documents.js';
import type { Award } from './award.entity.js';
import { AwardFacts } from './award-facts.js';
import { readAwardBalances } from './award-reads.js';
import { type AwardSourceFacts, type AwardStepFacts } from './award.rules.js';

interface Sums {
  readonly id: string;
  readonly budgetCents: string;
  readonly districtTotal: number;
  readonly acceptedBy: string | null;
}

@Injectable()
export class AwardStepFactsLoader {
  constructor(
    private readonly db: Database,
    private readonly checks: ExclusionChecks,
    private readonly documents: AwardDocuments,
    private readonly later: AwardFacts,
  ) {}

  async load(from: Queryable, awards: readonly Award[]): Promise<Map<string, AwardStepFacts>> {
    const ids = awards.map((award) => award.id);
    const sums = new Map((await readSums(from, ids)).map((row) => [row.id, row]));
    const sources = await readSources(from, ids);
    const balances = await readAwardBalances(from, ids);
    const signatories = await readSignatories(from, awards);
    const checks = await this.checks.latest(
      from,
      awards.map((award) => award.organizationId),
    );
    const documents = await this.documents.stand(from, awards);
    const unfinished = await this.later.unfinished(from, ids);
    const { today } = this.db;
    const exclusionCheckDays = await this.checks.days(from);
    const checkedSince = this.db.currentCalendar.addDays(today, -exclusionCheckDays);
    const ueis = await readUeis(from, awards);
    return new Map(
      awards.map((award): [string, AwardStepFacts] => {
        const sum = sums.get(award.id);
        return [
          award.id,
          {
            ...termsOf(award),
            today,
            checkedSince,
            exclusionCheckDays,
            uei: ueis.get(award.organizationId) ?? null,
            sources: sources.get(award.id) ?? [],
            balances: balances.get(award.id) ?? [],
            budgetTotal: Money.ofCents(sum?.budgetCents ?? 0),
            districtTotal: sum?.districtTotal ?? 0,
            acceptedBy: sum?.acceptedBy ?? undefined,
            signatories: signatories.get(award.organizationId) ?? [],
            exclusion: checks.get(award.organizationId),
            documents: documents.get(award.id) ?? 'missing',
            unfinished: unfinished.get(award.id) ?? [],
          },
        ];
      }),
    );
  }
}

function termsOf(
  award: Award,
): Pick<
  AwardStepFacts,
  | 'id'
  | 'poolId'
  | 'version'
  | 'amount'
  | 'startsOn'
  | 'endsOn'
  | 'acceptBy'
  | 'agreementKind'
  | 'riskRating'
  | 'insuranceOnFileOn'
  | 'insuranceWaiver'
  | 'scopeAgreedOn'
> {
  const { id, poolId, version, amount, startsOn, endsOn, acceptBy, agreementKind, riskRating } = award;
  const { insuranceOnFileOn, insuranceWaiver, scopeAgreedOn } = award;
  const agreed = { insuranceOnFileOn, insuranceWaiver, scopeAgreedOn };
  return { id, poolId, version, amount, startsOn, endsOn, acceptBy, agreementKind, riskRating, ...agreed };
}

async function readSums(from: Queryable, ids: readonly string[]): Promise<Sums[]> {
  return from.query<Sums>(sql`
    select a.id,
      (select coalesce(sum(l.amount_cents), 0)::text from award_budget_lines l where l.award_id = a.id) as "budgetCents",
      (select coalesce(sum(d.basis_points), 0)::int from award_districts d where d.award_id = a.id) as "districtTotal",
      (select s.person_id from award_signatures s where s.award_id = a.id and s.role = 'recipient'
         order by s.signed_at desc, s.id desc limit 1) as "acceptedBy"
    from awards a where a.id = any(${[...ids]}::uuid[])`);
}

async function readSources(from: Queryable, ids: readonly string[]): Promise<Map<string, AwardSourceFacts[]>> {
  const rows = await from.query<Omit<AwardSourceFacts, 'amount'> & { awardId: string; cents: string }>(sql`
    select l.award_id as "awardId", l.source_id as "sourceId", s.name, s.kind, s.starts_on as "startsOn",
           s.ends_on as "endsOn", s.subgrant_authority as "subgrantAuthority", l.amount_cents::text as cents
    from award_sources l join sources s on s.id = l.source_id
    where l.award_id = any(${[...ids]}::uuid[]) order by l.award_id, l.position`);
  return grouped(rows.map(({ awardId, cents, ...row }) => [awardId, { ...row, amount: Money.ofCents(cents) }]));
}

/** A merged recipient has the UEI of the one that is left. */
async function readUeis(from: Queryable, awards: readonly Award[]): Promise<Map<string, string | null>> {
  const ids = awards.map((award) => award.organizationId);
  const rows = await from.query<{ id: string; uei: string | null }>(sql`
    select o.id, coalesce(own.uei, o.uei) as uei
    from organizations o join organizations own on own.id = coalesce(o.merged_into_id, o.id)
    where o.id = any(${ids}::uuid[])`);
  return new Map(rows.map(({ id, uei }) => [id, uei]));
}

async function readSignatories(from: Queryable, awards: readonly Award[]): Promise<Map<string, string[]>> {
  const ids = awards.map((award) => award.organizationId);
  const rows = await from.query<{ organizationId: string; personId: string }>(sql`
    select organization_id as "organizationId", person_id as "personId" from organization_members
    where organization_id = any(${ids}::uuid[]) and role = 'signatory' and ended_at is null`);
  return grouped(rows.map((row) => [row.organizationId, row.personId]));
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}
