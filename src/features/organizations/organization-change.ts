/** Writing to an organization that is locked: its columns, the districts it serves, and what the audit tells of both. */
import { conflict, invalidField } from '../../kernel/errors.js';
import { violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { NewRow, Work } from '../../platform/database/work.js';
import { forAudit, servedDistricts, toldInAudit } from './organization-columns.js';
import { Organization } from './organization.entity.js';
import type { OrganizationContactInput } from './organization.input.js';

/** Changes columns and service area of a locked organization; the audit tells what is new, and no number. */
export async function changeOrganization(
  work: Work,
  organization: Organization,
  columns: Partial<NewRow<Organization>>,
  input: OrganizationContactInput,
): Promise<void> {
  const before = forAudit(organization);
  const printBefore = organization.einFingerprint?.toString('hex');
  const areaBefore = await servedDistricts(work, organization.id);
  await namedEin(() => work.update(Organization, organization, columns));
  if (columns.mailDomains !== undefined) await shareDomains(work, organization);
  const areaAfter = await serveDistricts(work, organization.id, input);
  const after = forAudit(organization);
  const isOther = (key: string): boolean =>
    key === 'einLastFour'
      ? printBefore !== organization.einFingerprint?.toString('hex')
      : JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  const changed = Object.keys(after).filter(isOther);
  const isAreaOther = areaBefore.join() !== areaAfter.join();
  const pick = (from: Record<string, unknown>, serviceArea: string[]): Record<string, unknown> => ({
    ...Object.fromEntries(changed.map((key) => toldInAudit(key, from[key]))),
    ...(isAreaOther && { serviceArea }),
  });
  work.audit({
    action: 'organization.updated',
    subjectType: 'organization',
    subjectId: organization.id,
    before: pick(before, areaBefore),
    after: { ...pick(after, areaAfter), version: organization.version },
  });
}

/** What was merged into it has its domains too: they keep people with a conflict away from what happened there. */
export async function shareDomains(work: Work, { id, mailDomains }: Organization): Promise<void> {
  await work.query(sql`
    update organizations set mail_domains = ${[...mailDomains]}::text[], version = version + 1
    where merged_into_id = ${id} and mail_domains is distinct from ${[...mailDomains]}::text[]`);
}

/** Replaces the service area; gives the districts' ids in order. */
export async function serveDistricts(work: Work, id: string, input: OrganizationContactInput): Promise<string[]> {
  const wanted = [...new Set((input.serviceArea ?? []).map((each) => each.districtId))].sort();
  const known = await work.query(sql`select id from districts where id = any(${wanted}::uuid[])`);
  if (known.length !== wanted.length) throw invalidField('serviceArea', 'field.not_found');
  await work.query(sql`
    delete from organization_districts where organization_id = ${id} and not district_id = any(${wanted}::uuid[])`);
  await work.query(sql`
    insert into organization_districts (organization_id, district_id)
    select ${id}::uuid, district_id from unnest(${wanted}::uuid[]) as wanted(district_id) on conflict do nothing`);
  return wanted;
}

/** Says what the database's refusal of a second EIN means. */
export async function namedEin<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatedConstraint(error) !== 'organizations_ein_fingerprint_key') throw error;
    throw conflict('organization.ein_taken', { fields: [{ field: 'ein', code: 'organization.ein_taken' }] });
  }
}
