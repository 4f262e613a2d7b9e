/** The snippets in docs/hosting say what index.html says: a policy that is changed there is changed everywhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOWNLOAD_HEADER, DOWNLOAD_PAGE } from '../src/shared/downloadFrame.ts';
import { headersOf, hostHeaders, readContentPolicy } from './hostHeaders.ts';
import { ROOT } from './paths.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutComments = (text: string) => text.replace(/^\s*#.*$/gm, '');

/** `own`: how the file says that a header is of the frame that downloads alone, before or around it. */
const SNIPPETS = [
  {
    file: 'nginx.conf',
    header: /^\s*add_header (\S+) "([^"]*)" always;$/gm,
    policy: /^\s*default {12}"([^"]*)";$/gm,
    own: /^\s*~\/download\\\.html\$ {2}"([^"]*)";$/gm,
    used: 'add_header Content-Security-Policy $headstart_policy always;',
  },
  {
    file: 'Caddyfile',
    header: /^\t{3}([A-Z][\w-]+) "([^"]*)"$/gm,
    policy: /^\t{2}header @others Content-Security-Policy "([^"]*)"$/gm,
    own: /^\t{2}header @download Content-Security-Policy "([^"]*)"$/gm,
    used: '@download path */download.html\n\t\t@others not path */download.html\n',
  },
  {
    file: 'apache.conf',
    header: /^ {8}Header always set (\S+) "([^"]*)"$/gm,
    policy: /^ {8}Header always set Content-Security-Policy "([^"]*)"$/gm,
    own: /^ {8}<If "%\{REQUEST_URI\} =~ m#\/download\\\.html\$#">\s+Header always set Content-Security-Policy "([^"]*)"$/gm,
    used: '</If>',
  },
];

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, value]) => value);

describe.each(SNIPPETS)('docs/hosting/$file', ({ file, header, policy, own, used }) => {
  const text = withoutComments(read(`docs/hosting/${file}`));
  const { 'Content-Security-Policy': wanted, ...others } = hostHeaders(read('index.html'));

  it('sends the policy of index.html, and the other headers worth having', () => {
    const sent = [...text.matchAll(header)].map(([, name = '', value = '']) => [name, value] as const);
    const { 'Content-Security-Policy': _elsewhere, ...rest } = Object.fromEntries(sent);
    expect(rest).toEqual(others);
    expect(all(text, policy), 'the policy once').toEqual([wanted]);
    const names = sent.map(([name]) => name);
    expect(new Set(names).size, 'each of them once').toBe(names.length);
  });

  it('sends the frame that downloads with a policy of its own', () => {
    expect(all(text, own)).toEqual([DOWNLOAD_HEADER]);
    expect(text).toContain(used);
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

describe('the frame that downloads', () => {
  const html = read('index.html');

  it('has the headers of the page but for its policy, at whatever path the app lies', () => {
    for (const path of [`/${DOWNLOAD_PAGE}`, `/sub/path/${DOWNLOAD_PAGE}`])
      expect(headersOf(path, html)).toEqual({
        ...hostHeaders(html),
        'Content-Security-Policy': DOWNLOAD_HEADER,
      });
    for (const path of ['/', '/index.html', '/assets/download.html.js', `/my-${DOWNLOAD_PAGE}`])
      expect(headersOf(path, html)).toEqual(hostHeaders(html));
  });

  it('is the only one that the page may show, and only its own site may show it', () => {
    expect(readContentPolicy(html)).toContain("frame-src 'self';");
    expect(DOWNLOAD_HEADER).toMatch(/^sandbox allow-scripts;.*; frame-ancestors 'self'$/);
  });
});
