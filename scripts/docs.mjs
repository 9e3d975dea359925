/**
 * `npm run docs`: writes docs/generated from the tables the program runs by, so that what is written about it is what
 * it does. `npm run docs -- --check` writes nothing and fails when a file is not as it would be written.
 */
import 'reflect-metadata';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { AppModule, FEATURES_IN_ORDER } from '../src/app.module.js';
import { describeApi } from '../src/platform/http/api-description.js';
import { SystemClock } from '../src/kernel/clock.js';
import { Policy, ROLES } from '../src/kernel/policy.js';
import { loadConfig } from '../src/platform/config/config.js';
import { createLogger } from '../src/platform/config/logger.js';
import { listRoutes } from '../src/platform/http/routes.js';
import { derivedTexts } from '../src/platform/platform.module.js';
import { Texts } from '../src/platform/texts/texts.js';
import { licensesPage } from './licenses.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs', 'generated');
const policy = new Policy(FEATURES_IN_ORDER.flatMap((feature) => feature.permissions));
const texts = Texts.load().add(derivedTexts(FEATURES_IN_ORDER));
const routes = listRoutes(FEATURES_IN_ORDER);

const HEAD = '<!-- Written by `npm run docs` from the program itself; change that, not this. -->\n\n';

const pages = {
  'lifecycles.md': HEAD + lifecycles(),
  'permissions.md': HEAD + permissions(),
  'settings.md': HEAD + settings(),
  'api.md': HEAD + api(),
  'licenses.md': HEAD + licensesPage(root),
  'openapi.json': `${JSON.stringify(sorted(await openApi()), null, 2)}\n`,
};

process.exitCode = process.argv.includes('--check') ? check() : write();

function write() {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
  for (const name of readdirSync(folder)) if (!(name in pages)) rmSync(join(folder, name));
  console.log(`Wrote ${Object.keys(pages).join(', ')} to docs/generated.`);
  return 0;
}

function check() {
  const stale = Object.entries(pages)
    .filter(([name, text]) => !existsSync(join(folder, name)) || readFileSync(join(folder, name), 'utf8') !== text)
    .map(([name]) => name);
  if (stale.length === 0) {
    console.log('docs/generated is fresh.');
    return 0;
  }
  console.error(`Stale in docs/generated: ${stale.join(', ')}. Run npm run docs and commit what it writes.`);
  return 1;
}

function lifecycles() {
  const sections = FEATURES_IN_ORDER.flatMap((feature) => feature.lifecycles).map(({ definition }) => {
    const { name, initial, states, actions } = definition;
    const edges = Object.values(actions).flatMap((action) =>
      action.from.map((from) => `    ${from} --> ${action.to === 'same' ? from : action.to} : ${action.label}`),
    );
    const finals = Object.entries(states).filter(([, row]) => row.final);
    return [
      `## ${capital(name.replaceAll('_', ' '))}`,
      '',
      '```mermaid',
      'stateDiagram-v2',
      ...Object.entries(states).map(([state, row]) => `    ${state} : ${row.label}`),
      `    [*] --> ${initial}`,
      ...edges,
      ...finals.map(([state]) => `    ${state} --> [*]`),
      '```',
      '',
      table(
        ['State', 'Staff read', 'Applicants read', 'Tone'],
        Object.entries(states).map(([state, row]) => [
          code(state),
          row.label,
          row.publicLabel ?? row.label,
          row.final ? `${row.tone}, final` : row.tone,
        ]),
      ),
      table(
        ['Action', 'From', 'To', 'Permission', 'Who', 'Notes'],
        Object.entries(actions).map(([action, row]) => [
          `${code(action)} ${row.label}`,
          row.from.map(code).join(', '),
          row.to === 'same' ? 'stays' : code(row.to),
          code(row.permission),
          whoMay(row.permission),
          [
            row.needsNote ? 'says why' : '',
            row.blockers ? 'can be blocked' : '',
            row.effects ? 'has effects' : '',
            row.internal ? 'no button of its own' : '',
          ]
            .filter((note) => note !== '')
            .join(', '),
        ]),
      ),
    ].join('\n');
  });
  return [
    '# Lifecycles',
    '',
    'The states of each kind of thing and the actions between them. “Can be blocked” means that something may still be',
    'missing, which the page then says in a sentence; “has effects” means that money, documents or news follow.',
    '',
    ...sections,
  ].join('\n');
}

function permissions() {
  const roles = ROLES.filter((role) => policy.permissions().some((name) => policy.row(name).roles[role] !== undefined));
  const conditions = new Map();
  const sections = FEATURES_IN_ORDER.filter((feature) => feature.permissions.length > 0).map((feature) => {
    const names = feature.permissions.flatMap((rows) => Object.keys(rows));
    const rows = names.map((name) => {
      const row = policy.row(name);
      const cells = roles.map((role) => {
        if (row.everyone) return 'always';
        const condition = row.roles[role];
        if (condition === undefined) return '';
        conditions.set(condition.name, condition.meaning);
        return condition.name;
      });
      return [code(name), row.meaning, ...cells];
    });
    return `## ${capital(feature.name)}\n\n${table(['Permission', 'Meaning', ...roles.map(roleName)], rows)}`;
  });
  return [
    '# Permissions',
    '',
    'What each role may do. An empty cell means no; what is not in the table is refused. A role is held for the whole',
    'agency or for one fund, round, collaborative or organization.',
    '',
    ...sections,
    '## What the words in the cells mean',
    '',
    table(
      ['Word', 'Meaning'],
      [...conditions].sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  ].join('\n');
}

/** From the comments of .env.example, which a test holds against the configuration itself. */
function settings() {
  const blocks = readFileSync(join(root, '.env.example'), 'utf8').split(/\n\s*\n/);
  const lines = [];
  let rows = [];
  const flush = () => {
    if (rows.length > 0) lines.push(table(['Setting', 'Example', 'What it does'], rows));
    rows = [];
  };
  for (const block of blocks) {
    const section = /^# --- (.+?) -+$/m.exec(block);
    if (section) {
      flush();
      lines.push(`## ${section[1]}`, '');
    }
    const setting = /^#?([A-Z][A-Z0-9_]*)=(.*)$/m.exec(block);
    if (setting === null) continue;
    const words = block
      .split('\n')
      .filter((line) => /^# (?!---)/.test(line))
      .map((line) => line.slice(2))
      .join(' ');
    rows.push([code(setting[1]), setting[2] === '' ? '' : code(setting[2]), words]);
  }
  flush();
  return [
    '# Settings',
    '',
    'Environment variables, or lines of a file named `.env` in the folder Granary is started from. Every one has a',
    'default that suits a first look on one machine. The start refuses values it cannot use and names them all.',
    '',
    ...lines,
  ].join('\n');
}

function api() {
  const faces = [
    ['## For programs', routes.filter(({ path }) => path.startsWith('/api'))],
    ['## Pages', routes.filter(({ path }) => !path.startsWith('/api'))],
  ];
  const sections = faces.map(([title, rows]) => {
    const byFeature = FEATURES_IN_ORDER.map(({ name }) => [name, rows.filter(({ feature }) => feature === name)]);
    const tables = byFeature
      .filter(([, own]) => own.length > 0)
      .map(([name, own]) => {
        const lines = [...own]
          .sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1))
          .map(({ method, path, permission }) => [
            `${code(`${method} ${path}`)}`,
            permission === null ? 'everybody' : code(permission),
            permission === null ? '' : policy.row(permission).meaning,
            permission === null ? '' : whoMay(permission),
          ]);
        return `### ${capital(name)}\n\n${table(['Address', 'Permission', 'Meaning', 'Who'], lines)}`;
      });
    return [title, '', ...tables].join('\n');
  });
  return [
    '# Addresses',
    '',
    'Every address that answers, and who may ask. What one may not see answers 404, what one may see but not do answers',
    '403. The shapes of what is sent and answered are in `openapi.json` beside this page.',
    '',
    ...sections,
  ].join('\n');
}

/** The handlers are read without making anything: no database, no server. */
async function openApi() {
  const config = loadConfig({});
  const parts = { config, logger: createLogger({ logLevel: 'silent' }), clock: new SystemClock(), databaseUrl: '' };
  const app = await NestFactory.create(AppModule.with({ ...parts, setRole: false }), new FastifyAdapter(), {
    preview: true,
    abortOnError: false,
    // Nest warns that nothing is made, which is what is wanted.
    logger: ['error'],
  });
  return describeApi(app);
}

function whoMay(permission) {
  const row = policy.row(permission);
  if (row.everyone) return 'everyone signed in';
  return ROLES.filter((role) => row.roles[role] !== undefined)
    .map(roleName)
    .join(', ');
}

function roleName(role) {
  return texts.has(`role.${role}`) ? texts.t(`role.${role}`) : capital(role.replaceAll('_', ' '));
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function code(text) {
  return `\`${text}\``;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1).replaceAll('-', ' ');
}

/** The same text for the same content, in whatever order modules were read. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
