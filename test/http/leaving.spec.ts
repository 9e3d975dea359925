/** How the web process leaves: what is in hand is finished, what only stands open is closed. */
import 'reflect-metadata';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { openWebWorld, type WebWorld } from '../support/world.js';

let world: WebWorld | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await world?.close();
});

async function open(of: WebWorld): Promise<Socket> {
  const { port } = of.app.getHttpServer().address() as AddressInfo;
  const accepted = once(of.app.getHttpServer(), 'connection');
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await accepted;
  return socket;
}

it('does not wait for a connection on which nothing was asked, and closes one that rests', async () => {
  world = await openWebWorld();
  await world.app.listen(0, '127.0.0.1');
  const silent = await open(world);
  const halfway = await open(world);
  halfway.write('GET / HTTP/1.1\r\nHost: ');
  const resting = await open(world);
  resting.write('GET /health HTTP/1.1\r\nHost: granary.test\r\n\r\n');
  const [answer] = (await once(resting, 'data')) as [Buffer];
  expect(answer.toString()).toContain('200 OK');
  const gone = [silent, halfway, resting].map((each) => once(each.resume(), 'close'));
  await world.close();
  world = undefined;
  await Promise.all(gone);
}, 30_000);
