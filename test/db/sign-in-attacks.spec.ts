/** Getting in, attacked: what a stranger began in somebody's session, one code from many places at once, links that meet. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts, People } from '../../src/features/identity/index.js';
import { type SessionAccount, Sessions } from '../../src/features/sign-in/index.js';
import { Confirmer } from '../../src/platform/http/confirmation.js';
import { LinkEntry } from '../../src/features/sign-in/link-entry.service.js';
import { LinkRequests } from '../../src/features/sign-in/link-requests.service.js';
import { OwnSessions } from '../../src/features/sign-in/own-sessions.service.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { ActorSource } from '../../src/platform/http/guard.js';
import { type MadePerson, personWith } from '../factories/people.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const HERE = '192.0.2.1';
let world: World;
let links: LinkEntry;
let requests: LinkRequests;
let sessions: Sessions;

beforeAll(async () => {
  world = await openWorld();
  links = world.get(LinkEntry);
  requests = world.get(LinkRequests);
  sessions = world.get(Sessions);
});
afterAll(async () => world?.close());

const opened = ({ accountId }: MadePerson): Promise<SessionAccount> =>
  world.db.work(systemActor('test'), (work) =>
    sessions.open(work, { accountId, method: 'passphrase' }, { agent: 'Firefox on Android', address: HERE }),
  );

async function tokenFor(email: string): Promise<string> {
  await world.drain();
  const [mail] = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${email} order by created_at desc, id desc limit 1`,
  );
  return /\/links\/([A-Za-z0-9_-]{43})/u.exec(mail?.body ?? '')?.[1] ?? 'no token was mailed';
}

describe('a stranger at an open session', () => {
  it.each<[string, (own: OwnSessions, actor: PersonActor, theirs: string) => Promise<unknown>]>([
    ['is signed out', (own, actor, theirs) => own.end(actor, theirs)],
    ['and everybody else is signed out', (own, actor) => own.endOthers(actor)],
  ])('who asked for another address gets nothing by its link once it %s', async (name, end) => {
    const made = await personWith(world, 'participant');
    const [here, there] = [await opened(made), await opened(made)];
    const taken = `stranger.${name.length}@example.org`;
    await requests.askToChange({ ...made.actor, sessionId: there.sessionId }, 'address', taken);
    const token = await tokenFor(taken);
    await end(world.get(OwnSessions), { ...made.actor, sessionId: here.sessionId }, there.sessionId);
    expect((await refusal(links.takeAddress(token))).code).toBe('link.not_open');
    // Whom it is about goes on where they are, and may ask anew.
    expect(await world.get(ActorSource).load(here)).toBeDefined();
    await requests.askToChange(made.actor, 'address', `own.${name.length}@example.org`);
    await links.takeAddress(await tokenFor(`own.${name.length}@example.org`));
  });
});

describe('a card', () => {
  const byCard = ({ accountId }: Pick<MadePerson, 'accountId'>): Promise<SessionAccount> =>
    world.db.work(systemActor('test'), (work) =>
      sessions.open(work, { accountId, method: 'card' }, { agent: 'x', address: HERE }),
    );
  const isFresh = (session: SessionAccount): Promise<boolean> => world.get(Confirmer).isFresh(session, 'any');

  it('proves nothing grave for somebody with a mailbox: who made it knows its PIN too', async () => {
    const made = await personWith(world, 'participant');
    expect(await isFresh(await opened(made))).toBe(true);
    const session = await byCard(made);
    expect(await isFresh(session)).toBe(false);
    expect(await world.get(Confirmer).offer(session, 'any', false)).toEqual({
      ways: ['passphrase'],
    });
    world.clock.advance(1000);
    expect(await world.get(Confirmer).prove(session, made.passphrase, HERE, 'any')).toBe(true);
    expect(await isFresh(session)).toBe(true);
  });

  it('is enough for somebody who has nothing else', async () => {
    const made = await world.db.work(systemActor('test'), (work) =>
      world.get(People).add(work, 'Nobody Else', '+12065550123', null, 'telephone'),
    );
    expect(await isFresh(await byCard(made))).toBe(true);
  });
});

describe('links that meet', () => {
  it('of one address, pressed at once on two devices: each lets in once, and neither a second time', async () => {
    const made = await personWith(world, 'participant');
    const tokens: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      await requests.askByMail(made.email, HERE);
      tokens.push(await tokenFor(made.email));
    }
    const pressed = await Promise.allSettled([...tokens, ...tokens, ...tokens].map((token) => links.signIn(token)));
    expect(pressed.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const token of tokens) expect((await refusal(links.signIn(token))).code).toBe('link.not_open');
  });

  it('and the closing of the account: nobody is in who came after it', async () => {
    const administrator = (await personWith(world, 'administrator')).actor;
    for (let time = 0; time < 5; time += 1) {
      const made = await personWith(world, 'participant');
      await requests.askByMail(made.email, HERE);
      const token = await tokenFor(made.email);
      const coming = (async () => {
        const entered = await links.signIn(token);
        if (entered === 'who') throw new Error('It is nobody else’s address');
        return world.db.work(systemActor('test'), (work) =>
          sessions.open(work, { accountId: entered.accountId, method: 'link' }, { agent: 'x', address: HERE }),
        );
      })();
      const [came] = await Promise.allSettled([
        coming,
        world.get(Accounts).disable(administrator, made.actor.personId, 'Left'),
      ]);
      const session = came.status === 'fulfilled' ? came.value : undefined;
      if (session !== undefined) expect(await world.get(ActorSource).load(session)).toBeUndefined();
      const open = await world.db.query(sql`
        select 1 from account_sessions where account_id = ${made.accountId} and ended_at is null`);
      expect(open).toEqual([]);
    }
  });

  it('and a passphrase that is chosen by another link: the one that is left lets nobody in', async () => {
    const made = await personWith(world, 'participant');
    await requests.askByMail(made.email, HERE);
    const entrance = await tokenFor(made.email);
    await requests.askForPassphrase(made.email, HERE);
    const token = await tokenFor(made.email);
    const chosen = { passphrase: 'thirteen brass kettles', repeat: 'thirteen brass kettles' };
    const both = await Promise.allSettled(Array.from({ length: 6 }, () => links.choosePassphrase(token, chosen)));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await refusal(links.signIn(entrance))).code).toBe('link.not_open');
    expect((await refusal(links.signIn(token))).code).toBe('link.not_open');
  });
});
