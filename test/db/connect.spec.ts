/** Finding the database: a server that is on its way is waited for, and a wrong address is told at once. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { loadConfig } from '../../src/platform/config/config.js';
import { findDatabase } from '../../src/platform/database/connect.js';

const REAL = new URL(process.env['TEST_APP_URL'] ?? '');
const doors: Server[] = [];

afterEach(() => {
  for (const door of doors.splice(0)) door.close();
});

/** A door in front of the real server, which lets a client in or answers it otherwise. */
async function openDoor(port: number, onClient: (client: Socket) => void = letIn): Promise<number> {
  const door = createServer((client) => {
    client.on('error', () => undefined);
    onClient(client);
  });
  doors.push(door);
  door.listen(port, '127.0.0.1');
  await once(door, 'listening');
  return (door.address() as AddressInfo).port;
}

function letIn(client: Socket): void {
  const server = connect(Number(REAL.port), REAL.hostname);
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
  client.pipe(server).pipe(client);
}

/** What PostgreSQL says while it reads its log after a crash. */
function sayStarting(client: Socket): void {
  const fields = ['SFATAL', 'VFATAL', 'C57P03', 'Mthe database system is starting up', ''].join('\0');
  client.once('data', () => {
    const body = Buffer.from(`${fields}\0`);
    const head = Buffer.alloc(5);
    head.write('E');
    head.writeInt32BE(body.length + 4, 1);
    client.end(Buffer.concat([head, body]));
  });
}

function find(port: number, change: (url: URL) => void = () => undefined): Promise<string> {
  const url = new URL(REAL);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  change(url);
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: url.href });
  return findDatabase(config, pino({ level: 'silent' })).then(({ appUrl }) => appUrl);
}

describe('a server that the settings name', () => {
  it('is waited for while nobody listens there yet', async () => {
    const port = await openDoor(0);
    const [closed] = doors.splice(0);
    closed?.close();
    const found = find(port);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await openDoor(port);
    expect(new URL(await found).port).toBe(String(port));
  });

  it('is waited for while it starts, and while it hangs up', async () => {
    const answers = [sayStarting, (client: Socket) => client.destroy(), letIn];
    let asked = 0;
    const port = await openDoor(0, (client) => (answers[asked++] ?? letIn)(client));
    await find(port);
    expect(asked).toBe(3);
  });

  it('is not waited for when it does not know us', async () => {
    let asked = 0;
    const port = await openDoor(0, (client) => {
      asked += 1;
      letIn(client);
    });
    await expect(find(port, (url) => (url.password = 'wrong'))).rejects.toMatchObject({ code: '28P01' });
    expect(asked).toBe(1);
  });
});
