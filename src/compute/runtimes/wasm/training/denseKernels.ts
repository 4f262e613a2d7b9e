/** The compiled kernels of dense layers and of the optimiser as TypeScript sees them; addresses and strides count bytes, the rest numbers. */

/** What each argument is, stands with the kernels: `assembly/dense.ts`, `assembly/update.ts`. */
export interface DenseKernels {
  pack(
    from: number,
    across: number,
    lanes: number,
    along: number,
    count: number,
    blocks: number,
    length: number,
    to: number,
  ): void;
  packPanels(from: number, width: number, rows: number, to: number): void;
  dense(
    rows: number,
    blocks: number,
    inputs: number,
    weights: number,
    biases: number,
    panels: number,
    lowest: number,
    highest: number,
    out: number,
  ): void;
  denseBackward(
    gradients: number,
    rows: number,
    panels: number,
    weights: number,
    paddedInputs: number,
    inputs: number,
    out: number,
    adds: number,
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
  applySums(
    weights: number,
    bytes: number,
    toSums: number,
    toFirst: number,
    toSecond: number,
    optimizer: number,
  ): void;
}
