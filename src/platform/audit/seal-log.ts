/**
 * The log of seals: each seal's number and hash in a file beside the database, and on standard output. Whoever can write
 * the database alone cannot make the chain anew from the start, nor cut off its end, without differing from the log.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from '../database/sql.js';
import type { Queryable } from '../database/queryable.js';
import type { AuditSeal, ChainDefect } from './chain.js';

export const sealLogFile = (dataDir: string): string => join(dataDir, 'audit-seals.log');

export function logSeals(dataDir: string, seals: readonly AuditSeal[]): void {
  if (seals.length === 0) return;
  mkdirSync(dataDir, { recursive: true });
  appendFileSync(sealLogFile(dataDir), seals.map(lineOf).join(''), { mode: 0o600 });
}

const lineOf = ({ number, hash, events, sealedAt }: AuditSeal): string =>
  `${number} ${hash.toString('hex')} ${events} ${sealedAt.toISOString()}\n`;

/** Holds what was logged against the seals in the database; empty when they agree or nothing was ever logged. */
export async function verifyLog(from: Queryable, dataDir: string): Promise<ChainDefect[]> {
  const file = sealLogFile(dataDir);
  if (!existsSync(file)) return [];
  const rows = await from.query<{ number: number; hash: string }>(
    sql`select number, encode(hash, 'hex') as hash from audit_seals`,
  );
  const hashes = new Map(rows.map(({ number, hash }) => [number, hash]));
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line): ChainDefect[] => {
      const [number = '', hash = ''] = line.split(' ');
      // A line that a full disk or a power cut left half is no word against the database.
      if (!/^\d+$/.test(number) || !/^[0-9a-f]{64}$/.test(hash)) return [];
      const kept = hashes.get(Number(number));
      if (kept === hash) return [];
      const problem =
        kept === undefined ? 'it is in the log and gone from the database' : 'the log has another hash for it';
      return [{ kind: 'audit_log', about: `seal ${number}`, problem }];
    });
}
