import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, resolve, sep } from 'node:path';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium, SOFTWARE_WEBGPU_FLAGS } from './tools/chromium.ts';
import { LongFirst } from './tools/longFirst.ts';
import { NoSkippedTests } from './tools/noSkips.ts';
import { versionDefines } from './tools/version.ts';

const SHARED_DIR = resolve(import.meta.dirname, '../shared');

/** Lets browser tests read more data beside the project, where there is any; 404 where there is not. An extra, no more. */
function serveShared(): Plugin {
  return {
    name: 'serve-shared',
    configureServer(server) {
      server.middlewares.use('/__shared__', (request, response) => {
        const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
        const file = resolve(join(SHARED_DIR, path));
        if (!file.startsWith(SHARED_DIR + sep) || !existsSync(file) || !statSync(file).isFile()) {
          response.writeHead(404).end();
          return;
        }
        const type = extname(file) === '.json' ? 'application/json' : 'application/octet-stream';
        response.writeHead(200, { 'Content-Type': type, 'Content-Length': statSync(file).size });
        createReadStream(file).pipe(response);
      });
    },
  };
}

/** Vitest's page is not isolated; what is shared between workers is tried on it all the same. */
const SHARED_MEMORY_FLAGS = ['--enable-features=SharedArrayBuffer'];

const executablePath = findChromium();

export default defineConfig({
  worker: { format: 'es' },
  define: versionDefines(),
  test: {
    globalSetup: 'tools/requireSetUp.ts',
    reporters: ['default', new NoSkippedTests()],
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: ['**/*.browser.test.{ts,tsx}'],
          // One fewer is usual; the one that is left to the runner stands idle.
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        plugins: [react(), serveShared()],
        // Found one by one while tests run, they would make the page reload in the middle of a test.
        optimizeDeps: {
          include: [
            '@petamoriken/float16',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-webgl',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-core',
            '@zip.js/zip.js',
            'hyparquet',
            'hyparquet-compressors',
            'idb',
            'modern-tar',
            'react-dom/client',
            'zod',
          ],
        },
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.{ts,tsx}'],
          testTimeout: 120_000,
          // Each worker has a browser context, and so a database, of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath === null ? {} : { executablePath }),
                args: [...CHROMIUM_FLAGS, ...SOFTWARE_WEBGPU_FLAGS, ...SHARED_MEMORY_FLAGS],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
