/**
 * A linear classifier in closed form: ridge regression on one-hot targets in its dual form, which needs nothing but the
 * inner products of the pictures. What a subset of them would teach comes from a part of the same matrix.
 */
import { AppError } from '../../shared/errors.ts';
import { factorize, invertDiagonal, type Pause, solveFactorized } from './cholesky.ts';

/** Inner products of examples with those that can be learned from, of which the first rows are the examples. */
export interface Gram {
  /** `[rows, trainCount]`, row-major; row r < trainCount is training example r, the rest are for checking alone. */
  readonly values: Float32Array;
  readonly trainCount: number;
}

export interface RidgeArgs {
  readonly gram: Gram;
  /** Training examples to learn from, as indices below `trainCount`. */
  readonly chosen: Int32Array;
  /** Class of each row of the matrix. */
  readonly labels: Int32Array;
  /** One number a class: how much its examples count. */
  readonly classWeights: readonly number[];
  /** Strength of the penalty, > 0. */
  readonly lambda: number;
}

export interface RidgeFit {
  readonly args: RidgeArgs;
  /** Dual coefficients `[chosen, classes]`. */
  readonly coefficients: Float64Array;
  /** Diagonal of the inverse, `[chosen]`: what leaving one out needs. null where nobody asked for it. */
  readonly inverseDiagonal: Float64Array | null;
}

/** Every inner product has this much more: one feature that is the same in all, whose weight is the bias. */
const BIAS_PRODUCT = 1;

/**
 * Solves (K + λ·W⁻¹)·α = Y, the minimum of Σ wᵢ·‖yᵢ − f(xᵢ)‖² + λ·‖β‖² (Saunders, Gammerman & Vovk, "Ridge regression
 * learning algorithm in dual variables", ICML 1998).
 * @throws AppError `unexpected` if a number is not finite; what `pause` throws
 */
export async function fitRidge(args: RidgeArgs, withInverse: boolean, pause: Pause): Promise<RidgeFit> {
  const { gram, chosen, labels, classWeights, lambda } = args;
  const size = chosen.length;
  const classCount = classWeights.length;
  const matrix = new Float64Array(size * size);
  const coefficients = new Float64Array(size * classCount);
  for (let i = 0; i < size; i++) {
    const from = (chosen[i] as number) * gram.trainCount;
    // The upper half is never read.
    for (let j = 0; j <= i; j++) {
      matrix[i * size + j] = (gram.values[from + (chosen[j] as number)] as number) + BIAS_PRODUCT;
    }
    const label = labels[chosen[i] as number] as number;
    matrix[i * size + i] = (matrix[i * size + i] as number) + lambda / (classWeights[label] as number);
    for (let c = 0; c < classCount; c++) coefficients[i * classCount + c] = targetOf(label, c, classCount);
  }
  await factorize(matrix, size, pause);
  solveFactorized(matrix, size, coefficients, classCount);
  const inverseDiagonal = withInverse ? await invertDiagonal(matrix, size, pause) : null;
  return { args, coefficients, inverseDiagonal };
}

/** One-hot, moved so that the targets of an example add up to nothing. */
function targetOf(label: number, classIndex: number, classCount: number): number {
  return (label === classIndex ? 1 : 0) - 1 / classCount;
}

/** Class with the highest score, for rows of the matrix that were not learned from. */
export function predictRidge({ args, coefficients }: RidgeFit, rows: Int32Array): Int32Array {
  const { gram, chosen, classWeights } = args;
  const classCount = classWeights.length;
  const scores = new Float64Array(classCount);
  return rows.map((row) => {
    scores.fill(0);
    for (let i = 0; i < chosen.length; i++) {
      const product = (gram.values[row * gram.trainCount + (chosen[i] as number)] as number) + BIAS_PRODUCT;
      for (let c = 0; c < classCount; c++) {
        scores[c] = (scores[c] as number) + product * (coefficients[i * classCount + c] as number);
      }
    }
    return scores.indexOf(Math.max(...scores));
  });
}

/**
 * What the fit without each example says of it, `[chosen, classes]`: yᵢ − αᵢ / (K + λ·W⁻¹)⁻¹ᵢᵢ
 * (Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, eq. 5.12).
 */
export function leaveOneOutScores({ args, coefficients, inverseDiagonal }: RidgeFit): Float64Array {
  if (!inverseDiagonal) throw new AppError('unexpected', { message: 'a fit without its inverse' });
  const { chosen, labels, classWeights } = args;
  const classCount = classWeights.length;
  return coefficients.map((coefficient, place) => {
    const i = Math.floor(place / classCount);
    const target = targetOf(labels[chosen[i] as number] as number, place % classCount, classCount);
    return target - coefficient / (inverseDiagonal[i] as number);
  });
}

/** Class with the highest of these scores, for each example that was learned from. */
export function predictLeftOut(fit: RidgeFit): Int32Array {
  const classCount = fit.args.classWeights.length;
  const scores = leaveOneOutScores(fit);
  return fit.args.chosen.map((_, i) => {
    const line = scores.subarray(i * classCount, (i + 1) * classCount);
    return line.indexOf(Math.max(...line));
  });
}

/**
 * Of these penalties the one with the least weighted squared error of examples left out (PRESS; Allen, "The
 * relationship between variable selection and data augmentation", Technometrics 16, 1974).
 */
export async function chooseLambda(
  args: Omit<RidgeArgs, 'lambda'>,
  lambdas: readonly [number, ...number[]],
  pause: Pause,
): Promise<number> {
  let best = lambdas[0];
  let least = Number.POSITIVE_INFINITY;
  for (const lambda of lambdas) {
    const error = pressOf(await fitRidge({ ...args, lambda }, true, pause));
    if (error < least) [best, least] = [lambda, error];
  }
  return best;
}

function pressOf({ args, coefficients, inverseDiagonal }: RidgeFit): number {
  const { chosen, labels, classWeights } = args;
  const classCount = classWeights.length;
  return coefficients.reduce((sum, coefficient, place) => {
    const i = Math.floor(place / classCount);
    const weight = classWeights[labels[chosen[i] as number] as number] as number;
    return sum + weight * (coefficient / (inverseDiagonal?.[i] as number)) ** 2;
  }, 0);
}
