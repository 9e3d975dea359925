/** Attacks on what is shared or handed back: what goes back for a fix, files of messages, receipts that are shared, signed words. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleSets } from '../../src/features/agency/index.js';
import {
  Answers,
  Applications,
  ApplicationSections,
  Partners,
  partnersOf,
} from '../../src/features/applications/index.js';
import { partsOf } from '../../src/features/applications/return.reads.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Conversations } from '../../src/features/conversations/index.js';
import { Disbursements } from '../../src/features/disbursements/index.js';
import type { ExpenseInput } from '../../src/features/disbursements/disbursement.input.js';
import { Attachments, ListExports } from '../../src/features/documents/index.js';
import { Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { Screening } from '../../src/features/screening/index.js';
import { Broadcasts } from '../../src/features/screening/broadcasts.service.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { attachment, pdfFile } from '../factories/attachments.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, type MadeRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
const FIX_BY = '2015-11-20';

let world: World;
let round: MadeRound;
let applications: Applications;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  applications = world.get(Applications);
  round = await publishedRound(world, { ceiling: dollars('100000') });
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

/** An officer of the fund whose role stands in the database, as jobs read it. */
async function officerOf({ fundId }: MadeRound): Promise<PersonActor> {
  const grants = [{ role: 'program_officer', scopeKind: 'fund', scopeId: fundId }] as const;
  const { personId, name } = await world.person([...grants]);
  return { kind: 'person', personId, name, grants };
}

const partner = (name: string) => ({ name, role: 'Mentors', level: 'collaborative' as const, share: dollars('500') });
const settled = (tries: readonly Promise<unknown>[]): Promise<string[]> =>
  Promise.allSettled(tries).then((all) => all.map(({ status }) => status).sort());

describe('what went back with one part open', () => {
  it('stays closed everywhere else, through every door that writes', async () => {
    const known = await organization(world);
    const signatory = await organizationMember(world, known.id, 'signatory');
    const made = await draftApplication(world, { roundId: round.roundId, partners: [partner(known.name)] });
    const { applicationId: id, owner } = made;
    const [{ id: partnerId = '' } = {}] = await partnersOf(world.db, [id]);
    await world.get(Partners).invite(owner, id, { partnerId, address: 'somebody@partner.example' });
    const answers = world.get(Answers);
    await answers.save(owner, id, [{ key: 'title', value: 'A title of before' }]);
    await answers.save(owner, id, [{ key: 'title', value: 'The title that is sent' }]);
    await applications.submit(owner, id, {});
    await applications.return(system, id, { note: 'Say more.', fixBy: FIX_BY, questions: ['summary'] });

    const everything = (await partsOf(world.db, id)).flatMap(({ questions }) => questions.map(({ key }) => key));
    for (const key of everything.filter((each) => each !== 'summary')) {
      const { problems, saved, conflicts } = await answers.save(owner, id, [{ key, value: 'Forged', version: 0 }]);
      expect([key, problems.length, saved, conflicts]).toEqual([key, 1, [], []]);
    }
    const [old] = await answers.versions(owner, id, 'title');
    expect((await refusal(answers.restore(owner, id, old?.id ?? ''))).code).toBe('answer.part_closed');
    const sections = world.get(ApplicationSections);
    const lines = [{ category: 'Salaries', amount: dollars('9') }];
    const mou = await attachment(world, owner);
    const theirs = await attachment(world, signatory);
    for (const write of [
      () => sections.saveBudget(owner, id, { requested: dollars('9'), lines }),
      () => sections.savePartners(owner, id, { partners: [] }),
      () => world.get(Partners).attachMou(owner, id, { partnerId, mouId: mou.id }),
      () => world.get(Partners).attachMouAs(signatory, partnerId, { mouId: theirs.id }),
    ]) {
      expect((await refusal(write())).code).toBe('application.part_closed');
    }
    // Asking a partner changes nothing of what was sent.
    await world.get(Partners).invite(owner, id, { partnerId, address: 'else@partner.example' });
    await answers.save(owner, id, [{ key: 'summary', value: 'What we say now.' }]);
    await applications.submit(owner, id, {});
    const [was, is] = await world.db.query<{ content: Record<string, unknown> }>(
      sql`select content from application_submissions where application_id = ${id} order by number`,
    );
    const but = ({ content }: { content: Record<string, unknown> } = { content: {} }): unknown => {
      const { summary: _summary, answers: kept, ...rest } = content;
      return { ...rest, answers: { ...(kept as object), summary: null } };
    };
    expect(but(is)).toEqual(but(was));
  });

  it('is not shut in by a question that its open answer brings up in a closed part', async () => {
    const hiding = await draftRound(world, {});
    const whenYes = { all: [{ question: 'more', is: 'equal', value: 'yes' }] };
    const definition = {
      sections: [
        { key: 'one', title: 'One', questions: [{ key: 'more', kind: 'yes_no', label: 'More?', required: true }] },
        {
          ...{ key: 'two', title: 'Two' },
          questions: [
            { key: 'kept', kind: 'short_text', label: 'Kept?' },
            { key: 'why', kind: 'short_text', label: 'Why?', required: true, showWhen: whenYes },
          ],
        },
      ],
    };
    const forms = world.get(Forms);
    const { versionId } = await forms.createForm(system, { fundId: hiding.fundId, name: 'Following' });
    await forms.saveDefinition(system, versionId, definition);
    await world.get(RoundSetUp).chooseForm(system, hiding.roundId, { formVersionId: versionId } as never);
    await world.get(Rounds).take(system, hiding.roundId, 'publish', {});
    const organizationId = (await organization(world)).id;
    const owner = await organizationMember(world, organizationId, 'owner');
    const { id } = await applications.create(owner, { roundId: hiding.roundId, organizationId, title: 'Two minds' });
    const answers = world.get(Answers);
    const save = (key: string, value: unknown): Promise<{ problems: readonly unknown[] }> =>
      answers.save(owner, id, [{ key, value }]);
    await answers.save(owner, id, [
      { key: 'more', value: false },
      { key: 'kept', value: 'As it was sent' },
    ]);
    await applications.submit(owner, id, {});
    await applications.return(system, id, { note: 'Is it more?', fixBy: FIX_BY, questions: ['more'] });
    expect((await save('why', 'Nobody asked yet')).problems).toHaveLength(1);
    expect((await save('more', true)).problems).toEqual([]);
    expect((await save('kept', 'Forged')).problems).toHaveLength(1);
    expect((await save('why', 'Because')).problems).toEqual([]);
    expect((await save('why', 'Because it is')).problems).toEqual([]);
    await applications.submit(owner, id, {});
    expect((await save('why', 'Too late').catch((error: Error) => ({ problems: [error] }))).problems).toHaveLength(1);
  });

  it('goes back once when two officers press at once, and not at all for a conflicted one', async () => {
    const { applicationId: id } = await submittedApplication(world, { roundId: round.roundId });
    const close = await officerOf(round);
    await world.db.work(system, async (work) => {
      const conflict = { personId: close.personId, applicationId: id, type: 'family', level: 'direct' } as const;
      await world.get(Conflicts).declare(work, conflict);
      return null;
    });
    const input = { note: 'Look again', fixBy: FIX_BY };
    expect((await refusal(applications.return(close, id, input))).kind).toBe('not_found');
    const officers = [await officerOf(round), await officerOf(round)];
    const both = officers.map((officer) => applications.return(officer, id, input));
    expect(await settled(both)).toEqual(['fulfilled', 'rejected']);
    const rows = await world.db.query(sql`select 1 from application_returns where application_id = ${id}`);
    expect(rows).toHaveLength(1);
  });

  it('is not sent again after its day, and is not written once it is back with the agency', async () => {
    const { applicationId: id, owner } = await submittedApplication(world, { roundId: round.roundId });
    await applications.return(system, id, { note: 'Look again', fixBy: FIX_BY });
    world.clock.set(new Date('2015-11-21T09:00:00-08:00'));
    expect((await refusal(applications.submit(owner, id, {}))).kind).toBe('conflict');
    world.clock.set(WORLD_START);
    await applications.submit(owner, id, {});
    const late = world.get(Answers).save(owner, id, [{ key: 'summary', value: 'Forged' }]);
    expect((await refusal(late)).code).toBe('application.frozen');
  });
});

describe('what is being mended', () => {
  let round: MadeRound;
  let officer: PersonActor;
  let made: MadeApplication;

  beforeAll(async () => {
    round = await publishedRound(world, { ceiling: dollars('100000') });
    officer = await officerOf(round);
    made = await submittedApplication(world, {
      roundId: round.roundId,
      title: 'Sent heron',
      requested: dollars('1000'),
    });
    const { applicationId: id, owner } = made;
    await world.get(Conversations).write(owner, 'application', id, { body: 'A word of ours.' });
    await applications.return(officer, id, { note: 'Look again', fixBy: FIX_BY });
    await world.get(Answers).save(owner, id, [
      { key: 'title', value: 'Unsent otter' },
      { key: 'summary', value: null },
    ]);
    const lines = [{ category: 'Salaries', amount: dollars('99000') }];
    await world.get(ApplicationSections).saveBudget(owner, id, { requested: dollars('99000'), lines });
  });

  it('is not in the worklist, its checks, its searches and its file', async () => {
    const screening = world.get(Screening);
    const { items } = await screening.list(officer, { state: 'returned' } as never);
    const row = items.find(({ id }) => id === made.applicationId);
    expect(row).toMatchObject({ title: 'Sent heron', requestedCents: '100000' });
    const one = await screening.get(officer, made.applicationId);
    expect(one).toMatchObject({ title: 'Sent heron', requestedCents: '100000' });
    expect(one.checks.find(({ key }) => key === 'completeness')?.found).toBe('pass');
    const found = async (query: object): Promise<number> =>
      (await screening.list(officer, { state: 'returned', ...query } as never)).items.length;
    expect([await found({ q: 'Unsent otter' }), await found({ q: 'Sent heron' })]).toEqual([0, 1]);
    expect(await found({ atLeast: dollars('90000') })).toBe(0);
    expect(await found({ atMost: dollars('1000') })).toBe(1);
    const exports = world.get(ListExports);
    const { id } = await exports.ask(officer, { list: 'screening', format: 'csv', search: 'state=returned' });
    await world.drain();
    const file = (await exports.open(officer, id)).content.toString('utf8');
    expect(file).toContain('Sent heron');
    expect(file).not.toMatch(/Unsent otter|99,?000/);
  });

  it('is not found in the list of applications, nor shown beside its messages', async () => {
    const listed = async (actor: PersonActor, q: string): Promise<number> =>
      (await applications.list(actor, { q } as never)).items.length;
    expect([await listed(officer, 'Unsent otter'), await listed(officer, 'Sent heron')]).toEqual([0, 1]);
    expect(await listed(made.owner, 'Unsent otter')).toBe(1);
    const talks = world.get(Conversations);
    const titles = (await talks.list(officer, {} as never)).items.map(({ title }) => title);
    expect(titles).toContain('Sent heron');
    expect(titles).not.toContain('Unsent otter');
    expect((await talks.get(made.owner, 'application', made.applicationId)).subject.title).toBe('Unsent otter');
  });

  it('narrows no message to many, and is in none', async () => {
    const broadcasts = world.get(Broadcasts);
    const base = {
      roundId: round.roundId,
      states: ['returned'],
      title: 'On {title}',
      body: 'You ask for {requested}.',
    };
    const shown = async (given: object): Promise<string> => {
      const { id } = await broadcasts.create(officer, { ...base, ...given });
      return JSON.stringify(await broadcasts.preview(officer, await broadcasts.get(officer, id)));
    };
    expect(await shown({ search: 'Unsent otter' })).toContain('"count":0');
    expect(await shown({ atLeast: dollars('90000') })).toContain('"count":0');
    const all = await shown({ search: 'Sent heron' });
    expect(all).toContain('On Sent heron');
    expect(all).not.toMatch(/Unsent otter|99,000/);
  });
});

describe('a file of a message', () => {
  it('is not even named to the other side before it is clean', async () => {
    const officer = await officerOf(round);
    const { applicationId, owner } = await submittedApplication(world, { roundId: round.roundId });
    for (const [from, to] of [
      [owner, officer],
      [officer, owner],
    ] as const) {
      const { id } = await attachment(world, from);
      const turn = (state: string): Promise<unknown> =>
        world.db.work(system, async (work) => {
          await work.query(sql`update attachments set state = ${state},
              finding = case when ${state} = 'infected' then 'test' end where id = ${id}`);
          return null;
        });
      await turn('waiting');
      await world.get(Conversations).write(from, 'application', applicationId, { body: 'See.', files: [{ file: id }] });
      const files = world.get(Attachments);
      for (const state of ['waiting', 'infected']) {
        await turn(state);
        expect((await refusal(files.describe(to, id))).kind).toBe('not_found');
        expect((await files.describe(from, id)).state).toBe(state);
      }
      await turn('waiting');
      await turn('clean');
      expect((await files.describe(to, id)).id).toBe(id);
    }
  });
});

describe('a receipt for several expenses', () => {
  let award: MadeAward;
  let other: MadeAward;

  beforeAll(async () => {
    const budget = [{ category: 'Staff', amount: dollars('5000') }];
    award = await activeAward(world, { amount: dollars('5000'), budget });
    other = await activeAward(world, { amount: dollars('5000'), budget });
  });

  const part = (amount: string, given: Partial<ExpenseInput> = {}): ExpenseInput => ({
    ...{ category: 'Staff', spentOn: '2015-11-10', vendor: 'Example Supplies', description: 'Paper' },
    ...{ amount: dollars(amount), ...given },
  });

  it('proves no cent more than it comes to, however many add to it, and however often it is handed in', async () => {
    const requests = world.get(Disbursements);
    const member = await organizationMember(world, award.organizationId, 'finance');
    const begin = (): Promise<{ id: string }> =>
      requests.create(member, { awardId: award.awardId, kind: 'reimbursement' });
    const [{ id }, { id: second }] = [await begin(), await begin()];
    const content = pdfFile();
    const { id: receiptId } = await attachment(world, member, content);
    const all = dollars('100');
    const { id: first } = await requests.addExpense(member, id, part('60', { receiptId, receiptAmount: all }));
    const six = Array.from({ length: 6 }, () =>
      requests.addExpense(member, id, part('15', { sameReceiptId: receiptId })),
    );
    expect((await settled(six)).filter((each) => each === 'fulfilled')).toHaveLength(2);
    // The same paper, handed in once more.
    const { id: copy } = await attachment(world, member, content);
    for (const given of [
      { receiptId: copy, receiptAmount: all },
      { receiptId: copy, receiptAmount: dollars('100000') },
      { receiptId: copy },
      { receiptId, receiptAmount: dollars('100000') },
    ]) {
      expect((await refusal(requests.addExpense(member, id, part('11', given)))).kind).toBe('invalid');
    }
    // Another request of the same organization, by the same file or its copy.
    for (const given of [
      { sameReceiptId: receiptId },
      { receiptId },
      { receiptId: copy, receiptAmount: dollars('900') },
    ]) {
      expect((await refusal(requests.addExpense(member, second, part('1', given)))).kind).toBe('invalid');
    }
    // Taken out, its room is free again, and no more than that.
    await requests.removeExpense(member, id, first);
    expect((await refusal(requests.addExpense(member, id, part('70.01', { sameReceiptId: receiptId })))).kind).toBe(
      'invalid',
    );
    await requests.addExpense(member, id, part('70', { sameReceiptId: receiptId }));
    const [sum] = await world.db.query<{ cents: string }>(sql`
      select sum(amount_cents)::text as cents from disbursement_expenses where disbursement_id = ${id}`);
    expect(sum?.cents).toBe('10000');
  });

  it('is of nobody else: no file of another organization, and none of another kind', async () => {
    const requests = world.get(Disbursements);
    const member = await organizationMember(world, award.organizationId, 'finance');
    const stranger = await organizationMember(world, other.organizationId, 'finance');
    const { id } = await requests.create(member, { awardId: award.awardId, kind: 'reimbursement' });
    const { id: theirs } = await requests.create(stranger, { awardId: other.awardId, kind: 'reimbursement' });
    const { id: receiptId } = await attachment(world, member);
    await requests.addExpense(member, id, part('10', { receiptId, receiptAmount: dollars('100') }));
    for (const given of [{ receiptId }, { sameReceiptId: receiptId }, { receiptId, receiptAmount: dollars('100') }]) {
      expect(['invalid', 'conflict']).toContain(
        (await refusal(requests.addExpense(stranger, theirs, part('10', given)))).kind,
      );
    }
    expect((await refusal(world.get(Attachments).describe(stranger, receiptId))).kind).toBe('not_found');
  });
});
