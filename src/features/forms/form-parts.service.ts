/** FormParts: saves a section or a question of a draft as its page sends it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { FormQuestionInput, FormSectionInput } from './form.input.js';
import { Forms } from './forms.service.js';
import { questionFrom, sectionFrom } from './question.form.js';

@Injectable()
export class FormParts {
  constructor(private readonly forms: Forms) {}

  /** A new section without `key`. */
  async saveSection(actor: Actor, versionId: string, input: FormSectionInput, key?: string): Promise<{ key: string }> {
    const { definition } = await this.forms.version(actor, versionId);
    const section = sectionFrom(input, definition, key);
    const kind = key === undefined ? 'add_section' : 'change_section';
    const edit = { kind, key: section.key, section, field: 'title' } as const;
    await this.forms.edit(actor, versionId, edit, input.version);
    return { key: section.key };
  }

  /** A new question without `key`, at the end of its section. */
  async saveQuestion(
    actor: Actor,
    versionId: string,
    input: FormQuestionInput,
    key?: string,
  ): Promise<{ key: string }> {
    const { definition } = await this.forms.version(actor, versionId);
    const question = questionFrom(input, definition, key);
    const kind = key === undefined ? 'add_question' : 'change_question';
    const edit = { kind, key: question.key, section: input.section, question, field: 'label' } as const;
    await this.forms.edit(actor, versionId, edit, input.version);
    return { key: question.key };
  }
}
