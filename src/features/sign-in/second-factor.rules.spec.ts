import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSync } from 'otplib';
import decodeQR from 'qr/decode.js';
import type { Grant } from '../../kernel/actor.js';
import { ROLES } from '../../kernel/policy.js';
import { qrCode } from './qr-code.js';
import {
  appAddress,
  appCode,
  mailedCode,
  newMailedCode,
  newRecoveryCodes,
  newSecret,
  RECOVERY_CODES,
  recoveryCode,
  SECOND_FACTOR_ROLES,
  shareGrants,
  stepOf,
} from './second-factor.rules.js';

const at = (seconds: number): Date => new Date(seconds * 1000);

describe('codes of an app', () => {
  // RFC 6238, appendix B: the secret "12345678901234567890", the last six of its eight digits.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ])('are those of the standard at %i seconds', (seconds, digits) => {
    expect(stepOf(secret, digits, at(seconds), 0)).toBe(Math.floor(seconds / 30));
  });

  it('hold a half minute before and after, never twice and never backward', () => {
    const seconds = fc.integer({ min: 1_000_000_000, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -4, max: 4 }), fc.integer({ min: -3, max: 3 }), (now, off, last) => {
        const step = Math.floor(now / 30);
        const digits = generateSync({ secret, epoch: (step + off) * 30 });
        const lastStep = step + last;
        const taken = stepOf(secret, digits, at(now), lastStep);
        // Another half minute may have the same digits by chance; then it is that one that is taken.
        if (taken !== undefined) {
          expect(taken).toBeGreaterThan(lastStep);
          expect(Math.abs(taken - step)).toBeLessThanOrEqual(1);
          expect(generateSync({ secret, epoch: taken * 30 })).toBe(digits);
        } else {
          expect(Math.abs(off) <= 1 && step + off > lastStep && lastStep <= step).toBe(false);
        }
      }),
    );
  });

  it('are read however they are grouped, and nothing else is', () => {
    expect(appCode(' 123 456 ')).toBe('123456');
    expect(appCode('123-456')).toBe('123456');
    for (const odd of ['12345', '1234567', '12345a', '', '１２３４５６']) expect(appCode(odd)).toBeUndefined();
  });
});

describe('recovery codes', () => {
  it('are ten that differ from their first two letters on, and read as they are typed', () => {
    for (let round = 0; round < 50; round += 1) {
      const codes = newRecoveryCodes();
      expect(codes.length).toBe(RECOVERY_CODES);
      const parted = codes.map((code) => recoveryCode(code.toUpperCase().replaceAll('-', ' ')));
      expect(new Set(parted.map((code) => code?.selector)).size).toBe(RECOVERY_CODES);
      expect(parted.map((code) => code?.plain)).toEqual(codes.map((code) => code.replaceAll('-', '')));
      // Neither an app's code nor a mailed one is ever taken for a recovery code, nor the other way round.
      expect(codes.map((code) => appCode(code) ?? mailedCode(code))).toEqual(codes.map(() => undefined));
    }
    expect(recoveryCode('287082')).toBeUndefined();
    expect(recoveryCode(newMailedCode())).toBeUndefined();
  });
});

describe('mailed codes', () => {
  it('are eight digits', () => {
    for (let round = 0; round < 100; round += 1) expect(newMailedCode()).toMatch(/^\d{8}$/);
    expect(mailedCode('1234 5678')).toBe('12345678');
    expect(mailedCode('1234567')).toBeUndefined();
  });
});

describe('roles', () => {
  const grants: Grant[] = ROLES.map((role) => ({ role, scopeKind: 'agency', scopeId: null }));

  it('wait where they ask for a second step and it was not given; none is lost and none is made', () => {
    const share = shareGrants(grants, false, true);
    expect(share.withheld?.map(({ role }) => role).sort()).toEqual([...SECOND_FACTOR_ROLES].sort());
    expect(new Set([...share.grants, ...(share.withheld ?? [])])).toEqual(new Set(grants));
    expect(share.secondFactor).toBe('missing');
  });

  it('all work once it was given, and where none is asked for', () => {
    expect(shareGrants(grants, true, true)).toEqual({ grants, secondFactor: 'done' });
    expect(shareGrants(grants, true, false)).toEqual({ grants, secondFactor: 'done' });
    expect(shareGrants(grants, false, false)).toEqual({ grants });
    const [reviewer] = grants.filter(({ role }) => role === 'reviewer');
    expect(shareGrants(reviewer === undefined ? [] : [reviewer], false, true)).toEqual({
      grants: [reviewer],
      secondFactor: 'missing',
    });
  });
});

describe('the picture', () => {
  it('says to a phone what the address says', () => {
    const address = appAddress(newSecret(), 'City of Ärger: Grants & Loans', 'mara+grants@example.org');
    expect(new URL(address).searchParams.get('secret')).toMatch(/^[A-Z2-7]{32}$/);
    const { size, path, label } = qrCode(address, 'A picture');
    expect(label).toBe('A picture');
    // Drawn large, as a camera would see it.
    const scale = 4;
    const side = size * scale;
    const data = new Uint8ClampedArray(side * side * 4).fill(255);
    for (const [, x = '', y = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
        const from = (row * side + Number(x) * scale) * 4;
        for (let pixel = 0; pixel < Number(width) * scale; pixel += 1)
          data.fill(0, from + pixel * 4, from + pixel * 4 + 3);
      }
    }
    expect(decodeQR({ width: side, height: side, data })).toBe(address);
  });
});
