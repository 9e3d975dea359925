/** What changed since the round this one was copied from, why, and which comment asked for it. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import { type PageHead, table, type TableView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { readSetAside } from './rounds.reads.js';
import { criteriaLines } from './criteria.parts.js';
import { mustText } from './eligibility.page-view.js';
import { type Difference, type DifferencePart, differences, type SaidLine } from './round.compare.js';
import { leadersLine } from './round.dates.js';
import type { Round } from './round.entity.js';
import { formPage, type FormPageView } from './round-form-page.js';
import { formOfRound } from './round-form.js';
import { ChangeReasonInput } from './round-set-up.input.js';
import { findRound, readMilestones, readRubric, roundSubject } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';

type View = { title: string } & Record<string, unknown>;

/** A difference with what was said about it. */
export interface ExplainedDifference extends Difference {
  readonly reason: string | null;
  /** The words of the comment that asked for it. */
  readonly asked: string | null;
}

interface ReasonRow {
  readonly changeKey: string;
  readonly reason: string;
  readonly commentId: string | null;
  readonly asked: string | null;
}

const LONGEST_ASKED = 160;

@Injectable()
export class RoundChanges {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
  ) {}

  /** By the copy's id, for who may see it; empty when it is no copy. */
  async differences(actor: Actor, id: string): Promise<ExplainedDifference[]> {
    const round = await this.rounds.get(actor, id);
    const before = round.copiedFromId === null ? undefined : await findRound(this.db, round.copiedFromId);
    return before === undefined ? [] : this.between(before, round);
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const { round, before } = await this.pair(visit);
    const found = await this.between(before, round);
    const canExplain = this.policy.can(visit.actor, 'round.answer_comment', roundSubject(round));
    const head: PageHead = {
      crumbs: this.crumbs(round),
      title: t('round_change.title', { name: before.name }),
      lead: t('round_change.lead', { count: found.length }),
    };
    const parts = [...new Set(found.map(({ part }) => part))].map((part) => ({
      title: t(`round_change.part.${part}`),
      table: this.table(round, before, part, found, canExplain),
    }));
    return { title: head.title, head, parts, empty: { title: t('round_change.none') } };
  }

  async reasonForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const { round, before } = await this.pair(visit);
    const key = String(visit.refused?.values['changeKey'] ?? visit.query['key'] ?? '');
    const found = (await this.between(before, round)).find((each) => each.key === key);
    if (found === undefined) throw notFound('thing.not_found');
    const [kept] = (await this.reasons(round.id)).filter((each) => each.changeKey === key);
    const nothing = t('round_change.not_there');
    return formPage(this.texts, visit, {
      title: t('round_change.why', { what: found.label }),
      lead: t('round_change.was_is', { before: found.before ?? nothing, after: found.after ?? t('round_change.gone') }),
      crumbs: [...this.crumbs(round), { label: t('round_change.crumb'), href: `/rounds/${round.id}/changes` }],
      input: ChangeReasonInput,
      action: `/rounds/${round.id}/changes/reason`,
      submit: t('form.save'),
      values: { reason: kept?.reason, commentId: kept?.commentId },
      choices: { commentId: await this.comments(round.id, before.id) },
      hidden: [{ name: 'changeKey', value: key }],
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs(round: Round): { label: string; href: string }[] {
    return [
      { label: this.t('round.list.title'), href: '/rounds' },
      { label: round.name, href: `/rounds/${round.id}` },
    ];
  }

  private async pair(visit: Visit): Promise<{ round: Round; before: Round }> {
    const round = await this.rounds.get(visit.actor, visit.id());
    if (round.copiedFromId === null) throw notFound('round.not_copied');
    return { round, before: await this.rounds.get(visit.actor, round.copiedFromId) };
  }

  private async between(before: Round, round: Round): Promise<ExplainedDifference[]> {
    const reasons = new Map((await this.reasons(round.id)).map((each) => [each.changeKey, each]));
    const found = differences(await this.lines(before), await this.lines(round));
    return found.map((each) => ({
      ...each,
      reason: reasons.get(each.key)?.reason ?? null,
      asked: reasons.get(each.key)?.asked ?? null,
    }));
  }

  private async reasons(roundId: string): Promise<ReasonRow[]> {
    return this.db.query<ReasonRow>(sql`
      select r.change_key as "changeKey", r.reason, r.comment_id as "commentId", left(c.body, ${LONGEST_ASKED}) as asked
      from round_change_reasons r left join rubric_comments c on c.id = r.comment_id where r.round_id = ${roundId}`);
  }

  private async comments(...roundIds: readonly string[]): Promise<{ value: string; label: string }[]> {
    return this.db.query(sql`
      select c.id as value, concat_ws(': ', coalesce(c.organization, c.name, g.name), left(c.body, 100)) as label
      from rubric_comments c left join comment_groups g on g.id = c.group_id
      where c.round_id = any(${[...roundIds]}::uuid[]) order by c.created_at desc, c.id limit 300`);
  }

  private table(
    round: Round,
    before: Round,
    part: DifferencePart,
    found: readonly ExplainedDifference[],
    canExplain: boolean,
  ): TableView {
    const { t } = this;
    return table({
      id: `changed-${part}`,
      caption: t(`round_change.part.${part}`),
      columns: [
        { key: 'what', label: t('round_change.what') },
        { key: 'before', label: before.number },
        { key: 'after', label: round.number },
        { key: 'why', label: t('round_change.why_head') },
      ],
      rows: found
        .filter((each) => each.part === part)
        .map((each) => {
          const href = `/rounds/${round.id}/changes/reason?key=${encodeURIComponent(each.key)}`;
          const asked = each.asked === null ? undefined : t('round_change.asked', { words: each.asked });
          const why = each.reason ?? (canExplain ? t('round_change.say_why') : undefined);
          return {
            what: each.label,
            before: each.before ?? t('round_change.not_there'),
            after: each.after ?? t('round_change.gone'),
            why: why === undefined ? undefined : { text: why, note: asked, ...(canExplain && { href }) },
          };
        }),
      stack: true,
    });
  }

  /** All that a round says, one thing a line. */
  private async lines(round: Round): Promise<SaidLine[]> {
    const rubric = await readRubric(this.db, round.id);
    return [
      ...(await this.terms(round)),
      ...(await this.dates(round)),
      ...round.eligibilityRules.map((rule): SaidLine => ({
        ...{ key: `eligibility.${rule.key}`, part: 'eligibility', label: rule.question },
        value: `${rule.question} ${mustText(this.texts, rule)}`,
      })),
      ...criteriaLines(this.texts, rubric),
      ...(await this.form(round)),
    ];
  }

  private async terms(round: Round): Promise<SaidLine[]> {
    const { t } = this;
    const setAside = (await readSetAside(this.db, [round.id])).get(round.id);
    const line = (key: string, label: string, value: string | null): SaidLine[] =>
      value === null ? [] : [{ key: `terms.${key}`, part: 'terms', label, value }];
    const calendar = this.db.currentCalendar;
    const days = calendar.daysBetween(calendar.today(round.opensAt), calendar.today(round.dueAt));
    return [
      ...line('kind', t('round.field.kind'), t(`round.field.kind.${round.kind}`)),
      ...line('set_aside', t('round.set_aside'), setAside?.format() ?? null),
      ...line('floor', t('round.field.floor'), round.floor.isPositive ? round.floor.format() : null),
      ...line('ceiling', t('round.field.ceiling'), round.ceiling?.format() ?? null),
      ...line(
        'awards',
        t('round.field.awards_at_most'),
        round.awardsAtMost === null ? null : String(round.awardsAtMost),
      ),
      ...line('gates', t('round.field.gates'), t(`round.field.gates.${round.gates}`)),
      ...line('open_days', t('round_change.open_days'), t('round_change.days', { days })),
      ...line('grace', t('round.field.grace_minutes'), t('round.grace', { minutes: round.graceMinutes })),
      ...line('leaders', t('round.field.who_may_lead'), leadersLine(this.texts, round.whoMayLead)),
      ...line('letters', t('round.field.takes_letters_of_intent'), yesNo(this.texts, round.takesLettersOfIntent)),
      ...line('partners', t('round.field.partners_must_confirm'), yesNo(this.texts, round.partnersMustConfirm)),
      ...line(
        'certifier',
        t('round.field.certifier'),
        t(`round.field.certifier.${round.writerMayCertify ? 'writer_too' : 'another_person'}`),
      ),
      ...line('purpose', t('round.field.purpose'), round.purpose),
      ...line('eligibility', t('round.field.eligibility'), round.eligibility),
    ];
  }

  /** Days move with every round: what differs is which there are, and how far from the deadline. */
  private async dates(round: Round): Promise<SaidLine[]> {
    const calendar = this.db.currentCalendar;
    const due = calendar.today(round.dueAt);
    const seen = new Map<string, number>();
    return ((await readMilestones(this.db, [round.id])).get(round.id) ?? []).map((each): SaidLine => {
      const name = each.label ?? this.t(`round.field.milestone_kind.${each.kind}`);
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      const days = calendar.daysBetween(each.happensOn, due);
      const when = this.t('round_change.from_due', { days, after: -days, when: days < 0 ? 'after' : 'before' });
      const time =
        each.startsAt === null ? null : calendar.formatTime(calendar.deadline(each.happensOn, each.startsAt));
      return {
        ...{ key: `dates.${name} ${number}`, part: 'dates', label: number === 1 ? name : `${name} ${number}` },
        value: [when, time, each.place].filter((part) => part !== null).join(', '),
      };
    });
  }

  private async form(round: Round): Promise<SaidLine[]> {
    const { definition } = await formOfRound(this.db, round);
    return definition.sections.flatMap((section) =>
      section.questions.map((question): SaidLine => {
        const words = question.mostWords;
        const parts = [
          section.title,
          question.label,
          ...(words === undefined ? [] : [this.t('round_change.words', { words })]),
          this.t(question.required === true ? 'round_change.required' : 'round_change.optional'),
        ];
        return { key: `form.${question.key}`, part: 'form', label: question.label, value: parts.join('. ') };
      }),
    );
  }
}

const yesNo = (texts: Texts, value: boolean): string => texts.t(`eligibility.${value ? 'yes' : 'no'}`);
