/**
 * A director of a small organization, on a phone and without any script: from the public page to an organization with
 * two colleagues. And the ways on where something went wrong: a link used before, a link that ran out.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { sql } from '../../src/platform/database/sql.js';
import { axeViolations, type BrowserWorld, openBrowserWorld, sidewaysScroll } from '../support/browser.js';
import { failuresOf, type WebWorld } from '../support/world.js';

jest.setTimeout(240_000);

const PHONE = { viewport: { width: 390, height: 844 } } as const;
/** What somebody needs who reads each page and types with two thumbs: words they type, pages they look at. */
const SECONDS = { page: 8, field: 6, mail: 15 } as const;

let opened: BrowserWorld;
let browser: Browser;
let world: WebWorld;
let address: string;

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ browser, world, address } = opened);
}, 120_000);

afterAll(async () => {
  await opened?.close();
});

/** The path of the link in the newest mail to this address. */
async function linkTo(recipient: string): Promise<string> {
  await world.drain();
  const mail = await world.db.find<{ body: string }>(
    sql`select body from mails where recipient = ${recipient} order by created_at desc, id desc limit 1`,
  );
  const path = /http:\/\/granary\.test(\/\S+)/.exec(mail?.body ?? '')?.[1];
  if (path === undefined) throw new Error(`No link was mailed to ${recipient}: ${mail?.body}`);
  return path;
}

/** Somebody with a phone, and the time they would have needed so far. */
class Walker {
  seconds = 0;
  private steps = 0;

  constructor(
    private readonly name: string,
    readonly page: Page,
  ) {}

  static async begin(name: string, context?: BrowserContext): Promise<Walker> {
    return new Walker(name, await (context ?? (await browser.newContext(PHONE))).newPage());
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${address}${path}`);
    await this.look();
  }

  async open(recipient: string): Promise<void> {
    this.seconds += SECONDS.mail;
    await this.goTo(await linkTo(recipient));
  }

  async follow(words: string | RegExp): Promise<void> {
    await this.page.getByRole('link', { name: words }).first().click();
    await this.look();
  }

  async fill(label: string | RegExp, text: string): Promise<void> {
    this.seconds += SECONDS.field;
    await this.page.getByLabel(label).first().fill(text);
  }

  async choose(label: string | RegExp): Promise<void> {
    this.seconds += 2;
    await this.page.getByText(label).first().click();
  }

  async press(words: string | RegExp): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: words }).first().click();
    await this.look();
  }

  get words(): Promise<string> {
    return this.page.getByRole('main').innerText();
  }

  /** Every page on the way is one that everybody can use, and none is wider than the phone. */
  private async look(): Promise<void> {
    this.seconds += SECONDS.page;
    this.steps += 1;
    const folder = process.env['SCREENSHOTS'];
    const name = `${this.name}-${String(this.steps).padStart(2, '0')}`;
    if (folder !== undefined) await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    const where = `${name} ${this.page.url().replace(address, '')}`;
    expect({ where, violations: await axeViolations(this.page) }).toEqual({ where, violations: [] });
    expect({ where, ...(await sidewaysScroll(this.page)) }).toMatchObject({ where, px: 0 });
  }
}

const DIRECTOR = 'director@riverside.example.org';
const COLLEAGUES = ['money@riverside.example.org', 'writer@riverside.example.org'] as const;

describe('a new director', () => {
  it('gets from the public page to an organization with two colleagues', async () => {
    const director = await Walker.begin('director');
    await director.goTo('/');
    await director.follow(/Register your organization|Sign up/);
    await director.fill('Your name', 'Dana Director');
    await director.fill('E-mail address', DIRECTOR);
    await director.press(/Mail me a link/);
    await director.open(DIRECTOR);
    await director.press('Start');
    await director.fill('Name of the organization', 'Riverside Youth Center');
    await director.press('Continue');
    await director.page.locator('main textarea, main input[type=email]').first().fill(COLLEAGUES.join('\n'));
    await director.press('Send the invitations');
    for (const [index, address] of COLLEAGUES.entries()) {
      const colleague = await Walker.begin(`colleague-${index + 1}`);
      await colleague.open(address);
      await colleague.fill('Your name', `Colleague ${index + 1}`);
      await colleague.press(/^Join/);
      expect(await colleague.words).toContain('Riverside Youth Center');
      expect(await colleague.words).toContain('You can act for Riverside Youth Center from now on');
    }
    await director.follow(/Riverside Youth Center/).catch(() => director.page.reload());
    for (const one of ['Dana Director', 'Colleague 1', 'Colleague 2']) expect(await director.words).toContain(one);
    // Counted by what a person reads and types, as the machine's own time says nothing about them.
    expect(director.seconds).toBeLessThan(180);
    expect(failuresOf(world)).toEqual([]);
  });
});
