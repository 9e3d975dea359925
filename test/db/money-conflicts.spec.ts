/** A direct conflict of interest closes an award and its requests for money too: pages, lists, counts, files, tasks. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditTrail } from '../../src/features/audit/audit-trail.service.js';
import { AwardTerms } from '../../src/features/awards/award-terms.service.js';
import { AwardBudgetInput, AwardListQuery } from '../../src/features/awards/award.input.js';
import { AwardViews } from '../../src/features/awards/award.view.js';
import { AwardsTasks } from '../../src/features/awards/awards.tasks.js';
import { Awards, readAward } from '../../src/features/awards/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { DisbursementListQuery } from '../../src/features/disbursements/disbursement.input.js';
import { DisbursementReceipts } from '../../src/features/disbursements/disbursement.receipts.js';
import { DisbursementViews } from '../../src/features/disbursements/disbursement.view.js';
import { DisbursementsPanels } from '../../src/features/disbursements/disbursements.panels.js';
import { DisbursementApprovals, Disbursements } from '../../src/features/disbursements/index.js';
import { OrganizationUses } from '../../src/features/organizations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import type { Role } from '../../src/kernel/roles.js';
import { activeAward, draftedAward, type MadeAward } from '../factories/awards.js';
import { submittedRequest } from '../factories/disbursements.js';
import { organizationMember } from '../factories/organizations.js';
import { personWith } from '../factories/people.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
/** Whoever of the agency reads awards, wherever. */
const READERS: readonly Role[] = [
  'program_officer',
  'finance_officer',
  'finance_approver',
  'agency_signatory',
  'clerk',
  'committee_member',
  'auditor',
  'administrator',
];

let world: World;
let award: MadeAward;
let requestId: string;
let awardNumber: string;

beforeAll(async () => {
  world = await openWorld();
  award = await activeAward(world, { amount: dollars('5000') });
  awardNumber = (await readAward(world.db, award.awardId)).number;
  requestId = (await submittedRequest(world, award, dollars('100.50'))).id;
});
afterAll(async () => world?.close());

async function closeTo(role: Role, applicationId = award.applicationId): Promise<PersonActor> {
  const { actor } = await personWith(world, role);
  await world.db.work(system, async (work) => {
    await world
      .get(Conflicts)
      .declare(work, { personId: actor.personId, applicationId, type: 'family', level: 'direct' });
    return null;
  });
  return actor;
}

const awardIds = async (actor: PersonActor): Promise<string[]> =>
  (await world.get(AwardViews).list(actor, new AwardListQuery())).items.map(({ id }) => id);
const requestIds = async (actor: PersonActor): Promise<string[]> =>
  (await world.get(Disbursements).list(actor, new DisbursementListQuery())).items.map(({ id }) => id);

describe('a direct conflict of interest', () => {
  it.each(READERS)('closes the award and its requests to %s', async (role) => {
    const { actor: free } = await personWith(world, role);
    const close = await closeTo(role);
    expect(await awardIds(free)).toContain(award.awardId);
    expect(await awardIds(close)).not.toContain(award.awardId);
    expect((await refusal(world.get(AwardViews).one(close, award.awardId))).kind).toBe('not_found');
    expect(await world.get(Awards).mayRead(close, award.awardId)).toBe(false);
    expect(await requestIds(close)).not.toContain(requestId);
    expect((await refusal(world.get(DisbursementViews).one(close, requestId))).kind).toBe('not_found');
    expect(await world.get(DisbursementReceipts).mayRead(close, requestId)).toBe(false);
    const found = await world.get(AwardViews).list(close, Object.assign(new AwardListQuery(), { q: awardNumber }));
    expect([found.items.length, found.count]).toEqual([0, 0]);
    const uses = await world.get(OrganizationUses).of(close, award.organizationId);
    expect(uses.map(({ href }) => href)).not.toContain(`/awards/${award.awardId}`);
  });

  it('lets nobody act on what they do not see', async () => {
    const officer = await closeTo('program_officer');
    for (const act of [
      world.get(Awards).take(officer, award.awardId, 'suspend', { note: 'No' }),
      world.get(Disbursements).take(officer, requestId, 'approve_program', {}),
      world.get(Disbursements).take(officer, requestId, 'return', { note: 'No' }),
    ]) {
      expect((await refusal(act)).kind).toBe('not_found');
    }
    const finance = await closeTo('finance_officer');
    const approval = world.get(DisbursementApprovals).approve(finance, requestId, {});
    expect((await refusal(approval)).kind).toBe('not_found');
    const drafted = await draftedAward(world, { amount: dollars('1000') });
    const other = await closeTo('program_officer', drafted.applicationId);
    const budget = Object.assign(new AwardBudgetInput(), { lines: [] });
    expect((await refusal(world.get(AwardTerms).updateBudget(other, drafted.awardId, budget))).kind).toBe('not_found');
    const tasks = await world.get(AwardsTasks).tasks(other);
    expect(tasks.map(({ href }) => href)).not.toContain(`/awards/${drafted.awardId}`);
  });

  it('keeps the request out of the sums of home and the award out of the audit trail', async () => {
    const [finance, free] = [await closeTo('finance_officer'), (await personWith(world, 'finance_officer')).actor];
    const lead = async (actor: PersonActor): Promise<unknown> =>
      (await world.get(DisbursementsPanels).panels(actor))[0]?.head.lead;
    expect(String(await lead(free))).toContain('100.50');
    expect(String(await lead(finance))).not.toContain('100.50');
    const [auditor, other] = [await closeTo('auditor'), (await personWith(world, 'auditor')).actor];
    const events = async (actor: PersonActor, subjectType: string, subjectId: string): Promise<number> =>
      (await world.get(AuditTrail).list(actor, { thing: subjectType, id: subjectId })).items.length;
    for (const [type, id] of [
      ['award', award.awardId],
      ['disbursement', requestId],
    ] as const) {
      expect(await events(other, type, id)).toBeGreaterThan(0);
      expect(await events(auditor, type, id)).toBe(0);
    }
  });

  it('leaves them what a member of the recipient sees, and does, no more', async () => {
    const member = await organizationMember(world, award.organizationId, 'owner');
    const both: PersonActor = {
      ...member,
      grants: [...member.grants, { role: 'program_officer', scopeKind: 'agency', scopeId: null }],
    };
    expect(await awardIds(both)).toContain(award.awardId);
    const view = await world.get(AwardViews).one(both, award.awardId);
    expect(view.actions.map(({ name }) => name)).not.toContain('suspend');
    const suspend = world.get(Awards).take(both, award.awardId, 'suspend', { note: 'No' });
    expect((await refusal(suspend)).kind).toBe('forbidden');
    expect(await requestIds(both)).toContain(requestId);
  });
});
