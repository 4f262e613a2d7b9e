/** Speed and memory, ours and the plain TensorFlow.js way in one run: machines are noisy, the ratio is what counts. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import sirv from 'sirv';
import { build } from 'vite';
import type { OursBench, Prepared } from './bench/ours.ts';
import type { PlainBench } from './bench/plain.ts';
import { CHROMIUM_FLAGS, ensureChromium, SOFTWARE_WEBGPU_FLAGS } from './chromium.ts';
import { ensureOriginalModel, ORIGINAL_MODEL_DIR } from './originalModel.ts';
import { CACHE_DIR, ROOT, WEIGHTS_DIR } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';
import { setUp } from './setup.ts';

const BENCH_DIR = join(CACHE_DIR, 'bench');
const TENSORFLOW_DIR = join(ROOT, 'node_modules/@tensorflow');
const BACKENDS = ['webgpu', 'webgl', 'wasm', 'auto'] as const;
const MEMORY_EVERY_MS = 200;

interface Options {
  readonly backend: (typeof BACKENDS)[number];
  readonly rounds: number;
  readonly pictures: number;
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'wasm' },
      rounds: { type: 'string', default: '5' },
      pictures: { type: 'string', default: '12' },
      json: { type: 'boolean', default: false },
    },
  });
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend) throw new SetupError(`--backend is one of ${BACKENDS.join(', ')}`);
  const [rounds, pictures] = [Number(values.rounds), Number(values.pictures)];
  if (!(rounds >= 1 && pictures >= 1))
    throw new SetupError('--rounds and --pictures are whole numbers from 1');
  return { backend, rounds, pictures, json: values.json };
}

async function buildPages(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(ROOT, 'tools/bench'),
    base: './',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      outDir: BENCH_DIR,
      emptyOutDir: true,
      target: 'es2023',
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { input: ['ours', 'plain'].map((name) => join(ROOT, `tools/bench/${name}.html`)) },
    },
  });
}

/** The plain side is served cross-origin isolated, so that its backend may use all cores as threads. */
async function servePages(): Promise<{ url: string; close: () => void }> {
  const folders = {
    '/weights/resnet50/': sirv(WEIGHTS_DIR, { dev: true }),
    '/original/': sirv(ORIGINAL_MODEL_DIR, { dev: true }),
    '/tfjs/': sirv(join(TENSORFLOW_DIR, 'tfjs/dist'), { dev: true }),
    '/wasm/': sirv(join(TENSORFLOW_DIR, 'tfjs-backend-wasm/dist'), { dev: true }),
    '/webgpu/': sirv(join(TENSORFLOW_DIR, 'tfjs-backend-webgpu/dist'), { dev: true }),
    '/': sirv(BENCH_DIR, { dev: true }),
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const isIsolated = url.startsWith('/plain') || request.headers.referer?.includes('/plain');
    if (isIsolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    const [prefix, handle] = Object.entries(folders).find(([path]) => url.startsWith(path)) ?? [];
    if (!prefix || !handle) return void response.writeHead(404).end();
    request.url = `/${url.slice(prefix.length)}`;
    handle(request, response, () => void response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://localhost:${address.port}`, close: () => void server.close() };
}

/** Sum of the resident memory of a browser's page processes at its highest; null where /proc is not. */
async function watchMemory(browser: Browser): Promise<() => Promise<number | null>> {
  const session = await browser.newBrowserCDPSession();
  let peakBytes: number | null = null;
  const sample = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const sizes = processInfo
      .filter(({ type }) => type === 'renderer' || type === 'GPU')
      .map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
        return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
      });
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    if (total > 0) peakBytes = Math.max(peakBytes ?? 0, total);
  };
  const timer = setInterval(() => void sample().catch(() => clearInterval(timer)), MEMORY_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await sample();
    return peakBytes;
  };
}

type WithBench<Bench> = typeof globalThis & { bench: Bench };

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(message.text());
  });
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
  return page;
}

function prepareOurs(page: Page, backend: string): Promise<Prepared> {
  return page.evaluate((name) => (globalThis as WithBench<OursBench>).bench.prepare(name as 'wasm'), backend);
}

/** Two workers suffer more from a neighbour than one backend that waits for itself anyway: the ratio shrinks. */
function warnIfBusy(): void {
  const [busy = 0] = loadavg();
  if (busy > availableParallelism() / 2)
    say(`This machine is busy (load ${busy.toFixed(1)}): the ratios below are lower than on an idle one.`);
}

async function measure({ backend: wished, rounds, pictures }: Options, url: string, executablePath: string) {
  const args = [...CHROMIUM_FLAGS, ...(wished === 'webgpu' ? SOFTWARE_WEBGPU_FLAGS : [])];
  const browsers = await Promise.all([1, 2].map(() => chromium.launch({ executablePath, args })));
  const [ourBrowser, plainBrowser] = browsers as [Browser, Browser];
  try {
    const peakBytes = await watchMemory(ourBrowser);
    const ours = await openPage(ourBrowser, `${url}/ours.html`);
    say('Ours: weights and backend, first visit …');
    const cold = await prepareOurs(ours, wished);
    const { backend } = cold;
    await ours.reload();
    await ours.waitForFunction(() => 'bench' in globalThis);
    say('Ours: the same, second visit …');
    const warm = await prepareOurs(ours, wished);
    if (!warm.fromCache) throw new Error('the second visit fetched weights again');
    const plain = await openPage(plainBrowser, `${url}/plain.html`);
    const { threads } = await plain.evaluate(
      (name) => (globalThis as WithBench<PlainBench>).bench.prepare(name),
      backend,
    );
    say(`Backend ${backend}: ours with ${warm.workers} workers, plain with ${threads} threads`);

    const oursExtract = (count: number) =>
      ours.evaluate((n) => (globalThis as WithBench<OursBench>).bench.extract(n), count);
    const plainExtract = (count: number) =>
      plain.evaluate((n) => (globalThis as WithBench<PlainBench>).bench.extract(n), count);
    await oursExtract(4);
    await plainExtract(2);
    const extraction = { ours: [] as number[], plain: [] as number[] };
    const head = { ours: [] as number[], plain: [] as number[] };
    for (let round = 1; round <= rounds; round++) {
      extraction.ours.push(await oursExtract(pictures));
      extraction.plain.push(await plainExtract(pictures));
      head.ours.push(
        await ours.evaluate((name) => (globalThis as WithBench<OursBench>).bench.headEpoch(name), backend),
      );
      head.plain.push(await plain.evaluate(() => (globalThis as WithBench<PlainBench>).bench.headEpoch()));
      say(`Round ${round} of ${rounds} done`);
    }
    // Whatever else runs on the machine only adds time: the fastest round of each side says what it can do.
    const [oursPicture, plainPicture] = [Math.min(...extraction.ours), Math.min(...extraction.plain)];
    const [oursEpoch, plainEpoch] = [Math.min(...head.ours), Math.min(...head.plain)];
    return {
      extraction: {
        backend,
        secondsPerPicture: oursPicture,
        plainSecondsPerPicture: plainPicture,
        ratio: plainPicture / oursPicture,
      },
      head: {
        secondsPerEpochPer1000: oursEpoch,
        plainSecondsPerEpochPer1000: plainEpoch,
        ratio: plainEpoch / oursEpoch,
      },
      weights: { bytes: cold.weightBytes, secondsCold: cold.weightSeconds, secondsWarm: warm.weightSeconds },
      memory: { peakBytes: await peakBytes() },
    };
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
  }
}

function toTable({ extraction, head, weights, memory }: Awaited<ReturnType<typeof measure>>): string {
  const seconds = (value: number) => `${value.toFixed(3)} s`;
  const megabytes = (bytes: number | null) =>
    bytes === null ? 'not known here' : `${(bytes / 1e6).toFixed(0)} MB`;
  const rows = [
    ['', 'ours', 'plain tfjs', 'times faster'],
    [
      `features of a picture (${extraction.backend})`,
      seconds(extraction.secondsPerPicture),
      seconds(extraction.plainSecondsPerPicture),
      extraction.ratio.toFixed(2),
    ],
    [
      'head epoch, 1,000 pictures',
      seconds(head.secondsPerEpochPer1000),
      seconds(head.plainSecondsPerEpochPer1000),
      head.ratio.toFixed(2),
    ],
    [`weights, ${megabytes(weights.bytes)}: first visit`, seconds(weights.secondsCold), '', ''],
    ['weights: second visit', seconds(weights.secondsWarm), '', ''],
    ['memory at its highest', megabytes(memory.peakBytes), '', ''],
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

await runMain(async () => {
  const options = readOptions();
  await setUp();
  await ensureOriginalModel();
  const executablePath = await ensureChromium();
  warnIfBusy();
  await buildPages();
  const pages = await servePages();
  try {
    const result = await measure(options, pages.url, executablePath);
    say(`\n${toTable(result)}`);
    if (options.json) say(JSON.stringify(result));
  } finally {
    pages.close();
  }
});
