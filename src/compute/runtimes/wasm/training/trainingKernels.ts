/** The compiled kernels of training as TypeScript sees them; addresses, strides and distances count bytes. */
import { type CompiledKernels, instantiateKernels } from '../builds.ts';

/** Those of dense layers. What each argument is, stands with the kernels: `assembly/dense.ts`, `assembly/update.ts`. */
export interface DenseKernels {
  pack(from: number, across: number, along: number, blocks: number, length: number, to: number): void;
  dense(
    rows: number,
    blocks: number,
    inputs: number,
    weights: number,
    biases: number,
    panels: number,
    lowest: number,
    out: number,
    stride: number,
  ): void;
  inputGradient(
    gradients: number,
    rowCount: number,
    panels: number,
    weights: number,
    inputs: number,
    values: number,
    stride: number,
    scale: number,
    out: number,
  ): void;
  update(
    columns: number,
    blocks: number,
    rowCount: number,
    gradients: number,
    panels: number,
    weights: number,
    toFirst: number,
    toSecond: number,
    optimizer: number,
  ): void;
  gather(
    columns: number,
    blocks: number,
    rowCount: number,
    gradients: number,
    panels: number,
    sums: number,
    tile: number,
  ): void;
  sumOfSquares(from: number, bytes: number): number;
  applySums(
    weights: number,
    bytes: number,
    toSums: number,
    toFirst: number,
    toSecond: number,
    optimizer: number,
  ): void;
}

/** @throws as `instantiateKernels` */
export function instantiateTrainingKernels(
  compiled: CompiledKernels,
  memory: WebAssembly.Memory,
): Promise<DenseKernels> {
  return instantiateKernels(compiled, memory);
}
