import { expect, it } from 'vitest';
import { gzip } from '../../testing/dataset/samples/tarGz.ts';
import { detectDatasetFormat } from '../registry.ts';
import { format } from './tarGz.ts';

it('tells archives from other things that were compressed', async () => {
  for (const file of [
    await gzip(new Blob(['only a text'])),
    await gzip(new Blob([])),
    new Blob([new Uint8Array([0x1f, 0x8b, 8, 9, 9])]),
  ]) {
    const head = new Uint8Array(await file.arrayBuffer());
    expect(format.detects({ head, sizeBytes: file.size })).toBe(true);
    expect(await format.confirms?.(file)).toBe(false);
    expect(await detectDatasetFormat(file)).toBeNull();
  }
});
