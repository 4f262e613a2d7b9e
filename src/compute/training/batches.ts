/** How the rows of a step are shared out over passes through the network. */

/** The rows of one step of the optimiser in batches, of which the last may be smaller. */
export function splitIntoBatches(rows: Int32Array, batchSize: number): Int32Array[] {
  return Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, index) =>
    rows.subarray(index * batchSize, (index + 1) * batchSize),
  );
}
