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

/**
 * The commit that `folder` holds, at least seven digits long; with `-dirty` where tracked files differ from it.
 * Null without git, or where the folder is no checkout of its own: a commit of the folder around it says nothing.
 */
export function readCommit(folder: string = ROOT, git = 'git'): string | null {
  if (!existsSync(join(folder, '.git'))) return null;
  try {
    const args = ['describe', '--always', '--dirty', '--exclude=*', '--abbrev=7'];
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const text = execFileSync(git, ['--no-optional-locks', ...args], {
      cwd: folder,
      stdio: [...stdio],
      encoding: 'utf8',
    });
    return text.trim() || null;
  } catch {
    // No git, no commit yet, or somebody else's folder: the app then shows its version alone.
    return null;
  }
}

/** For Vite's `define`: what src/shared/version.ts reads. */
export function versionDefines(): Record<'__HEADSTART_VERSION__' | '__HEADSTART_COMMIT__', string> {
  return {
    __HEADSTART_VERSION__: JSON.stringify(readVersion()),
    __HEADSTART_COMMIT__: JSON.stringify(readCommit()),
  };
}
