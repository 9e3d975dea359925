/** Texts: every key that code or a template says is in the catalogue, and nothing is in it that nobody says. */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import ts from 'typescript';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { ROLES } from '../../src/kernel/policy.js';
import { derivedTexts } from '../../src/platform/platform.module.js';
import { Texts } from '../../src/platform/texts/texts.js';
import { calledName, filesBelow, literalsIn, placeOf, programFiles, walk } from '../support/sources.js';

const texts = Texts.load();
const written = new Set(texts.keys());
texts.add(derivedTexts(FEATURES_IN_ORDER));
const files = programFiles();
const templates = filesBelow('templates', '.hbs');

/** A key that must be there, and where it is said. A key that ends in `*` is the start of several. */
interface Said {
  readonly key: string;
  readonly place: string;
}

/** Functions whose first argument is the code of an error. */
const ERRORS = new Set([
  'invalid',
  'conflict',
  'forbidden',
  'notFound',
  'unavailable',
  'unauthenticated',
  'bad',
  'badRequest',
]);
/** Decorators of fields, whose options name a label. */
const FIELDS = new Set([
  'Text',
  'Secret',
  'MoneyField',
  'DateField',
  'TimeField',
  'Integer',
  'Percent',
  'Choice',
  'Many',
  'Keys',
  'Anything',
  'YesNo',
  'Ref',
  'FileField',
  'List',
]);
const KEY_PROPERTIES = new Set(['labelKey', 'subjectKey', 'titleKey', 'textKey']);
const CODE_PROPERTIES = new Set(['code', 'patternCode']);

const fieldLabels = new Set<string>();

function saidInCode(): Said[] {
  const said: Said[] = [];
  for (const file of files) {
    walk(file, (node) => {
      const add = (keys: readonly string[], prefix = ''): void => {
        for (const key of keys) said.push({ key: prefix + key, place: placeOf(file, node) });
      };
      if (ts.isCallExpression(node)) {
        const name = calledName(node) ?? '';
        if (name === 't' || name === 'has') add(name === 't' ? literalsIn(node.arguments[0]) : []);
        if (ERRORS.has(name)) add(literalsIn(node.arguments[0]), 'error.');
        if (name === 'invalidField') add(literalsIn(node.arguments[1]), 'error.');
        if (name === 'redirect') add(literalsIn(node.arguments[1]), 'done.');
        if (FIELDS.has(name)) {
          const options = node.arguments.find((each) => ts.isObjectLiteralExpression(each));
          for (const property of options?.properties ?? []) {
            if (ts.isPropertyAssignment(property) && property.name.getText() === 'label') {
              const labels = literalsIn(property.initializer);
              add(labels);
              for (const label of labels) fieldLabels.add(label);
            }
          }
        }
      }
      if (ts.isPropertyAssignment(node)) {
        const name = node.name.getText();
        if (KEY_PROPERTIES.has(name)) add(literalsIn(node.initializer));
        if (CODE_PROPERTIES.has(name) && looksLikeKey(node.initializer)) add(literalsIn(node.initializer), 'error.');
      }
    });
  }
  return said;
}

/** `code:` also stands for other things; a code of ours has a dot. */
function looksLikeKey(node: ts.Node): boolean {
  return literalsIn(node).every((text) => text.includes('.'));
}

function saidInTemplates(): Said[] {
  const said: Said[] = [];
  for (const template of templates) {
    const visit = (node: unknown): void => {
      if (Array.isArray(node)) return node.forEach(visit);
      if (typeof node !== 'object' || node === null) return;
      const { path, params } = node as { path?: { original?: string }; params?: { type: string; value?: string }[] };
      const first = params?.[0];
      if (path?.original === 't' && first?.type === 'StringLiteral') {
        said.push({ key: first.value ?? '', place: template.path });
      }
      Object.entries(node).forEach(([name, value]) => name !== 'loc' && visit(value));
    };
    visit(Handlebars.parse(template.text));
  }
  return said;
}

const said = [...saidInCode(), ...saidInTemplates()];
const exists = (key: string): boolean =>
  key.endsWith('*') ? texts.keys().some((each) => each.startsWith(key.slice(0, -1))) : texts.has(key);

describe('the text catalogue', () => {
  it('compiles', () => {
    expect(() => texts.check()).not.toThrow();
  });

  it('has every key that is said', () => {
    expect(said.length).toBeGreaterThan(50);
    const missing = said.filter(({ key }) => !exists(key)).map(({ key, place }) => `${place} says ${key}`);
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has a word for every role', () => {
    expect(ROLES.filter((role) => !texts.has(`role.${role}`))).toEqual([]);
  });

  it('has a title, a purpose and the columns of everything that is held about a person', () => {
    const sections = FEATURES_IN_ORDER.flatMap(({ personalData }) => personalData?.sections ?? []);
    expect(sections.length).toBeGreaterThan(30);
    const keys = sections.flatMap(({ key, columns }) => [
      ...[`personal.section.${key}`, `personal.section.${key}.why`],
      ...Object.keys(columns).map((name) => `personal.column.${name}`),
    ]);
    expect([...new Set(keys)].filter((key) => !texts.has(key))).toEqual([]);
  });

  it('says in past words what each step of each life was, for stories and the trail', () => {
    const steps = FEATURES_IN_ORDER.flatMap(({ lifecycles }) => lifecycles ?? []).flatMap(({ definition }) =>
      Object.keys(definition.actions).map((action) => `${definition.name}.${action}`),
    );
    expect(steps.length).toBeGreaterThan(100);
    expect(steps.filter((step) => !texts.has(`story.${step}`) && !texts.has(`audit.action.${step}`))).toEqual([]);
  });

  it('has nothing that nobody says', () => {
    expect([...written].filter((key) => !isSaid(key))).toEqual([]);
  });

  it('speaks to people: sentences end, and no key is shown for its text', () => {
    const odd = [...written].filter((key) => {
      const text = texts.has(key) ? messageOf(key) : '';
      return text.trim() === '' || text !== text.trim() || (key.startsWith('error.') && !/[.?!”]$/.test(text));
    });
    expect(odd).toEqual([]);
  });
});

const messages = new Map(
  filesBelow('texts/en', '.json').flatMap(({ text }) => Object.entries(JSON.parse(text) as Record<string, string>)),
);
const messageOf = (key: string): string => messages.get(key) ?? '';

/** Every text in the program and every head of a composed one. */
function wordsOfCode(): { words: Set<string>; heads: string[] } {
  const words = new Set(said.map(({ key }) => key));
  const heads = new Set<string>();
  for (const file of files) {
    walk(file, (node) => {
      if (ts.isStringLiteralLike(node)) words.add(node.text);
      if (ts.isTemplateExpression(node) && /^[a-z_]+(\.[a-z_]+)*\.([a-z_]+)?$/.test(node.head.text))
        heads.add(node.head.text);
    });
  }
  for (const general of ['error.', 'done.']) heads.delete(general);
  return { words, heads: [...heads] };
}

let wordsFound: { words: Set<string>; heads: string[] } | undefined;

function isSaid(key: string): boolean {
  const { words, heads } = (wordsFound ??= wordsOfCode());
  const names = [key, key.replace(/^(error|done)\./, '')];
  const parent = key.slice(0, key.lastIndexOf('.'));
  // A hint and the words of choices stand under the label of their field, what else there is to say under what is done.
  const isUnderLabel =
    fieldLabels.has(parent) || (key.endsWith('.more') && parent.startsWith('done.') && isSaid(parent));
  return isUnderLabel || names.some((name) => words.has(name) || heads.some((head) => name.startsWith(head)));
}
