/** Files of NumPy as NumPy 2 writes them, for tests to pack. */

export function toNpy(descr: string, shape: readonly number[], values: Uint8Array): Blob {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  const padded = `${header.padEnd(117)}\n`;
  const start = new Uint8Array([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, padded.length, 0]);
  return new Blob([start, padded, new Uint8Array(values)]);
}
