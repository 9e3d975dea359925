/** The columns of an award as a plain query reads them. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import { Award } from './award.entity.js';

export type AwardColumns = Omit<Award, 'amount'> & { readonly cents: string };

export const COLUMNS = sql`a.id, a.version, a.created_at as "createdAt", a.state, a.number,
  a.application_id as "applicationId", a.round_id as "roundId", a.fund_id as "fundId", a.pool_id as "poolId",
  a.organization_id as "organizationId", a.title, a.amount_cents::text as cents, a.starts_on as "startsOn",
  a.ends_on as "endsOn", a.accept_by as "acceptBy", a.agreement_kind as "agreementKind",
  a.risk_rating as "riskRating", a.insurance_on_file_on as "insuranceOnFileOn",
  a.insurance_waiver as "insuranceWaiver", a.scope, a.scope_agreed_on as "scopeAgreedOn",
  a.prepared_on as "preparedOn", a.agreement_document_id as "agreementDocumentId", a.motion_id as "motionId", a.motion_number as "motionNumber",
  a.decided_on as "decidedOn"`;

export function awardOf({ cents, ...row }: AwardColumns): Award {
  return Object.assign(new Award(), row, { amount: Money.ofCents(cents) });
}
