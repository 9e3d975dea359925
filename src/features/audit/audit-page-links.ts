/** From the page of any thing to what the trail knows about it, for who may read the trail. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import type { LinkView } from '../../platform/pages/components.js';
import { listHref } from '../../platform/pages/list-views.js';
import { PageLinks } from '../../platform/pages/page-writer.js';
import { Texts } from '../../platform/texts/texts.js';
import { AuditThings } from './audit-things.js';

@Injectable()
export class AuditPageLinks extends PageLinks {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly things: AuditThings,
  ) {
    super();
  }

  override of(actor: Actor, path: string): readonly LinkView[] {
    if (!this.policy.mightDo(actor, 'audit.read')) return [];
    const thing = this.things.byPath(path);
    if (thing === undefined) return [];
    const href = listHref('/audit', { thing: thing.type, id: thing.id });
    return [{ label: this.texts.t('audit.page_link'), href }];
  }
}
