/** The forms of meetings, dockets and motions. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ChoiceView, FieldView, LinkView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, inPairs } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import { DocketItemInput, MeetingInput, MotionInput } from './decisions.input.js';
import { type Candidate, readCandidates, readDocket } from './docket.reads.js';
import type { Meeting } from './meeting.entity.js';
import { Meetings } from './meetings.service.js';
import { MOTION_KINDS, type MotionKind } from './motion.entity.js';
import { MotionViews } from './motion.view.js';

type View = { title: string } & Record<string, unknown>;

const NAMES_APPLICATIONS: readonly MotionKind[] = ['award', 'decline', 'waitlist'];

/** What a motion's form starts from. */
interface MotionStart {
  readonly kind: MotionKind;
  readonly itemId?: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly amounts: ReadonlyMap<string, Money | null>;
}

@Injectable()
export class DecisionForms {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly meetings: Meetings,
    private readonly motions: MotionViews,
  ) {}

  async newMeeting(visit: Visit): Promise<View> {
    const values = { quorumBasisPoints: 5000, heldTime: '15:00' };
    return this.meetingForm(visit, { title: this.t('meeting.new'), action: '/meetings', values });
  }

  async editMeeting(visit: Visit): Promise<View> {
    const meeting = await this.meetings.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    const heldOn = calendar.today(meeting.heldAt);
    const values = { ...meeting, heldOn, heldTime: calendar.timeOfDay(meeting.heldAt) };
    const title = this.t('meeting.edit', { name: meeting.name });
    return this.meetingForm(visit, { title, action: `/meetings/${meeting.id}/edit`, values, meeting });
  }

  async newDocketItem(visit: Visit): Promise<View> {
    const meeting = await this.meetings.get(visit.actor, visit.id());
    const inFund = meeting.fundId === null ? rawSql('true') : sql`fund_id = ${meeting.fundId}`;
    const rounds = await this.db.query<ChoiceView>(sql`
      select id as value, number || ', ' || name as label from rounds
      where ${inFund} and state in ('reviewing', 'deciding') order by number limit 200`);
    const applications = await this.db.query<ChoiceView>(sql`
      select a.id as value, coalesce(a.number || ', ', '') || a.title as label from applications a
      where ${inFund} and a.state in ('eligible', 'shortlisted', 'waitlisted')
        and ${notConflicted(staffSide(visit.actor), rawSql('a.id'))} order by label limit 200`);
    const title = this.t('docket.add');
    return {
      title,
      head: { crumbs: this.crumbs(meeting), title, lead: this.t('docket.add.lead') },
      form: {
        action: `/meetings/${meeting.id}/docket`,
        fields: fieldViews(DocketItemInput, this.texts, {
          refused: visit.refused,
          choices: { roundId: rounds, applicationId: applications },
          overrides: { recommendation: { rows: 3 }, position: { width: 'short' } },
        }),
        submit: this.t('docket.add'),
        cancel: { label: this.t('form.cancel'), href: `/meetings/${meeting.id}` },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  async newMotion(visit: Visit): Promise<View> {
    const sent = visit.refused?.values ?? visit.query;
    const itemId = typeof sent['docketItemId'] === 'string' ? sent['docketItemId'] : undefined;
    const kind = MOTION_KINDS.find((each) => each === sent['kind']) ?? 'other';
    const meeting = await this.meetings.get(visit.actor, visit.id());
    return this.motionForm(visit, meeting, {
      title: this.t('motion.new'),
      action: `/meetings/${meeting.id}/motions`,
      submit: this.t('motion.create'),
      start: { kind, itemId, values: {}, amounts: new Map() },
    });
  }

  async editMotion(visit: Visit): Promise<View> {
    const { motion, item } = await this.motions.parts(visit.actor, visit.id());
    const meeting = await this.meetings.get(visit.actor, motion.meetingId);
    const amounts = new Map(item.items.map((each) => [each.applicationId, each.amount]));
    const values = item.isHidden ? { moverId: motion.moverId, seconderId: motion.seconderId } : { ...motion };
    return this.motionForm(visit, meeting, {
      title: this.t('motion.edit', { number: motion.number }),
      action: `/motions/${motion.id}/edit`,
      submit: this.t('form.save'),
      version: motion.version,
      start: { kind: motion.kind, itemId: motion.docketItemId ?? undefined, values, amounts },
    });
  }

  /** Present members, for the selects of mover and seconder. */
  async presentMembers(meetingId: string): Promise<ChoiceView[]> {
    return this.db.query<ChoiceView>(sql`
      select a.person_id as value, p.name as label from meeting_attendance a join persons p on p.id = a.person_id
      where a.meeting_id = ${meetingId} and a.present order by p.name, p.id`);
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs(meeting: { id: string; name: string }): LinkView[] {
    return [
      { label: this.t('meeting.list.title'), href: '/meetings' },
      { label: meeting.name, href: `/meetings/${meeting.id}` },
    ];
  }

  private async meetingForm(
    visit: Visit,
    form: { title: string; action: string; values: Readonly<Record<string, unknown>>; meeting?: Meeting },
  ): Promise<View> {
    const filter = this.policy.filter(visit.actor, 'meeting.create', { scopes: { fund: 'f.id' } });
    const funds = await this.db.query<ChoiceView>(
      sql`select f.id as value, f.name as label from funds f where ${conditionSql(filter)} order by f.name limit 200`,
    );
    const fields = fieldViews(MeetingInput, this.texts, {
      values: form.values,
      refused: visit.refused,
      choices: { fundId: funds },
      overrides: { fundId: { prompt: this.t('meeting.whole_agency') }, quorumBasisPoints: { width: 'short' } },
      only: ['name', 'fundId', 'heldOn', 'heldTime', 'place', 'quorumBasisPoints', 'recusedCount'],
    });
    const { meeting } = form;
    return {
      title: form.title,
      head: {
        crumbs: meeting === undefined ? this.crumbs({ id: '', name: '' }).slice(0, 1) : this.crumbs(meeting),
        title: form.title,
      },
      form: {
        action: form.action,
        fields: inPairs(fields, [['heldOn', 'heldTime']]),
        submit: this.t(meeting === undefined ? 'meeting.create' : 'form.save'),
        cancel: { label: this.t('form.cancel'), href: meeting === undefined ? '/meetings' : `/meetings/${meeting.id}` },
        errors: errorItems(this.texts, visit.refused),
        hidden: meeting === undefined ? [] : [{ name: 'version', value: String(meeting.version) }],
      },
    };
  }

  private async motionForm(
    visit: Visit,
    meeting: Meeting,
    form: { title: string; action: string; submit: string; version?: number; start: MotionStart },
  ): Promise<View> {
    const { kind, itemId, values, amounts } = form.start;
    const docket = await readDocket(this.db, visit.actor, meeting.id);
    const members = await this.presentMembers(meeting.id);
    const only = ['docketItemId', 'text', ...this.fieldsOf(kind), 'moverId', 'seconderId'];
    const sources = await this.db.query<ChoiceView>(
      sql`select id as value, name as label from sources where state = 'active' order by name limit 200`,
    );
    const fields = fieldViews(MotionInput, this.texts, {
      values: { docketItemId: itemId, ...values },
      refused: visit.refused,
      only,
      choices: {
        docketItemId: docket.map((row) => ({ value: row.id, label: row.title ?? this.t('docket.recused') })),
        moverId: members,
        seconderId: members,
        sourceId: sources,
      },
      overrides: { text: { rows: 4 }, factor: { rows: 3 } },
    });
    const item = docket.find((each) => each.id === itemId);
    const candidates = NAMES_APPLICATIONS.includes(kind) ? await this.candidates(visit, item?.id) : [];
    const isNew = form.version === undefined;
    return {
      title: form.title,
      head: { crumbs: this.crumbs(meeting), title: form.title, lead: this.t(`motion.form.${kind}`) },
      kinds: isNew ? this.kindLinks(meeting.id, kind, itemId) : undefined,
      form: {
        action: form.action,
        fields: inPairs(fields, [['moverId', 'seconderId']]),
        submit: form.submit,
        cancel: { label: this.t('form.cancel'), href: `/meetings/${meeting.id}` },
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'kind', value: kind }, ...(isNew ? [] : [{ name: 'version', value: String(form.version) }])],
        lines: candidates.length === 0 ? undefined : this.lines(visit, kind, candidates, amounts),
      },
    };
  }

  private fieldsOf(kind: MotionKind): string[] {
    if (kind === 'raise_set_aside') return ['sourceId', 'amount'];
    return kind === 'award' ? ['factor'] : [];
  }

  /** The five kinds as links: each has a form of its own. */
  private kindLinks(meetingId: string, chosen: MotionKind, itemId: string | undefined): LinkView[] {
    const item = itemId === undefined ? '' : `&docketItemId=${itemId}`;
    return MOTION_KINDS.map((kind) => ({
      label: this.t(`motion.field.kind.${kind}`),
      href: `/meetings/${meetingId}/motions/new?kind=${kind}${item}`,
      current: kind === chosen,
    }));
  }

  /** Open applications of the item's round, or the one application on the docket, as far as they may be seen. */
  private async candidates(visit: Visit, itemId: string | undefined): Promise<Candidate[]> {
    if (itemId === undefined) return [];
    const item = await this.db.find<{ roundId: string; applicationId: string | null }>(sql`
      select coalesce(d.round_id, a.round_id) as "roundId", d.application_id as "applicationId"
      from docket_items d left join applications a on a.id = d.application_id where d.id = ${itemId}`);
    if (item === undefined) return [];
    const all = await readCandidates(this.db, item.roundId, visit.actor);
    return all.filter(
      (each) =>
        each.isOpen && !each.isHidden && (item.applicationId === null || each.applicationId === item.applicationId),
    );
  }

  private lines(
    visit: Visit,
    kind: MotionKind,
    candidates: readonly Candidate[],
    amounts: ReadonlyMap<string, Money | null>,
  ): unknown {
    const typed = typedAmounts(visit.refused?.values['items']);
    const problems = new Map(visit.refused?.error.fields.map((each) => [each.field, each]) ?? []);
    return candidates.map((candidate, index) => {
      const name = `items[${index}].${kind === 'award' ? 'amount' : 'include'}`;
      const label = this.t('motion.line', { rank: candidate.rank, title: candidate.title, name: candidate.name });
      const stored = amounts.get(candidate.applicationId);
      const before = typed?.get(candidate.applicationId);
      const problem = problems.get(name) ?? problems.get(`items[${index}].applicationId`);
      const error = problem === undefined ? undefined : this.t(`error.${problem.code}`, problem.params);
      const hint = this.t('motion.asked', { amount: candidate.requested });
      const field: FieldView =
        kind === 'award'
          ? {
              ...{ kind: 'money', name, label, hint, error, optional: true, width: 'short' },
              value: before ?? stored?.format({ symbol: false, cents: true }),
            }
          : { ...{ kind: 'yes', name, label, error }, value: before === 'yes' || stored !== undefined };
      return { id: { name: `items[${index}].applicationId`, value: candidate.applicationId }, field };
    });
  }
}

/** What was typed for each application in a form that was refused. */
function typedAmounts(sent: unknown): Map<string, string> | undefined {
  if (!Array.isArray(sent)) return undefined;
  return new Map(
    (sent as Record<string, unknown>[]).flatMap((row) => {
      const value = row['amount'] ?? row['include'];
      return typeof row['applicationId'] === 'string' && typeof value === 'string'
        ? [[row['applicationId'], value] as const]
        : [];
    }),
  );
}
