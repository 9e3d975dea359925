import { describe, expect, it } from '@jest/globals';
import { ROLES } from '../../kernel/policy.js';
import { grantProblem, normalizeAddress, safePath, SCOPES_OF_ROLE } from './identity.rules.js';

describe('safePath', () => {
  it.each(['/', '/people', '/people?q=a%20b&role=auditor', '/funds/x#top'])('keeps %s', (path) => {
    expect(safePath(path)).toBe(path);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n//evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'people',
    '',
    ' /people',
    '\\\\evil.example',
    '/a\\b',
    undefined,
    ['/people'],
    `/${'a'.repeat(2001)}`,
  ])('refuses %p', (path) => {
    expect(safePath(path)).toBeUndefined();
  });

  it('keeps a path that only looks like two slashes further on', () => {
    expect(safePath('/a//b')).toBe('/a//b');
  });

  it('never gives what a browser would take for another host, even after dots are resolved', () => {
    for (const path of ['/.//evil.example', '/a/..//evil.example', '/%2e//evil.example']) {
      const safe = safePath(path);
      if (safe !== undefined) expect(new URL(safe, 'http://here.example').host).toBe('here.example');
    }
  });
});

describe('grantProblem', () => {
  const terms = { role: 'reviewer', scopeKind: 'agency', scopeId: null, startsOn: '2015-01-01', endsOn: null } as const;

  it('asks for a place exactly when the role is not for the whole agency', () => {
    expect(grantProblem(terms)).toBeUndefined();
    expect(grantProblem({ ...terms, scopeId: 'x' })?.fields[0]?.field).toBe('scopeId');
    expect(grantProblem({ ...terms, scopeKind: 'round' })?.fields[0]?.field).toBe('scopeId');
  });

  it('never lets an applicant act for every organization', () => {
    expect(grantProblem({ ...terms, role: 'applicant' })?.fields[0]?.code).toBe('role.scope_unfit');
  });

  it('refuses a last day before the first', () => {
    expect(grantProblem({ ...terms, endsOn: '2014-12-31' })?.fields[0]?.field).toBe('endsOn');
    expect(grantProblem({ ...terms, endsOn: '2015-01-01' })).toBeUndefined();
  });

  it('knows a place for every role', () => {
    for (const role of ROLES) expect(SCOPES_OF_ROLE[role].length).toBeGreaterThan(0);
  });
});

describe('addresses', () => {
  it('have one spelling', () => {
    expect(normalizeAddress('  Some.One@Example.ORG ')).toBe('some.one@example.org');
  });
});
