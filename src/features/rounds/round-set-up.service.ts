/** RoundSetUp: a round's form, who can apply, copies of earlier rounds, what changed since, and dates that move later. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalid, invalidField } from '../../kernel/errors.js';
import { readTime } from '../../kernel/time-of-day.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Forms, freeFormName } from '../forms/index.js';
import { RoundChangeReason } from './criteria.entity.js';
import type { EligibilityKind, EligibilityRule, EligibilityTest } from './eligibility.rules.js';
import { readEligibilityAnswer, ruleProblem } from './eligibility.rules.js';
import { lockPools, writeMilestones, writeRubric } from './round-columns.js';
import { RoundNews } from './round-news.js';
import { type DateChange, Round, RoundDateChange } from './round.entity.js';
import { MilestoneInput, RoundInput } from './round.input.js';
import type {
  ChangeReasonInput,
  EligibilityInput,
  EligibilityRuleInput,
  FormChoiceInput,
  RoundCopyInput,
  RoundDatesInput,
} from './round-set-up.input.js';
import { dateChanges } from './round.rules.js';
import { type Milestone, readMilestones, readRubric } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';

@Injectable()
export class RoundSetUp {
  constructor(
    private readonly db: Database,
    private readonly rounds: Rounds,
    private readonly news: RoundNews,
    private readonly forms: Forms,
  ) {}

  /** Which form applicants answer; none takes the one that fits every round. */
  async chooseForm(actor: Actor, id: string, input: FormChoiceInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const round = await this.rounds.lockEditable(work, id);
      const { formVersionId = null } = input;
      if (formVersionId !== null) {
        // Held, so that a draft is not thrown away before this commits.
        const [known] = await work.query(sql`
          select 1 from form_versions v join forms f on f.id = v.form_id
          where v.id = ${formVersionId} and f.fund_id = ${round.fundId} for key share of v`);
        if (known === undefined) throw invalidField('formVersionId', 'field.not_found');
      }
      const before = { formVersionId: round.formVersionId };
      await work.update(Round, round, { formVersionId }, input.version);
      work.audit({
        ...{ action: 'round.form_chosen', subjectType: 'round', subjectId: id, before, after: { formVersionId } },
      });
      return { id };
    });
  }

  /** An empty form of its own for a round, chosen from its first question on. */
  async buildForm(actor: Actor, id: string): Promise<{ versionId: string }> {
    return this.db.work(actor, async (work) => {
      const round = await this.rounds.lockEditable(work, id);
      const before = { formVersionId: round.formVersionId };
      const name = await freeFormName(work, round.fundId, round.name);
      const { versionId } = await this.forms.begin(work, { fundId: round.fundId, name });
      await work.update(Round, round, { formVersionId: versionId });
      const after = { formVersionId: versionId };
      work.audit({ action: 'round.form_chosen', subjectType: 'round', subjectId: id, before, after });
      return { versionId };
    });
  }

  /** What an organization is asked before the form; written anew. */
  async setEligibility(actor: Actor, id: string, input: EligibilityInput): Promise<{ id: string }> {
    const eligibilityRules = readRules(input.rules ?? []);
    return this.db.work(actor, async (work) => {
      const round = await this.rounds.lockEditable(work, id);
      const before = { rules: round.eligibilityRules };
      await work.update(Round, round, { eligibilityRules }, input.version);
      const after = { rules: eligibilityRules };
      work.audit({ action: 'round.eligibility_changed', subjectType: 'round', subjectId: id, before, after });
      return { id };
    });
  }

  /** A draft that starts with everything of this round but its money: terms, dates, form, rules and rubric. */
  async copy(actor: Actor, fromId: string, input: RoundCopyInput): Promise<{ id: string }> {
    const from = await this.rounds.get(actor, fromId);
    return this.rounds.writing(() =>
      this.db.work(actor, async (work) => {
        const milestones = (await readMilestones(work, [fromId])).get(fromId) ?? [];
        const chosen = {
          ...{ eligibilityRules: from.eligibilityRules, copiedFromId: from.id, commentAudience: from.commentAudience },
          formVersionId: await this.formFor(work, from, input.poolId),
        };
        const round = await this.rounds.begin(work, this.copied(work, from, milestones, input), chosen);
        await writeRubric(work, round.id, await readRubric(work, fromId));
        work.audit({
          action: 'round.copied',
          subjectType: 'round',
          subjectId: round.id,
          after: { copiedFrom: fromId },
        });
        return { id: round.id };
      }),
    );
  }

  /** Why one thing differs from the round this one was copied from. */
  async giveReason(actor: Actor, id: string, input: ChangeReasonInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const round = await work.lockOne(Round, id);
      this.rounds.machine.require(work.policy, work.actor, 'round.answer_comment', round);
      const { changeKey, reason, commentId = null } = input;
      if (round.copiedFromId === null) throw conflict('round.not_copied');
      if (commentId !== null) {
        const [known] = await work.query(sql`
          select 1 from rubric_comments where id = ${commentId} and round_id in (${id}, ${round.copiedFromId})`);
        if (known === undefined) throw invalidField('commentId', 'field.not_found');
      }
      await work.query(sql`delete from round_change_reasons where round_id = ${id} and change_key = ${changeKey}`);
      await work.insertOne(RoundChangeReason, { roundId: id, changeKey, reason, commentId });
      const after = { changeKey, reason, commentId };
      work.audit({ action: 'round.change_explained', subjectType: 'round', subjectId: id, after });
      return { id };
    });
  }

  /** Moves the opening and the other dates of a published round: with a reason, and everybody with a draft is told. */
  async changeDates(actor: Actor, id: string, input: RoundDatesInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await lockPools(work, [id]);
      const round = await work.lockOne(Round, id);
      this.rounds.machine.require(work.policy, work.actor, 'round.change_dates', round);
      const before = (await readMilestones(work, [id])).get(id) ?? [];
      const opensAt = this.opening(work, round, input);
      const milestones = (input.milestones ?? []).map((each) => ({
        ...{ kind: each.kind, label: each.label ?? null, happensOn: each.happensOn, place: each.place ?? null },
        startsAt: each.startsAt === undefined ? null : readTime(each.startsAt),
      }));
      const changes: DateChange[] = [
        ...(opensAt.getTime() === round.opensAt.getTime() ? [] : [opened(work, round.opensAt, opensAt)]),
        ...dateChanges(before, milestones as Milestone[]),
      ];
      if (changes.length === 0) throw invalid('round.no_date_changed');
      await this.rounds.machine.transition(work, {
        ...{ action: 'change_dates', ids: [id], note: input.reason, expectedVersion: input.version },
        changes: { opensAt },
      });
      await writeMilestones(work, id, input.milestones);
      await work.insertOne(RoundDateChange, { roundId: id, changes, reason: input.reason });
      await this.news.tell(work, { kind: 'dates_changed', roundId: id, reason: input.reason, changes });
      return { id };
    });
  }

  /** A round that takes applications already has opened; before that it may open later than was said. */
  private opening(work: Work, round: Round, { opensOn, opensTime }: RoundDatesInput): Date {
    const { calendar } = work;
    if (opensOn === undefined && opensTime === undefined) return round.opensAt;
    const on = opensOn ?? calendar.today(round.opensAt);
    const at = opensTime === undefined ? calendar.timeOfDay(round.opensAt) : readTime(opensTime);
    if (on === calendar.today(round.opensAt) && at === calendar.timeOfDay(round.opensAt)) return round.opensAt;
    const opensAt = calendar.deadline(on, at);
    if (round.opensAt <= work.now) throw invalidField('opensOn', 'round.has_opened');
    if (opensAt < round.opensAt) throw invalidField('opensOn', 'round.opens_only_later');
    if (opensAt >= round.dueAt) throw invalidField('opensOn', 'round.opens_after_due');
    return opensAt;
  }

  /** A form belongs to its fund: a copy for another fund begins without one. */
  private async formFor(work: Work, from: Round, poolId: string): Promise<string | null> {
    const [pool] = await work.query(sql`select 1 from pools where id = ${poolId} and fund_id = ${from.fundId}`);
    return pool === undefined ? null : from.formVersionId;
  }

  private copied(work: Work, from: Round, milestones: readonly Milestone[], input: RoundCopyInput): RoundInput {
    const { calendar } = work;
    const days = calendar.daysBetween(calendar.today(from.dueAt), input.dueOn);
    const { graceMinutes, floor, ceiling, awardsAtMost, gates, whoMayLead, purpose, eligibility, kind } = from;
    return Object.assign(new RoundInput(), {
      ...{ ...input, kind, graceMinutes, floor, gates: String(gates), whoMayLead },
      ...{ ceiling: ceiling ?? undefined, awardsAtMost: awardsAtMost ?? undefined },
      ...{ purpose: purpose ?? undefined, eligibility: eligibility ?? undefined },
      ...{ takesLettersOfIntent: from.takesLettersOfIntent, partnersMustConfirm: from.partnersMustConfirm },
      certifier: from.writerMayCertify ? 'writer_too' : 'another_person',
      milestones: milestones.map(({ kind: what, label, happensOn, startsAt, place }) =>
        Object.assign(new MilestoneInput(), {
          ...{ kind: what, label: label ?? undefined, startsAt: startsAt ?? undefined, place: place ?? undefined },
          happensOn: calendar.businessDayOnOrAfter(calendar.addDays(happensOn, days)),
        }),
      ),
    });
  }
}

function opened(work: Work, before: Date, after: Date): DateChange {
  const moment = (at: Date): DateChange['before'] => ({
    ...{ on: work.calendar.today(at), at: work.calendar.timeOfDay(at), place: null },
  });
  return { kind: 'opens', label: null, before: moment(before), after: moment(after) };
}

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

/** The rules as they are kept; throws 422 with what is wrong at each. */
function readRules(given: readonly EligibilityRuleInput[]): EligibilityRule[] {
  const keys = new Set(given.flatMap(({ key }) => (key === undefined ? [] : [key])));
  if (keys.size < given.filter(({ key }) => key !== undefined).length) throw invalid('eligibility.key_twice');
  let next = 1;
  const fresh = (): string => {
    while (keys.has(`rule_${next}`)) next += 1;
    keys.add(`rule_${next}`);
    return `rule_${next}`;
  };
  const rules = given.map((each) => readRule(each, each.key ?? fresh()));
  const fields = rules.flatMap((rule, index) => {
    const problem = ruleProblem(rule);
    return problem === undefined ? [] : [{ field: `rules[${index}].${problem.field}`, code: problem.code }];
  });
  if (fields.length > 0) throw invalid('input.has_problems', { params: { count: fields.length }, fields });
  return rules;
}

function readRule(input: EligibilityRuleInput, key: string): EligibilityRule {
  const { question, help, kind, choices, is, value, why } = input;
  const rule: EligibilityRule = {
    ...{ key, question, kind: kind as EligibilityKind, why },
    ...(help !== undefined && { help }),
    ...(kind === 'choice' && choices !== undefined && { choices: linesOf(choices) }),
    must: { is: is as EligibilityTest, value: is === 'one_of' ? linesOf(value) : value.trim().toLowerCase() },
  };
  if (kind === 'choice' && is !== 'one_of') return { ...rule, must: { is: rule.must.is, value: value.trim() } };
  if (kind === 'number' || kind === 'money') {
    const read = readEligibilityAnswer(rule, value);
    return 'value' in read ? { ...rule, must: { is: rule.must.is, value: read.value } } : rule;
  }
  return rule;
}
