/** Files in messages and notes: kept by the rules of every file, and seen by the other side only when they are clean. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conversations, InternalNotes } from '../../src/features/conversations/index.js';
import { Attachments } from '../../src/features/documents/index.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadeApplication, submittedApplication } from '../factories/applications.js';
import { attachment } from '../factories/attachments.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const TYPE = 'application';
let world: World;
let round: MadeRound;
let officer: PersonActor;
let made: MadeApplication;

beforeAll(async () => {
  world = await openWorld();
  round = await publishedRound(world);
  officer = await world.actor('program_officer', { scopeKind: 'round', scopeId: round.roundId });
  made = await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('40000') });
});
afterAll(async () => world?.close());

const write = (actor: PersonActor, body: string, files: string[]): Promise<{ id: string }> =>
  world.get(Conversations).write(actor, TYPE, made.applicationId, { body, files: files.map((file) => ({ file })) });
const stateTo = (id: string, state: string): Promise<unknown> =>
  world.db.work({ kind: 'system', name: 'test' } as never, async (work) => {
    await work.query(sql`update attachments set state = ${state} where id = ${id}`);
    return null;
  });
const filesSeen = async (actor: PersonActor): Promise<string[][]> =>
  (await world.get(Conversations).get(actor, TYPE, made.applicationId)).messages.map(({ files }) =>
    files.map(({ id }) => id),
  );

describe('a file in a message', () => {
  it('is opened by the other side once it is clean, and not before; its own side sees that it waits', async () => {
    const { id } = await attachment(world, made.owner);
    await stateTo(id, 'waiting');
    await write(made.owner, 'Here is the letter of the school.', [id]);
    expect(await filesSeen(officer)).toEqual([[]]);
    expect(await filesSeen(made.owner)).toEqual([[id]]);
    expect((await refusal(world.get(Attachments).open(officer, id))).kind).toBe('conflict');
    await stateTo(id, 'clean');
    expect(await filesSeen(officer)).toEqual([[id]]);
    expect((await world.get(Attachments).open(officer, id)).id).toBe(id);
    const stranger = await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('40000') });
    expect((await refusal(world.get(Attachments).open(stranger.owner, id))).kind).toBe('not_found');
    const [kept] = await world.db.query<{ organizationId: string }>(
      sql`select organization_id as "organizationId" from attachments where id = ${id}`,
    );
    expect(kept?.organizationId).toBe(made.organizationId);
  });

  it('is told of in the mail, and belongs to one message for good', async () => {
    const { id } = await attachment(world, officer);
    await write(officer, 'The map you asked for.', [id]);
    await world.drain();
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where body like '%The map you asked for.%'`,
    );
    expect(mail?.body).toContain('Files with it: 1.');
    expect((await refusal(write(officer, 'Once more', [id]))).code).toBe('attachment.used');
    const { id: theirs } = await attachment(world, made.owner);
    expect((await refusal(write(officer, 'Not mine', [theirs]))).code).toBe('attachment.used');
  });
});

describe('a file in an internal note', () => {
  it('stays with the agency', async () => {
    const { id } = await attachment(world, officer);
    const notes = world.get(InternalNotes);
    await notes.add(officer, TYPE, made.applicationId, { body: 'See the printout.', files: [{ file: id }] });
    const seen = await notes.get(officer, TYPE, made.applicationId);
    expect(seen.notes[0]?.files.map((file) => file.id)).toEqual([id]);
    const auditor = await world.actor('auditor');
    expect((await world.get(Attachments).open(auditor, id)).id).toBe(id);
    expect((await refusal(world.get(Attachments).open(made.owner, id))).kind).toBe('not_found');
  });
});
