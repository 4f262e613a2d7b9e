/** Optimisers over parameters that live on the backend. State can be read out and put back, for snapshots. */
import * as tf from '@tensorflow/tfjs-core';
import {
  type OptimizerSettings,
  slotKey,
  slotNamesOf,
  type UpdateRule,
  updateRule,
} from '../../../training/updateRule.ts';
import type { Parameter } from './parameter.ts';

export interface Optimizer {
  /** Steps taken so far. */
  readonly steps: number;
  /** Moves each parameter against its gradient, and frees the gradients. */
  apply(gradients: ReadonlyMap<Parameter, tf.Tensor>, learningRate: number): void;
}

/** `[value, first moment, second moment]` after the step; see `UpdateRule`. */
function move(value: tf.Tensor, slots: readonly tf.Tensor[], gradient: tf.Tensor, rule: UpdateRule) {
  const [first, second] = slots;
  if (!first) throw new Error('an optimiser without a moment');
  return tf.tidy(() => {
    const g = rule.penalty > 0 ? tf.add(gradient, tf.mul(value, rule.penalty)) : gradient;
    const m = tf.add(tf.mul(first, rule.firstKeep), tf.mul(g, rule.firstAdd));
    if (rule.kind === 'sgd') {
      const { velocityAdd, gradientAdd } = rule;
      const moved = tf.add(value, velocityAdd === 1 ? m : tf.mul(m, velocityAdd));
      return [gradientAdd === 0 ? moved : tf.add(moved, tf.mul(g, gradientAdd)), m];
    }
    if (!second) throw new Error('an adaptive optimiser without a second moment');
    const { secondKeep, secondAdd, rate, epsilon, keep } = rule;
    const v = tf.add(tf.mul(second, secondKeep), tf.mul(tf.square(g), secondAdd));
    const step = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), rate);
    return [tf.sub(keep === 1 ? value : tf.mul(value, keep), step), m, v];
  });
}

/** @param stepsBefore steps already taken, when going on from a snapshot. */
export function createOptimizer(settings: OptimizerSettings, stepsBefore = 0): Optimizer {
  const slotNames = slotNamesOf(settings);
  let steps = stepsBefore;
  return {
    get steps() {
      return steps;
    },
    apply(gradients, learningRate) {
      steps += 1;
      for (const [parameter, gradient] of gradients) {
        const slots = slotNames.map((name) => parameter.slots.get(name) ?? tf.zerosLike(parameter.value));
        const rule = updateRule(settings, { step: steps, learningRate }, parameter.isKernel);
        const [value, ...moments] = move(parameter.value, slots, gradient, rule);
        tf.dispose([parameter.value, gradient, slots]);
        parameter.value = value as tf.Tensor;
        slotNames.forEach((name, i) => void parameter.slots.set(name, moments[i] as tf.Tensor));
      }
    },
  };
}

/** Every slot of every parameter, by `slotKey`, in the parameter's own layout. */
export async function readSlots(
  parameters: readonly Parameter[],
): Promise<Record<string, Float32Array<ArrayBuffer>>> {
  const state: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const { key, slots } of parameters) {
    for (const [name, tensor] of slots) {
      state[slotKey(key, name)] = new Float32Array((await tensor.data()) as Float32Array);
    }
  }
  return state;
}

/** Puts back what `readSlots` read. */
export function writeSlots(
  parameters: readonly Parameter[],
  slotNames: readonly string[],
  state: Readonly<Record<string, Float32Array<ArrayBuffer>>>,
): void {
  for (const { key, value, slots } of parameters) {
    for (const name of slotNames) {
      const values = state[slotKey(key, name)];
      if (!values) continue;
      slots.get(name)?.dispose();
      slots.set(name, tf.tensor(values, value.shape));
    }
  }
}
