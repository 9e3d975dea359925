/** The partners of applications as they stand: who was asked, who confirmed, who still has to. */
import { Money } from '../../kernel/money.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { PartnerLevel } from './application.entity.js';
import type { ApplicationSummary } from './application-reads.js';
import {
  type PartnerMarks,
  type PartnerPart,
  type PartnerState,
  partnerState,
  type PartnerWaiting,
} from './partner.rules.js';

/** An application as somebody is shown it: with `sent`, as it was sent. */
interface ShownApplication {
  readonly application: Pick<ApplicationSummary, 'id' | 'partners'>;
  readonly isOwn: boolean;
  readonly sent?: unknown;
}

export interface PartnerLine extends PartnerPart, PartnerMarks {
  readonly id: string;
  readonly applicationId: string;
  readonly position: number;
  readonly organizationId: string | null;
  readonly level: PartnerLevel;
  readonly invitedAddress: string | null;
  readonly confirmedName: string | null;
  readonly confirmedBy: string | null;
  readonly declineReason: string | null;
  readonly mouAttachmentId: string | null;
  /** Set when staff entered it for the lead. */
  readonly assistanceId: string | null;
  readonly partConfirmedAt: Date | null;
  /** The organization here that it is, where one of its own people said so; nothing for one that only has the name. */
  readonly knownAs: string | null;
  readonly state: PartnerState;
}

/**
 * Whether the lead means the organization that a partner `p` has the name of. Anybody can register one of that name: what
 * registered itself is meant once one of its own people was asked; what the agency recorded is known to be it.
 */
export const isMeant: Sql = sql`exists (select from organizations known where known.id = p.organization_id
  and (known.registered_by is null or exists (select from organization_members own
    join identifiers at on at.person_id = own.person_id and at.kind = 'address'
    where own.organization_id = known.id and own.ended_at is null and at.value = p.invited_address)))`;

/** In their order; the caller has looked whether the applications may be seen. */
export async function partnersOf(from: Queryable, ids: readonly string[]): Promise<PartnerLine[]> {
  const rows = await from.query<Omit<PartnerLine, 'share' | 'state'> & { cents: string }>(sql`
    select p.id, p.application_id as "applicationId", p.position, p.organization_id as "organizationId", p.name, p.role,
           p.level, p.share_cents::text as cents, p.invited_at as "invitedAt", p.invited_address as "invitedAddress",
           p.confirmed_at as "confirmedAt", p.confirmed_name as "confirmedName", p.confirmed_by as "confirmedBy",
           p.confirmed_fingerprint as "confirmedFingerprint", p.declined_at as "declinedAt",
           p.decline_reason as "declineReason", p.mou_attachment_id as "mouAttachmentId",
           p.assistance_id as "assistanceId", p.part_confirmed_at as "partConfirmedAt",
           case when ${isMeant} then (select o.name from organizations o where o.id = p.organization_id) end as "knownAs"
    from application_partners p where p.application_id = any(${[...ids]}::uuid[])
    order by p.application_id, p.position`);
  return rows.map(({ cents, ...row }) => {
    const partner = { ...row, share: Money.ofCents(cents) };
    return { ...partner, state: partnerState(partner) };
  });
}

/**
 * Those of one application as whoever looks is shown it: where that is what was sent, no more partners than were sent, each
 * as it was. Where a partner was written to is for its lead to know.
 */
export async function partnersShown(
  from: Queryable,
  { application, isOwn, sent }: ShownApplication,
): Promise<PartnerLine[]> {
  const lines = await partnersOf(from, [application.id]);
  if (isOwn) return lines;
  const named = new Map(application.partners.map((each) => [each.name, each]));
  return lines.flatMap((line) => {
    const was = sent === undefined ? line : named.get(line.name);
    if (was === undefined) return [];
    const { role, level, share } = was;
    return [{ ...line, role, level, share, invitedAddress: null }];
  });
}

/** Those that have not confirmed what is written now, by application. */
export async function partnersWaitingOf(
  from: Queryable,
  ids: readonly string[],
): Promise<Map<string, PartnerWaiting[]>> {
  const waiting = new Map<string, PartnerWaiting[]>();
  for (const { applicationId, name, state } of await partnersOf(from, ids)) {
    if (state === 'confirmed') continue;
    waiting.set(applicationId, [...(waiting.get(applicationId) ?? []), { name, state }]);
  }
  return waiting;
}
