/** The long form answered whole by plain forms: every question of 131, read again on paper, and sent. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { AgencySettings } from '../../src/features/agency/index.js';
import { Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { definitionOf, type FormDefinition, Forms, questionsOf } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { someSchools } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { draftRound } from '../factories/rounds.js';
import { answerWhole } from '../factories/whole-answers.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');

let world: WebWorld;
let visitor: Visitor;
let path: string;
let definition: FormDefinition;

beforeAll(async () => {
  world = await openWebWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    return null;
  });
  await someSchools(world);
  const { roundId, fundId } = await draftRound(world, { ceiling: Money.parse('100000') });
  const json = readFileSync(join(projectRoot(), 'src', 'demo', 'forms', 'rfp-131.json'), 'utf8');
  const { versionId } = await world.get(Forms).importForm(system, { fundId, json });
  await world.get(RoundSetUp).chooseForm(system, roundId, { formVersionId: versionId });
  await world.get(Rounds).take(system, roundId, 'publish', {});
  definition = await definitionOf(world.db, versionId);
  const organizationId = (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const { id } = await world
    .get(Applications)
    .create(owner, { roundId, organizationId, title: 'Reading after school' });
  const partners = [{ name: 'Hill School', role: 'Rooms and teachers', level: 'coordinated' as const }];
  await world.get(ApplicationSections).savePartners(owner, id, { partners });
  visitor = await world.signIn({ ...owner, name: 'Kim Director' });
  path = `/applications/${id}`;
}, 120_000);
afterAll(async () => {
  expect(world === undefined ? [] : failuresOf(world)).toEqual([]);
  await world?.close();
});

const main = (answer: Answer): HTMLElement => {
  const element = parse(answer.body).querySelector('main');
  if (element === null) throw new Error(`answered ${answer.statusCode}: ${answer.body.slice(0, 400)}`);
  return element;
};
const words = (element: HTMLElement): string => element.text.replace(/\s+/gu, ' ').trim();

it('is answered section by section without a script, to the last question that is asked', async () => {
  expect(questionsOf(definition)).toHaveLength(131);
  const sent = await answerWhole(visitor, path, definition);
  expect(new Set(sent.map((each) => each.replace(/\?.*/, ''))).size).toBe(definition.sections.length);
  const overview = words(main(await visitor.get(path)));
  const counts = [...overview.matchAll(/(\d+) of (\d+) questions answered/g)].map(([, some, all]) => [some, all]);
  expect(counts).toHaveLength(definition.sections.length);
  expect(counts.filter(([some, all]) => some !== all)).toEqual([]);
  const asked = counts.reduce((sum, [, all]) => sum + Number(all), 0);
  expect(asked).toBeGreaterThan(100);
  expect(overview).not.toContain('To do');
}, 60_000);

it('is read on a page and on paper, with every answer', async () => {
  const sheet = main(await visitor.get(`${path}/print`));
  const asked = sheet.querySelectorAll('.sheet__answer h3').length;
  expect(asked).toBeGreaterThan(100);
  expect(words(sheet)).toContain('letter.pdf');
  const pdf = await visitor.get(`${path}/pdf`);
  expect(pdf.statusCode).toBe(200);
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
}, 60_000);

it('is sent, and is then frozen', async () => {
  const page = main(await visitor.get(`${path}/submit`));
  expect(words(page)).not.toContain('It cannot be sent yet');
  const answer = await visitor.submit(`${path}/submit`, { agreed: 'yes', signedName: 'Kim Director' });
  expect(answer.statusCode).toBe(303);
  const { state } = (await visitor.get(`/api${path}`)).json() as { state: { state: string } };
  expect(state.state).toBe('submitted');
  const section = await visitor.get(`${path}/sections/${definition.sections[0]?.key}`);
  expect(section.statusCode).toBe(409);
}, 60_000);
