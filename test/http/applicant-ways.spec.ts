/** The ways on that applicants and partners are shown: what is missing and where it is mended, who must act, what a link was. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import {
  Answers,
  ApplicationColleagues,
  Applications,
  Partners,
  partnersOf,
} from '../../src/features/applications/index.js';
import { Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { TechnicalAssistances } from '../../src/features/screening/index.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication } from '../factories/applications.js';
import { pdfFile } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld, WORLD_START } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: WebWorld;
let applications: Applications;
let partners: Partners;
let roundId: string;
let confirming: string;

beforeAll(async () => {
  world = await openWebWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  const { timeZone, fiscalYearStartMonth } = await world.get(AgencySettings).current();
  await world.get(AgencySettings).update(system, {
    ...{ name: 'Example Agency', timeZone, fiscalYearStartMonth, districts: [{ name: 'Kent' }] },
  } as never);
  applications = world.get(Applications);
  partners = world.get(Partners);
  ({ roundId } = await publishedRound(world, { ceiling: dollars('100000') }));
  ({ roundId: confirming } = await publishedRound(world, { ceiling: dollars('100000'), partnersMustConfirm: true }));
}, 120_000);
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => {
  expect(world === undefined ? [] : failuresOf(world)).toEqual([]);
  await world?.close();
});

const signIn = (actor: PersonActor): Promise<Visitor> => world.signIn(actor as never);
const main = (body: string): HTMLElement => parse(body).querySelector('main') as HTMLElement;
const wordsOf = (body: string): string => main(body).text.replace(/\s+/g, ' ');
const partner = (name: string) => ({ name, role: 'Mentors', level: 'collaborative' as const, share: dollars('500') });

async function fresh(round = roundId): Promise<{ id: string; owner: PersonActor; organizationId: string }> {
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const { id } = await applications.create(owner, { roundId: round, organizationId, title: 'Reading' });
  return { id, owner, organizationId };
}

async function tokenTo(address: string): Promise<string> {
  await world.drain();
  const [row] = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${address} order by created_at desc, id desc`,
  );
  return /\/(?:partner|colleague)\/([\w-]{43})/u.exec(row?.body ?? '')?.[1] ?? '';
}

async function withPartner(round = confirming): Promise<{ made: MadeApplication; partnerId: string }> {
  const made = await draftApplication(world, {
    ...{ roundId: round, requested: dollars('10000'), title: 'Rivers', partners: [partner('County Library')] },
  });
  const [row] = await partnersOf(world.db, [made.applicationId]);
  return { made, partnerId: row?.id ?? '' };
}

async function asked(
  address: string,
  { made, partnerId }: { made: MadeApplication; partnerId: string },
): Promise<string> {
  await partners.invite(made.owner, made.applicationId, { partnerId, address });
  return tokenTo(address);
}

const agreed = (part: string) => ({ part, agreed: true, name: 'Kim Partner' });
const sendBack = (made: MadeApplication, questions: string[]): Promise<unknown> =>
  applications.return(system, made.applicationId, { note: 'Say more.', fixBy: '2015-11-20', questions } as never);

describe('what is missing', () => {
  it('leads to the question that mends it, which is there', async () => {
    const { id, owner } = await fresh();
    const visitor = await signIn(owner);
    const page = main((await visitor.get(`/applications/${id}/submit`)).body);
    const links = page.querySelectorAll('.note--gold li a');
    const summary = links.find((link) => link.text.includes('summary'))?.getAttribute('href') ?? '';
    expect(summary).toBe(`/applications/${id}/sections/proposal?check=1#question-summary`);
    const [path = '', anchor = ''] = summary.split('#');
    expect(main((await visitor.get(path)).body).querySelector(`#${anchor}`)).not.toBeNull();
    expect(links.map((link) => link.getAttribute('href'))).toContain(
      `/applications/${id}/sections/budget?check=1#question-budget`,
    );
  });

  it('leads to who must sign, and to the partner that must confirm', async () => {
    const { made } = await withPartner();
    const editor = await signIn(await organizationMember(world, made.organizationId, 'editor'));
    const page = main((await editor.get(`/applications/${made.applicationId}/submit`)).body);
    const links = page.querySelectorAll('.note--gold li a').map((link) => link.getAttribute('href'));
    const [organizationPage, confirmations] = [
      `/organizations/${made.organizationId}`,
      `/applications/${made.applicationId}/confirmations`,
    ];
    expect(new Set(links)).toEqual(new Set([organizationPage, confirmations]));
  });

  it('is told once where sending was refused', async () => {
    const { id, owner } = await fresh();
    const visitor = await signIn(owner);
    const sent = await visitor.submit(`/applications/${id}/submit`, { signedName: 'Kim Director', agreed: 'yes' });
    expect(sent.statusCode).toBe(409);
    expect(main(sent.body).querySelectorAll('.note')).toHaveLength(1);
    expect(main(sent.body).querySelector('.note')?.getAttribute('role')).toBe('status');
  });
});

describe('what comes next', () => {
  const nextOf = async (actor: PersonActor, id: string): Promise<string> =>
    main((await (await signIn(actor)).get(`/applications/${id}`)).body)
      .querySelector('.todo__row')
      ?.text.replace(/\s+/g, ' ')
      .trim() ?? '';
  const listed = async (actor: PersonActor): Promise<string> =>
    wordsOf((await (await signIn(actor)).get('/applications')).body);

  it('is said with its date to who writes it, and who signs to who may not', async () => {
    const { id, owner } = await fresh();
    expect(await nextOf(owner, id)).toMatch(/^Thu, Dec 10 in 30 days, by .* Go on with Your proposal/);
    expect(await listed(owner)).toContain('Finish it: 3 things are missing');
    const ready = await draftApplication(world, { roundId, requested: dollars('10000') });
    const editor = await organizationMember(world, ready.organizationId, 'editor');
    const { name } = ready.owner as PersonActor;
    expect(await nextOf(ready.owner as PersonActor, ready.applicationId)).toContain('Sign and send it');
    expect(await nextOf(editor, ready.applicationId)).toContain(`${name} can sign and send it`);
    expect(await listed(editor)).toContain(`${name} can sign and send it Due Thu, Dec 10, in 30 days`);
  });

  it('is the same on the home page: to sign, whom to ask, whom it waits for', async () => {
    const home = async (actor: PersonActor): Promise<string> => wordsOf((await (await signIn(actor)).get('/')).body);
    const { owner } = await fresh();
    expect(await home(owner)).toContain('Finish Reading 3 things are missing.');
    const ready = await draftApplication(world, { roundId, requested: dollars('10000'), title: 'Ready' });
    expect(await home(ready.owner as PersonActor)).toContain('Sign and send Ready Nothing is missing.');
    const editor = await organizationMember(world, ready.organizationId, 'editor');
    const { name } = ready.owner as PersonActor;
    expect(await home(editor)).toContain(`Ask ${name} to sign Ready`);
    const waiting = await withPartner();
    expect(await home(waiting.made.owner as PersonActor)).toContain('Ask a partner to confirm Rivers');
    await asked('home@partner.example', waiting);
    const said = await home(waiting.made.owner as PersonActor);
    expect(said).toContain('Waiting for a partner: Rivers County Library was asked to confirm.');
    expect(said).not.toContain('Finish Rivers');
  });

  it('is one button that asks for the signature, and the page to sign says in short what is signed', async () => {
    const ready = await draftApplication(world, {
      ...{ roundId, requested: dollars('10000'), title: 'Ready', partners: [partner('County Library')] },
    });
    const path = `/applications/${ready.applicationId}`;
    const editor = await signIn(await organizationMember(world, ready.organizationId, 'editor'));
    const button = main((await editor.get(path)).body).querySelector(`form[action="${path}/ask-to-sign"] button`);
    expect(button?.text).toContain('Ask them to sign');
    expect((await editor.submit(`${path}/ask-to-sign`)).statusCode).toBe(303);
    const owner = await signIn(ready.owner as PersonActor);
    const sign = main((await owner.get(`${path}/submit`)).body);
    expect(sign.querySelectorAll(`a[href="${path}/print"]`).map(({ text }) => text)).toContain('Read the answers');
    const said = sign.text.replace(/\s+/g, ' ');
    for (const part of ['$10,000', 'County Library', 'Collaborative', 'sections finished', 'p.m. Pacific Time']) {
      expect(said).toContain(part);
    }
    const sheet = main((await owner.get(`${path}/print`)).body);
    expect(sheet.querySelector(`.page-end a[href="${path}/submit"]`)?.text).toContain('Sign and send');
  });

  it('is whom it waits for, what to mend, and that it is late', async () => {
    const waiting = await withPartner();
    const owner = waiting.made.owner as PersonActor;
    expect(await nextOf(owner, waiting.made.applicationId)).toContain('Ask County Library to confirm');
    await asked('next@partner.example', waiting);
    expect(await nextOf(owner, waiting.made.applicationId)).toContain('Waits for County Library');
    const back = await draftApplication(world, { roundId, requested: dollars('10000') });
    await applications.submit(back.owner, back.applicationId, {});
    expect(await nextOf(back.owner as PersonActor, back.applicationId)).toContain('We have it');
    await sendBack(back, ['summary']);
    expect(await nextOf(back.owner as PersonActor, back.applicationId)).toMatch(/^Fri, Nov 20 in 10 days Mend what/);
    await world.get(Answers).save(back.owner, back.applicationId, [{ key: 'summary', value: 'For 40 students.' }]);
    expect(await nextOf(back.owner as PersonActor, back.applicationId)).toContain('Sign and send it again');
    world.clock.set(new Date('2016-01-10T20:00:00Z'));
    expect(await nextOf(owner, waiting.made.applicationId)).toContain('The time to send it is over');
    expect(await listed(owner)).toContain('The time to send it is over Was due Thu, Dec 10');
  });

  it('is not another round for who comes too late for one', async () => {
    const { owner } = await fresh();
    const dueAt = new Date(WORLD_START.getTime() + 3_600_000);
    const short = await publishedRound(world, { dueAt });
    world.clock.set(new Date(dueAt.getTime() + 3_600_000));
    const body = (await (await signIn(owner)).get(`/applications/new?round=${short.roundId}`)).body;
    expect(wordsOf(body)).toContain('takes no applications any more');
    expect(main(body).querySelector('[name=roundId] option[selected]')?.getAttribute('value') ?? '').toBe('');
  });
});

describe('a link of a partner that is over', () => {
  it('says what was answered, by whom and when, and the way on', async () => {
    const given = await withPartner();
    const token = await asked('one@partner.example', given);
    const { part } = await partners.look(token);
    await partners.confirmByLink(PUBLIC_ACTOR, token, agreed(part));
    const page = await world.inject({ url: `/partner/${token}` });
    expect(page.statusCode).toBe(404);
    expect(page.headers['cache-control']).toContain('no-store');
    const said = wordsOf(page.body);
    expect(said).toContain('County Library confirmed its part');
    expect(said).toMatch(/Kim Partner confirmed it on Nov 10, 2015/);
    expect(said).toContain('Rivers');
    expect(said).not.toContain('Mail me a new link');
    expect(main(page.body).querySelector('a[href="/sign-in?next=%2Fpartnerships"]')).not.toBeNull();
  });

  it('says why it was declined, and nothing of it to whoever was asked before', async () => {
    const given = await withPartner();
    const before = await asked('before@partner.example', given);
    const token = await asked('now@partner.example', given);
    await partners.declineByLink(PUBLIC_ACTOR, token, { note: 'We have no room in spring.' });
    expect(wordsOf((await world.inject({ url: `/partner/${token}` })).body)).toContain('We have no room in spring.');
    const other = wordsOf((await world.inject({ url: `/partner/${before}` })).body);
    expect(other).toContain('This link is not good any more');
    expect(other).not.toMatch(/County Library|declined|Rivers/);
    const again = await asked('now@partner.example', given);
    expect(wordsOf((await world.inject({ url: `/partner/${token}` })).body)).toContain('asked you again');
    expect((await world.inject({ url: `/partner/${again}` })).statusCode).toBe(200);
  });
});

describe('a partner of an application that came back for other parts', () => {
  it('answers all the same: what was sent stays, and one that leaves can be taken off', async () => {
    const known = await organization(world);
    const signatory = await organizationMember(world, known.id, 'signatory');
    const made = await draftApplication(world, {
      ...{ roundId, requested: dollars('10000'), partners: [partner(known.name)] },
    });
    const [row] = await partnersOf(world.db, [made.applicationId]);
    const partnerId = row?.id ?? '';
    await partners.invite(made.owner, made.applicationId, { partnerId, address: 'somebody@partner.example' });
    await applications.submit(made.owner, made.applicationId, {});
    await sendBack(made, ['summary']);
    const path = `/partnerships/${partnerId}`;
    const visitor = await signIn(signatory);
    const door = await visitor.get(path);
    expect(wordsOf(door.body)).toContain('Yours stays as it was sent');
    expect(main(door.body).querySelector('input[type=file]')).toBeNull();
    const part = main(door.body).querySelector('[name=part]')?.getAttribute('value') ?? '';
    expect((await visitor.submit(path, { part, agreed: 'yes', name: 'Kim Partner' })).statusCode).toBe(303);
    expect((await partnersOf(world.db, [made.applicationId]))[0]?.state).toBe('confirmed');
    const lead = await signIn(made.owner as PersonActor);
    const page = `/applications/${made.applicationId}/confirmations`;
    expect(wordsOf((await lead.get(page)).body)).toContain('so these stay as they were sent');
    expect(wordsOf((await lead.get(page)).body)).not.toContain('Change partners');
    // A confirmation that was sent is not taken back by asking anew.
    const anew = partners.invite(made.owner, made.applicationId, { partnerId, address: 'x@partner.example' });
    expect((await refusal(anew)).code).toBe('application.part_closed');
    await partners.declineAs(signatory, partnerId, { note: 'We left' });
    expect(wordsOf((await lead.get(page)).body)).toContain('Change partners');
    await partners.invite(made.owner, made.applicationId, { partnerId, address: 'x@partner.example' });
  });
});

describe('files without a script', () => {
  const BOUNDARY = 'the-boundary-of-two-files';
  type Part = readonly [name: string, value: string | Buffer, file?: string];

  async function send(
    visitor: Visitor,
    url: string,
    parts: readonly Part[],
  ): Promise<Awaited<ReturnType<Visitor['ask']>>> {
    const chunks = parts.map(([name, value, file]) => {
      const kind = file === undefined ? '' : `; filename="${file}"\r\nContent-Type: application/pdf`;
      const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${kind}\r\n\r\n`;
      return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')]);
    });
    return visitor.ask({
      ...{ method: 'POST', url: `${url}?_csrf=${await visitor.csrf()}` },
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      payload: Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    });
  }

  async function withFiles(): Promise<{ id: string; visitor: Visitor }> {
    const made = await draftRound(world, {});
    const questions = [
      { key: 'plan', kind: 'file', label: 'Your plan' },
      { key: 'letter', kind: 'file', label: 'A letter', accept: ['pdf'] },
    ];
    const forms = world.get(Forms);
    const { versionId } = await forms.createForm(system, { fundId: made.fundId, name: `Files ${made.roundId}` });
    await forms.saveDefinition(system, versionId, { sections: [{ key: 'only', title: 'Papers', questions }] });
    await world.get(RoundSetUp).chooseForm(system, made.roundId, { formVersionId: versionId } as never);
    await world.get(Rounds).take(system, made.roundId, 'publish', {});
    const { id, owner } = await fresh(made.roundId);
    return { id, visitor: await signIn(owner) };
  }

  const versions: Part[] = [
    ['versions.plan', '0'],
    ['versions.letter', '0'],
    ['files[0].key', 'plan'],
    ['files[1].key', 'letter'],
  ];

  it('a good one stays chosen beside a bad one, and is saved with the next', async () => {
    const { id, visitor } = await withFiles();
    const url = `/applications/${id}/sections/only`;
    const refused = await send(visitor, url, [
      ...versions,
      ['files[0].file', pdfFile(), 'Plan.pdf'],
      ['files[1].file', Buffer.from('<script>alert(1)</script>'), 'Letter.pdf'],
    ]);
    expect(refused.statusCode).toBe(422);
    const page = main(refused.body);
    const kept = page.querySelector('[data-answer=plan] [name="answers.plan"]');
    expect(kept?.getAttribute('checked')).toBeDefined();
    expect(page.querySelector('[data-answer=plan] [data-files-list]')?.text).toContain('Plan.pdf');
    expect(page.querySelector('[data-answer=letter] .field-error')?.text).toContain('Choose PDF.');
    const again = await send(visitor, url, [
      ...versions,
      ['answers.plan', kept?.getAttribute('value') ?? ''],
      ['files[1].file', pdfFile(), 'Letter.pdf'],
    ]);
    expect(again.statusCode).toBe(303);
    const saved = main((await visitor.get(url)).body);
    expect(saved.querySelectorAll('[data-files-list] .choice').map((line) => line.text)).toEqual([
      expect.stringContaining('Plan.pdf'),
      expect.stringContaining('Letter.pdf'),
    ]);
    // One is asked for: another takes its place.
    const other = await send(visitor, url, [
      ['versions.plan', '1'],
      ['files[0].key', 'plan'],
      ['answers.plan', kept?.getAttribute('value') ?? ''],
      ['files[0].file', pdfFile(), 'Better plan.pdf'],
    ]);
    expect(other.statusCode).toBe(303);
    const lines = main((await visitor.get(url)).body).querySelectorAll('[data-answer=plan] [data-files-list] .choice');
    expect(lines.map((line) => line.text)).toEqual([expect.stringContaining('Better plan.pdf')]);
  });

  it('a question that takes all kinds says so', async () => {
    const { id, visitor } = await withFiles();
    const page = main((await visitor.get(`/applications/${id}/sections/only`)).body);
    const said = page.querySelector('[data-answer=plan] .usa-hint')?.text ?? '';
    expect(page.querySelector('[data-answer=plan] [data-file-box]')?.text ?? said).toContain('Word (.docx)');
    expect(page.querySelector('[data-answer=letter] [data-file-box]')?.text).toContain('One file: PDF.');
  });
});

describe('who only reads', () => {
  it('is told so where it is written, and begins no other', async () => {
    const made = await draftApplication(world, { roundId, requested: dollars('10000') });
    const person = await world.person([], 'Rosa Reader');
    await world.get(ApplicationColleagues).invite(made.owner, made.applicationId, {
      ...{ address: person.email, access: 'view' },
    });
    const visitor = await world.signIn(person);
    await visitor.submit(`/colleague/${await tokenTo(person.email)}`, {});
    const section = await visitor.get(`/applications/${made.applicationId}/sections/proposal`);
    expect(section.statusCode).toBe(403);
    expect(wordsOf(section.body)).toContain('You can read this application and not write it.');
    expect(wordsOf((await visitor.get('/applications')).body)).not.toContain('Begin an application');
    expect(wordsOf((await visitor.get(`/applications/${made.applicationId}`)).body)).toContain('It is a draft');
  });

  it('is told so where they help with a draft', async () => {
    const made = await draftApplication(world, { roundId, requested: dollars('10000') });
    const person = await world.person([{ role: 'program_officer' }], 'Alex Officer');
    const visitor = await world.signIn(person);
    const asking = { applicationId: made.applicationId, topic: 'budget' as const, question: 'Which?', mayRead: true };
    const { id: help } = await world.get(TechnicalAssistances).ask(made.owner, asking);
    await visitor.submit(`/technical-assistances/${help}/take`, { version: '1' });
    expect(wordsOf((await visitor.get(`/applications/${made.applicationId}`)).body)).toContain(
      'You help with this draft',
    );
  });

  it('sees the partners of a part that is closed, as they were sent', async () => {
    const { made } = await withPartner(roundId);
    await applications.submit(made.owner, made.applicationId, {});
    await sendBack(made, ['summary']);
    const page = await (
      await signIn(made.owner as PersonActor)
    ).get(`/applications/${made.applicationId}/sections/partners`);
    expect(wordsOf(page.body)).toContain('County Library: Mentors.');
  });
});
