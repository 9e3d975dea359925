/** Confirming who came by the form of the page, as a browser without any script sends it. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attendancesAt, Convenings } from '../../src/features/collaboratives/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { collaborativeWithTeam, type MadeCollaborative, plannedConvening } from '../factories/collaboratives.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let made: MadeCollaborative;
let conveningId: string;
let facilitator: Visitor;

beforeAll(async () => {
  world = await openWebWorld();
  made = await collaborativeWithTeam(world, { roles: ['superintendent', 'parent_advisor', 'student_leader'] });
  ({ conveningId } = await plannedConvening(world, made, { name: 'Opening session' }));
  const scope = { scopeKind: 'collaborative', scopeId: made.collaborativeId } as const;
  facilitator = await world.signIn(await world.person([{ role: 'facilitator', ...scope }], 'Kept By Me'));
}, 120_000);

afterAll(async () => {
  await world?.close();
});

/** Every box of the page's form as it stands, ticked or not; what is hidden too. */
function fieldsOf(body: string): Record<string, string> {
  const form = body.slice(body.indexOf(`action="/convenings/${conveningId}/attendance"`));
  const fields: Record<string, string> = {};
  for (const [tag] of form.slice(0, form.indexOf('</form>')).matchAll(/<(?:input|select)[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(tag)?.[1] ?? '';
    const isUnticked = tag.includes('type="checkbox"') && !/ checked/.test(tag);
    if (tag.startsWith('<select')) fields[name] = '90';
    else if (!isUnticked) fields[name] = /value="([^"]*)"/.exec(tag)?.[1] ?? '';
  }
  return fields;
}

describe('the page of a convening', () => {
  it('has no list before it begins, and says when it opens', async () => {
    const page = await facilitator.get(`/convenings/${conveningId}`);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('You confirm who came once it has begun');
    expect(page.body).not.toContain('Confirm attendance</button>');
  });

  it('takes who is ticked, keeps the ticks of a refused form, and tells the second one who was first', async () => {
    const { endsAt } = await world.get(Convenings).get(systemActor('test'), conveningId);
    world.clock.set(endsAt);
    // A session ends after a day's work.
    facilitator = await world.signIn(facilitator.person);
    const page = await facilitator.get(`/convenings/${conveningId}`);
    const fields = fieldsOf(page.body);
    expect(Object.keys(fields).filter((name) => name.endsWith('.attendanceId'))).toHaveLength(3);
    const ticked = { ...fields, 'present[1].wasThere': 'yes' };
    const path = `/convenings/${conveningId}/attendance`;

    const tooLong = { ...ticked, 'present[1].minutes': '500', _key: 'first-attempt-1' };
    const refused = await facilitator.ask({ method: 'POST', url: path, form: tooLong });
    expect(refused.statusCode).toBe(422);
    expect(fieldsOf(refused.body)['present[1].wasThere']).toBe('yes');

    const nobody = await facilitator.ask({ method: 'POST', url: path, form: { ...fields, _key: 'nobody-ticked-1' } });
    expect(nobody.statusCode).toBe(422);
    expect(nobody.body).toContain('tick “Nobody came”');
    expect(nobody.body).toContain('name="nobody"');

    const done = await facilitator.ask({ method: 'POST', url: path, form: { ...ticked, _key: 'second-attempt-2' } });
    expect([done.statusCode, done.headers.location]).toEqual([303, `/convenings/${conveningId}`]);
    const facts = await attendancesAt(world.db, conveningId);
    expect(facts.map(({ state, minutes }) => [state, minutes]).sort()).toEqual([
      ['absent', 0],
      ['absent', 0],
      ['attended', 90],
    ]);

    const again = await facilitator.ask({ method: 'POST', url: path, form: { ...ticked, _key: 'third-attempt-3' } });
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('Kept By Me confirmed attendance');
  });

  it('is closed to participants, who cannot confirm by form or by program either', async () => {
    const person = await world.person([
      { role: 'participant', scopeKind: 'collaborative', scopeId: made.collaborativeId },
    ]);
    const participant = await world.signIn(person);
    expect((await participant.get(`/convenings/${conveningId}`)).statusCode).toBe(403);
    expect((await participant.submit(`/convenings/${conveningId}/attendance`)).statusCode).toBe(403);
    const [first] = await attendancesAt(world.db, conveningId);
    const forged = await participant.post(`/api/attendances/${first?.id}/confirm`, { note: 'I was there' });
    expect(forged.statusCode).toBe(403);
    expect((await participant.post(`/api/attendances/${first?.id}/answer`, { coming: true })).statusCode).toBe(404);
    expect(failuresOf(world)).toEqual([]);
  });
});
