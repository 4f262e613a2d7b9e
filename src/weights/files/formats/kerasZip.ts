/** Keras's .keras: a zip with the configuration in JSON and the weights in HDF5. */
import { damagedWeights, oversizedWeights } from '../fileErrors.ts';
import { decodeUtf8, readSlice } from '../fileSlice.ts';
import { openHdf5 } from '../hdf5/hdf5File.ts';
import { readKerasWeights } from '../keras/kerasWeights.ts';
import { parseListJson } from '../listJson.ts';
import type { TensorFile, TensorFormat, WeightFile } from '../tensorFile.ts';
import { MAX_LIST_BYTES } from '../tensorTable.ts';
import { listZip } from '../zipEntries.ts';

const WEIGHTS_FILE = 'model.weights.h5';
const CONFIG_FILE = 'config.json';

export const format: TensorFormat = {
  id: 'kerasZip',
  detects: ({ entryNames }) => entryNames.includes(WEIGHTS_FILE),
  open: openKerasZip,
};

async function openKerasZip({ blob }: WeightFile): Promise<TensorFile> {
  const files = await listZip(blob);
  const [weights, config] = [files.get(WEIGHTS_FILE), files.get(CONFIG_FILE)];
  if (!weights || !config) throw damagedWeights(weights ? CONFIG_FILE : WEIGHTS_FILE, 'not there');
  if (config.sizeBytes > MAX_LIST_BYTES) throw oversizedWeights(CONFIG_FILE, `${config.sizeBytes} bytes`);
  const configBlob = await config.toBlob();
  const bytes = await readSlice(configBlob, 0, configBlob.size, CONFIG_FILE);
  const model = parseListJson(decodeUtf8(bytes, CONFIG_FILE), CONFIG_FILE);
  return readKerasWeights(format.id, await openHdf5(await weights.toBlob()), model);
}
