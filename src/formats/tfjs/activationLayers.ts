/** Activations as Keras has them, there and back: some are a layer of their own, others a word in one. */
import type { ActivationNode, ReluNode, SoftmaxNode } from '../../network/network.ts';
import { AppError } from '../../shared/errors.ts';
import type { LAYER_ACTIVATIONS } from './schema.ts';

type Unnamed<Node> = Omit<Node, 'name' | 'inputs'>;

/** What an Activation layer of that word is. */
export const ACTIVATION_NODES: Readonly<
  Record<
    (typeof LAYER_ACTIVATIONS)[number],
    Unnamed<ActivationNode> | Unnamed<ReluNode> | Unnamed<SoftmaxNode>
  >
> = {
  relu: { op: 'relu', maxValue: null },
  relu6: { op: 'relu', maxValue: 6 },
  softmax: { op: 'softmax' },
  sigmoid: { op: 'activation', kind: 'sigmoid', slope: 0 },
  swish: { op: 'activation', kind: 'silu', slope: 0 },
  silu: { op: 'activation', kind: 'silu', slope: 0 },
};

/** Of negative numbers, where a LeakyReLU says nothing. Source: keras.layers.LeakyReLU. */
const KERAS_SLOPE = 0.3;

/** Keras 2 calls the slope alpha, Keras 3 negative_slope. */
export function toLeakyRelu(config: {
  readonly alpha?: number | undefined;
  readonly negative_slope?: number | undefined;
}): Unnamed<ActivationNode> {
  const slope = config.negative_slope ?? config.alpha ?? KERAS_SLOPE;
  return { op: 'activation', kind: 'leakyRelu', slope };
}

/** @throws AppError unsupportedByFormat (`details.node`): TensorFlow.js has no hard swish, and its hardSigmoid another slope */
export function toActivationLayer({ name, kind, slope }: ActivationNode): {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
} {
  switch (kind) {
    case 'leakyRelu':
      return { className: 'LeakyReLU', config: { alpha: slope } };
    case 'sigmoid':
      return { className: 'Activation', config: { activation: 'sigmoid' } };
    case 'silu':
      return { className: 'Activation', config: { activation: 'swish' } };
    case 'hardSwish':
      throw new AppError('unsupportedByFormat', { node: name });
  }
}
