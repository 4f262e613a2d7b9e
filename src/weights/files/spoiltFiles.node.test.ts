/** Files that are cut off, or spoilt by chance: each is read, or ends in one named error and takes no more than it is large. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createRandom } from '../../shared/random.ts';
import { CountedBlob, readCount } from '../../testing/weights/countedBlob.ts';
import { openTensorFile } from './registry.ts';

const allocated = vi.hoisted(() => ({ bytes: 0 }));
vi.mock('../../shared/allocate.ts', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../shared/allocate.ts')>();
  return {
    ...real,
    allocateFloats(length: number) {
      allocated.bytes += 4 * length;
      return real.allocateFloats(length);
    },
    allocateBytes(length: number) {
      allocated.bytes += length;
      return real.allocateBytes(length);
    },
  };
});

const FOLDER = join(import.meta.dirname, '../../testing/fixtures/weights');
const FILES = readdirSync(FOLDER).filter((name) => !name.endsWith('.json'));
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(FOLDER, name)));

/** Opens a file and reads every tensor. */
async function judge(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const file = await openTensorFile([{ name: 'spoilt', blob: new CountedBlob(bytes) }]);
    for (const name of file.tensors.keys()) await file.read(name);
    await file.close();
    return 'read';
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : String(thrown);
  }
}

const REFUSALS = [
  ...['weightsFileUnknown', 'weightsFileDamaged', 'weightsFileTooLarge', 'weightsFileUnsupported'],
  ...['weightsFileRefused', 'weightsFileEmpty'],
];

/** Of a whole file: its numbers as float32, and its list a few times. */
const MOST_TIMES = 8;
/** zip.js looks for the end of a zip in the last 64 kB, more than once. */
const MOST_BYTES = 1024 * 1024;

beforeEach(() => {
  readCount.bytes = 0;
  allocated.bytes = 0;
});

describe.each(FILES)('%s', (name) => {
  const whole = bytesOf(name);

  it('is named damaged or unknown where it is cut off, wherever that is', async () => {
    const isRefused = (await judge(whole)) !== 'read';
    const step = Math.max(1, Math.floor(whole.length / 60));
    for (let length = 0; length < whole.length; length += step) {
      const outcome = await judge(whole.slice(0, length));
      expect(
        ['weightsFileDamaged', 'weightsFileUnknown', ...(isRefused ? REFUSALS : [])],
        `${length} bytes`,
      ).toContain(outcome);
    }
    expect(await judge(whole.slice(0, -1))).not.toBe('read');
  }, 60_000);

  it('is read or refused where bytes are others, and takes no more memory than it is large', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = createRandom(seed);
      const bytes = whole.slice();
      const changes = 1 + Math.floor(random.next() * 20);
      for (let i = 0; i < changes; i++) {
        bytes[Math.floor(random.next() * bytes.length)] =
          random.next() < 0.5 ? 255 : Math.floor(random.next() * 256);
      }
      readCount.bytes = 0;
      allocated.bytes = 0;
      expect(['read', ...REFUSALS], `seed ${seed}`).toContain(await judge(bytes));
      expect(readCount.bytes, `seed ${seed}`).toBeLessThan(MOST_TIMES * whole.length + MOST_BYTES);
      expect(allocated.bytes, `seed ${seed}`).toBeLessThan(MOST_TIMES * whole.length);
    }
  }, 60_000);
});
