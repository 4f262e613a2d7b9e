/** HDF5 files that lie: each change is one that a hostile writer would make. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CountedBlob, readCount } from '../../../testing/weights/countedBlob.ts';
import { openTensorFile } from '../registry.ts';

const FOLDER = join(import.meta.dirname, '../../../testing/fixtures/weights');
const whole = new Uint8Array(readFileSync(join(FOLDER, 'tinyWhole.h5')));

const END_OF_FILE = 40;
const ROOT_HEADER = 64;
const NOWHERE = 0xffff_ffff_ffff_ffffn;

/** Where letters stand. */
function find(letters: string, from = 0): number {
  const at = Buffer.from(whole).indexOf(letters, from);
  if (at < 0) throw new Error(`no ${letters}`);
  return at;
}

function changed(change: (view: DataView) => void): Blob {
  const bytes = whole.slice();
  change(new DataView(bytes.buffer));
  return new CountedBlob(bytes);
}

const open = (blob: Blob) => openTensorFile([{ name: 'made.h5', blob }]);
/** Of the first list of symbols, which is the root's: its entry for `model_weights`. */
const firstSymbol = find('SNOD') + 8;

describe('an HDF5 file that lies', () => {
  it.each<[string, string, (view: DataView) => void]>([
    ['a version of tomorrow', 'weightsFileUnsupported', (view) => view.setUint8(8, 9)],
    ['addresses of four bytes', 'weightsFileUnsupported', (view) => view.setUint8(13, 4)],
    ['a beginning elsewhere', 'weightsFileUnsupported', (view) => view.setBigUint64(24, 8n, true)],
    ['an end past its own', 'weightsFileDamaged', (view) => view.setBigUint64(END_OF_FILE, 10n ** 12n, true)],
    ['no outermost group', 'weightsFileDamaged', (view) => view.setBigUint64(ROOT_HEADER, NOWHERE, true)],
    [
      'an outermost group past the end',
      'weightsFileDamaged',
      (view) => view.setBigUint64(ROOT_HEADER, 10n ** 9n, true),
    ],
    [
      'a group within itself',
      'weightsFileTooLarge',
      (view) => view.setBigUint64(firstSymbol + 8, view.getBigUint64(ROOT_HEADER, true), true),
    ],
    [
      'a name past all names',
      'weightsFileDamaged',
      (view) => view.setBigUint64(firstSymbol, 10n ** 6n, true),
    ],
    [
      '65,535 symbols in a list',
      'weightsFileDamaged',
      (view) => view.setUint16(find('SNOD') + 6, 65_535, true),
    ],
    ['a tree of datasets', 'weightsFileDamaged', (view) => view.setUint8(find('TREE') + 4, 1)],
    [
      'a heap of names of 2⁵⁰ bytes',
      'weightsFileTooLarge',
      (view) => view.setBigUint64(find('HEAP') + 8, 2n ** 50n, true),
    ],
    [
      'a collection of texts of 2⁵⁰ bytes',
      'weightsFileTooLarge',
      (view) => view.setBigUint64(find('GCOL') + 8, 2n ** 50n, true),
    ],
    ['a collection that is none', 'weightsFileDamaged', (view) => view.setUint8(find('GCOL'), 0)],
    [
      'a text longer than its collection',
      'weightsFileDamaged',
      (view) => view.setBigUint64(find('GCOL') + 24, 2n ** 40n, true),
    ],
  ])('is refused for %s', async (_what, code, change) => {
    readCount.bytes = 0;
    await expect(open(changed(change))).rejects.toMatchObject({ code });
    expect(readCount.bytes).toBeLessThan(4 * whole.length);
  });

  it('may be longer than it says', async () => {
    const longer = new Uint8Array(whole.length + 100);
    longer.set(whole);
    expect((await open(new CountedBlob(longer))).tensors.size).toBe(12);
  });
});
