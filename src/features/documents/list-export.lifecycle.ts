/** The life of an export of a list: asked for, made, fetched while it is kept, and gone. */
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface ListExportFacts {
  readonly id: string;
}

export const listExportLifecycle = defineLifecycle<
  'requested' | 'making' | 'ready' | 'failed' | 'expired',
  ListExportFacts
>({
  name: 'list_export',
  initial: 'requested',
  states: {
    requested: { label: 'Waiting to be made', tone: 'waiting' },
    making: { label: 'Being made', tone: 'moving' },
    ready: { label: 'Ready', tone: 'done' },
    failed: { label: 'Could not be made', tone: 'attention' },
    expired: { label: 'Taken away', tone: 'idle', final: true },
  },
  actions: {
    start: {
      from: ['requested', 'making', 'failed'],
      to: 'making',
      label: 'Start',
      permission: 'list_export.read',
      internal: true,
    },
    finish: { from: ['making'], to: 'ready', label: 'Finish', permission: 'list_export.read', internal: true },
    fail: { from: ['making'], to: 'failed', label: 'Fail', permission: 'list_export.read', internal: true },
    expire: { from: ['ready'], to: 'expired', label: 'Take away', permission: 'list_export.read', internal: true },
  },
});
