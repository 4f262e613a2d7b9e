/** The document that downloads: one script and one style, which its own policy names by their hashes. */
import { createHash } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { makeDownloadPage } from './downloadPage.ts';
import { readContentPolicy } from './hostHeaders.ts';

let html: string;
beforeAll(async () => {
  html = await makeDownloadPage();
}, 60_000);

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const within = (tag: string) => [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))];

it('holds all of itself, under a policy that lets nothing else run', () => {
  const [script, ...otherScripts] = within('script');
  const [style, ...otherStyles] = within('style');
  expect([otherScripts, otherStyles]).toEqual([[], []]);
  expect(html).not.toMatch(/<(link|img|iframe)|\b(src|href)=/);
  const policy = readContentPolicy(html) ?? '';
  expect(policy).toContain(`script-src ${hashOf(script?.[1] ?? '')};`);
  expect(policy).toContain(`style-src ${hashOf(style?.[1] ?? '')};`);
  expect(policy).toContain("default-src 'none';");
  // Nothing is parsed without it, and nothing is there to be reached into before the script has run.
  expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="[^"]+">\n<script>/);
  expect(html.indexOf('<script>')).toBeLessThan(html.indexOf('<style>'));
});

it('brings no code of the app along', () => {
  expect(html.length).toBeLessThan(14_000);
  expect(html).not.toMatch(/\bimport\b\s*[({'"]/);
});
