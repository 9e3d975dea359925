/** The life of a message to many: written and looked at, then on its way to each, then sent. */
import { defineLifecycle } from '../../kernel/lifecycle.js';

export type BroadcastState = 'draft' | 'sending' | 'sent' | 'discarded';

export const broadcastLifecycle = defineLifecycle<BroadcastState, unknown>({
  name: 'broadcast',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'idle' },
    sending: { label: 'On its way', tone: 'moving' },
    sent: { label: 'Sent', tone: 'done', final: true },
    discarded: { label: 'Discarded', tone: 'idle', final: true },
  },
  actions: {
    send: { from: ['draft'], to: 'sending', label: 'Send', permission: 'broadcast.send' },
    finish: { from: ['sending'], to: 'sent', label: 'Finish', permission: 'broadcast.send', internal: true },
    discard: { from: ['draft'], to: 'discarded', label: 'Discard', permission: 'broadcast.discard' },
  },
});
