/** A virtual environment of its own for the programs that go along with models, so that nothing of the machine's is touched. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE_DIR } from '../paths.ts';
import { SetupError, say } from '../say.ts';
import { run } from '../spawn.ts';

const FOLDER = join(CACHE_DIR, 'interop/python');
const isWindows = process.platform === 'win32';
const execute = promisify(execFile);

/** Long: a network of a hundred layers is loaded and compiled by a program that starts cold. */
const LIMIT_MS = 300_000;

/** The environment's Python; null where this machine has none. @throws SetupError where none can be made */
export async function preparePython(): Promise<string | null> {
  const system = process.env.PYTHON ?? 'python3';
  if (!(await execute(system, ['--version']).catch(() => null))) return null;
  const python = join(FOLDER, isWindows ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(python)) {
    say('Python: making a virtual environment …');
    const made = await run(system, ['-m', 'venv', FOLDER], { output: 'hide' });
    if (made.exitCode !== 0) throw new SetupError(`No virtual environment:\n${made.errorOutput}`);
  }
  return python;
}

/** What a file of requirements names. @throws SetupError where it does not install */
export async function installInto(python: string, requirements: string): Promise<void> {
  const { exitCode, errorOutput } = await run(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
    { output: 'hide' },
  );
  if (exitCode !== 0) throw new SetupError(`The Python packages did not install:\n${errorOutput}`);
}

/** What a program printed, and how it ended. */
export async function runPython(
  python: string,
  folder: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const env = { ...process.env, PYTHONUTF8: '1' };
  try {
    const { stdout } = await execute(python, [...args], { cwd: folder, env, timeout: LIMIT_MS });
    return { exitCode: 0, output: stdout };
  } catch (thrown) {
    const { code, stdout = '', stderr = '' } = thrown as { code?: number; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw thrown;
    return { exitCode: code, output: `${stdout}${stderr}` };
  }
}
