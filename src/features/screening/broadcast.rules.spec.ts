/** Merge fields: known ones are filled once, unknown ones are named, and nothing typed by others is taken for one. */
import { describe, expect, it } from '@jest/globals';
import { fieldProblem, merge, MERGE_FIELDS, type MergeValues } from './broadcast.rules.js';

const values: MergeValues = {
  organization: 'Kent Families {title}',
  title: 'After-school reading',
  number: '2015-0001',
  round: 'Round 3',
  due: 'Tuesday, December 1, 2015, 5:00 p.m.',
  requested: '$50,000',
};

describe('a message with merge fields', () => {
  it('is filled, and what stands in a value is filled no further', () => {
    expect(merge('Hello {organization}: {number}, { due }', values)).toBe(
      'Hello Kent Families {title}: 2015-0001, Tuesday, December 1, 2015, 5:00 p.m.',
    );
  });

  it('takes a dollar sign in a value as it is', () => {
    expect(merge('{requested}', { ...values, requested: "$& $1 $'" })).toBe("$& $1 $'");
  });

  it('ends a sentence with one full stop, also behind an hour', () => {
    expect(merge('It is due {due}.', values)).toBe('It is due Tuesday, December 1, 2015, 5:00 p.m.');
  });

  it('knows each of its fields', () => {
    expect(fieldProblem(MERGE_FIELDS.map((name) => `{${name}}`).join(' '))).toBeUndefined();
    expect(fieldProblem('No fields at all.')).toBeUndefined();
  });

  it('names the first that is none', () => {
    expect(fieldProblem('Hello {organisation}')).toMatchObject({
      code: 'broadcast.field_unknown',
      params: { field: '{organisation}' },
    });
    expect(fieldProblem('{constructor}')?.params?.['field']).toBe('{constructor}');
  });
});
