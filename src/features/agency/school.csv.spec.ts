/** A list of schools as spreadsheets save it: read whatever its line ends, and told by its own line numbers. */
import { describe, expect, it } from '@jest/globals';
import { readSchools } from './school.csv.js';

const HEAD = 'Code,Name,District,Level,Active';

describe('a list of schools', () => {
  it.each([
    ['\n', ''],
    ['\r\n', '\uFEFF'],
    ['\r', ''],
  ])('is read with lines that end in %j', (end, mark) => {
    const text =
      mark + [HEAD, ' 7 ,"Oak ""Hill"", North",Kent,High,', '', ',,,,', '8,Elm,Kent,middle,No'].join(end) + end;
    expect(readSchools(text)).toEqual({
      lines: [
        { line: 2, code: '7', name: 'Oak "Hill", North', district: 'Kent', level: 'high', active: true },
        { line: 5, code: '8', name: 'Elm', district: 'Kent', level: 'middle', active: false },
      ],
    });
  });

  it('names the line as its editor counts it, blank ones too', () => {
    const text = `${HEAD}\n\n7,Oak,Kent,high,\n\n8,Elm,Kent,tall,\n`;
    expect(readSchools(text)).toMatchObject({ problems: [{ code: 'school.level_unknown', params: { line: 5 } }] });
  });

  it('says everything that is wrong with every line at once', () => {
    const text = `${HEAD}\n7,,Nowhere,tall,perhaps\n7,Elm,Kent,middle,`;
    const reading = readSchools(text, new Set(['kent']));
    if (!('problems' in reading)) throw new Error('The list was taken');
    expect(reading.problems.map(({ code, params }) => `${params?.['line']} ${code}`)).toEqual([
      '2 school.cell_empty',
      '2 school.district_unknown',
      '2 school.level_unknown',
      '2 school.active_unreadable',
      '3 school.code_twice',
    ]);
  });

  it('counts what is left over of a list that is wrong everywhere', () => {
    const reading = readSchools(
      `${HEAD}\n${Array.from({ length: 300 }, (_, nth) => `${nth},Oak,Kent,tall,`).join('\n')}`,
    );
    if (!('problems' in reading)) throw new Error('The list was taken');
    expect(reading.problems).toHaveLength(201);
    expect(reading.problems.at(-1)).toEqual({ code: 'school.more_problems', params: { count: 100 } });
  });

  it('says where a quotation mark is never closed', () => {
    const text = `${HEAD}\n7,"Oak,Kent,high,\n8,Elm,Kent,middle,\n`;
    expect(readSchools(text)).toMatchObject({ problems: [{ code: 'school.quote_open' }] });
  });

  it('takes quotation marks within a name as they are', () => {
    expect(readSchools(`${HEAD}\n7,Oak "Hill",Kent,high,`)).toMatchObject({ lines: [{ name: 'Oak "Hill"' }] });
  });

  it('asks for the columns that are missing, also of an empty list', () => {
    expect(readSchools('code,name')).toMatchObject({ problems: [{ params: { columns: 'district, level' } }] });
    expect(readSchools('')).toMatchObject({ problems: [{ code: 'school.columns_missing' }] });
  });
});
