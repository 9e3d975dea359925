import { describe, expect, it } from '@jest/globals';
import { newKeyRing, newKeyText, parseKey, parseKeyRing, withNewKey } from './key-ring.js';
import { lastFour, normalizeNumber, SealError, Secrets } from './secrets.js';

const PLACE = { table: 'payee_secrets', column: 'number_sealed', id: '0190a1b2-0000-7000-8000-000000000001' };
const ring = (text: string) => parseKeyRing(text) ?? [];
const keyOf = (text: string): Buffer => parseKey(text) as Buffer;

describe('sealed values', () => {
  const first = newKeyRing();
  const prints = newKeyText();
  const secrets = new Secrets(ring(first), keyOf(prints));

  it('open where they were sealed, and say which key they need', () => {
    const { sealed, keyVersion } = secrets.seal(PLACE, '123456789');
    expect(keyVersion).toBe(1);
    expect(secrets.versionOf(sealed)).toBe(1);
    expect(secrets.open(PLACE, sealed)).toBe('123456789');
    expect(secrets.open(PLACE, secrets.seal(PLACE, 'Zoë: ñ').sealed)).toBe('Zoë: ñ');
  });

  it('look different each time, and nothing of the number stands in them', () => {
    const values = Array.from({ length: 50 }, () => secrets.seal(PLACE, '123456789').sealed);
    expect(new Set(values.map((each) => each.toString('hex'))).size).toBe(50);
    expect(values.some((each) => each.includes(Buffer.from('123456789')))).toBe(false);
  });

  it('open nowhere else: not in another row, column or table', () => {
    const { sealed } = secrets.seal(PLACE, '123456789');
    for (const place of [
      { ...PLACE, id: '0190a1b2-0000-7000-8000-000000000002' },
      { ...PLACE, column: 'other' },
      { ...PLACE, table: 'payees' },
    ]) {
      expect(() => secrets.open(place, sealed)).toThrow(SealError);
    }
  });

  it('do not open when a single bit was changed, and the error tells nothing of them', () => {
    const { sealed } = secrets.seal(PLACE, '123456789');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => secrets.open(PLACE, changed)).toThrow(SealError);
    }
    expect(() => secrets.open(PLACE, sealed.subarray(0, 20))).toThrow('This is not a sealed value');
    expect(() => secrets.open(PLACE, Buffer.alloc(0))).toThrow(SealError);
  });

  it('are sealed with the new key after a change, and those of the old one still open', () => {
    const { sealed } = secrets.seal(PLACE, '123456789');
    const both = new Secrets(ring(withNewKey(first)), keyOf(prints));
    expect(both.seal(PLACE, '1').keyVersion).toBe(2);
    expect(both.open(PLACE, sealed)).toBe('123456789');
    expect(() => secrets.open(PLACE, both.seal(PLACE, '1').sealed)).toThrow('Key 2 is not on the ring');
  });

  it('are looked for again on the ring when a key was added meanwhile', () => {
    let text = first;
    const running = new Secrets(ring(first), keyOf(prints), () => ring(text));
    text = withNewKey(first);
    const rotated = new Secrets(ring(text), keyOf(prints));
    expect(running.open(PLACE, rotated.seal(PLACE, '42').sealed)).toBe('42');
    expect(running.currentVersion).toBe(2);
  });
});

describe('fingerprints', () => {
  const secrets = new Secrets(ring(newKeyRing()), keyOf(newKeyText()));

  it('are the same for the same number, whatever its spelling, and differ by kind and by key', () => {
    const print = (kind: 'ein' | 'tin', text: string): string =>
      secrets.fingerprint(kind, normalizeNumber(text)).toString('hex');
    expect(print('ein', '12-3456789')).toBe(print('ein', '123456789'));
    expect(print('ein', '123456789')).not.toBe(print('tin', '123456789'));
    const other = new Secrets(ring(newKeyRing()), keyOf(newKeyText()));
    expect(other.fingerprint('ein', '123456789').equals(secrets.fingerprint('ein', '123456789'))).toBe(false);
    expect(secrets.fingerprint('ein', '123456789')).toHaveLength(32);
  });

  it('leave only the last four digits to be shown', () => {
    expect(lastFour(normalizeNumber('12-3456789'))).toBe('6789');
  });
});

describe('key rings', () => {
  it.each(['', '1', '1:', '1:short', '0:'.concat(newKeyText()), `1:${newKeyText()},1:${newKeyText()}`, '1:a b'])(
    'refuse what is none: %#',
    (text) => expect(parseKeyRing(text)).toBeUndefined(),
  );

  it('take several, the current one first, with any blanks between', () => {
    const text = ` 3:${newKeyText()} ,\n 1:${newKeyText()}\n`;
    expect(ring(text).map(({ version }) => version)).toEqual([3, 1]);
    expect(ring(withNewKey(text)).map(({ version }) => version)).toEqual([4, 3, 1]);
  });
});
