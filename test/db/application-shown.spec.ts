/** What each is shown of an application: the agency what was sent, a partner its part, whoever helps the draft. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RuleSets } from '../../src/features/agency/index.js';
import {
  Answers,
  Applications,
  ApplicationSections,
  Partners,
  partnersOf,
} from '../../src/features/applications/index.js';
import { AnswerApiViews } from '../../src/features/applications/answer-api.view.js';
import { ApplicationViews } from '../../src/features/applications/application.view.js';
import { mayLookAt } from '../../src/features/applications/application-reads.js';
import { AnswerSheets } from '../../src/features/applications/answer-sheet.view.js';
import { AnswerPageViews } from '../../src/features/applications/answer-page.view.js';
import { partnersShown } from '../../src/features/applications/partner.reads.js';
import { begunApplications } from '../../src/features/applications/application-begun.js';
import { readBudgetPaper } from '../../src/features/applications/proposed-budget.paper.js';
import { Attachments } from '../../src/features/documents/index.js';
import { Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { actingGrants, Assistances } from '../../src/features/identity/index.js';
import { TechnicalAssistances } from '../../src/features/screening/index.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { attachment } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, type MadeRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
const MINUTE = 60_000;

let world: World;
let round: MadeRound;
let officer: PersonActor;
let applications: Applications;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  round = await publishedRound(world, { ceiling: dollars('100000') });
  officer = await world.actor('program_officer');
  applications = world.get(Applications);
});
afterAll(async () => world?.close());

const partner = (name: string) => ({ name, role: 'Mentors', level: 'collaborative' as const, share: dollars('500') });

describe('while it is back with its applicant', () => {
  it('the agency reads what was sent, its applicant what it is now, and all of it is shown once it is sent again', async () => {
    const made = await submittedApplication(world, {
      ...{ roundId: round.roundId, title: 'As we sent it', requested: dollars('1000') },
      partners: [partner('First partner')],
    });
    const { applicationId: id, owner } = made;
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await applications.return(officer, id, { note: 'Say more.', fixBy } as never);
    const answers = world.get(Answers);
    const summary = async (actor: PersonActor): Promise<unknown> =>
      (await world.get(AnswerApiViews).all(actor, id)).answers.find(({ key }) => key === 'summary')?.value;
    const before = await summary(owner);
    await answers.save(owner, id, [
      { key: 'summary', value: 'Half a sentence that' },
      { key: 'title', value: 'As it will be' },
    ]);
    await world.get(ApplicationSections).savePartners(owner, id, { partners: [partner('Second partner')] } as never);
    const views = world.get(ApplicationViews);
    const seen = await views.whole(officer, id);
    expect(seen.application).toMatchObject({ title: 'As we sent it', partners: [{ name: 'First partner' }] });
    expect(seen.application.requested.toDecimal()).toBe('1000.00');
    expect((await views.whole(owner, id)).application).toMatchObject({
      ...{ title: 'As it will be', partners: [{ name: 'Second partner' }] },
    });
    expect([await summary(officer), await summary(owner)]).toEqual([before, 'Half a sentence that']);
    const sheet = JSON.stringify(await world.get(AnswerSheets).page({ actor: officer, id: () => id } as never));
    expect(sheet).toContain('You read what was sent on');
    expect(sheet).not.toContain('Half a sentence that');
    expect(sheet).not.toContain('Second partner');
    const [listed] = (await views.list(officer, { q: (await applications.get(officer, id)).number } as never)).items;
    expect(listed?.title).toBe('As we sent it');
    await applications.submit(owner, id, {});
    expect((await views.whole(officer, id)).application.title).toBe('As it will be');
  });
});

describe('when it ends while it is back with its applicant', () => {
  const mending = async (): Promise<MadeApplication> => {
    const made = await submittedApplication(world, {
      ...{ roundId: round.roundId, title: 'As we sent it', requested: dollars('1000') },
      partners: [partner('First partner')],
    });
    const { applicationId: id, owner } = made;
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await applications.return(officer, id, { note: 'Say more.', fixBy } as never);
    await world.get(Answers).save(owner, id, [
      { key: 'summary', value: 'Half a sentence that' },
      { key: 'title', value: 'As it will never be' },
    ]);
    await world.get(ApplicationSections).savePartners(owner, id, { partners: [partner('Second partner')] } as never);
    return made;
  };
  /** All that somebody is shown of it, by page, list and search. */
  const everything = async (actor: PersonActor, id: string): Promise<string> => {
    const visit = { actor, id: () => id } as never;
    const { number } = await applications.get(actor, id);
    const row = await world.db.query(sql`
      select shown_title, shown_summary, shown_cents, search_text from applications where id = ${id}`);
    return JSON.stringify([
      (await world.get(ApplicationViews).whole(actor, id)).application,
      await world.get(AnswerApiViews).all(actor, id),
      await world.get(AnswerSheets).page(visit),
      await world.get(AnswerPageViews).assisted(visit),
      await partnersShown(world.db, await world.get(ApplicationViews).whole(actor, id)),
      (await applications.list(actor, { q: number })).items,
      row,
    ]);
  };
  const LIVE = ['Half a sentence that', 'As it will never be', 'Second partner'];
  const ends: Record<string, (made: MadeApplication) => Promise<unknown>> = {
    withdrawn: ({ applicationId, owner }) => applications.take(owner, applicationId, 'withdraw', { note: 'No time.' }),
    expired: ({ applicationId: id }) =>
      world.db.work(system, async (work) => {
        await applications.machine.transition(work, { action: 'expire', ids: [id] });
        return null;
      }),
  };

  for (const [state, end] of Object.entries(ends)) {
    it(`the agency goes on reading what was sent once it is ${state}, and its applicant what they wrote`, async () => {
      const made = await mending();
      await end(made);
      const { applicationId: id, owner } = made;
      // Of those that ran out the agency’s auditor alone sees pages.
      const reader = state === 'expired' ? await world.actor('auditor') : officer;
      expect((await applications.get(reader, id)).state).toBe(state);
      const seen = await everything(reader, id);
      expect(LIVE.filter((live) => seen.toLowerCase().includes(live.toLowerCase()))).toEqual([]);
      expect(seen).toContain('As we sent it');
      expect(seen).toContain('You read what was sent on');
      expect((await applications.list(reader, { q: 'never be' })).items.filter((each) => each.id === id)).toEqual([]);
      const own = await everything(owner, id);
      expect(LIVE.filter((live) => !own.includes(live))).toEqual([]);
      expect((await applications.list(owner, { q: 'never be' })).items.map((each) => each.id)).toEqual([id]);
      // Whatever is written to its row later, such as by housekeeping, shows nothing more.
      await world.db.work(system, async (work) => {
        await work.query(sql`update applications set version = version + 1 where id = ${id}`);
        return null;
      });
      expect(LIVE.filter((live) => seen.includes(live))).toEqual([]);
      expect(await world.db.query(sql`select shown_title as title from applications where id = ${id}`)).toEqual([
        { title: 'As we sent it' },
      ]);
    });
  }

  it('what was withdrawn as it was sent is shown as it is', async () => {
    const made = await submittedApplication(world, { roundId: round.roundId, title: 'Never back' });
    await ends['withdrawn']?.(made);
    expect((await world.get(ApplicationViews).whole(officer, made.applicationId)).sent).toBeUndefined();
  });
});

/** A draft in a round whose form asks for a plan, as a file, and for nothing else. */
async function draftWithPlan(): Promise<MadeApplication> {
  const made = await draftRound(world, {});
  const questions = [{ key: 'plan', kind: 'file', label: 'Plan', required: true }];
  const forms = world.get(Forms);
  const { versionId } = await forms.createForm(system, { fundId: made.fundId, name: `Plan ${made.roundId}` });
  await forms.saveDefinition(system, versionId, { sections: [{ key: 'only', title: 'Your plan', questions }] });
  await world.get(RoundSetUp).chooseForm(system, made.roundId, { formVersionId: versionId } as never);
  await world.get(Rounds).take(system, made.roundId, 'publish', {});
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const { id } = await applications.create(owner, { roundId: made.roundId, organizationId, title: 'Plan' });
  return { applicationId: id, organizationId, owner };
}

describe('a file of an application', () => {
  const opens = async (actor: PersonActor, id: string): Promise<string> => {
    const tries = [() => world.get(Attachments).describe(actor, id), () => world.get(Attachments).open(actor, id)];
    const said: string[] = [];
    for (const each of tries)
      said.push(
        await each().then(
          () => 'open',
          (error: { kind: string }) => error.kind,
        ),
      );
    expect(new Set(said).size).toBe(1);
    return said[0] ?? '';
  };

  it('that was added when it came back is the applicant`s alone until it is sent, and one that never was stays theirs', async () => {
    const { applicationId: id, owner, organizationId } = await draftWithPlan();
    const viewer = await organizationMember(world, organizationId, 'viewer');
    const auditor = await world.actor('auditor');
    const answers = world.get(Answers);
    const dropped = await attachment(world, owner);
    await answers.save(owner, id, [{ key: 'plan', value: [dropped.id] }]);
    const first = await attachment(world, owner);
    await answers.save(owner, id, [{ key: 'plan', value: [first.id] }]);
    expect([await opens(officer, first.id), await opens(viewer, first.id)]).toEqual(['not_found', 'open']);
    await applications.submit(owner, id, {});
    expect([await opens(officer, first.id), await opens(officer, dropped.id)]).toEqual(['open', 'not_found']);
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await applications.return(officer, id, { note: 'Another plan.', fixBy } as never);
    const second = await attachment(world, owner);
    await answers.save(owner, id, [{ key: 'plan', value: [second.id] }]);
    for (const agency of [officer, auditor]) {
      expect([await opens(agency, first.id), await opens(agency, second.id)]).toEqual(['open', 'not_found']);
    }
    expect([await opens(owner, second.id), await opens(viewer, second.id)]).toEqual(['open', 'open']);
    await applications.submit(owner, id, {});
    expect([await opens(officer, first.id), await opens(officer, second.id)]).toEqual(['open', 'open']);
    expect(await opens(owner, dropped.id)).toBe('open');
  });

  it('that came back and was withdrawn stays closed, and so does a memorandum that was not sent', async () => {
    const made = await submittedApplication(world, {
      ...{ roundId: round.roundId, requested: dollars('1000'), partners: [partner('Not sent yet')] },
    });
    const { applicationId: id, owner } = made;
    const [{ id: partnerId = '' } = {}] = await partnersOf(world.db, [id]);
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await applications.return(officer, id, { note: 'Bring it in writing.', fixBy } as never);
    world.clock.set(new Date(world.clock.now().getTime() + MINUTE));
    const { id: mouId } = await attachment(world, owner);
    await world.get(Partners).attachMou(owner, id, { partnerId, mouId });
    expect([await opens(officer, mouId), await opens(owner, mouId)]).toEqual(['not_found', 'open']);
    await applications.take(owner, id, 'withdraw', { note: 'Not this year.' });
    expect([await opens(officer, mouId), await opens(owner, mouId)]).toEqual(['not_found', 'open']);
  });

  it('is open to the agency as a memorandum once it was sent', async () => {
    const made = await draftApplication(world, {
      ...{ roundId: round.roundId, requested: dollars('1000'), partners: [partner('Sent')] },
    });
    const [{ id: partnerId = '' } = {}] = await partnersOf(world.db, [made.applicationId]);
    const { id: mouId } = await attachment(world, made.owner);
    await world.get(Partners).attachMou(made.owner, made.applicationId, { partnerId, mouId });
    expect(await opens(officer, mouId)).toBe('not_found');
    await applications.submit(made.owner, made.applicationId, {});
    expect(await opens(officer, mouId)).toBe('open');
  });
});

describe('entered for somebody', () => {
  it('partners carry the mark, wait for the lead, and are its own once it changed them', async () => {
    const made = await draftApplication(world, { roundId: round.roundId, requested: dollars('10000') });
    const { applicationId: id, organizationId, owner } = made;
    const today = world.db.today;
    const { id: assistanceId } = await world.get(Assistances).start(officer, organizationId, {
      ...{ organizationId, consent: 'phone', consentedBy: 'Somebody of it', consentedOn: today, endsOn: today },
      reason: 'Has no computer',
    } as never);
    const assists = [{ assistanceId, organizationId }];
    const acting: PersonActor = { ...officer, assists, grants: actingGrants(officer.grants, assists) };
    const sections = world.get(ApplicationSections);
    const rows = [partner('On the phone'), partner('Also told')];
    await sections.savePartners(acting, id, { partners: rows } as never);
    const marks = async (): Promise<unknown[]> =>
      (await partnersOf(world.db, [id])).map((each) => [each.assistanceId !== null, each.partConfirmedAt !== null]);
    expect(await marks()).toEqual([
      [true, false],
      [true, false],
    ]);
    const { blockers } = await refusal(applications.submit(owner, id, {}));
    expect(blockers).toMatchObject([{ code: 'application.assisted_unconfirmed', params: { count: 2 } }]);
    const own = [rows[0], { ...partner('Also told'), role: 'Something else' }];
    await sections.savePartners(owner, id, { partners: own } as never);
    expect(await marks()).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(await world.get(Answers).confirmAssisted(owner, id)).toEqual({ id, count: 1 });
    expect((await marks())[0]).toEqual([true, true]);
    await applications.submit(owner, id, {});
  });
});

describe('a partner that is known here', () => {
  it('adds the memorandum, reads its part after it was sent, and is not told how that goes on', async () => {
    const partners = world.get(Partners);
    const known = await organization(world);
    const signatory = await organizationMember(world, known.id, 'signatory');
    const viewer = await organizationMember(world, known.id, 'viewer');
    const made = await draftApplication(world, {
      ...{ roundId: round.roundId, requested: dollars('10000'), partners: [partner(known.name)] },
    });
    const [row] = await partnersOf(world.db, [made.applicationId]);
    const partnerId = row?.id ?? '';
    await partners.invite(made.owner, made.applicationId, { partnerId, address: 'somebody@partner.example' });
    const { id: mouId } = await attachment(world, signatory);
    expect((await refusal(partners.attachMouAs(viewer, partnerId, { mouId }))).kind).toBe('forbidden');
    expect((await refusal(partners.attachMouAs(officer, partnerId, { mouId }))).kind).toBe('not_found');
    await partners.attachMouAs(signatory, partnerId, { mouId });
    expect((await partnersOf(world.db, [made.applicationId]))[0]?.mouAttachmentId).toBe(mouId);
    const [door] = await partners.namingMe(signatory);
    await partners.confirmAs(signatory, partnerId, { part: door?.part ?? '', agreed: true, name: 'Somebody' });
    await applications.submit(made.owner, made.applicationId, {});
    await applications.take(system, made.applicationId, 'screen_in', {});
    expect(await partners.namingMe(signatory)).toMatchObject([{ partnerId, state: 'submitted' }]);
    const { id: later } = await attachment(world, signatory);
    expect((await refusal(partners.attachMouAs(signatory, partnerId, { mouId: later }))).code).toBe(
      'partner.sent_already',
    );
  });
});

describe('whoever helps', () => {
  const helped = async (mayRead: boolean): Promise<{ made: MadeApplication; advisor: PersonActor; help: string }> => {
    const advisor = await world.actor('program_officer');
    const made = await draftApplication(world, { roundId: round.roundId, requested: dollars('10000') });
    const assistances = world.get(TechnicalAssistances);
    const asked = { applicationId: made.applicationId, topic: 'budget' as const, question: 'Which costs?', mayRead };
    const { id: help } = await assistances.ask(made.owner, asked);
    await assistances.take(advisor, help, {});
    return { made, advisor, help };
  };

  it('reads the draft where the applicant said so, and writes nothing in it', async () => {
    const { made, advisor } = await helped(true);
    const { applicationId: id } = made;
    const seen = await world.get(ApplicationViews).whole(advisor, id);
    expect(seen).toMatchObject({ isOwn: false, canWrite: false, application: { state: 'draft' } });
    expect((await refusal(world.get(Answers).save(advisor, id, [{ key: 'summary', value: 'x' }]))).kind).toBe(
      'not_found',
    );
    const { items } = await applications.list(advisor, {} as never);
    expect(items.map((each) => each.id)).not.toContain(id);
    // Another officer, who does not help, reads no draft.
    expect(await mayLookAt(world.policy, officer, world.db, id)).toBe(false);
  });

  it('does not where the applicant did not say so', async () => {
    const { made, advisor } = await helped(false);
    expect((await refusal(applications.get(advisor, made.applicationId))).kind).toBe('not_found');
  });

  it('sees nothing of it once it is sent, nor when the help has ended', async () => {
    const { made, advisor, help } = await helped(true);
    await world.get(TechnicalAssistances).step(advisor, help, 'close', {});
    expect((await refusal(applications.get(advisor, made.applicationId))).kind).toBe('not_found');
    await world.get(TechnicalAssistances).step(advisor, help, 'reopen', {});
    expect((await applications.get(advisor, made.applicationId)).id).toBe(made.applicationId);
    await applications.submit(made.owner, made.applicationId, {});
    expect((await refusal(applications.get(advisor, made.applicationId))).kind).toBe('not_found');
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await applications.return(officer, made.applicationId, { note: 'Say more.', fixBy } as never);
    expect((await refusal(applications.get(advisor, made.applicationId))).kind).toBe('not_found');
  });
});

describe('its public page', () => {
  it('leads to what one`s own organization began, and nobody else', async () => {
    const { applicationId, owner } = await draftApplication(world, { roundId: round.roundId });
    const begun = (actor: PersonActor): Promise<unknown> =>
      begunApplications(world.db, world.policy, actor, [round.roundId]).then((map) => map.get(round.roundId));
    expect(await begun(owner)).toEqual({ id: applicationId, isOpen: true });
    expect(await begun(officer)).toBeUndefined();
    expect(await begun(await organizationMember(world, (await organization(world)).id, 'owner'))).toBeUndefined();
    expect(await begunApplications(world.db, world.policy, PUBLIC_ACTOR, [round.roundId])).toEqual(new Map());
  });
});

describe('beginning in the last minute', () => {
  it('counts from the first line of the request, as sending does, and no longer than that has', async () => {
    const { roundId } = await publishedRound(world, { ceiling: dollars('100000') });
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    const [due] = await world.db.query<{ at: Date }>(
      sql`select due_at + make_interval(mins => grace_minutes) as at from rounds where id = ${roundId}`,
    );
    const closes = due?.at ?? WORLD_START;
    const begin = (minutesAfter: number): Promise<{ id: string }> => {
      world.clock.set(new Date(closes.getTime() + minutesAfter * MINUTE));
      const receivedAt = new Date(closes.getTime() - 1000);
      return runInRequest({ requestId: `begin-${minutesAfter}`, receivedAt }, () =>
        applications.create(owner, { roundId, organizationId, title: `After ${minutesAfter}` }),
      );
    };
    expect((await begin(9)).id).toBeTruthy();
    expect((await refusal(begin(11))).code).toBe('application.round_not_open');
    world.clock.set(WORLD_START);
  });
});

describe('the budget on paper', () => {
  it('is kept with what was sent, cent for cent', async () => {
    const { applicationId } = await submittedApplication(world, { roundId: round.roundId, requested: dollars('1000') });
    const paper = await readBudgetPaper(world.db, applicationId);
    expect(paper.lines.map(({ category, amount }) => [category, amount])).toEqual([
      ['Salaries', '75000'],
      ['Supplies', '25000'],
    ]);
    const [sent] = await world.db.query<{ budget: unknown }>(
      sql`select content -> 'budget' as budget from application_submissions where application_id = ${applicationId}`,
    );
    expect(sent?.budget).toEqual(paper);
  });
});

describe('a published round', () => {
  it('keeps whether its partners must confirm', async () => {
    const owner = new pg.Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    const change = owner.query('update rounds set partners_must_confirm = not partners_must_confirm where id = $1', [
      round.roundId,
    ]);
    await expect(change).rejects.toThrow(/terms of a published round/);
    await owner.end();
  });
});
