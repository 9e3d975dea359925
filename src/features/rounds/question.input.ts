/** What is sent about questions of a round. */
import { Choice, Integer, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { questionLifecycle } from './question.lifecycle.js';

export class RoundQuestionInput {
  @Text({ label: 'question.field.body', long: true, min: 5, max: 1500 })
  body: string;
}

/** An answer for everybody; the question in words that name nobody. */
export class RoundAnswerInput {
  @Text({ label: 'question.field.question', long: true, min: 5, max: 1500 })
  question: string;

  @Text({ label: 'question.field.answer', long: true, max: 6000 })
  answer: string;

  @YesNo({ label: 'question.field.tell_drafts', optional: true })
  tellDrafts?: boolean;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class QuestionListQuery extends ListQuery {
  @Choice(questionLifecycle.states, { label: 'question.field.state', optional: true })
  state?: string;
}
