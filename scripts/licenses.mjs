/**
 * The licenses of everything that the running program is made of, from package-lock.json: a page of docs/generated. A
 * license that nobody has looked at yet stops the writing, so that it is looked at before it is shipped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licenses under which the whole may be given away as it is, with their texts beside it. */
const ACCEPTED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Python-2.0',
]);

/** Packages whose own files say what their package.json does not. */
const READ_BY_US = {
  '@uswds/uswds': 'CC0-1.0 AND OFL-1.1 AND Apache-2.0',
  'png-js': 'MIT',
};

export function licensesPage(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const rows = Object.entries(packages).flatMap(([path, { dev, devOptional, version, license }]) => {
    if (path === '' || dev === true || devOptional === true) return [];
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [{ name, version, license: READ_BY_US[name] ?? license ?? 'none named' }];
  });
  const odd = rows.filter(({ license }) => !namesIn(license).every((each) => ACCEPTED.has(each)));
  if (odd.length > 0) {
    const list = odd.map(({ name, license }) => `${name} (${license})`).join(', ');
    throw new Error(`Licenses nobody has looked at: ${list}. Read them, then name them in scripts/licenses.mjs.`);
  }
  const byLicense = new Map();
  for (const { name, version, license } of rows) {
    const plain = license.replace(/^\((.*)\)$/, '$1');
    byLicense.set(plain, (byLicense.get(plain) ?? new Set()).add(`${name} ${version}`));
  }
  const order = [...byLicense].sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1));
  return [
    '# Licenses',
    '',
    'Every package the running program is made of, the ones brought along by others too, under the license it names. What',
    'each direct dependency is for stands in [third-party.md](../third-party.md).',
    '',
    ...order.map(([license, names]) => `## ${license}\n\n${wrapped([...names].sort())}\n`),
  ].join('\n');
}

function namesIn(license) {
  return license.split(/[()\s]+|\b(?:AND|OR)\b/).filter((each) => each !== '');
}

/** Lines of at most 120 characters. */
function wrapped(names) {
  const lines = [''];
  for (const name of names) {
    const last = lines.at(-1);
    const longer = last === '' ? name : `${last}, ${name}`;
    if (longer.length > 118) lines.push(name);
    else lines[lines.length - 1] = longer;
  }
  return lines.join(',\n');
}
