/** OrganizationsAlike: finds those that may be one and the same - by name, EIN, UEI and mail domain. */
import { Injectable } from '@nestjs/common';
import { sameLook } from '../../kernel/writing.js';
import { joinSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { areAlike, nameLikeness, nameWords, wordKeys } from './organization-alike.rules.js';

export type AlikeBy = 'ein' | 'uei' | 'name' | 'domain';

/** No more than this is told of an organization to who does not belong to it. */
export interface Alike {
  readonly id: string;
  readonly name: string;
  readonly city: string | null;
  readonly by: readonly AlikeBy[];
}

export interface AlikeTo {
  readonly names: readonly string[];
  readonly einFingerprint?: Buffer | null;
  readonly uei?: string | null;
  readonly domains?: readonly string[];
  /** Not this one. */
  readonly except?: string;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly legalName: string | null;
  readonly city: string | null;
  readonly sameEin: boolean | null;
  readonly sameUei: boolean | null;
  readonly sameDomain: boolean;
}

const MOST_TOLD = 5;
/** So many are compared of those that one way of looking finds; where there are more, those with the shortest names. */
const MOST_COMPARED = 200;
const WEIGHT: Readonly<Record<AlikeBy, number>> = { ein: 8, uei: 4, name: 2, domain: 1 };

@Injectable()
export class OrganizationsAlike {
  /**
   * The likeliest first. Indexes find who has the same number or domain, or a name made of words like these; whether the
   * names are alike is decided here, because what people leave out and misspell no index knows.
   */
  async find(from: Queryable, to: AlikeTo): Promise<Alike[]> {
    const found = await from.query<Row>(joinSql(looks(to), ' union all '));
    const rows = [...new Map(found.map((row) => [row.id, row])).values()];
    return rows
      .map((row) => ({ row, by: likenesses(row, to.names) }))
      .filter(({ by }) => by.length > 0)
      .sort((one, other) => weight(other, to.names) - weight(one, to.names) || compare(one.row, other.row))
      .slice(0, MOST_TOLD)
      .map(({ row: { id, name, city }, by }) => ({ id, name, city, by }));
  }
}

/**
 * A query of the organizations that look as if they were called `name`, an SQL expression: by the index. One that was merged
 * away stands for the one it became part of.
 */
export function organizationsCalled(name: Sql): Sql {
  const isCalled = sql`organization_name_keys(o.name, o.legal_name) && array['n:' || organization_name_key(${name})]`;
  return sql`
    select o.id, o.name from organizations o where o.merged_into_id is null and ${isCalled}
    union select whole.id, whole.name from organizations o join organizations whole on whole.id = o.merged_into_id
    where o.merged_into_id is not null and ${isCalled}`;
}

/** One look into an index for each way in which one can be found. */
function looks({ names, einFingerprint = null, uei = null, domains = [], except }: AlikeTo): Sql[] {
  const look = (where: Sql): Sql => sql`
    (select o.id, o.name, o.legal_name as "legalName", o.city, o.ein_fingerprint = ${einFingerprint} as "sameEin",
            o.uei = ${uei}::text as "sameUei", o.mail_domains && ${[...domains]}::text[] as "sameDomain"
     from organizations o
     where ${where} and o.merged_into_id is null and o.id is distinct from ${except ?? null}::uuid
     order by length(o.name), o.name, o.id limit ${MOST_COMPARED})`;
  return [
    look(sql`o.ein_fingerprint = ${einFingerprint}`),
    look(sql`o.uei = ${uei}::text`),
    look(sql`o.mail_domains && ${[...domains]}::text[]`),
    ...names
      .map(nameWords)
      .filter((words) => words.length > 0)
      .flatMap((words) => named(words).map(look)),
  ];
}

/** Who has all of these words; whose two longest are among these, or whose only one; who writes them as one or alike. */
function named(words: readonly string[]): Sql[] {
  const keys = words.map(wordKeys);
  const among = (...some: string[]): Sql =>
    sql`organization_name_keys(o.name, o.legal_name) && ${[...new Set(some)]}::text[]`;
  const all = keys.flat();
  return [
    joinSql(
      keys.map((each) => among(...each)),
      ' and ',
    ),
    sql`${among(...all.map((key) => `a:${key}`))} and ${among('b:*', ...all.map((key) => `b:${key}`))}`,
    among(`j:${words.join('')}`, `n:${sameLook(words.join(''))}`),
  ];
}

function likenesses(row: Row, names: readonly string[]): AlikeBy[] {
  const isNamedAlike = names.some((name) => areAlike(name, row.name) || areAlike(name, row.legalName ?? ''));
  const found: [AlikeBy, boolean][] = [
    ['ein', row.sameEin === true],
    ['uei', row.sameUei === true],
    ['name', isNamedAlike],
    ['domain', row.sameDomain],
  ];
  return found.filter(([, holds]) => holds).map(([by]) => by);
}

const weight = ({ row, by }: { row: Row; by: readonly AlikeBy[] }, names: readonly string[]): number =>
  by.reduce((sum, each) => sum + WEIGHT[each], Math.max(0, ...names.map((name) => nameLikeness(name, row.name))));

const compare = (one: Row, other: Row): number => one.name.localeCompare(other.name) || one.id.localeCompare(other.id);
