/** Pure rules of identity: addresses, where a role can be held, and where a sign-in may lead. */
import { type AppError, invalidField } from '../../kernel/errors.js';
import type { Role, ScopeKind } from '../../kernel/policy.js';

/** One spelling for each e-mail address, so that case and stray spaces keep nobody out. */
export function normalizeAddress(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}

/** Where each role can be held. An applicant acts for one organization, or on one application, and never for all. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly ScopeKind[]>> = {
  applicant: ['organization', 'application'],
  reviewer: ['agency', 'fund', 'round'],
  program_officer: ['agency', 'fund', 'round'],
  committee_member: ['agency', 'fund'],
  clerk: ['agency', 'fund'],
  agency_signatory: ['agency', 'fund'],
  finance_officer: ['agency', 'fund'],
  finance_approver: ['agency', 'fund'],
  participant: ['agency', 'collaborative'],
  facilitator: ['agency', 'collaborative'],
  auditor: ['agency'],
  administrator: ['agency'],
};

export interface GrantTerms {
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
}

/** What is wrong with a role as it is to be granted; undefined when it can be. */
export function grantProblem({ role, scopeKind, scopeId, startsOn, endsOn }: GrantTerms): AppError | undefined {
  const kinds = SCOPES_OF_ROLE[role];
  if (!kinds.includes(scopeKind)) return invalidField('scopeKind', 'role.scope_unfit');
  if (scopeKind === 'agency' && scopeId !== null) return invalidField('scopeId', 'role.scope_not_wanted');
  if (scopeKind !== 'agency' && scopeId === null) return invalidField('scopeId', 'role.scope_wanted');
  if (endsOn !== null && endsOn < startsOn) return invalidField('endsOn', 'role.ends_before_start');
  return undefined;
}

/** A path of this site, or undefined for anything that could lead elsewhere. */
export function safePath(next: unknown): string | undefined {
  if (typeof next !== 'string' || next.length > 2000) return undefined;
  // A second slash or a backslash names another host; browsers drop tabs and line breaks before they look.
  // eslint-disable-next-line no-control-regex -- these are the characters being refused
  if (!/^\/(?![/\\])/u.test(next) || /[\u0000-\u0020\u007f\\]/u.test(next)) return undefined;
  const here = 'http://granary.invalid';
  try {
    const url = new URL(next, here);
    // Dots are resolved by now: `/.//host` has become `//host`.
    const isHere = url.origin === here && !url.pathname.startsWith('//');
    return isHere ? `${url.pathname}${url.search}${url.hash}` : undefined;
  } catch {
    return undefined;
  }
}
