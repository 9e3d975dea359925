/** Small tests of the composition rule: what a team lacks, who still fits, and rules that cannot be kept. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SEAT_ROLES, type SeatRole } from './collaborative.words.js';
import { type Composition, compositionGaps, ruleProblems, seatProblem } from './composition.rules.js';

const SEVEN: Composition = {
  teamAtLeast: 7,
  teamAtMost: 7,
  rules: [
    { label: 'the superintendent', roles: ['superintendent'], atLeast: 1, atMost: 1 },
    { label: 'the design team', roles: ['design_team'], atLeast: 1, atMost: 1 },
    { label: 'frontline experts', roles: ['frontline_expert'], atLeast: 1, atMost: 1 },
    { label: 'coaches', roles: ['improvement_coach'], atLeast: 1, atMost: 1 },
    { label: 'community', roles: ['student_leader', 'parent_advisor', 'community_partner'], atLeast: 3, atMost: 3 },
  ],
};

const codes = (seats: readonly SeatRole[], composition = SEVEN): string[] =>
  compositionGaps(composition, seats).map(({ code, params }) => `${code} ${String(params?.['missing'])}`);

describe('what a team lacks', () => {
  it('is said line by line, and counted once', () => {
    expect(codes(['superintendent', 'design_team', 'frontline_expert', 'parent_advisor', 'student_leader'])).toEqual([
      'team.gap 1',
      'team.gap 1',
    ]);
    expect(codes([])).toEqual(['team.gap 1', 'team.gap 1', 'team.gap 1', 'team.gap 1', 'team.gap 3']);
  });

  it('is a number of anybody where the lines leave room, or where there is no line', () => {
    expect(codes(['member'], { teamAtLeast: 2, teamAtMost: 3, rules: [] })).toEqual(['team.gap_any 1']);
    expect(codes(['member', 'member'], { teamAtLeast: 2, teamAtMost: 3, rules: [] })).toEqual([]);
    const loose: Composition = {
      teamAtLeast: 3,
      teamAtMost: 5,
      rules: [
        { label: 'parents', roles: ['parent_advisor'], atLeast: 1, atMost: null },
        { label: 'members', roles: ['member'], atLeast: 0, atMost: null },
      ],
    };
    expect(codes(['member'], loose)).toEqual(['team.gap 1', 'team.gap_any 1']);
  });
});

describe('one more seat', () => {
  it('keeps the seats that other lines still need', () => {
    const composition: Composition = {
      teamAtLeast: 3,
      teamAtMost: 3,
      rules: [
        { label: 'parents', roles: ['parent_advisor'], atLeast: 1, atMost: null },
        { label: 'members', roles: ['member'], atLeast: 0, atMost: null },
      ],
    };
    expect(seatProblem(composition, ['member', 'member'], 'member')?.code).toBe('seat.kept_for_others');
    expect(seatProblem(composition, ['member', 'member'], 'parent_advisor')).toBeUndefined();
    expect(seatProblem(composition, ['parent_advisor', 'member'], 'member')).toBeUndefined();
  });

  it('always leads, seat by seat, to a team without gaps, whatever order people come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...SEAT_ROLES, ...SEAT_ROLES, ...SEAT_ROLES], { minLength: 27 }), (order) => {
        const seats: SeatRole[] = [];
        for (const role of order) if (seatProblem(SEVEN, seats, role) === undefined) seats.push(role);
        expect(seats).toHaveLength(7);
        expect(compositionGaps(SEVEN, seats)).toEqual([]);
      }),
    );
  });
});

describe('a rule', () => {
  it('that can be kept has no problem', () => {
    expect(ruleProblems(SEVEN)).toEqual([]);
    expect(ruleProblems({ teamAtLeast: 2, teamAtMost: 3, rules: [] })).toEqual([]);
  });

  it('says at which field it cannot', () => {
    const line = { label: 'x', roles: ['member' as const], atLeast: 2, atMost: 1 };
    expect(ruleProblems({ teamAtLeast: 3, teamAtMost: 2, rules: [line, { ...line, atMost: 2, roles: [] }] })).toEqual([
      { field: 'teamAtMost', code: 'collaborative.most_below_least' },
      { field: 'rules[0].atMost', code: 'collaborative.most_below_least' },
      { field: 'rules[1].roles', code: 'seat_rule.no_roles' },
      { field: 'teamAtMost', code: 'collaborative.rules_exceed_team', params: { least: 4 } },
    ]);
    const few = { label: 'x', roles: ['member' as const], atLeast: 1, atMost: 2 };
    expect(ruleProblems({ teamAtLeast: 3, teamAtMost: 4, rules: [few] }).map(({ code }) => code)).toEqual([
      'collaborative.rules_below_team',
    ]);
  });
});
