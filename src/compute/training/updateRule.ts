/** What an optimiser does to each weight in one step, as numbers that every implementation puts into the same formulas. */
import type { TrainSettings } from '../../domain/trainSettings.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
/** Of RMSprop: Hinton's and Keras's. */
const MEAN_SQUARE_KEEP = 0.9;
/** Keras's default; added outside the root, as in the "epsilon hat" form of section 2 of Adam's paper. */
const EPSILON = 1e-7;

export type OptimizerSettings = Pick<
  TrainSettings,
  'optimizer' | 'momentum' | 'nesterov' | 'weightDecay' | 'l2'
>;

export interface UpdateStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
}

/** With the gradient `g' = g + penalty·w`, the first moment is `m' = firstKeep·m + firstAdd·g'`. */
interface FirstMoment {
  /** Factor of the weight that is added to its gradient (L2). */
  readonly penalty: number;
  readonly firstKeep: number;
  readonly firstAdd: number;
}

/**
 * SGD with momentum as Keras has it, where the moment is the velocity: `w' = w + velocityAdd·m' + gradientAdd·g'`.
 * With Nesterov's momentum (Sutskever et al., "On the importance of initialization and momentum in deep learning",
 * 2013) the weight stands where the velocity is about to carry it: `w' = w + momentum·m' − rate·g'`.
 */
export interface SgdRule extends FirstMoment {
  readonly kind: 'sgd';
  readonly velocityAdd: number;
  readonly gradientAdd: number;
}

/**
 * Adam (Kingma & Ba, 2015) and AdamW (Loshchilov & Hutter, "Decoupled Weight Decay", 2019), with the second moment
 * `v' = secondKeep·v + secondAdd·g'²`: `w' = keep·w − rate·m' / (√v' + epsilon)`.
 *
 * RMSprop (Tieleman & Hinton, lecture 6.5, 2012) is the same with a first moment that forgets at once, and without
 * bias corrections.
 */
export interface AdaptiveRule extends FirstMoment {
  readonly kind: 'adaptive';
  readonly secondKeep: number;
  readonly secondAdd: number;
  /** Learning rate, times Adam's bias corrections of both moments. */
  readonly rate: number;
  readonly epsilon: number;
  /** What decoupled decay leaves of each weight. */
  readonly keep: number;
}

export type UpdateRule = SgdRule | AdaptiveRule;

const SLOT_NAMES: Readonly<Record<TrainSettings['optimizer'], readonly string[]>> = {
  sgd: ['velocity'],
  adam: ['mean', 'variance'],
  adamw: ['mean', 'variance'],
  // The kernels have a place for a first moment wherever there is a second.
  rmsprop: ['gradient', 'meanSquare'],
};

/** Names of what an optimiser remembers of each weight, the first moment first; part of the keys of its state. */
export function slotNamesOf({ optimizer }: OptimizerSettings): readonly string[] {
  return SLOT_NAMES[optimizer];
}

/** Key of a slot in the optimiser's state. */
export function slotKey(parameterKey: string, slotName: string): string {
  return `${parameterKey}|${slotName}`;
}

/** @param isKernel decay and L2 touch kernels only */
export function updateRule(
  settings: OptimizerSettings,
  { step, learningRate }: UpdateStep,
  isKernel: boolean,
): UpdateRule {
  const { optimizer, momentum, nesterov, weightDecay, l2 } = settings;
  const penalty = isKernel ? 2 * l2 : 0;
  if (optimizer === 'sgd') {
    const added = nesterov
      ? { velocityAdd: momentum, gradientAdd: -learningRate }
      : { velocityAdd: 1, gradientAdd: 0 };
    return { kind: 'sgd', penalty, firstKeep: momentum, firstAdd: -learningRate, ...added };
  }
  if (optimizer === 'rmsprop') {
    return {
      kind: 'adaptive',
      penalty,
      firstKeep: 0,
      firstAdd: 1,
      secondKeep: MEAN_SQUARE_KEEP,
      secondAdd: 1 - MEAN_SQUARE_KEEP,
      rate: learningRate,
      epsilon: EPSILON,
      keep: 1,
    };
  }
  const decay = optimizer === 'adamw' && isKernel ? weightDecay : 0;
  return {
    kind: 'adaptive',
    penalty,
    firstKeep: BETA_1,
    firstAdd: 1 - BETA_1,
    secondKeep: BETA_2,
    secondAdd: 1 - BETA_2,
    rate: (learningRate * Math.sqrt(1 - BETA_2 ** step)) / (1 - BETA_1 ** step),
    epsilon: EPSILON,
    keep: 1 - learningRate * decay,
  };
}
