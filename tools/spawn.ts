/** Starts other programs the same way on Linux, macOS and Windows. */
import { spawn } from 'node:child_process';
import { ROOT } from './paths.ts';

export interface RunOptions {
  /** `show`: its output goes to ours. `hide`: only standard error is kept, for the message of a failure. */
  readonly output?: 'show' | 'hide';
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly exitCode: number;
  /** Empty where the output was shown. */
  readonly errorOutput: string;
}

/** Runs to the end in the project's folder. @throws Error if the program cannot be started at all. */
export function run(
  command: string,
  args: readonly string[],
  { output = 'show', env = {} }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: output === 'show' ? 'inherit' : ['ignore', 'ignore', 'pipe'],
    });
    let errorOutput = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errorOutput += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, errorOutput }));
  });
}

/** npm itself. Started by npm, we know its script, which needs no shell even on Windows. */
export function runNpm(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/** A JavaScript program of one of our packages, by its file in node_modules. */
export function runScript(file: string, args: readonly string[] = [], options: RunOptions = {}) {
  return run(process.execPath, [file, ...args], options);
}
