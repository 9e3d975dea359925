/** The life of a file that was handed in: looked through for viruses, then open - or shut away, and destroyed. */
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Sentence } from '../../kernel/errors.js';

export interface AttachmentLifeFacts {
  readonly id: string;
  /** Whether a scanner is set that could look again. */
  readonly scannerIsSet: boolean;
}

export type AttachmentState = 'waiting' | 'clean' | 'infected' | 'destroyed';

export const attachmentLifecycle = defineLifecycle<AttachmentState, AttachmentLifeFacts>({
  name: 'attachment',
  initial: 'waiting',
  states: {
    waiting: { label: 'Being checked for viruses', tone: 'waiting' },
    clean: { label: 'Open', tone: 'done' },
    infected: { label: 'Shut away', tone: 'attention' },
    destroyed: { label: 'Destroyed', tone: 'idle', final: true },
  },
  actions: {
    pass: { from: ['waiting'], to: 'clean', label: 'Pass', permission: 'document.read', internal: true },
    // From clean too: what no scanner knew when it came in, one may know later.
    quarantine: {
      from: ['waiting', 'clean'],
      to: 'infected',
      label: 'Shut away',
      permission: 'document.read',
      internal: true,
    },
    rescan: {
      from: ['infected'],
      to: 'waiting',
      label: 'Check it again',
      permission: 'attachment.rescan',
      blockers: ({ scannerIsSet }): Sentence[] => (scannerIsSet ? [] : [{ code: 'attachment.no_scanner' }]),
    },
    destroy: {
      from: ['infected'],
      to: 'destroyed',
      label: 'Destroy the file',
      permission: 'attachment.destroy',
      needsNote: true,
    },
  },
});
