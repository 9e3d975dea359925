import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { barList, moneyBar, percent, table } from './components.js';

const money = (text: string): Money => Money.parse(text);

describe('table', () => {
  const columns = [
    { key: 'name', label: 'Name' },
    { key: 'amount', label: 'Amount', kind: 'money' },
  ] as const;

  it('writes cents in all of a column or in none, and the sign in the total row only', () => {
    const view = table({
      id: 't',
      caption: 'T',
      columns,
      rows: [
        { name: 'A', amount: money('1250') },
        { name: 'B', amount: money('0.5') },
      ],
      total: { name: 'Total', amount: money('1250.50') },
    });
    const texts = view.groups.flatMap((group) => group.rows.map((row) => row.cells[1]?.text));
    expect(texts).toEqual(['1,250.00', '0.50']);
    expect(view.total?.[1]?.text).toBe('$1,250.50');
    const whole = table({ id: 't', caption: 'T', columns, rows: [{ name: 'A', amount: money('1250') }] });
    expect(whole.groups[0]?.rows[0]?.cells[1]).toMatchObject({ text: '1,250', numeric: true, label: 'Amount' });
  });

  it('always writes the cents of payments', () => {
    const view = table({
      id: 't',
      caption: 'T',
      columns: [{ key: 'paid', label: 'Paid', kind: 'payments' }],
      rows: [{ paid: money('75') }],
    });
    expect(view.groups[0]?.rows[0]?.cells[0]?.text).toBe('75.00');
  });

  it('leaves blank what does not apply, and keeps zero', () => {
    const view = table({ id: 't', caption: 'T', columns, rows: [{ name: 'A' }, { name: 'B', amount: Money.zero }] });
    expect(view.groups[0]?.rows.map((row) => row.cells[1]?.none ?? row.cells[1]?.text)).toEqual([true, '0']);
  });

  it('shows the empty state and no total only when there are no rows', () => {
    const empty = { title: 'No batches' };
    const none = table({ id: 't', caption: 'T', columns, rows: [], total: { name: 'Total' }, empty });
    expect(none.empty).toEqual(empty);
    expect(none.total).toBeUndefined();
    expect(table({ id: 't', caption: 'T', columns, rows: [{ name: 'A' }], empty }).empty).toBeUndefined();
  });
});

describe('moneyBar', () => {
  it('places the parts one after the other without a gap', () => {
    const bar = moneyBar({
      parts: [
        { stage: 'paid', amount: money('1') },
        { stage: 'approved', amount: Money.zero },
        { stage: 'remaining', amount: money('2') },
      ],
    });
    expect(bar.segments).toEqual([
      { stage: 'paid', x: '0%', width: '33.33%' },
      { stage: 'remaining', x: '33.33%', width: '66.67%' },
    ]);
    expect(bar.breaks).toEqual(['33.33%']);
  });

  it('cuts what goes past the whole, and ticks a zero', () => {
    const over = moneyBar({ whole: money('100'), parts: [{ stage: 'paid', amount: money('150') }] });
    expect(over.segments[0]?.width).toBe('100%');
    expect(moneyBar({ whole: money('100'), parts: [] }).zero).toBe(true);
    expect(moneyBar({ parts: [{ stage: 'paid', amount: money('-5') }] }).zero).toBe(true);
  });

  it('keeps the words of a mark inside the bar', () => {
    const at = (atBasisPoints: number) => moneyBar({ parts: [], mark: { atBasisPoints, label: 'Now' } }).mark;
    expect(at(7_500)).toEqual({ x: '75%', label: 'Now', anchor: 'end' });
    expect(at(1_000)?.anchor).toBe('start');
    expect(at(20_000)?.x).toBe('100%');
  });
});

describe('barList', () => {
  it('keeps the order and the zero rows, and measures by the longest', () => {
    const list = barList({
      rows: [
        { label: 'Auburn', amount: money('50') },
        { label: 'Tukwila', amount: Money.zero },
        { label: 'Kent', amount: money('100') },
      ],
    });
    expect(list.items.map((item) => [item.label, item.value, item.bar.segments[0]?.width])).toEqual([
      ['Auburn', '50', '50%'],
      ['Tukwila', '0', undefined],
      ['Kent', '100', '100%'],
    ]);
  });
});

describe('percent', () => {
  it('has no decimals', () => {
    expect([percent(6_838), percent(0), percent(-400)]).toEqual(['68%', '0%', '−4%']);
  });
});
