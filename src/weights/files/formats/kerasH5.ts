/** Keras's .h5: weights alone or a whole model, of any version. */
import { openHdf5 } from '../hdf5/hdf5File.ts';
import { readKerasWeights } from '../keras/kerasWeights.ts';
import type { TensorFormat } from '../tensorFile.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const format: TensorFormat = {
  id: 'kerasH5',
  detects: ({ head }) => SIGNATURE.every((byte, index) => head[index] === byte),
  open: async ({ blob }) => readKerasWeights(format.id, await openHdf5(blob)),
};
