import { defineConfig, type ReporterDescription } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium, SOFTWARE_WEBGPU_FLAGS } from './tools/chromium.ts';

const PORT = Number(process.env.E2E_PORT ?? 4174);
const executablePath = findChromium();
const isCi = Boolean(process.env.CI);

function launchOptions(moreFlags: readonly string[] = []) {
  return {
    ...(executablePath === null ? {} : { executablePath }),
    args: [
      ...CHROMIUM_FLAGS,
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...moreFlags,
    ],
  };
}

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: isCi,
  // A busy build machine may stumble once; what needed a second try is reported as flaky.
  retries: isCi ? 1 : 0,
  // A browser that trains leaves a second core idle for half of its time: it loads, waits and draws.
  workers: 2,
  reporter: [
    ['list'],
    ['./tools/noSkips.ts'],
    ...(isCi ? ([['html', { open: 'never' }]] satisfies ReporterDescription[]) : []),
  ],
  use: {
    baseURL: `http://localhost:${PORT}/`,
    locale: 'en-US',
    // A control that is not there fails its own step, not the whole test two minutes later.
    actionTimeout: 20_000,
    // A trace takes a third of all the time that a test computes.
    trace: isCi ? 'on-first-retry' : 'retain-on-failure',
    permissions: ['camera'],
  },
  webServer: {
    command: 'node --import tsx tools/serve.ts',
    url: `http://localhost:${PORT}/`,
    env: { PORT: String(PORT) },
    // A server left over might serve an older build.
    reuseExistingServer: false,
  },
  projects: [
    {
      name: 'chromium',
      testIgnore: '*.gpu.spec.ts',
      use: { browserName: 'chromium', launchOptions: launchOptions() },
    },
    {
      name: 'webgpu-software',
      testMatch: '*.gpu.spec.ts',
      use: { browserName: 'chromium', launchOptions: launchOptions(SOFTWARE_WEBGPU_FLAGS) },
    },
  ],
});
