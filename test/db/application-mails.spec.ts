/** What applicants and partners are mailed: each names whose application it is, what to do, until when, and how to ask. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import {
  Answers,
  ApplicationColleagues,
  ApplicationReminders,
  Applications,
  Extensions,
  Partners,
  partnersOf,
  SignatureAsking,
} from '../../src/features/applications/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { type PersonActor, PUBLIC_ACTOR, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';

const system = systemActor('test');
const DAY = 86_400_000;
const PHONE = '206 555 0100';
const partner = (name: string) => ({
  name,
  role: 'Mentors',
  level: 'collaborative' as const,
  share: Money.parse('500'),
});

let world: World;
let applications: Applications;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  const { timeZone, fiscalYearStartMonth } = await world.get(AgencySettings).current();
  await world.get(AgencySettings).update(system, {
    ...{ name: 'Example Agency', helpPhone: PHONE, timeZone, fiscalYearStartMonth, districts: [{ name: 'Kent' }] },
  } as never);
  applications = world.get(Applications);
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

interface Read {
  readonly subject: string;
  readonly body: string;
}

const mailOf = ({ owner }: MadeApplication): string => (owner as PersonActor & { email: string }).email;

async function lastTo(address: string): Promise<Read> {
  await world.drain();
  const rows = await world.db.query<Read>(
    sql`select subject, body from mails where recipient = ${address} order by created_at desc, id desc limit 1`,
  );
  return rows[0] as Read;
}

const made = async (title: string, more: object = {}): Promise<MadeApplication & { organization: string }> => {
  const roundId = (await publishedRound(world, { partnersMustConfirm: true })).roundId;
  const application = await draftApplication(world, { roundId, requested: Money.parse('10000'), title, ...more });
  const summary = await applications.get(application.owner, application.applicationId);
  return { ...application, organization: summary.organizationName };
};

/** It names whose it is and how to ask; and until when, with the zone. */
function expectWhole({ body }: Read, organization: string, title: string): void {
  expect(body).toContain(organization);
  expect(body).toContain(`"${title}"`);
  expect(body).toMatch(/\/applications\/[0-9a-f-]{36}#messages/);
  expect(body).toContain(`Or call Example Agency at ${PHONE}.`);
  expect(body).not.toMatch(/\n{3,}/);
}

const DUE = 'Thursday, December 10, 2015 at 12:00 p.m. Pacific Time';

describe('the mail', () => {
  it('before a draft is due says what is missing, until when in which zone, and how to have more time', async () => {
    const draft = await made('Rivers');
    const due = (await world.get(Rounds).get(system, (await applications.get(system, draft.applicationId)).roundId))
      .dueAt;
    for (const [days, subject] of [
      [7, 'In 7 days: Rivers is due'],
      [2, 'In 2 days: Rivers is due'],
      [1, 'Tomorrow: Rivers is due'],
    ] as const) {
      world.clock.set(new Date(due.getTime() - days * DAY));
      await world.get(ApplicationReminders).sweep();
      const mail = await lastTo(mailOf(draft));
      expect(mail.subject).toBe(subject);
      expectWhole(mail, draft.organization, 'Rivers');
      expect(mail.body).toContain(`It is due ${DUE}.`);
      expect(mail.body).toContain('/more-time');
    }
  });

  it('of a receipt says that it arrived, its number, and that nothing is to be done', async () => {
    const draft = await made('Rivers');
    const { receiptNumber } = await applications.submit(draft.owner, draft.applicationId, {});
    const mail = await lastTo(mailOf(draft));
    expect(mail.subject).toBe('We received Rivers');
    expectWhole(mail, draft.organization, 'Rivers');
    expect(mail.body).toContain(`Your receipt is ${receiptNumber}.`);
    expect(mail.body).toContain('Tuesday, November 10, 2015 at 12:00 p.m. Pacific Time');
  });

  it('of a withdrawal says who did it, why, and how to ask', async () => {
    const draft = await made('Rivers');
    await applications.submit(draft.owner, draft.applicationId, {});
    await applications.take(draft.owner, draft.applicationId, 'withdraw', { note: 'We found other money.' } as never);
    const mail = await lastTo(mailOf(draft));
    expect(mail.subject).toBe('Rivers was withdrawn');
    expectWhole(mail, draft.organization, 'Rivers');
    expect(mail.body).toContain('We found other money.');
    expect(mail.body).toContain(`${(draft.owner as PersonActor).name} withdrew`);
  });

  it('of what came back says what to mend and until when; so does its reminder', async () => {
    const draft = await made('Rivers');
    await applications.submit(draft.owner, draft.applicationId, {});
    const order = { note: 'Say how many students.', fixBy: '2015-11-20', questions: ['summary'] };
    await applications.return(system, draft.applicationId, order as never);
    const mail = await lastTo(mailOf(draft));
    expect(mail.subject).toBe('Rivers came back to you');
    expectWhole(mail, draft.organization, 'Rivers');
    expect(mail.body).toContain('by the end of Friday, November 20, 2015');
    world.clock.set(new Date('2015-11-19T20:00:00Z'));
    await world.get(ApplicationReminders).sweep();
    const reminder = await lastTo(mailOf(draft));
    expect(reminder.subject).toBe('Tomorrow: Rivers is due');
    expect(reminder.body).toContain('came back to you and is not sent again yet');
    expect(reminder.body).toContain('What is to be mended stands on its page.');
    expect(reminder.body).not.toContain('/more-time');
  });

  it('to a partner says who asks whom for what until when; and its lead hears what is still missing', async () => {
    const draft = await made('Rivers', { partners: [partner('County Library'), partner('Hilltop School')] });
    const rows = await partnersOf(world.db, [draft.applicationId]);
    const partners = world.get(Partners);
    const ask = async (at: number, address: string): Promise<string> => {
      await partners.invite(draft.owner, draft.applicationId, { partnerId: rows[at]?.id ?? '', address });
      const { body } = await lastTo(address);
      return /\/partner\/([\w-]{43})/u.exec(body)?.[1] ?? '';
    };
    const one = await ask(0, 'one@partner.example');
    const { subject, body } = await lastTo('one@partner.example');
    expect(subject).toBe(`${draft.organization} names you as a partner in Rivers`);
    for (const said of [draft.organization, 'County Library', '"Rivers"', DUE, PHONE]) expect(body).toContain(said);
    await partners.confirmByLink(PUBLIC_ACTOR, one, {
      ...{ part: (await partners.look(one)).part, agreed: true, name: 'Kim Partner' },
    });
    const confirmed = await lastTo(mailOf(draft));
    expect(confirmed.subject).toBe('County Library confirmed its part');
    expectWhole(confirmed, draft.organization, 'Rivers');
    expect(confirmed.body).toMatch(/not confirmed yet:\n- Hilltop School/);
    const two = await ask(1, 'two@partner.example');
    await partners.declineByLink(PUBLIC_ACTOR, two, { note: 'No room.' });
    const declined = await lastTo(mailOf(draft));
    expect(declined.body).toContain('No room.');
    expect(declined.body).toContain(DUE);
  });

  it('of the last partner that confirmed says that it can be sent now, or what is still missing', async () => {
    const draft = await made('Rivers', { partners: [partner('County Library')] });
    const partners = world.get(Partners);
    const answered = async (): Promise<Read> => {
      const [row] = await partnersOf(world.db, [draft.applicationId]);
      await partners.invite(draft.owner, draft.applicationId, {
        partnerId: row?.id ?? '',
        address: 'last@partner.example',
      });
      const token = /\/partner\/([\w-]{43})/u.exec((await lastTo('last@partner.example')).body)?.[1] ?? '';
      const { part } = await partners.look(token);
      await partners.confirmByLink(PUBLIC_ACTOR, token, { part, agreed: true, name: 'Kim Partner' });
      return lastTo(mailOf(draft));
    };
    const { name } = draft.owner as PersonActor;
    const ready = await answered();
    expect(ready.subject).toBe('Rivers can be sent now: all partners have confirmed');
    expectWhole(ready, draft.organization, 'Rivers');
    expect(ready.body).toContain(
      `All partners have confirmed. It can be sent now. It is due ${DUE}. ${name} can sign it.`,
    );
    expect(ready.body).toContain(`/applications/${draft.applicationId}/print`);
    expect(ready.body).toContain(`/applications/${draft.applicationId}/submit`);
    await world.get(Answers).save(draft.owner, draft.applicationId, [{ key: 'summary', value: '' }]);
    const lacking = await answered();
    expect(lacking.subject).toBe('All partners have confirmed Rivers');
    expectWhole(lacking, draft.organization, 'Rivers');
    expect(lacking.body).toMatch(/this is still missing:\n- .*summary/i);
    expect(lacking.body).toContain(`It is due ${DUE}. Go on where you stopped:`);
    expect(lacking.body).not.toContain('can be sent now');
  });

  it('that asks for a signature leads to all the answers; it is not sent for what is not ready, nor without end', async () => {
    const draft = await made('Rivers');
    const editor = await organizationMember(world, draft.organizationId, 'editor');
    const asking = world.get(SignatureAsking);
    const { name } = draft.owner as PersonActor;
    expect(await asking.ask(editor, draft.applicationId)).toEqual({ id: draft.applicationId, names: name });
    const mail = await lastTo(mailOf(draft));
    expect(mail.subject).toBe(`${editor.name} asks you to sign Rivers`);
    expectWhole(mail, draft.organization, 'Rivers');
    for (const said of [DUE, '/print', '/pdf', '/submit']) expect(mail.body).toContain(said);
    expect((await refusal(asking.ask(draft.owner, draft.applicationId))).code).toBe('application.nobody_to_sign');
    await world.get(Answers).save(editor, draft.applicationId, [{ key: 'summary', value: '' }]);
    expect((await refusal(asking.ask(editor, draft.applicationId))).code).toBe('application.not_ready_to_sign');
    for (let at = 0; at < 2; at += 1) await refusal(asking.ask(editor, draft.applicationId));
    expect((await refusal(asking.ask(editor, draft.applicationId))).code).toBe('application.signature_asked_often');
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    expect((await refusal(asking.ask(stranger, draft.applicationId))).kind).toBe('not_found');
  });

  it('of a round whose dates changed says what changed, why, and until when the draft is due', async () => {
    const draft = await made('Rivers');
    const { roundId } = await applications.get(system, draft.applicationId);
    const rounds = world.get(Rounds);
    const extend = { dueOn: '2015-12-18', dueTime: '17:00', reason: 'Schools were closed.' };
    await rounds.extend(system, roundId, extend as never);
    const mail = await lastTo(mailOf(draft));
    expectWhole(mail, draft.organization, 'Rivers');
    expect(mail.body).toContain('Friday, December 18, 2015 at 5:00 p.m. Pacific Time');
    expect(mail.body).toContain('Schools were closed.');
  });

  it('to a colleague says what is asked, and until when', async () => {
    const draft = await made('Rivers');
    const invite = { address: 'colleague@example.org', access: 'edit' as const };
    await world.get(ApplicationColleagues).invite(draft.owner, draft.applicationId, invite);
    const { body } = await lastTo('colleague@example.org');
    for (const said of [draft.organization, '"Rivers"', DUE, 'Example Agency']) expect(body).toContain(said);
  });

  it('about time says until when: more of it, none, another date, too late', async () => {
    const draft = await made('Rivers');
    const extensions = world.get(Extensions);
    const ask = (wantedOn: string): Promise<{ id: string }> =>
      extensions.ask(draft.owner, draft.applicationId, { wantedOn, reason: 'A fire' });
    const denied = (await ask('2015-12-20')).id;
    await extensions.deny(system, denied, { note: 'The committee meets that week.' } as never);
    const stays = await lastTo(mailOf(draft));
    expect(stays.subject).toBe('The deadline for Rivers stays');
    expectWhole(stays, draft.organization, 'Rivers');
    expect(stays.body).toContain(`It is due ${DUE}`);
    const granted = (await ask('2015-12-20')).id;
    await extensions.grant(system, granted, { dueOn: '2015-12-20', dueTime: '17:00', note: 'A fire' });
    const more = await lastTo(mailOf(draft));
    expectWhole(more, draft.organization, 'Rivers');
    expect(more.body).toContain('It is due Sunday, December 20, 2015 at 5:00 p.m. Pacific Time.');
    world.clock.set(new Date('2015-12-21T01:00:01Z'));
    expect((await refusal(applications.submit(draft.owner, draft.applicationId, {}))).blockers).toHaveLength(1);
    const late = await lastTo(mailOf(draft));
    expect(late.subject).toBe('Rivers came too late');
    expectWhole(late, draft.organization, 'Rivers');
    expect(late.body).toContain('less than a minute after the round closed on Sunday, December 20, 2015 at 5:00 p.m.');
    expect(late.body).toContain('It was not taken. Nothing is lost');
  });
});
