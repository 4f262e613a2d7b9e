/** A binary set of any number of small pictures, no two alike: CIFAR-10's layout, as its authors publish it. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';
import { createGzip } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { createRandom, type Random } from '../../src/shared/random.ts';

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const SIDE_PX = 32;
const RECORD_BYTES = 1 + 3 * SIDE_PX * SIDE_PX;
/** Five files to learn from and one to test with, as theirs. */
const FILES = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];

/** A disc of the class's colour somewhere on noise: something to learn, and different each time. */
function writeRecord(record: Uint8Array, label: number, random: Random): void {
  record[0] = label;
  const [x0, y0, radius] = [8 + random.next() * 16, 8 + random.next() * 16, 4 + random.next() * 8];
  for (let channel = 0; channel < 3; channel++) {
    const colour = 60 + ((label * 67 + channel * 101) % 180);
    for (let at = 0; at < SIDE_PX * SIDE_PX; at++) {
      const [x, y] = [at % SIDE_PX, Math.floor(at / SIDE_PX)];
      const isInside = (x - x0) ** 2 + (y - y0) ** 2 < radius ** 2;
      record[1 + channel * SIDE_PX * SIDE_PX + at] = (isInside ? colour : 100) + random.next() * 40;
    }
  }
}

/** The same count gives the same pictures. @param file `.tar.gz` */
export async function writeSet(file: string, count: number): Promise<void> {
  const random = createRandom(1);
  const { readable, controller } = createTarPacker();
  const writing = pipeline(
    Readable.fromWeb(readable as NodeWebStream),
    createGzip({ level: 1 }),
    createWriteStream(file),
  );
  const add = async (name: string, bytes: Uint8Array) => {
    const entry = controller.add({ name: `cifar-10-batches-bin/${name}`, size: bytes.length, type: 'file' });
    const writer = entry.getWriter();
    await writer.write(bytes);
    await writer.close();
  };
  let first = 0;
  for (const [i, name] of FILES.entries()) {
    const end = Math.round(((i + 1) * count) / FILES.length);
    const bytes = new Uint8Array((end - first) * RECORD_BYTES);
    for (let record = 0; record < end - first; record++)
      writeRecord(bytes.subarray(record * RECORD_BYTES), (first + record) % CLASSES.length, random);
    await add(`${name}.bin`, bytes);
    first = end;
  }
  await add('batches.meta.txt', new TextEncoder().encode(`${CLASSES.join('\n')}\n`));
  controller.finalize();
  await writing;
}
