/** Bounded, whatever comes in: a drawing without an end and model files that lie are named at once, and nothing stands still. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Metrics } from '../src/domain/metrics.ts';
import { format } from '../src/formats/tfjs/format.ts';
import type { TfjsModelJson } from '../src/formats/tfjs/schema.ts';
import { readContent, withJson, writeContent } from '../src/testing/formats/mutatedModelZips.ts';
import { packageOf } from '../src/testing/formats/packages.ts';
import { nestedUse, svgOf } from '../src/testing/page/hostileSvg.ts';
import { writeFiles } from './pages/pictures.ts';
import { test } from './pages/tiny.ts';

type Watched = Window & { longestGapMs?: number };

/** Notes how long the page ever takes to get to a timer. Returns a function that reads it, ms. */
async function watchPage(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    let lastMs = performance.now();
    setInterval(() => {
      const noted = window as Watched;
      noted.longestGapMs = Math.max(noted.longestGapMs ?? 0, performance.now() - lastMs);
      lastMs = performance.now();
    }, 50);
  });
  // One that never got to its timer at all has answered nothing.
  return () => page.evaluate(() => (window as Watched).longestGapMs ?? Number.POSITIVE_INFINITY);
}

test('a drawing of ten million circles is named, the others are added, and the page answers all the while', async ({
  person,
  page,
  folder,
}) => {
  const disc = (cx: number) => Buffer.from(svgOf(`<circle cx="${cx}" cy="50" r="${cx / 2}" fill="teal"/>`));
  const endless = nestedUse(7);
  expect(endless.length).toBeLessThan(2_000);
  await writeFiles(join(folder, 'drawings'), {
    'discs/one.svg': disc(30),
    'discs/endless.svg': Buffer.from(endless),
    'discs/two.svg': disc(40),
    'more/three.svg': disc(50),
  });
  const longestGapMs = await watchPage(page);
  await person.addFolder(join(folder, 'drawings'));
  await person.expectAdded(3);
  await page.getByRole('button', { name: /^Files left out/ }).click();
  const line = page.getByRole('list', { name: 'Files left out' }).getByRole('listitem');
  await expect(line).toHaveCount(1);
  await expect(line).toContainText('endless.svg');
  await expect(line).toContainText(
    'The drawing (SVG) is too complicated to be drawn safely. Save it as PNG.',
  );
  expect(await person.counts()).toEqual({ discs: 2, more: 1 });
  expect(await longestGapMs()).toBeLessThan(3_000);
});

test('model files that lie end in one sentence each, and nothing of them is kept', async ({
  tiny,
  folder,
}) => {
  // The engine starts with the first file; on a busy machine that takes a while.
  test.setTimeout(240_000);
  const { page, main } = tiny;
  const content = await readContent(await packageOf(format));
  const shard = content.get('group1-shard1of1.bin')?.slice() ?? new Uint8Array();
  new DataView(shard.buffer).setFloat32(shard.length - 4, Number.NaN, true);
  const files = [
    [
      'weights that are no numbers',
      writeContent(new Map([...content, ['group1-shard1of1.bin', shard]])),
      /^Some weights in this model file are no numbers/,
    ],
    [
      'a padding of 100,000',
      withJson(content, 'model.json', (model: TfjsModelJson) => {
        const { layers } = model.modelTopology.model_config.config;
        const zeros = layers.find(({ class_name }) => class_name === 'ZeroPadding2D');
        const margin = [100_000, 100_000];
        Object.assign(zeros?.config ?? {}, { padding: [margin, margin] });
      }),
      /^This model file asks for more memory or time than a browser has/,
    ],
    [
      'a confusion matrix that is not of its classes',
      withJson(content, 'headstart.json', ({ metrics }: { metrics: { test: Metrics } }) => {
        const confusion = Array.from({ length: 1_500 }, () => new Array<number>(1_500).fill(0));
        Object.assign(metrics.test, { confusion });
      }),
      /^What this model file says of its results does not fit its classes/,
    ],
  ] as const;
  await tiny.goTo('My models');
  const longestGapMs = await watchPage(page);
  for (const [what, made, sentence] of files) {
    await test.step(what, async () => {
      const file = join(folder, 'model.zip');
      await writeFile(file, Buffer.from(await (await made).arrayBuffer()));
      const chooser = page.waitForEvent('filechooser');
      await main.getByRole('button', { name: 'Open a model file', exact: true }).click();
      await (await chooser).setFiles(file);
      const alert = main.getByRole('alert').filter({ hasText: sentence });
      await expect(alert).toBeVisible({ timeout: 120_000 });
      await expect(main.getByText('There is no model yet.')).toBeVisible();
    });
  }
  expect(await longestGapMs()).toBeLessThan(3_000);
});
