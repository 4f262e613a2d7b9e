/** TensorFlow.js layers models: a zip that plain TensorFlow.js loads once it is unpacked, and that opens here again. */
import type { ModelFormat } from '../modelFormat.ts';
import { DESCRIPTION_FILE, MODEL_FILE, readModelZip, writeModelZip } from './modelZip.ts';

export const format: ModelFormat = {
  id: 'tfjs',
  fileExtension: '.zip',
  // Someone may have packed it anew, inside a folder.
  detects: ({ entryNames }) =>
    entryNames.some((name) => {
      const folder = name.slice(0, -DESCRIPTION_FILE.length);
      return name === folder + DESCRIPTION_FILE && entryNames.includes(folder + MODEL_FILE);
    }),
  write: writeModelZip,
  read: readModelZip,
};
