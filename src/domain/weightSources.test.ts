import { expect, it } from 'vitest';
import { readDownloadAddress } from '../shared/downloadAddress.ts';
import { findWeightSource, WEIGHT_SOURCES } from './weightSources.ts';

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
