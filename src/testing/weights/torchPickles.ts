/** Files of PyTorch as a hostile or broken program would write them: the pickle is put together by hand. */
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';

/** What a pickle may say of a tensor; what is left out is right. */
export interface ToldTensor {
  readonly name?: string;
  readonly storage?: string;
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

function int(value: number): string {
  const bytes = new Uint8Array(new Int32Array([value]).buffer);
  if (value >= -(2 ** 31) && value < 2 ** 31) return `J${String.fromCharCode(...bytes)}`;
  const wide = new Uint8Array(new BigInt64Array([BigInt(value)]).buffer);
  return `\x8a\x08${String.fromCharCode(...wide)}`;
}

function text(value: string): string {
  return `X${int(value.length).slice(1)}${value}`;
}

const tuple = (parts: readonly string[]) => `(${parts.join('')}t`;
/** A name, called with arguments. */
export const pickledCall = (module: string, name: string, parts: readonly string[]) =>
  `c${module}\n${name}\n${tuple(parts)}R`;

function tensor(told: ToldTensor): string {
  const {
    storage = 'FloatStorage',
    key = '0',
    count = 4,
    offset = 0,
    shape = [2, 2],
    strides = [2, 1],
  } = told;
  const id = tuple([text('storage'), `ctorch\n${storage}\n`, text(key), text('cpu'), int(count)]);
  const parts = [`${id}Q`, int(offset), tuple(shape.map(int)), tuple(strides.map(int))];
  return pickledCall('torch._utils', '_rebuild_tensor_v2', [...parts, '\x89', 'N']);
}

/** A state dict of such tensors. */
export function stateDictPickle(told: readonly ToldTensor[]): string {
  return pickledDict(told.map((one) => [one.name ?? 'weight', tensor(one)]));
}

export function pickledDict(items: readonly (readonly [key: string, value: string])[]): string {
  return `\x80\x02}(${items.map(([key, value]) => text(key) + value).join('')}u.`;
}

/**
 * @param pickle each character a byte
 * @param numbers of the storage `0`
 * @param more files, by their path below the folder
 */
export async function torchZip(
  pickle: string,
  numbers: readonly number[] = [1, 2, 3, 4],
  more: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 0 });
  await zip.add('made/data.pkl', new Uint8ArrayReader(Uint8Array.from(pickle, (char) => char.charCodeAt(0))));
  await zip.add('made/data/0', new Uint8ArrayReader(new Uint8Array(new Float32Array(numbers).buffer)));
  for (const [name, content] of Object.entries(more)) await zip.add(`made/${name}`, new TextReader(content));
  return zip.close();
}
