/** The pages of organizations in a browser, on a phone and on a desk: whether everybody can use them. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  OrganizationClaims,
  OrganizationDocumentInput,
  OrganizationDocuments,
  OrganizationInvitations,
} from '../../src/features/organizations/index.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type BrowserWorld, openBrowserWorld, wrongWithPage } from '../support/browser.js';
import { type Visitor, type WebWorld } from '../support/world.js';

jest.setTimeout(240_000);

let opened: BrowserWorld;
let world: WebWorld;
let address: string;

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ world, address } = opened);
}, 120_000);

afterAll(async () => {
  await opened?.close();
});

/** What is wrong with these pages, as this visitor sees them. */
async function wrongWith(visitor: Visitor, urls: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  const page = await (await opened.windowOf(visitor)).newPage();
  for (const url of urls) {
    await page.setViewportSize({ width: 1280, height: 900 });
    const answer = await page.goto(address + url);
    if (answer?.status() !== 200) wrong.push(`${url} answered ${answer?.status()}`);
    const name = `organizations${url.split('?')[0]?.replaceAll('/', '-')}`;
    wrong.push(...(await wrongWithPage(page, name)).map((each) => `${url}: ${each}`));
  }
  await page.context().close();
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
