/** Picture files for the tests, made on the spot from the sample set or by hand. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { BlobReader, BlobWriter, configure, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js';
import { packTar } from 'modern-tar';
import { SAMPLES_DIR } from '../../tools/paths.ts';

/** Path (with `/`) to bytes. */
export type Files = Readonly<Record<string, Uint8Array>>;

export const SMALL_CLASSES = ['animals', 'buildings', 'faces'] as const;
export const PER_SMALL_CLASS = 8;

configure({ useWebWorkers: false });

/** All files of a zip archive. */
export async function unzip(bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(bytes)])));
  const files: Record<string, Uint8Array> = {};
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) files[entry.filename] = await entry.getData(new Uint8ArrayWriter());
  }
  await reader.close();
  return files;
}

/** The sample set as set-up has drawn it: 224×224 PNG, `class/style_name.png`. */
export async function readSamples(): Promise<Files> {
  return unzip(await readFile(join(SAMPLES_DIR, 'emoji.zip')));
}

/** A few pictures of three classes in one drawing style: enough to train on in seconds. `start` takes other pictures. */
export async function readSmallSet(start = 0, perClass = PER_SMALL_CLASS): Promise<Files> {
  const samples = await readSamples();
  const chosen: Record<string, Uint8Array> = {};
  for (const className of SMALL_CLASSES) {
    const paths = Object.keys(samples).filter((path) => path.startsWith(`${className}/noto_`));
    for (const path of paths.sort().slice(start, start + perClass)) chosen[path] = bytesAt(samples, path);
  }
  return chosen;
}

/** @throws Error if there is no such file */
export function bytesAt(files: Files, path: string): Uint8Array {
  const bytes = files[path];
  if (!bytes) throw new Error(`no ${path} among the files`);
  return bytes;
}

export async function writeFiles(folder: string, files: Files): Promise<string[]> {
  const written: string[] = [];
  for (const [path, bytes] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    written.push(file);
  }
  return written;
}

export async function toZip(files: Files): Promise<Uint8Array> {
  const writer = new ZipWriter(new BlobWriter('application/zip'));
  for (const [path, bytes] of Object.entries(files)) {
    await writer.add(path, new BlobReader(new Blob([new Uint8Array(bytes)])));
  }
  return new Uint8Array(await (await writer.close()).arrayBuffer());
}

export async function toTarGz(files: Files): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, body]) => ({
    header: { name, size: body.byteLength, type: 'file' as const },
    body: new Uint8Array(body),
  }));
  return gzipSync(await packTar(entries));
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

function header(widthPx: number, heightPx: number): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(widthPx, 0);
  ihdr.writeUInt32BE(heightPx, 4);
  // 8 bits a channel, RGB.
  ihdr.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', ihdr)]);
}

/** A square PNG. @param rgb `[sidePx, sidePx, 3]` */
export function toPng(sidePx: number, rgb: Uint8Array): Uint8Array {
  const rowBytes = sidePx * 3;
  // Each row begins with its filter: none.
  const rows = Buffer.alloc(sidePx * (rowBytes + 1));
  for (let y = 0; y < sidePx; y++)
    rows.set(rgb.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  return Buffer.concat([
    header(sidePx, sidePx),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** A PNG of a few hundred bytes whose header promises `sidePx`² pixels: 10 GB at 60,000. */
export function toHugePng(sidePx: number): Uint8Array {
  return Buffer.concat([
    header(sidePx, sidePx),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', new Uint8Array()),
  ]);
}
