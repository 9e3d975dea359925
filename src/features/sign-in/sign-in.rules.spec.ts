import { describe, expect, it } from '@jest/globals';
import { normalizeTelephone } from './entry.rules.js';
import { networkOf } from './limits.service.js';
import { Gate } from './passphrases.js';
import { passphraseProblem } from './passphrase.rules.js';
import { agentWords } from './user-agents.js';

const codeOf = (passphrase: string, avoid: readonly string[] = []): string | undefined =>
  passphraseProblem('p', passphrase, avoid)?.fields[0]?.code;

describe('a new passphrase', () => {
  it('has fifteen characters or more, of any kind, counted as people count them', () => {
    expect(codeOf('orchard copper r')).toBeUndefined();
    expect(codeOf('orchard copper')).toBe('passphrase.too_short');
    expect(codeOf('😀'.repeat(14))).toBe('passphrase.too_short');
    expect(codeOf('на синем море белый парус')).toBeUndefined();
    expect(codeOf(`a long one ${'орешник '.repeat(50)}`)).toBeUndefined();
    expect(codeOf('four score and seven years ago our forebears brought forth upon this continent')).toBeUndefined();
  });

  it.each(['passwordpassword', '123456789012345', 'qwertyuiopasdfgh', 'iloveyouiloveyou1', 'abcdefghijklmnop'])(
    'is not %s, which is tried first',
    (passphrase) => {
      expect(codeOf(passphrase)).toBe('passphrase.too_common');
    },
  );

  it('is not made of the name, the address or the house', () => {
    expect(codeOf('Someone@Example.ORG', ['someone@example.org'])).toBe('passphrase.too_known');
    expect(codeOf('maria gonzalez 2015', ['Maria Gonzalez'])).toBe('passphrase.too_common');
    expect(codeOf('granarygranary1!')).toBe('passphrase.too_common');
    expect(codeOf('aaaaaaaaaaaaaaaaaaaa')).toBe('passphrase.too_simple');
  });
});

describe('a network', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('a telephone number', () => {
  it.each([
    ['(206) 555-0100', '+12065550100'],
    ['206.555.0100', '+12065550100'],
    ['+1 206 555 0100', '+12065550100'],
    ['+52 55 1234 5678', '+525512345678'],
  ])('%s is %s', (typed, number) => {
    expect(normalizeTelephone(typed)).toBe(number);
  });

  it.each(['555-0100', 'call me', '+1 123', '911', '', '+12065550100;rm', '0206 555 0100'])('is not %p', (typed) => {
    expect(normalizeTelephone(typed)).toBeUndefined();
  });
});

describe('a browser', () => {
  it.each([
    ['Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0', 'Firefox on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.0 Mobile/15E Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36 Edg/129.0',
      'Edge on Windows',
    ],
    ['curl/8.1', 'A program'],
    [undefined, 'A program'],
  ])('%s is called %s', (agent, words) => {
    expect(agentWords(agent)).toBe(words);
  });
});

describe('the gate', () => {
  it('lets so many in at once, the others in turn, and sends away who comes after a long line', async () => {
    const gate = new Gate(2, 3);
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<string> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      return 'in';
    };
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => gate.through(visit).catch((error: { code: string }) => error.code)),
    );
    expect(most).toBe(2);
    expect(outcomes.filter((each) => each === 'in')).toHaveLength(5);
    expect(outcomes.filter((each) => each === 'service.busy')).toHaveLength(3);
    // A failure gives its place back.
    await expect(gate.through(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.through(visit)).toBe('in');
  });
});
