/** Linear systems with a symmetric positive definite matrix, in double precision; TensorFlow.js has no solver. */
import { AppError } from '../../shared/errors.ts';

/** Called again and again in between; may throw to give up. */
export type Pause = () => Promise<void>;

const ROWS_BETWEEN_PAUSES = 16;

/**
 * Cholesky: a symmetric positive definite matrix `[size, size]` becomes L with L·Lᵀ = matrix; the upper half is neither
 * read nor written.
 * @throws AppError `unexpected` if the matrix is not positive definite or not finite; what `pause` throws
 */
export async function factorize(matrix: Float64Array, size: number, pause: Pause): Promise<void> {
  for (let row = 0; row < size; row++) {
    factorizeRow(matrix, size, row);
    if (row % ROWS_BETWEEN_PAUSES === 0) await pause();
  }
}

/** Four columns at a time: their sums do not wait for one another. */
function factorizeRow(m: Float64Array, size: number, row: number): void {
  const own = row * size;
  let j = 0;
  for (; j + 4 <= row; j += 4) {
    const r0 = j * size;
    const r1 = r0 + size;
    const r2 = r1 + size;
    const r3 = r2 + size;
    let s0 = m[own + j] as number;
    let s1 = m[own + j + 1] as number;
    let s2 = m[own + j + 2] as number;
    let s3 = m[own + j + 3] as number;
    for (let k = 0; k < j; k++) {
      const value = m[own + k] as number;
      s0 -= value * (m[r0 + k] as number);
      s1 -= value * (m[r1 + k] as number);
      s2 -= value * (m[r2 + k] as number);
      s3 -= value * (m[r3 + k] as number);
    }
    s0 /= m[r0 + j] as number;
    s1 = (s1 - s0 * (m[r1 + j] as number)) / (m[r1 + j + 1] as number);
    s2 = (s2 - s0 * (m[r2 + j] as number) - s1 * (m[r2 + j + 1] as number)) / (m[r2 + j + 2] as number);
    s3 -= s0 * (m[r3 + j] as number) + s1 * (m[r3 + j + 1] as number) + s2 * (m[r3 + j + 2] as number);
    s3 /= m[r3 + j + 3] as number;
    m[own + j] = s0;
    m[own + j + 1] = s1;
    m[own + j + 2] = s2;
    m[own + j + 3] = s3;
  }
  for (; j <= row; j++) {
    let sum = m[own + j] as number;
    for (let k = 0; k < j; k++) sum -= (m[own + k] as number) * (m[j * size + k] as number);
    if (j === row && !(sum > 0))
      throw new AppError('unexpected', { message: 'a matrix that is not positive definite' });
    m[own + j] = j === row ? Math.sqrt(sum) : sum / (m[j * size + j] as number);
  }
}

/** Solves L·Lᵀ·X = right-hand sides `[size, columns]`, in place. */
export function solveFactorized(
  lower: Float64Array,
  size: number,
  right: Float64Array,
  columns: number,
): void {
  const subtract = (row: number, other: number, factor: number) => {
    for (let c = 0; c < columns; c++) {
      const place = row * columns + c;
      right[place] = (right[place] as number) - factor * (right[other * columns + c] as number);
    }
  };
  const divide = (row: number) => {
    for (let c = 0; c < columns; c++) {
      const place = row * columns + c;
      right[place] = (right[place] as number) / (lower[row * size + row] as number);
    }
  };
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) subtract(row, k, lower[row * size + k] as number);
    divide(row);
  }
  for (let row = size - 1; row >= 0; row--) {
    divide(row);
    for (let k = 0; k < row; k++) subtract(k, row, lower[row * size + k] as number);
  }
}

/** Diagonal of (L·Lᵀ)⁻¹: the squares of each column of L⁻¹, added up. */
export async function invertDiagonal(lower: Float64Array, size: number, pause: Pause): Promise<Float64Array> {
  const inverse = new Float64Array(size * size);
  const diagonal = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    invertRow(lower, inverse, size, row);
    for (let c = 0; c <= row; c++) {
      diagonal[c] = (diagonal[c] as number) + (inverse[row * size + c] as number) ** 2;
    }
    if (row % ROWS_BETWEEN_PAUSES === 0) await pause();
  }
  return diagonal;
}

/** A row of L⁻¹ from those above it, four of them at a time: a row is written once for four that are read. */
function invertRow(lower: Float64Array, inverse: Float64Array, size: number, row: number): void {
  const own = row * size;
  for (let k = 0; k < row; k += 4) {
    const most = Math.min(k + 4, row);
    const f0 = lower[own + k] as number;
    const f1 = k + 1 < most ? (lower[own + k + 1] as number) : 0;
    const f2 = k + 2 < most ? (lower[own + k + 2] as number) : 0;
    const f3 = k + 3 < most ? (lower[own + k + 3] as number) : 0;
    const r0 = k * size;
    // Rows that are not there count nothing, and must not be read from beyond the end.
    const r1 = k + 1 < most ? r0 + size : r0;
    const r2 = k + 2 < most ? r1 + size : r0;
    const r3 = k + 3 < most ? r2 + size : r0;
    for (let c = 0; c < most; c++) {
      inverse[own + c] =
        (inverse[own + c] as number) -
        f0 * (inverse[r0 + c] as number) -
        f1 * (inverse[r1 + c] as number) -
        f2 * (inverse[r2 + c] as number) -
        f3 * (inverse[r3 + c] as number);
    }
  }
  inverse[own + row] = 1;
  const pivot = lower[own + row] as number;
  for (let c = 0; c <= row; c++) inverse[own + c] = (inverse[own + c] as number) / pivot;
}
