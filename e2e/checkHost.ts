/**
 * Tells of any address at which the app is served what that host gives it and what it lacks, by using it:
 * `npx tsx e2e/checkHost.ts https://headstart.example.org/`. Ends with 1 if something is lacking.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../tools/chromium.ts';
import { headersOf } from '../tools/hostHeaders.ts';
import { ROOT } from '../tools/paths.ts';
import { runMain, SetupError, say } from '../tools/say.ts';
import { askForDownload } from './pages/networks.ts';
import { Person } from './pages/person.ts';
import { serve } from './pages/servers.ts';

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  json: 'application/json',
};

let lacking = 0;

function report(what: string, isRight: boolean, found: unknown): void {
  if (!isRight) lacking += 1;
  say(`${isRight ? '✓' : '✗'} ${what}${isRight ? '' : `: ${String(found)}`}`);
}

/** Headers of one file, as the host sends them to anybody. */
async function checkFile(url: string, html: string): Promise<void> {
  const { status, headers } = await fetch(url);
  const { pathname } = new URL(url);
  const wanted = headersOf(pathname, html);
  const missing = Object.entries(wanted).filter(([name, value]) => headers.get(name) !== value);
  report(
    `${pathname}: ${status}, headers`,
    status === 200 && missing.length === 0,
    missing.map(([name]) => name),
  );
  const type = TYPES[pathname.split('.').at(-1) ?? ''];
  const sent = headers.get('Content-Type');
  if (type !== undefined) report(`${pathname}: ${type}`, sent?.startsWith(type) === true, sent);
  const cache = headers.get('Cache-Control') ?? 'no Cache-Control';
  const isHashed = /\/assets\/[^/]+$/.test(pathname);
  report(`${pathname}: caching`, cache.includes(isHashed ? 'immutable' : 'no-cache'), cache);
  const revalidated = await fetch(url, { headers: { 'If-None-Match': headers.get('ETag') ?? '""' } });
  report(`${pathname}: unchanged since`, revalidated.status === 304, revalidated.status);
}

/** Whether the worker's own policy keeps it from speaking to anybody else. */
async function checkWorkers(page: Page): Promise<void> {
  const stranger = await serve((_, response) => {
    response.writeHead(200, {
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end('got it');
  });
  for (const worker of page.workers()) {
    const found = await worker.evaluate(async (url) => {
      const sent = await fetch(url).then(
        () => 'sent',
        () => 'refused',
      );
      return { sent, isolated: crossOriginIsolated, name: self.name };
    }, stranger.url);
    const { name } = found;
    report(`worker ${name}: cross-origin isolated`, found.isolated, found.isolated);
    report(`worker ${name}: may not send to elsewhere`, found.sent === 'refused', found.sent);
  }
  report('workers were there to be asked', page.workers().length > 0, page.workers().length);
  await stranger.close();
}

/** Whether a download could be asked for: the dialog is opened, and nothing is fetched. */
async function opensDownloadFrame(page: Page): Promise<boolean> {
  const person = new Person(page);
  await person.goTo('Train');
  const frame = await askForDownload(person, 'https://example.org/weights.safetensors');
  // It works once it has been seen for a while.
  const button = frame.getByRole('button', { name: 'Download', disabled: false });
  const opens = await button.waitFor({ timeout: 15_000 }).then(
    () => true,
    () => false,
  );
  await page.keyboard.press('Escape');
  return opens;
}

async function checkUse(person: Person): Promise<void> {
  const { page } = person;
  await page.getByRole('button', { name: 'Try the sample set' }).click();
  await person.expectAdded(269);
  await person.goTo('Train');
  await person.setAdvanced({ 'Rounds at most (epochs)': 10, 'Starting point of chance (seed)': 1 });
  await person.pressTrain();
  await person.expectResult(300_000);
  const accuracy = await person.accuracy();
  report(`the sample set trains: test accuracy ${accuracy}`, accuracy >= 0.85, accuracy);
}

async function check(context: BrowserContext, address: string): Promise<void> {
  const html = await readFile(join(ROOT, 'index.html'), 'utf8');
  const requests = new Set<string>();
  const problems: string[] = [];
  context.on('request', (request) => requests.add(request.url().split(/[?#]/)[0] ?? ''));
  context.on('weberror', (webError) => problems.push(webError.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const page = await context.newPage();
  const person = new Person(page);
  await person.open(address);
  report('the app opens', true, '');
  const isIsolated = () => page.evaluate(() => crossOriginIsolated);
  report('the page is cross-origin isolated', await isIsolated(), false);
  await checkUse(person);
  report('nothing went wrong on the page', problems.length === 0, problems.join('\n  '));
  // Before the workers are told to ask elsewhere.
  const elsewhere = [...requests].filter((url) => /^(http|ws)/.test(url) && !url.startsWith(address));
  report('nothing but this address was asked', elsewhere.length === 0, elsewhere);
  await checkWorkers(page);
  report('the frame that downloads opens', await opensDownloadFrame(page), 'its button is not there');
  await page.reload();
  const isControlled = await page.evaluate(() => navigator.serviceWorker?.controller !== null);
  report('opened again, out of the service worker', isControlled, 'no service worker');
  report('… cross-origin isolated as before', await isIsolated(), false);

  const origin = [...requests].filter((url) => url.startsWith(address));
  const last = (pattern: RegExp) => origin.filter((url) => pattern.test(url)).at(-1);
  const files = [/\.worker-[^/]+\.js$/, /\.wasm$/, /\.css$/, /\.bin$/, /\/weights\/.*\.json$/].map(last);
  const named = ['', 'download.html', 'sw.js', 'manifest.webmanifest'].map(
    (file) => new URL(file, address).href,
  );
  for (const url of [...named, ...files]) {
    if (url === undefined)
      report('worker, wasm, style sheet and weights were asked for', false, 'one was not');
    else await checkFile(url, html);
  }
  const missing = await fetch(new URL('assets/no-such-file.js', address));
  const kept = missing.headers.get('Cache-Control') ?? '';
  report('a missing file is a 404, not kept', missing.status === 404 && !kept.includes('immutable'), kept);
}

await runMain(async () => {
  const address = process.argv[2] ?? '';
  if (!URL.canParse(address) || !address.endsWith('/'))
    throw new SetupError('Give the address of the app, with a slash at its end.');
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS],
  });
  try {
    await check(await browser.newContext({ locale: 'en-US' }), address);
  } finally {
    await browser.close();
  }
  say(lacking === 0 ? '\nNothing is lacking.' : `\n${lacking} things are lacking.`);
  if (lacking > 0) process.exitCode = 1;
});
