/** The life of a question about a round: asked, then answered for everybody, or set aside with a reason to its asker. */
import { defineLifecycle } from '../../kernel/lifecycle.js';

export type QuestionState = 'asked' | 'answered' | 'set_aside';

export const questionLifecycle = defineLifecycle<QuestionState, unknown>({
  name: 'question',
  initial: 'asked',
  states: {
    asked: { label: 'Waits for an answer', tone: 'waiting' },
    answered: { label: 'Answered', tone: 'done' },
    set_aside: { label: 'Set aside', tone: 'idle' },
  },
  actions: {
    answer: {
      from: ['asked', 'answered', 'set_aside'],
      to: 'answered',
      label: 'Answer',
      permission: 'question.answer',
    },
    // What was published by mistake is taken back; what it said stays in the record.
    set_aside: {
      from: ['asked', 'answered'],
      to: 'set_aside',
      label: 'Set aside',
      permission: 'question.set_aside',
      needsNote: true,
    },
  },
});
