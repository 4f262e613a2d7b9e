import { expect, it } from 'vitest';
import { readDownloadAddress } from '../shared/downloadAddress.ts';
import { findWeightSource, publishedHash, WEIGHT_SOURCES } from './weightSources.ts';

it.each(WEIGHT_SOURCES)(
  '$title lies at an address that can be asked for, under the name it is known by',
  (source) => {
    expect(readDownloadAddress(source.url)).toMatchObject({ url: source.url, fileName: source.fileName });
    expect(findWeightSource(source.fileName)).toBe(source);
    // What torchvision itself checks is the beginning that it puts into the name.
    expect(source.sha256).toMatch(/^([0-9a-f]{8}|[0-9a-f]{64})$/);
    expect(source.fileName).toContain(`-${source.sha256.slice(0, 8)}.pth`);
  },
);

it('a file that was saved twice is known all the same, and another one is not', () => {
  expect(findWeightSource('resnet18-f37072fd (1).pth')?.title).toBe('ResNet18');
  expect(findWeightSource('resnet18-f37072fd(12).pth')?.title).toBe('ResNet18');
  expect(findWeightSource('resnet18.pth')).toBeNull();
  expect(findWeightSource('my-resnet18-f37072fd.pth')).toBeNull();
});

it('a file is called the published one only where all of its hash is known', () => {
  const [whole, short] = [WEIGHT_SOURCES[0], WEIGHT_SOURCES.find(({ sha256 }) => sha256.length < 64)];
  if (!whole || !short) throw new Error('no such source');
  expect(publishedHash(whole.fileName, whole.sha256)).toEqual({ kind: 'whole' });
  const other = `${whole.sha256.slice(0, 63)}x`;
  expect(publishedHash(whole.fileName, other)).toBeNull();
  expect(publishedHash(short.fileName, short.sha256.padEnd(64, '0'))).toEqual({
    ...{ kind: 'beginning', digits: short.sha256 },
  });
  expect(publishedHash('mine.pth', whole.sha256)).toBeNull();
});
