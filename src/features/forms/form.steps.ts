/** The buttons of the builder: `question.up.why_now` as the change it stands for. */
import type { FormEdit } from './form.edits.js';

/** The input has looked at its shape. */
export function editOf(step: string): FormEdit {
  const [part, verb, key = ''] = step.split('.');
  if (verb === 'up' || verb === 'down') {
    return part === 'section' ? { kind: 'move_section', key, to: verb } : { kind: 'move_question', key, to: verb };
  }
  if (verb === 'copy' && part === 'question') return { kind: 'copy_question', key };
  return part === 'section' ? { kind: 'remove_section', key } : { kind: 'remove_question', key };
}

/** What is said afterwards, under `done.form_builder`. */
export function doneOf(edit: FormEdit): string | undefined {
  if (edit.kind === 'remove_section') return 'form_builder.section_removed';
  if (edit.kind === 'remove_question') return 'form_builder.question_removed';
  return edit.kind === 'copy_question' ? 'form_builder.question_copied' : undefined;
}
