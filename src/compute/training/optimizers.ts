/** Optimisers over parameters that live on the backend. State can be read out and put back, for snapshots. */
import * as tf from '@tensorflow/tfjs-core';
import type { TrainSettings } from '../../shared/training.ts';
import { adamInPlace, canUpdateInPlace } from '../kernels/adamWasm.ts';
import type { Parameter } from './denseStack.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
/** Keras's default; added outside the root, as in the "epsilon hat" form of the paper's section 2. */
const EPSILON = 1e-7;

type OptimizerSettings = Pick<
  TrainSettings,
  'optimizer' | 'learningRate' | 'momentum' | 'weightDecay' | 'l2'
>;

export interface Optimizer {
  /** Steps taken so far. */
  readonly steps: number;
  /** Moves each parameter against its gradient, and frees the gradients. */
  apply(gradients: ReadonlyMap<Parameter, tf.Tensor>): void;
}

function slot(parameter: Parameter, name: string): tf.Tensor {
  let tensor = parameter.slots.get(name);
  if (!tensor) {
    tensor = tf.zerosLike(parameter.value);
    parameter.slots.set(name, tensor);
  }
  return tensor;
}

function replaceSlot(parameter: Parameter, name: string, value: tf.Tensor): void {
  parameter.slots.get(name)?.dispose();
  parameter.slots.set(name, value);
}

function replaceValue(parameter: Parameter, value: tf.Tensor): void {
  parameter.value.dispose();
  parameter.value = value;
}

interface AdamStep {
  readonly rate: number;
  /** From 1. */
  readonly step: number;
  /** Decoupled weight decay. */
  readonly decay: number;
  /** Factor of the weight that is added to its gradient (L2). */
  readonly penalty: number;
}

/** Kingma & Ba, "Adam", 2015; with `decay` > 0 Loshchilov & Hutter, "Decoupled Weight Decay", 2019. */
function applyAdam(
  parameter: Parameter,
  gradient: tf.Tensor,
  { rate, step, decay, penalty }: AdamStep,
): void {
  const correctedRate = (rate * Math.sqrt(1 - BETA_2 ** step)) / (1 - BETA_1 ** step);
  const [mean, variance] = [slot(parameter, 'mean'), slot(parameter, 'variance')];
  const keep = 1 - rate * decay;
  if (canUpdateInPlace()) {
    adamInPlace(
      { value: parameter.value, gradient, mean, variance },
      { correctedRate, keep, penalty, beta1: BETA_1, beta2: BETA_2, epsilon: EPSILON },
    );
    return;
  }
  const [newMean, newVariance, newValue] = tf.tidy(() => {
    const g = withPenalty(gradient, parameter.value, penalty);
    const m = tf.add(tf.mul(mean, BETA_1), tf.mul(g, 1 - BETA_1));
    const v = tf.add(tf.mul(variance, BETA_2), tf.mul(tf.square(g), 1 - BETA_2));
    const move = tf.mul(tf.div(m, tf.add(tf.sqrt(v), EPSILON)), correctedRate);
    const kept = keep === 1 ? parameter.value : tf.mul(parameter.value, keep);
    return [m, v, tf.sub(kept, move)];
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  replaceSlot(parameter, 'mean', newMean);
  replaceSlot(parameter, 'variance', newVariance);
  replaceValue(parameter, newValue);
}

function withPenalty(gradient: tf.Tensor, value: tf.Tensor, penalty: number): tf.Tensor {
  return penalty > 0 ? tf.add(gradient, tf.mul(value, penalty)) : gradient;
}

interface SgdStep {
  readonly rate: number;
  readonly momentum: number;
  readonly penalty: number;
}

/** Velocity `v = μ·v − rate·g`, then `w += v`: SGD with momentum as Keras has it. */
function applySgd(parameter: Parameter, gradient: tf.Tensor, { rate, momentum, penalty }: SgdStep): void {
  const velocity = slot(parameter, 'velocity');
  const [newVelocity, newValue] = tf.tidy(() => {
    const g = withPenalty(gradient, parameter.value, penalty);
    const moved = tf.sub(tf.mul(velocity, momentum), tf.mul(g, rate));
    return [moved, tf.add(parameter.value, moved)];
  }) as [tf.Tensor, tf.Tensor];
  replaceSlot(parameter, 'velocity', newVelocity);
  replaceValue(parameter, newValue);
}

/** @param stepsBefore steps already taken, when going on from a snapshot. */
export function createOptimizer(settings: OptimizerSettings, stepsBefore = 0): Optimizer {
  const { optimizer, learningRate: rate, momentum, weightDecay, l2 } = settings;
  let steps = stepsBefore;
  return {
    get steps() {
      return steps;
    },
    apply(gradients) {
      steps += 1;
      for (const [parameter, gradient] of gradients) {
        const penalty = parameter.isKernel ? 2 * l2 : 0;
        if (optimizer === 'sgd') {
          applySgd(parameter, gradient, { rate, momentum, penalty });
        } else {
          const decay = optimizer === 'adamw' && parameter.isKernel ? weightDecay : 0;
          applyAdam(parameter, gradient, { rate, step: steps, decay, penalty });
        }
        gradient.dispose();
      }
    },
  };
}

/** Every slot of every parameter, keyed `parameter|slot`. */
export async function readSlots(
  parameters: readonly Parameter[],
): Promise<Record<string, Float32Array<ArrayBuffer>>> {
  const state: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const { key, slots } of parameters) {
    for (const [name, tensor] of slots) {
      state[`${key}|${name}`] = new Float32Array((await tensor.data()) as Float32Array);
    }
  }
  return state;
}

/** Puts back what `readSlots` read. */
export function writeSlots(
  parameters: readonly Parameter[],
  state: Readonly<Record<string, Float32Array<ArrayBuffer>>>,
): void {
  for (const parameter of parameters) {
    for (const [key, values] of Object.entries(state)) {
      const [owner, name] = key.split('|');
      if (owner !== parameter.key || !name) continue;
      replaceSlot(parameter, name, tf.tensor(values, parameter.value.shape));
    }
  }
}
