/** What waits for administrators about delegations, and what stands on the home page of those who act for somebody. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import type { ApprovalName } from './approvals.js';
import { approvalWords, limitWords } from './delegation-words.js';
import { DelegationLists } from './delegation-lists.service.js';
import { delegationStands } from './delegations.reads.js';

interface Waiting {
  readonly giver: string;
  readonly holder: string;
  readonly approvals: readonly ApprovalName[];
}

@Injectable()
export class DelegationsTasks extends TaskSource {
  override readonly permissions = ['delegation.confirm'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'delegation.confirm', {})) return [];
    const { today } = this.db;
    const rows = await this.db.queryOften<Waiting>(sql`
      select giver.name as giver, holder.name as holder, d.approvals
      from delegations d join persons giver on giver.id = d.giver_id join persons holder on holder.id = d.holder_id
      where d.needs_confirmation and d.confirmed_at is null and d.ended_at is null and d.ends_on >= ${today}::date
        and ${actor.personId}::uuid not in (d.giver_id, d.holder_id) and ${delegationStands('d', today)}
      order by d.created_at, d.id limit 50`);
    return rows.map(({ giver, holder, approvals }) => {
      const params = { giver, holder, what: approvalWords(this.texts, approvals) };
      return {
        title: this.texts.t('task.delegation.confirm', params),
        text: this.texts.t('task.delegation.confirm.text', params),
        href: '/delegations',
        button: this.texts.t('task.role.confirm.button'),
      };
    });
  }
}

@Injectable()
export class DelegationsPanels extends HomePanelSource {
  override readonly permissions = ['delegation.read_own'];

  constructor(
    private readonly lists: DelegationLists,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const { items } = await this.lists.own(actor);
    const live = items.filter(({ state }) => state === 'in_force' || state === 'to_come');
    if (live.length === 0) return [];
    const { texts } = this;
    return [
      {
        place: 'aside',
        head: {
          title: texts.t('delegation.panel'),
          link: { label: texts.t('delegation.panel.all'), href: '/me/delegations' },
        },
        listed: {
          items: live.slice(0, 5).map((each) => {
            const isHeld = each.holderId === actor.personId;
            const params = { giver: each.giverName, holder: each.holderName };
            return {
              title: texts.t(isHeld ? 'delegation.panel.held' : 'delegation.panel.given', params),
              note: texts.t('delegation.panel.note', {
                ...{ what: approvalWords(texts, each.approvals), from: each.startsOn, to: each.endsOn },
                limit: limitWords(texts, each.limit),
              }),
            };
          }),
        },
      },
    ];
  }
}
