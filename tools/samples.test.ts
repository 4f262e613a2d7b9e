import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { SAMPLES_DIR } from './paths.ts';

describe('the samples made by set-up', () => {
  it('have five classes of forty pictures or more, and each emoji in one group', async () => {
    const summary = JSON.parse(await readFile(join(SAMPLES_DIR, 'samples.json'), 'utf8'));
    const archive = new ZipReader(new Uint8ArrayReader(await readFile(join(SAMPLES_DIR, summary.archive))), {
      useWebWorkers: false,
    });
    const paths = (await archive.getEntries()).map((entry) => entry.filename);
    expect(paths).toHaveLength(summary.count);

    const classNames = [...new Set(paths.map((path) => path.split('/')[0]))];
    expect(classNames.sort()).toEqual(summary.classes.map(({ name }: { name: string }) => name));
    expect(classNames.length).toBeGreaterThanOrEqual(5);
    const pattern = new RegExp(summary.groupPattern);
    for (const className of classNames) {
      const files = paths.filter((path) => path.startsWith(`${className}/`));
      expect(files.length).toBeGreaterThanOrEqual(40);
      const groups = files.map((path) => pattern.exec(path.split('/')[1] ?? '')?.[1]);
      expect(groups).not.toContain(undefined);
      // Three art styles: many pictures share an emoji.
      expect(new Set(groups).size).toBeLessThan(files.length);
    }
  });
});
