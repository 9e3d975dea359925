/** Audit entries: what a work says about itself, and how the trail keeps it. */
import { type Actor, actorKey } from '../../kernel/actor.js';
import { currentRequest } from '../database/context.js';
import { sql } from '../database/sql.js';
import type { Queryable } from '../database/queryable.js';
import { isSecretField } from '../secrets/sealed-columns.js';
import type { Secrets } from '../secrets/secrets.js';
import { type PersonalValues, sealPersonal } from './personal.js';

export interface AuditEntry {
  /** The permission's name in the past: `source.activated`. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly note?: string;
  readonly before?: Record<string, unknown>;
  readonly after?: Record<string, unknown>;
  /** For whom it was done, where it is not the same for the whole work. */
  readonly actingFor?: string;
  /** Names, addresses, telephones: sealed under the person's own key, which can be destroyed. */
  readonly personal?: PersonalValues;
}

export interface AuditOrder {
  readonly actor: Actor;
  readonly now: Date;
  readonly entries: readonly AuditEntry[];
  /** For whom the actor acted in this work: an organization they assisted, or who lent them what it takes. */
  readonly actingFor: string | null;
  /** Needed only where something personal is said. */
  readonly secrets: Secrets | undefined;
}

/** What stands for a secret: that it changed, and nothing of it. */
export const CHANGED = 'changed';

/** Writes the entries of one work. */
export async function writeAudit(work: Queryable & { readonly now: Date }, order: AuditOrder): Promise<void> {
  const said = order.entries.flatMap(({ personal }) => (personal === undefined ? [] : [personal]));
  if (said.length > 0 && order.secrets === undefined) throw new Error('Personal values need the keys of persons');
  const sealed = said.length === 0 ? [] : await sealPersonal(work, order.secrets as Secrets, said);
  let next = 0;
  const rows = order.entries.map((entry) => ({
    action: entry.action,
    subject_type: entry.subjectType,
    subject_id: entry.subjectId,
    note: entry.note ?? null,
    acting_for: entry.actingFor ?? order.actingFor,
    before: withoutSecrets(entry.before) ?? null,
    after: withoutSecrets(entry.after) ?? null,
    personal: entry.personal === undefined ? null : sealed[next++],
  }));
  await work.query(sql`
    insert into audit_events (era, at, actor, acting_for, request_id, action, subject_type, subject_id, note, before,
      after, personal)
    select coalesce((select max(era) from audit_eras), 1), ${order.now}, ${actorKey(order.actor)}, acting_for,
      ${currentRequest()?.requestId ?? null}, action, subject_type, subject_id, note, before, after, personal
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as event(action text, subject_type text, subject_id text,
      note text, acting_for uuid, before jsonb, after jsonb, personal jsonb)`);
}

/** Fields of sealed columns, and anything that is bytes, say only that they changed. */
export function withoutSecrets(value: unknown): unknown {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return CHANGED;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      isSecretField(key) && each !== null && each !== undefined ? CHANGED : withoutSecrets(each),
    ]),
  );
}

/** Money, dates and the like say themselves how they are written. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
