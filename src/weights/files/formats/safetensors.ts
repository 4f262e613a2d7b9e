/** safetensors: a length, a list in JSON, the numbers. Format: README.md of huggingface/safetensors. */
import { shortList, z } from '../../../shared/zod.ts';
import { damagedWeights, oversizedWeights, unsupportedWeights } from '../fileErrors.ts';
import { decodeUtf8, readSlice } from '../fileSlice.ts';
import { parseListJson, refuseRepeatedKeys } from '../listJson.ts';
import { type TensorDtype, toFloats } from '../tensorDtype.ts';
import type { TensorFile, TensorFormat, WeightFile } from '../tensorFile.ts';
import { createTensorTable, findTensorInfo, MAX_LIST_BYTES } from '../tensorTable.ts';

const LENGTH_BYTES = 8;
const HEADER = 'header';
const METADATA_KEY = '__metadata__';

export const format: TensorFormat = {
  id: 'safetensors',
  detects: ({ head }) => head[LENGTH_BYTES] === 0x7b && head[0] !== 0x7b, // "{"
  open: openSafetensors,
};

const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

const entrySchema = z.object({
  dtype: z.string(),
  shape: shortList(z.number(), 32),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});

async function readHeader(blob: Blob): Promise<{ text: string; dataStart: number }> {
  const length = new DataView(await readSlice(blob, 0, LENGTH_BYTES, HEADER)).getBigUint64(0, true);
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > blob.size) throw damagedWeights(HEADER, `${length} bytes of header in ${blob.size}`);
  if (length > MAX_LIST_BYTES) throw oversizedWeights(HEADER, `${length} bytes of header`);
  return { text: decodeUtf8(await readSlice(blob, LENGTH_BYTES, dataStart, HEADER), HEADER), dataStart };
}

async function openSafetensors({ blob }: WeightFile): Promise<TensorFile> {
  const { text, dataStart } = await readHeader(blob);
  const json = parseListJson(text, HEADER);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw damagedWeights(HEADER, 'no object');
  refuseRepeatedKeys(text);
  const { tensors, add } = createTensorTable();
  const starts = new Map<string, number>();
  for (const [name, entry] of Object.entries(json)) {
    if (name === METADATA_KEY) continue;
    const parsed = entrySchema.safeParse(entry);
    if (!parsed.success) throw damagedWeights(name, parsed.error);
    const { dtype: written, shape, data_offsets } = parsed.data;
    const dtype = DTYPES.get(written);
    if (dtype === undefined) throw unsupportedWeights(`${name}: ${written}`);
    const { sizeBytes } = add(name, shape, dtype);
    if (data_offsets[1] - data_offsets[0] !== sizeBytes) {
      throw damagedWeights(name, `${sizeBytes} bytes between ${data_offsets}`);
    }
    starts.set(name, data_offsets[0]);
  }
  // The format leaves no gaps, and nothing may be two tensors at once.
  let end = 0;
  for (const [name, start] of [...starts].sort(([, a], [, b]) => a - b)) {
    const { sizeBytes } = findTensorInfo(tensors, name);
    if (start !== end && sizeBytes > 0) throw damagedWeights(name, `begins at ${start}, not at ${end}`);
    end = Math.max(end, start + sizeBytes);
  }
  if (dataStart + end !== blob.size) {
    throw damagedWeights(
      [...tensors.keys()].at(-1) ?? HEADER,
      `${end} bytes of numbers in ${blob.size - dataStart}`,
    );
  }
  return {
    format: format.id,
    tensors,
    epsilons: new Map(),
    async read(name) {
      const { sizeBytes, dtype } = findTensorInfo(tensors, name);
      const start = dataStart + (starts.get(name) ?? 0);
      return toFloats(await readSlice(blob, start, start + sizeBytes, name), dtype);
    },
    async close() {
      // A slice of a file holds nothing open.
    },
  };
}
