/** Links by text message: to a gateway of our own that takes them, refuses them, or is not there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LinkEntry } from '../../src/features/sign-in/link-entry.service.js';
import { LinkRequests } from '../../src/features/sign-in/link-requests.service.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { personWith } from '../factories/people.js';
import { openWorld, type World } from '../support/world.js';

interface Taken {
  readonly to: string;
  readonly text: string;
  readonly authorization: string | undefined;
}

const HERE = '192.0.2.1';
let world: World;
let gateway: Server;
const taken: Taken[] = [];
let status = 200;

beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += String(piece)));
    request.on('end', () => {
      const sent = JSON.parse(body) as { to: string; text: string };
      taken.push({ ...sent, authorization: request.headers.authorization });
      response.writeHead(status).end(`I was sent ${body}`);
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const { port } = gateway.address() as AddressInfo;
  world = await openWorld({
    env: { SMS_GATEWAY_URL: `http://127.0.0.1:${port}/send`, SMS_GATEWAY_TOKEN: 'of-the-gateway' },
  });
}, 60_000);

afterAll(async () => {
  await world?.close();
  gateway.close();
});

async function withTelephone(value: string): Promise<{ personId: string; accountId: string }> {
  const { actor, accountId } = await personWith(world, 'participant');
  await world.db.work(systemActor('test'), (work) =>
    work.query(sql`insert into identifiers (id, version, created_at, person_id, kind, value)
      values (${newId()}, 1, ${work.now}, ${actor.personId}, 'telephone', ${value})`),
  );
  return { personId: actor.personId, accountId };
}

const tokenIn = (text: string | undefined): string => /\/links\/([A-Za-z0-9_-]{43})/u.exec(text ?? '')?.[1] ?? 'none';
const requests = (): LinkRequests => world.get(LinkRequests);

describe('a link by text message', () => {
  it('goes to the gateway, lets in once, and does not stay behind', async () => {
    const { accountId } = await withTelephone('+12065550100');
    await requests().askByText('(206) 555-0100', HERE);
    await world.drain();
    const last = taken.at(-1);
    expect(last).toMatchObject({ to: '+12065550100', authorization: 'Bearer of-the-gateway' });
    const token = tokenIn(last?.text);
    expect(await world.get(LinkEntry).signIn(token)).toMatchObject({ accountId, method: 'text' });
    const kept = JSON.stringify([
      await world.db.query(sql`select * from text_messages`),
      await world.db.query(sql`select * from outbox`),
    ]);
    expect(kept).not.toContain(token);
    expect(kept).toContain('link removed after sending');
  });

  it('that the gateway refuses is tried again, and its answer is repeated nowhere', async () => {
    await withTelephone('+12065550101');
    status = 500;
    await requests().askByText('206 555 0101', HERE);
    await world.drain();
    const token = tokenIn(taken.at(-1)?.text);
    const jobs = JSON.stringify(await world.db.query(sql`select * from outbox where done_at is null`));
    expect(jobs).toContain('The text gateway answered 500');
    expect(jobs).not.toContain(token);
    expect(world.troubles.join('\n')).not.toContain(token);
    status = 200;
    world.clock.advance(60_000);
    await world.drain();
    expect(await world.get(LinkEntry).signIn(tokenIn(taken.at(-1)?.text))).toMatchObject({ method: 'text' });
  });

  it('makes an account for a number nobody knows here, and texts no strangers abroad', async () => {
    await requests().askByText('206-555-0155', HERE);
    await world.drain();
    const token = tokenIn(taken.at(-1)?.text);
    const entered = await world.get(LinkEntry).signUp(token, 'Texting Tess');
    expect(entered).toMatchObject({ method: 'text' });
    const before = taken.length;
    await requests().askByText('+52 55 1234 5678', HERE);
    await world.drain();
    expect(taken).toHaveLength(before);
  });

  it('proves a new number of one’s own', async () => {
    const { actor } = await personWith(world, 'participant');
    await requests().askToChange(actor, 'telephone', '206 555 0177');
    await world.drain();
    await world.get(LinkEntry).takeAddress(tokenIn(taken.at(-1)?.text));
    const [row] = await world.db.query(
      sql`select value from identifiers where person_id = ${actor.personId} and kind = 'telephone'`,
    );
    expect(row).toEqual({ value: '+12065550177' });
  });

  it('is not offered where there is no gateway', async () => {
    const without = await openWorld();
    try {
      await expect(without.get(LinkRequests).askByText('206 555 0100', HERE)).rejects.toMatchObject({
        kind: 'not_found',
      });
    } finally {
      await without.close();
    }
  }, 60_000);
});
