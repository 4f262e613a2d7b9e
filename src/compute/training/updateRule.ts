/** What an optimiser does to each weight in one step, as numbers that every implementation puts into the same formulas. */
import type { TrainSettings } from '../../shared/training.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
/** Keras's default; added outside the root, as in the "epsilon hat" form of the paper's section 2. */
const EPSILON = 1e-7;

export type OptimizerSettings = Pick<
  TrainSettings,
  'optimizer' | 'learningRate' | 'momentum' | 'weightDecay' | 'l2'
>;

/**
 * With the gradient `g' = g + penalty·w` and the first moment `m' = firstKeep·m + firstAdd·g'`:
 *
 * SGD with momentum as Keras has it, where the moment is the velocity: `w' = w + m'`.
 *
 * Adam (Kingma & Ba, 2015) and AdamW (Loshchilov & Hutter, "Decoupled Weight Decay", 2019), with the second moment
 * `v' = secondKeep·v + secondAdd·g'²`: `w' = keep·w − rate·m' / (√v' + epsilon)`.
 */
export interface UpdateRule {
  /** Factor of the weight that is added to its gradient (L2). */
  readonly penalty: number;
  readonly firstKeep: number;
  readonly firstAdd: number;
  /** null: SGD. */
  readonly adam: {
    readonly secondKeep: number;
    readonly secondAdd: number;
    /** Learning rate times the bias corrections of both moments. */
    readonly rate: number;
    readonly epsilon: number;
    /** What decoupled decay leaves of each weight. */
    readonly keep: number;
  } | null;
}

/** Names of what an optimiser remembers of each weight, the first moment first; part of the keys of its state. */
export function slotNamesOf({ optimizer }: OptimizerSettings): readonly string[] {
  return optimizer === 'sgd' ? ['velocity'] : ['mean', 'variance'];
}

/** Key of a slot in the optimiser's state. */
export function slotKey(parameterKey: string, slotName: string): string {
  return `${parameterKey}|${slotName}`;
}

/**
 * @param step from 1
 * @param isKernel decay and L2 touch kernels only
 */
export function updateRule(settings: OptimizerSettings, step: number, isKernel: boolean): UpdateRule {
  const { optimizer, learningRate, momentum, weightDecay, l2 } = settings;
  const penalty = isKernel ? 2 * l2 : 0;
  if (optimizer === 'sgd') return { penalty, firstKeep: momentum, firstAdd: -learningRate, adam: null };
  const decay = optimizer === 'adamw' && isKernel ? weightDecay : 0;
  return {
    penalty,
    firstKeep: BETA_1,
    firstAdd: 1 - BETA_1,
    adam: {
      secondKeep: BETA_2,
      secondAdd: 1 - BETA_2,
      rate: (learningRate * Math.sqrt(1 - BETA_2 ** step)) / (1 - BETA_1 ** step),
      epsilon: EPSILON,
      keep: 1 - learningRate * decay,
    },
  };
}
