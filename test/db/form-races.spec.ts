/** Forms when two act at the same instant: a draft thrown away while a round takes it or is published with it. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings } from '../../src/features/agency/index.js';
import { type FormDefinition, Forms } from '../../src/features/forms/index.js';
import { FormDrafts } from '../../src/features/forms/form-drafts.service.js';
import { FormLibrary } from '../../src/features/forms/form-library.service.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const TIMES = 6;

let world: World;
let forms: Forms;
beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    return null;
  });
  forms = world.get(Forms);
});
afterAll(async () => world?.close());

const one: FormDefinition = {
  sections: [
    {
      key: 'about',
      title: 'About you',
      questions: [
        { key: 'name', kind: 'title', label: 'Name of the project', required: true },
        { key: 'why', kind: 'long_text', label: 'Why now?' },
      ],
    },
  ],
};

let count = 0;
async function drafted(fundId: string): Promise<{ id: string; versionId: string }> {
  const form = await forms.createForm(system, { fundId, name: `Form ${++count}` });
  await forms.saveDefinition(system, form.versionId, one);
  return form;
}

/** 'done', or the code of the refusal with that of its first field; anything else fails the test. */
async function ending(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'done';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, error.fields[0]?.code].filter((each) => each !== undefined).join(' ');
  }
}

const exists = async (versionId: string): Promise<boolean> =>
  (await world.db.query(sql`select 1 from form_versions where id = ${versionId}`)).length > 0;

describe('a draft thrown away', () => {
  it('at the instant a round takes it is gone and not taken, or taken and there', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const { roundId, fundId } = await draftRound(world);
      const { versionId } = await drafted(fundId);
      const both = [
        ending(world.get(RoundSetUp).chooseForm(system, roundId, { formVersionId: versionId })),
        ending(world.get(FormDrafts).discard(system, versionId, {})),
      ];
      const [chosen, discarded] = await Promise.all(both);
      const { formVersionId } = await world.get(Rounds).get(system, roundId);
      if (discarded === 'done') {
        expect({ chosen, formVersionId, there: await exists(versionId) }).toEqual({
          ...{ chosen: 'input.has_problems field.not_found', formVersionId: null, there: false },
        });
      } else {
        expect({ chosen, discarded, formVersionId, there: await exists(versionId) }).toEqual({
          ...{ chosen: 'done', discarded: 'form.used_by_round', formVersionId: versionId, there: true },
        });
      }
    }
  });

  it('once it is gone is said to whoever takes it, as a field of theirs', async () => {
    const { roundId, fundId } = await draftRound(world);
    const { versionId } = await drafted(fundId);
    // Held open by one who has thrown it away and not committed yet.
    let release = (): void => undefined;
    let started = (): void => undefined;
    const hasStarted = new Promise<void>((resolve) => (started = resolve));
    const held = world.db.work(system, async (work) => {
      await work.query(sql`delete from form_versions where id = ${versionId}`);
      started();
      await new Promise<void>((resolve) => (release = resolve));
      return null;
    });
    await hasStarted;
    const choosing = ending(world.get(RoundSetUp).chooseForm(system, roundId, { formVersionId: versionId }));
    const waiting = async (): Promise<boolean> =>
      (
        await world.db.query(
          sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
      ).length > 0;
    while (!(await waiting())) await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    await held;
    expect(await choosing).toContain('field.not_found');
  });

  it('at the instant its round is published stays, and the round opens with it', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const { roundId, fundId } = await draftRound(world);
      const { versionId } = await drafted(fundId);
      await world.get(RoundSetUp).chooseForm(system, roundId, { formVersionId: versionId });
      const [publishing, discarded] = await Promise.all([
        ending(world.get(Rounds).take(system, roundId, 'publish', {})),
        ending(world.get(FormDrafts).discard(system, versionId, {})),
      ]);
      expect(publishing).toBe('done');
      expect(['form.used_by_round', 'form.published_stays']).toContain(discarded);
      expect((await forms.version(system, versionId)).state).toBe('published');
    }
  });
});

describe('a draft published', () => {
  it('by two officers at once is published once, and the other is told', async () => {
    const { fundId } = await draftRound(world);
    const { versionId } = await drafted(fundId);
    const both = await Promise.all([1, 2].map(() => ending(forms.take(system, versionId, 'publish', {}))));
    expect(both.filter((each) => each === 'done')).toHaveLength(1);
    const steps = await world.db.query(sql`
      select 1 from lifecycle_steps where subject_id = ${versionId} and action = 'publish'`);
    expect(steps).toHaveLength(1);
  });

  it('while somebody saves it holds what was saved before, and never half of it', async () => {
    const { fundId } = await draftRound(world);
    for (let time = 0; time < TIMES; time += 1) {
      const { versionId } = await drafted(fundId);
      const more = { sections: [...one.sections, { key: 'more', title: 'More', questions: [] }] };
      const [saved, publishing] = await Promise.all([
        ending(forms.saveDefinition(system, versionId, more)),
        ending(forms.take(system, versionId, 'publish', {})),
      ]);
      expect(['done', 'form.published_stays']).toContain(saved);
      const { state, definition } = await forms.version(system, versionId);
      expect(definition.sections).toHaveLength(saved === 'done' ? 2 : 1);
      expect(state).toBe(publishing === 'done' ? 'published' : 'draft');
    }
  });
});

describe('a question of the library', () => {
  it('removed at the instant it is taken is taken and removed, or told as not there', async () => {
    const { fundId } = await draftRound(world);
    for (let time = 0; time < TIMES; time += 1) {
      const { versionId } = await drafted(fundId);
      const library = world.get(FormLibrary);
      const { id } = await library.keep(system, versionId, { question: 'why', name: `Kept ${++count}`, forAll: false });
      const other = await drafted(fundId);
      const [taken, removed] = await Promise.all([
        ending(library.take(system, other.versionId, { questionId: id, section: 'about' } as never)),
        ending(library.remove(system, id)),
      ]);
      expect(removed).toBe('done');
      expect(['done', 'input.has_problems field.not_found']).toContain(taken);
      const { definition } = await forms.version(system, other.versionId);
      expect(definition.sections[0]?.questions).toHaveLength(taken === 'done' ? 3 : 2);
    }
  });
});
