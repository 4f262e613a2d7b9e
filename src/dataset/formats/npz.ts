/** Several arrays of NumPy in one file, which is a zip file within: MedMNIST, and MNIST as Keras has it. */
import { openEachFile } from '../binary/eachFile.ts';
import { openNpyArrays } from '../binary/npyArrays.ts';
import type { SetFormat } from '../datasetFormat.ts';
import { openZip, zipFirstName } from './zip.ts';

export const endings = ['.npz'] as const;

export const format: SetFormat = {
  kind: 'set',
  id: 'npz',
  isOfOneFile: true,
  claims: (paths) => paths.filter((path) => /\.npz$/i.test(path)),
  detects: ({ head }) => /^[^/]+\.npy$/.test(zipFirstName(head) ?? ''),
  open: (source, context) =>
    openEachFile(source, context, async (file) => {
      const arrays = await openZip(await file.getBlob(), context);
      return openNpyArrays({ path: file.path, files: () => arrays.entries() }, context);
    }),
};
