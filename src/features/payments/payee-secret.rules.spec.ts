import { describe, expect, it } from '@jest/globals';
import { isAccountNumber, isRoutingNumber, tinProblem } from './payee-secret.rules.js';

describe('tax numbers', () => {
  it.each([
    ['ssn', '123-45-6789', undefined],
    ['ssn', '123 45 6789', undefined],
    ['ssn', '000-12-3456', 'payee_secret.not_ssn'],
    ['ssn', '666-12-3456', 'payee_secret.not_ssn'],
    ['ssn', '912-12-3456', 'payee_secret.not_ssn'],
    ['ssn', '123-00-3456', 'payee_secret.not_ssn'],
    ['ssn', '123-45-0000', 'payee_secret.not_ssn'],
    ['ssn', '123-45-678', 'payee_secret.tin_digits'],
    ['ssn', '123456789x', 'payee_secret.tin_digits'],
    ['itin', '912-70-3456', undefined],
    ['itin', '912-93-3456', 'payee_secret.not_itin'],
    ['itin', '812-70-3456', 'payee_secret.not_itin'],
    ['ein', '91-1234567', undefined],
    ['ein', '00-1234567', 'payee_secret.not_ein'],
    ['ein', '11-1111111', 'payee_secret.not_ein'],
  ])('%s %s: %s', (detail, text, problem) => expect(tinProblem(detail, text)).toBe(problem));
});

describe('bank accounts', () => {
  it('know a routing number by its last digit', () => {
    expect(isRoutingNumber('125000024')).toBe(true);
    expect(isRoutingNumber('1250-0002-4')).toBe(true);
    for (const wrong of ['125000023', '125000', '000000000', '12500002x', ''])
      expect(isRoutingNumber(wrong)).toBe(false);
  });

  it('have from 4 to 17 digits', () => {
    expect(isAccountNumber('1234')).toBe(true);
    expect(isAccountNumber('12345678901234567')).toBe(true);
    for (const wrong of ['123', '123456789012345678', '12a4', '']) expect(isAccountNumber(wrong)).toBe(false);
  });
});
