/**
 * Eligibility: the questions before the form. Anybody may answer them and is told at once; for who is signed in the
 * answers are kept with their organization, so that nobody asks them twice.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { type FieldProblem, invalid, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Visit } from '../../platform/http/visit.js';
import { withoutKey } from '../sign-in/index.js';
import { carriedAnswers, putDown } from './eligibility.carried.js';
import { EligibilityCheck } from './eligibility.entity.js';
import {
  type EligibilityAnswers,
  type EligibilityFinding,
  type EligibilityRule,
  judge,
  readEligibilityAnswer,
} from './eligibility.rules.js';
import type { Round } from './round.entity.js';
import { findRound } from './rounds.reads.js';

/** An organization that somebody may answer for. */
export interface OwnOrganization {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

export interface EligibilityResult {
  readonly passed: boolean;
  readonly findings: readonly EligibilityFinding[];
  /** The kind of organization may lead here; nothing when no organization was named. */
  readonly mayLead?: boolean;
  readonly organization?: OwnOrganization;
  /** When it was kept; nothing when it was not. */
  readonly at?: Date;
}

export interface KeptCheck {
  readonly id: string;
  readonly passed: boolean;
  readonly answers: EligibilityAnswers;
  readonly at: Date;
}

const TAKES_CHECKS = new Set(['published']);
const MOST_ORGANIZATIONS = 50;

@Injectable()
export class Eligibility {
  constructor(private readonly db: Database) {}

  /** Judges what was sent; 422 with a sentence at each answer that cannot be read. */
  judge(rules: readonly EligibilityRule[], sent: Readonly<Record<string, unknown>>): EligibilityResult {
    const answers: Record<string, string> = {};
    const fields: FieldProblem[] = [];
    for (const rule of rules) {
      const read = readEligibilityAnswer(rule, sent[rule.key]);
      if ('value' in read) answers[rule.key] = read.value;
      else fields.push({ field: `answers.${rule.key}`, ...read.problem });
    }
    if (fields.length > 0) throw invalid('input.has_problems', { params: { count: fields.length }, fields });
    return judge(rules, answers);
  }

  /** For everybody; kept when the actor may answer for the organization they name. */
  async check(
    actor: Actor,
    roundId: string,
    sent: Readonly<Record<string, unknown>>,
    organizationId?: string,
  ): Promise<EligibilityResult> {
    const round = await this.published(roundId);
    const judged = this.judge(round.eligibilityRules, sent);
    const mine = await this.organizations(actor);
    const organization = mine.find((each) => each.id === organizationId);
    if (organizationId !== undefined && organization === undefined) {
      throw invalidField('organizationId', 'field.not_found');
    }
    if (organization === undefined) return judged;
    const mayLead = round.whoMayLead.includes(organization.kind);
    const passed = judged.passed && mayLead;
    const answers = Object.fromEntries(judged.findings.map(({ rule, answer }) => [rule.key, answer]));
    const { at } = await this.db.work(actor, async (work) => {
      const check = await work.insertOne(EligibilityCheck, {
        ...{ roundId, organizationId: organization.id, answers, passed, at: work.now },
        personId: actor.kind === 'person' ? actor.personId : null,
      });
      const after = { organizationId: organization.id, passed };
      work.audit({ action: 'eligibility.checked', subjectType: 'round', subjectId: roundId, after });
      return { at: check.at };
    });
    return { ...judged, passed, mayLead, organization, at: new Date(at) };
  }

  /** What somebody answered before they signed up, kept with their organization: nobody asks them twice. */
  async keepCarried({ actor, request, reply }: Visit, roundId: string, organizationId: string): Promise<void> {
    const round = await findRound(this.db, roundId);
    const answers = round === undefined ? undefined : carriedAnswers(request, roundId, round.eligibilityRules);
    if (round === undefined || answers === undefined || !TAKES_CHECKS.has(round.state)) return;
    const mine = await this.organizations(actor);
    // Who acts for several is asked for which: the page that begins showed them no answers.
    if (mine.length !== 1 || mine[0]?.id !== organizationId) return;
    if ((await this.latest(this.db, roundId, organizationId)) !== undefined) return;
    // A work of its own, before the one that the key of this request is for.
    await withoutKey(() => this.check(actor, roundId, answers, organizationId));
    putDown(request, reply);
  }

  /** What this organization answered last, or the record that was merged into it. */
  async latest(from: Queryable, roundId: string, organizationId: string): Promise<KeptCheck | undefined> {
    const [kept] = await from.query<KeptCheck>(sql`
      select c.id, c.passed, c.answers, c.at from eligibility_checks c
      join organizations o on o.id = c.organization_id
      where c.round_id = ${roundId} and (o.id = ${organizationId} or o.merged_into_id = ${organizationId})
      order by c.created_at desc, c.id desc limit 1`);
    return kept;
  }

  /** The organizations a person acts for, and those they assist. */
  async organizations(actor: Actor): Promise<OwnOrganization[]> {
    if (actor.kind !== 'person') return [];
    const assisted = (actor.assists ?? []).map(({ organizationId }) => organizationId);
    return this.db.query<OwnOrganization>(sql`
      select o.id, o.name, o.kind from organizations o
      where o.merged_into_id is null and (o.id = any(${assisted}::uuid[]) or exists (
        select from organization_members m where m.organization_id = o.id and m.person_id = ${actor.personId}
          and m.ended_at is null and m.role in ('owner', 'editor', 'signatory')))
      order by o.name, o.id limit ${MOST_ORGANIZATIONS}`);
  }

  /** A round that everybody sees; anything else is not found. */
  async published(roundId: string): Promise<Round> {
    const round = await findRound(this.db, roundId);
    if (round === undefined || !TAKES_CHECKS.has(round.state)) throw notFound('thing.not_found');
    return round;
  }
}
