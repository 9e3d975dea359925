/** Attacks by page and by program on organizations, their papers and what is held about people. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { OrganizationDocumentInput, OrganizationDocuments } from '../../src/features/organizations/index.js';
import { ROLES } from '../../src/kernel/policy.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication } from '../factories/applications.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;

beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(async () => {
  await world?.close();
});

/** Every page and download that the pages lead somebody to, by its address, whose answer holds the words. */
async function pagesWith(visitor: Visitor, start: readonly string[], words: string): Promise<string[]> {
  const [seen, waiting, found] = [new Set(start), [...start], [] as string[]];
  for (let url = waiting.shift(); url !== undefined && seen.size < 150; url = waiting.shift()) {
    const { statusCode, body, headers } = await visitor.get(url);
    if (statusCode === 200 && body.includes(words)) found.push(url);
    if (!String(headers['content-type']).includes('text/html')) continue;
    for (const link of parse(body).querySelectorAll('a[href]')) {
      const href = (link.getAttribute('href') ?? '').split('#')[0] ?? '';
      if (!href.startsWith('/') || href.startsWith('/me') || seen.has(href)) continue;
      seen.add(href);
      waiting.push(href);
    }
  }
  return found;
}

describe('who was put out of an organization', () => {
  it('sees and does nothing of it any more, in any session, by any form that was open', async () => {
    const { id, name } = await organization(world, { name: 'Vermilion Marker Society' });
    const owner = await organizationMember(world, id, 'owner');
    const editor = await organizationMember(world, id, 'editor');
    const { roundId } = await publishedRound(world);
    const { applicationId } = await draftApplication(world, { roundId, organizationId: id });
    const file = await attachment(world, editor);
    await world
      .get(OrganizationDocuments)
      .add(editor, id, Object.assign(new OrganizationDocumentInput(), { kind: 'insurance', fileId: file.id }));
    const [desk, phone] = [await world.signIn(editor), await world.signIn(editor)];
    const start = ['/', `/organizations/${id}`, `/api/organizations/${id}`, '/api/organizations?q=Vermilion'];
    const before = await pagesWith(desk, start, name);
    expect(before.length).toBeGreaterThan(5);
    expect((await desk.get(`/attachments/${file.id}`)).statusCode).toBe(200);

    const boss = await world.signIn(owner);
    expect((await boss.submit(`/organizations/${id}/members/${editor.personId}/roles`, {})).statusCode).toBe(303);
    for (const session of [desk, phone]) {
      const still: string[] = [];
      for (const url of before) if ((await session.get(url)).body.includes(name)) still.push(url);
      expect(still).toEqual([]);
      for (const url of [`/attachments/${file.id}`, `/api/attachments/${file.id}`]) {
        expect([403, 404]).toContain((await session.get(url)).statusCode);
      }
      for (const url of [
        `/organizations/${id}/update-contact`,
        `/organizations/${id}/leave`,
        `/applications/${applicationId}/submit`,
        `/organizations/${id}/invite`,
      ]) {
        const { statusCode } = await session.submit(url, {
          city: 'Elsewhere',
          addresses: 'a@b.example',
          roles: 'owner',
        });
        expect([url, [403, 404].includes(statusCode)]).toEqual([url, true]);
      }
    }
  }, 60_000);
});

describe('what a form or a program adds', () => {
  it('changes no column it has no field for', async () => {
    const { id } = await organization(world);
    const { id: other } = await organization(world);
    const owner = await world.signIn(await organizationMember(world, id, 'owner'));
    const [before] = await world.db.query(sql`select * from organizations where id = ${id}`);
    for (const extra of [
      { mergedIntoId: other },
      { kind: 'school_district' },
      { einSealed: 'AAAA', einLastFour: '0000' },
      { registeredBy: owner.person.personId },
      { name: 'Another Name' },
      { mailDomains: 'evil.example' },
      { fiscalSponsorId: other },
      { organizationId: other },
    ]) {
      const { statusCode } = await owner.post(`/api/organizations/${id}/update-contact`, extra);
      expect([JSON.stringify(extra), statusCode]).toEqual([JSON.stringify(extra), 422]);
    }
    expect(await world.db.query(sql`select * from organizations where id = ${id}`)).toEqual([before]);
    for (const roles of [['administrator'], ['owner', 'root'], 'applicant']) {
      const json = { addresses: 'x@y.example', roles };
      expect((await owner.post(`/api/organizations/${id}/invite`, json)).statusCode).toBeGreaterThanOrEqual(400);
    }
    expect(await world.db.query(sql`select 1 from organization_invitations where organization_id = ${id}`)).toEqual([]);
  });

  it('opens nobody else’s data, whoever asks and however', async () => {
    const victim = await world.person([], 'Unmistakable Victim');
    const { personId, email } = victim;
    for (const role of ROLES) {
      const visitor = await world.signIn(role);
      for (const url of ['/me/data', '/me/data/download', '/api/me/data']) {
        const { body } = await visitor.get(`${url}?personId=${personId}&id=${personId}`);
        expect(body).not.toContain(email);
      }
      if (role === 'administrator') continue;
      for (const url of [`/people/${personId}/data`, `/api/people/${personId}/data`]) {
        expect([403, 404]).toContain((await visitor.get(url)).statusCode);
      }
      for (const [url, json] of [
        [`/api/people/${personId}/data/export`, { purpose: 'Just curious about it' }],
        [`/api/people/${personId}/data/propose`, { reason: 'Just curious about it' }],
      ] as const) {
        expect([role, url, (await visitor.post(url, json)).statusCode]).toEqual([role, url, 403]);
      }
    }
    const told = await world.db.query(sql`
      select 1 from audit_events where action = 'personal_data.exported' and subject_id = ${personId}`);
    expect(told).toEqual([]);
  }, 60_000);
});

it('nothing failed on our side', () => {
  expect(failuresOf(world)).toEqual([]);
});
