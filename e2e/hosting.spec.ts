/** Any static host will do, nothing is ever sent anywhere, and a damaged download is mended or named. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { serveDist } from '../tools/serve.ts';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';
import { serve, serveDamaged } from './pages/servers.ts';

/** The last one: by then the first are long there. */
const SHARD = 'backbone-12.bin';

test('from a sub-path: the app, the samples and the weights are found', async ({ page, smallSet, guard }) => {
  const server = await serveDist({ port: 0, basePath: '/sub/path/', isolated: false });
  const person = new Person(page);
  await person.open(server.url);
  await person.waitUntilOfflineReady();
  await page.getByRole('button', { name: 'Try the sample set' }).click();
  await person.expectAdded(269);
  await person.goTo('Use it');
  const guesses = await person.classify([join(smallSet, 'animals', 'noto_cat.png')]);
  expect(Object.keys(guesses['noto_cat.png'] ?? {})).toHaveLength(5);
  expect(guard.requests.filter((url) => url.endsWith('.bin')).length).toBeGreaterThanOrEqual(13);
  expect(guard.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
  await server.close();
});

test('the policy of the page lets nothing out', async ({ person, page, guard }) => {
  const policies = page.locator('meta[http-equiv="Content-Security-Policy"]');
  // The second one, of the page's own script, narrows the first: one frame and no other.
  await expect(policies).toHaveCount(2);
  const frames = `frame-src ${new URL('download.html', page.url()).href}`;
  await expect(policies.last()).toHaveAttribute('content', frames);
  const policy = await policies.first().getAttribute('content');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/script-src[^;]*(unsafe-inline|'unsafe-eval'|https?:|\*)/);
  expect(policy).not.toMatch(/connect-src[^;]*(https?:|\*)/);
  const received: string[] = [];
  const stranger = await serve((request, response) => {
    received.push(request.url ?? '');
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('got it');
  });
  const outcome = await page.evaluate(async (url) => {
    const sent = await fetch(`${url}picture`, { method: 'POST', body: 'a picture' }).then(
      () => 'sent',
      () => 'refused',
    );
    const shown = await new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('shown');
      image.onerror = () => resolve('refused');
      image.src = `${url}pixel`;
    });
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return { sent, shown, beacon: navigator.sendBeacon(`${url}beacon`, 'x'), ran: 'ran' in window };
  }, stranger.url);
  expect(outcome).toMatchObject({ sent: 'refused', shown: 'refused', ran: false });
  expect(received).toEqual([]);
  await stranger.close();
  // The guard must have seen all of it, else it is blind.
  expect(guard.takeProblems().length).toBeGreaterThanOrEqual(3);
  await person.goTo('Settings');
});

test('the policy as a header reaches the workers: they can send nothing anywhere either', async ({
  person,
  page,
  smallSet,
  guard,
}) => {
  const received: string[] = [];
  const stranger = await serve((request, response) => {
    received.push(request.url ?? '');
    const open = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    response.writeHead(200, open).end('got it');
  });
  await person.goTo('Use it');
  await person.classify([join(smallSet, 'animals', 'noto_cat.png')]);
  const workers = page.workers();
  expect(workers.length).toBeGreaterThanOrEqual(2);
  for (const worker of workers) {
    const sent = await worker.evaluate(
      (url) =>
        fetch(url, { method: 'POST', body: 'a picture' }).then(
          () => 'sent',
          () => 'refused',
        ),
      stranger.url,
    );
    expect(sent, worker.url()).toBe('refused');
  }
  expect(received).toEqual([]);
  await stranger.close();
  // What was refused is on the guard's list, as it should be.
  guard.takeProblems();
});

test('a part that arrives damaged is fetched again', async ({ page, smallSet }) => {
  const server = await serveDamaged(SHARD, 1);
  const person = new Person(page);
  await person.open(`${server.url}#/classify`);
  const guesses = await person.classify([join(smallSet, 'animals', 'noto_cat.png')]);
  expect(Object.keys(guesses['noto_cat.png'] ?? {})).toHaveLength(5);
  expect(server.asked()).toBe(2);
  await server.close();
});

test('a part that stays damaged is named, and what has arrived is kept', async ({
  page,
  smallSet,
  guard,
}) => {
  const server = await serveDamaged(SHARD, 2);
  const person = new Person(page);
  await person.open(server.url);
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  await person.goTo('Train');
  await person.setAdvanced({ 'Rounds at most (epochs)': 2 });
  await person.pressTrain();
  const message = page.getByRole('alert').filter({ hasText: 'arrived damaged, twice' });
  await expect(message).toBeVisible({ timeout: 60_000 });
  await message.getByText('Technical details').click();
  await expect(message).toContainText(SHARD);
  const before = guard.requests.length;
  await message.getByRole('button', { name: 'Try again' }).click();
  await person.expectResult();
  const again = guard.requests.slice(before).filter((url) => url.endsWith(`/${SHARD}`));
  expect(again).toHaveLength(1);
  expect(guard.requests.slice(before).filter((url) => url.endsWith('/backbone-01.bin'))).toEqual([]);
  await server.close();
});
