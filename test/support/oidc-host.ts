/** startOidcHost: the real provider of `oidc-host.mjs`, and walking through it as a browser does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface OidcHost {
  readonly issuer: string;
  /** Follows the address from Granary through the provider as this person; gives where it leads back to. */
  walk(address: string, as: string, amr?: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export const OIDC_SECRET = 'a secret of the service that is long enough';

/** `callback` is the address to come back to; walking ends there. */
export async function startOidcHost(callback: string): Promise<OidcHost> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'oidc-host.mjs'), callback], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const issuer = `http://127.0.0.1:${await portOf(child)}`;
  return {
    issuer,
    walk: (address, as, amr = []) => {
      const who = new URLSearchParams({ as });
      for (const each of amr) who.append('amr', each);
      return walk(address, callback, String(who));
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const chunk of child.stdout ?? []) {
    const port = Number(/^(\d+)\n/m.exec(String(chunk))?.[1]);
    if (port > 0) return port;
  }
  throw new Error('The provider did not start');
}

async function walk(address: string, callback: string, who: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = address;
  for (let step = 0; step < 10; step += 1) {
    if (next.startsWith(callback)) return next;
    const url = new URL(next);
    if (url.pathname.startsWith('/interaction/')) url.search = who;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`);
    next = new URL(location, url).href;
  }
  throw new Error('The provider leads nowhere');
}
