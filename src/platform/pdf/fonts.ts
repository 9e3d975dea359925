/**
 * The fonts of documents, each read and parsed once in a process, and each word shaped once: parsing and shaping are
 * what makes drawing slow, and letters are made of the same words.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as fontkit from 'fontkit';
import { projectRoot } from '../config/root.js';

const FILES = {
  serif: '@expo-google-fonts/noto-serif/400Regular/NotoSerif_400Regular.ttf',
  'serif-bold': '@expo-google-fonts/noto-serif/600SemiBold/NotoSerif_600SemiBold.ttf',
  sans: '@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf',
  'sans-bold': '@embedpdf/fonts-latin/fonts/NotoSans-SemiBold.ttf',
} as const;

export type FontName = keyof typeof FILES;

export const fontFile = (name: FontName): string => join(projectRoot(), 'node_modules', FILES[name]);

export const FONT_NAMES = Object.keys(FILES) as FontName[];

/** All of them, parsed; to be asked for once in a process. */
export async function readFonts(): Promise<ReadonlyMap<FontName, fontkit.Font>> {
  const { create } = await import('fontkit');
  const parse = (name: FontName): fontkit.Font => create(readFileSync(fontFile(name))) as fontkit.Font;
  return new Map(FONT_NAMES.map((name) => [name, withKnownWords(parse(name))]));
}

/** Then it is forgotten and begun anew: names and amounts would fill it without end. */
const MOST_WORDS = 10_000;
/** Text is drawn without the font's composing feature, which would spoil what is copied out of it. */
const FEATURES = { ccmp: false };

type Shaped = Pick<fontkit.GlyphRun, 'glyphs' | 'positions' | 'advanceWidth'>;

/** pdfkit asks for one word at a time where it names no features of its own, and scales what it is given in place. */
function withKnownWords(plain: fontkit.Font): fontkit.Font {
  const words = new Map<string, fontkit.GlyphRun>();
  const shape = plain.layout.bind(plain) as unknown as (text: string, features: object) => fontkit.GlyphRun;
  const layout = (text: string, features: object = FEATURES): Shaped => {
    if (features !== FEATURES) return shape(text, features);
    let run = words.get(text);
    if (run === undefined) {
      run = shape(text, FEATURES);
      if (words.size >= MOST_WORDS) words.clear();
      words.set(text, run);
    }
    return new Copy(run);
  };
  return Object.assign(plain, { layout });
}

class Copy implements Shaped {
  readonly glyphs: fontkit.Glyph[];
  readonly positions: fontkit.GlyphPosition[];

  constructor(run: fontkit.GlyphRun) {
    this.glyphs = run.glyphs;
    this.positions = run.positions.map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({
      xAdvance,
      yAdvance,
      xOffset,
      yOffset,
    }));
  }

  /** Of the positions as they are by now. */
  get advanceWidth(): number {
    return this.positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
  }
}
