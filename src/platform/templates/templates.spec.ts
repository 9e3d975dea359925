import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Money } from '../../kernel/money.js';
import { Texts } from '../texts/texts.js';
import { Templates, fieldId, type Frame } from './templates.js';

const frame: Frame = {
  title: 'Awards',
  locale: 'en',
  agency: { name: 'Agency', helpPhone: '555-0100' },
  nav: [{ label: 'Home', href: '/', current: true }],
  person: { name: 'Officer', role: 'Deep Dives' },
  csrf: 'the-token',
};

describe('Templates', () => {
  const templates = new Templates({ texts: Texts.load(), assets: { 'granary.css': 'granary.abc.css' } });

  it('puts a page into the layout', () => {
    const page = parse(templates.render('components/page-head', { title: 'Kent <East> Hill' }, frame));
    expect(page.querySelector('title')?.textContent).toBe('Awards | Granary');
    expect(page.querySelector('main h1')?.innerHTML).toBe('Kent &lt;East&gt; Hill');
    expect(page.querySelector('link[rel=stylesheet]')?.getAttribute('href')).toBe('/assets/granary.abc.css');
    expect(page.querySelector('.site-nav [aria-current=page]')?.textContent).toBe('Home');
  });

  it('gives every form the token and a key of its own', () => {
    const action = { label: 'Submit', action: '/submit' };
    const html = templates.renderPart('components/actions', { items: [action, { ...action, key: 'given' }] }, frame);
    const forms = parse(html).querySelectorAll('form');
    expect(forms.map((form) => form.querySelector('[name=_csrf]')?.getAttribute('value'))).toEqual([
      'the-token',
      'the-token',
    ]);
    const keys = forms.map((form) => form.querySelector('[name=_key]')?.getAttribute('value'));
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe('given');
  });

  it('says why instead of showing a button that is blocked', () => {
    const html = templates.renderPart('components/actions', {
      items: [{ label: 'Release', action: '/release', blockers: ['You prepared it.'] }],
    });
    expect(html).not.toContain('<button');
    expect(html).toContain('You prepared it.');
  });

  it('ties a field to its hint, its error and the summary', () => {
    const field = { kind: 'money', name: 'lines[0].amount', label: 'Amount', hint: 'At most $5.', error: 'Enter less.' };
    const input = parse(templates.renderPart('components/field', field)).querySelector('input');
    expect(input?.getAttribute('id')).toBe('f-lines-0-amount');
    expect(input?.getAttribute('aria-describedby')).toBe('f-lines-0-amount-hint f-lines-0-amount-error');
    const summary = templates.renderPart('components/error-summary', { items: [{ text: 'Less', field: field.name }] });
    expect(summary).toContain('href="#f-lines-0-amount"');
    expect(fieldId('name')).toBe('f-name');
  });

  describe('of another folder', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'templates-'));
      mkdirSync(join(folder, 'components'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const write = (name: string, source: string): void => writeFileSync(join(folder, name), source);

    it('writes money, dates and words', () => {
      write('a.hbs', "{{formatMoney m}} {{formatMoneyCents m}} {{formatDate on 'short'}} {{t 'hello' who=date}} {{percentWidth 6838}}");
      const dates = { formatDate: (date: string, style: string) => `${date}/${style}`, formatInstant: () => '' };
      const made = new Templates({ texts: new Texts({ hello: 'Hello {who}' }), dates, folder });
      expect(made.renderPart('a', { m: Money.parse('5'), on: '2016-02-29', date: 'you' })).toBe(
        '$5 $5.00 2016-02-29/short Hello you 68.38%',
      );
    });

    it('fails for a missing text, an unknown helper, partial or template, and money that is not', () => {
      write('text.hbs', "{{t 'none'}}");
      write('partial.hbs', '{{> none}}');
      write('helper.hbs', '{{shout name}}');
      write('money.hbs', '{{formatMoney m}}');
      const made = new Templates({ texts: new Texts(), folder });
      expect(() => made.renderPart('text', {})).toThrow('Text none is missing');
      expect(() => made.renderPart('partial', {})).toThrow('none');
      expect(() => made.renderPart('helper', { name: 'x' })).toThrow();
      expect(() => made.renderPart('money', { m: 5 })).toThrow('something else');
      expect(() => made.renderPart('absent', {})).toThrow('There is no template absent');
    });
  });
});
