/** Reads the weights of a network out of a file, one tensor at a time, into our order. */

import { type NetworkNode, type Weight, type Weights, weightKey } from '../../../network/network.ts';
import { inferShapes, weightShapes } from '../../../network/shapes.ts';
import { AppError, throwIfCancelled } from '../../../shared/errors.ts';
import { toShownText } from '../fileErrors.ts';
import type { TensorFile } from '../tensorFile.ts';
import { findTensorInfo } from '../tensorTable.ts';
import { checkMatch } from './checkMatch.ts';
import { matchWeights, type WeightMatch } from './matchWeights.ts';
import { applyTransform } from './transform.ts';

export interface ReadWeightsOptions {
  readonly signal?: AbortSignal;
  /** Fraction done, 0–1, rising. */
  readonly onProgress?: (doneFraction: number) => void;
}

/** Whether none is NaN or infinite: either times zero is NaN. */
function isFinite32(values: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += (values[i] ?? 0) * 0;
  return zero === 0;
}

/**
 * γ for another ε, so that γ·(x−μ)/√(σ²+ε) stays what it was in the source: γ' = γ·√(σ²+ε')/√(σ²+ε).
 * Changing σ² instead could make it negative.
 */
function forEpsilon(gamma: Weight, variance: Weight, from: number, to: number): Weight {
  const values = gamma.values.map((value, channel) => {
    const spread = variance.values[channel] ?? 0;
    return value * Math.sqrt((spread + to) / (spread + from));
  });
  return { shape: gamma.shape, values };
}

function adaptEpsilons(
  nodes: readonly NetworkNode[],
  match: WeightMatch,
  weights: Record<string, Weight>,
): void {
  for (const node of nodes) {
    const from = match.epsilons.get(node.name);
    const [gammaKey, varianceKey] = [weightKey(node.name, 'gamma'), weightKey(node.name, 'movingVariance')];
    const [gamma, variance] = [weights[gammaKey], weights[varianceKey]];
    if (node.op !== 'batchNorm' || from === undefined || !gamma || !variance) continue;
    weights[gammaKey] = forEpsilon(gamma, variance, from, node.epsilon);
  }
}

/**
 * All weights that `nodes` need.
 * @param nodes a whole network: shapes follow from its input
 * @param match of the same nodes and file
 * @throws AppError as `checkMatch` and `TensorFile.read`; weightsFileNotFinite; cancelled
 */
export async function readWeights(
  nodes: readonly NetworkNode[],
  file: TensorFile,
  match: WeightMatch = matchWeights(nodes, file),
  { signal, onProgress }: ReadWeightsOptions = {},
): Promise<Weights> {
  checkMatch(nodes, file, match);
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  let done = 0;
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      throwIfCancelled(signal);
      const key = weightKey(node.name, kind);
      const matched = match.map.get(key);
      if (!matched) throw new Error(`${key} is not matched`);
      const values = await file.read(matched.source);
      if (!isFinite32(values))
        throw new AppError('weightsFileNotFinite', { name: toShownText(matched.source) });
      const { shape: sourceShape } = findTensorInfo(file.tensors, matched.source);
      weights[key] = { shape, values: applyTransform(values, sourceShape, matched.transform) };
      done += 1;
      onProgress?.(done / match.map.size);
    }
  }
  adaptEpsilons(nodes, match, weights);
  return weights;
}
