/** What later features read of a motion: its result, amounts and the number it has in the minutes. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { MotionKind } from './motion.entity.js';

export interface MotionSummary {
  readonly id: string;
  readonly number: string;
  readonly kind: MotionKind;
  readonly state: string;
  readonly text: string;
  readonly meetingId: string;
  readonly roundId: string | null;
  readonly closedAt: Date | null;
  readonly items: readonly { readonly applicationId: string; readonly amount: Money | null }[];
}

/** The motion, or undefined; who may see it is for the caller to ask. */
export async function motionById(from: Queryable, id: string): Promise<MotionSummary | undefined> {
  const [motion] = await from.query<Omit<MotionSummary, 'items'>>(
    sql`select id, number, kind, state, text, meeting_id as "meetingId", round_id as "roundId",
          closed_at as "closedAt" from motions where id = ${id}`,
  );
  if (motion === undefined) return undefined;
  const items = await from.query<{ applicationId: string; cents: string | null }>(
    sql`select application_id as "applicationId", amount_cents::text as cents from motion_items
        where motion_id = ${id} order by id`,
  );
  return {
    ...motion,
    items: items.map(({ applicationId, cents }) => ({
      applicationId,
      amount: cents === null ? null : Money.ofCents(cents),
    })),
  };
}
