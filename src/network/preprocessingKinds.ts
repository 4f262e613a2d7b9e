/** The ways in which programs prepare pictures for the networks that they train, by name. */
import type { Preprocessing } from './network.ts';
import { CAFFE_PREPROCESSING, TORCH_PREPROCESSING, UNIT_PREPROCESSING } from './nodeBuilders.ts';

/**
 * `imagenet`: fractions, by the mean and deviation of each channel of ImageNet. `caffe`: BGR less the mean.
 * Source of that and of −1 to 1: keras.applications.imagenet_utils, modes `caffe` and `tf`.
 */
export const PREPROCESSINGS = {
  imagenet: TORCH_PREPROCESSING,
  caffe: CAFFE_PREPROCESSING,
  minusOneToOne: { matrix: [1 / 127.5, 0, 0, 0, 1 / 127.5, 0, 0, 0, 1 / 127.5], bias: [-1, -1, -1] },
  zeroToOne: UNIT_PREPROCESSING,
  none: { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] },
} as const satisfies Readonly<Record<string, Preprocessing>>;

export type PreprocessingKind = keyof typeof PREPROCESSINGS;
