/** The tables that everything reads - lifecycles, policies, routes, jobs - and whether they fit each other. */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { Policy, ROLES } from '../../src/kernel/policy.js';
import { checkRoutes, listRoutes } from '../../src/platform/http/routes.js';
import { calledName, literalsIn, placeOf, programFiles, walk } from '../support/sources.js';
import { FEATURE_ORDER } from './layers.js';

const files = programFiles();
const lifecycles = FEATURES_IN_ORDER.flatMap((feature) => feature.lifecycles);
const policy = new Policy(FEATURES_IN_ORDER.flatMap((feature) => feature.permissions));
const routes = listRoutes(FEATURES_IN_ORDER);

describe('features', () => {
  it('stand in the order of the house', () => {
    const names = FEATURES_IN_ORDER.map((feature) => feature.name);
    const inOrder = (FEATURE_ORDER as readonly string[]).filter((name) => names.includes(name));
    expect(names).toEqual(inOrder);
  });
});

describe('lifecycles', () => {
  it('are sound: every state is reached and every state that is not final has a way out', () => {
    expect(lifecycles.length).toBeGreaterThan(0);
    expect(lifecycles.flatMap((lifecycle) => lifecycle.defects())).toEqual([]);
  });

  it('have names of their own, and names that grep finds', () => {
    const names = lifecycles.map((lifecycle) => lifecycle.name);
    expect(new Set(names).size).toBe(names.length);
    const odd = lifecycles.flatMap(({ name, definition }) =>
      [name, ...Object.keys(definition.states), ...Object.keys(definition.actions)].filter(
        (word) => !/^[a-z]+(_[a-z]+)*$/.test(word),
      ),
    );
    expect(odd).toEqual([]);
  });

  it('name only permissions that a policy declares', () => {
    const unknown = lifecycles.flatMap(({ name, definition }) =>
      Object.entries(definition.actions)
        .filter(([, action]) => !policy.permissions().includes(action.permission))
        .map(([action, { permission }]) => `${name}.${action} asks for ${permission}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('routes', () => {
  it('all say who may call them and what they read', () => {
    expect(routes.length).toBeGreaterThan(0);
    expect(checkRoutes(FEATURES_IN_ORDER)).toEqual([]);
  });

  it('spell their addresses in small letters and dashes', () => {
    const odd = routes.filter(({ path }) => !/^\/([a-z0-9-]+|:[a-zA-Z]+)?(\/([a-z0-9.-]+|:[a-zA-Z]+))*$/.test(path));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it('change nothing when they are read: only GET, POST, PUT, PATCH and DELETE, and pages only GET and POST', () => {
    const odd = routes.filter(({ method, path }) =>
      path.startsWith('/api')
        ? !['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)
        : !['GET', 'POST'].includes(method),
    );
    expect(odd.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('offer each action of a lifecycle in both faces, page and API', () => {
    const paths = routes.filter(({ method }) => method === 'POST').map(({ path }) => path);
    const missing = lifecycles.flatMap(({ name, definition }) =>
      Object.entries(definition.actions)
        .filter(([, action]) => !action.internal)
        .flatMap(([action]) => {
          const end = `/${action.replaceAll('_', '-')}`;
          const pages = paths.filter((path) => path.endsWith(end) && !path.startsWith('/api/'));
          const api = paths.filter((path) => path.endsWith(end) && path.startsWith('/api/'));
          return [
            ...(pages.length === 0 ? [`${name}.${action} has no page route`] : []),
            ...(api.length === 0 ? [`${name}.${action} has no API route`] : []),
          ];
        }),
    );
    expect(missing).toEqual([]);
  });
});

/** Every permission that code or tables mention, with where. */
function mentionedPermissions(): Map<string, string> {
  const found = new Map<string, string>();
  const note = (texts: readonly string[], place: string): void => {
    for (const text of texts) if (!text.endsWith('*')) found.set(text, place);
  };
  for (const file of files.filter(({ path }) => !path.endsWith('.policy.ts') && !path.startsWith('src/kernel/'))) {
    walk(file, (node) => {
      if (ts.isCallExpression(node)) {
        const name = calledName(node);
        if (name === 'Permit') note(literalsIn(node.arguments[0]), placeOf(file, node));
        if (name === 'can' || name === 'mightDo' || (name === 'filter' && node.arguments.length === 3)) {
          note(literalsIn(node.arguments[1]), placeOf(file, node));
        }
        if (name === 'require' && node.arguments.length >= 3) note(literalsIn(node.arguments[2]), placeOf(file, node));
      }
      if (ts.isPropertyAssignment(node) && /^(permission|readPermission)$/.test(node.name.getText())) {
        note(literalsIn(node.initializer), placeOf(file, node));
      }
    });
  }
  return found;
}

describe('permissions', () => {
  it('exist wherever code asks for one', () => {
    const unknown = [...mentionedPermissions()].filter(([name]) => !policy.permissions().includes(name));
    expect(unknown.map(([name, place]) => `${place} asks for ${name}`)).toEqual([]);
  });

  it('are all asked for somewhere, and held by somebody', () => {
    const everyText = new Set<string>();
    for (const file of files.filter(({ path }) => !path.endsWith('.policy.ts'))) {
      walk(file, (node) => {
        if (ts.isStringLiteralLike(node)) everyText.add(node.text);
      });
    }
    expect(policy.permissions().filter((name) => !everyText.has(name))).toEqual([]);
    const idle = policy.permissions().filter((name) => {
      const row = policy.row(name);
      return !row.everyone && ROLES.every((role) => row.roles[role] === undefined);
    });
    expect(idle).toEqual([]);
  });

  it('have a sentence of meaning', () => {
    const unsaid = policy.permissions().filter((name) => !/^[A-Z].{8,}[^.]$/.test(policy.row(name).meaning));
    expect(unsaid).toEqual([]);
  });

  it('let an auditor see and change nothing', () => {
    const changing = routes.filter(({ method, permission }) => {
      if (method === 'GET' || permission === null) return false;
      const row = policy.row(permission);
      return !row.everyone && row.roles.auditor !== undefined;
    });
    expect(changing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});

describe('jobs', () => {
  const handlers = new Map<string, string>();
  const queued = new Map<string, string>();
  for (const file of files) {
    walk(file, (node) => {
      if (ts.isPropertyDeclaration(node) && node.name.getText() === 'topic' && ts.isClassDeclaration(node.parent)) {
        for (const topic of literalsIn(node.initializer)) handlers.set(topic, node.parent.name?.text ?? '');
      }
      if (ts.isCallExpression(node) && calledName(node) === 'queue') {
        for (const topic of literalsIn(node.arguments[0])) queued.set(topic, placeOf(file, node));
      }
    });
  }

  it('that are queued have a handler', () => {
    expect(queued.size).toBeGreaterThan(0);
    const orphans = [...queued].filter(([topic]) => !handlers.has(topic));
    expect(orphans.map(([topic, place]) => `${place} queues ${topic}`)).toEqual([]);
  });

  it('that have a handler are queued, and their handler is one that a feature names', () => {
    expect([...handlers.keys()].filter((topic) => !queued.has(topic))).toEqual([]);
    // Mail is the platform's own job.
    const named = new Set([
      'MailDelivery',
      ...FEATURES_IN_ORDER.flatMap((feature) => feature.jobs.map((each) => each.name)),
    ]);
    expect([...handlers.values()].filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('injection', () => {
  it('names classes by value: a type alone leaves nothing to inject or to validate by', () => {
    const defects: string[] = [];
    for (const file of files) {
      const typesOnly = typeImports(file.text);
      walk(file, (node) => {
        if (!ts.isClassDeclaration(node)) return;
        for (const member of node.members) {
          if (!ts.isConstructorDeclaration(member) && !ts.isMethodDeclaration(member)) continue;
          const isMade = (ts.getDecorators(node) ?? []).some(({ expression }) =>
            /^(Injectable|Controller)\(/.test(expression.getText()),
          );
          const isDecorated = ts.isConstructorDeclaration(member) && isMade;
          for (const parameter of member.parameters) {
            const decorators = (ts.getDecorators(parameter) ?? []).map(({ expression }) => expression.getText());
            const reads = decorators.some((text) => /^(Body|Query)\(/.test(text));
            const injects = isDecorated && !decorators.some((text) => text.startsWith('Inject('));
            const type = parameter.type;
            if (!(reads || injects) || type === undefined || !ts.isTypeReferenceNode(type)) continue;
            const name = type.typeName.getText();
            if (typesOnly.has(name)) defects.push(`${placeOf(file, parameter)} names ${name}, imported as a type`);
          }
        }
      });
    }
    expect(defects).toEqual([]);
  });

  it('would notice one', () => {
    expect(typeImports(`import type { A } from './a.js'; import { type B, C } from './b.js';`)).toEqual(
      new Set(['A', 'B']),
    );
  });
});

/** Names that a file imports as types only. */
function typeImports(text: string): Set<string> {
  const names = new Set<string>();
  ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2023, true).forEachChild((node) => {
    if (!ts.isImportDeclaration(node)) return;
    const clause = node.importClause;
    const whole = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (whole && clause?.name !== undefined) names.add(clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return;
    for (const element of bindings.elements) if (whole || element.isTypeOnly) names.add(element.name.text);
  });
  return names;
}
