/**
 * Personal values in the audit trail: sealed under the key of the person they are about. Destroying that one key makes
 * them unreadable wherever they lie, while the trail itself, and the chain of hashes over it, stay as they are.
 */
import { randomBytes } from 'node:crypto';
import { sql } from '../database/sql.js';
import type { Queryable } from '../database/queryable.js';
import { openWith, type SealedPlace, sealWith, type Secrets } from '../secrets/secrets.js';

/** What an audit entry says of a person: their name, address or telephone, before and after. */
export interface PersonalValues {
  readonly personId: string;
  readonly before?: Record<string, unknown>;
  readonly after?: Record<string, unknown>;
}

/** As it lies in the trail. Without `sealed` the person had been forgotten already. */
export interface SealedPersonal {
  readonly personId: string;
  readonly sealed?: string;
}

type OpenedPersonal = Pick<PersonalValues, 'before' | 'after'>;

interface KeyRow {
  readonly personId: string;
  readonly sealedKey: Buffer | null;
}

const placeOfKey = (personId: string): SealedPlace => ({ table: 'person_keys', column: 'sealed_key', id: personId });
const placeOfValues = (personId: string): string => `audit_events:personal:${personId}`;
const NO_HEADER = Buffer.alloc(0);

/** Seals in the work that audits, making the keys of persons who have none yet. In the order given. */
export async function sealPersonal(
  work: Queryable & { readonly now: Date },
  secrets: Secrets,
  values: readonly PersonalValues[],
): Promise<SealedPersonal[]> {
  const ids = [...new Set(values.map(({ personId }) => personId))].sort();
  const fresh = ids.map((personId) => {
    const { sealed, keyVersion } = secrets.seal(placeOfKey(personId), randomBytes(32).toString('base64'));
    return { person_id: personId, key: sealed.toString('hex'), key_version: keyVersion };
  });
  await work.query(sql`
    insert into person_keys (person_id, sealed_key, key_version, created_at)
    select person_id, decode(key, 'hex'), key_version, ${work.now}
    from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb) as fresh(person_id uuid, key text, key_version integer)
    on conflict (person_id) do nothing`);
  const keys = await readKeys(work, secrets, ids);
  return values.map(({ personId, before, after }) => {
    const key = keys.get(personId);
    if (key === undefined) return { personId };
    const sealed = sealWith(key, NO_HEADER, placeOfValues(personId), JSON.stringify({ before, after }));
    return { personId, sealed: sealed.toString('base64') };
  });
}

/** Opens what the trail says of persons; undefined for those who were forgotten. In the order given. */
export async function openPersonal(
  from: Queryable,
  secrets: Secrets,
  values: readonly SealedPersonal[],
): Promise<(OpenedPersonal | undefined)[]> {
  const keys = await readKeys(
    from,
    secrets,
    values.map(({ personId }) => personId),
  );
  return values.map(({ personId, sealed }) => {
    const key = keys.get(personId);
    if (key === undefined || sealed === undefined) return undefined;
    return JSON.parse(openWith(key, 0, placeOfValues(personId), Buffer.from(sealed, 'base64'))) as OpenedPersonal;
  });
}

/** Forgets: what the trail says of this person opens no more, and nothing personal is added either. */
export async function destroyPersonKey(work: Queryable & { readonly now: Date }, personId: string): Promise<void> {
  await work.query(sql`
    insert into person_keys (person_id, sealed_key, key_version, created_at, destroyed_at)
    values (${personId}, null, null, ${work.now}, ${work.now})
    on conflict (person_id) do update
    set sealed_key = null, key_version = null, destroyed_at = coalesce(person_keys.destroyed_at, excluded.destroyed_at)`);
}

async function readKeys(from: Queryable, secrets: Secrets, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await from.query<KeyRow>(sql`
    select person_id as "personId", sealed_key as "sealedKey" from person_keys where person_id = any(${wanted}::uuid[])`);
  return new Map(
    rows.flatMap(({ personId, sealedKey }) =>
      sealedKey === null
        ? []
        : [[personId, Buffer.from(secrets.open(placeOfKey(personId), sealedKey), 'base64')] as const],
    ),
  );
}
