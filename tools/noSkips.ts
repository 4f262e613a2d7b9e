/** A run in which a test was skipped fails: what is not run is not tested, however green the last line. */
import type { Reporter as PlaywrightReporter } from '@playwright/test/reporter';
import type { Reporter as VitestReporter } from 'vitest/node';

/** What to print; null where no test was skipped. */
export function toComplaint(skipped: readonly string[]): string | null {
  if (skipped.length === 0) return null;
  const names = skipped.map((name) => `  ↓ ${name}`);
  return `\n${skipped.length} skipped, and none may be:\n${names.join('\n')}`;
}

/** For Vitest. Where a person asks for tests by name (`-t`), the others count as skipped, and rightly. */
export class NoSkippedTests implements VitestReporter {
  private isByName = false;

  onInit: NonNullable<VitestReporter['onInit']> = ({ config }) => {
    this.isByName = config.testNamePattern !== undefined;
  };

  onTestRunEnd: NonNullable<VitestReporter['onTestRunEnd']> = (modules) => {
    if (this.isByName) return;
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map(
        ({ fullName }) => `${module.relativeModuleId} > ${fullName}`,
      ),
    );
    const complaint = toComplaint(skipped);
    if (complaint === null) return;
    console.error(complaint);
    process.exitCode = 1;
  };
}

/** For Playwright. */
export class NoSkippedSpecs implements PlaywrightReporter {
  private readonly skipped: string[] = [];

  onTestEnd: NonNullable<PlaywrightReporter['onTestEnd']> = (test, { status }) => {
    if (status === 'skipped') this.skipped.push(test.titlePath().filter(Boolean).join(' > '));
  };

  onEnd: NonNullable<PlaywrightReporter['onEnd']> = async () => {
    const complaint = toComplaint(this.skipped);
    if (complaint === null) return undefined;
    console.error(complaint);
    return { status: 'failed' };
  };
}

// biome-ignore lint/style/noDefaultExport: Playwright takes a reporter by the default export of its file.
export default NoSkippedSpecs;
