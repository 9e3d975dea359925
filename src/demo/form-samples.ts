/** The schools applicants pick from, and two forms: a short one that is published, and a long one that is being built. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Schools } from '../features/agency/index.js';
import { FormLibrary, Forms } from '../features/forms/index.js';
import { projectRoot } from '../platform/config/root.js';
import type { Cast } from './people.js';
import type { Story } from './story.js';

/** As many as the region has, by district; what they are called is made up. */
const SCHOOLS: Readonly<Record<string, number>> = {
  Auburn: 22,
  'Federal Way': 37,
  Highline: 31,
  Kent: 41,
  Renton: 25,
  Seattle: 103,
  Tukwila: 5,
};
const TREES =
  'Alder,Ash,Aspen,Birch,Cedar,Cherry,Dogwood,Elder,Elm,Fir,Hazel,Hemlock,Juniper,Larch,Laurel,Madrona,Maple,Oak,Pine,Spruce,Willow,Yew'.split(
    ',',
  );
const PLACES = ['Hill', 'Lake', 'Park', 'Ridge', 'Valley'];
/** Of ten schools six are elementary, two middle, one high and one something else. */
const LEVELS = [
  'elementary',
  'elementary',
  'middle',
  'elementary',
  'high',
  'elementary',
  'elementary',
  'middle',
  'elementary',
  'other',
];
const WORDS: Readonly<Record<string, string>> = {
  elementary: 'Elementary',
  middle: 'Middle School',
  high: 'High School',
  other: 'Academy',
};

function schoolList(): string {
  const names = PLACES.flatMap((place) => TREES.map((tree) => `${tree} ${place}`));
  let place = 0;
  const lines = Object.entries(SCHOOLS).flatMap(([district, count], nth) =>
    Array.from({ length: count }, (_, index) => {
      const level = LEVELS[index % LEVELS.length] ?? 'other';
      const name = `${names[place++ % names.length]} ${WORDS[level]}`;
      return `${nth + 1}${String(index + 1).padStart(3, '0')},${name},${district},${level}`;
    }),
  );
  return ['code,name,district,level', ...lines].join('\n');
}

const sample = (name: string): string =>
  readFileSync(join(projectRoot(), 'src', 'demo', 'forms', `${name}.json`), 'utf8');

/** `fund` is the key of the fund they are for. */
export function tellForms(story: Story, cast: Cast, { on, fund }: { on: string; fund: string }): void {
  story.on(on, '09:30', async () => {
    const officer = cast.of('program_officer');
    const forms = story.get(Forms);
    const csv = schoolList();
    await story.step('schools', () => story.get(Schools).import(cast.of('administrator'), { csv }));
    const fundId = story.id(fund);
    const short = await story.step('form:rfi', () => forms.importForm(officer, { fundId, json: sample('rfi-9') }));
    story.know('form:rfi', short.versionId);
    await story.step('form:rfi:publish', () => forms.take(officer, short.versionId, 'publish', {}));
    const long = await story.step('form:rfp', () => forms.importForm(officer, { fundId, json: sample('rfp-131') }));
    const kept = { question: 'families_changed', name: 'How families changed it', forAll: false };
    await story.step('form:rfp:keep', () => story.get(FormLibrary).keep(officer, long.versionId, kept));
  });
}
