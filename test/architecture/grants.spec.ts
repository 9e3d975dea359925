/** Roles in force: whatever reads them asks the one definition, so that a proposed or ended role counts nowhere. */
import { describe, expect, it } from '@jest/globals';
import { programFiles } from '../support/sources.js';

/** Reads that are not about what somebody may do, each with its reason. */
const OTHER_READS: Readonly<Record<string, string>> = {
  'src/first-set-up.ts': 'whether an administrator was ever made',
  'src/features/sign-in/administrators.service.ts': 'whether an administrator was ever made, and what is given already',
  'src/features/identity/roles.service.ts': 'the one place that writes them',
  'src/features/identity/role-grant.entity.ts': 'the table itself',
  'src/features/identity/identity.personal-data.ts': 'what is held about a person, told to them',
  'src/demo/trust.ts': 'the row of a role that the demonstration has just given',
  'src/features/conflicts/conflicts.reads.ts': 'conflicts are looked for among those who will have a role too',
};

const READS = /\b(from|join|update|into)\s+role_grants\b/;

describe('roles in force', () => {
  const readers = programFiles().filter(({ path, text }) => path.startsWith('src/') && READS.test(text));

  it('are read by asking grantInForce, or what is built on it', () => {
    expect(readers.length).toBeGreaterThan(5);
    const own = readers
      .filter(({ path, text }) => OTHER_READS[path] === undefined && !/grantInForce\(|grantOpen\(/.test(text))
      .map(({ path }) => path);
    expect(own).toEqual([]);
  });
});

/** Those that read delegations which do not hold, too, each with its reason. */
const OTHER_DELEGATIONS: Readonly<Record<string, string>> = {
  'src/features/identity/identity.personal-data.ts': 'what is held about a person, told to them',
};

describe('delegations in force', () => {
  it('are read by asking delegationInForce, or whether they stand', () => {
    const own = programFiles()
      .filter(({ path, text }) => path.startsWith('src/') && /\b(from|join|update|into)\s+delegations\b/.test(text))
      .filter(({ path }) => OTHER_DELEGATIONS[path] === undefined)
      .filter(({ text }) => !/delegationInForce\(|delegationStands\(/.test(text));
    expect(own.map(({ path }) => path)).toEqual([]);
  });
});
