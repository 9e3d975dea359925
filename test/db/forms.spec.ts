/** Forms: built as drafts by the officers of a fund, published once, and never changed afterwards. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgencySettings } from '../../src/features/agency/index.js';
import {
  definitionHash,
  definitionOf,
  type FormDefinition,
  Forms,
  formVersionsOfFund,
  questionsOf,
} from '../../src/features/forms/index.js';
import { FormDrafts } from '../../src/features/forms/form-drafts.service.js';
import { FormLibrary } from '../../src/features/forms/form-library.service.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { projectRoot } from '../../src/platform/config/root.js';
import { sql } from '../../src/platform/database/sql.js';
import { fundWithPools } from '../factories/funds.js';
import { personWith } from '../factories/people.js';
import { draftRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');

let world: World;
let forms: Forms;
let fundId: string;
let otherFundId: string;
let officer: PersonActor;
let outsider: PersonActor;
let auditor: PersonActor;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    return null;
  });
  forms = world.get(Forms);
  ({ fundId } = await fundWithPools(world, 1));
  ({ fundId: otherFundId } = await fundWithPools(world, 1));
  officer = (await personWith(world, 'program_officer', { scopeKind: 'fund', scopeId: fundId })).actor;
  outsider = (await personWith(world, 'program_officer', { scopeKind: 'fund', scopeId: otherFundId })).actor;
  auditor = (await personWith(world, 'auditor')).actor;
});
afterAll(async () => world?.close());

const one: FormDefinition = {
  sections: [
    {
      key: 'about',
      title: 'About you',
      questions: [
        { key: 'new', kind: 'yes_no', label: 'Are you new to us?', required: true },
        {
          key: 'why',
          kind: 'long_text',
          label: 'Why now?',
          mostWords: 50,
          showWhen: { all: [{ question: 'new', is: 'equal', value: 'yes' }] },
        },
      ],
    },
  ],
};

let count = 0;
const newForm = (): Promise<{ id: string; versionId: string }> =>
  forms.createForm(officer, { fundId, name: `Form ${++count}` });

async function published(): Promise<{ id: string; versionId: string }> {
  const form = await newForm();
  await forms.saveDefinition(officer, form.versionId, one);
  await forms.take(officer, form.versionId, 'publish', {});
  return form;
}

describe('a form', () => {
  it('is built by an officer of its fund, question by question', async () => {
    const { versionId } = await newForm();
    await forms.edit(officer, versionId, { kind: 'add_section', section: { key: 'a', title: 'A' } });
    await forms.edit(officer, versionId, {
      ...{ kind: 'add_question', section: 'a' },
      question: { key: 'q', kind: 'short_text', label: 'Q' },
    });
    expect(await definitionOf(world.db, versionId)).toEqual({
      sections: [{ key: 'a', title: 'A', questions: [{ key: 'q', kind: 'short_text', label: 'Q' }] }],
    });
    const [listed] = (await formVersionsOfFund(world.db, fundId)).filter((each) => each.id === versionId);
    expect(listed).toMatchObject({ number: 1, state: 'draft', questions: 1 });
  });

  it('is not there for officers of other funds, and only read by auditors', async () => {
    const { id, versionId } = await newForm();
    expect((await refusal(forms.version(outsider, versionId))).kind).toBe('not_found');
    expect((await refusal(forms.saveDefinition(outsider, versionId, one))).kind).toBe('not_found');
    expect((await refusal(forms.newVersion(outsider, id))).kind).toBe('not_found');
    expect((await refusal(forms.exportForm(outsider, versionId))).kind).toBe('not_found');
    expect((await refusal(forms.createForm(officer, { fundId: otherFundId, name: 'Theirs' }))).kind).toBe('forbidden');
    expect((await forms.version(auditor, versionId)).id).toBe(versionId);
    expect((await refusal(forms.saveDefinition(auditor, versionId, one))).kind).toBe('forbidden');
    const seen = await forms.list(outsider, {});
    expect(seen.items.map((each) => each.id)).not.toContain(id);
  });

  it('refuses a change made from an older version, and keeps what the other one wrote', async () => {
    const { versionId } = await newForm();
    const { version } = await forms.saveDefinition(officer, versionId, one);
    const section = { key: 'more', title: 'More' };
    await forms.edit(officer, versionId, { kind: 'add_section', section }, version);
    const error = await refusal(forms.edit(officer, versionId, { kind: 'add_section', section }, version));
    expect(error.code).toBe('thing.changed_meanwhile');
    expect((await definitionOf(world.db, versionId)).sections).toHaveLength(2);
  });

  it('of 12 editors at once keeps every section', async () => {
    const { versionId } = await newForm();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        forms.edit(officer, versionId, { kind: 'add_section', section: { key: `s${index}`, title: `S ${index}` } }),
      ),
    );
    expect((await definitionOf(world.db, versionId)).sections).toHaveLength(12);
  });

  it('does not lose a question on which another hangs', async () => {
    const { versionId } = await newForm();
    await forms.saveDefinition(officer, versionId, one);
    const error = await refusal(forms.edit(officer, versionId, { kind: 'remove_question', key: 'new' }));
    expect(error.fields[0]?.code).toBe('form.test_unknown_question');
    await forms.edit(officer, versionId, { kind: 'remove_question', key: 'why' });
    await forms.edit(officer, versionId, { kind: 'remove_question', key: 'new' });
    expect((await definitionOf(world.db, versionId)).sections[0]?.questions).toEqual([]);
  });

  it('is refused as a loop, and as too much, with a clear sentence and nothing kept', async () => {
    const { versionId } = await newForm();
    const question = {
      key: 'q',
      kind: 'short_text',
      label: 'Q',
      showWhen: { all: [{ question: 'q', is: 'answered' }] },
    };
    const loop = { sections: [{ key: 'a', title: 'A', questions: [question] }] };
    expect((await refusal(forms.saveDefinition(officer, versionId, loop))).fields[0]?.code).toBe('form.loop');
    const many = Array.from({ length: 500 }, (_, index) => ({ key: `q${index}`, kind: 'short_text', label: 'Q' }));
    const large = { sections: [{ key: 'a', title: 'A', questions: many }] };
    expect((await refusal(forms.saveDefinition(officer, versionId, large))).fields[0]?.code).toBe(
      'form.too_many_questions',
    );
    expect((await definitionOf(world.db, versionId)).sections).toEqual([]);
  });

  it('is copied by file from one fund to another, and refused whole when a line of it is wrong', async () => {
    const { versionId } = await published();
    const file = JSON.stringify(await forms.exportForm(officer, versionId));
    const copy = await forms.importForm(outsider, { fundId: otherFundId, name: `Copy ${++count}`, json: file });
    expect(await definitionOf(world.db, copy.versionId)).toEqual(one);
    const broken = file.replace('"yes_no"', '"maybe"');
    const error = await refusal(forms.importForm(outsider, { fundId: otherFundId, name: 'Broken', json: broken }));
    expect(error.fields[0]).toMatchObject({ field: 'json', code: 'form.not_one_of' });
    expect((await refusal(forms.importForm(officer, { fundId, json: '{' }))).fields[0]?.code).toBe('form.not_json');
    expect((await forms.list(outsider, { q: 'Broken' })).items).toEqual([]);
  });
});

describe('a published form', () => {
  it('needs something to ask', async () => {
    const { versionId } = await newForm();
    const nothing = await refusal(forms.take(officer, versionId, 'publish', {}));
    expect(nothing.blockers[0]?.code).toBe('form.asks_nothing');
    await forms.saveDefinition(officer, versionId, {
      sections: [...one.sections, { key: 'e', title: 'Empty', questions: [] }],
    });
    const empty = await refusal(forms.take(officer, versionId, 'publish', {}));
    expect(empty.blockers[0]).toMatchObject({ code: 'form.section_asks_nothing', params: { section: 'Empty' } });
  });

  it('never changes: not by the product, and not by the database', async () => {
    const { versionId } = await published();
    expect((await refusal(forms.saveDefinition(officer, versionId, one))).code).toBe('form.published_stays');
    const attempts = [
      sql`update form_versions set definition = '{"sections": []}' where id = ${versionId}`,
      sql`update form_versions set state = 'draft', published_at = null, definition_hash = null where id = ${versionId}`,
      sql`delete from form_versions where id = ${versionId}`,
    ];
    for (const attempt of attempts) {
      await expect(world.db.work(system, (work) => work.query(attempt))).rejects.toThrow();
    }
    const version = await forms.version(officer, versionId);
    expect(version).toMatchObject({ state: 'published', definitionHash: definitionHash(one), definition: one });
  });

  it('is followed by one draft at a time, which begins as it ends', async () => {
    const { id, versionId } = await published();
    const both = await Promise.allSettled([forms.newVersion(officer, id), forms.newVersion(officer, id)]);
    expect(both.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const [draft] = await forms.versions(id);
    expect(draft).toMatchObject({ number: 2, state: 'draft', definition: one });
    expect(draft?.id).not.toBe(versionId);
    expect((await refusal(forms.newVersion(officer, id))).code).toBe('form.has_draft');
  });

  it('is frozen by the round that takes it, once, and the round’s officer must be the fund’s', async () => {
    const { versionId } = await newForm();
    await forms.saveDefinition(officer, versionId, one);
    const publish = (actor: PersonActor): Promise<void> =>
      world.db.work(actor, (work) => forms.publishForm(work, versionId));
    expect((await refusal(publish(outsider))).kind).toBe('not_found');
    await Promise.all([publish(officer), publish(officer)]);
    const steps = await world.db.query(
      sql`select action from lifecycle_steps where subject_type = 'form_version' and subject_id = ${versionId} order by id`,
    );
    expect(steps).toEqual([{ action: 'create' }, { action: 'publish' }]);
    expect((await refusal(world.db.work(officer, (work) => forms.publishForm(work, newId())))).kind).toBe('not_found');
  });
});

describe('a draft that is thrown away', () => {
  const discard = (actor: PersonActor, id: string, version?: number): Promise<unknown> =>
    world.get(FormDrafts).discard(actor, id, { version });
  const audited = (formId: string): Promise<{ action: string }[]> =>
    world.db.query(sql`select action from audit_events where subject_id = ${formId} order by id`);

  it('goes with its form when nothing of it was ever published, and leaves its trace', async () => {
    const { id, versionId } = await newForm();
    await forms.saveDefinition(officer, versionId, one);
    await world.get(FormLibrary).keep(officer, versionId, { question: 'why', name: `Kept ${count}`, forAll: false });
    expect((await refusal(discard(outsider, versionId))).kind).toBe('not_found');
    expect((await refusal(discard(auditor, versionId))).kind).toBe('forbidden');
    expect((await refusal(discard(officer, versionId, 1))).code).toBe('thing.changed_meanwhile');
    expect(await discard(officer, versionId)).toMatchObject({ formId: null });
    expect((await refusal(forms.get(officer, id))).kind).toBe('not_found');
    expect(await audited(id)).toEqual([
      { action: 'form.created' },
      { action: 'form_version.discarded' },
      { action: 'form.discarded' },
    ]);
    // What was kept from it stays in the library.
    const [kept] = (await world.get(FormLibrary).list(officer, { q: `Kept ${count}` })).items;
    expect(kept).toMatchObject({ forms: 0 });
    await world.get(FormLibrary).remove(officer, kept?.id ?? '');
  });

  it('leaves the published versions, and the next draft begins from them', async () => {
    const { id, versionId } = await published();
    const { id: draftId } = await forms.newVersion(officer, id);
    const both = await Promise.allSettled([discard(officer, draftId), discard(officer, draftId)]);
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await forms.versions(id)).map((each) => each.id)).toEqual([versionId]);
    const next = await forms.newVersion(officer, id);
    expect(await forms.version(officer, next.id)).toMatchObject({ number: 2, definition: one });
  });

  it('is never a published one, not even by the database', async () => {
    const { versionId } = await published();
    expect((await refusal(discard(officer, versionId))).code).toBe('form.published_stays');
    const attempt = world.db.work(system, (work) => work.query(sql`delete from form_versions where id = ${versionId}`));
    await expect(attempt).rejects.toThrow();
  });

  it('stays while a round asks it', async () => {
    const { versionId } = await newForm();
    await forms.saveDefinition(officer, versionId, one);
    const { roundId } = await draftRound(world);
    await world.db.work(system, (work) =>
      work.query(sql`update rounds set form_version_id = ${versionId} where id = ${roundId}`),
    );
    expect((await refusal(discard(officer, versionId))).code).toBe('form.used_by_round');
    expect((await forms.version(officer, versionId)).state).toBe('draft');
  });
});

describe('the library', () => {
  it('is changed without touching the forms that have the question, and says where it is used', async () => {
    const library = world.get(FormLibrary);
    const { id: formId, versionId } = await published();
    const { id } = await library.keep(officer, versionId, { question: 'why', name: 'Why us', forAll: false });
    const other = await newForm();
    await forms.saveDefinition(officer, other.versionId, one);
    const { key } = await library.take(officer, other.versionId, { questionId: id, section: 'about' });
    const before = await definitionOf(world.db, other.versionId);
    const { version, usedIn, forms: used } = await library.get(officer, id);
    expect(used).toBe(2);
    expect(usedIn.map((each) => each.id).sort()).toEqual([formId, other.id].sort());
    const input = {
      name: 'Why this',
      kind: 'number',
      label: 'Why?',
      required: true,
      mostWords: 80,
      columns: [],
    } as const;
    const refused = { ...input, columns: [], mostWords: 999_999, version };
    expect((await refusal(library.update(officer, id, refused))).fields[0]?.code).toBe('form.not_a_count');
    expect((await refusal(library.update(outsider, id, { ...input, columns: [] }))).kind).toBe('not_found');
    await library.update(officer, id, { ...input, columns: [], version });
    const again = library.update(officer, id, { ...input, columns: [], version });
    expect((await refusal(again)).code).toBe('thing.changed_meanwhile');
    // Its kind stays what it was.
    expect((await library.get(officer, id)).definition).toEqual({
      ...{ key: 'why', kind: 'long_text', label: 'Why?', required: true, mostWords: 80 },
    });
    expect(await definitionOf(world.db, other.versionId)).toEqual(before);
    await forms.edit(officer, other.versionId, { kind: 'remove_question', key });
    expect((await library.get(officer, id)).usedIn.map((each) => each.id)).toEqual([formId]);
    await library.remove(officer, id);
    expect((await refusal(library.get(officer, id))).kind).toBe('not_found');
  });

  it('keeps a question for the other forms of its fund, under a key of its own there', async () => {
    const library = world.get(FormLibrary);
    const { versionId } = await published();
    await library.keep(officer, versionId, { question: 'why', name: 'Why now', forAll: false });
    expect(
      (await refusal(library.keep(officer, versionId, { question: 'why', name: 'Why now', forAll: false }))).fields[0]
        ?.code,
    ).toBe('form.library_name_taken');
    expect((await refusal(library.keep(officer, versionId, { question: 'new', name: 'New', forAll: true }))).kind).toBe(
      'forbidden',
    );
    const form = await newForm();
    await forms.saveDefinition(officer, form.versionId, one);
    const [kept] = await library.rows(officer, fundId);
    // What it hung on stays behind.
    expect(kept?.definition).toEqual({ key: 'why', kind: 'long_text', label: 'Why now?', mostWords: 50 });
    const taken = await library.take(officer, form.versionId, { questionId: kept?.id ?? '', section: 'about' });
    expect(taken.key).toBe('why_2');
    expect((await library.rows(outsider, otherFundId)).map((each) => each.name)).not.toContain('Why now');
    expect((await library.list(outsider, {})).items).toEqual([]);
    expect((await refusal(library.remove(outsider, kept?.id ?? ''))).kind).toBe('not_found');
    await library.remove(officer, kept?.id ?? '');
    expect(await library.rows(officer, fundId)).toEqual([]);
  });
});

describe('the sample forms', () => {
  it.each(['rfi-9', 'rfp-131'])('%s comes in cleanly', async (name) => {
    const json = readFileSync(join(projectRoot(), 'src', 'demo', 'forms', `${name}.json`), 'utf8');
    const { versionId } = await forms.importForm(officer, { fundId, json });
    await forms.take(officer, versionId, 'publish', {});
    const questions = questionsOf(await definitionOf(world.db, versionId));
    expect(questions).toHaveLength(Number(name.split('-')[1]));
  });
});
