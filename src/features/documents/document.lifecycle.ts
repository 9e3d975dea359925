/** The life of a document request: asked for, drawn, ready; or failed, and asked for again. */
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface DocumentRequestFacts {
  readonly id: string;
}

export const documentRequestLifecycle = defineLifecycle<
  'requested' | 'rendering' | 'ready' | 'failed',
  DocumentRequestFacts
>({
  name: 'document_request',
  initial: 'requested',
  states: {
    requested: { label: 'Waiting to be made', tone: 'waiting' },
    rendering: { label: 'Being made', tone: 'moving' },
    ready: { label: 'Ready', tone: 'done', final: true },
    failed: { label: 'Could not be made', tone: 'attention' },
  },
  actions: {
    start: {
      from: ['requested', 'rendering', 'failed'],
      to: 'rendering',
      label: 'Start',
      permission: 'document.read',
      internal: true,
    },
    finish: { from: ['rendering'], to: 'ready', label: 'Finish', permission: 'document.read', internal: true },
    fail: { from: ['rendering'], to: 'failed', label: 'Fail', permission: 'document.read', internal: true },
  },
});
