/** The door, attacked: methods that are not asked for, a link pressed by somebody who is in, a cookie that was kept. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { sql } from '../../src/platform/database/sql.js';
import { type MadePerson, personWith } from '../factories/people.js';
import { type Answer, failuresOf, openWebWorld, type WebWorld } from '../support/world.js';

let world: WebWorld;
/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;

beforeAll(async () => {
  world = await openWebWorld();
}, WORLD_MILLISECONDS);
afterAll(() => world?.close());

/** A browser with one cookie, that can be copied by a thief. */
class Browser {
  constructor(public cookie = '') {}

  async ask(method: string, url: string, form?: Record<string, string>): Promise<Answer> {
    const headers: Record<string, string> = this.cookie === '' ? {} : { cookie: this.cookie };
    const answer = await world.inject({ method: method as 'GET', url, headers, ...(form !== undefined && { form }) });
    const [cookie] = answer.cookies;
    if (cookie !== undefined) this.cookie = `${cookie.name}=${cookie.value}`;
    return answer;
  }

  /** Opens the page and presses its button. */
  async press(link: string): Promise<Answer> {
    const page = await this.ask('GET', link);
    const inputs = parse(page.body).querySelector(`form[method="post"][action="${link}"]`)?.querySelectorAll('input');
    const named = (inputs ?? []).map((each): [string, string] => [
      each.getAttribute('name') ?? '',
      each.getAttribute('value') ?? '',
    ]);
    return this.ask('POST', link, Object.fromEntries(named));
  }

  async isIn(): Promise<string | undefined> {
    const answer = await this.ask('GET', '/api/me');
    return answer.statusCode === 200 ? (answer.json() as { person: { name: string } }).person.name : undefined;
  }
}

async function linkFor({ email }: MadePerson): Promise<string> {
  const browser = new Browser();
  const page = await browser.ask('GET', '/sign-in');
  const token = parse(page.body).querySelector('form[action="/sign-in/link"] input[name=_csrf]');
  await browser.ask('POST', '/sign-in/link', { address: email, _csrf: token?.getAttribute('value') ?? '' });
  await world.drain();
  const [mail] = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${email} order by created_at desc, id desc limit 1`,
  );
  return /http:\/\/granary\.test(\/links\/\S+)/u.exec(mail?.body ?? '')?.[1] ?? 'no link';
}

describe('a link to sign in', () => {
  it('is used up by its button alone, whatever else is asked of its address', async () => {
    const made = await personWith(world, 'participant');
    const link = await linkFor(made);
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'GET']) {
      const stranger = new Browser();
      const answer = await stranger.ask(method, link).catch(() => undefined);
      expect([method, (answer?.statusCode ?? 500) < 500]).toEqual([method, true]);
      expect(await stranger.isIn()).toBeUndefined();
    }
    for (const url of [`${link}?_method=POST`, `${link}/`, `${link}?personId=${made.actor.personId}`]) {
      expect([200, 303]).toContain((await new Browser().ask('GET', url)).statusCode);
    }
    const owner = new Browser();
    expect((await owner.press(link)).statusCode).toBe(303);
    expect(await owner.isIn()).toBe(made.actor.name);
  });

  it('of another account ends the session it was pressed in: neither cookie holds both', async () => {
    const [one, other] = [await personWith(world, 'participant'), await personWith(world, 'participant')];
    const browser = new Browser();
    await browser.press(await linkFor(one));
    expect(await browser.isIn()).toBe(one.actor.name);
    const stolen = new Browser(browser.cookie);
    expect((await browser.press(await linkFor(other))).statusCode).toBe(303);
    expect(await browser.isIn()).toBe(other.actor.name);
    expect(browser.cookie).not.toBe(stolen.cookie);
    expect(await stolen.isIn()).toBeUndefined();
  });

  it('pressed on a page that was opened before somebody else signed in there asks for its page again', async () => {
    const [one, other] = [await personWith(world, 'participant'), await personWith(world, 'participant')];
    const browser = new Browser();
    const link = await linkFor(one);
    const page = await browser.ask('GET', link);
    const stale =
      parse(page.body).querySelector(`form[action="${link}"] input[name=_csrf]`)?.getAttribute('value') ?? '';
    await browser.press(await linkFor(other));
    expect((await browser.ask('POST', link, { _csrf: stale })).statusCode).toBe(403);
    expect(await browser.isIn()).toBe(other.actor.name);
    expect((await browser.press(link)).statusCode).toBe(303);
  });

  it('pressed at once in two browsers lets in one', async () => {
    const made = await personWith(world, 'participant');
    const link = await linkFor(made);
    const browsers = Array.from({ length: 4 }, () => new Browser());
    await Promise.all(browsers.map((each) => each.press(link)));
    const names = await Promise.all(browsers.map((each) => each.isIn()));
    expect(names.filter((each) => each !== undefined)).toEqual([made.actor.name]);
  });
});

it('nothing failed on our side', () => {
  expect(failuresOf(world)).toEqual([]);
});
