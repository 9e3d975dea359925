/** A message to many that is attacked: another list of as many, one that cannot be written, two workers, a worker that dies. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Applications } from '../../src/features/applications/index.js';
import { BroadcastSender } from '../../src/features/screening/broadcast.sender.js';
import { Broadcasts } from '../../src/features/screening/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadeApplication, submittedApplication } from '../factories/applications.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let owner: Client;
let broadcasts: Broadcasts;

beforeAll(async () => {
  world = await openWorld();
  broadcasts = world.get(Broadcasts);
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  await owner.query(`create table broken (id uuid primary key)`);
  await owner.query(`grant select on broken to public`);
  await owner.query(`
    create function refuse_broken() returns trigger language plpgsql as $$
    begin
      if exists (select from broken b join conversations c on c.subject_id = b.id where c.id = new.conversation_id) then
        raise exception 'this one is broken';
      end if;
      return new;
    end $$`);
  await owner.query(
    `create trigger refuse_broken before insert on conversation_messages for each row execute function refuse_broken()`,
  );
});
afterAll(async () => {
  await owner?.end();
  await world?.close();
});

interface Setting {
  readonly round: MadeRound;
  readonly boss: PersonActor;
  readonly made: readonly MadeApplication[];
  readonly id: string;
}

/** A draft to the submitted applications of a round of its own. */
async function setting(count: number): Promise<Setting> {
  const round = await publishedRound(world);
  const boss = await world.actor('program_officer', { scopeKind: 'fund', scopeId: round.fundId });
  const made: MadeApplication[] = [];
  for (let at = 0; at < count; at += 1) {
    made.push(await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('10000') }));
  }
  const { id } = await broadcasts.create(boss, {
    ...{ roundId: round.roundId, states: ['submitted'], title: 'News', body: 'For {organization}.' },
  });
  return { round, boss, made, id };
}

const looked = async ({ boss, id }: Setting): Promise<{ count: number; list: string }> => {
  const { count, list } = await broadcasts.preview(boss, await broadcasts.get(boss, id));
  return { count, list };
};

async function outcomes({ boss, id }: Setting): Promise<string[]> {
  const { items } = await broadcasts.items(boss, await broadcasts.get(boss, id), { limit: 100 } as never);
  return items.map(({ outcome, reason }) => [outcome, reason].filter((each) => each !== null).join(' ')).sort();
}

/** How many messages of this broadcast each of the applications has. */
async function messages({ made }: Setting): Promise<number[]> {
  const rows = await world.db.query<{ id: string; count: number }>(sql`
    select c.subject_id as id, count(*)::int as count from conversation_messages m
    join conversations c on c.id = m.conversation_id where m.via = 'broadcast' group by c.subject_id`);
  return made.map(({ applicationId }) => rows.find(({ id }) => id === applicationId)?.count ?? 0);
}

const run = (id: string, attempt: number): Promise<void> =>
  world.get(BroadcastSender).handle({ broadcastId: id }, { id: 'test', attempt });

describe('the list of a message to many', () => {
  it('is the one that was looked at: another of as many is refused', async () => {
    const given = await setting(2);
    const seen = await looked(given);
    const [first] = given.made;
    await world
      .get(Applications)
      .take(first?.owner as PersonActor, first?.applicationId ?? '', 'withdraw', { note: 'No' });
    await submittedApplication(world, { roundId: given.round.roundId, requested: Money.parse('12000') });
    const again = await looked(given);
    expect(again.count).toBe(seen.count);
    expect((await refusal(broadcasts.send(given.boss, given.id, seen))).code).toBe('broadcast.list_differs');
    expect((await broadcasts.get(given.boss, given.id)).state).toBe('draft');
    await broadcasts.send(given.boss, given.id, again);
  });

  it('is written to once, however many press at once', async () => {
    const given = await setting(3);
    const seen = await looked(given);
    const pressed = await Promise.allSettled(
      Array.from({ length: 8 }, () => broadcasts.send(given.boss, given.id, seen)),
    );
    expect(pressed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await world.drain();
    expect(await messages(given)).toEqual([1, 1, 1]);
  });
});

describe('sending', () => {
  it('by three workers at once, and once more after that, writes to each once', async () => {
    const given = await setting(6);
    await broadcasts.send(given.boss, given.id, await looked(given));
    await Promise.all([1, 2, 3].map((attempt) => run(given.id, attempt)));
    await run(given.id, 4);
    expect(await messages(given)).toEqual([1, 1, 1, 1, 1, 1]);
    expect((await broadcasts.get(given.boss, given.id)).state).toBe('sent');
  });

  it('is held up by none that cannot be written: the rest is, and it is when that is mended', async () => {
    const given = await setting(3);
    const [first] = given.made;
    await broadcasts.send(given.boss, given.id, await looked(given));
    await owner.query('insert into broken values ($1)', [first?.applicationId]);
    await expect(run(given.id, 1)).rejects.toThrow('broken');
    expect(await messages(given)).toEqual([0, 1, 1]);
    expect(await broadcasts.get(given.boss, given.id)).toMatchObject({ state: 'sending', sent: 2 });
    await owner.query('delete from broken');
    await run(given.id, 2);
    expect(await messages(given)).toEqual([1, 1, 1]);
    expect(await outcomes(given)).toEqual(['sent', 'sent', 'sent']);
  });

  it('of more than one job holds nothing else up, and a worker that dies between two repeats nothing', async () => {
    const given = await setting(23);
    const [first] = given.made;
    await owner.query('insert into broken values ($1)', [first?.applicationId]);
    await broadcasts.send(given.boss, given.id, await looked(given));
    // As if it had died after its work and before it could say so: it runs again.
    await run(given.id, 1);
    const jobs = await world.db.query(sql`
      select 1 from outbox where topic = 'broadcast.send' and payload ->> 'broadcastId' = ${given.id} and done_at is null`);
    expect(jobs).toHaveLength(2);
    const { sent, state } = await broadcasts.get(given.boss, given.id);
    expect(state).toBe('sending');
    expect(sent).toBeLessThan(21);
    await owner.query('delete from broken');
    await world.drain();
    expect(await messages(given)).toEqual(given.made.map(() => 1));
    expect((await broadcasts.get(given.boss, given.id)).state).toBe('sent');
  });

  it('says in the end which it could not write', async () => {
    const given = await setting(2);
    await broadcasts.send(given.boss, given.id, await looked(given));
    await owner.query('insert into broken values ($1)', [given.made[1]?.applicationId]);
    for (const attempt of [1, 2, 3]) await expect(run(given.id, attempt)).rejects.toThrow('broken');
    await run(given.id, 4);
    await owner.query('delete from broken');
    expect(await outcomes(given)).toEqual(['sent', 'skipped failed']);
    expect((await broadcasts.get(given.boss, given.id)).state).toBe('sent');
    const { items } = await broadcasts.items(given.boss, await broadcasts.get(given.boss, given.id), {
      outcome: 'skipped',
    } as never);
    expect(items.map(({ applicationId }) => applicationId)).toEqual([given.made[1]?.applicationId]);
  });

  it('goes to none that left the list, cannot be reached or is closed to the sender by then', async () => {
    const given = await setting(4);
    const [gone, mute, kin] = given.made;
    await broadcasts.send(given.boss, given.id, await looked(given));
    await world
      .get(Applications)
      .take(gone?.owner as PersonActor, gone?.applicationId ?? '', 'withdraw', { note: 'No' });
    await owner.query(`update organization_members set ended_at = now() where organization_id = $1`, [
      mute?.organizationId,
    ]);
    await world.db.work(systemActor('test'), async (work) => {
      const { personId } = given.boss;
      await world
        .get(Conflicts)
        .declare(work, { personId, applicationId: kin?.applicationId ?? '', type: 'family', level: 'direct' } as never);
      return null;
    });
    await world.drain();
    expect(await messages(given)).toEqual([0, 0, 0, 1]);
    const clear = await world.actor('program_officer', { scopeKind: 'fund', scopeId: given.round.fundId });
    expect(await outcomes({ ...given, boss: clear })).toEqual([
      ...['sent', 'skipped conflict', 'skipped nobody', 'skipped state'],
    ]);
  });
});
