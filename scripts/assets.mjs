/**
 * Makes dist/assets: one css file, the scripts, the fonts and the marks, each under a name with its content's hash, so
 * that a browser may keep it for ever; beside each text file its brotli and gzip copies; and manifest.json from plain
 * names to hashed ones. Run by the build; `node scripts/assets.mjs [folder]`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { minifySync } from '@swc/core';
import { transform } from 'lightningcss';
import { PurgeCSS } from 'purgecss';
import subsetFont from 'subset-font';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = process.argv[2] ?? join(root, 'dist', 'assets');
const templates = join(root, 'templates');
const uswds = join(root, 'node_modules', '@uswds', 'uswds', 'dist');

const WEIGHTS = { 400: 'Regular', 600: 'SemiBold', 700: 'Bold' };
/** English, Spanish and Somali, with the signs we write; then the rest of Latin with Vietnamese, loaded when met. */
const LATIN = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x131],
  [0x152, 0x153],
  [0x2bb, 0x2bc],
  [0x2013, 0x2014],
  [0x2018, 0x201e],
  [0x2020, 0x2022],
  [0x2026],
  [0x2032, 0x2033],
  [0x2039, 0x203a],
  [0x20ac],
  [0x2122],
  [0x2190, 0x2193],
  [0x2212],
  [0x25b8],
];
const EXTENDED = [[0x100, 0x130], [0x132, 0x151], [0x154, 0x24f], [0x300, 0x323], [0x1e00, 0x1eff], [0x20ab]];

const manifest = {};
const sizes = [];

function put(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const ending = extname(name);
  const hashed = `${name.slice(0, -ending.length)}.${hash}${ending}`;
  writeFileSync(join(target, hashed), bytes);
  let wire = bytes.length;
  if (ending !== '.woff2') {
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(join(target, `${hashed}.br`), brotli);
    writeFileSync(join(target, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
    wire = brotli.length;
  }
  manifest[name] = hashed;
  sizes.push([name, wire]);
  return hashed;
}

const characters = (ranges) =>
  ranges
    .map(([from, to = from]) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i)))
    .join('');
const unicodeRange = (ranges) =>
  ranges.map(([from, to]) => `U+${from.toString(16)}${to === undefined ? '' : `-${to.toString(16)}`}`).join(', ');

async function fonts() {
  for (const [weight, style] of Object.entries(WEIGHTS)) {
    const font = readFileSync(join(uswds, 'fonts', 'public-sans', `PublicSans-${style}.ttf`));
    for (const [ending, ranges] of [
      ['', LATIN],
      ['-ext', EXTENDED],
    ]) {
      const subset = await subsetFont(font, characters(ranges), { targetFormat: 'woff2' });
      put(`public-sans-${weight}${ending}.woff2`, subset);
    }
  }
}

/** The design system's css, only what our templates use, without its fonts, its pictures inlined. */
async function system() {
  const [pruned] = await new PurgeCSS().purge({
    content: [{ raw: templateText(), extension: 'html' }],
    css: [{ raw: readFileSync(join(uswds, 'css', 'uswds.min.css'), 'utf8') }],
    // Only classes of the system itself count as used: a word of ours such as "text" must not keep a utility.
    extractors: [
      {
        extensions: ['html'],
        extractor: (text) => text.match(/usa-[a-z0-9_-]+|<[a-z0-9]+/g)?.map((word) => word.replace('<', '')) ?? [],
      },
    ],
    fontFace: true,
    keyframes: true,
    variables: true,
  });
  return pruned.css
    .replace(/@charset[^;]+;/g, '')
    .replace(/@font-face\s*\{[^}]*\}/g, '')
    .replace(/url\(["']?(\.\.\/img\/[^"')]+\.svg)["']?\)/g, (_, path) => {
      const picture = readFileSync(join(uswds, path.replace('../', '')), 'utf8');
      return `url("data:image/svg+xml,${encodeURIComponent(picture)}")`;
    });
}

function templateText() {
  return readdirSync(templates, { recursive: true })
    .filter((name) => name.endsWith('.hbs'))
    .map((name) => readFileSync(join(templates, name), 'utf8'))
    .join('\n');
}

async function css() {
  const own = readFileSync(join(templates, 'assets', 'granary.css'), 'utf8')
    .replaceAll('unicode-range: LATIN', `unicode-range: ${unicodeRange(LATIN)}`)
    .replaceAll('unicode-range: EXTENDED', `unicode-range: ${unicodeRange(EXTENDED)}`)
    .replace(/url\('([a-z0-9-]+\.woff2)'\)/g, (_, name) => `url('${manifest[name]}')`);
  const source = `@layer uswds {${await system()}}\n${own}`;
  const { code } = transform({
    filename: 'granary.css',
    code: Buffer.from(source),
    minify: true,
    targets: { chrome: 99 << 16, safari: (15 << 16) | (4 << 8), firefox: 97 << 16 },
  });
  put('granary.css', code);
}

/** As a browser reads it, not as people do. */
const small = (source) => minifySync(source, { module: true, compress: true, mangle: true, ecma: 2022 }).code;

/** Modules that import each other by `./name.js`: each is written after those it imports, with their hashed names. */
function scripts() {
  const waiting = new Set(readdirSync(join(templates, 'assets')).filter((name) => name.endsWith('.js')));
  const write = (name, importers) => {
    if (importers.includes(name)) throw new Error(`${name} imports itself`);
    if (!waiting.has(name)) return;
    const source = readFileSync(join(templates, 'assets', name), 'utf8').replace(
      /(from\s+|import\s+|import\()'\.\/([a-z0-9-]+\.js)'/g,
      (_, start, imported) => {
        write(imported, [...importers, name]);
        if (manifest[imported] === undefined) throw new Error(`${name} imports ${imported}, which there is not`);
        return `${start}'./${manifest[imported]}'`;
      },
    );
    waiting.delete(name);
    put(name, small(source));
  };
  for (const name of [...waiting]) write(name, []);
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await fonts();
for (const name of readdirSync(join(templates, 'assets'))) {
  if (name.endsWith('.svg')) put(name, readFileSync(join(templates, 'assets', name)));
}
scripts();
await css();
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
// What a first view of a page in English loads, in bytes over the wire.
const first = sizes
  .filter(([name]) => !name.includes('-ext') && !name.endsWith('.js'))
  .reduce((sum, [, size]) => sum + size, 0);
for (const [name, size] of sizes) console.log(`${String(size).padStart(7)}  ${name}`);
console.log(`${String(first).padStart(7)}  first view`);
