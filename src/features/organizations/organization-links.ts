/** What ties organizations together: fiscal sponsors, never in a circle, and the districts of schools. */
import { invalidField } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { OrganizationKind } from './organization.entity.js';

/** Two sponsors named at the same moment could close a circle that neither work sees; so they are named in turn. */
export async function oneSponsorAtATime(work: Work): Promise<void> {
  await work.query(sql`select pg_advisory_xact_lock(hashtext('organizations.fiscal_sponsor'))`);
}

export async function requireSponsor(work: Work, sponsorId: string, id: string | undefined): Promise<void> {
  const chain = await work.query<{ id: string }>(sql`
    with recursive chain as (
      select id, fiscal_sponsor_id from organizations where id = ${sponsorId}
      union
      select o.id, o.fiscal_sponsor_id from organizations o join chain on o.id = chain.fiscal_sponsor_id
    ) select id from chain`);
  if (chain.length === 0) throw invalidField('fiscalSponsorId', 'field.not_found');
  if (sponsorId === id) throw invalidField('fiscalSponsorId', 'organization.sponsor_itself');
  if (chain.some((each) => each.id === id)) throw invalidField('fiscalSponsorId', 'organization.sponsor_circle');
}

export async function requireDistrict(work: Work, districtId: string, kind: OrganizationKind): Promise<void> {
  if (kind !== 'school') throw invalidField('districtOrganizationId', 'organization.district_of_school_only');
  // Locked, so that it does not become another kind before this commits.
  const [district] = await work.query<{ kind: string }>(
    sql`select kind from organizations where id = ${districtId} for share`,
  );
  if (district === undefined) throw invalidField('districtOrganizationId', 'field.not_found');
  if (district.kind !== 'school_district') {
    throw invalidField('districtOrganizationId', 'organization.district_not_a_district');
  }
}

export async function refuseToLeaveSchools(work: Work, id: string): Promise<void> {
  const schools = await work.query(sql`select 1 from organizations where district_organization_id = ${id} limit 1`);
  if (schools.length > 0) throw invalidField('kind', 'organization.district_has_schools');
}
