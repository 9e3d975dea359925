/** What agency and organization write to each other: who reads it, who is told, answers by link, and notes kept apart. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Applications } from '../../src/features/applications/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { ConversationReplies, Conversations, InternalNotes } from '../../src/features/conversations/index.js';
import { Broadcasts } from '../../src/features/screening/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadeApplication, draftApplication, submittedApplication } from '../factories/applications.js';
import { organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

const SYSTEM = systemActor('test');
const TYPE = 'application';
const ASKED = Money.parse('40000');

let world: World;
let conversations: Conversations;
let notes: InternalNotes;
let round: MadeRound;
let officer: PersonActor;

beforeAll(async () => {
  world = await openWorld();
  conversations = world.get(Conversations);
  notes = world.get(InternalNotes);
  round = await publishedRound(world);
  officer = await world.actor('program_officer', { scopeKind: 'round', scopeId: round.roundId });
});

afterAll(async () => {
  await world?.close();
});

const write = (actor: PersonActor, id: string, body: string, expectsAnswer = false): Promise<{ id: string }> =>
  conversations.write(actor, TYPE, id, { body, expectsAnswer });

/** The mails that say this, newest last. */
const mailsWith = (text: string): Promise<{ recipient: string; subject: string; body: string }[]> =>
  world.db.query(sql`select recipient, subject, body from mails where body like ${`%${text}%`} order by id`);

const tokenIn = (body: string): string => /\/replies\/([A-Za-z0-9_-]{43})/u.exec(body)?.[1] ?? '';

async function made(): Promise<MadeApplication> {
  return submittedApplication(world, { roundId: round.roundId, requested: ASKED });
}

describe('a conversation about an application', () => {
  it('goes to the organization by mail, is answered by link without signing in, and stands in the trail', async () => {
    const { applicationId: id, owner } = await made();
    await write(officer, id, 'Which schools do you mean by Hilltop?', true);
    expect((await conversations.get(owner, TYPE, id)).waitsFor).toBe('organization');
    await world.drain();
    const [mail] = await mailsWith('Which schools do you mean by Hilltop?');
    const token = tokenIn(mail?.body ?? '');
    const replies = world.get(ConversationReplies);

    const seen = await replies.look(token);
    expect(seen.body).toBe('Which schools do you mean by Hilltop?');
    expect(seen.person.personId).toBe(owner.personId);
    const outcomes = await Promise.allSettled([
      replies.answer(token, { body: 'Hilltop Elementary.' }),
      replies.answer(token, { body: 'Hilltop Elementary.' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(replies.look(token)).rejects.toMatchObject({ code: 'link.not_open' });

    const view = await conversations.get(officer, TYPE, id);
    expect(view.messages.map(({ side, via, body }) => [side, via, body])).toEqual([
      ['agency', 'page', 'Which schools do you mean by Hilltop?'],
      ['organization', 'link', 'Hilltop Elementary.'],
    ]);
    expect(view.waitsFor).toBe('agency');
    expect((await mailsWith('Hilltop Elementary.')).length).toBeGreaterThan(0);
    const trail = await world.db.query(sql`select 1 from audit_events
      where subject_type = 'application' and subject_id = ${id} and action = 'conversation.written'`);
    expect(trail).toHaveLength(2);
  });

  it('waits for nobody when the side that would answer says so', async () => {
    const { applicationId: id, owner } = await made();
    await write(owner, id, 'Thank you for the call.');
    await conversations.settle(officer, TYPE, id);
    expect((await conversations.get(officer, TYPE, id)).waitsFor).toBeNull();
  });

  it('is one however many write first at once, and loses nothing', async () => {
    const { applicationId: id, owner, organizationId } = await made();
    const editor = await organizationMember(world, organizationId, 'editor');
    await Promise.all([
      write(owner, id, 'One'),
      write(editor, id, 'Two'),
      write(officer, id, 'Three'),
      write(owner, id, 'Four'),
    ]);
    const { messages } = await conversations.get(owner, TYPE, id);
    expect(messages.map(({ body }) => body).sort()).toEqual(['Four', 'One', 'Three', 'Two']);
    const rows = await world.db.query(sql`select 1 from conversations where subject_id = ${id}`);
    expect(rows).toHaveLength(1);
  });

  it('is nobody else’s: another organization, another round’s officer, reviewers', async () => {
    const { applicationId: id } = await made();
    await write(officer, id, 'Only for them');
    const other = await made();
    const elsewhere = await world.actor('program_officer', { scopeKind: 'round', scopeId: other.applicationId });
    const reviewer = await world.actor('reviewer', { scopeKind: 'round', scopeId: round.roundId });
    for (const actor of [other.owner, elsewhere, reviewer]) {
      await expect(conversations.get(actor, TYPE, id)).rejects.toMatchObject({ code: 'thing.not_found' });
      await expect(write(actor, id, 'Let me in')).rejects.toMatchObject({ code: 'thing.not_found' });
      const listed = await conversations.list(actor, {});
      expect(listed.items.map(({ subjectId }) => subjectId)).not.toContain(id);
    }
    const viewer = await organizationMember(world, other.organizationId, 'viewer');
    await expect(write(viewer, other.applicationId, 'I only look')).rejects.toMatchObject({
      code: 'organization.member_role_missing',
    });
    const auditor = await world.actor('auditor');
    expect((await conversations.get(auditor, TYPE, id)).messages).toHaveLength(1);
    await expect(write(auditor, id, 'Hello')).rejects.toMatchObject({ code: 'permission.missing' });
  });

  it('is closed to an officer with a direct conflict, who is not written to either', async () => {
    const { applicationId: id, owner } = await made();
    const person = await world.person([{ role: 'program_officer', scopeKind: 'round', scopeId: round.roundId }]);
    const close: PersonActor = {
      ...{ kind: 'person', personId: person.personId, name: person.name },
      grants: [{ role: 'program_officer', scopeKind: 'round', scopeId: round.roundId }],
    };
    await world.db.work(SYSTEM, (work) =>
      world.get(Conflicts).declare(work, {
        ...{ personId: person.personId, applicationId: id, type: 'family', level: 'direct' },
      }),
    );
    await write(owner, id, 'Something close');
    await expect(conversations.get(close, TYPE, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(notes.get(close, TYPE, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    const told = (await mailsWith('Something close')).map(({ recipient }) => recipient);
    expect(told.length).toBeGreaterThan(0);
    expect(told).not.toContain(person.email);
  });

  it('of a draft is seen by the agency only when its writers asked something', async () => {
    const { applicationId: id, owner } = await draftApplication(world, { roundId: round.roundId });
    await expect(conversations.get(officer, TYPE, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await write(owner, id, 'May a library be a partner?');
    expect((await conversations.get(officer, TYPE, id)).messages).toHaveLength(1);
    await write(officer, id, 'Yes, it may.');
    expect((await conversations.get(owner, TYPE, id)).waitsFor).toBeNull();
  });

  it('takes no answer by link from who left the organization', async () => {
    const { applicationId: id, organizationId } = await made();
    const editor = await organizationMember(world, organizationId, 'editor');
    await write(officer, id, 'A question for the editor who leaves', true);
    await world.drain();
    const address = await world.db.find<{ value: string }>(
      sql`select value from identifiers where person_id = ${editor.personId}`,
    );
    const mails = await mailsWith('A question for the editor who leaves');
    const token = tokenIn(mails.find(({ recipient }) => recipient === address?.value)?.body ?? '');
    const replies = world.get(ConversationReplies);
    await expect(replies.look(token)).resolves.toMatchObject({ person: { personId: editor.personId } });
    await world.db.work(SYSTEM, (work) =>
      work.query(sql`update organization_members set ended_at = ${work.now} where person_id = ${editor.personId}`),
    );
    await expect(replies.answer(token, { body: 'Still here' })).rejects.toMatchObject({ code: 'link.not_open' });
  });

  it('keeps hostile text as text, and the database keeps what was written', async () => {
    const { applicationId: id, owner } = await made();
    const hostile = '<script>alert(1)</script> {{organization}} =HYPERLINK("x")';
    await write(owner, id, hostile);
    expect((await conversations.get(officer, TYPE, id)).messages[0]?.body).toBe(hostile);
    await expect(
      world.db.work(SYSTEM, (work) => work.query(sql`update conversation_messages set body = 'else'`)),
    ).rejects.toMatchObject({ message: expect.stringContaining('permission denied') as unknown });
    await expect(world.db.work(SYSTEM, (work) => work.query(sql`delete from internal_notes`))).rejects.toMatchObject({
      message: expect.stringContaining('permission denied') as unknown,
    });
  });
});

describe('an internal note', () => {
  it('is read by the agency alone, and never mailed', async () => {
    const { applicationId: id, owner } = await made();
    await notes.add(officer, TYPE, id, { body: 'The budget looks thin to me.' });
    expect((await notes.get(officer, TYPE, id)).notes.map(({ body }) => body)).toEqual([
      'The budget looks thin to me.',
    ]);
    await expect(notes.get(owner, TYPE, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await expect(notes.add(owner, TYPE, id, { body: 'Mine' })).rejects.toMatchObject({ code: 'thing.not_found' });
    expect((await conversations.get(owner, TYPE, id)).messages).toEqual([]);
    expect(await mailsWith('The budget looks thin')).toEqual([]);
    const auditor = await world.actor('auditor');
    expect((await notes.get(auditor, TYPE, id)).mayWrite).toBe(false);
    await expect(notes.add(auditor, TYPE, id, { body: 'No' })).rejects.toMatchObject({ code: 'permission.missing' });
  });
});

describe('a message to many', () => {
  const input = {
    ...{ states: ['submitted'], title: 'News for {organization}', body: 'Your application {number} in {round}.' },
  };

  it('goes to each on the list once, filled for each, and says what became of each', async () => {
    const own = await publishedRound(world);
    const boss = await world.actor('program_officer', { scopeKind: 'fund', scopeId: own.fundId });
    const a = await submittedApplication(world, { roundId: own.roundId, requested: ASKED });
    const b = await submittedApplication(world, { roundId: own.roundId, requested: ASKED });
    const gone = await submittedApplication(world, { roundId: own.roundId, requested: ASKED });
    await draftApplication(world, { roundId: own.roundId });
    const broadcasts = world.get(Broadcasts);
    const { id } = await broadcasts.create(boss, { ...input, roundId: own.roundId });
    const preview = await broadcasts.preview(boss, await broadcasts.get(boss, id));
    expect(preview).toMatchObject({ count: 3, drafts: 0 });
    expect(preview.examples[0]?.body).toMatch(/^Your application \S+ in Round/);

    await expect(broadcasts.send(boss, id, { count: 2 })).rejects.toMatchObject({ code: 'broadcast.list_changed' });
    const sends = await Promise.allSettled([
      broadcasts.send(boss, id, { count: 3 }),
      broadcasts.send(boss, id, { count: 3 }),
    ]);
    expect(sends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    // One leaves the list before the job comes to it.
    await world.get(Applications).take(gone.owner, gone.applicationId, 'withdraw', { note: 'We stop.' });
    await world.drain();
    await world.drain();

    const row = await broadcasts.get(boss, id);
    expect(row).toMatchObject({ state: 'sent', sent: 2, skipped: 1 });
    const { items } = await broadcasts.items(boss, row, { outcome: 'skipped' });
    expect(items).toMatchObject([{ applicationId: gone.applicationId, reason: 'state' }]);
    for (const each of [a, b]) {
      const { messages } = await conversations.get(each.owner, TYPE, each.applicationId);
      expect(messages.map(({ via }) => via)).toEqual(['broadcast']);
    }
    expect((await conversations.get(gone.owner, TYPE, gone.applicationId)).messages).toEqual([]);
    expect(await mailsWith(`in Round`)).not.toHaveLength(0);
  });

  it('reaches drafts without saying whose they are, and is not narrowed to find out', async () => {
    const own = await publishedRound(world);
    const boss = await world.actor('program_officer', { scopeKind: 'fund', scopeId: own.fundId });
    const draft = await draftApplication(world, { roundId: own.roundId });
    const broadcasts = world.get(Broadcasts);
    const toDrafts = { ...input, roundId: own.roundId, states: ['draft'] };
    await expect(broadcasts.create(boss, { ...toDrafts, search: 'Kent' })).rejects.toMatchObject({
      fields: [{ field: 'states', code: 'broadcast.drafts_together' }],
    });
    const { id } = await broadcasts.create(boss, toDrafts);
    const preview = await broadcasts.preview(boss, await broadcasts.get(boss, id));
    expect(preview).toMatchObject({ count: 1, drafts: 1, recipients: [] });
    expect(JSON.stringify(preview)).not.toContain(draft.applicationId);
    await broadcasts.send(boss, id, { count: 1 });
    await world.drain();
    const { items } = await broadcasts.items(boss, await broadcasts.get(boss, id), {});
    expect(items).toMatchObject([{ outcome: 'sent', isDraft: true, organizationName: '', applicationId: '' }]);
    expect((await conversations.get(draft.owner, TYPE, draft.applicationId)).messages).toHaveLength(1);
    await expect(conversations.get(boss, TYPE, draft.applicationId)).rejects.toMatchObject({ code: 'thing.not_found' });
  });

  it('is refused with a field that is none, for another’s round, and by who only reads', async () => {
    const broadcasts = world.get(Broadcasts);
    const mine = { ...input, roundId: round.roundId };
    await expect(broadcasts.create(officer, { ...mine, body: 'Dear {nam}' })).rejects.toMatchObject({
      fields: [{ field: 'body', code: 'broadcast.field_unknown' }],
    });
    const other = await publishedRound(world);
    await expect(broadcasts.create(officer, { ...mine, roundId: other.roundId })).rejects.toMatchObject({
      fields: [{ field: 'roundId', code: 'field.not_found' }],
    });
    const { id } = await broadcasts.create(officer, mine);
    const auditor = await world.actor('auditor');
    await expect(broadcasts.send(auditor, id, { count: 1 })).rejects.toMatchObject({ code: 'permission.missing' });
    const elsewhere = await world.actor('program_officer', { scopeKind: 'fund', scopeId: other.fundId });
    await expect(broadcasts.get(elsewhere, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    await broadcasts.discard(officer, id, {});
    await expect(broadcasts.send(officer, id, { count: 1 })).rejects.toMatchObject({ kind: 'conflict' });
  });
});
