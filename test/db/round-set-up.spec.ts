/** Round set-up: forms, eligibility, copies, dates that change with a reason, and criteria with the community. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { DEFAULT_FORM, Forms } from '../../src/features/forms/index.js';
import { Eligibility, formOfRound, Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { CommentGroups } from '../../src/features/rounds/comment-groups.service.js';
import { Criteria } from '../../src/features/rounds/criteria.service.js';
import { CriteriaTasks } from '../../src/features/rounds/criteria.tasks.js';
import { RoundCalendar } from '../../src/features/rounds/round-calendar.js';
import { RoundChanges } from '../../src/features/rounds/round-changes.view.js';
import type { EligibilityRuleInput } from '../../src/features/rounds/round-set-up.input.js';
import { RoundViews } from '../../src/features/rounds/round.view.js';
import { readRubricVersions } from '../../src/features/rounds/rubric-versions.js';
import { type Actor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, someDistricts } from '../factories/applications.js';
import { fundWithPools } from '../factories/funds.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, publishedRound, roundInput, rubricInput } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';

const system = systemActor('test');
const ADDRESS = '203.0.113.9';

let world: World;
let rounds: Rounds;
let setUp: RoundSetUp;
let views: RoundViews;
let criteria: Criteria;
let groups: CommentGroups;
let eligibility: Eligibility;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  await someDistricts(world);
  rounds = world.get(Rounds);
  setUp = world.get(RoundSetUp);
  views = world.get(RoundViews);
  criteria = world.get(Criteria);
  groups = world.get(CommentGroups);
  eligibility = world.get(Eligibility);
}, 60_000);
afterAll(async () => world?.close());

const asApp = (text: ReturnType<typeof sql>): Promise<unknown> => world.db.work(system, (work) => work.query(text));

const rules: EligibilityRuleInput[] = [
  {
    question: 'Is your organization in King County?',
    kind: 'yes_no',
    is: 'equal',
    value: 'yes',
    why: 'Only here.',
  },
  {
    question: 'What is your annual budget?',
    kind: 'money',
    is: 'at_most',
    value: '$1,000,000',
    why: 'For small organizations. A larger one can be a partner.',
  },
  {
    question: 'Where will you work?',
    kind: 'choice',
    choices: 'Kent\nHighline\nElsewhere',
    is: 'one_of',
    value: 'Kent\nHighline',
    why: 'Kent and Highline only.',
  },
];

async function roundThatAsks(): Promise<string> {
  const { roundId } = await draftRound(world);
  await setUp.setEligibility(system, roundId, { rules });
  await rounds.take(system, roundId, 'publish', {});
  return roundId;
}

async function roundInComment(audience?: 'groups'): Promise<string> {
  const { roundId } = await draftRound(world);
  if (audience !== undefined) await groups.setAudience(system, roundId, { audience });
  await rounds.take(system, roundId, 'open_criteria_for_comment', {});
  return roundId;
}

const changedRubric = (): ReturnType<typeof rubricInput> => {
  const input = rubricInput();
  const [need, partnership] = input.criteria;
  return Object.assign(input, {
    criteria: [
      { ...need, weight: 50 },
      { ...partnership, weight: 50 },
    ],
    reason: 'Partnership counts as much as need.',
  });
};

describe('the form of a round', () => {
  it('is the usual one until another of its fund is chosen, and is frozen with it', async () => {
    const { roundId, fundId } = await draftRound(world);
    const forms = world.get(Forms);
    expect((await formOfRound(world.db, await rounds.get(system, roundId))).definition).toEqual(DEFAULT_FORM);
    const begun = await forms.createForm(system, { fundId, name: 'RFI' });
    const other = await fundWithPools(world, 1);
    const foreign = await forms.createForm(system, { fundId: other.fundId, name: 'RFI' });
    const versionOf = async (formId: string): Promise<string> => {
      const [row] = await world.db.query<{ id: string }>(sql`select id from form_versions where form_id = ${formId}`);
      return row?.id ?? '';
    };
    const versionId = await versionOf(begun.id);
    const elsewhere = setUp.chooseForm(system, roundId, { formVersionId: await versionOf(foreign.id) });
    expect((await refusal(elsewhere)).fields[0]?.code).toBe('field.not_found');
    await setUp.chooseForm(system, roundId, { formVersionId: versionId });
    await asApp(sql`update form_versions set definition = ${JSON.stringify({ sections: [] })}::jsonb
      where id = ${versionId}`);
    const empty = await refusal(rounds.take(system, roundId, 'publish', {}));
    expect(empty.blockers.map(({ code }) => code)).toEqual(['round.form_asks_nothing']);
    await asApp(sql`update form_versions set definition = ${JSON.stringify(DEFAULT_FORM)}::jsonb
      where id = ${versionId}`);
    await rounds.take(system, roundId, 'publish', {});
    const [frozen] = await world.db.query<{ state: string }>(
      sql`select state from form_versions where id = ${versionId}`,
    );
    expect(frozen?.state).toBe('published');
    expect((await refusal(setUp.chooseForm(system, roundId, {}))).code).toBe('round.published_stays');
    await expect(asApp(sql`update rounds set form_version_id = null where id = ${roundId}`)).rejects.toThrow(
      'the terms of a published round do not change',
    );
  });
});

describe('a form chosen for a round', () => {
  it('keeps the round in its fund, and is frozen by an officer of that fund', async () => {
    const { roundId, fundId } = await draftRound(world);
    const { id: formId } = await world.get(Forms).createForm(system, { fundId, name: 'RFP' });
    const [draft] = await world.db.query<{ id: string }>(sql`select id from form_versions where form_id = ${formId}`);
    const formVersionId = draft?.id ?? '';
    await asApp(sql`update form_versions set definition = ${JSON.stringify(DEFAULT_FORM)}::jsonb
      where id = ${formVersionId}`);
    await setUp.chooseForm(system, roundId, { formVersionId });
    const { poolIds } = await fundWithPools(world, 1);
    const moved = rounds.update(system, roundId, roundInput(world, poolIds[0] ?? ''));
    expect((await refusal(moved)).fields).toEqual([
      expect.objectContaining({ field: 'poolId', code: 'round.form_of_other_fund' }),
    ]);
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    await rounds.take(officer, roundId, 'publish', {});
    const frozen = await world.db.query<{ state: string }>(
      sql`select state from form_versions where id = ${formVersionId}`,
    );
    expect(frozen).toEqual([{ state: 'published' }]);
    const again = await draftRound(world);
    await rounds.update(system, again.roundId, roundInput(world, (await fundWithPools(world, 1)).poolIds[0] ?? ''));
  });
});

describe('eligibility', () => {
  it('is data: rules that do not fit together are refused where they are wrong', async () => {
    const { roundId } = await draftRound(world);
    const wrong = await refusal(
      setUp.setEligibility(system, roundId, {
        rules: [
          { question: 'a', kind: 'yes_no', is: 'at_most', value: '3', why: 'b' },
          { question: 'a', kind: 'choice', choices: 'One', is: 'one_of', value: 'One', why: 'b' },
          { question: 'a', kind: 'choice', choices: 'One\nTwo', is: 'one_of', value: 'Three', why: 'b' },
          { question: 'a', kind: 'money', is: 'at_most', value: 'much', why: 'b' },
        ],
      }),
    );
    expect(wrong.fields.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'rules[0].is eligibility.test_not_for_kind',
      'rules[1].choices eligibility.needs_choices',
      'rules[2].value eligibility.not_among',
      'rules[3].value eligibility.value_of_money',
    ]);
    const twice = await refusal(
      setUp.setEligibility(system, roundId, { rules: rules.map((rule) => ({ ...rule, key: 'same' })) }),
    );
    expect(twice.code).toBe('eligibility.key_twice');
  });

  it('tells anybody at once, keeps nothing of strangers, and keeps what a member answers', async () => {
    const roundId = await roundThatAsks();
    const good = { rule_1: 'yes', rule_2: '250,000', rule_3: 'Kent' };
    expect(await eligibility.check(PUBLIC_ACTOR, roundId, good)).toMatchObject({ passed: true });
    const bad = await eligibility.check(PUBLIC_ACTOR, roundId, {
      ...good,
      rule_2: '1,000,000.01',
      rule_3: 'Elsewhere',
    });
    expect(bad.passed).toBe(false);
    expect(bad.findings.filter(({ met }) => !met).map(({ rule }) => rule.why)).toEqual([rules[1]?.why, rules[2]?.why]);
    expect(await world.db.query(sql`select 1 from eligibility_checks where round_id = ${roundId}`)).toEqual([]);
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    expect(await eligibility.latest(world.db, roundId, organizationId)).toBeUndefined();
    await eligibility.check(owner, roundId, { ...good, rule_1: 'no' }, organizationId);
    world.clock.advance(1000);
    await eligibility.check(owner, roundId, good, organizationId);
    expect(await eligibility.latest(world.db, roundId, organizationId)).toMatchObject({ passed: true });
    await expect(asApp(sql`update eligibility_checks set passed = true`)).rejects.toThrow('permission denied');
    await expect(asApp(sql`delete from eligibility_checks`)).rejects.toThrow('permission denied');
  });

  it('is not answered for the organization of others, nor for a draft, nor with what cannot be read', async () => {
    const roundId = await roundThatAsks();
    const answers = { rule_1: 'yes', rule_2: '1', rule_3: 'Kent' };
    const { id: theirs } = await organization(world);
    const { id: mine } = await organization(world);
    const owner = await organizationMember(world, mine, 'owner');
    const foreign = await refusal(eligibility.check(owner, roundId, answers, theirs));
    expect(foreign.fields[0]).toMatchObject({ field: 'organizationId', code: 'field.not_found' });
    const { roundId: draft } = await draftRound(world);
    expect((await refusal(eligibility.check(owner, draft, answers, mine))).kind).toBe('not_found');
    const unread = await refusal(
      eligibility.check(PUBLIC_ACTOR, roundId, { rule_1: ['yes'], rule_2: '1e9', rule_3: '<script>' }),
    );
    expect(unread.fields.map(({ code }) => code)).toEqual([
      'eligibility.answer_needed',
      'money.unreadable',
      'field.not_a_choice',
    ]);
  });

  it('does not pass an organization of a kind that may not lead', async () => {
    const { roundId } = await draftRound(world, { whoMayLead: ['tribe'] });
    await setUp.setEligibility(system, roundId, { rules: rules.slice(0, 1) });
    await rounds.take(system, roundId, 'publish', {});
    const { id } = await organization(world);
    const owner = await organizationMember(world, id, 'owner');
    const result = await eligibility.check(owner, roundId, { rule_1: 'yes' }, id);
    expect(result).toMatchObject({ passed: false, mayLead: false });
  });
});

describe('a copy', () => {
  it('starts with everything but the money, its dates moved to working days', async () => {
    const { roundId, fundId } = await draftRound(world, { ceiling: Money.parse('40000'), gates: 2 });
    await setUp.setEligibility(system, roundId, { rules });
    await rounds.take(system, roundId, 'publish', {});
    const before = await views.one(system, roundId);
    const { poolIds } = await fundWithPools(world, 1);
    const copy = await setUp.copy(system, roundId, {
      ...{ poolId: poolIds[0] ?? '', number: `C-${newId()}`, name: 'Again' },
      ...{ opensOn: '2016-11-01', opensTime: '9 am', dueOn: '2016-12-09', dueTime: '5 pm' },
    });
    const after = await views.one(system, copy.id);
    expect(after).toMatchObject({ copiedFromId: roundId, gates: 2, eligibilityRules: before.eligibilityRules });
    expect(after.state.state).toBe('draft');
    expect(after.ceiling?.toDecimal()).toBe('40000.00');
    expect(after.setAside.isZero).toBe(true);
    expect(after.rubric.map(({ name }) => name)).toEqual(before.rubric.map(({ name }) => name));
    const { calendar } = { calendar: world.db.currentCalendar };
    expect(after.milestones).toHaveLength(before.milestones.length);
    for (const { happensOn } of after.milestones) {
      expect(happensOn > '2016-12-09').toBe(true);
      expect(calendar.isBusinessDay(happensOn)).toBe(true);
    }
    const stranger = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const elsewhere = setUp.copy(stranger, roundId, {
      ...{ poolId: (await fundWithPools(world, 1)).poolIds[0] ?? '', number: 'X-1', name: 'Elsewhere' },
      ...{ opensOn: '2016-11-01', opensTime: '9 am', dueOn: '2016-12-09', dueTime: '5 pm' },
    });
    expect((await refusal(elsewhere)).kind).toBe('forbidden');
  });

  it('says what changed since, why, and which comment asked for it', async () => {
    const { roundId } = await publishedRound(world);
    const { id: commentId } = await criteria.enter(system, roundId, {
      ...{ heardOn: '2015-11-01', body: 'Partnership should count more.', organization: 'Kent families' },
    });
    const { poolIds } = await fundWithPools(world, 1);
    const { id } = await setUp.copy(system, roundId, {
      ...{ poolId: poolIds[0] ?? '', number: `C-${newId()}`, name: 'Again' },
      ...{ opensOn: '2016-11-01', opensTime: '9 am', dueOn: '2016-12-09', dueTime: '5 pm' },
    });
    await rounds.setRubric(system, id, changedRubric());
    const changes = world.get(RoundChanges);
    const found = await changes.differences(system, id);
    const partnership = found.find(({ key }) => key === 'criteria.partnership');
    expect(partnership?.before).toContain('40%');
    expect(partnership?.after).toContain('50%');
    expect(found.some(({ part }) => part === 'form' || part === 'eligibility')).toBe(false);
    await setUp.giveReason(system, id, {
      ...{ changeKey: 'criteria.partnership', reason: 'Families asked for it.', commentId },
    });
    const told = (await changes.differences(system, id)).find(({ key }) => key === 'criteria.partnership');
    expect(told).toMatchObject({ reason: 'Families asked for it.', asked: 'Partnership should count more.' });
    const other = await publishedRound(world);
    const foreign = await criteria.enter(system, other.roundId, { heardOn: '2015-11-01', body: 'Not about this one.' });
    const wrong = setUp.giveReason(system, id, { changeKey: 'x', reason: 'y', commentId: foreign.id });
    expect((await refusal(wrong)).fields[0]?.code).toBe('field.not_found');
    expect((await refusal(setUp.giveReason(system, roundId, { changeKey: 'x', reason: 'y' }))).code).toBe(
      'round.not_copied',
    );
  });
});

describe('the dates of a published round', () => {
  it('change with a reason, are told to everybody with a draft, and stay in the history', async () => {
    const { roundId } = await publishedRound(world);
    const { owner } = await draftApplication(world, { roundId });
    const { version, milestones } = await views.one(system, roundId);
    const [committee] = milestones;
    const wanted = [
      { kind: 'committee', happensOn: '2016-02-02', startsAt: '5:30 pm', place: 'Kent library' },
      { kind: 'info_session', happensOn: '2015-11-20' },
    ];
    await setUp.changeDates(system, roundId, { milestones: wanted, reason: 'The library was closed', version });
    const round = await views.one(system, roundId);
    expect(round.milestones.map(({ kind, happensOn, startsAt }) => [kind, happensOn, startsAt])).toEqual([
      ['info_session', '2015-11-20', null],
      ['committee', '2016-02-02', '17:30'],
    ]);
    expect(round.dateChanges[0]).toMatchObject({ reason: 'The library was closed' });
    expect(round.dateChanges[0]?.changes).toEqual(
      expect.arrayContaining([
        {
          ...{ kind: 'committee', label: null },
          before: { on: committee?.happensOn, at: null, place: null },
          after: { on: '2016-02-02', at: '17:30', place: 'Kent library' },
        },
        { kind: 'info_session', label: null, before: null, after: { on: '2015-11-20', at: null, place: null } },
      ]),
    );
    const mails = await world.db.query<{ recipient: string; body: string }>(sql`
      select m.recipient, m.body from mails m join identifiers i on i.value = m.recipient
      where i.person_id = ${owner.personId} and m.subject like 'Dates of%'`);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.body).toContain('The library was closed');
    expect(mails[0]?.body).toContain('Kent library');
    const stale = setUp.changeDates(system, roundId, { milestones: [], reason: 'x', version });
    expect((await refusal(stale)).code).toBe('thing.changed_meanwhile');
    const same = setUp.changeDates(system, roundId, { milestones: wanted, reason: 'x' });
    expect((await refusal(same)).code).toBe('round.no_date_changed');
    await expect(asApp(sql`delete from round_date_changes`)).rejects.toThrow('permission denied');
    const steps = await world.db.query(
      sql`select 1 from lifecycle_steps where subject_id = ${roundId} and action = 'change_dates'`,
    );
    expect(steps).toHaveLength(1);
  });

  it('open only later, and not once it has opened; not before it is published; not by others', async () => {
    const open = await publishedRound(world);
    const opened = setUp.changeDates(system, open.roundId, { opensOn: '2015-11-20', milestones: [], reason: 'x' });
    expect((await refusal(opened)).fields[0]?.code).toBe('round.has_opened');
    const { roundId } = await draftRound(world);
    const draft = setUp.changeDates(system, roundId, { milestones: [], reason: 'x' });
    expect((await refusal(draft)).code).toBe('action.not_open');
    const reviewer = await world.actor('reviewer', { scopeKind: 'round', scopeId: roundId });
    expect((await refusal(setUp.changeDates(reviewer, roundId, { milestones: [], reason: 'x' }))).kind).toBe(
      'forbidden',
    );
    await expect(
      asApp(sql`update rounds set opens_at = opens_at - interval '1 day' where id = ${open.roundId}`),
    ).rejects.toThrow('the terms of a published round do not change');
  });

  it('are a calendar that moves with them', async () => {
    const { roundId } = await publishedRound(world);
    const calendar = world.get(RoundCalendar);
    const first = await calendar.one(roundId);
    expect(first).toContain('BEGIN:VCALENDAR');
    expect(first.match(/BEGIN:VEVENT/g)).toHaveLength(3);
    expect(first).toMatch(/DTSTART;VALUE=DATE:2016\d{4}/);
    await setUp.changeDates(system, roundId, {
      milestones: [{ kind: 'committee', happensOn: '2016-03-02', startsAt: '17:30' }],
      reason: 'x',
    });
    const second = await calendar.one(roundId);
    const uids = (text: string): string[] => text.match(/^UID:.*$/gm) ?? [];
    expect(uids(second)).toEqual(uids(first));
    expect(second).toContain('DTSTART:20160303T013000Z');
    const { roundId: draft } = await draftRound(world);
    expect((await refusal(calendar.one(draft))).kind).toBe('not_found');
    expect(await calendar.all()).not.toContain(draft);
  });
});

describe('criteria in comment', () => {
  it('are versions: kept as they were shown, told apart, frozen when published', async () => {
    const roundId = await roundInComment();
    await rounds.setRubric(system, roundId, rubricInput());
    expect((await readRubricVersions(world.db, roundId)).map(({ number }) => number)).toEqual([1]);
    await rounds.setRubric(system, roundId, changedRubric());
    await rounds.take(system, roundId, 'publish', {});
    const versions = await readRubricVersions(world.db, roundId);
    expect(versions.map(({ number, kind }) => [number, kind])).toEqual([
      [3, 'published'],
      [2, 'comment'],
      [1, 'comment'],
    ]);
    expect(versions[1]?.reason).toBe('Partnership counts as much as need.');
    expect(versions[2]?.criteria.map(({ weight }) => weight)).toEqual([60, 40]);
    expect(versions[0]?.criteria.map(({ weight }) => weight)).toEqual([50, 50]);
    await expect(asApp(sql`update rubric_versions set reason = 'x'`)).rejects.toThrow('permission denied');
    await expect(asApp(sql`delete from rubric_versions`)).rejects.toThrow('permission denied');
  });

  it('are commented by anybody, and each comment is answered before the round is published', async () => {
    const roundId = await roundInComment();
    const { fundId } = await rounds.get(system, roundId);
    const body = 'Ask how families were heard. <script>alert(1)</script>';
    const { id } = await criteria.comment({ actor: PUBLIC_ACTOR, address: ADDRESS }, roundId, {
      ...{ criterion: 'Need', body, name: 'A parent' },
    });
    const unknown = criteria.comment({ actor: PUBLIC_ACTOR, address: ADDRESS }, roundId, { criterion: 'Luck', body });
    expect((await refusal(unknown)).fields[0]?.field).toBe('criterion');
    expect(await criteria.answered(world.db, roundId)).toEqual([]);
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    expect((await world.get(CriteriaTasks).tasks(officer)).map(({ href }) => href)).toEqual([
      `/rounds/${roundId}/criteria`,
    ]);
    const early = await refusal(rounds.take(system, roundId, 'publish', {}));
    expect(early.blockers).toEqual([{ code: 'round.comments_unanswered', params: { count: 1 } }]);
    await rounds.setRubric(system, roundId, changedRubric());
    const [latest] = await readRubricVersions(world.db, roundId);
    await criteria.answer(officer, roundId, id, {
      ...{ outcome: 'changed', answer: 'It counts more now.', changedInId: latest?.id, version: 1 },
    });
    const stale = criteria.answer(officer, roundId, id, { outcome: 'kept', answer: 'No.', version: 1 });
    expect((await refusal(stale)).code).toBe('thing.changed_meanwhile');
    expect(await criteria.answered(world.db, roundId)).toMatchObject([
      { body, name: 'A parent', outcome: 'changed', versionNumber: 1, changedInNumber: 2 },
    ]);
    await expect(asApp(sql`update rubric_comments set body = 'x'`)).rejects.toThrow('permission denied');
    await expect(asApp(sql`delete from rubric_comments`)).rejects.toThrow('permission denied');
    await rounds.take(system, roundId, 'publish', {});
    const late = criteria.comment({ actor: PUBLIC_ACTOR, address: ADDRESS }, roundId, { body });
    expect((await refusal(late)).kind).toBe('not_found');
  });

  it('are mailed to a group that was added before they were open, and again', async () => {
    const { roundId } = await draftRound(world);
    const { id: groupId } = await groups.add(system, roundId, { name: 'Parents of Kent' });
    const addresses = 'three@example.org four@example.org';
    const early = await refusal(groups.mailLink(system, roundId, { groupId, addresses }));
    expect(early.fields[0]?.code).toBe('criteria.mail_when_open');
    await rounds.take(system, roundId, 'open_criteria_for_comment', {});
    expect(await groups.mailLink(system, roundId, { groupId, addresses })).toEqual({ id: groupId, mailed: 2 });
    const group = (await groups.list(world.db, roundId)).find((each) => each.id === groupId);
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = 'four@example.org' order by created_at desc limit 1`,
    );
    expect(mail?.body).toContain(groups.link(group as never));
    const wrong = await refusal(groups.mailLink(system, roundId, { groupId, addresses: ' , ' }));
    expect(wrong.fields[0]?.code).toBe('field.required');
    const other = await roundInComment('groups');
    expect((await refusal(groups.mailLink(system, other, { groupId, addresses }))).kind).toBe('not_found');
    await groups.end(system, roundId, { groupId });
    expect((await refusal(groups.mailLink(system, roundId, { groupId, addresses }))).code).toBe('criteria.group_over');
  });

  it('for groups only are nobody else’s, and each group has a link that can be replaced', async () => {
    const roundId = await roundInComment('groups');
    expect((await refusal(views.publicOne(roundId))).kind).toBe('not_found');
    expect((await views.open()).map(({ id }) => id)).not.toContain(roundId);
    const said = { body: 'Two pages are enough.' };
    const stranger = { actor: PUBLIC_ACTOR, address: ADDRESS };
    expect((await refusal(criteria.comment(stranger, roundId, said))).kind).toBe('not_found');
    const { id, mailed } = await groups.add(system, roundId, {
      ...{ name: 'Technical Workgroup', addresses: 'one@example.org, TWO@example.org\none@example.org' },
    });
    expect(mailed).toBe(2);
    const linkOf = async (): Promise<string> => {
      const group = (await groups.list(world.db, roundId)).find((each) => each.id === id);
      return groups.link(group as never).replace('http://granary.test/criteria/', '');
    };
    const token = await linkOf();
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = 'one@example.org' order by created_at desc limit 1`,
    );
    expect(mail?.body).toContain(token);
    await criteria.comment({ ...stranger, token }, roundId, said);
    expect((await criteria.comments(world.db, roundId))[0]).toMatchObject({ groupName: 'Technical Workgroup' });
    const other = await roundInComment('groups');
    expect((await refusal(criteria.comment({ ...stranger, token }, other, said))).kind).toBe('not_found');
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [forged, token.slice(1), 'x', `${newId().replaceAll('-', '')}${token.slice(32)}`]) {
      expect((await refusal(groups.open(wrong))).code).toBe('criteria.link_not_open');
    }
    await groups.replaceLink(system, roundId, { groupId: id });
    expect((await refusal(groups.open(token))).code).toBe('criteria.link_not_open');
    const fresh = await linkOf();
    expect((await groups.open(fresh)).id).toBe(id);
    await groups.end(system, roundId, { groupId: id });
    expect((await refusal(groups.open(fresh))).code).toBe('criteria.link_not_open');
  });

  it('close at the end of the day that was told', async () => {
    const { roundId } = await draftRound(world);
    await asApp(sql`update rounds set opens_at = ${new Date('2015-11-25T17:00:00Z')} where id = ${roundId}`);
    await asApp(sql`insert into round_milestones (id, version, created_at, round_id, kind, happens_on)
      values (${newId()}, 1, now(), ${roundId}, 'criteria_comment', '2015-11-12')`);
    await rounds.take(system, roundId, 'open_criteria_for_comment', {});
    const say = (): Promise<unknown> =>
      criteria.comment({ actor: PUBLIC_ACTOR, address: ADDRESS }, roundId, { body: 'In time.' });
    try {
      world.clock.set(new Date('2015-11-13T07:59:59Z'));
      await say();
      world.clock.set(new Date('2015-11-13T08:00:00Z'));
      expect((await refusal(say())).code).toBe('criteria.comments_closed');
    } finally {
      world.clock.set(WORLD_START);
    }
  });

  it('take what was said at a meeting, by staff of the fund alone', async () => {
    const roundId = await roundInComment();
    const heard = { heardOn: '2015-11-02', body: 'Shorter forms, said by many.', name: 'Families in Kent' };
    const reviewer = await world.actor('reviewer', { scopeKind: 'round', scopeId: roundId });
    const stranger: Actor = await world.actor('program_officer', { scopeKind: 'fund', scopeId: newId() });
    expect((await refusal(criteria.enter(reviewer, roundId, heard))).kind).toBe('forbidden');
    expect((await refusal(criteria.enter(stranger, roundId, heard))).kind).toBe('not_found');
    expect((await refusal(criteria.enter(system, roundId, { ...heard, heardOn: '2015-11-11' }))).fields[0]?.code).toBe(
      'criteria.heard_in_the_future',
    );
    await criteria.enter(system, roundId, heard);
    const [comment] = await criteria.comments(world.db, roundId);
    expect(comment).toMatchObject({ body: heard.body, heardOn: '2015-11-02', versionNumber: 1 });
    await criteria.answer(system, roundId, comment?.id ?? '', { outcome: 'not_shown', answer: 'Said elsewhere.' });
    expect(await criteria.answered(world.db, roundId)).toEqual([]);
  });
});

describe('publishing', () => {
  it('looks at every date, and says where each thing is mended', async () => {
    const { roundId } = await draftRound(world);
    const { poolId, number } = await rounds.get(system, roundId);
    await asApp(sql`update rounds set takes_letters_of_intent = true where id = ${roundId}`);
    const late = await refusal(rounds.take(system, roundId, 'publish', {}));
    expect(late.blockers.map(({ code }) => code)).toEqual(['round.needs_letter_day']);
    for (const kind of ['questions_until', 'letter_of_intent', 'criteria_comment']) {
      await asApp(sql`insert into round_milestones (id, version, created_at, round_id, kind, happens_on)
        values (${newId()}, 1, now(), ${roundId}, ${kind}, '2015-12-11')`);
    }
    const { checks } = await views.one(system, roundId);
    expect(checks.find(({ part }) => part === 'terms')?.missing).toHaveLength(3);
    expect(checks.find(({ part }) => part === 'money')?.missing).toEqual([]);
    expect(checks.map(({ part }) => part)).toEqual(['terms', 'money', 'criteria', 'comments', 'eligibility', 'form']);
    expect(poolId.length + number.length).toBeGreaterThan(0);
  });
});
