/** Messages to many: the filters of the worklist, who gets nothing, a test to oneself, and counts without conflicts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Answers, Applications } from '../../src/features/applications/index.js';
import { closedTo, Conflicts, notConflicted } from '../../src/features/conflicts/index.js';
import { Broadcasts } from '../../src/features/screening/index.js';
import { BroadcastTests } from '../../src/features/screening/broadcast-tests.service.js';
import { Rounds } from '../../src/features/rounds/index.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { rawSql, type Sql, sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { lookedUp } from '../factories/screening.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let broadcasts: Broadcasts;
let round: MadeRound;
let boss: PersonActor;
let small: MadeApplication;
let large: MadeApplication;

beforeAll(async () => {
  world = await openWorld();
  broadcasts = world.get(Broadcasts);
  round = await publishedRound(world);
  boss = await world.actor('program_officer', { scopeKind: 'fund', scopeId: round.fundId });
  small = await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('10000') });
  large = await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('40000') });
});
afterAll(async () => world?.close());

const begin = (more: object = {}): Promise<{ id: string }> =>
  broadcasts.create(boss, {
    ...{ roundId: round.roundId, states: ['submitted'], title: 'News', body: 'For {organization}.' },
    ...more,
  });
async function names(more: object): Promise<string[]> {
  const { id } = await begin(more);
  const { recipients } = await broadcasts.preview(boss, await broadcasts.get(boss, id));
  return recipients.map((each) => each.id);
}

describe('the list of a message to many', () => {
  it('is narrowed by amount and by what a check finds, as the worklist is', async () => {
    expect(await names({ atLeast: Money.parse('20000') })).toEqual([large.applicationId]);
    expect(await names({ atMost: Money.parse('20000') })).toEqual([small.applicationId]);
    await lookedUp(world, small.organizationId);
    expect(await names({ check: 'exclusion' })).toEqual([large.applicationId]);
    const { id } = await begin({ check: 'exclusion', atLeast: Money.parse('20000') });
    const row = await broadcasts.get(boss, id);
    expect([row.check, row.atLeast?.toDecimal(), row.atMost]).toEqual(['exclusion', '20000.00', null]);
  });

  it('names first who gets nothing, and counts them', async () => {
    const mute = await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('30000') });
    await world.db.work(boss, async (work) => {
      await work.query(sql`delete from identifiers where person_id = ${mute.owner.personId}`);
      return null;
    });
    const { id } = await begin({ atLeast: Money.parse('25000') });
    const preview = await broadcasts.preview(boss, await broadcasts.get(boss, id));
    expect(preview).toMatchObject({ count: 2, unreachable: 1 });
    expect(preview.recipients.map((each) => [each.id, each.isReachable])).toEqual([
      [mute.applicationId, false],
      [large.applicationId, true],
    ]);
  });

  it('sends a test to who writes it and to nobody else', async () => {
    const { id } = await begin({ atLeast: Money.parse('35000'), body: 'A test of words for {organization}.' });
    const { address } = await world.get(BroadcastTests).send(boss, id);
    const mails = await world.db.query<{ recipient: string; subject: string }>(
      sql`select recipient, subject from mails where body like '%A test of words for%'`,
    );
    expect(mails).toEqual([{ recipient: address, subject: 'Test: News' }]);
    expect((await broadcasts.get(boss, id)).state).toBe('draft');
  });

  it('tests a message to drafts with the round’s own words, and examples that say they are', async () => {
    const other = await publishedRound(world);
    const writer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: other.fundId });
    await draftApplication(world, { roundId: other.roundId, title: 'A secret garden' });
    const { id } = await broadcasts.create(writer, {
      ...{ roundId: other.roundId, states: ['draft'], title: 'About {round}' },
      body: 'Dear {organization}: {title}, {number}, {requested}. It is due {due}.',
    });
    await world.get(BroadcastTests).send(writer, id);
    const [mail] = await world.db.query<{ subject: string; body: string }>(
      sql`select subject, body from mails where body like '%Dear%It is due%' order by created_at desc limit 1`,
    );
    const { name } = await world.get(Rounds).get(writer, other.roundId);
    expect(mail?.subject).toBe(`Test: About ${name}`);
    expect(mail?.body).toContain('Dear [the organization’s name]: [the title of the application], [its number]');
    expect(mail?.body).toContain('what stands in brackets is filled for each of them');
    expect(mail?.body).toMatch(/It is due \w+day, /u);
    expect(mail?.body).not.toMatch(/[{}]/u);
    expect(mail?.body).not.toContain('A secret garden');
  });

  it('counts for a reader in conflict only what they may see', async () => {
    const { id } = await begin({ atMost: Money.parse('20000') });
    await broadcasts.send(boss, id, { count: 1 });
    await world.drain();
    expect(await broadcasts.get(boss, id)).toMatchObject({ items: 1, sent: 1 });
    const torn = await world.actor('program_officer', { scopeKind: 'fund', scopeId: round.fundId });
    await world.get(Conflicts).declareOwn(torn, {
      ...{ applicationId: small.applicationId, type: 'family', level: 'direct', note: 'A sister works there.' },
    } as never);
    expect(await broadcasts.get(torn, id)).toMatchObject({ items: 0, sent: 0, skipped: 0 });
    const [listed] = (await broadcasts.list(torn, { q: 'News', state: 'sent' })).items;
    expect(listed).toMatchObject({ sent: 0 });
  });

  it('keeps on its row how many there are and what became of them', async () => {
    const made = await publishedRound(world);
    const writer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: made.fundId });
    const mute = await submittedApplication(world, { roundId: made.roundId, requested: Money.parse('10000') });
    for (let each = 0; each < 2; each += 1)
      await submittedApplication(world, { roundId: made.roundId, requested: Money.parse('10000') });
    const { id } = await broadcasts.create(writer, {
      ...{ roundId: made.roundId, states: ['submitted'], title: 'Counted', body: 'For {organization}.' },
    });
    const kept = async (): Promise<unknown> =>
      world.db.find(sql`
        select item_count as items, sent_count as sent, skipped_count as skipped from broadcasts where id = ${id}`);
    expect(await kept()).toEqual({ items: 0, sent: 0, skipped: 0 });
    await world.db.work(writer, async (work) => {
      await work.query(sql`delete from identifiers where person_id = ${mute.owner.personId}`);
      return null;
    });
    await broadcasts.send(writer, id, { count: 3 });
    expect(await kept()).toEqual({ items: 3, sent: 0, skipped: 0 });
    await world.drain();
    expect(await kept()).toEqual({ items: 3, sent: 2, skipped: 1 });
    expect((await broadcasts.list(writer, { q: 'Counted' })).items).toMatchObject([{ items: 3, sent: 2, skipped: 1 }]);
  });

  it('shows each as it was sent while it is being mended', async () => {
    const made = await publishedRound(world);
    const writer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: made.fundId });
    const { applicationId, owner } = await submittedApplication(world, {
      roundId: made.roundId,
      title: 'What we sent',
      requested: Money.parse('10000'),
    });
    const { id } = await broadcasts.create(writer, {
      ...{ roundId: made.roundId, states: ['submitted'], title: 'Titles', body: 'For {organization}.' },
    });
    await broadcasts.send(writer, id, { count: 1 });
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await world.get(Applications).return(writer, applicationId, { note: 'Say more.', fixBy } as never);
    await world.get(Answers).save(owner, applicationId, [{ key: 'title', value: 'What we write' }]);
    const { items } = await broadcasts.items(writer, await broadcasts.get(writer, id), {});
    expect(items.map(({ applicationTitle }) => applicationTitle)).toEqual(['What we sent']);
  });
});

describe('what a conflict of interest closes to somebody', () => {
  it('is the same looked up from their side as it is asked of each application', async () => {
    const ways: Record<string, (reader: PersonActor) => Promise<unknown>> = {
      none: async () => undefined,
      member: (reader) =>
        change(
          reader,
          sql`
        insert into organization_members (id, created_at, organization_id, person_id, role, since)
        values (gen_random_uuid(), now(), ${small.organizationId}, ${reader.personId}, 'owner', now())`,
        ),
      domain: (reader) =>
        change(
          reader,
          sql`
        update organizations set mail_domains = array['kin.example.org'] where id = ${large.organizationId}`,
        ),
      dismissed: (reader) =>
        change(
          reader,
          sql`
        insert into conflicts (id, created_at, person_id, application_id, round_id, fund_id, type, level, state,
          organization_id, basis)
        values (gen_random_uuid(), now(), ${reader.personId}, ${large.applicationId}, ${round.roundId},
          ${round.fundId}, 'employer', 'direct', 'dismissed',
          ${large.organizationId}, 'mail_domain')`,
        ),
      declared: (reader) =>
        world.get(Conflicts).declareOwn(reader, {
          ...{ applicationId: large.applicationId, type: 'family', level: 'direct', note: 'A sister works there.' },
        } as never),
    };
    const closed: Record<string, number> = {};
    for (const [name, way] of Object.entries(ways)) {
      const reader = await world.actor('program_officer');
      if (name === 'domain' || name === 'dismissed') {
        await change(
          reader,
          sql`
          update identifiers set value = ${`${name}@post.kin.example.org`} where person_id = ${reader.personId}`,
        );
      }
      await way(reader);
      const asked = await world.db.query<{ id: string }>(sql`
        select a.id from applications a where not ${notConflicted(reader, rawSql('a.id'))} order by 1`);
      expect([name, await world.db.query(sql`select id from (${closedTo(reader)}) c (id) order by 1`)]).toEqual([
        name,
        asked,
      ]);
      closed[name] = asked.length;
    }
    expect(closed).toEqual({ none: 0, member: 1, domain: 1, dismissed: 0, declared: 1 });
  });
});

const change = (actor: PersonActor, statement: Sql): Promise<null> =>
  world.db.work(actor, async (work) => {
    await work.query(statement);
    return null;
  });
