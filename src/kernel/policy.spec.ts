import fc from 'fast-check';
import { PUBLIC_ACTOR, systemActor, type Actor, type Grant, type PersonActor } from './actor.js';
import {
  agencyWide,
  anywhere,
  definePermissions,
  inStates,
  own,
  Policy,
  ROLES,
  SCOPE_KINDS,
  withinScope,
  type SqlCondition,
  type Subject,
  type SubjectColumns,
} from './policy.js';

const policy = new Policy([
  definePermissions({
    'letter.read': {
      meaning: 'Read letters',
      roles: { auditor: anywhere, clerk: withinScope, applicant: own, reviewer: inStates('sent', 'decided') },
    },
    'letter.send': { meaning: 'Send letters', roles: { clerk: inStates('draft') } },
  }),
  definePermissions({
    'archive.open': { meaning: 'Open the archive', roles: { administrator: agencyWide } },
    'self.read': { meaning: 'Read what is known about oneself', roles: {}, everyone: true },
    'nobody.may': { meaning: 'What nobody may do', roles: {} },
  }),
]);

const person = (...grants: readonly Grant[]): PersonActor => ({
  kind: 'person',
  personId: 'p1',
  name: 'Clerk',
  grants,
});
const grant = (
  role: Grant['role'],
  scopeKind: Grant['scopeKind'] = 'agency',
  scopeId: string | null = null,
): Grant => ({
  role,
  scopeKind,
  scopeId,
});
const inFund = (fund: string | null, state?: string): Subject => ({ scopes: { fund }, state });

describe('the table', () => {
  it('lists its permissions and their meaning', () => {
    expect(policy.permissions()).toEqual(['letter.read', 'letter.send', 'archive.open', 'self.read', 'nobody.may']);
    expect(policy.row('letter.send').meaning).toBe('Send letters');
  });

  it('refuses a permission that two features declare', () => {
    const table = definePermissions({ 'letter.read': { meaning: 'Read letters', roles: {} } });
    expect(() => new Policy([table, table])).toThrow('letter.read is declared twice');
  });

  it('throws for a permission that nobody declared, whoever asks and however', () => {
    for (const actor of [PUBLIC_ACTOR, systemActor('first-start'), person(grant('administrator'))]) {
      expect(() => policy.can(actor, 'letter.burn', {})).toThrow('letter.burn is not declared');
      expect(() => policy.mightDo(actor, 'letter.burn')).toThrow('letter.burn is not declared');
      expect(() => policy.filter(actor, 'letter.burn', {})).toThrow('letter.burn is not declared');
      expect(() => policy.can(actor, 'toString', {})).toThrow('toString is not declared');
    }
  });
});

describe('closed by default', () => {
  it('gives nothing to the signed-out and to those without a role', () => {
    for (const permission of policy.permissions()) {
      expect(policy.can(PUBLIC_ACTOR, permission, inFund('f1'))).toBe(false);
      expect(policy.mightDo(PUBLIC_ACTOR, permission)).toBe(false);
      expect(policy.filter(PUBLIC_ACTOR, permission, {}).text).toBe('false');
      expect(policy.can(person(), permission, inFund('f1'))).toBe(permission === 'self.read');
      expect(policy.mightDo(person(), permission)).toBe(permission === 'self.read');
      expect(policy.filter(person(), permission, {}).text).toBe(permission === 'self.read' ? 'true' : 'false');
    }
  });

  it('gives a permission without cells to no role at all', () => {
    const everything = person(...ROLES.map((role) => grant(role)));
    expect(policy.can(everything, 'nobody.may', inFund('f1'))).toBe(false);
    expect(policy.filter(everything, 'nobody.may', {}).text).toBe('false');
  });

  it('gives nothing when the thing does not say where it lies or in which state it is', () => {
    expect(policy.can(person(grant('clerk', 'fund', 'f1')), 'letter.read', {})).toBe(false);
    expect(policy.can(person(grant('clerk', 'fund', null)), 'letter.read', inFund(null))).toBe(false);
    expect(policy.can(person(grant('clerk')), 'letter.send', inFund('f1'))).toBe(false);
    expect(policy.can(person(grant('applicant')), 'letter.read', {})).toBe(false);
    expect(policy.filter(person(grant('clerk', 'fund', 'f1')), 'letter.read', {}).text).toBe('(false)');
  });

  it('lets the system do what its jobs are written to do', () => {
    expect(policy.can(systemActor('first-start'), 'nobody.may', {})).toBe(true);
    expect(policy.mightDo(systemActor('first-start'), 'nobody.may')).toBe(true);
    expect(policy.filter(systemActor('first-start'), 'nobody.may', {})).toEqual({ text: 'true', values: [] });
  });
});

describe('conditions', () => {
  it('hold a role to its scope', () => {
    const clerk = person(grant('clerk', 'fund', 'f1'));
    expect(policy.can(clerk, 'letter.read', inFund('f1'))).toBe(true);
    expect(policy.can(clerk, 'letter.read', inFund('f2'))).toBe(false);
    expect(policy.can(clerk, 'letter.read', { scopes: { round: 'f1' } })).toBe(false);
    expect(policy.can(clerk, 'letter.read', { scopes: { fund: ['f2', 'f1'] } })).toBe(true);
    expect(policy.can(person(grant('clerk')), 'letter.read', inFund('f2'))).toBe(true);
  });

  it('hold a role to the state of the thing', () => {
    const clerk = person(grant('clerk', 'fund', 'f1'));
    expect(policy.can(clerk, 'letter.send', inFund('f1', 'draft'))).toBe(true);
    expect(policy.can(clerk, 'letter.send', inFund('f1', 'sent'))).toBe(false);
    expect(policy.can(clerk, 'letter.send', inFund('f2', 'draft'))).toBe(false);
  });

  it('tell own things and agency-wide roles', () => {
    const applicant = person(grant('applicant', 'organization', 'o1'));
    expect(policy.can(applicant, 'letter.read', { personId: 'p1' })).toBe(true);
    expect(policy.can(applicant, 'letter.read', { personId: 'p2' })).toBe(false);
    expect(policy.can(person(grant('administrator')), 'archive.open', {})).toBe(true);
    expect(policy.can(person(grant('administrator', 'fund', 'f1')), 'archive.open', inFund('f1'))).toBe(false);
  });

  it('ask before loading only whether there is a cell', () => {
    expect(policy.mightDo(person(grant('clerk', 'fund', 'f1')), 'letter.send')).toBe(true);
    expect(policy.mightDo(person(grant('auditor')), 'letter.send')).toBe(false);
  });
});

describe('what is lent', () => {
  const lent = (permissions: readonly string[], scopeId = 'f1'): Grant => ({
    ...grant('clerk', 'fund', scopeId),
    lent: { delegationId: 'd1', giverId: 'p2', giverName: 'Lender', permissions, limit: null, endsOn: '2015-11-20' },
  });

  it('opens what was lent, where it was lent, and nothing else of the role', () => {
    const holder = person(lent(['letter.send']));
    const draft = inFund('f1', 'draft');
    expect(policy.can(holder, 'letter.send', draft)).toBe(true);
    expect(policy.can(holder, 'letter.send', inFund('f2', 'draft'))).toBe(false);
    expect(policy.can(holder, 'letter.read', draft)).toBe(false);
    expect(policy.mightDo(holder, 'letter.send')).toBe(true);
    expect(policy.mightDo(holder, 'letter.read')).toBe(false);
    const columns = { scopes: { fund: 'fund_id' }, state: 'state' };
    expect(policy.filter(holder, 'letter.read', columns).text).toBe('false');
    expect(policy.filter(holder, 'letter.send', columns).values).toEqual(['f1', ['draft']]);
    expect(policy.lentFor(holder, 'letter.send', draft).map(({ giverId }) => giverId)).toEqual(['p2']);
  });

  it('is not used where the person may by themselves', () => {
    const both = person(lent(['letter.send']), grant('clerk', 'fund', 'f1'));
    expect(policy.lentFor(both, 'letter.send', inFund('f1', 'draft'))).toEqual([]);
    expect(policy.lentFor(both, 'letter.send', inFund('f2', 'draft'))).toEqual([]);
    expect(policy.lentFor(systemActor('first-start'), 'letter.send', inFund('f1', 'draft'))).toEqual([]);
  });
});

describe('filter', () => {
  const columns: SubjectColumns = {
    scopes: { fund: 'fund_id', round: 'round_id', collaborative: 'collaborative_id', organization: 'organization_id' },
    state: 'state',
    personId: 'person_id',
  };

  it('writes one condition for all the grants, with values in order', () => {
    const clerk = person(
      grant('clerk', 'fund', 'f1'),
      grant('auditor', 'fund', 'f2'),
      grant('reviewer', 'round', 'r1'),
    );
    expect(policy.filter(clerk, 'letter.read', columns)).toEqual({
      text: '(fund_id = ? or true or (round_id = ? and state = any(?)))',
      values: ['f1', 'r1', ['sent', 'decided']],
    });
  });

  const id = fc.constantFrom('1', '2', null);
  const anyGrant: fc.Arbitrary<Grant> = fc.record({
    role: fc.constantFrom(...ROLES),
    scopeKind: fc.constantFrom(...SCOPE_KINDS),
    scopeId: id,
  });
  const anyActor: fc.Arbitrary<Actor> = fc.oneof(
    { weight: 10, arbitrary: fc.array(anyGrant, { maxLength: 4 }).map((grants) => person(...grants)) },
    fc.constant(PUBLIC_ACTOR),
    fc.constant(systemActor('first-start')),
  );
  const anySubject = fc.record({
    scopes: fc.record({ fund: id, round: id, collaborative: id, organization: id }),
    state: fc.constantFrom('draft', 'sent', 'decided'),
    personId: fc.constantFrom('p1', 'p2', null),
  });

  it('keeps exactly the rows that can allows', () => {
    fc.assert(
      fc.property(anyActor, fc.constantFrom(...policy.permissions()), anySubject, (actor, permission, subject) => {
        const row: Row = {
          fund_id: subject.scopes.fund,
          round_id: subject.scopes.round,
          collaborative_id: subject.scopes.collaborative,
          organization_id: subject.scopes.organization,
          state: subject.state,
          person_id: subject.personId,
        };
        expect(holds(policy.filter(actor, permission, columns), row)).toBe(policy.can(actor, permission, subject));
      }),
      { numRuns: 3000 },
    );
  });
});

type Row = Readonly<Record<string, string | null>>;

/** Works out a condition of the few forms that policies write, as the database would for one row. */
function holds(condition: SqlCondition, row: Row): boolean {
  const values = [...condition.values];
  let text = condition.text.replace(/(\w+) = (any\(\?\)|\?)/gu, (_all, column: string) => {
    const value = values.shift();
    const held = row[column] ?? null;
    return String(held !== null && (Array.isArray(value) ? value.includes(held) : value === held));
  });
  expect(values).toEqual([]);
  for (let before = ''; before !== text;) {
    before = text;
    text = text
      .replace(/\((true|false)\)/gu, '$1')
      .replace(/\b(true|false) and (true|false)\b/u, (_all, a: string, b: string) =>
        String(a === 'true' && b === 'true'),
      )
      .replace(/\b(true|false) or (true|false)\b(?! and)/u, (_all, a: string, b: string) =>
        String(a === 'true' || b === 'true'),
      );
  }
  if (text !== 'true' && text !== 'false') throw new Error(`Cannot work out ${condition.text}`);
  return text === 'true';
}
