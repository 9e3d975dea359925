/** Attacks on what applicants write and the agency reads: what is hidden, conflicts that come late, mail for strangers. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleSets } from '../../src/features/agency/index.js';
import {
  ApplicationColleagues,
  ApplicationSections,
  Answers,
  Applications,
  partnersOf,
  Partners,
} from '../../src/features/applications/index.js';
import { AnswerApiViews } from '../../src/features/applications/answer-api.view.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { ListExports } from '../../src/features/documents/index.js';
import { Forms } from '../../src/features/forms/index.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { LettersOfIntent, TechnicalAssistances } from '../../src/features/screening/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, type MadeRound, publishedRound } from '../factories/rounds.js';
import { askedForHelp } from '../factories/screening.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let round: MadeRound;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  round = await publishedRound(world, { lettersUntil: '2015-12-01' });
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

/** An officer of the fund with an account and a role that stand in the database, as jobs read them. */
async function officerOf({ fundId }: MadeRound): Promise<PersonActor> {
  const grants = [{ role: 'program_officer', scopeKind: 'fund', scopeId: fundId }] as const;
  const { personId, name } = await world.person([...grants]);
  return { kind: 'person', personId, name, grants };
}

const sent = (given: { title?: string; organizationId?: string } = {}): Promise<MadeApplication> =>
  submittedApplication(world, { roundId: round.roundId, requested: dollars('20000'), ...given });

async function exported(officer: PersonActor, list: string): Promise<string> {
  const { id } = await world.get(ListExports).ask(officer, { list, format: 'csv', search: '' });
  await world.drain();
  return id;
}

const opened = async (officer: PersonActor, id: string): Promise<string> =>
  (await world.get(ListExports).open(officer, id)).content.toString('utf8');

describe('an answer that a later answer hid', () => {
  let hiding: MadeRound;
  let officer: PersonActor;

  beforeAll(async () => {
    hiding = await draftRound(world, {});
    const whenYes = { all: [{ question: 'more', is: 'equal', value: 'yes' }] };
    const definition = {
      sections: [
        {
          ...{ key: 'only', title: 'Your plan' },
          questions: [
            { key: 'more', kind: 'yes_no', label: 'Do you want money?', required: true },
            { key: 'secret', kind: 'long_text', label: 'Why?', showWhen: whenYes },
            { key: 'summary', kind: 'summary', label: 'Summary', showWhen: whenYes },
            { key: 'budget', kind: 'budget', label: 'Budget', showWhen: whenYes },
          ],
        },
      ],
    };
    const forms = world.get(Forms);
    const { versionId } = await forms.createForm(system, { fundId: hiding.fundId, name: 'Hiding' });
    await forms.saveDefinition(system, versionId, definition);
    await world.get(RoundSetUp).chooseForm(system, hiding.roundId, { formVersionId: versionId } as never);
    await world.get(Rounds).take(system, hiding.roundId, 'publish', {});
    officer = await officerOf(hiding);
  });

  async function written(): Promise<{ id: string; owner: PersonActor }> {
    const organizationId = (await organization(world)).id;
    const owner = await organizationMember(world, organizationId, 'owner');
    const input = { roundId: hiding.roundId, organizationId, title: 'Two minds' };
    const { id } = await world.get(Applications).create(owner, input);
    await world.get(Answers).save(owner, id, [
      { key: 'more', value: true, version: 0 },
      { key: 'secret', value: 'We nearly closed last year.', version: 0 },
      { key: 'summary', value: 'A summary nobody is sent.', version: 0 },
      { key: 'budget', value: [{ category: 'Salaries', amount: '9000000' }], version: 0 },
    ]);
    return { id, owner };
  }

  it('is not certified, is not shown to the agency, and asks for no money over the ceiling', async () => {
    const { id, owner } = await written();
    await world.get(Answers).save(owner, id, [{ key: 'more', value: false, version: 1 }]);
    await world.get(Applications).submit(owner, id, {});
    const [row] = await world.db.query<{ content: Record<string, unknown> }>(
      sql`select content from application_submissions where application_id = ${id}`,
    );
    expect(row?.content['answers']).toEqual({ more: false });
    expect(JSON.stringify(row)).not.toMatch(/nearly closed|nobody is sent|9000000/);
    const summary = await world.get(Applications).get(officer, id);
    expect(summary).toMatchObject({ summary: null, budgetLines: [] });
    expect(summary.requested.isZero).toBe(true);
    const views = world.get(AnswerApiViews);
    expect((await views.all(officer, id)).answers.map(({ key }) => key)).toEqual(['more']);
    expect(JSON.stringify(await views.standing(officer, id))).not.toContain('nearly closed');
    // Whoever wrote it has it still.
    expect(JSON.stringify(await views.all(owner, id))).toContain('nearly closed');
  });

  it('counts again once it is shown again, also where programs wrote behind its back', async () => {
    const { id, owner } = await written();
    const answers = world.get(Answers);
    await answers.save(owner, id, [{ key: 'more', value: false, version: 1 }]);
    const lines = [{ category: 'Supplies', amount: dollars('8000000') }];
    await world.get(ApplicationSections).saveBudget(owner, id, { requested: dollars('8000000'), lines });
    await answers.save(owner, id, [{ key: 'more', value: true, version: 2 }]);
    const { blockers } = await refusal(world.get(Applications).submit(owner, id, {}));
    expect(blockers.map(({ code }) => code)).toContain('application.over_ceiling');
    await answers.save(owner, id, [{ key: 'more', value: false, version: 3 }]);
    await world.get(Applications).submit(owner, id, {});
    expect((await world.get(Applications).get(officer, id)).requested.isZero).toBe(true);
  });
});

describe('what the form never asked for', () => {
  let plain: MadeRound;

  beforeAll(async () => {
    plain = await draftRound(world, {});
    const sections = ['a', 'b'].map((key) => ({
      ...{ key, title: `Part ${key}` },
      questions: [
        key === 'a'
          ? { key: 'title', kind: 'title', label: 'Title', required: true }
          : { key, kind: 'short_text', label: key, required: true },
      ],
    }));
    const forms = world.get(Forms);
    const { versionId } = await forms.createForm(system, { fundId: plain.fundId, name: 'Plain' });
    await forms.saveDefinition(system, versionId, { sections });
    await world.get(RoundSetUp).chooseForm(system, plain.roundId, { formVersionId: versionId } as never);
    await world.get(Rounds).take(system, plain.roundId, 'publish', {});
  });

  const begun = async (): Promise<{ id: string; owner: PersonActor }> => {
    const organizationId = (await organization(world)).id;
    const owner = await organizationMember(world, organizationId, 'owner');
    const { id } = await world
      .get(Applications)
      .create(owner, { roundId: plain.roundId, organizationId, title: 'Plain' });
    await world.get(Answers).save(owner, id, [{ key: 'b', value: 'Yes.', version: 0 }]);
    return { id, owner };
  };

  it('asks for no more than the ceiling all the same, when a program writes it', async () => {
    const { id, owner } = await begun();
    const requested = dollars('8000000');
    const lines = [{ category: 'Supplies', amount: requested }];
    await world.get(ApplicationSections).saveBudget(owner, id, { requested, lines });
    const { blockers } = await refusal(world.get(Applications).submit(owner, id, {}));
    expect(blockers.map(({ code }) => code)).toEqual(['application.over_ceiling']);
  });

  it('stays as it was sent, when only a part came back for a fix', async () => {
    const { id, owner } = await begun();
    const applications = world.get(Applications);
    const sections = world.get(ApplicationSections);
    await applications.submit(owner, id, {});
    const officer = await officerOf(plain);
    await applications.return(officer, id, { note: 'Part b.', fixBy: '2015-11-20', parts: ['b'] });
    const requested = dollars('100');
    const lines = [{ category: 'Supplies', amount: requested }];
    const partners = [{ name: 'New', role: 'Mentors', level: 'vendor' as const, share: dollars('10') }];
    expect((await refusal(sections.saveBudget(owner, id, { requested, lines }))).code).toBe('application.part_closed');
    expect((await refusal(sections.savePartners(owner, id, { partners }))).code).toBe('application.part_closed');
  });

  it('is no title longer than lists, mails and letters take', async () => {
    const { id, owner } = await begun();
    const title = `Long ${'title '.repeat(10_000)}`;
    const { version } = (await world.get(AnswerApiViews).all(owner, id)).answers.find(({ key }) => key === 'title') ?? {
      version: 0,
    };
    await world.get(Answers).save(owner, id, [{ key: 'title', value: title, version }]);
    expect((await world.get(Applications).get(owner, id)).title.length).toBeLessThanOrEqual(200);
    const { blockers } = await refusal(world.get(Applications).submit(owner, id, {}));
    expect(blockers).toHaveLength(1);
  });
});

describe('a letter of intent', () => {
  const letters = (): LettersOfIntent => world.get(LettersOfIntent);

  async function letter(): Promise<{ id: string; organizationId: string; owner: PersonActor }> {
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    const input = { roundId: round.roundId, organizationId, title: 'We mean to apply', summary: 'With families.' };
    return { ...(await letters().send(owner, input)), organizationId, owner };
  }

  it('is kept from an officer in conflict with what followed it, in lists, counts, files and steps', async () => {
    const officer = await officerOf(round);
    const { id, organizationId } = await letter();
    expect((await letters().get(officer, id)).id).toBe(id);
    const file = await exported(officer, 'letters-of-intent');
    expect(await opened(officer, file)).toContain('We mean to apply');
    const { applicationId } = await sent({ organizationId });
    world.clock.set(new Date(WORLD_START.getTime() + 60_000));
    await world.get(Conflicts).declareOwn(officer, { applicationId, type: 'family', level: 'direct' });
    expect((await refusal(letters().get(officer, id))).kind).toBe('not_found');
    expect((await letters().list(officer, { limit: 200 })).items.map((each) => each.id)).not.toContain(id);
    expect((await refusal(letters().take(officer, id, 'acknowledge', {}))).kind).toBe('not_found');
    expect((await refusal(opened(officer, file))).code).toBe('list_export.changed_since');
  });

  it('is kept from an officer who is of its sender, though nothing was sent yet', async () => {
    const { id, organizationId } = await letter();
    const officer = await officerOf(round);
    const others = await letter();
    await world.get(OrganizationMembers).add(system, organizationId, { personId: officer.personId, role: 'viewer' });
    const seen = (await letters().list(officer, { limit: 200 })).items.map((each) => each.id);
    expect([seen.includes(id), seen.includes(others.id)]).toEqual([false, true]);
    expect((await refusal(letters().take(officer, id, 'acknowledge', {}))).kind).toBe('not_found');
  });
});

describe('a file of a list', () => {
  it('is shut once the role it was made by is over', async () => {
    const other = await publishedRound(world);
    const officer = await officerOf(round);
    await sent({ title: 'Of the first fund' });
    const file = await exported(officer, 'screening');
    expect(await opened(officer, file)).toContain('Of the first fund');
    const elsewhere = { role: 'program_officer', scopeKind: 'fund', scopeId: other.fundId } as const;
    const moved: PersonActor = { ...officer, grants: [elsewhere] };
    expect((await refusal(opened(moved, file))).code).toBe('list_export.changed_since');
    expect(await opened({ ...officer, grants: [...officer.grants, elsewhere] }, file)).toContain('first fund');
  });

  it('is shut by a conflict that is found later, however it is found', async () => {
    const { applicationId, organizationId } = await sent({ title: 'Found later' });
    const late = async (cause: (officer: PersonActor) => Promise<unknown>): Promise<void> => {
      const officer = await officerOf(round);
      const file = await exported(officer, 'screening');
      expect(await opened(officer, file)).toContain('Found later');
      world.clock.set(new Date(world.clock.now().getTime() + 60_000));
      await cause(officer);
      expect((await refusal(opened(officer, file))).code).toBe('list_export.changed_since');
    };
    const query = (text: Parameters<typeof world.db.query>[0]): Promise<unknown> =>
      world.db.work(system, (work) => work.query(text));
    await late(({ personId }) =>
      query(sql`
        insert into application_colleagues (id, version, created_at, application_id, address, access, sent_at,
          person_id, accepted_at)
        values (gen_random_uuid(), 1, ${world.db.now}, ${applicationId}, 'guest@example.org', 'view',
          ${world.db.now}, ${personId}, ${world.db.now})`),
    );
    await query(sql`update organizations set mail_domains = '{late.example}' where id = ${organizationId}`);
    await late(({ personId }) =>
      query(sql`
        insert into identifiers (id, version, created_at, person_id, kind, value)
        values (gen_random_uuid(), 1, ${world.db.now}, ${personId}, 'address', 'somebody@late.example')`),
    );
    const officer = await officerOf(round);
    const conflicts = world.get(Conflicts);
    const { id: conflictId } = await conflicts.declareOwn(officer, { applicationId, type: 'family', level: 'direct' });
    const clerk = await world.actor('clerk');
    await conflicts.take(clerk, conflictId, 'dismiss', { note: 'Another person of that name.' });
    const file = await exported(officer, 'screening');
    expect(await opened(officer, file)).toContain('Found later');
    world.clock.set(new Date(world.clock.now().getTime() + 60_000));
    await conflicts.take(clerk, conflictId, 'confirm', {});
    expect((await refusal(opened(officer, file))).code).toBe('list_export.changed_since');
  });
});

describe('help with an application', () => {
  it('is not given again by an advisor who has come to have an address of the applicant', async () => {
    const help = world.get(TechnicalAssistances);
    const officer = await officerOf(round);
    const colleague = await officerOf(round);
    const given = { roundId: round.roundId, requested: dollars('20000') };
    const { applicationId, organizationId, owner } = await draftApplication(world, given);
    await help.take(officer, await askedForHelp(world, owner, applicationId), {});
    const again = await askedForHelp(world, owner, applicationId);
    const advisors = async (): Promise<string[]> =>
      (await help.advisors(await help.get(colleague, again))).map(({ id }) => id);
    expect(await advisors()).toContain(officer.personId);
    await world.db.work(system, async (work) => {
      await work.query(sql`update organizations set mail_domains = '{helped.example}' where id = ${organizationId}`);
      await work.query(sql`
        insert into identifiers (id, version, created_at, person_id, kind, value)
        values (gen_random_uuid(), 1, ${work.now}, ${officer.personId}, 'address', 'advisor@helped.example')`);
    });
    expect(await advisors()).not.toContain(officer.personId);
  });
});

describe('people who are not the partner', () => {
  const named = (name: string): Promise<MadeApplication> =>
    draftApplication(world, {
      ...{ roundId: round.roundId, requested: dollars('20000') },
      partners: [{ name, role: 'Mentors', level: 'collaborative', share: dollars('1000') }],
    });
  const idOf = async (made: MadeApplication): Promise<string> =>
    (await partnersOf(world.db, [made.applicationId]))[0]?.id ?? '';
  const ask = (made: MadeApplication, partnerId: string, address: string): Promise<{ id: string }> =>
    world.get(Partners).invite(made.owner, made.applicationId, { partnerId, address });
  const tokenOf = async (address: string): Promise<string> => {
    await world.drain();
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = ${address} order by created_at desc, id desc limit 1`,
    );
    return /\/(?:partner|colleague)\/([\w-]{43})/u.exec(mail?.body ?? '')?.[1] ?? '';
  };

  it('do not confirm for it: who works for the lead, as a colleague or as a member of both', async () => {
    const known = await organization(world);
    const made = await named(known.name);
    const partnerId = await idOf(made);
    await organizationMember(world, known.id, 'signatory');
    const colleagues = world.get(ApplicationColleagues);
    const input = { address: 'writer@hired.example', access: 'edit' as const };
    await colleagues.invite(made.owner, made.applicationId, input);
    await colleagues.accept(await tokenOf('writer@hired.example'), { name: 'Hired Writer' });
    const own = await refusal(ask(made, partnerId, 'writer@hired.example'));
    expect(own.fields).toMatchObject([{ field: 'address', code: 'partner.own_address' }]);
    await ask(made, partnerId, 'office@known.example');
    const { part } = await world.get(Partners).look(await tokenOf('office@known.example'));
    const both: PersonActor = {
      ...made.owner,
      grants: [...made.owner.grants, { role: 'applicant', scopeKind: 'organization', scopeId: known.id }],
    };
    await world.get(OrganizationMembers).add(system, known.id, { personId: both.personId, role: 'owner' });
    const answer = { part, agreed: true, name: 'Myself' };
    expect((await refusal(world.get(Partners).confirmAs(both, partnerId, answer))).code).toBe('partner.own');
  });

  it('do not read its part by registering an organization of its name', async () => {
    const name = 'The well-known helpers';
    const made = await named('Nobody yet');
    const { personId, name: person } = await world.person();
    const stranger: PersonActor = { kind: 'person', personId, name: person, grants: [] };
    const { id: squatted } = await squat(stranger, name);
    await world.get(ApplicationSections).savePartners(made.owner, made.applicationId, {
      partners: [{ name, role: 'Mentors', level: 'collaborative', share: dollars('1000') }],
    });
    const partnerId = await idOf(made);
    await ask(made, partnerId, 'office@wellknown.example');
    const acting: PersonActor = {
      ...stranger,
      grants: [{ role: 'applicant', scopeKind: 'organization', scopeId: squatted }],
    };
    const { part } = await world.get(Partners).look(await tokenOf('office@wellknown.example'));
    expect(await world.get(Partners).namingMe(acting)).toEqual([]);
    const answer = { part, agreed: true, name: 'Myself' };
    expect((await refusal(world.get(Partners).confirmAs(acting, partnerId, answer))).kind).toBe('not_found');
    const nobody = (): Promise<boolean> => Promise.resolve(false);
    expect(await world.get(Partners).mayOpenMou(acting, partnerId, nobody)).toBe(false);
    // Asked at an address of its own people, it is the one that was meant.
    const [own] = await world.db.query<{ value: string }>(
      sql`select value from identifiers where person_id = ${personId} and kind = 'address' limit 1`,
    );
    await ask(made, partnerId, own?.value ?? '');
    expect(await world.get(Partners).namingMe(acting)).toHaveLength(1);
  });

  const squat = async (by: PersonActor, name: string): Promise<{ id: string }> => {
    const made = await organization(world, { name });
    await world.db.work(system, (work) =>
      work.query(sql`update organizations set registered_by = ${by.personId} where id = ${made.id}`),
    );
    await world.get(OrganizationMembers).add(system, made.id, { personId: by.personId, role: 'owner' });
    return made;
  };

  it('are not mailed without end, as a partner or as a colleague', async () => {
    const made = await named('Much asked');
    const colleagues = world.get(ApplicationColleagues);
    const victim = { address: 'victim@example.net', access: 'view' as const };
    const tries = async (most: number, run: (index: number) => Promise<unknown>): Promise<number> => {
      for (let index = 0; index < most; index += 1) {
        const error = await run(index).then(
          () => undefined,
          (refused: unknown) => refused,
        );
        if (error !== undefined) return index;
      }
      return most;
    };
    expect(await tries(30, () => colleagues.invite(made.owner, made.applicationId, victim))).toBe(5);
    const partnerId = await idOf(made);
    expect(await tries(90, (index) => ask(made, partnerId, `spam${index}@example.net`))).toBe(60);
  });
});
