/** What browsers give https alone, and how workers are started: asked for in one place each, which knows what to do without. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './paths.ts';

const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/testing\//.test(file));

/** Files whose code, comments left out, has the text. */
function filesWith(pattern: RegExp): string[] {
  return sources.filter((file) => {
    const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    return pattern.test(code);
  });
}

describe('what plain http lacks is asked for in one place', () => {
  it.each([
    ['hashes', /\.subtle\b/, ['src/shared/sha256.ts']],
    ['ids', /\brandomUUID\b/, ['src/shared/randomId.ts']],
    ['the cache of the weights', /\bcaches\.open\b/, ['src/sw/sw.ts', 'src/weights/cache.ts']],
  ])('%s', (_, pattern, places) => {
    expect(filesWith(pattern)).toEqual(places);
  });
});

it('workers are started in one place, from which the policy reaches them', () => {
  expect(filesWith(/\bnew (Shared)?Worker\(/)).toEqual(['src/rpc/startWorker.ts']);
});
