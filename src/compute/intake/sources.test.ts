/** What sources make of a data set whose own entries say class and split, as binary sets do. */
import { expect, it } from 'vitest';
import type { ArchiveEntry, SetFormat } from '../../dataset/datasetFormat.ts';
import { openSources } from './sources.ts';

const LABELS = [
  { className: 'ships', split: 'train' },
  { className: 'frogs', split: 'test' },
] as const;

const labelled: SetFormat = {
  kind: 'set',
  id: 'labelled',
  claims: (paths) => paths.filter((path) => path.endsWith('.bin')),
  detects: () => false,
  async open() {
    const entries: ArchiveEntry[] = LABELS.map((label, index) => ({
      path: `${index}.bmp`,
      sizeBytes: 3,
      label,
      getBlob: async () => new Blob([`${index}`]),
    }));
    return {
      paths: entries.map(({ path }) => path),
      encryptedCount: 0,
      labelledBy: 'entries',
      async *entries() {
        yield* entries;
      },
    };
  },
};

async function open(layout: 'folders' | 'flat') {
  const dropped = [
    { path: 'toys/batch.bin', file: new Blob(['binary']) },
    { path: 'toys/cars/1.png', file: new Blob(['picture']) },
    { path: 'toys/cats/2.png', file: new Blob(['picture']) },
  ];
  const sources = await openSources(dropped, layout, new AbortController().signal, {
    detect: async () => null,
    sets: [labelled],
  });
  const found: unknown[] = [];
  for await (const source of sources.files()) {
    if ('skippedFile' in source) throw new Error('nothing is broken');
    const { className, split } = source.placement;
    found.push([source.path, className, split, await (await source.getBlob()).text()]);
  }
  return { total: sources.total, found };
}

it('takes class and split from the entries, and from folders for what lies beside them', async () => {
  expect(await open('folders')).toEqual({
    total: 4,
    found: [
      ['toys/0.bmp', 'ships', 'train', '0'],
      ['toys/1.bmp', 'frogs', 'test', '1'],
      ['toys/cars/1.png', 'cars', null, 'picture'],
      ['toys/cats/2.png', 'cats', null, 'picture'],
    ],
  });
});

it('takes none of them where the person has named a class', async () => {
  const { total, found } = await open('flat');
  expect(total).toBe(4);
  expect(found).toContainEqual(['toys/0.bmp', null, null, '0']);
});
