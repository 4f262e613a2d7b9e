import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../../../domain/trainSettings.ts';
import { activateBackend } from '../activate.ts';
import { createOptimizer } from './optimizers.ts';
import type { Parameter } from './parameter.ts';

const START = 2;
const GRADIENTS = [1, -0.5, 3, 0.25];
const RATES = [0.1, 0.2, 0.05, 0.1];
const MOMENTUM = 0.8;

/** A weight after the steps, written out apart from the rules: the published formulas in double precision. */
const EXPECTED = {
  /** Sutskever et al. 2013, equations 3 and 4, where gradients are taken at `θ + μ·v`: that point is the weight. */
  nesterov() {
    let [theta, velocity, ahead] = [START, 0, START];
    GRADIENTS.forEach((gradient, i) => {
      velocity = MOMENTUM * velocity - (RATES[i] ?? 0) * gradient;
      theta += velocity;
      ahead = theta + MOMENTUM * velocity;
    });
    return ahead;
  },
  momentum() {
    let [weight, velocity] = [START, 0];
    GRADIENTS.forEach((gradient, i) => {
      velocity = MOMENTUM * velocity - (RATES[i] ?? 0) * gradient;
      weight += velocity;
    });
    return weight;
  },
  rmsprop() {
    let [weight, meanSquare] = [START, 0];
    GRADIENTS.forEach((gradient, i) => {
      meanSquare = 0.9 * meanSquare + 0.1 * gradient ** 2;
      weight -= ((RATES[i] ?? 0) * gradient) / (Math.sqrt(meanSquare) + 1e-7);
    });
    return weight;
  },
  /** Decay takes the rate of its step too. */
  adamw() {
    let [weight, mean, variance] = [START, 0, 0];
    GRADIENTS.forEach((gradient, i) => {
      const rate = RATES[i] ?? 0;
      weight -= rate * 0.1 * weight;
      mean = 0.9 * mean + 0.1 * gradient;
      variance = 0.999 * variance + 0.001 * gradient ** 2;
      weight -= (rate * (mean / (1 - 0.9 ** (i + 1)))) / Math.sqrt(variance / (1 - 0.999 ** (i + 1)));
    });
    return weight;
  },
};

beforeAll(async () => {
  await activateBackend('wasm');
});

it.each<[keyof typeof EXPECTED, Partial<TrainSettings>]>([
  ['momentum', { optimizer: 'sgd' }],
  ['nesterov', { optimizer: 'sgd', nesterov: true }],
  ['rmsprop', { optimizer: 'rmsprop' }],
  ['adamw', { optimizer: 'adamw', weightDecay: 0.1 }],
])('%s moves as its paper says, at rates that change', async (name, more) => {
  const settings = { ...DEFAULT_TRAIN_SETTINGS, momentum: MOMENTUM, l2: 0, ...more };
  const before = tf.memory().numTensors;
  const parameter: Parameter = { key: 'w', value: tf.tensor1d([START]), isKernel: true, slots: new Map() };
  const optimizer = createOptimizer(settings);
  GRADIENTS.forEach((gradient, i) => {
    optimizer.apply(new Map([[parameter, tf.tensor1d([gradient])]]), RATES[i] ?? 0);
  });
  // Adam's epsilon lies outside the root before the correction, which the last digits show.
  expect((await parameter.value.data())[0]).toBeCloseTo(EXPECTED[name](), 4);
  tf.dispose([parameter.value, ...parameter.slots.values()]);
  expect(tf.memory().numTensors).toBe(before);
});
