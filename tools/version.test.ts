import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCommit, readCommitTime, readVersion, versionDefines } from './version.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headstart-version-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A checkout with one commit; returns its full hash. */
async function makeCheckout(): Promise<string> {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) =>
    execFileSync('git', [...who, ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  await writeFile(join(folder, 'a.txt'), 'one');
  git('init');
  git('add', '.');
  git('commit', '-m', 'First');
  git('tag', '-a', 'v9.9.9', '-m', 'A tag must not take the place of the commit');
  return git('rev-parse', 'HEAD').trim();
}

describe('the version', () => {
  it('is read from package.json', async () => {
    await writeFile(join(folder, 'package.json'), '{ "version": "1.2.3" }');
    expect(readVersion(folder)).toBe('1.2.3');
  });

  it('must be there', async () => {
    await writeFile(join(folder, 'package.json'), '{}');
    expect(() => readVersion(folder)).toThrow();
  });
});

describe('the commit', () => {
  it('is the short hash of what is checked out, and says when files differ from it', async () => {
    const hash = await makeCheckout();
    const commit = readCommit(folder) ?? '';
    expect(commit.length).toBeGreaterThanOrEqual(7);
    expect(hash.startsWith(commit)).toBe(true);

    await writeFile(join(folder, 'a.txt'), 'two');
    expect(readCommit(folder)).toBe(`${commit}-dirty`);
  });

  it('is absent where git is', async () => {
    await makeCheckout();
    expect(readCommit(folder, 'no-such-git')).toBeNull();
  });

  it('is not taken from a checkout around the folder', async () => {
    await makeCheckout();
    const inner = join(folder, 'inner');
    await mkdir(inner);
    expect(readCommit(inner)).toBeNull();
  });

  it('has a time', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    await makeCheckout();
    const time = readCommitTime(folder)?.getTime() ?? 0;
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('is absent before the first one', async () => {
    execFileSync('git', ['init'], { cwd: folder, stdio: 'ignore' });
    expect(readCommitTime(folder)).toBeNull();
    expect(readCommit(folder)).toBeNull();
  });
});

it('both are handed to Vite as source text', () => {
  expect(versionDefines()).toEqual({
    __HEADSTART_VERSION__: JSON.stringify(readVersion()),
    __HEADSTART_COMMIT__: JSON.stringify(readCommit()),
  });
});
