/** What waits for an administrator about files: those that were shut away, and a scanner that does not answer. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { Quarantine } from './quarantine.service.js';

@Injectable()
export class DocumentsTasks extends TaskSource {
  override readonly permissions = ['attachment.destroy'];

  constructor(
    private readonly quarantine: Quarantine,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'attachment.destroy', {})) return [];
    const { infected, stuck, oldest } = await this.quarantine.waiting();
    return [
      ...(infected > 0 ? [this.task('infected', { count: infected })] : []),
      ...(stuck > 0 ? [this.task('stuck', { count: stuck, since: oldest })] : []),
    ];
  }

  private task(what: 'infected' | 'stuck', params: Readonly<Record<string, unknown>>): Task {
    return {
      title: this.texts.t(`task.quarantine.${what}`, params),
      text: this.texts.t(`task.quarantine.${what}.text`, params),
      href: '/quarantine',
      button: this.texts.t('task.quarantine.button'),
    };
  }
}
