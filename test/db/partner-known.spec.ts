/** A partner that registers after it was named: known by the address that was asked and its own yes, never by its name. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Applications, ApplicationSections, Partners, partnersOf } from '../../src/features/applications/index.js';
import { directConflict } from '../../src/features/conflicts/index.js';
import { OrganizationMembers, OrganizationRegistration } from '../../src/features/organizations/index.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const NAME = 'Hilltop Readers';
let world: World;
let partners: Partners;
let roundId: string;

beforeAll(async () => {
  world = await openWorld();
  partners = world.get(Partners);
  ({ roundId } = await publishedRound(world, { partnersMustConfirm: true }));
});
afterAll(async () => world?.close());

const row = { name: NAME, role: 'Mentors', level: 'collaborative' as const, share: Money.parse('500') };

interface Asked {
  readonly made: MadeApplication;
  readonly partnerId: string;
  readonly token: string;
}

async function asked(address: string): Promise<Asked> {
  const made = await draftApplication(world, { roundId, requested: Money.parse('10000'), partners: [row] });
  const partnerId = (await partnersOf(world.db, [made.applicationId]))[0]?.id ?? '';
  await partners.invite(made.owner, made.applicationId, { partnerId, address });
  return { made, partnerId, token: /\/partner\/([\w-]{43})/u.exec(await lastTo(address))?.[1] ?? '' };
}

async function lastTo(address: string): Promise<string> {
  await world.drain();
  const [mail] = await world.db.query<{ body: string }>(
    sql`select subject || e'\n' || body as body from mails where recipient = ${address} order by created_at desc, id desc limit 1`,
  );
  return mail?.body ?? '';
}

/** Somebody who registers an organization after all that. */
async function registered(name: string): Promise<{ actor: PersonActor & { email: string }; id: string }> {
  const { personId, email } = await world.person();
  const by: PersonActor = { kind: 'person', personId, name: 'Registrant', grants: [] };
  const input = { name, kind: 'community_organization', einAnswer: 'not_yet' };
  const { id } = await world.get(OrganizationRegistration).register(by, input as never);
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${personId} and ended_at is null`);
  return { actor: { ...by, grants, email } as never, id };
}

const stands = async ({ made }: Asked) => (await partnersOf(world.db, [made.applicationId]))[0];
const addressOf = ({ owner }: MadeApplication): string => (owner as PersonActor & { email: string }).email;

describe('a partner that registers after it was named', () => {
  it('is asked whether it is the one, says yes, and its lead is told; saving again keeps it', async () => {
    const { actor, id } = await registered('Upland Youth Center');
    const given = await asked(actor.email);
    const { part } = await partners.look(given.token);
    await partners.confirmByLink(PUBLIC_ACTOR, given.token, { part, agreed: true, name: 'Kim Partner' });
    expect((await partners.namingMe(actor)).map(({ partnerId }) => partnerId)).toEqual([]);
    expect((await partners.askedAtMine(actor)).map(({ partnerId }) => partnerId)).toEqual([given.partnerId]);
    expect(await partners.mineFor(actor, given.partnerId)).toEqual([{ id, name: 'Upland Youth Center' }]);
    await partners.recognize(actor, given.partnerId, { organizationId: id });
    expect(await stands(given)).toMatchObject({ organizationId: id, state: 'confirmed', knownAs: expect.any(String) });
    expect((await partners.namingMe(actor)).map(({ partnerId }) => partnerId)).toEqual([given.partnerId]);
    expect(await partners.askedAtMine(actor)).toEqual([]);
    const mail = await lastTo(addressOf(given.made));
    expect(mail).toContain('Hilltop Readers is registered here now');
    expect(mail).toContain('registered here now as Upland Youth Center');
    // Its people are in a conflict of interest from now on.
    const officer = (await world.actor('program_officer')) as PersonActor;
    await world.get(OrganizationMembers).add(systemActor('test'), id, { personId: officer.personId, role: 'viewer' });
    expect(await directConflict(world.db, officer.personId, given.made.applicationId)).toBeDefined();
    const { version } = await world.get(Applications).get(given.made.owner, given.made.applicationId);
    await world
      .get(ApplicationSections)
      .savePartners(given.made.owner, given.made.applicationId, { partners: [{ ...row, role: 'Tutors' }], version });
    expect(await stands(given)).toMatchObject({ organizationId: id, state: 'changed' });
  });

  it('says which it is while it confirms by its link', async () => {
    const { actor, id } = await registered('Valley Readers');
    const given = await asked(actor.email);
    const { part } = await partners.look(given.token);
    await partners.confirmByLink(actor, given.token, { part, agreed: true, name: 'Kim Partner', organizationId: id });
    expect(await stands(given)).toMatchObject({ organizationId: id, state: 'confirmed', knownAs: 'Valley Readers' });
    expect(await lastTo(addressOf(given.made))).toContain('It is registered here as Valley Readers.');
  });

  it('is nobody who only has the name, whom nobody asked, or who does not answer for it', async () => {
    const { actor: namesake, id } = await registered(NAME);
    const given = await asked('somebody@partner.example');
    const notFound = async (actor: PersonActor): Promise<void> => {
      expect(await partners.askedAtMine(actor)).toEqual([]);
      const refused = await refusal(partners.recognize(actor, given.partnerId, { organizationId: id }));
      expect(refused.kind).toBe('not_found');
    };
    await notFound(namesake);
    expect((await stands(given))?.knownAs).toBeNull();
    const mine = await organizationMember(world, (await organization(world)).id, 'viewer');
    const asViewer = await asked(mine.email);
    expect(await partners.mineFor(mine, asViewer.partnerId)).toEqual([]);
    const refused = await refusal(partners.recognize(mine, asViewer.partnerId, { organizationId: id }));
    expect(refused.fields[0]?.code).toBe('partner.not_this_organization');
    // Nor does holding the link make somebody else's organization the partner.
    const { part } = await partners.look(given.token);
    const answer = { part, agreed: true, name: 'Kim Partner', organizationId: id };
    expect((await refusal(partners.confirmByLink(namesake, given.token, answer))).kind).toBe('not_found');
    expect((await stands(given))?.state).toBe('asked');
  });

  it('cannot be the lead, nor another partner of the same application', async () => {
    const { actor, id } = await registered('Both of Them');
    const made = await draftApplication(world, {
      ...{ roundId, requested: Money.parse('10000') },
      partners: [row, { ...row, name: 'Both of Them' }],
    });
    const [one] = await partnersOf(world.db, [made.applicationId]);
    const partnerId = one?.id ?? '';
    await partners.invite(made.owner, made.applicationId, { partnerId, address: actor.email });
    const refused = await refusal(partners.recognize(actor, partnerId, { organizationId: id }));
    expect(refused.fields[0]?.code).toBe('partner.not_this_organization');
  });
});
