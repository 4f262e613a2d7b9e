/** Pictures come in every way that people have them, and are put right by hand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { test } from './pages/fixtures.ts';
import {
  bytesAt,
  type Files,
  PER_SMALL_CLASS,
  readSmallSet,
  SMALL_CLASSES,
  toTarGz,
  toZip,
  writeFiles,
} from './pages/pictures.ts';

const WHOLE_SET = Object.fromEntries(SMALL_CLASSES.map((name) => [name, PER_SMALL_CLASS]));

/** The small set under `train|val|test` folders: 5 to learn from, 1 to check with, 2 for the exam, a class. */
async function inSplitFolders(): Promise<Files> {
  const files: Record<string, Uint8Array> = {};
  const seen: Record<string, number> = {};
  for (const [path, bytes] of Object.entries(await readSmallSet())) {
    const [className = ''] = path.split('/');
    const index = seen[className] ?? 0;
    seen[className] = index + 1;
    files[`${index < 5 ? 'train' : index < 6 ? 'val' : 'test'}/${path}`] = bytes;
  }
  return files;
}

/** Lets go of files over the page as the system does, so that folders are real folders. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 300, data });
  }
}

test.describe('taking pictures', () => {
  test('a chosen folder: its sub-folders are the classes', async ({ person, page, smallSet }) => {
    await person.addFolder(smallSet);
    await person.expectAdded(24);
    expect(await person.counts()).toEqual(WHOLE_SET);
    await expect(page.getByRole('button', { name: 'animals – rename' })).toBeVisible();
    await expect(page.getByRole('button', { name: /^noto_camel\.png, / })).toBeVisible();
    await expect(page.getByText('Ready to train')).toBeVisible();
    await test.step('the same folder again adds nothing', async () => {
      await person.addFolder(smallSet);
      await expect(person.notices).toContainText('already in their class');
      expect(await person.counts()).toEqual(WHOLE_SET);
    });
  });

  test('folders that fall on the page', async ({ person, page, smallSet }) => {
    await drop(
      page,
      SMALL_CLASSES.map((name) => join(smallSet, name)),
    );
    await person.expectAdded(24);
    expect(await person.counts()).toEqual(WHOLE_SET);
  });

  test('folders for training, validation and test are kept as they are', async ({ person, page, folder }) => {
    await writeFiles(join(folder, 'my data'), await inSplitFolders());
    await person.addFolder(join(folder, 'my data'));
    await person.expectAdded(24);
    expect(await person.splits()).toEqual(Object.fromEntries(SMALL_CLASSES.map((name) => [name, [5, 1, 2]])));
    await expect(page.getByRole('radio', { name: 'As in the folders' })).toBeChecked();
    await test.step('unless the person wants shares', async () => {
      await page.getByText('By shares', { exact: true }).click();
      await expect.poll(() => person.splits()).not.toMatchObject({ animals: [5, 1, 2] });
      expect(await person.counts()).toEqual(WHOLE_SET);
    });
  });

  for (const [name, pack] of [
    ['pictures.zip', toZip],
    ['pictures.tar.gz', toTarGz],
  ] as const) {
    test(`an archive, ${name}, with its folders in one more folder`, async ({ person, folder }) => {
      const files = Object.entries(await inSplitFolders()).map(([path, bytes]) => [`wrapped/${path}`, bytes]);
      const paths = await writeFiles(folder, { [name]: await pack(Object.fromEntries(files)) });
      await person.addFiles(paths);
      await person.expectAdded(24);
      expect(await person.splits()).toEqual(
        Object.fromEntries(SMALL_CLASSES.map((className) => [className, [5, 1, 2]])),
      );
    });
  }

  test('loose pictures: the app asks what they show', async ({ person, page, smallSet }) => {
    const paths = ['noto_camel.png', 'noto_cat.png'].map((name) => join(smallSet, 'animals', name));
    await drop(page, paths);
    const dialog = page.getByRole('dialog', { name: 'What do these pictures show?' });
    await dialog.getByRole('combobox', { name: 'Class' }).fill('pets');
    await dialog.getByRole('button', { name: 'Add pictures' }).click();
    await person.expectAdded(2);
    expect(await person.counts()).toEqual({ pets: 2 });
  });

  test('pictures of every format a browser knows', async ({ person, page, folder }) => {
    const png = bytesAt(await readSmallSet(), 'animals/noto_camel.png');
    const encoded = await page.evaluate(async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const canvas = new OffscreenCanvas(64, 64);
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0, 64, 64);
      const as = async (type: string) => [
        ...new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer()),
      ];
      return { jpg: await as('image/jpeg'), webp: await as('image/webp') };
    }, Array.from(png));
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="red"/></svg>';
    const gif = Buffer.from('R0lGODdhAgACAIAAAP8AAAAA/ywAAAAAAgACAAACAoRRADs=', 'base64');
    const bmp = Buffer.from(
      'Qk1GAAAAAAAAADYAAAAoAAAAAgAAAAIAAAABABgAAAAAABAAAAATCwAAEwsAAAAAAAAAAAAAAAD/AP8AAAD/AAAA//8AAA==',
      'base64',
    );
    await writeFiles(join(folder, 'formats'), {
      'all/a.png': png,
      'all/b.jpg': new Uint8Array(encoded.jpg),
      'all/c.webp': new Uint8Array(encoded.webp),
      'all/d.svg': Buffer.from(svg),
      'all/e.gif': gif,
      'all/f.bmp': bmp,
    });
    await person.addFolder(join(folder, 'formats'));
    await person.expectAdded(6);
    await expect(page.getByText('Files left out')).toHaveCount(0);
  });
});

test.describe('putting pictures right', () => {
  test.beforeEach(async ({ person, smallSet }) => {
    await person.addFolder(smallSet);
    await person.expectAdded(24);
  });

  test('classes: rename, merge, delete, and undo it all', async ({ person, page }) => {
    await page.getByRole('button', { name: 'animals – rename' }).click();
    await page.getByRole('textbox', { name: 'Name of the class' }).fill('creatures');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'creatures – rename' })).toBeVisible();

    await page.getByRole('button', { name: 'More for faces' }).click();
    await page.getByRole('menuitem', { name: 'Merge into “creatures”' }).click();
    await expect.poll(() => person.counts()).toEqual({ creatures: 16, buildings: 8 });

    await page.getByRole('button', { name: 'More for buildings' }).click();
    await page.getByRole('menuitem', { name: 'Delete class' }).click();
    await expect.poll(() => person.counts()).toEqual({ creatures: 16 });

    const undo = page.getByRole('button', { name: 'Undo', exact: true }).first();
    await person.main.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => person.counts()).toEqual({ creatures: 16, buildings: 8 });
    await undo.press('Control+z');
    await expect.poll(() => person.counts()).toEqual({ creatures: 8, buildings: 8, faces: 8 });
    await person.main.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => person.counts()).toEqual(WHOLE_SET);
    await person.main.getByRole('button', { name: 'Redo', exact: true }).click();
    await expect.poll(() => person.counts()).toEqual({ creatures: 8, buildings: 8, faces: 8 });
  });

  test('pictures: move some, delete some, and undo', async ({ person, page }) => {
    const tile = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}\\.png`) });
    await tile('noto_camel').click();
    await tile('noto_crocodile').click({ modifiers: ['Shift'] });
    const toolbar = page.getByRole('toolbar', { name: 'Selected pictures' });
    await expect(toolbar).toContainText('3 selected');
    await toolbar.getByRole('button', { name: 'Move to' }).click();
    await page.getByRole('menuitem', { name: 'faces', exact: true }).click();
    await expect.poll(() => person.counts()).toEqual({ animals: 5, buildings: 8, faces: 11 });

    await tile('noto_dog').click();
    await toolbar.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => person.counts()).toEqual({ animals: 4, buildings: 8, faces: 11 });
    await person.main.getByRole('button', { name: 'Undo', exact: true }).click();
    await person.main.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => person.counts()).toEqual(WHOLE_SET);
  });

  test('the shares for learning and exam can be changed and drawn anew', async ({ person, page }) => {
    const before = await person.splits();
    expect(before.animals).toEqual([6, 1, 1]);
    const thumb = page.getByRole('slider', { name: 'Share for training, in percent' });
    for (let press = 0; press < 20; press++) await thumb.press('ArrowLeft');
    await expect(page.getByText('Training 50%')).toBeVisible();
    await expect.poll(async () => (await person.splits()).animals?.[0]).toBe(4);
    const splitOfCamel = () =>
      page.getByRole('button', { name: /^noto_camel\.png, / }).getAttribute('aria-label');
    const seen = new Set<string | null>();
    for (let press = 0; press < 12; press++) {
      await page.getByRole('button', { name: 'Shuffle' }).click();
      seen.add(await splitOfCamel());
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  test('what speaks against training is said before it', async ({ person, page }) => {
    for (const name of ['animals', 'buildings']) {
      await page.getByRole('button', { name: `More for ${name}` }).click();
      await page.getByRole('menuitem', { name: 'Delete class' }).click();
    }
    await expect(page.getByText(/needs pictures of at least two classes/)).toBeVisible();
    await expect(person.main.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
    await person.goTo('Train');
    await expect(page.getByText(/needs pictures of at least two classes/)).toBeVisible();
    await expect(person.main.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  });

  test('a class that is too small is named', async ({ person, page, smallSet, folder }) => {
    const bytes = await readFile(join(smallSet, 'animals', 'noto_camel.png'));
    // Bytes after the end of a PNG are not part of the picture, but of the file.
    await writeFiles(join(folder, 'more'), { 'tiny/only.png': Buffer.concat([bytes, Buffer.from([0])]) });
    await person.addFolder(join(folder, 'more'));
    await expect(page.getByText(/“tiny” has only 1 picture\. It needs at least 3/)).toBeVisible();
    await expect(person.main.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  });
});
