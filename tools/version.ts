/** Which Headstart is being built, so that the app can say it and a report can name it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './paths.ts';

const packageSchema = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/) });

/** The version in package.json, e.g. `0.1.0`. @throws ZodError if there is none. */
export function readVersion(folder: string = ROOT): string {
  return packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;
}

/** What git says of `folder`; null without git, or where the folder is no checkout of its own. */
function askGit(folder: string, args: readonly string[], git: string): string | null {
  // A commit of the folder around it says nothing.
  if (!existsSync(join(folder, '.git'))) return null;
  try {
    const text = execFileSync(git, ['--no-optional-locks', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    return text.trim() || null;
  } catch {
    // No git, no commit yet, or somebody else's folder.
    return null;
  }
}

/** The commit that `folder` holds, at least seven digits; `-dirty` where tracked files differ. Null if there is none. */
export function readCommit(folder: string = ROOT, git = 'git'): string | null {
  return askGit(folder, ['describe', '--always', '--dirty', '--exclude=*', '--abbrev=7'], git);
}

/** When that commit was made; null if there is none. */
export function readCommitTime(folder: string = ROOT): Date | null {
  const seconds = askGit(folder, ['log', '-1', '--format=%ct'], 'git');
  return seconds === null ? null : new Date(Number(seconds) * 1000);
}

/** For Vite's `define`: what src/shared/version.ts reads. */
export function versionDefines(): Record<'__HEADSTART_VERSION__' | '__HEADSTART_COMMIT__', string> {
  return {
    __HEADSTART_VERSION__: JSON.stringify(readVersion()),
    __HEADSTART_COMMIT__: JSON.stringify(readCommit()),
  };
}
