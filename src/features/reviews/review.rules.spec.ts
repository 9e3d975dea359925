import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { formatPoints, pointsInTenths, submitProblems, type WeighedScore } from './review.rules.js';

const score = (weight: number, scaleMax: number, value: number): WeighedScore => ({ weight, scaleMax, score: value });

describe('pointsInTenths', () => {
  it('weighs each score as a share of its scale', () => {
    expect(pointsInTenths([[score(60, 5, 4), score(40, 5, 2)]])).toBe(640);
    expect(pointsInTenths([[score(60, 5, 5), score(40, 10, 10)]])).toBe(1000);
    expect(pointsInTenths([[score(1, 3, 1), score(1, 7, 1)]])).toBe(238);
  });

  it('averages reviews and not their rounded points', () => {
    // 33.333… and 66.666… make exactly 50; a third one of 33.333… makes 44.444….
    const third = [score(1, 3, 1)];
    const two = [score(1, 3, 2)];
    expect(pointsInTenths([third, two])).toBe(500);
    expect(pointsInTenths([third, two, third])).toBe(444);
  });

  it('rounds half a tenth up, whatever the order', () => {
    // 12.25 is 122.5 tenths.
    const half = [score(49, 10, 2), score(151, 10, 1)];
    expect(pointsInTenths([half])).toBe(125);
    expect(pointsInTenths([[score(1, 8, 1)], [score(1, 10, 1)], [score(1, 8, 1)]])).toBe(117);
  });

  it('has nothing to say where nothing is scored', () => {
    expect(pointsInTenths([])).toBeUndefined();
    expect(pointsInTenths([[]])).toBeUndefined();
  });

  it('stays within 0 and 100 for any scores on the scale', () => {
    for (let weight = 1; weight <= 100; weight += 9) {
      for (let scaleMax = 2; scaleMax <= 10; scaleMax += 1) {
        const lists = Array.from({ length: 7 }, (_, index) => [
          score(weight, scaleMax, 1 + ((index * 3) % scaleMax)),
          score(101 - weight, 5, 1 + (index % 5)),
        ]);
        const points = pointsInTenths(lists) ?? -1;
        const float =
          lists
            .map((list) => list.reduce((sum, each) => sum + (each.weight * each.score) / each.scaleMax, 0) / 101)
            .reduce((sum, each) => sum + each, 0) / lists.length;
        expect(Math.abs(points - float * 1000)).toBeLessThanOrEqual(0.51);
      }
    }
  });

  it('is written with one decimal', () => {
    expect([formatPoints(0), formatPoints(823), formatPoints(1000)]).toEqual(['0.0', '82.3', '100.0']);
  });
});

describe('submitProblems', () => {
  const criterion = { position: 1, name: 'Need', weight: 60, scaleMax: 5 };
  const requested = Money.parse('100');
  const codes = (given: { score: number | null; reason: string | null }, recommended: Money | null): string[] =>
    submitProblems({ criteria: [{ ...criterion, ...given }], requested, recommended }).map(({ code }) => code);

  it('asks for what is missing, one sentence each', () => {
    expect(codes({ score: null, reason: null }, null)).toEqual([
      'review.needs_score_and_reason',
      'review.needs_amount',
    ]);
    expect(codes({ score: 3, reason: '' }, Money.zero)).toEqual(['review.needs_reason']);
    expect(codes({ score: null, reason: 'Good' }, Money.parse('100.01'))).toEqual([
      'review.needs_score',
      'review.amount_over_request',
    ]);
    expect(codes({ score: 3, reason: 'Good' }, requested)).toEqual([]);
  });
});
