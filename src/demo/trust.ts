/**
 * Who may act for whom: somebody who asks to join an organization, a role that waits for a second administrator, a
 * paper that ends soon, an officer who enters things for an organization with its consent, and approvals lent in absence.
 */
import { Attachments } from '../features/documents/index.js';
import { Assistances, Delegations, Roles } from '../features/identity/index.js';
import { OrganizationClaims, OrganizationDocuments } from '../features/organizations/index.js';
import type { PersonActor } from '../kernel/actor.js';
import { Money } from '../kernel/money.js';
import type { Role } from '../kernel/policy.js';
import { sql } from '../platform/database/sql.js';
import { type Cast, MAIN_APPLICANT } from './people.js';
import { receiptOf } from './receipt.js';
import type { Story } from './story.js';

/** Gives the date so many days after the day the demonstration is made, before it when negative. */
type Day = (days: number) => string;

const organizationId = (story: Story): string => story.id(`organization:${MAIN_APPLICANT.name}`);

export function tellTrust(story: Story, cast: Cast, day: Day): void {
  story.on(day(-345), '10:00', () => handInPapers(story, cast, day));
  story.on(day(-120), '16:10', () => lendForTraining(story, cast, day));
  story.on(day(-3), '15:45', () => lendForLeave(story, cast, day));
  story.on(day(-2), '09:30', () => proposeRole(story, cast));
  story.on(day(-1), '11:20', () => beginToHelp(story, cast, day));
  story.on(day(-1), '18:40', () => askToJoin(story, cast));
}

/** Insurance of a year, which ends in less than a month: its reminder is due. */
async function handInPapers(story: Story, cast: Cast, day: Day): Promise<void> {
  const owner = cast.applicant(MAIN_APPLICANT.name);
  const [issuedOn, expiresOn] = [day(-345), day(20)];
  const picture = receiptOf(['Certificate of', 'liability', `${issuedOn}`, `${expiresOn}`]);
  const file = { ...picture, fileName: 'insurance-certificate.png' };
  const fileId = await story.make('paper:insurance:file', () => story.get(Attachments).keep(owner, file));
  const input = { kind: 'insurance', fileId, issuedOn, expiresOn } as const;
  await story.make('paper:insurance', () => story.get(OrganizationDocuments).add(owner, organizationId(story), input));
}

async function proposeRole(story: Story, cast: Cast): Promise<void> {
  const { personId } = cast.waitingFor('role');
  await story.step('role:proposed', () =>
    story.get(Roles).grant(cast.of('administrator', 2), personId, {
      ...{ role: 'finance_officer', scopeKind: 'agency', reason: 'Joins the finance office on the first of the month' },
    }),
  );
}

async function beginToHelp(story: Story, cast: Cast, day: Day): Promise<void> {
  await story.step('assistance:begun', () =>
    story.get(Assistances).start(cast.of('program_officer'), organizationId(story), {
      ...{ consent: 'phone', consentedBy: cast.applicant(MAIN_APPLICANT.name).name, endsOn: day(6) },
      reason: 'They answer on the telephone, because their connection is down',
    }),
  );
}

async function askToJoin(story: Story, cast: Cast): Promise<void> {
  await story.make('claim:waiting', () =>
    story.get(OrganizationClaims).ask(cast.waitingFor('organization'), organizationId(story), {
      message: 'I began as a tutor this month and write the next report.',
    }),
  );
}

/** Over since its last day: program approvals while the officer was at a training. */
async function lendForTraining(story: Story, cast: Cast, day: Day): Promise<void> {
  const officer = cast.of('program_officer');
  const grantId = await grantOf(story, officer, 'program_officer');
  await story.make('delegation:training', () =>
    story.get(Delegations).give(officer, {
      ...{ grantId, approvals: ['request_program', 'childcare'], holderId: cast.of('clerk').personId },
      ...{ endsOn: day(-106), limit: Money.parse('10000'), reason: 'At a training for two weeks' },
    }),
  );
}

/** In force for two weeks: batches up to an amount, confirmed by an administrator, because it is about payments. */
async function lendForLeave(story: Story, cast: Cast, day: Day): Promise<void> {
  const approver = cast.of('finance_approver');
  const grantId = await grantOf(story, approver, 'finance_approver');
  const id = await story.make('delegation:leave', () =>
    story.get(Delegations).give(approver, {
      ...{ grantId, approvals: ['batch_approve', 'batch_release'], holderId: cast.of('agency_signatory').personId },
      ...{ endsOn: day(11), limit: Money.parse('50000'), reason: 'On leave for two weeks' },
    }),
  );
  await story.step('delegation:leave:confirmed', () => story.get(Delegations).confirm(cast.of('administrator'), id));
}

/** The row of the role that somebody holds. */
async function grantOf(story: Story, { personId }: PersonActor, role: Role): Promise<string> {
  const found = await story.db.find<{ id: string }>(
    sql`select id from role_grants where person_id = ${personId} and role = ${role} and ended_at is null`,
  );
  if (found === undefined) throw new Error(`Nobody in the demo holds ${role}`);
  return found.id;
}
