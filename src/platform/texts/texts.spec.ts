import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { Texts } from './texts.js';

describe('Texts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'texts-'));
    mkdirSync(join(folder, 'en'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: unknown): void =>
    writeFileSync(join(folder, 'en', name), JSON.stringify(content));

  it('merges the files of a locale', () => {
    file('a.json', { 'a.title': 'Awards' });
    file('b.json', { 'b.count': '{count, plural, =0 {Nothing to do} one {# thing to do} other {# things to do}}' });
    const texts = Texts.load({ folder });
    expect(texts.t('a.title')).toBe('Awards');
    expect(texts.t('b.count', { count: 1 })).toBe('1 thing to do');
    expect(texts.t('b.count', { count: 1200 })).toBe('1,200 things to do');
  });

  it('names both files when a key stands twice', () => {
    file('a.json', { title: 'One' });
    file('b.json', { title: 'Two' });
    expect(() => Texts.load({ folder })).toThrow('Text title stands in both a.json and b.json');
  });

  it('refuses nested texts', () => {
    file('a.json', { title: { deep: 'One' } });
    expect(() => Texts.load({ folder })).toThrow('Text title in a.json is not a text');
  });

  it('writes money with cents only where there are some', () => {
    const texts = new Texts({ left: '{left} is left of {total}.' });
    expect(texts.t('left', { left: Money.parse('1250.50'), total: Money.parse('3000') })).toBe(
      '$1,250.50 is left of $3,000.',
    );
  });

  it('writes dates and lists in words', () => {
    const dates = { formatDate: (date: string) => `<${date}>`, formatInstant: () => 'noon' };
    const texts = new Texts({ a: '{on}, {at}: {who}' }, { dates });
    expect(texts.t('a', { on: '2015-11-10', at: new Date(), who: ['Kent', 'Renton', 'Auburn'] })).toBe(
      '<2015-11-10>, noon: Kent, Renton, and Auburn',
    );
  });

  it('leaves angle brackets alone', () => {
    expect(new Texts({ a: 'if {x} < 3 > {y}' }).t('a', { x: 1, y: 2 })).toBe('if 1 < 3 > 2');
  });

  it('lets a file win over a default, and refuses two different defaults', () => {
    const texts = new Texts({ 'lifecycle.award.state.active': 'In force' });
    texts.add({ 'lifecycle.award.state.active': 'Active', 'lifecycle.award.state.draft': 'Draft' });
    expect(texts.t('lifecycle.award.state.active')).toBe('In force');
    expect(texts.t('lifecycle.award.state.draft')).toBe('Draft');
    expect(() => texts.add({ 'lifecycle.award.state.draft': 'Begun' })).toThrow('two different defaults');
  });

  it('throws for a missing key, unless it is told whom to tell', () => {
    expect(() => new Texts().t('none')).toThrow('Text none is missing');
    const missed: string[] = [];
    expect(new Texts({}, { onMissing: (key) => missed.push(key) }).t('none')).toBe('none');
    expect(missed).toEqual(['none']);
    expect(new Texts({ a: 'A' }).has('none')).toBe(false);
  });

  it('says the sentence of an error', () => {
    const texts = new Texts({ 'error.field.required': 'Enter {what}.' });
    expect(texts.sentence({ code: 'field.required', params: { what: 'a name' } })).toBe('Enter a name.');
  });

  it('reads the real texts, and every message compiles', () => {
    const texts = Texts.load();
    expect(texts.keys().length).toBeGreaterThan(0);
    expect(() => texts.check()).not.toThrow();
  });

  it('names a message that does not compile', () => {
    expect(() => new Texts({ bad: '{count, plural, one {x}' }).check()).toThrow('Text bad');
  });
});
