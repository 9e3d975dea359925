/** refuseStale: tells whoever worked on an older version who changed what since, so that nothing is lost unseen. */
import { conflict, type Sentence } from '../../kernel/errors.js';
import { actorName } from '../../platform/audit/actor-name.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { Organization } from './organization.entity.js';

/** Refuses a form made from an older version, and says who changed what since. */
export async function refuseStale(work: Work, organization: Organization, version: number | undefined): Promise<void> {
  if (version === undefined || version === organization.version) return;
  const changes = await work.query<{ by: string; at: Date; after: Record<string, unknown> }>(sql`
    select ${actorName('actor')} as by, at, after from audit_events
    where subject_type = 'organization' and subject_id = ${organization.id} and action = 'organization.updated'
      and (after ->> 'version')::int > ${version} order by id`);
  const last = changes.at(-1);
  if (last === undefined) throw conflict('thing.changed_meanwhile');
  const fields = new Set(changes.flatMap((change) => Object.keys(change.after)));
  throw conflict('organization.changed_meanwhile', {
    params: { name: last.by, at: work.calendar.formatInstant(new Date(last.at)) },
    blockers: [...fields].filter((field) => CHANGE_TOLD.has(field)).map((field) => nowIs(organization, field)),
  });
}

/** Fields that everybody who gets as far as a form may see; the others are not told. */
const CHANGE_TOLD = new Set([
  'name',
  'legalName',
  'kind',
  'uei',
  'addressLine1',
  'addressLine2',
  'city',
  'state',
  'zip',
  'annualBudget',
]);

function nowIs(organization: Organization, field: string): Sentence {
  const value = organization[field as keyof Organization];
  if (field === 'kind') return { code: 'organization.now_kind', params: { value } };
  if (value === null) return { code: 'organization.now_empty', params: { field } };
  return { code: 'organization.now_is', params: { field, value } };
}
