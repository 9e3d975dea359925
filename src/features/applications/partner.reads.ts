/** The partners of applications as they stand: who was asked, who confirmed, who still has to. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { PartnerLevel } from './application.entity.js';
import {
  type PartnerMarks,
  type PartnerPart,
  type PartnerState,
  partnerState,
  type PartnerWaiting,
} from './partner.rules.js';

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
  readonly state: PartnerState;
}

/** In their order; the caller has looked whether the applications may be seen. */
export async function partnersOf(from: Queryable, ids: readonly string[]): Promise<PartnerLine[]> {
  const rows = await from.query<Omit<PartnerLine, 'share' | 'state'> & { cents: string }>(sql`
    select id, application_id as "applicationId", position, organization_id as "organizationId", name, role, level,
           share_cents::text as cents, invited_at as "invitedAt", invited_address as "invitedAddress",
           confirmed_at as "confirmedAt", confirmed_name as "confirmedName", confirmed_by as "confirmedBy",
           confirmed_fingerprint as "confirmedFingerprint", declined_at as "declinedAt",
           decline_reason as "declineReason", mou_attachment_id as "mouAttachmentId",
           assistance_id as "assistanceId", part_confirmed_at as "partConfirmedAt"
    from application_partners where application_id = any(${[...ids]}::uuid[]) order by application_id, position`);
  return rows.map(({ cents, ...row }) => {
    const partner = { ...row, share: Money.ofCents(cents) };
    return { ...partner, state: partnerState(partner) };
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
