/** Columns of organizations: from what was typed to what is stored, and from what is stored to what the audit tells. */
import { invalidField } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { lastFour, type Secrets } from '../../platform/secrets/secrets.js';
import type { EinAnswer, Organization } from './organization.entity.js';
import type { OrganizationContactInput } from './organization.input.js';
import { isUeiShaped, plainEin } from './organization.rules.js';

export type EinColumns = Pick<
  Organization,
  'ein' | 'einAnswer' | 'einSealed' | 'einKeyVersion' | 'einFingerprint' | 'einLastFour'
>;

/** An organization without what is sealed. */
export type OpenColumns = Omit<Organization, 'ein' | 'einSealed' | 'einKeyVersion' | 'einFingerprint'>;

export const OPEN_COLUMNS = sql`o.id, o.version, o.created_at as "createdAt", o.name, o.legal_name as "legalName",
  o.kind, o.ein_answer as "einAnswer", o.ein_last_four as "einLastFour", o.uei, o.mail_domains as "mailDomains",
  o.annual_budget_cents as "annualBudgetCents", o.fiscal_sponsor_id as "fiscalSponsorId",
  o.fiscal_sponsor_name as "fiscalSponsorName", o.contact_name as "contactName",
  o.contact_telephone as "contactTelephone", o.contact_address as "contactAddress",
  o.registered_by as "registeredBy", o.merged_into_id as "mergedIntoId", o.merged_at as "mergedAt",
  o.district_organization_id as "districtOrganizationId", o.address_line1 as "addressLine1",
  o.address_line2 as "addressLine2", o.city, o.state, o.zip, o.note`;

/** What a new row has before anything is said. */
export const BLANK = {
  ...{ ein: null, einAnswer: null, einSealed: null, einKeyVersion: null, einFingerprint: null, einLastFour: null },
  ...{ legalName: null, uei: null, mailDomains: [], fiscalSponsorId: null, fiscalSponsorName: null, note: null },
  ...{ contactName: null, contactTelephone: null, contactAddress: null, districtOrganizationId: null },
  ...{ addressLine1: null, addressLine2: null, city: null, state: null, zip: null, annualBudget: null },
  ...{ registeredBy: null, mergedIntoId: null, mergedAt: null },
};

export function rowOf<T extends { annualBudgetCents: string | null }>(
  row: T,
): Omit<T, 'annualBudgetCents'> & { annualBudget: Money | null } {
  const { annualBudgetCents: cents, ...rest } = row;
  return { ...rest, annualBudget: cents === null ? null : Money.ofCents(cents) };
}

export type ContactColumns = Pick<
  Organization,
  'addressLine1' | 'addressLine2' | 'city' | 'state' | 'zip' | 'annualBudget'
> &
  Partial<Pick<Organization, 'contactName' | 'contactTelephone' | 'contactAddress' | 'fiscalSponsorName'>>;

export function contactColumns(input: OrganizationContactInput): ContactColumns {
  return {
    addressLine1: input.addressLine1 ?? null,
    addressLine2: input.addressLine2 ?? null,
    city: input.city ?? null,
    state: input.state?.toUpperCase() ?? null,
    zip: input.zip ?? null,
    annualBudget: input.annualBudget ?? null,
    contactName: input.contactName ?? null,
    contactTelephone: input.contactTelephone ?? null,
    contactAddress: input.contactAddress ?? null,
    fiscalSponsorName: input.fiscalSponsorName ?? null,
  };
}

const NO_EIN = { ein: null, einSealed: null, einKeyVersion: null, einFingerprint: null, einLastFour: null };

/** The EIN as it is stored in the row of this id. */
export function sealedEin(secrets: Secrets, id: string, typed: string): EinColumns {
  const plain = plainEin(typed);
  const { sealed, keyVersion } = secrets.seal({ table: 'organizations', column: 'ein_sealed', id }, plain);
  return {
    ein: null,
    einAnswer: 'ein',
    einSealed: sealed,
    einKeyVersion: keyVersion,
    einFingerprint: secrets.fingerprint('ein', plain),
    einLastFour: lastFour(plain),
  };
}

/** A number that was typed takes the place of the old one; another answer takes it away; saying nothing leaves it. */
export function einColumns(
  secrets: Secrets,
  id: string,
  input: { readonly ein?: string; readonly einAnswer?: EinAnswer },
): Partial<EinColumns> {
  if (input.ein !== undefined) {
    if (input.einAnswer !== undefined && input.einAnswer !== 'ein') {
      throw invalidField('einAnswer', 'organization.ein_answer_differs');
    }
    return sealedEin(secrets, id, input.ein);
  }
  if (input.einAnswer === undefined || input.einAnswer === 'ein') return {};
  return { ...NO_EIN, einAnswer: input.einAnswer };
}

export function readUei(typed: string | undefined): string | null {
  const uei = typed?.toUpperCase() ?? null;
  if (uei !== null && !isUeiShaped(uei)) throw invalidField('uei', 'organization.uei_shape');
  return uei;
}

/** Never said: they say nothing, or must not be said. */
const UNSAID = new Set(['id', 'version', 'createdAt', 'ein', 'einSealed', 'einKeyVersion', 'einFingerprint']);
/** Of persons; that they changed is said, not to what. */
const ONLY_CHANGED = new Set(['einLastFour', 'contactName', 'contactTelephone', 'contactAddress']);

/** The row as the audit compares it. */
export function forAudit(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !UNSAID.has(key)));
}

/** What the audit tells of one field: the EIN and the people's own data only that they changed. */
export function toldInAudit(key: string, value: unknown): [string, unknown] {
  const name = key === 'einLastFour' ? 'ein' : key;
  if (!ONLY_CHANGED.has(key)) return [name, value];
  return [name, value === null || value === undefined ? null : 'changed'];
}

export async function servedDistricts(from: Queryable, id: string): Promise<string[]> {
  const rows = await from.query<{ id: string }>(
    sql`select district_id as id from organization_districts where organization_id = ${id} order by district_id`,
  );
  return rows.map((row) => row.id);
}
