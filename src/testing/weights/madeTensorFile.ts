/** A file of weights without a file: names and shapes, and numbers that count up from 0. */
import type { TensorFile, TensorInfo } from '../../weights/files/tensorFile.ts';

export interface MadeTensorFile extends TensorFile {
  /** Names in the order in which they were read. */
  readonly readNames: readonly string[];
}

export function madeTensorFile(
  shapes: Readonly<Record<string, readonly number[]>>,
  epsilons: Readonly<Record<string, number>> = {},
  numbers: Readonly<Record<string, readonly number[]>> = {},
): MadeTensorFile {
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);
  const readNames: string[] = [];
  return {
    format: 'made',
    readNames,
    tensors: new Map(
      Object.entries(shapes).map(([name, shape]): [string, TensorInfo] => [
        name,
        { shape, dtype: 'float32', sizeBytes: 4 * sizeOf(shape) },
      ]),
    ),
    epsilons: new Map(Object.entries(epsilons)),
    async read(name) {
      readNames.push(name);
      const given = numbers[name];
      return given
        ? Float32Array.from(given)
        : Float32Array.from({ length: sizeOf(shapes[name] ?? []) }, (_, i) => i);
    },
    close: async () => {},
  };
}
