import { expect, it } from 'vitest';
import { withNextNames } from './secondBuild.ts';

const NAMES = new Set(['start-CfAfrmDh.js', 'intake.worker--HOzWFu0.js']);

it('the next version has other names for its own files, wherever they stand', () => {
  const text =
    'import"./start-CfAfrmDh.js";new URL("assets/intake.worker--HOzWFu0.js",x);"other-CfAfrmDh.js"';
  expect(withNextNames(text, NAMES)).toBe(
    'import"./start-CfAfrmD0.js";new URL("assets/intake.worker--HOzWFu1.js",x);"other-CfAfrmDh.js"',
  );
});

it('and other revisions for what keeps its name', () => {
  const entry = (first: string) => `{url:"index.html",revision:"${first}${'a'.repeat(31)}"}`;
  expect(withNextNames(entry('7'), NAMES)).toBe(entry('0'));
  expect(withNextNames(entry('0'), NAMES)).toBe(entry('1'));
  expect(withNextNames('{url:"x.js",revision:null}', NAMES)).toBe('{url:"x.js",revision:null}');
});
