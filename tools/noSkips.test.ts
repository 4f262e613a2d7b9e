import { afterEach, describe, expect, it, vi } from 'vitest';
import { NoSkippedSpecs, NoSkippedTests, toComplaint } from './noSkips.ts';

const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
const exitCode = process.exitCode;
afterEach(() => {
  printed.mockClear();
  process.exitCode = exitCode;
});

it('toComplaint counts and names what was skipped, and has nothing to say of nothing', () => {
  expect(toComplaint([])).toBeNull();
  expect(toComplaint(['a', 'b'])).toBe('\n2 skipped, and none may be:\n  ↓ a\n  ↓ b');
});

describe('NoSkippedTests', () => {
  /** A run in which these tests of one file were skipped; asked for by name where there is a pattern. */
  function finish(skipped: readonly string[], testNamePattern?: RegExp) {
    const reporter = new NoSkippedTests();
    const allTests = (state: string) =>
      state === 'skipped' ? skipped.map((fullName) => ({ fullName })) : [];
    const module = { relativeModuleId: 'src/x.test.ts', children: { allTests } };
    reporter.onInit({ config: { testNamePattern } } as unknown as Parameters<typeof reporter.onInit>[0]);
    reporter.onTestRunEnd([module] as unknown as Parameters<typeof reporter.onTestRunEnd>[0], [], 'passed');
  }

  it('fails a run with a skipped test, and names it', () => {
    finish(['weighs 51 MB']);
    expect(process.exitCode).toBe(1);
    expect(printed.mock.lastCall?.[0]).toContain('src/x.test.ts > weighs 51 MB');
  });

  it('leaves a run alone in which none was, or in which tests were asked for by name', () => {
    finish([]);
    finish(['weighs 51 MB'], /other/);
    expect(process.exitCode).toBe(exitCode);
    expect(printed).not.toHaveBeenCalled();
  });
});

describe('NoSkippedSpecs', () => {
  async function finish(statuses: Readonly<Record<string, 'passed' | 'skipped'>>) {
    const reporter = new NoSkippedSpecs();
    for (const [title, status] of Object.entries(statuses)) {
      const test = { titlePath: () => ['', 'chromium', 'x.spec.ts', title] };
      reporter.onTestEnd(
        test as unknown as Parameters<typeof reporter.onTestEnd>[0],
        { status } as unknown as Parameters<typeof reporter.onTestEnd>[1],
      );
    }
    return reporter.onEnd({ status: 'passed', startTime: new Date(0), duration: 0 });
  }

  it('fails a run with a skipped test, and names it', async () => {
    expect(await finish({ trains: 'passed', flies: 'skipped' })).toEqual({ status: 'failed' });
    expect(printed.mock.lastCall?.[0]).toContain('chromium > x.spec.ts > flies');
    expect(printed.mock.lastCall?.[0]).not.toContain('trains');
  });

  it('leaves a run alone in which none was', async () => {
    expect(await finish({ trains: 'passed' })).toBeUndefined();
    expect(printed).not.toHaveBeenCalled();
  });
});
