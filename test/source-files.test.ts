// Rules for each file of src.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './helpers/run.ts';

const MAX_LINES = 250;

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, 'src', name), 'utf8') }));
const namesOf = (wrong: typeof files) => wrong.map(({ name }) => name);

it('each file of src begins with a line that says what it is for: a comment, or the documentation of a module', () => {
  // A program's first line is for the shell.
  const beginning = /^(#!.*\n)?(\/\/ \S|\/\*\*\n \* \S[\s\S]*? \* @module )/;

  expect(files.length).toBeGreaterThan(50);
  expect(namesOf(files.filter(({ text }) => !beginning.test(text)))).toEqual([]);
});

it('no file of src is so long that it should be two', () => {
  expect(namesOf(files.filter(({ text }) => text.trimEnd().split('\n').length > MAX_LINES))).toEqual([]);
});

it('each @throws names its error as a link, because TypeDoc drops a bare type', () => {
  expect(namesOf(files.filter(({ text }) => /@throws \{(?!@link )/.test(text)))).toEqual([]);
});
