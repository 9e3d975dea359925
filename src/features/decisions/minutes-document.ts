/** The minutes of a meeting as a document: who was there, what was moved, how each voted, as it was recorded. */
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { parseLetter } from '../../platform/letters/blocks.js';
import { drawLetter } from '../../platform/pdf/letter.js';
import { letterMarkup } from '../../platform/templates/letter-markup.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { DocumentKind } from '../documents/index.js';
import { MINUTES_KIND, meetingLifecycle } from './meeting.lifecycle.js';
import type { MotionKind, VoteChoice } from './motion.entity.js';
import { motionLifecycle, type MotionState } from './motion.lifecycle.js';
import { quorumNeeded } from './vote.rules.js';

interface MinutedMember {
  readonly name: string;
  readonly interest: string;
}

interface MinutedItem {
  readonly organization: string;
  readonly title: string;
  readonly cents: string | null;
}

interface MinutedMotion {
  readonly number: string;
  readonly kind: MotionKind;
  readonly state: MotionState;
  readonly text: string;
  readonly mover: string;
  readonly seconder: string;
  readonly factor: string | null;
  readonly cents: string | null;
  readonly items: readonly MinutedItem[] | null;
  readonly votes: readonly { readonly name: string; readonly choice: VoteChoice }[] | null;
  readonly recused: readonly MinutedMember[] | null;
  readonly disclosed: readonly MinutedMember[] | null;
}

interface MeetingHead {
  readonly agency: string | null;
  readonly committee: string | null;
  readonly name: string;
  readonly place: string | null;
  readonly heldOn: string;
  readonly heldTime: string;
  readonly approvedOn: string | null;
  readonly basisPoints: number;
  readonly present: readonly string[];
  readonly absent: readonly string[];
  readonly docket: readonly string[];
}

/** Plain data, so that the same minutes read the same. */
export interface MinutesInputs extends MeetingHead {
  readonly motions: readonly MinutedMotion[];
}

export function minutesDocument(texts: Texts): DocumentKind<MinutesInputs> {
  return {
    kind: MINUTES_KIND,
    subjectType: meetingLifecycle.name,
    templateVersion: '1',
    titleOf: ({ name, heldOn }) => texts.t('minutes.document.title', { name, date: heldOn }),
    load: loadMinutes,
    draw: (inputs) => draw(texts, inputs),
  };
}

async function loadMinutes(from: Queryable, meetingId: string): Promise<MinutesInputs> {
  const [head] = await from.query<MeetingHead>(sql`
    select g.name as agency, f.name as committee, m.name, m.place, m.quorum_basis_points as "basisPoints",
           to_char(m.held_at at time zone zone.name, 'FMMonth FMDD, YYYY') as "heldOn",
           to_char(m.held_at at time zone zone.name, 'FMHH12:MI a.m.') as "heldTime",
           (select to_char(max(s.at) at time zone zone.name, 'FMMonth FMDD, YYYY') from lifecycle_steps s
            where s.subject_type = 'meeting' and s.subject_id = m.id and s.action = 'approve_minutes') as "approvedOn",
           ${namesWhere(true)} as present, ${namesWhere(false)} as absent,
           array(select coalesce(r.name, o.name || ', ' || a.title) from docket_items d
             left join rounds r on r.id = d.round_id left join applications a on a.id = d.application_id
             left join organizations o on o.id = a.organization_id
             where d.meeting_id = m.id order by d.position) as docket
    from meetings m left join funds f on f.id = m.fund_id left join agency g on true
      cross join lateral (select coalesce(g.time_zone, 'UTC') as name) zone
    where m.id = ${meetingId}`);
  if (head === undefined) throw notFound('thing.not_found');
  return { ...head, motions: await loadMotions(from, meetingId) };
}

const namesWhere = (isPresent: boolean): ReturnType<typeof sql> => sql`
  array(select p.name from meeting_attendance a join persons p on p.id = a.person_id
    where a.meeting_id = m.id and a.present = ${isPresent} order by p.name, p.id)`;

/** A vote of somebody recused is not read out; one with a remote interest stands under its disclosure. */
async function loadMotions(from: Queryable, meetingId: string): Promise<MinutedMotion[]> {
  return from.query<MinutedMotion>(sql`
    select m.number, m.kind, m.state, m.text, mover.name as mover, seconder.name as seconder, m.factor,
           m.amount_cents::text as cents,
           (select json_agg(json_build_object('organization', o.name, 'title', a.title,
                'cents', i.amount_cents::text) order by o.name, a.id)
            from motion_items i join applications a on a.id = i.application_id
              join organizations o on o.id = a.organization_id where i.motion_id = m.id) as items,
           (select json_agg(json_build_object('name', p.name, 'choice', v.choice) order by p.name, p.id)
            from votes v join persons p on p.id = v.person_id where v.motion_id = m.id and v.counted
              and not exists (select from recusals r where r.motion_id = m.id and r.person_id = v.person_id)) as votes,
           (select json_agg(json_build_object('name', p.name, 'interest', r.interest) order by p.name, p.id)
            from recusals r join persons p on p.id = r.person_id where r.motion_id = m.id) as recused,
           (select json_agg(json_build_object('name', p.name, 'interest', v.interest) order by p.name, p.id)
            from votes v join persons p on p.id = v.person_id where v.motion_id = m.id and not v.counted) as disclosed
    from motions m join persons mover on mover.id = m.mover_id join persons seconder on seconder.id = m.seconder_id
    where m.meeting_id = ${meetingId} order by m.number`);
}

async function draw(texts: Texts, inputs: MinutesInputs): Promise<Uint8Array> {
  const { name, heldOn, heldTime, place, present, absent, basisPoints } = inputs;
  const members = present.length + absent.length;
  const program = inputs.committee ?? texts.t('meeting.whole_agency');
  const view = {
    ...{ name, heldOn, heldTime, members, docket: inputs.docket },
    place: place ?? '',
    needed: quorumNeeded(members, basisPoints),
    present: present.join(', '),
    absent: absent.join(', '),
    approvedOn: inputs.approvedOn ?? '',
    motions: inputs.motions.map((motion) => motionView(texts, motion)),
  };
  return drawLetter(parseLetter(letterMarkup('letters/minutes', view)), {
    ...{ agency: inputs.agency ?? '', program, date: heldOn, reference: texts.t('meeting.section.minutes') },
    addressee: [],
    foot: `${name} · ${heldOn}`,
    title: texts.t('minutes.document.title', { name, date: heldOn }),
  });
}

function motionView(texts: Texts, motion: MinutedMotion): Record<string, unknown> {
  const t = (key: string): string => texts.t(key);
  const votes = motion.votes ?? [];
  const interestsOf = (members: readonly MinutedMember[] | null): string =>
    (members ?? []).map((each) => `${each.name} (${t(`decision.interest.${each.interest}`)})`).join(', ');
  const roll: [string, VoteChoice][] = [
    ['vote.ayes', 'aye'],
    ['vote.nays', 'nay'],
    ['vote.abstained', 'abstain'],
  ];
  const lines = [
    ...roll.map(([key, choice]) => {
      const names = votes.filter((vote) => vote.choice === choice).map((vote) => vote.name);
      return { label: `${t(key)} (${names.length})`, value: names.join(', ') };
    }),
    { label: t('motion.recused_members'), value: interestsOf(motion.recused) },
    { label: t('motion.disclosed'), value: interestsOf(motion.disclosed) },
    { label: t('motion.field.factor'), value: motion.factor ?? '' },
  ].filter((line) => line.value !== '');
  const money = (cents: string | null): string => (cents === null ? '' : Money.ofCents(cents).format());
  const { number, text, mover, seconder } = motion;
  const result = motionLifecycle.definition.states[motion.state].label;
  const items = (motion.items ?? []).map((each) => ({
    name: `${each.organization}: ${each.title}`,
    amount: money(each.cents),
  }));
  return {
    ...{ number, text, mover, seconder, result, lines, amount: money(motion.cents) },
    awards: motion.kind === 'award' ? items : [],
    named: motion.kind === 'award' ? [] : items,
  };
}
