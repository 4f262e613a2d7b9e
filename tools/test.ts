/** `npm test`: every check there is, in the order in which they are cheap, stopping at the first that fails. */
import { ensureChromium } from './chromium.ts';
import { isMain } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';
import { runNpm } from './spawn.ts';

interface Step {
  readonly title: string;
  /** @throws SetupError if the check fails. */
  readonly check: () => Promise<unknown>;
}

/** @param names of scripts that run side by side */
function script(title: string, ...names: readonly string[]): Step {
  const run = async (name: string) => {
    const { exitCode } = await runNpm(['run', '--silent', name]);
    return exitCode === 0 ? [] : [`"npm run ${name}"`];
  };
  return {
    title,
    check: async () => {
      const failed = (await Promise.all(names.map(run))).flat();
      if (failed.length > 0)
        throw new SetupError(`${failed.join(' and ')} failed; what was wrong stands above.`);
    },
  };
}

const STEPS: readonly Step[] = [
  { title: 'Chromium', check: ensureChromium },
  script('set-up', 'setup'),
  script(
    'lint, import rules, type check',
    ...['lint', 'imports', 'typecheck:page', 'typecheck:worker', 'typecheck:tools'],
  ),
  script('unit tests', 'test:unit'),
  script('build', 'build'),
  script('e2e', 'test:e2e'),
];

async function test(): Promise<void> {
  const summary: string[] = [];
  for (const { title, check } of STEPS) {
    say(`\n── ${title}`);
    const startedMs = performance.now();
    const line = (mark: string) =>
      `${mark} ${title.padEnd(31)} ${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    try {
      await check();
      summary.push(line('✓'));
    } catch (error) {
      summary.push(line('✗'));
      console.error(error instanceof SetupError ? `\n${error.message}` : error);
      say(`\n${summary.join('\n')}\n\n${summary.length - 1} steps passed, 1 failed`);
      process.exitCode = 1;
      return;
    }
  }
  say(`\n${summary.join('\n')}\n\n${STEPS.length} steps passed, 0 failed`);
}

if (isMain(import.meta.url)) await runMain(test);
