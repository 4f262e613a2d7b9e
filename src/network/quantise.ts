/** Weights in eight bits: what an integer engine multiplies, and the factors that bring its sums back to real numbers. */
import { allocate } from '../shared/allocate.ts';
import type { Weight } from './network.ts';

/** Upper bounds of node outputs, by node name: one number a channel, or a single one for the whole map; all > 0. */
export type ActivationRanges = Readonly<Record<string, readonly number[]>>;

/** An activation of the range r is stored as `⌊y · 127 / r + ½⌋`, held within 0–127. */
export const ACTIVATION_LEVELS = 127;

/** The same on both sides of zero, so that a sum needs no correction for a zero point. */
const WEIGHT_LEVELS = 127;

export interface QuantisedKernel {
  /** In the layout of the kernel given, `[kernelHeight, kernelWidth, inChannels / groups, filters]`; −127 to 127. */
  readonly values: Int8Array<ArrayBuffer>;
  /** `[filters]`: a sum of `value · activation` (both integers) times this is the real output, less its bias. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Takes the scale of each input channel into the weights, then rounds those to the nearest of 255 steps per filter:
 * `w'[…, c, f] = w[…, c, f] · r_c / 127`, `scale_f = max|w'[…, f]| / 127`, `value = round(w' / scale_f)`.
 * Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference", 2018, section 2; per output channel as in Krishnamoorthi's white paper of the same year.
 * @param kernel `[kernelHeight, kernelWidth, inChannels / groups, filters]`
 * @param inputRanges upper bounds of the input, `[inChannels]`, or `[1]` for all channels alike
 * @throws Error if the number of ranges is neither
 */
export function quantiseKernel(
  kernel: Weight,
  inputRanges: readonly number[],
  groups: number,
): QuantisedKernel {
  const [height = 0, width = 0, inPerGroup = 0, filters = 0] = kernel.shape;
  const channels = inPerGroup * groups;
  if (inputRanges.length !== 1 && inputRanges.length !== channels) {
    throw new Error(`${inputRanges.length} ranges for ${channels} input channels`);
  }
  const inputScales = Float64Array.from(
    { length: channels },
    (_, channel) => (inputRanges[inputRanges.length === 1 ? 0 : channel] as number) / ACTIVATION_LEVELS,
  );
  const rows = height * width * inPerGroup;
  const perGroup = filters / groups;

  // Plain loops over 23 million weights: every worker waits for this when it starts.
  const source = kernel.values;
  const largest = new Float64Array(filters);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let group = 0, filter = 0; group < groups; group++) {
      const scale = inputScales[group * inPerGroup + (row % inPerGroup)] as number;
      for (let i = 0; i < perGroup; i++, filter++, at++) {
        const size = Math.abs((source[at] as number) * scale);
        if (size > (largest[filter] as number)) largest[filter] = size;
      }
    }
  }

  // A filter of zeros has no scale of its own; any will do.
  const steps = largest.map((size) => (size > 0 ? WEIGHT_LEVELS / size : 1));
  const values = allocate(() => new Int8Array(source.length));
  for (let row = 0, at = 0; row < rows; row++) {
    for (let group = 0, filter = 0; group < groups; group++) {
      const scale = inputScales[group * inPerGroup + (row % inPerGroup)] as number;
      for (let i = 0; i < perGroup; i++, filter++, at++) {
        const exact = (source[at] as number) * scale * (steps[filter] as number);
        // Moved above zero, where cutting off the fraction rounds down.
        values[at] = ((exact + 128.5) | 0) - 128;
      }
    }
  }
  return { values, scales: Float32Array.from(steps, (step) => 1 / step) };
}
