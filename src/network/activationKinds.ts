/** The activations apart from ReLU: their formulas, which the reference computes and every runtime is held to. */
import type { ActivationNode } from './network.ts';

/** `1 / (1 + e⁻ˣ)`. */
function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** `min(max(x + 3, 0), 6) / 6`. Source: Howard et al., "Searching for MobileNetV3", 2019, section 5.2. */
function hardSigmoid(x: number): number {
  return Math.min(Math.max(x + 3, 0), 6) / 6;
}

/**
 * Output of the activation for one number: `max(x, slope · x)`, `σ(x)`, `x · σ(x)` (Elfwing et al., 2017; Ramachandran
 * et al., "Searching for Activation Functions", 2017) or `x · hardSigmoid(x)`.
 */
export function activationOf({ kind, slope }: Pick<ActivationNode, 'kind' | 'slope'>, x: number): number {
  switch (kind) {
    case 'leakyRelu':
      return x > 0 ? x : slope * x;
    case 'sigmoid':
      return sigmoid(x);
    case 'silu':
      return x * sigmoid(x);
    case 'hardSwish':
      return x * hardSigmoid(x);
  }
}
