/** The checks of identifiers and mail domains. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  hasUeiCheckDigit,
  identifierWarnings,
  isEinPrefixAssigned,
  isUeiShaped,
  maskedEin,
  plainEin,
  readMailDomains,
  ueiCheckDigit,
  writtenEin,
} from './organization.rules.js';

const UEI_CHARACTERS = [...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'];

describe('UEI', () => {
  it.each(['YNDUZMUZF8H8', 'T53MCMLTWK59', 'UYDJJ1S8DR85', 'GM1XX56LEP58'])('finds the check digit of %s', (uei) => {
    expect(isUeiShaped(uei)).toBe(true);
    expect(hasUeiCheckDigit(uei)).toBe(true);
    expect(identifierWarnings({ uei })).toEqual([]);
  });

  it('warns about a wrong check digit and does not refuse it', () => {
    expect(isUeiShaped('ABC123DEF456')).toBe(true);
    expect(identifierWarnings({ uei: 'ABC123DEF456' })).toEqual([
      { code: 'organization.uei_check', params: { uei: 'ABC123DEF456' } },
    ]);
  });

  it.each([
    ['too short', 'YNDUZMUZF8H'],
    ['too long', 'YNDUZMUZF8H88'],
    ['with the letter O', 'YNDUZMUZFOH8'],
    ['with the letter I', 'YNDUZMUZFIH8'],
    ['beginning with 0', '0NDUZMUZF8H8'],
    ['with nine digits in a row', 'AB123456789C'],
    ['with a line break', 'YNDUZMUZF8H8\n'],
  ])('refuses one %s', (_what, uei) => {
    expect(isUeiShaped(uei)).toBe(false);
  });

  it('always finds one digit, whatever the eleven characters and their case', () => {
    const eleven = fc.array(fc.constantFrom(...UEI_CHARACTERS), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(eleven, (characters) => {
        const text = characters.join('');
        expect(ueiCheckDigit(text)).toMatch(/^\d$/);
        expect(ueiCheckDigit(text.toLowerCase())).toBe(ueiCheckDigit(text));
        expect(hasUeiCheckDigit(text + ueiCheckDigit(text))).toBe(true);
      }),
    );
  });
});

describe('EIN', () => {
  it('is kept as nine digits and written with its dash', () => {
    expect(plainEin('91-1234567')).toBe('911234567');
    expect(plainEin('911234567')).toBe('911234567');
    expect(writtenEin('911234567')).toBe('91-1234567');
    expect(maskedEin('4567')).toBe('••-•••4567');
    expect(maskedEin(null)).toBeNull();
  });

  it('warns about a prefix that no campus was given', () => {
    expect(isEinPrefixAssigned('911234567')).toBe(true);
    expect(isEinPrefixAssigned('001234567')).toBe(false);
    expect(identifierWarnings({ isEinOdd: true })).toEqual([{ code: 'organization.ein_prefix' }]);
    expect(identifierWarnings({ isEinOdd: false, uei: null })).toEqual([]);
  });
});

describe('mail domains', () => {
  it('reads a line of them, each once and in lower case', () => {
    expect(readMailDomains(' Example.org, @kids.example.org;example.org ')).toEqual([
      'example.org',
      'kids.example.org',
    ]);
    expect(readMailDomains(undefined)).toEqual([]);
  });

  it.each([
    ['somebody@example.org', 'organization.mail_domain_shape'],
    ['localhost', 'organization.mail_domain_shape'],
    ['-a.org', 'organization.mail_domain_shape'],
    ['gmail.com', 'organization.mail_domain_public'],
  ])('refuses %s', (typed, code) => {
    expect(() => readMailDomains(typed)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'mailDomains', code })] }),
    );
  });
});
