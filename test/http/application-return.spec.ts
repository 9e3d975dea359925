/** Returning an application for a fix of named parts, as officer and applicant see it: by plain forms. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Applications } from '../../src/features/applications/index.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { publishedRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let officer: Visitor;
let roundId: string;
const requested = Money.parse('20000');

beforeAll(async () => {
  world = await openWebWorld();
  ({ roundId } = await publishedRound(world));
  officer = await world.signIn('program_officer');
});
afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

async function visitorOf({ owner }: MadeApplication): Promise<Visitor> {
  const [account] = await world.db.query<{ accountId: string; email: string }>(sql`
    select a.id as "accountId", i.value as email from accounts a
      join identifiers i on i.person_id = a.person_id and i.kind = 'address' where a.person_id = ${owner.personId}`);
  return world.signIn({
    ...{ personId: owner.personId, name: owner.name },
    ...{ accountId: account?.accountId ?? '', email: account?.email ?? '' },
  });
}

const stateOf = async (id: string): Promise<string | undefined> =>
  (await world.db.query<{ state: string }>(sql`select state from applications where id = ${id}`))[0]?.state;

describe('returning for a fix', () => {
  it('asks what to mend, shows the mail before it is sent, and opens the named parts only', async () => {
    const made = await submittedApplication(world, { roundId, requested });
    const path = `/applications/${made.applicationId}`;
    const form = await officer.get(`${path}/return`);
    expect(form.statusCode).toBe(200);
    const questions = [...form.body.matchAll(/name="questions" value="([a-z0-9_]+)"/g)].map(([, key]) => key ?? '');
    expect(questions).toEqual(expect.arrayContaining(['summary', 'title']));
    const [, index = '', section = ''] =
      /name="partNotes\[(\d+)\]\.part" value="([a-z0-9_]+)\/summary"/.exec(form.body.replaceAll('&#x2F;', '/')) ?? [];
    expect(section).not.toBe('');
    const typed = {
      ...{ note: 'Two things to mend', fixBy: '2015-11-20' },
      [`partNotes[${index}].part`]: `${section}/summary`,
      [`partNotes[${index}].note`]: 'Say how many <b>students</b>',
    };
    const preview = await officer.submit(`${path}/return/preview`, typed);
    expect(preview.statusCode).toBe(200);
    expect(preview.body).toContain('Two things to mend');
    expect(preview.body).toContain('Say how many &lt;b&gt;students&lt;/b&gt;');
    expect(preview.body).toContain('Friday, November 20, 2015');
    expect(await stateOf(made.applicationId)).toBe('submitted');

    const empty = await officer.submit(`${path}/return`, { ...typed, note: '' });
    expect(empty.statusCode).toBe(422);
    expect(empty.body).toContain('Say how many &lt;b&gt;students&lt;/b&gt;');

    const done = await officer.submit(`${path}/return`, typed);
    expect(done.statusCode).toBe(303);
    expect(await stateOf(made.applicationId)).toBe('returned');

    const applicant = await visitorOf(made);
    const page = await applicant.get(path);
    expect(page.body).toContain('Mend this and send it again by Friday, November 20, 2015');
    expect(page.body).toContain(`${path}/sections/${section}`);
    expect(page.body).not.toContain(`${path}/sections/budget`);
    const open = await applicant.get(`${path}/sections/${section}`);
    expect(open.body).toContain('To mend: Say how many &lt;b&gt;students&lt;/b&gt;');
    expect(open.body).toContain('name="answers.summary"');
    expect(open.body).not.toContain('name="answers.title"');
    expect(open.body).toContain('Stays as it was sent');

    const version = /name="versions.summary" value="(\d+)"/.exec(open.body)?.[1] ?? '';
    const saved = await applicant.submit(`${path}/sections/${section}`, {
      ...{ 'answers.summary': 'Words for 40 students', 'versions.summary': version, go: 'stay' },
    });
    expect(saved.statusCode).toBe(303);
    await world.get(Applications).submit(made.owner, made.applicationId, {});
    const again = await officer.get(path);
    expect(again.body).toContain(`href="${path}/changes"`);
    const changes = await officer.get(`${path}/changes`);
    expect(changes.statusCode).toBe(200);
    expect(changes.body).toMatch(/<ins>[^<]*40/);
    expect(changes.body).toContain('To mend: Say how many &lt;b&gt;students&lt;/b&gt;');
  });

  it('is not for an auditor, a stranger or the applicant', async () => {
    const made = await submittedApplication(world, { roundId, requested });
    const other = await submittedApplication(world, { roundId, requested });
    const path = `/applications/${made.applicationId}/return`;
    const auditor = await world.signIn('auditor');
    expect((await auditor.submit(path, { note: 'x', fixBy: '2015-11-20' })).statusCode).toBe(403);
    const stranger = await visitorOf(other);
    expect((await stranger.get(`/applications/${made.applicationId}/changes`)).statusCode).toBe(404);
    const own = await visitorOf(made);
    expect((await own.submit(`${path}/preview`, { note: 'x', fixBy: '2015-11-20' })).statusCode).toBe(403);
    expect(await stateOf(made.applicationId)).toBe('submitted');
  });
});

describe('more time until a day off', () => {
  it('is given, with a warning', async () => {
    const made = await draftApplication(world, { roundId, requested });
    const [row] = await world.db.query<{ number: string }>(
      sql`select number from applications where id = ${made.applicationId}`,
    );
    const { today, currentCalendar: calendar } = world.db;
    const sunday = [60, 61, 62, 63, 64, 65, 66]
      .map((days) => calendar.addDays(today, days))
      .find((day) => calendar.formatDate(day, 'full').startsWith('Sunday'));
    const given = await officer.submit('/extensions', {
      ...{ number: row?.number ?? '', dueOn: sunday ?? '', dueTime: '17:00', note: 'A flood.' },
    });
    expect(given.statusCode).toBe(303);
    expect((await officer.get('/extensions')).body).toContain('is a Sunday. Few people can help then.');
  });
});
