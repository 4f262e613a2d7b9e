/**
 * The layers that train: the nodes forward, and backward by hand. Of the forward pass only what the backward pass reads is
 * kept, and that is freed as soon as it was read.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Network, Weight } from '../../../../network/network.ts';
import type { LossSettings } from '../../../training/loss.ts';
import { type NormMode, planTrainable, type TrainablePlan } from '../../../training/trainablePlan.ts';
import { createTrainableLayer, toParameterTensor } from './layers.ts';
import { type LogitError, logitError } from './logitError.ts';
import type { Parameter } from './parameter.ts';
import type { TrainableLayer } from './trainableLayer.ts';

export interface LayerBatch {
  /** At the cut, `[batch, ...shape]`. */
  readonly input: tf.Tensor;
  /** Fractions of the classes, `[batch, classes]`. */
  readonly targets: tf.Tensor2D;
  /** `[batch, 1]`; zero for rows that only fill the batch up. */
  readonly weights: tf.Tensor2D;
  /** By dropout node: what each of its inputs is multiplied by, of that input's shape. */
  readonly masks: ReadonlyMap<string, tf.Tensor>;
}

export type LayerStepResult = Omit<LogitError, 'error'> & {
  readonly gradients: ReadonlyMap<Parameter, tf.Tensor>;
};

export interface LayerStack {
  readonly plan: TrainablePlan;
  readonly parameters: readonly Parameter[];
  /** One training pass. @param weightSum of all rows of the optimiser's step, of which the batch may be a part */
  step(batch: LayerBatch, weightSum: number): LayerStepResult;
  /** Probabilities `[batch, classes]` without dropout. */
  predict(input: tf.Tensor): tf.Tensor;
  /** The network with the weights as they are now. */
  toNetwork(): Promise<Network>;
  /** Puts the weights of a network of the same layers in place; what the optimiser remembers stays. */
  restore(from: Network): void;
  dispose(): void;
}

type Masks = LayerBatch['masks'];
const NO_MASKS: Masks = new Map();

/**
 * On the current backend.
 * @throws as `planTrainable`; Error if a weight is missing
 */
export function createLayerStack(
  network: Network,
  loss: LossSettings,
  norms: NormMode = 'frozen',
): LayerStack {
  const plan = planTrainable(network.nodes, norms);
  const layers = plan.steps.slice(1).map((step) => createTrainableLayer(step, network));
  const parameters = layers.flatMap((layer) => layer.parameters);
  const statistics = layers.flatMap((layer) => layer.statistics);
  const inputName = plan.steps[0]?.output ?? '';
  const logitsName = plan.steps.at(-1)?.output ?? '';
  const lastReader = new Map<string, TrainableLayer>();
  for (const layer of layers) for (const name of layer.step.inputs) lastReader.set(name, layer);

  /** Every output that is still alive afterwards, by name. Within a `tf.tidy`. */
  function forward(
    input: tf.Tensor,
    kept: ReadonlySet<string>,
    masks: Masks,
    isTraining: boolean,
  ): Map<string, tf.Tensor> {
    // A clone, so that the caller's tensor outlives this pass.
    const outputs = new Map([[inputName, input.clone()]]);
    for (const layer of layers) {
      const { node, inputs, output } = layer.step;
      const read = inputs.map((name) => outputs.get(name) as tf.Tensor);
      outputs.set(
        output,
        tf.tidy(() => layer.forward(read, { isTraining, mask: masks.get(node.name) })),
      );
      for (const name of new Set(inputs)) {
        if (lastReader.get(name) !== layer || kept.has(name)) continue;
        outputs.get(name)?.dispose();
        outputs.delete(name);
      }
    }
    return outputs;
  }

  /** Frees the outputs on its way. Within a `tf.tidy`. */
  function backward(outputs: Map<string, tf.Tensor>, logitGradient: tf.Tensor, masks: Masks) {
    const gradients = new Map<Parameter, tf.Tensor>();
    const ofOutputs = new Map<string, tf.Tensor>([[logitsName, logitGradient]]);
    const send = (name: string, gradient: tf.Tensor) => {
      const before = ofOutputs.get(name);
      ofOutputs.set(name, before ? tf.add(before, gradient) : gradient);
      if (before) tf.dispose([before, gradient]);
    };
    for (const layer of layers.toReversed()) {
      const { node, inputs, output } = layer.step;
      const gradient = ofOutputs.get(output);
      if (gradient) {
        const pass = {
          gradient,
          inputs: inputs.map((name) => outputs.get(name)),
          output: outputs.get(output),
          mask: masks.get(node.name),
        };
        const result = tf.tidy(() => ({ ...layer.backward(pass) }));
        layer.parameters.forEach((parameter, i) => {
          gradients.set(parameter, result.parameters[i] as tf.Tensor);
        });
        inputs.forEach((name, i) => {
          const sent = result.inputs[i];
          if (sent && layer.step.wantsGradient[i]) send(name, sent);
        });
        gradient.dispose();
        ofOutputs.delete(output);
      }
      outputs.get(output)?.dispose();
      outputs.delete(output);
    }
    return gradients;
  }

  return {
    plan,
    parameters,
    step({ input, targets, weights, masks }, weightSum) {
      const held: { result?: LayerStepResult } = {};
      tf.tidy(() => {
        const outputs = forward(input, plan.kept, masks, true);
        const logits = outputs.get(logitsName) as tf.Tensor2D;
        const { error, lossSum, correct } = logitError({ logits, targets, weights }, weightSum, loss);
        held.result = { gradients: backward(outputs, error, masks), lossSum, correct };
        return [...held.result.gradients.values(), lossSum, correct];
      });
      return held.result as LayerStepResult;
    },
    predict: (input) =>
      tf.tidy(() => tf.softmax(forward(input, new Set(), NO_MASKS, false).get(logitsName) as tf.Tensor)),
    async toNetwork() {
      const weights: Record<string, Weight> = { ...network.weights };
      for (const { key, value } of [...parameters, ...statistics]) {
        const { shape } = network.weights[key] as Weight;
        weights[key] = { shape, values: new Float32Array((await value.data()) as Float32Array) };
      }
      return { ...network, weights };
    },
    restore(from) {
      for (const weight of [...parameters, ...statistics]) {
        weight.value.dispose();
        weight.value = toParameterTensor(from, weight.key);
      }
    },
    dispose() {
      for (const layer of layers) layer.dispose();
    },
  };
}
