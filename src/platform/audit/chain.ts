/**
 * The chain: seals over the audit trail, each a hash of the events of a range of transactions and of the seal before.
 *
 * A seal covers only transactions below the snapshot's floor. All of them have ended, so none can still commit an event
 * into a range that is sealed: nothing is skipped, and nobody who writes waits. Ranges join without a gap, so an event
 * that is altered, removed or put in changes the hash of the one seal it belongs to.
 */
import { createHash } from 'node:crypto';
import { rawSql, sql } from '../database/sql.js';
import type { Queryable } from '../database/queryable.js';

export interface AuditSeal {
  readonly number: number;
  readonly era: number;
  readonly fromXid: string;
  readonly toXid: string;
  readonly events: number;
  readonly digest: Buffer;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
  readonly sealedAt: Date;
}

/** At most so many events under one seal, save those of one transaction. */
const MOST_EVENTS = 10_000;
/** The end of an era: no transaction comes after it. */
const END_OF_ERA = '9223372036854775807';
const FIRST_HASH = Buffer.alloc(32);
/** Any number that is ours: one sealer at a time. */
const SEALING_LOCK = 7_431_990_022;

/** One event as its hash sees it: every column, in a spelling that does not depend on settings. */
const EVENT = rawSql(`sha256(convert_to(jsonb_build_array(e.id, e.era, e.xid,
  to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.actor, e.acting_for, e.action, e.subject_type,
  e.subject_id, e.note, e.request_id, e.before, e.after, e.personal)::text, 'UTF8'))`);
const DIGEST = sql`sha256(coalesce(string_agg(${EVENT}, ''::bytea order by e.xid, e.id), ''::bytea))`;

const COLUMNS = rawSql(`number, era, from_xid::text as "fromXid", to_xid::text as "toXid", events, digest,
  previous_hash as "previousHash", hash, sealed_at as "sealedAt"`);

/** The hash of a seal: over its range, its events' digest and the seal before. */
function hashOfSeal(seal: Omit<AuditSeal, 'hash'>): Buffer {
  const { number, era, fromXid, toXid, events, digest, previousHash, sealedAt } = seal;
  const text = JSON.stringify([
    'granary audit seal 1',
    number,
    era,
    fromXid,
    toXid,
    events,
    digest.toString('hex'),
    previousHash.toString('hex'),
    sealedAt.toISOString(),
  ]);
  return createHash('sha256').update(text, 'utf8').digest();
}

async function lastSeal(from: Queryable): Promise<AuditSeal | undefined> {
  const [seal] = await from.query<AuditSeal>(sql`select ${COLUMNS} from audit_seals order by number desc limit 1`);
  return seal;
}

/**
 * Notices that the data was brought to another server, where transactions are counted anew, and begins an era. Called
 * at a start, before anything is written.
 */
export async function beginEra(work: Queryable & { readonly now: Date }): Promise<void> {
  await work.query(sql`select pg_advisory_xact_lock(${SEALING_LOCK})`);
  await work.query(sql`
    insert into audit_eras (era, cluster, began_at)
    select coalesce(last.era, 0) + 1, here.cluster, ${work.now}
    from (select system_identifier::text as cluster from pg_control_system()) here
      left join (select era, cluster from audit_eras order by era desc limit 1) last on true
    where last.cluster is distinct from here.cluster`);
}

/** Seals what is final and not sealed yet, in as many seals as it takes; gives the new ones, oldest first. */
export async function sealTrail(work: Queryable & { readonly now: Date }): Promise<AuditSeal[]> {
  const [lock] = await work.query<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${SEALING_LOCK}) as taken`);
  if (lock?.taken !== true) return [];
  const made: AuditSeal[] = [];
  let last = await lastSeal(work);
  // Taken once, before anything is read: what ends meanwhile is for the next time.
  const floors = await readFloors(work);
  for (;;) {
    const next = await nextSeal(work, last, floors);
    if (next === undefined) return made;
    await work.query(sql`
      insert into audit_seals (number, era, from_xid, to_xid, events, digest, previous_hash, hash, sealed_at)
      values (${next.number}, ${next.era}, ${next.fromXid}, ${next.toXid}, ${next.events}, ${next.digest},
        ${next.previousHash}, ${next.hash}, ${next.sealedAt})`);
    made.push(next);
    last = next;
  }
}

interface Floor {
  readonly era: number;
  readonly floor: string;
}

/** Up to where each era is final; those before the current one are final altogether. */
async function readFloors(from: Queryable): Promise<Floor[]> {
  return from.query<Floor>(sql`
    select era, case when era = max(era) over () then pg_snapshot_xmin(pg_current_snapshot())::text
                     else ${END_OF_ERA} end as floor
    from (select era from audit_eras union select 1) eras order by era`);
}

async function nextSeal(
  work: Queryable & { readonly now: Date },
  last: AuditSeal | undefined,
  floors: readonly Floor[],
): Promise<AuditSeal | undefined> {
  for (const { era, floor } of floors.filter((each) => each.era >= (last?.era ?? 1))) {
    const fromXid = last?.era === era ? last.toXid : '0';
    if (BigInt(fromXid) >= BigInt(floor)) continue;
    const toXid = await endOfRange(work, era, fromXid, floor);
    const { events, digest } = await readRange(work, era, fromXid, toXid);
    // An era that has ended is closed, even when nothing is left in it: what is put into it later is then found.
    if (events === 0 && toXid !== END_OF_ERA) continue;
    const previousHash = last?.hash ?? FIRST_HASH;
    const seal = {
      number: (last?.number ?? 0) + 1,
      era,
      fromXid,
      toXid,
      events,
      digest,
      previousHash,
      sealedAt: work.now,
    };
    return { ...seal, hash: hashOfSeal(seal) };
  }
  return undefined;
}

/** The floor, or sooner when there are too many events for one seal; never in the middle of a transaction. */
async function endOfRange(from: Queryable, era: number, fromXid: string, floor: string): Promise<string> {
  const [over] = await from.query<{ xid: string }>(sql`
    select xid::text as xid from audit_events
    where era = ${era} and xid >= ${fromXid} and xid < ${floor} order by xid, id offset ${MOST_EVENTS} limit 1`);
  if (over === undefined) return floor;
  const [first] = await from.query<{ xid: string }>(sql`
    select min(xid)::text as xid from audit_events where era = ${era} and xid >= ${fromXid}`);
  return first?.xid === over.xid ? String(BigInt(over.xid) + 1n) : over.xid;
}

async function readRange(
  from: Queryable,
  era: number,
  fromXid: string,
  toXid: string,
): Promise<{ events: number; digest: Buffer }> {
  const [range] = await from.query<{ events: number; digest: Buffer }>(sql`
    select count(*)::int as events, ${DIGEST} as digest from audit_events e
    where e.era = ${era} and e.xid >= ${fromXid} and e.xid < ${toXid}`);
  return range as { events: number; digest: Buffer };
}

export interface ChainDefect {
  readonly kind: 'audit_seal' | 'audit_log';
  /** Such as `seal 12`. */
  readonly about: string;
  readonly problem: string;
}

/** Holds every seal against the events it covers and the seal before it; empty when the trail is what it was. */
export async function verifyChain(from: Queryable): Promise<ChainDefect[]> {
  const defects: ChainDefect[] = [];
  let previous: AuditSeal | undefined;
  for (;;) {
    const seals = await from.query<AuditSeal>(sql`
      select ${COLUMNS} from audit_seals where number > ${previous?.number ?? 0} order by number limit 500`);
    if (seals.length === 0) return [...defects, ...(await strayEvents(from))];
    for (const seal of seals) {
      for (const problem of [...linkProblems(seal, previous), ...(await rangeProblems(from, seal))]) {
        defects.push({ kind: 'audit_seal', about: `seal ${seal.number}, ${seal.sealedAt.toISOString()}`, problem });
      }
      previous = seal;
    }
  }
}

/** Events put where nothing is ever sealed: into an era that never began, or a transaction that has not come yet. */
async function strayEvents(from: Queryable): Promise<ChainDefect[]> {
  const [row] = await from.query<{ count: number }>(sql`
    with eras as (select era, max(era) over () as newest from (select era from audit_eras union select 1) began)
    select count(*)::int as count from audit_events e left join eras on eras.era = e.era
    where eras.era is null
      or (e.era = eras.newest and e.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
      or e.xid >= ${END_OF_ERA}`);
  const count = row?.count ?? 0;
  if (count === 0) return [];
  const problem = `${count} events were put in where no seal will ever cover them`;
  return [{ kind: 'audit_seal', about: 'the trail', problem }];
}

function linkProblems(seal: AuditSeal, previous: AuditSeal | undefined): string[] {
  const problems: string[] = [];
  if (seal.number !== (previous?.number ?? 0) + 1) problems.push('a seal before it is missing');
  if (!seal.previousHash.equals(previous?.hash ?? FIRST_HASH)) problems.push('it does not follow the seal before it');
  if (!seal.hash.equals(hashOfSeal(seal))) problems.push('it was changed itself');
  const joins = previous === undefined || previous.era !== seal.era ? '0' : previous.toXid;
  if (seal.fromXid !== joins) problems.push('events between it and the seal before are not covered');
  return problems;
}

async function rangeProblems(from: Queryable, seal: AuditSeal): Promise<string[]> {
  const { events, digest } = await readRange(from, seal.era, seal.fromXid, seal.toXid);
  if (events < seal.events) return [`${seal.events - events} of its ${seal.events} events are gone`];
  if (events > seal.events) return [`${events - seal.events} events were put in beside its ${seal.events}`];
  return digest.equals(seal.digest) ? [] : [`one of its ${seal.events} events was altered`];
}
