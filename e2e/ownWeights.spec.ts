/** Weights of another program: fetched or brought as a file, learned over, used, kept over a reload, taken away again. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { backbone } from '../src/network/backbones/plain-cnn/backbone.ts';
import { madeSafetensors } from '../src/testing/weights/madeSafetensors.ts';
import { keptBackbones, shownModel } from './pages/kept.ts';
import { addWeights, askForDownload, showNetworks } from './pages/networks.ts';
import { servePublicHost } from './pages/publicHost.ts';
import { test } from './pages/tiny.ts';

const NAMES = ['green', 'purple', 'red'];

test('a network whose weights are fetched learns, answers after a reload, and can be removed', async ({
  tiny,
  discs,
  guard,
}, testInfo) => {
  // Several lives of an app one after the other, on a machine that may be busy.
  test.slow();
  const { page, main } = tiny;
  const bytes = new Uint8Array(await madeSafetensors(backbone.buildNodes()).arrayBuffer());
  const host = await servePublicHost(bytes);
  await tiny.goTo('Train');
  await test.step('nothing reaches the address but its frame, and that reaches nothing else', async () => {
    const frame = await askForDownload(tiny, `${host.url}slow.safetensors`);
    const button = frame.getByRole('button', { name: 'Download' });
    await expect(button).toBeEnabled();
    // What a script could try: to ask by itself, to reach into the frame, to press in place of the person.
    const tries = await page.evaluate(async (url) => {
      const asked = await fetch(url).then(
        () => 'done',
        () => 'refused',
      );
      return [asked, document.querySelector('iframe')?.contentDocument ?? 'refused'];
    }, `${host.url}slow.safetensors`);
    expect(tries).toEqual(['refused', 'refused']);
    await button.evaluate((element: HTMLElement) => element.click());
    await expect(button).toBeEnabled();
    // Dialog and frame, while both are open.
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
    // A trap: the button lies under something that lets presses through, or cannot be seen.
    const { x = 0, y = 0, width = 0, height = 0 } = (await button.boundingBox()) ?? {};
    for (const trap of ['cover', 'transparent'] as const) {
      await page.evaluate((kind) => {
        const cover = document.createElement('div');
        cover.id = 'cover';
        cover.style.cssText = 'position:fixed;inset:0;z-index:9999;background:#fff;pointer-events:none';
        if (kind === 'cover') document.body.append(cover);
        else document.querySelector('iframe')?.style.setProperty('opacity', '0.01');
      }, trap);
      await expect(button).toBeDisabled();
      await page.mouse.click(x + width / 2, y + height / 2);
      await expect(frame.getByRole('status')).toContainText('nothing lies over them');
      await page.evaluate(() => {
        document.querySelector('#cover')?.remove();
        document.querySelector('iframe')?.style.removeProperty('opacity');
      });
      await expect(button).toBeEnabled();
      await expect(frame.getByRole('status')).toBeEmpty();
    }
    expect(host.asked).toEqual([]);
    await button.click();
    const bar = main.getByRole('progressbar', { name: /^Downloading slow\.safetensors from localhost/ });
    await expect(bar).toHaveAttribute('aria-valuetext', / kB \/ \d+(\.\d)? MB/);
    await expect(main.getByRole('button', { name: 'Cancel', exact: true })).toBeFocused();
    const others = ['other.safetensors', 'slow.safetensors/more', 'slow', ''].map((path) => host.url + path);
    const outcomes = await page.frame({ url: /\/download\.html$/ })?.evaluate(
      (urls) =>
        Promise.all(
          urls.map((url) =>
            fetch(url, { method: 'POST', body: 'a picture', mode: 'no-cors' }).then(
              () => 'done',
              () => 'refused',
            ),
          ),
        ),
      [...others, page.url()],
    );
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
    await main.getByRole('button', { name: 'Cancel', exact: true }).click();
    await host.slowOneEnded;
    await expect(bar).toBeHidden();
    expect(host.asked).toEqual([{ path: '/slow.safetensors', origin: 'null', referer: '', cookie: '' }]);
    expect(await keptBackbones(page)).toEqual([]);
  });
  await test.step('what cannot be fetched is told', async () => {
    const refused = (path: string) => expect(addWeights(tiny, host.url + path)).rejects;
    await refused('closed.safetensors').toThrow('lets no other site read its files');
    await refused('away.safetensors').toThrow('leads on to another server');
    await refused('missing.safetensors').toThrow('answered with 404');
    await refused('resnet18-f37072fd.pth').toThrow('not the file that is published under this name');
    expect(await keptBackbones(page)).toEqual([]);
    // The probe of its policy and what was tried above.
    guard.takeProblems();
  });
  expect(await addWeights(tiny, `${host.url}packed.safetensors?download=true`)).toBe(
    'Plain CNN with packed.safetensors',
  );
  guard.takeProblems();
  await host.close();
  const list = main.getByRole('list', { name: 'Weights of your own' });
  await expect(list).toContainText(createHash('sha256').update(bytes).digest('hex'));
  await expect(list.getByRole('listitem')).toContainText('Came without the classes of ImageNet.');
  await tiny.choosePreset('head');
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 30 }, false);
  await tiny.pressTrain();
  await tiny.expectResult();
  const [own] = await keptBackbones(page);
  const { backbone: used, metrics } = await shownModel(page);
  expect(used).toMatchObject({ id: 'plain-cnn', fingerprint: own?.fingerprint, inputSizePx: 32 });
  // Three colours: random filters tell them apart, guessing gets a third.
  expect(metrics.test?.accuracy).toBeGreaterThan(0.6);

  await main.getByRole('link', { name: 'Use it', exact: true }).click();
  const files = NAMES.map((name) => join(discs, name, `${name}-3.svg`));
  const before = await tiny.classify(files);
  await page.reload();
  expect(await tiny.classify(files)).toEqual(before);

  await test.step('the one that comes with the app, and back again', async () => {
    await tiny.goTo('Train');
    const networks = await showNetworks(tiny);
    await networks.selectOption({ index: 0 });
    await tiny.pressTrain();
    await tiny.expectResult();
    expect((await shownModel(page)).backbone.id).not.toBe('plain-cnn');
    await tiny.goTo('My models');
    await main
      .getByRole('link', { name: /^Use it: / })
      .last()
      .click();
    expect(await tiny.classify(files)).toEqual(before);
  });

  await test.step('what is no file of weights is named, and nothing is kept', async () => {
    const broken = testInfo.outputPath('broken.pth');
    await writeFile(broken, 'no weights');
    await tiny.goTo('Train');
    await expect(addWeights(tiny, broken)).rejects.toThrow('no file of weights that Headstart knows');
    // Of Keras, read by the HDF5 library under the policy: whole, and of a network that there is not.
    const strange = join(import.meta.dirname, '../src/testing/fixtures/weights/tinyWhole.h5');
    await expect(addWeights(tiny, strange)).rejects.toThrow('belong to no network that Headstart has');
    expect(await keptBackbones(page)).toHaveLength(1);
  });

  await test.step('without them its model says so', async () => {
    await list.getByRole('button', { name: 'Remove packed.safetensors' }).click();
    await expect(list).toBeHidden();
    expect(await keptBackbones(page)).toEqual([]);
    await tiny.goTo('My models');
    await main
      .getByRole('link', { name: /^Use it: / })
      .last()
      .click();
    await tiny.choose('Choose pictures', files);
    await expect(main.getByRole('alert').first()).toContainText('another version of the network');
  });
});
