/**
 * Wordings: the words certifiers sign, by rule set. One person proposes a new version with its reason and first day, a
 * second one confirms it; versions are added and never changed, and what was signed keeps the words it was signed with.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import type { Work } from '../../platform/database/work.js';
import { RuleSets } from '../agency/index.js';
import { RuleTextProposal } from './wording.entity.js';
import type { WordingInput } from './wording.input.js';
import { inForceOf, readWordings, wordingOf, type WordingLine, type WordingView } from './wording.reads.js';

const KEY = 'application_certification';

@Injectable()
export class Wordings {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly ruleSets: RuleSets,
  ) {}

  /** Every rule set with its words of today, the newest first. */
  async list(actor: Actor): Promise<WordingLine[]> {
    this.requireReading(actor);
    return readWordings(this.db, this.db.today);
  }

  /** The words of one rule set: in force, waiting, and all that ever were. */
  async get(actor: Actor, ruleSetId: string): Promise<WordingView> {
    this.requireReading(actor);
    const found = await wordingOf(this.db, ruleSetId, this.db.today);
    if (found === undefined) throw notFound('thing.not_found');
    return found;
  }

  async propose(actor: Actor, ruleSetId: string, input: WordingInput): Promise<{ id: string }> {
    try {
      return await this.db.work(actor, async (work) => {
        const proposedBy = this.requirePerson(work, 'wording.propose');
        const now = await wordingOf(work, ruleSetId, work.today);
        if (now === undefined) throw notFound('thing.not_found');
        const { body, source, confirmed, effectiveOn, reason } = input;
        if (effectiveOn < work.today) throw invalidField('effectiveOn', 'wording.day_is_past');
        const same = now.inForce?.body === body && now.inForce.confirmed === confirmed;
        if (same) throw invalidField('body', 'wording.nothing_new');
        const proposal = await work.insertOne(RuleTextProposal, {
          ...{ ruleSetId, key: KEY, body, source, confirmed, effectiveOn, reason, proposedBy },
          ...{ decidedAt: null, decidedBy: null, decisionNote: null, ruleTextId: null },
        });
        const after = { effectiveOn, confirmed, body };
        work.audit({ action: 'wording.proposed', ...subject(ruleSetId), note: reason, after });
        return { id: proposal.id };
      });
    } catch (error) {
      if (violatedConstraint(error) === 'rule_text_proposals_waiting_key') throw conflict('wording.one_waits');
      throw error;
    }
  }

  /** The second person's yes: from its first day on, or from today where that day is past, these words are signed. */
  async confirm(actor: Actor, ruleSetId: string, proposalId: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const decidedBy = this.requirePerson(work, 'wording.confirm');
      const proposal = await this.lockWaiting(work, ruleSetId, proposalId);
      if (proposal.proposedBy === decidedBy) throw forbidden('wording.confirmed_by_another');
      const { body, source, confirmed } = proposal;
      const effectiveOn = proposal.effectiveOn < work.today ? work.today : proposal.effectiveOn;
      const before = await inForceOf(work, ruleSetId, work.today);
      const text = { key: proposal.key, body, source, confirmed, effectiveOn };
      const added = await this.ruleSets.addVersion(work, ruleSetId, text);
      await work.update(RuleTextProposal, proposal, { decidedAt: work.now, decidedBy, ruleTextId: added.id });
      work.audit({
        ...{ action: 'wording.confirmed', ...subject(ruleSetId), note: proposal.reason },
        before: { body: before?.body ?? null },
        after: { body, effectiveOn, number: added.number },
      });
      return { id: proposalId };
    });
  }

  /** These words are not taken: said by a second person, or taken back by whoever proposed them. */
  async decline(actor: Actor, ruleSetId: string, proposalId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const decidedBy = this.requirePerson(work, 'wording.decline');
      const proposal = await this.lockWaiting(work, ruleSetId, proposalId);
      await work.update(RuleTextProposal, proposal, { decidedAt: work.now, decidedBy, decisionNote: note });
      work.audit({ action: 'wording.declined', ...subject(ruleSetId), note, before: { body: proposal.body } });
      return { id: proposalId };
    });
  }

  private requireReading(actor: Actor): void {
    if (!this.policy.can(actor, 'wording.read', {})) throw notFound('thing.not_found');
  }

  private requirePerson({ policy, actor }: Work, permission: string): string {
    if (!policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
    // A second person can only be told from a first one where both are persons.
    if (actor.kind !== 'person') throw forbidden('wording.by_a_person');
    return actor.personId;
  }

  private async lockWaiting(work: Work, ruleSetId: string, proposalId: string): Promise<RuleTextProposal> {
    const proposal = await work.lockOne(RuleTextProposal, proposalId);
    if (proposal.ruleSetId !== ruleSetId) throw notFound('thing.not_found');
    if (proposal.decidedAt !== null) throw conflict('wording.decided_already');
    return proposal;
  }
}

const subject = (subjectId: string): { subjectType: string; subjectId: string } => ({
  subjectType: 'rule_set',
  subjectId,
});
