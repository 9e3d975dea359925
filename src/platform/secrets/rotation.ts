/** rotateSecrets: `npm run secrets:rotate`. Seals every secret anew with a new key, also while Granary runs. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemActor } from '../../kernel/actor.js';
import { writeAudit } from '../audit/entries.js';
import type { Config } from '../config/config.js';
import { withConnection } from '../database/client.js';
import { sql } from '../database/sql.js';
import { checkKeys, sealAnew, versionsInUse } from './keeping.js';
import { parseKeyRing, withNewKey } from './key-ring.js';
import { openSecrets } from './secrets.js';

export interface RotationOrder {
  readonly config: Pick<Config, 'secretKeys' | 'fingerprintKey' | 'dataDir'>;
  /** True when SECRET_KEYS is set: its operator puts the new key in front, and this only seals anew. */
  readonly keysAreSet: boolean;
  readonly ownerUrl: string;
  readonly now: Date;
}

export interface Rotation {
  /** The key that everything is sealed with now. */
  readonly version: number;
  readonly values: number;
  /** Older keys that nothing in the database needs any more. */
  readonly unused: readonly number[];
}

/** Any number that is ours; the connection's end lets go of it. */
const ROTATION_LOCK = 7_431_990_027;

/**
 * Some at a time, so that nobody who works waits. A value is written over only where it is still what was read, and the
 * old keys stay on the ring: stopped half way, everything still opens, and the next run does the rest.
 */
export async function rotateSecrets({ config, keysAreSet, ownerUrl, now }: RotationOrder): Promise<Rotation> {
  return withConnection(ownerUrl, now, async (work) => {
    // Of two at once the second waits: each would make a key, and the file would keep one of them.
    await work.query(sql`select pg_advisory_lock(${ROTATION_LOCK})`);
    if (!keysAreSet) addKey(config);
    const secrets = openSecrets(config);
    await checkKeys(work, secrets);
    const values = await sealAnew(work, secrets);
    const version = secrets.currentVersion;
    const inUse = await versionsInUse(work);
    await writeAudit(work, {
      actor: systemActor('secrets-rotate'),
      now,
      actingFor: null,
      secrets,
      entries: [
        {
          action: 'secrets.rotated',
          subjectType: 'secrets',
          subjectId: String(version),
          after: { keyVersion: version, values },
        },
      ],
    });
    const ring = parseKeyRing(config.secretKeys) ?? [];
    return { version, values, unused: ring.map((key) => key.version).filter((each) => !inUse.includes(each)) };
  });
}

/** The new ring takes the old one's place at once; the old keys stay on it, for whoever still needs them. */
function addKey(config: Pick<Config, 'secretKeys' | 'dataDir'>): void {
  const file = join(config.dataDir, 'secret-keys');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${withNewKey(config.secretKeys)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}
