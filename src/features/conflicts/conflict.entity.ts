/** Conflicts of interest between a person and an application, and the organizations by which more are found. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { conflictLifecycle } from './conflict.lifecycle.js';

export const CONFLICT_TYPES = [
  'employer',
  'board',
  'family',
  'financial',
  'prior_consulting',
  'advisor',
  'administrative',
] as const;
export type ConflictType = (typeof CONFLICT_TYPES)[number];

/** A direct one keeps the person out; a remote one is disclosed before the vote, which is not counted. */
export const CONFLICT_LEVELS = ['direct', 'remote'] as const;
export type ConflictLevel = (typeof CONFLICT_LEVELS)[number];

const PARTY_RELATIONS = ['lead', 'partner', 'fiscal_sponsor'] as const;
export type PartyRelation = (typeof PARTY_RELATIONS)[number];

/** How a conflict is found: the person acts for a party, or has an address at one. */
export const CONFLICT_BASES = ['member', 'mail_domain'] as const;
export type ConflictBasis = (typeof CONFLICT_BASES)[number];

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

/** An organization that takes part in an application. Kept by the feature of applications. */
@Entity('conflict_parties')
@Unique(['applicationId', 'organizationId', 'relation'])
@Index(['organizationId'])
@Check('conflict_parties_relation_check', oneOf('relation', PARTY_RELATIONS))
export class ConflictParty extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey('applications')
  applicationId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('organizations')
  organizationId: string;

  @Column({ type: 'text' })
  relation: PartyRelation;
}

@Entity('conflicts')
@Index(['applicationId'])
@Index(['organizationId'])
@Index(['personId', 'applicationId'])
@Index(['roundId'])
@Index(['fundId'])
@Index('conflicts_declared_key', ['personId', 'applicationId', 'type', 'level'], {
  unique: true,
  where: `"basis" IS NULL AND "state" <> 'dismissed'`,
})
@Index('conflicts_found_key', ['personId', 'applicationId', 'organizationId', 'basis'], {
  unique: true,
  where: '"basis" IS NOT NULL',
})
@Check('conflicts_state_check', conflictLifecycle.check)
@Check('conflicts_type_check', oneOf('type', CONFLICT_TYPES))
@Check('conflicts_level_check', oneOf('level', CONFLICT_LEVELS))
@Check('conflicts_basis_check', oneOf('basis', CONFLICT_BASES))
@Check(
  'conflicts_found_check',
  `("basis" IS NULL) = ("organization_id" IS NULL) AND ("basis" IS NULL OR "level" = 'direct')`,
)
export class Conflict extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('applications')
  applicationId: string;

  /** Of the application, copied: roles are held for a round or a fund. */
  @Column({ type: 'uuid' })
  @ForeignKey('rounds')
  roundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  @Column({ type: 'text' })
  type: ConflictType;

  @Column({ type: 'text' })
  level: ConflictLevel;

  @Column({ type: 'text', nullable: true })
  note: string | null;

  /** The party by which it was found; nothing when a person declared it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('organizations')
  organizationId: string | null;

  @Column({ type: 'text', nullable: true })
  basis: ConflictBasis | null;
}
