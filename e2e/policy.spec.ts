/** The policy holds wherever code runs, on a host that sends no header at all; and what left the origin is counted. */
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { DIST_DIR } from '../tools/paths.ts';
import { serveBare } from './pages/bareHost.ts';
import { test } from './pages/fixtures.ts';
import { chooseFromScratch } from './pages/networks.ts';
import { Person } from './pages/person.ts';
import { serve, type TestServer } from './pages/servers.ts';
import { evaluateInServiceWorker } from './pages/serviceWorkerConsole.ts';
import { expectEpoch } from './pages/tiny.ts';

/** Somebody who would take whatever comes, and notes it. */
async function serveStranger(): Promise<TestServer & { readonly received: readonly string[] }> {
  const received: string[] = [];
  const server = await serve((request, response) => {
    received.push(request.url ?? '');
    const open = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    response.writeHead(200, { ...open, 'Content-Type': 'text/javascript' }).end('export const got = 1');
  });
  return { ...server, received };
}

/** Each worker's ways out, tried in it by its name: what came of them. */
async function tryInWorkers(page: Page, elsewhere: string): Promise<Record<string, Record<string, string>>> {
  const outcomes: Record<string, Record<string, string>> = {};
  for (const worker of page.workers()) {
    const [name, outcome] = await worker.evaluate(async (url) => {
      const tryOut = (deed: () => Promise<unknown>) =>
        deed().then(
          () => 'done',
          () => 'refused',
        );
      // In a task of its own: what the debugger evaluates may use eval, whatever the policy says.
      const tryLater = (deed: () => unknown) => {
        const later = async () => await deed();
        return tryOut(
          () => new Promise((resolve, reject) => setTimeout(() => void later().then(resolve, reject))),
        );
      };
      const found = {
        sent: await tryOut(() => fetch(url, { method: 'POST', body: 'a picture' })),
        sentBlindly: await tryOut(() => fetch(url, { method: 'POST', body: 'a picture', mode: 'no-cors' })),
        sentByDetour: await tryOut(() => fetch(new URL('/away', self.origin))),
        loaded: await tryLater(() => import(`${url}module.js`)),
        // biome-ignore lint/security/noGlobalEval: the policy must forbid it
        ran: await tryLater(() => globalThis.eval('1')),
        made: await tryLater(() => new Function('return 1')()),
      };
      return [self.name, found] as const;
    }, elsewhere);
    outcomes[name] = outcome;
  }
  return outcomes;
}

interface FrameTry {
  /** The frame that downloads says that it listens. */
  readonly isReady: boolean;
  /** The policy of the page did not let it be shown. */
  readonly isForbidden: boolean;
  /** What came of asking `elsewhere` from within. */
  readonly way: 'done' | 'refused' | 'not reached';
}

/** What a script of the page that was tampered with could try: a frame without a sandbox, to reach into. */
function tryThroughFrame(page: Page, address: string, elsewhere: string): Promise<FrameTry> {
  return page.evaluate(
    async ([src, url]) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      let isReady = false;
      let isForbidden = false;
      const hear = ({ source }: MessageEvent) => {
        if (source === frame.contentWindow) isReady = true;
      };
      const refuse = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
        if (effectiveDirective === 'frame-src') isForbidden = true;
      };
      window.addEventListener('message', hear);
      document.addEventListener('securitypolicyviolation', refuse);
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      // What was said before it had loaded is heard after.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const inside = frame.contentDocument
        ? (frame.contentWindow as (Window & typeof globalThis) | null)
        : null;
      const way = inside
        ? await inside.fetch(url, { method: 'POST', body: 'a picture', mode: 'no-cors' }).then(
            () => 'done' as const,
            () => 'refused' as const,
          )
        : ('not reached' as const);
      window.removeEventListener('message', hear);
      document.removeEventListener('securitypolicyviolation', refuse);
      frame.remove();
      return { isReady, isForbidden, way };
    },
    [address, elsewhere] as const,
  );
}

/** An expression that tries a service worker's ways out. */
function tryOutOf(elsewhere: string): string {
  const ways = {
    sent: `fetch(url, { method: 'POST', body: 'a picture' })`,
    sentBlindly: `fetch(url, { method: 'POST', body: 'a picture', mode: 'no-cors' })`,
    sentAsRequest: `fetch(new Request(url, { mode: 'no-cors' }))`,
    sentByDetour: `fetch(new URL('/away', location.origin))`,
    sentByTheScope: `ServiceWorkerGlobalScope.prototype.fetch.call(self, url)`,
    cached: `caches.open('x').then((cache) => cache.add(url))`,
    socket: `new Promise((resolve) => (new WebSocket(url.replace('http', 'ws')).onopen = resolve))`,
    events: `new Promise((resolve) => (new EventSource(url).onopen = resolve))`,
    font: `new FontFace('x', 'url(' + url + ')').load()`,
    script: `importScripts(url)`,
    module: `import(url)`,
    window: `clients.openWindow(url)`,
    notice: `registration.showNotification('x', { icon: url })`,
    ran: `eval('1')`,
    ranIndirectly: `(0, eval)('1')`,
    made: `new Function('return 1')()`,
    madeByItsKind: `(() => 0).constructor('return 1')()`,
    madeAsync: `(async () => 0).constructor('return 1')()`,
    timer: `new Promise((resolve) => { self.done = resolve; setTimeout('self.done()', 0); })`,
    interval: `setInterval('1', 1)`,
  };
  const tried = Object.entries(ways).map(
    ([name, deed]) => `${name}: await tryOut(async () => ${deed.startsWith('{') ? deed : `(${deed})`})`,
  );
  return `(async () => {
    const url = ${JSON.stringify(elsewhere)};
    const tryOut = (deed) => deed().then(() => 'done', () => 'refused');
    return { ${tried.join(',\n')} };
  })()`;
}

test('no worker reaches another address or runs text as code, though the host sends no policy', async ({
  page,
  browser,
  smallSet,
  guard,
}) => {
  const stranger = await serveStranger();
  const host = await serveBare({
    '/away': (response) => response.writeHead(302, { Location: stranger.url }).end(),
  });
  const person = new Person(page);
  await person.open(host.url);
  await person.waitUntilOfflineReady();
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  await person.goTo('Use it');
  await person.classify([join(smallSet, 'animals', 'noto_cat.png')]);
  // Those that train are there as long as a training goes on.
  await person.goTo('Train');
  await chooseFromScratch(person, 'Plain CNN', 28);
  await person.setAdvanced({ 'Rounds at most (epochs)': 1000 }, false);
  await person.pressTrain();
  await expectEpoch(page, 1);

  await test.step('the workers', async () => {
    const outcomes = await tryInWorkers(page, stranger.url);
    expect(Object.keys(outcomes).sort()).toEqual(['engine', 'extractor', 'intake', 'reader', 'trainer']);
    for (const [name, outcome] of Object.entries(outcomes))
      for (const [way, what] of Object.entries(outcome)) expect(what, `${name}: ${way}`).toBe('refused');
  });

  await test.step('the service worker', async () => {
    const outcome = await evaluateInServiceWorker(
      browser,
      new URL('sw.js', host.url).href,
      tryOutOf(stranger.url),
    );
    for (const [way, what] of Object.entries(outcome as Record<string, string>))
      expect(what, way).toBe('refused');
    // It can still do what it is for.
    const own = await evaluateInServiceWorker(
      browser,
      new URL('sw.js', host.url).href,
      "fetch('./index.html').then(({ status }) => status)",
    );
    expect(own).toBe(200);
  });
  await test.step('the frame that downloads', async () => {
    // Whoever leaves the sandbox out gets one all the same: the service worker sends it as a header.
    expect(await tryThroughFrame(page, 'download.html', stranger.url)).toEqual({
      isReady: true,
      isForbidden: false,
      way: 'not reached',
    });
    // On a host without headers these have no policy of their own, or one that is read late.
    for (const other of ['sw.js', 'manifest.webmanifest', 'index.html', './', 'assets/', 'download.html/x'])
      expect(await tryThroughFrame(page, other, stranger.url), other).toEqual({
        isReady: false,
        isForbidden: true,
        way: 'not reached',
      });
  });
  expect(stranger.received).toEqual([]);
  await test.step('the count', async () => {
    await person.goTo('Settings');
    const privacy = page.getByRole('region', { name: 'Privacy' });
    await expect(privacy.getByRole('status')).toHaveText(/^0 requests have left/);
    // In each of five workers two requests, a detour, a module and two texts; one more in the service worker is enough.
    const refusals = async () =>
      Number.parseInt(/refused (\d+) tr/.exec(await privacy.innerText())?.[1] ?? '', 10);
    await expect.poll(refusals).toBeGreaterThan(5 * 6);
  });
  await test.step('the frame that downloads, once somebody has sent the service worker away', async () => {
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.unregister());
    expect(await tryThroughFrame(page, 'download.html', stranger.url)).toEqual({
      isReady: false,
      isForbidden: false,
      way: 'refused',
    });
    expect(await tryThroughFrame(page, 'sw.js', stranger.url)).toMatchObject({ way: 'not reached' });
    expect(stranger.received).toEqual([]);
  });
  // What was refused may be on the guard's list, as it should be.
  guard.takeProblems();
  await host.close();
  await stranger.close();
});

test('the count in the settings is of what leaves: where a host loosens the policy, it shows it', async ({
  page,
  smallSet,
  guard,
}) => {
  const stranger = await serveStranger();
  const html = await readFile(join(DIST_DIR, 'index.html'), 'utf8');
  const loose = html.replace("connect-src 'self' blob:", 'connect-src *');
  expect(loose).not.toBe(html);
  const answer = (response: ServerResponse) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(loose);
  const host = await serveBare({ '/': answer, '/index.html': answer });
  const person = new Person(page);
  await person.open(host.url);
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  const outcomes = await tryInWorkers(page, stranger.url);
  expect(outcomes).toMatchObject({
    intake: { sent: 'done', sentBlindly: 'done', loaded: 'refused', ran: 'refused' },
  });
  await page.evaluate((url) => fetch(`${url}from-the-page`), stranger.url);
  await person.goTo('Settings');
  const privacy = page.getByRole('region', { name: 'Privacy' });
  // Two of the worker and one of the page; what was refused has not left.
  await expect(privacy.getByRole('status')).toHaveText(/^3 requests have left/);
  await expect(privacy.getByRole('list', { name: 'Addresses that were asked' })).toHaveText(
    new URL(stranger.url).host,
  );
  expect(stranger.received).toHaveLength(3);
  guard.takeProblems();
  await host.close();
  await stranger.close();
});
