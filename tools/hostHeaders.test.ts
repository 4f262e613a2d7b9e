/** The snippets in docs/hosting say what index.html says: a policy that is changed there is changed everywhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostHeaders, readContentPolicy } from './hostHeaders.ts';
import { ROOT } from './paths.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutComments = (text: string) => text.replace(/^\s*#.*$/gm, '');

const SNIPPETS = [
  { file: 'nginx.conf', header: /^\s*add_header (\S+) "([^"]*)" always;$/gm },
  { file: 'Caddyfile', header: /^\t{3}([A-Z][\w-]+) "([^"]*)"$/gm },
  { file: 'apache.conf', header: /^\s*Header always set (\S+) "([^"]*)"$/gm },
];

describe.each(SNIPPETS)('docs/hosting/$file', ({ file, header }) => {
  const text = withoutComments(read(`docs/hosting/${file}`));

  it('sends the policy of index.html, and the other headers worth having', () => {
    const sent = [...text.matchAll(header)].map(([, name = '', value = '']) => [name, value] as const);
    expect(Object.fromEntries(sent)).toEqual(hostHeaders(read('index.html')));
    expect(sent, 'each of them once').toHaveLength(Object.keys(hostHeaders(read('index.html'))).length);
  });

  it.each([
    ['wasm', 'application/wasm'],
    ['webmanifest', 'application/manifest+json'],
    ['mjs', 'text/javascript'],
  ])('names the type of .%s', (extension, type) => {
    const matcher = new RegExp(`^\\s*(@\\w+) path .*\\*\\.${extension}\\b`, 'm').exec(text)?.[1];
    // Caddy names files and types on two lines, the others on one.
    const subject = matcher ?? `\\b${extension}\\b`;
    const line = text.split('\n').find((one) => one.includes(type) && new RegExp(subject).test(one));
    expect(line).toBeDefined();
  });

  it('keeps what has a hash in its name, and asks again for the rest', () => {
    expect(text.match(/public, max-age=31536000, immutable/g)).toHaveLength(1);
    expect(text.match(/"no-cache"/g)).toHaveLength(1);
  });
});

it('a page without a policy has no header for it', () => {
  expect(readContentPolicy('<!doctype html>')).toBeNull();
  expect(hostHeaders('<!doctype html>')).not.toHaveProperty('Content-Security-Policy');
  expect(hostHeaders('<!doctype html>')).toHaveProperty('Cross-Origin-Opener-Policy');
});
