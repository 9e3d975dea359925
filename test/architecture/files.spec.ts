/** The look of the files themselves: their size, what they may say, and templates that escape everything. */
import { describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import ts from 'typescript';
import { TEMPLATE_OPTIONS } from '../../src/platform/templates/templates.js';
import { calledName, filesBelow, literalsIn, placeOf, programFiles, walk } from '../support/sources.js';

const MOST_LINES = 400;
const MOST_LINES_OF_A_SERVICE = 300;
const MOST_CHARACTERS = 60_000;

describe('files of the program', () => {
  const files = programFiles();

  it('fit in a head', () => {
    const long = files.filter(
      ({ path, lines, text }) =>
        lines > (path.endsWith('.service.ts') ? MOST_LINES_OF_A_SERVICE : MOST_LINES) || text.length > MOST_CHARACTERS,
    );
    expect(long.map(({ path, lines }) => `${path} has ${lines} lines`)).toEqual([]);
  });

  it('begin by saying what they are', () => {
    const silent = files.filter(({ text }) => !text.startsWith('/**'));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

describe('templates', () => {
  const templates = filesBelow('templates', '.hbs');
  const names = new Set(templates.map(({ path }) => path.slice('templates/'.length, -'.hbs'.length)));

  it('compile, with helpers that there are', () => {
    const broken = templates.flatMap(({ path, text }) => {
      try {
        Handlebars.precompile(text, TEMPLATE_OPTIONS);
        return [];
      } catch (error) {
        return [`${path}: ${String(error)}`];
      }
    });
    expect(broken).toEqual([]);
  });

  it('name parts that there are', () => {
    const missing = templates.flatMap(({ path, text }) =>
      [...text.matchAll(/\{\{#?>\s*([a-z][a-z0-9/-]*)/g)]
        .map(([, part]) => part ?? '')
        .filter((part) => !names.has(part) && !names.has(`components/${part}`))
        .map((part) => `${path} names ${part}`),
    );
    expect(missing).toEqual([]);
  });

  it('are there for every page and mail that code names', () => {
    const named = new Map<string, string>();
    for (const file of programFiles()) {
      walk(file, (node) => {
        const isPage = ts.isCallExpression(node) && ['page', 'renderText', 'render'].includes(calledName(node) ?? '');
        const texts = isPage ? literalsIn(node.arguments[0]) : [];
        const isTemplate = ts.isPropertyAssignment(node) && node.name.getText() === 'template';
        for (const text of [...texts, ...(isTemplate ? literalsIn(node.initializer) : [])]) {
          named.set(text, placeOf(file, node));
        }
      });
    }
    expect(named.size).toBeGreaterThan(5);
    const missing = [...named].filter(([name]) => !names.has(name)).map(([name, place]) => `${place} names ${name}`);
    expect(missing).toEqual([]);
  });

  it('escape everything', () => {
    const raw = templates.filter(({ text }) => /\{\{\{|\{\{&/.test(text));
    // The frame takes the finished body of the page, which is made by the same engine.
    expect(raw.map(({ path }) => path)).toEqual([]);
  });

  it('carry no style and no script of their own, which the content security policy would drop', () => {
    const broken = templates.filter(({ text }) => /\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)/i.test(text));
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  it('give every form that posts its token', () => {
    const bare = templates.filter(
      ({ text }) => /<form[^>]*method="post"/i.test(text) && !/_csrf|form-hidden/.test(text),
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
});
