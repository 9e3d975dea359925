/** Interviews as their pages show them. */
import { Injectable } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ChoiceView,
  type FormView,
  type LinkView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { formatPoints, pointsInTenths } from '../reviews/index.js';
import { ChooseSlotInput } from './interview.input.js';
import type { SlotRow } from './interview.reads.js';
import { type InterviewView, InterviewViews } from './interview.view.js';
import { InterviewRounds } from './interview-rounds.service.js';
import { Interviews } from './interviews.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class InterviewPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly interviews: Interviews,
    private readonly rounds: InterviewRounds,
    private readonly views: InterviewViews,
  ) {}

  async round(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.round(visit.actor, visit.id('roundId'));
    const path = `/interviews/rounds/${round.id}`;
    const found = await this.interviews.list(visit.actor, { round: round.id, limit: 200 });
    const slots = await this.rounds.takenSlots(visit.actor, round.id);
    const free = slots.filter((slot) => slot.interviewId === null && slot.startsAt > this.db.now).length;
    const offers: ActionView[] = [
      { label: t('interview.offer'), href: `${path}/offer`, primary: free > 0 },
      { label: t('interview.slots.add'), href: `${path}/slots`, primary: free === 0 },
    ];
    const head: PageHead = {
      crumbs: [{ label: round.name, href: `/reviews/rounds/${round.id}` }],
      title: t('interview.round.title', { name: round.name }),
      lead: t('interview.round.lead', { interviews: found.items.length, free }),
      actions: round.canOffer ? offers : [],
    };
    const interviews = table({
      id: 'interviews',
      caption: t('interview.round.caption'),
      columns: [
        { key: 'title', label: t('interview.field.application') },
        { key: 'state', label: t('interview.field.state') },
        { key: 'when', label: t('interview.when') },
        { key: 'place', label: t('interview.field.slot_place'), minor: true },
      ],
      rows: found.items.map((row) => ({
        title: { text: row.applicationTitle, href: `/interviews/${row.id}`, note: row.organizationName },
        state: { tag: this.interviews.machine.state(row.state) },
        when: row.startsAt === null ? undefined : this.when(row.startsAt),
        place: row.place ?? undefined,
      })),
      empty: { title: t('interview.none'), text: t('interview.none.text') },
      stack: true,
    });
    const times = table({
      id: 'slots',
      caption: t('interview.slots.caption'),
      columns: [
        { key: 'when', label: t('interview.when') },
        { key: 'place', label: t('interview.field.slot_place') },
        { key: 'who', label: t('interview.slots.chosen_by') },
        { key: 'button', label: t('interview.slots.remove'), unlabeled: true },
      ],
      rows: slots.map((slot) => ({
        when: this.when(slot.startsAt),
        place: slot.place,
        who:
          slot.interviewId === null
            ? t('interview.slots.free')
            : slot.visibleInterviewId === null
              ? t('interview.slots.taken')
              : { text: slot.organizationName ?? '', href: `/interviews/${slot.visibleInterviewId}` },
        button:
          round.canOffer && slot.interviewId === null
            ? {
                button: {
                  label: t('interview.slots.remove'),
                  action: `/interviews/slots/${slot.id}/remove`,
                  about: this.when(slot.startsAt),
                },
              }
            : undefined,
      })),
      empty: { title: t('interview.slots.none'), text: t('interview.slots.none.text') },
      stack: true,
    });
    return { title: head.title, head, interviews, slots: times };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const { actor } = visit;
    const interview = await this.views.one(actor, visit.id());
    const acting = await this.interviews.sideOf(actor, interview.id);
    const stored = await this.interviews.get(actor, interview.id);
    const path = `/interviews/${interview.id}`;
    const answers = await this.interviews.machine.actions(this.policy, this.db, acting, stored);
    const choosing = answers.find(({ name }) => name === 'choose_slot' || name === 'reschedule');
    const others = answers.filter(({ name }) => name !== 'choose_slot' && name !== 'reschedule');
    const links: ActionView[] = [];
    const subject = { scopes: { fund: stored.fundId, round: stored.roundId } };
    const isPlanned = interview.state.state === 'offered' || interview.state.state === 'scheduled';
    if (isPlanned && this.policy.can(acting, 'interview.offer', subject)) {
      links.push({ label: t('interview.panel.name'), href: `${path}/panel` });
    }
    if (interview.state.state === 'held' && (await this.views.sits(acting, interview.id))) {
      links.push({ label: t('interview.score'), href: `${path}/scores`, primary: true });
    }
    const buttons = actionButtons(this.texts, path, interview.version, others).map((button) => ({
      ...button,
      primary: choosing === undefined && links.length === 0 && button.primary,
    }));
    const head: PageHead = {
      crumbs: this.crumbs(visit, interview),
      tag: interview.state,
      number: interview.applicationNumber,
      title: t('interview.title', { title: interview.applicationTitle }),
      lead: this.lead(interview),
      actions: [...links, ...buttons],
    };
    const isOpen = choosing?.enabled === true;
    return {
      title: head.title,
      head,
      why: choosing === undefined || isOpen ? undefined : actionButtons(this.texts, path, 0, [choosing])[0]?.blockers,
      choose: isOpen ? this.chooseForm(visit, interview, choosing.name, path) : undefined,
      noSlots: isOpen && interview.freeSlots.length === 0 && interview.startsAt === null,
      facts: { items: this.facts(interview) },
      questions: interview.questions ?? undefined,
      response: interview.response ?? undefined,
      panel: interview.panel.length === 0 ? undefined : { items: interview.panel.map(({ name }) => ({ title: name })) },
      scores: interview.scores.length === 0 ? undefined : this.scoreTable(interview),
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'interview', interview.id),
        layout: 'narrow',
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private when(instant: Date): string {
    return this.db.currentCalendar.formatInstant(instant, 'short');
  }

  private crumbs(visit: Visit, { roundId, roundName, applicationId, applicationTitle }: InterviewView): LinkView[] {
    return this.policy.mightDo(visit.actor, 'interview.offer')
      ? [{ label: this.t('interview.round.title', { name: roundName }), href: `/interviews/rounds/${roundId}` }]
      : [{ label: applicationTitle, href: `/applications/${applicationId}` }];
  }

  private lead({ startsAt, place, state, organizationName, roundName, chooseBy }: InterviewView): string {
    if (startsAt !== null) {
      const when = this.db.currentCalendar.formatInstant(startsAt, 'full');
      return this.t('interview.lead.scheduled', { organizationName, when, place });
    }
    if (state.state !== 'offered') return this.t('interview.lead.over', { organizationName, roundName });
    return chooseBy === null
      ? this.t('interview.lead.offered', { organizationName })
      : this.t('interview.lead.offered_until', {
          organizationName,
          date: this.db.currentCalendar.formatDate(chooseBy, 'full'),
        });
  }

  private chooseForm(visit: Visit, interview: InterviewView, action: string, path: string): FormView {
    const { t } = this;
    const free = interview.freeSlots.map((slot) => this.slotChoice(slot));
    const { interpreter, children, accessNote, response } = interview;
    const fields = fieldViews(ChooseSlotInput, this.texts, {
      refused: visit.refused,
      values: {
        slotId: interview.heldSlotId,
        interpreter,
        children: children === 0 ? undefined : children,
        accessNote,
        response,
      },
      choices: { slotId: [...this.heldChoice(interview), ...free] },
      overrides: {
        slotId: { kind: 'radios', prompt: undefined },
        response: { rows: 8, hint: interview.questions ?? undefined },
      },
      only: ['slotId', 'interpreter', 'children', 'accessNote', 'response'],
    });
    return {
      action: `${path}/${action.replaceAll('_', '-')}`,
      fields,
      submit: t(interview.startsAt === null ? 'interview.choose.submit' : 'interview.rechoose.submit'),
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(interview.version) }],
    };
  }

  private slotChoice(slot: SlotRow): ChoiceView {
    return { value: slot.id, label: this.when(slot.startsAt), hint: slot.place };
  }

  /** The time one has: choosing it again keeps it. */
  private heldChoice({ heldSlotId, startsAt, place }: InterviewView): ChoiceView[] {
    if (heldSlotId === null || startsAt === null) return [];
    const label = this.t('interview.choose.keep', { when: this.when(startsAt) });
    return [{ value: heldSlotId, label, hint: place ?? undefined }];
  }

  private facts(interview: InterviewView): { label: string; value: string }[] {
    const { t } = this;
    const { startsAt, endsAt, place, interpreter, children, accessNote } = interview;
    const calendar = this.db.currentCalendar;
    const facts: [string, string | null][] = [
      ['interview.when', startsAt === null ? null : calendar.formatDeadline(startsAt)],
      ['interview.until', endsAt === null ? null : calendar.formatTime(endsAt)],
      ['interview.field.slot_place', place],
      ['interview.field.interpreter', interpreter],
      ['interview.field.children', children === 0 ? null : String(children)],
      ['interview.field.access_note', accessNote],
      ['interview.field.round', interview.roundName],
    ];
    return facts.flatMap(([key, value]) => (value === null ? [] : [{ label: t(key), value }]));
  }

  private scoreTable(interview: InterviewView): TableView {
    const { t } = this;
    const people = [...new Set(interview.scores.map(({ personId }) => personId))];
    return table({
      id: 'scores',
      caption: t('interview.scores.caption'),
      columns: [
        { key: 'criterion', label: t('interview.field.criterion') },
        { key: 'reason', label: t('interview.field.reason') },
        { key: 'score', label: t('interview.field.score'), kind: 'number' },
      ],
      groups: people.map((personId) => {
        const own = interview.scores.filter((score) => score.personId === personId);
        const points = formatPoints(pointsInTenths([own]) ?? 0);
        return {
          label: t('interview.scores.of', { name: own[0]?.name, points }),
          rows: own.map(({ criterion, reason, score, scaleMax }) => ({
            criterion,
            reason,
            score: { text: t('review.score_of', { score, max: scaleMax }) },
          })),
        };
      }),
      stack: true,
    });
  }
}
