import { hashToken, isId, newId, randomToken } from './ids.js';

describe('ids', () => {
  it('are uuidv7, different and in the order they were made', () => {
    const ids = Array.from({ length: 1000 }, () => newId());
    expect(new Set(ids).size).toBe(1000);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u.test(id))).toBe(
      true,
    );
    expect(ids.every((id) => isId(id))).toBe(true);
  });

  it.each(['', 'new', '1', `${newId()} `, newId().replaceAll('-', ''), `{${newId()}}`, undefined, null, 5])(
    'are not %p',
    (text) => {
      expect(isId(text)).toBe(false);
    },
  );
});

describe('tokens', () => {
  it('are 256 random bits, safe in a link', () => {
    const tokens = Array.from({ length: 1000 }, () => randomToken());
    expect(new Set(tokens).size).toBe(1000);
    expect(tokens.every((token) => /^[\w-]{43}$/u.test(token))).toBe(true);
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true);
  });

  it('are stored as their SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hashToken('abc')).not.toBe(hashToken('abd'));
  });
});
