/** Files that are not open, as people meet them: whoever would open one is told, and administrators decide about it. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { attachment } from '../factories/attachments.js';
import { fakeClamd } from '../support/clamd.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';
import { sql } from '../../src/platform/database/sql.js';

/** What it answers to the next file. */
let verdict = 'stream: OK\0';
let scanner: Awaited<ReturnType<typeof fakeClamd>>;
let world: WebWorld;
let applicant: Visitor;
let administrator: Visitor;

beforeAll(async () => {
  scanner = await fakeClamd((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (piece: Buffer) => {
      received = Buffer.concat([received, piece]);
      if (received.toString('latin1').startsWith('zVERSION\0')) socket.end('ClamAV 9.9/1\0');
      else if (received.subarray(-4).equals(Buffer.alloc(4))) socket.end(verdict);
    });
  });
  world = await openWebWorld({ env: { CLAMAV_SOCKET: scanner.socket } });
  applicant = await world.signIn('applicant');
  administrator = await world.signIn('administrator');
}, 120_000);
afterAll(async () => {
  await world?.close();
  await scanner?.close();
});

const fileOf = async (): Promise<string> => {
  const { personId, name } = applicant.person;
  const actor = { kind: 'person' as const, personId, name, grants: [] };
  return (await attachment(world, actor as never)).id;
};
const stateOf = async (id: string): Promise<string | undefined> =>
  (await world.db.find<{ state: string }>(sql`select state from attachments where id = ${id}`))?.state;

it('whoever opens a file that is being checked is told to come back, and then gets it', async () => {
  verdict = 'stream: OK\0';
  const id = await fileOf();
  const page = await applicant.get(`/attachments/${id}`);
  expect(page.statusCode).toBe(409);
  expect(page.body).toContain('This file is being checked for viruses.');
  await world.drain();
  expect((await applicant.get(`/attachments/${id}`)).statusCode).toBe(200);
});

it('an administrator finds what was shut away, has it checked again, and destroys it', async () => {
  verdict = 'stream: Eicar-Test\x1b[31m<b> FOUND\0';
  const id = await fileOf();
  await world.drain();
  expect((await applicant.get(`/attachments/${id}`)).body).toContain('Something harmful was found in this file');
  expect((await applicant.get('/quarantine')).statusCode).toBe(403);
  expect((await applicant.get(`/quarantine/${id}`)).statusCode).toBe(403);

  const list = parse((await administrator.get('/quarantine')).body);
  expect(list.querySelector(`a[href="/quarantine/${id}"]`)?.text).toBe('receipt.pdf');
  expect(list.text).toContain('Shut away');
  const page = parse((await administrator.get(`/quarantine/${id}`)).body);
  expect(page.querySelector('h1')?.text).toBe('receipt.pdf');
  expect(page.text).toContain('ClamAV 9.9/1');
  // What the scanner says is a name and nothing else.
  expect(page.text).toContain('Eicar-Test 31m b');
  expect(page.querySelectorAll('form').map((form) => form.getAttribute('action'))).toEqual(
    expect.arrayContaining([`/attachments/${id}/rescan`, `/attachments/${id}/destroy`]),
  );
  expect((await administrator.get('/')).body).toContain('Something harmful was found in a file');

  expect((await applicant.submit(`/attachments/${id}/rescan`)).statusCode).toBe(403);
  expect((await administrator.submit(`/attachments/${id}/rescan`)).headers.location).toBe(`/quarantine/${id}`);
  expect(await stateOf(id)).toBe('waiting');
  await world.drain();
  expect(await stateOf(id)).toBe('infected');

  const without = await administrator.submit(`/attachments/${id}/destroy`, { note: ' ' });
  expect([without.statusCode, await stateOf(id)]).toEqual([422, 'infected']);
  expect((await administrator.submit(`/attachments/${id}/destroy`, { note: 'A test' })).statusCode).toBe(303);
  expect(await stateOf(id)).toBe('destroyed');
  const after = parse((await administrator.get(`/quarantine/${id}`)).body);
  expect(after.querySelectorAll('form[action^="/attachments"]').length).toBe(0);
  expect(after.text).toContain('A test');
  expect((await applicant.get(`/attachments/${id}`)).statusCode).toBe(409);
});

it('a program reads and decides the same', async () => {
  verdict = 'stream: Eicar-Test FOUND\0';
  const id = await fileOf();
  await world.drain();
  const { items } = (await administrator.get('/api/quarantine?limit=1')).json() as { items: { id: string }[] };
  expect(items.length).toBe(1);
  const one = (await administrator.get(`/api/quarantine/${id}`)).json() as { actions: { name: string }[] };
  expect(one).toMatchObject({ state: 'infected', finding: 'Eicar-Test', contentHash: expect.any(String) });
  expect(one.actions.map(({ name }) => name)).toEqual(['rescan', 'destroy']);
  expect((await applicant.get('/api/quarantine')).statusCode).toBe(403);
  verdict = 'stream: OK\0';
  expect((await administrator.post(`/api/attachments/${id}/rescan`, {})).statusCode).toBe(200);
  await world.drain();
  expect((await administrator.get(`/api/quarantine/${id}`)).statusCode).toBe(404);
  expect((await applicant.get(`/attachments/${id}`)).statusCode).toBe(200);
});

it('the settings say that files are looked through', async () => {
  expect((await administrator.get('/settings')).body).toContain('Looked through for viruses before anybody opens them');
  expect(failuresOf(world)).toEqual([]);
});
