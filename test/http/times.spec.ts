/** A time of day is typed as people say it, or as clocks of machines do, and shown in one way. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { collaborativeWithTeam, plannedConvening } from '../factories/collaboratives.js';
import { failuresOf, openWebWorld, type WebWorld } from '../support/world.js';

let world: WebWorld;
beforeAll(async () => {
  world = await openWebWorld();
}, 120_000);
afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

const boxIn = (body: string, name: string): string | undefined =>
  parse(body).querySelector(`input[name="${name}"]`)?.getAttribute('value');

it.each(['5:00 PM', '17:00', '5 p.m.'])('a meeting at %s is at five in the afternoon', async (heldTime) => {
  const clerk = await world.signIn('clerk');
  const given = { name: `At ${heldTime}`, heldOn: '11/17/2026', quorumBasisPoints: '50' };
  const made = await clerk.submit('/meetings', { ...given, heldTime });
  expect(made.statusCode).toBe(303);
  const page = String(made.headers.location).replace(/[?#].*$/, '');
  expect((await clerk.get(page)).body).toContain('Nov 17, 2026 at 5:00 p.m.');
  expect(boxIn((await clerk.get(`${page}/edit`)).body, 'heldTime')).toBe('5:00 p.m.');

  const wrong = await clerk.submit('/meetings', { ...given, heldTime: '17:60' });
  expect(wrong.statusCode).toBe(422);
  expect(wrong.body).toContain('Enter a time, such as 5:00 p.m. or 17:00.');
  expect(boxIn(wrong.body, 'heldTime')).toBe('17:60');
});

it('a convening keeps its times when it is changed without touching them', async () => {
  const facilitator = await world.signIn('facilitator');
  const { conveningId } = await plannedConvening(world, await collaborativeWithTeam(world));
  const page = `/convenings/${conveningId}/edit`;
  const shown = parse((await facilitator.get(page)).body);
  const names = ['date', 'startsAt', 'endsAt', 'place', 'version'];
  const given = names.map((name) => [name, shown.querySelector(`input[name="${name}"]`)?.getAttribute('value') ?? '']);
  const form: Record<string, string> = { ...Object.fromEntries(given), kind: 'team_session', place: 'Town hall' };
  expect([form['startsAt'], form['endsAt']]).toEqual(['5:00 p.m.', '7:00 p.m.']);
  expect((await facilitator.submit(page, form)).statusCode).toBe(303);
  const after = (await facilitator.get(page)).body;
  expect([boxIn(after, 'startsAt'), boxIn(after, 'place')]).toEqual(['5:00 p.m.', 'Town hall']);
});
