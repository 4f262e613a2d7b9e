/** Model files that somebody has spoilt, by accident or on purpose: the same seed always spoils one in the same way. */
import {
  BlobReader,
  BlobWriter,
  TextReader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js';
import { createRandom, type Random } from '../../shared/random.ts';

const OPTIONS = { useWebWorkers: false, level: 0 } as const;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** File name to content. */
export type ZipContent = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** What a careless or a hostile writer puts in the place of anything. */
const VALUES: readonly Json[] = [
  null,
  true,
  -1,
  0,
  0.5,
  7,
  3_000,
  100_000,
  2 ** 31,
  1e308,
  '',
  'constructor',
  '__proto__',
  '../secret.bin',
  'x'.repeat(20_000),
  [],
  {},
];

export async function readContent(file: Blob): Promise<ZipContent> {
  const content = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of await new ZipReader(new BlobReader(file), OPTIONS).getEntries()) {
    if (!entry.directory) content.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  }
  return content;
}

/** @param content texts stand for their UTF-8 */
export async function writeContent(content: ReadonlyMap<string, Uint8Array | string>): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter('application/zip'), OPTIONS);
  for (const [name, one] of content) {
    await zip.add(name, typeof one === 'string' ? new TextReader(one) : new Uint8ArrayReader(one));
  }
  return zip.close();
}

/** The file with one of its JSON texts changed. `Text` is what the caller knows it to be. */
export async function withJson<Text>(
  content: ZipContent,
  name: string,
  change: (text: Text) => void,
): Promise<Blob> {
  const text = JSON.parse(new TextDecoder().decode(content.get(name))) as Text;
  change(text);
  return writeContent(new Map<string, Uint8Array | string>([...content, [name, JSON.stringify(text)]]));
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;

/** Every place in a text: whose part it is, and under which key. */
function placesIn(root: Json): (readonly [{ [key: string]: Json }, string])[] {
  const places: (readonly [{ [key: string]: Json }, string])[] = [];
  const look = (value: Json) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      places.push([value as { [key: string]: Json }, key]);
      look(part);
    }
  };
  look(root);
  return places;
}

function spoilJson(text: string, random: Random): string {
  const root = JSON.parse(text) as Json;
  for (let change = Math.floor(random.next() * 3); change >= 0; change--) {
    const places = placesIn(root);
    const [owner, key] = pick(random, places);
    const value = owner[key] as Json;
    const way = random.next();
    if (way < 0.5) owner[key] = pick(random, VALUES);
    else if (way < 0.65) delete owner[key];
    else if (way < 0.8 && Array.isArray(value)) owner[key] = Array.from({ length: 100 }, () => value).flat();
    else {
      const [from, other] = pick(random, places);
      owner[key] = structuredClone(from[other] as Json);
    }
  }
  return JSON.stringify(root);
}

function spoilBytes(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = Math.floor(random.next() * bytes.length);
  const way = random.next();
  if (way < 0.2) return bytes.slice(0, at);
  if (way < 0.3) return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 4)]);
  const spoilt = bytes.slice();
  // The last case makes NaN or infinity of most floats that it meets.
  if (way < 0.7) spoilt[at] = (spoilt[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
  else spoilt.fill(way < 0.85 ? 0 : 0xff, at, at + 1 + Math.floor(random.next() * 16));
  return spoilt;
}

/**
 * A model file, spoilt: a text within, the weights, or the bytes of the zip itself.
 * @param content of a good one
 */
export async function spoilModelZip(content: ZipContent, seed: number): Promise<Blob> {
  const random = createRandom(seed);
  const way = random.next();
  const names = [...content.keys()];
  if (way < 0.2) {
    const whole = new Uint8Array(await (await writeContent(content)).arrayBuffer());
    return new Blob([spoilBytes(whole, random)]);
  }
  const suffix = way < 0.4 ? '.bin' : '.json';
  const name = pick(
    random,
    // What strangers compare with is never read back.
    names.filter((one) => one.endsWith(suffix) && one !== 'expected.json'),
  );
  const bytes = content.get(name) ?? new Uint8Array();
  const spoilt =
    suffix === '.bin' ? spoilBytes(bytes, random) : spoilJson(new TextDecoder().decode(bytes), random);
  return writeContent(new Map<string, Uint8Array | string>([...content, [name, spoilt]]));
}
