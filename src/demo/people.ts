/** The people of the demonstration: one for each role, the panel and the committee, and one for each organization. */
import { Organizations, OrganizationMembers, ueiCheckDigit } from '../features/organizations/index.js';
import { Administrators, hashPassphrase } from '../features/sign-in/index.js';
import { type PersonActor, systemActor } from '../kernel/actor.js';
import { ROLES, type Role } from '../kernel/policy.js';
import { DISTRICTS } from './rubric.js';
import type { Story } from './story.js';

/** Participants and applicants hold their roles for a collaborative or an organization. */
const AGENCY_ROLES = ROLES.filter((role) => !['applicant', 'participant'].includes(role));

export interface DemoOrganization {
  readonly name: string;
  readonly kind: 'community_organization' | 'school_district';
}

/** Whose people sign in as `applicant@example.org`. */
export const MAIN_APPLICANT: DemoOrganization = {
  name: 'Example Family Learning Center',
  kind: 'community_organization',
};

/** Community members who can sign in, and the seats they hold: `participant@example.org` and so on. */
export const PARTICIPANT_SEATS = [
  { number: 1, email: 'participant@example.org', district: 'Renton', role: 'parent_advisor' },
  { number: 2, email: 'participant-2@example.org', district: 'Tukwila', role: 'student_leader' },
  { number: 3, email: 'participant-3@example.org', district: 'Highline', role: 'parent_advisor' },
] as const;

interface Account {
  readonly key: string;
  readonly email: string;
  readonly name: string;
  readonly role?: Role;
}

const SIGNING_ROLES = ['owner', 'signatory', 'finance'] as const;

const plain = (role: string): string => role.replaceAll('_', ' ');
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const addressOf = (name: string, number = 1): string =>
  `${name.replaceAll('_', '-')}${number === 1 ? '' : `-${number}`}@example.org`;

function agencyAccounts(): Account[] {
  const first = AGENCY_ROLES.map((role): Account => {
    const name = role === 'committee_member' ? `Member for ${DISTRICTS[0]}` : capital(plain(role));
    return { key: `${role}:1`, email: addressOf(role), name, role };
  });
  const reviewers = [2, 3].map((number): Account => {
    const email = addressOf('reviewer', number);
    return { key: `reviewer:${number}`, email, name: `Reviewer ${number}`, role: 'reviewer' };
  });
  const members = DISTRICTS.slice(1).map((district, index): Account => {
    const number = index + 2;
    const email = addressOf('committee_member', number);
    return { key: `committee_member:${number}`, email, name: `Member for ${district}`, role: 'committee_member' };
  });
  // What one administrator proposes another confirms.
  const second: Account = {
    ...{ key: 'administrator:2', email: addressOf('administrator', 2), role: 'administrator' },
    name: 'Administrator 2',
  };
  return [...first, second, ...reviewers, ...members];
}

function participantAccounts(): Account[] {
  return PARTICIPANT_SEATS.map(({ number, email, district, role }) => ({
    ...{ key: `participant:${number}`, email },
    name: `${capital(plain(role))}, ${district}`,
  }));
}

/** Those who have an account and no role yet: one waits for a role, one for an organization. */
const WAITING = {
  role: { key: 'waiting:role', email: 'newcomer@example.org', name: 'New colleague of finance' },
  organization: { key: 'waiting:organization', email: 'newcomer-2@example.org', name: 'New tutor' },
} as const;

function applicantAccounts(organizations: readonly DemoOrganization[]): Account[] {
  return [MAIN_APPLICANT, ...organizations].map(({ name }, index) => ({
    key: `applicant:${name}`,
    email: addressOf('applicant', index + 1),
    name: index === 0 ? 'Applicant' : `Applicant, ${name}`,
  }));
}

/** The addresses that can sign in. */
export const addressesOf = (organizations: readonly DemoOrganization[]): string[] =>
  accountsOf(organizations).map(({ email }) => email);

const accountsOf = (organizations: readonly DemoOrganization[]): Account[] => [
  ...[...agencyAccounts(), ...participantAccounts(), ...applicantAccounts(organizations)],
  ...Object.values(WAITING),
];

/** Who acts: staff and panels by role and number, applicants by their organization. */
export class Cast {
  constructor(private readonly actors: ReadonlyMap<string, PersonActor>) {}

  of(role: Role, number = 1): PersonActor {
    return this.find(`${role}:${number}`);
  }

  applicant(organization: string): PersonActor {
    return this.find(`applicant:${organization}`);
  }

  /** Who waits for a role, or for the answer of an organization. */
  waitingFor(what: keyof typeof WAITING): PersonActor {
    return this.find(WAITING[what].key);
  }

  get reviewers(): PersonActor[] {
    return [1, 2, 3].map((number) => this.of('reviewer', number));
  }

  get committee(): PersonActor[] {
    return DISTRICTS.map((_, index) => this.of('committee_member', index + 1));
  }

  private find(key: string): PersonActor {
    const actor = this.actors.get(key);
    if (actor === undefined) throw new Error(`The demo has no ${key}`);
    return actor;
  }
}

/** Makes accounts, organizations and those who act for them; what is there stays as it is. */
export async function gatherCast(
  story: Story,
  passphrase: string,
  organizations: readonly DemoOrganization[],
): Promise<Cast> {
  const accounts = accountsOf(organizations);
  const ids = await ensureAccounts(story, passphrase, accounts);
  const actors = new Map<string, PersonActor>();
  for (const { key, name, role } of accounts) {
    if (role === undefined) continue;
    const grants = [{ role, scopeKind: 'agency', scopeId: null } as const];
    actors.set(key, { kind: 'person', personId: ids.get(key) ?? '', name, grants });
  }
  for (const { key, name } of participantAccounts()) {
    // The seat gives the role, for its collaborative; what is their own they find by who they are.
    const grants = [{ role: 'participant', scopeKind: 'agency', scopeId: null } as const];
    actors.set(key, { kind: 'person', personId: ids.get(key) ?? '', name, grants });
  }
  for (const { key, name } of Object.values(WAITING)) {
    actors.set(key, { kind: 'person', personId: ids.get(key) ?? '', name, grants: [] });
  }
  const officer = new Cast(actors).of('program_officer');
  for (const organization of [MAIN_APPLICANT, ...organizations]) {
    const key = `applicant:${organization.name}`;
    const personId = ids.get(key) ?? '';
    const id = await addOrganization(story, officer, organization, personId);
    const grants = [{ role: 'applicant', scopeKind: 'organization', scopeId: id } as const];
    const name = accounts.find((each) => each.key === key)?.name ?? '';
    actors.set(key, { kind: 'person', personId, name, grants });
  }
  return new Cast(actors);
}

async function ensureAccounts(
  story: Story,
  passphrase: string,
  accounts: readonly Account[],
): Promise<Map<string, string>> {
  const hash = await hashPassphrase(passphrase);
  const administrators = story.get(Administrators);
  const made = await story.db.work(systemActor('demo'), async (work) => {
    const pairs: [string, string][] = [];
    for (const { key, email, name, role } of accounts) {
      const grants = role === undefined ? [] : [{ role }];
      const { personId } = await administrators.ensureAccount(work, { email, name, passphrase: { hash }, grants });
      pairs.push([key, personId]);
    }
    return pairs;
  });
  return new Map(made);
}

/** Made up, the same for the same name, with the check digit that belongs to it. */
function ueiOf(name: string): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
  const sum = [...name].reduce((all, letter, index) => all + letter.charCodeAt(0) * (index + 7), 0);
  const stem = Array.from({ length: 11 }, (_, index) => letters[(sum * (index + 3) + index) % letters.length]).join('');
  return stem + ueiCheckDigit(stem);
}

async function addOrganization(
  story: Story,
  officer: PersonActor,
  { name, kind }: DemoOrganization,
  personId: string,
): Promise<string> {
  const key = `organization:${name}`;
  const id = await story.make(key, () =>
    story.get(Organizations).create(officer, { name, kind, state: 'WA', uei: ueiOf(name) }),
  );
  for (const role of SIGNING_ROLES) {
    await story.step(`${key}:${role}`, () => story.get(OrganizationMembers).add(officer, id, { personId, role }));
  }
  return id;
}
