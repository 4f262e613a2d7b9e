/** Pictures and labels in files of one array each, as NumPy saves them: `x_train.npy` and `y_train.npy`. */
import { openNpyArrays, toArrayRole } from '../binary/npyArrays.ts';
import type { SetFormat } from '../datasetFormat.ts';

export const endings = ['.npy'] as const;

export const format: SetFormat = {
  kind: 'set',
  id: 'npy',
  claims(paths) {
    const arrays = paths.filter((path) => /\.npy$/i.test(path) && toArrayRole(path));
    return arrays.some((path) => toArrayRole(path)?.kind === 'images') ? arrays : [];
  },
  // Which array is what stands in the names alone.
  detects: () => false,
  open: openNpyArrays,
};
