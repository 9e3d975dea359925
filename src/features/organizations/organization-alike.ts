/** OrganizationsAlike: finds those that may be one and the same - by name, EIN, UEI and mail domain. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { areAlike, nameLikeness } from './organization-alike.rules.js';

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
const WEIGHT: Readonly<Record<AlikeBy, number>> = { ein: 8, uei: 4, name: 2, domain: 1 };

@Injectable()
export class OrganizationsAlike {
  /** The likeliest first. Names are compared here: what people leave out and misspell no index knows. */
  async find(from: Queryable, to: AlikeTo): Promise<Alike[]> {
    const rows = await from.query<Row>(sql`
      select id, name, legal_name as "legalName", city, ein_fingerprint = ${to.einFingerprint ?? null} as "sameEin",
             uei = ${to.uei ?? null}::text as "sameUei",
             mail_domains && ${[...(to.domains ?? [])]}::text[] as "sameDomain"
      from organizations where merged_into_id is null and id is distinct from ${to.except ?? null}::uuid`);
    return rows
      .map((row) => ({ row, by: likenesses(row, to.names) }))
      .filter(({ by }) => by.length > 0)
      .sort((one, other) => weight(other, to.names) - weight(one, to.names) || compare(one.row, other.row))
      .slice(0, MOST_TOLD)
      .map(({ row: { id, name, city }, by }) => ({ id, name, city, by }));
  }
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
