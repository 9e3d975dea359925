/** The links of groups outlive another secret of sessions. */
import { describe, expect, it } from '@jest/globals';
import { CommentGroups } from './comment-groups.service.js';

describe('the link of a group', () => {
  const link = (sessionSecret: string, fingerprintKey: string): string => {
    const config = { publicUrl: 'https://granary.test', sessionSecret, fingerprintKey };
    const nothing = undefined as never;
    const groups = new CommentGroups(config as never, nothing, nothing, nothing, nothing);
    return groups.link({ id: '00000000-0000-4000-8000-000000000001', linkNumber: 1 });
  };

  it('stays when SESSION_SECRET is another, and is nobody else’s to make', () => {
    expect(link('one', 'key')).toBe(link('two', 'key'));
    expect(link('one', 'key')).not.toBe(link('one', 'other'));
  });
});
