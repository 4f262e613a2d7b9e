/** The compiled kernels of a part that trains as TypeScript sees them; addresses and strides count bytes, the rest numbers. */
import { type CompiledKernels, instantiateKernels } from '../builds.ts';
import type { DenseKernels } from './denseKernels.ts';

/** What each argument is, stands with the kernels in `assembly/`. */
export interface PartKernels extends DenseKernels {
  gatherProduct(record: number, places: number): void;
  kernelGradient(record: number, places: number): void;
  packForward(
    weights: number,
    taps: number,
    channels: number,
    filters: number,
    paddedFilters: number,
    to: number,
  ): void;
  locateTiles(record: number, first: number, count: number, filled: number, to: number): void;
  transformTiles(table: number, skipped: number, tiles: number, panels: number, to: number): void;
  transformGradients(table: number, tiles: number, panels: number, to: number): void;
  transformProducts(
    m: number,
    tiles: number,
    panels: number,
    table: number,
    skipped: number,
    bias: number,
    lowest: number,
    highest: number,
  ): void;
  addTiles(m: number, tiles: number, panels: number, table: number, skipped: number): void;
  transformForward(
    weights: number,
    panels: number,
    filters: number,
    paddedFilters: number,
    tapBytes: number,
    room: number,
    to: number,
  ): void;
  transformBackward(
    weights: number,
    tapBytes: number,
    panels: number,
    filters: number,
    paddedFilters: number,
    to: number,
  ): void;
  addKernels(
    products: number,
    tapBytes: number,
    panels: number,
    filters: number,
    paddedFilters: number,
    gradients: number,
  ): void;
  multiplyTiles(
    rows: number,
    tiles: number,
    panels: number,
    columns: number,
    outPanels: number,
    out: number,
  ): void;
  addTileProducts(
    rows: number,
    rowPanels: number,
    columns: number,
    panels: number,
    tiles: number,
    out: number,
  ): void;
  reduceGradients(first: number, bytes: number, stride: number, count: number): number;
  addMaps(a: number, b: number, to: number, count: number): void;
  multiplyMaps(from: number, factor: number, to: number, count: number, adds: number): void;
  reluForward(from: number, to: number, count: number, highest: number): void;
  reluBackward(
    gradient: number,
    output: number,
    to: number,
    count: number,
    highest: number,
    adds: number,
  ): void;
  copyColumns(
    from: number,
    fromStride: number,
    to: number,
    toStride: number,
    width: number,
    lines: number,
    adds: number,
  ): void;
  scaleShift(
    from: number,
    scale: number,
    shift: number,
    to: number,
    pixels: number,
    channels: number,
    lowest: number,
    highest: number,
  ): void;
  scaleBackward(
    gradient: number,
    scale: number,
    to: number,
    pixels: number,
    channels: number,
    adds: number,
  ): void;
  addPixels(from: number, pixels: number, channels: number, sums: number): void;
  activate(kind: number, slope: number, from: number, to: number, count: number): void;
  activationBackward(
    kind: number,
    slope: number,
    gradient: number,
    input: number,
    to: number,
    count: number,
    adds: number,
  ): void;
  poolForward(record: number, map: number, to: number, pictures: number, isMax: number): void;
  poolBackward(
    record: number,
    gradient: number,
    map: number,
    output: number,
    to: number,
    pictures: number,
    isMax: number,
  ): void;
  globalForward(
    map: number,
    to: number,
    pictures: number,
    pixels: number,
    channels: number,
    isMax: number,
  ): void;
  globalBackward(
    gradient: number,
    map: number,
    output: number,
    to: number,
    pictures: number,
    pixels: number,
    channels: number,
    isMax: number,
    adds: number,
  ): void;
  depthwiseForward(
    record: number,
    map: number,
    weights: number,
    bias: number,
    to: number,
    pictures: number,
    lowest: number,
    highest: number,
  ): void;
  depthwiseBackward(
    record: number,
    gradient: number,
    map: number,
    weights: number,
    sums: number,
    to: number,
    pictures: number,
  ): void;
  batchSums(from: number, pixels: number, channels: number, sums: number): void;
  gradientSums(
    gradient: number,
    from: number,
    mean: number,
    pixels: number,
    channels: number,
    sums: number,
  ): void;
  normBackward(
    gradient: number,
    from: number,
    a: number,
    b: number,
    c: number,
    to: number,
    pixels: number,
    channels: number,
    adds: number,
  ): void;
}

/** @throws as `instantiateKernels` */
export function instantiatePartKernels(
  compiled: CompiledKernels,
  memory: WebAssembly.Memory,
): Promise<PartKernels> {
  return instantiateKernels(compiled, memory);
}
