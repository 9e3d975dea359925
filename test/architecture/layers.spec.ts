/** Who may import whom: the dependency rules, from the one list in `layers.ts`. */
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { importsOf, parse, programFiles, type SourceFile } from '../support/sources.js';
import { FEATURE_ORDER, KEEPERS, KERNEL_PACKAGES } from './layers.js';

const files = programFiles();

function featureOf(path: string): string | undefined {
  return /^src\/features\/([^/]+)\//.exec(path)?.[1];
}

function placeInOrder(feature: string): number {
  return (FEATURE_ORDER as readonly string[]).indexOf(feature);
}

/** Packages whose types alone are imported weigh nothing at run time and tie nobody down. */
function packagesOf(file: SourceFile): string[] {
  const values: string[] = [];
  parse(file).forEachChild((node) => {
    if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) {
      values.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
  });
  const used = new Set(
    values.map((each) => (each.startsWith('@') ? each.split('/').slice(0, 2).join('/') : each.split('/')[0])),
  );
  return importsOf(file).filter((each) => !each.startsWith('src/') && (used.has(each) || each.startsWith('node:')));
}

/** Why this import is not allowed, if it is not. */
function refusal(from: string, to: string): string | undefined {
  const feature = featureOf(from);
  const target = featureOf(to);
  if (from.startsWith('src/kernel/')) {
    return to.startsWith('src/kernel/') ? undefined : 'the kernel imports nothing of ours';
  }
  if (from.startsWith('src/platform/')) {
    return /^src\/(kernel|platform)\//.test(to) ? undefined : 'the platform imports the kernel and itself only';
  }
  if (feature === undefined) return undefined;
  if (!/^src\/(kernel|platform|features)\//.test(to)) return 'a feature does not know how the whole is put together';
  if (target === undefined || target === feature) return undefined;
  if (placeInOrder(target) >= placeInOrder(feature)) return `${feature} stands before ${target}`;
  return to === `src/features/${target}/index.ts` ? undefined : `use the public face of ${target}, its index.ts`;
}

describe('the order of the house', () => {
  it('knows every feature there is', () => {
    const found = [...new Set(files.map((file) => featureOf(file.path)).filter((each) => each !== undefined))];
    expect(found.filter((feature) => placeInOrder(feature) === -1)).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });

  it('lets nobody import what stands after it', () => {
    const broken = files.flatMap((file) =>
      importsOf(file)
        .filter((to) => to.startsWith('src/'))
        .map((to) => ({ to, why: refusal(file.path, to) }))
        .filter(({ why }) => why !== undefined)
        .map(({ to, why }) => `${file.path} imports ${to}: ${why}`),
    );
    expect(broken).toEqual([]);
  });

  it('would notice an import that is not allowed', () => {
    expect(refusal('src/kernel/money.ts', 'src/platform/texts/texts.ts')).toBeDefined();
    expect(refusal('src/platform/mail/mail.ts', 'src/features/agency/index.ts')).toBeDefined();
    expect(refusal('src/features/agency/x.ts', 'src/features/identity/index.ts')).toBeDefined();
    expect(refusal('src/features/funds/x.ts', 'src/features/agency/agency.entity.ts')).toBeDefined();
    expect(refusal('src/features/funds/x.ts', 'src/application.ts')).toBeDefined();
    expect(refusal('src/features/funds/x.ts', 'src/features/agency/index.ts')).toBeUndefined();
  });

  it('imports only files that are there', () => {
    const present = new Set(files.map((file) => file.path));
    const missing = files.flatMap((file) =>
      importsOf(file)
        .filter((to) => to.startsWith('src/') && !present.has(to))
        .map((to) => `${file.path} imports ${to}, which is not there`),
    );
    expect(missing).toEqual([]);
  });

  it('keeps the kernel pure', () => {
    const foreign = files
      .filter((file) => file.path.startsWith('src/kernel/'))
      .flatMap((file) =>
        importsOf(file)
          .filter((to) => !to.startsWith('src/'))
          .map((to) => `${file.path}: ${to}`),
      )
      .filter((line) => !KERNEL_PACKAGES.some((allowed) => line.endsWith(`: ${allowed}`)));
    expect(foreign).toEqual([]);
  });

  it('lets one folder alone know each of the heavy packages', () => {
    const strays = files.flatMap((file) =>
      packagesOf(file)
        .filter((name) => KEEPERS[name] !== undefined && !file.path.startsWith(KEEPERS[name]))
        .map((name) => `${file.path} imports ${name}, which belongs to ${KEEPERS[name]}`),
    );
    expect(strays).toEqual([]);
  });

  it('has no circle among the files of the program', () => {
    expect(circles()).toEqual([]);
  });
});

/** Circles of imports that exist at run time; types alone may refer to each other. */
function circles(): string[] {
  const edges = new Map(files.map((file) => [file.path, valueImports(file)]));
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) follow(next, [...trail, path]);
    done.add(path);
  };
  for (const file of files) follow(file.path, []);
  return found;
}

function valueImports(file: SourceFile): string[] {
  const targets: string[] = [];
  parse(file).forEachChild((node) => {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return;
    const specifier = node.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return;
    if (ts.isExportDeclaration(node) ? node.isTypeOnly : isTypesOnly(node.importClause)) return;
    targets.push(specifier.text);
  });
  return importsOf({ ...file, text: targets.map((each) => `import '${each}';`).join('\n') });
}

function isTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named)
    ? named.elements.every((element) => element.isTypeOnly)
    : false;
}
