/**
 * Who may act for whom: somebody who asks to join an organization, a role that waits for a second administrator, a
 * paper that ends soon, and an officer who enters things for an organization with its consent.
 */
import { Attachments } from '../features/documents/index.js';
import { Assistances, Roles } from '../features/identity/index.js';
import { OrganizationClaims, OrganizationDocuments } from '../features/organizations/index.js';
import { type Cast, MAIN_APPLICANT } from './people.js';
import { receiptOf } from './receipt.js';
import type { Story } from './story.js';

/** Gives the date so many days after the day the demonstration is made, before it when negative. */
type Day = (days: number) => string;

const organizationId = (story: Story): string => story.id(`organization:${MAIN_APPLICANT.name}`);

export function tellTrust(story: Story, cast: Cast, day: Day): void {
  story.on(day(-345), '10:00', () => handInPapers(story, cast, day));
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
