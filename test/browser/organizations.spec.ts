/** The pages of organizations in a browser, on a phone and on a desk: whether everybody can use them. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import {
  OrganizationClaims,
  OrganizationDocumentInput,
  OrganizationDocuments,
  OrganizationInvitations,
} from '../../src/features/organizations/index.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { axeViolations, launchBrowser, sidewaysScroll } from '../support/browser.js';
import { openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

jest.setTimeout(240_000);

let browser: Browser;
let world: WebWorld;
let address: string;

beforeAll(async () => {
  browser = await launchBrowser();
  world = await openWebWorld();
  await world.app.listen(0, '127.0.0.1');
  address = `http://127.0.0.1:${(world.app.getHttpServer().address() as AddressInfo).port}`;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** What is wrong with these pages, as this visitor sees them, on a phone and on a desk. */
async function wrongWith(visitor: Visitor, urls: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1280, height: 900 },
  ]) {
    const context = await browser.newContext({ viewport });
    const cookies = visitor.cookie.split('; ').map((each) => {
      const at = each.indexOf('=');
      return { name: each.slice(0, at), value: each.slice(at + 1), url: address };
    });
    await context.addCookies(cookies);
    const page = await context.newPage();
    for (const url of urls) {
      const answer = await page.goto(address + url);
      if (answer?.status() !== 200) wrong.push(`${url} answered ${answer?.status()}`);
      for (const each of await axeViolations(page)) wrong.push(`${url} at ${viewport.width}: ${each}`);
      const side = await sidewaysScroll(page);
      if (side.px > 0) wrong.push(`${url} at ${viewport.width} scrolls ${side.px} px: ${side.culprits.join()}`);
    }
    await context.close();
  }
  return wrong;
}

it('can be used by everybody: an owner, somebody who asks, staff', async () => {
  const { id } = await organization(world, { name: 'Coyote Central', city: 'Kent', ein: '914900001' });
  const twin = await organization(world, { name: 'Coyote Central Inc' });
  const owner = await organizationMember(world, id, 'owner');
  await organizationMember(world, id, 'finance');
  const asker = await world.person([], 'Ash Asker');
  const { id: claim } = await world
    .get(OrganizationClaims)
    .ask({ kind: 'person', personId: asker.personId, name: asker.name, grants: [] }, id, { message: 'I teach there' });
  await world.get(OrganizationInvitations).invite(owner, id, { addresses: 'lee@coyote.example', roles: ['editor'] });
  const paper = { kind: 'insurance' as const, fileId: (await attachment(world, owner)).id, expiresOn: '2015-11-30' };
  await world.get(OrganizationDocuments).add(owner, id, Object.assign(new OrganizationDocumentInput(), paper));
  const at = `/organizations/${id}`;
  const visits: [Visitor, string[]][] = [
    [
      await world.signIn(owner),
      [at, `${at}/invite`, `${at}/edit-contact`, `${at}/add-document`, `${at}/members/${owner.personId}/roles`].concat(
        '/organization-claims',
        `/organization-claims/${claim}`,
      ),
    ],
    [await world.signIn(asker), ['/organizations/register', `/organizations/${twin.id}/ask-to-join`]],
    [await world.signIn('program_officer'), [`${at}/merge`, `${at}/merge?into=${twin.id}`]],
    [await world.signIn('finance_officer'), [`${at}/unmask-ein`]],
  ];
  const wrong: string[] = [];
  for (const [visitor, urls] of visits) wrong.push(...(await wrongWith(visitor, urls)));
  expect(wrong).toEqual([]);
});
