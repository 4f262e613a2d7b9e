/** How many bytes of decoded pictures may be in memory at once, and who may have how much of them. */

/** Of the machine's memory: 1 GB where Chrome tells its highest, 8 GiB. */
const MEMORY_FRACTION = 1 / 8;
/** A phone's. Firefox and Safari tell nothing, nor does Chrome where the page came by plain http. */
const ASSUMED_MEMORY_GIB = 4;

/**
 * Whoever decodes, with its fraction of the whole. Workers know nothing of each other, so each has a share of its own;
 * the engine deals its own out to the extractors of its pool, batch by batch.
 */
export const DECODE_FRACTIONS = {
  /** The pool's workers together: training, and pictures that are classified. */
  engine: 0.5,
  /** Each of the two intake workers: that of the data set, and that of pictures which belong to none. */
  intake: 0.25,
} as const;

/** In bytes. @param memoryGib `navigator.deviceMemory` */
export function decodeBudgetOf(
  who: keyof typeof DECODE_FRACTIONS,
  memoryGib: number = ASSUMED_MEMORY_GIB,
): number {
  return memoryGib * 1024 ** 3 * MEMORY_FRACTION * DECODE_FRACTIONS[who];
}
