/** What the API answers of a form and of one version of it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type FormDefinition, questionsOf } from './form.definition.js';
import type { Form, FormVersion } from './form.entity.js';
import { Forms, type NamedVersion } from './forms.service.js';

interface VersionLine {
  readonly id: string;
  readonly number: number;
  readonly state: StateAnswer;
  readonly questions: number;
  readonly publishedAt: Date | null;
  readonly definitionHash: string | null;
}

export interface FormView extends Form {
  readonly versions: readonly VersionLine[];
}

export interface FormVersionView extends Omit<FormVersion, 'state'> {
  readonly formName: string;
  readonly state: StateAnswer;
  readonly definition: FormDefinition;
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class FormViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly forms: Forms,
  ) {}

  async one(actor: Actor, id: string): Promise<FormView> {
    const form = await this.forms.get(actor, id);
    const versions = await this.forms.versions(id);
    return { ...form, versions: versions.map((version) => this.line(version)) };
  }

  async version(actor: Actor, id: string): Promise<FormVersionView> {
    const version = await this.forms.version(actor, id);
    const actions = await this.forms.machine.actions(this.policy, this.db, actor, version);
    return { ...version, state: this.forms.machine.state(version.state), actions: apiActions(this.texts, actions) };
  }

  private line({ id, number, state, definition, publishedAt, definitionHash }: NamedVersion): VersionLine {
    const questions = questionsOf(definition).length;
    return { id, number, state: this.forms.machine.state(state), questions, publishedAt, definitionHash };
  }
}
