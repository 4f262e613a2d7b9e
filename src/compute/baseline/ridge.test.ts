import { describe, expect, it } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { factorize, invertDiagonal, solveFactorized } from './cholesky.ts';
import {
  chooseLambda,
  fitRidge,
  type Gram,
  leaveOneOutScores,
  predictLeftOut,
  predictRidge,
} from './ridge.ts';

const noPause = () => Promise.resolve();
const CLASSES = 3;
const FEATURES = 5;
const TRAIN = 14;
const ALL = 20;

const random = createRandom(3);
const rows = Array.from({ length: ALL }, (_, row) =>
  Array.from({ length: FEATURES }, (_, f) => random.next() + (f === row % CLASSES ? 0.6 : 0)),
);
const labels = Int32Array.from(rows, (_, row) => row % CLASSES);
const product = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, f) => sum + value * (b[f] ?? 0), 0);

function gramOf(points: readonly (readonly number[])[], trainCount: number): Gram {
  const values = points.flatMap((point) => points.slice(0, trainCount).map((other) => product(point, other)));
  return { values: Float32Array.from(values), trainCount };
}

/** Gauss–Jordan with pivots, `[size, size]` and `[size, columns]`: slow, and unlike what is tested. */
function solve(matrix: number[][], right: number[][]): number[][] {
  const lines = matrix.map((line, i) => [...line, ...(right[i] ?? [])]);
  lines.forEach((_, place) => {
    const best = lines.reduce(
      (most, line, i) =>
        i >= place && Math.abs(line[place] ?? 0) > Math.abs(lines[most]?.[place] ?? 0) ? i : most,
      place,
    );
    [lines[place], lines[best]] = [lines[best] ?? [], lines[place] ?? []];
    const pivot = lines[place] ?? [];
    const scale = pivot[place] ?? 1;
    lines[place] = pivot.map((value) => value / scale);
    lines.forEach((line, i) => {
      const factor = line[place] ?? 0;
      if (i !== place) lines[i] = line.map((value, c) => value - factor * (lines[place]?.[c] ?? 0));
    });
  });
  return lines.map((line) => line.slice(matrix.length));
}

/** Scores of `point` by the weighted normal equations (XᵀWX + λI)·β = XᵀWY, with one feature that is 1 for the bias. */
function scoresByNormalEquations(
  chosen: readonly number[],
  classWeights: readonly number[],
  lambda: number,
  point: readonly number[],
): number[] {
  const size = FEATURES + 1;
  const inputs = chosen.map((row) => [...(rows[row] ?? []), 1]);
  const weightOf = (i: number) => classWeights[labels[chosen[i] ?? 0] ?? 0] ?? 0;
  const targets = chosen.map((row) =>
    Array.from({ length: CLASSES }, (_, c) => (labels[row] === c ? 1 : 0) - 1 / CLASSES),
  );
  const sumOver = (term: (i: number) => number) =>
    chosen.reduce((sum, _, i) => sum + weightOf(i) * term(i), 0);
  const matrix = Array.from({ length: size }, (_, a) =>
    Array.from(
      { length: size },
      (_, b) => sumOver((i) => (inputs[i]?.[a] ?? 0) * (inputs[i]?.[b] ?? 0)) + (a === b ? lambda : 0),
    ),
  );
  const right = Array.from({ length: size }, (_, a) =>
    Array.from({ length: CLASSES }, (_, c) => sumOver((i) => (inputs[i]?.[a] ?? 0) * (targets[i]?.[c] ?? 0))),
  );
  const beta = solve(matrix, right);
  return Array.from({ length: CLASSES }, (_, c) =>
    [...point, 1].reduce((sum, value, a) => sum + value * (beta[a]?.[c] ?? 0), 0),
  );
}

const gram = gramOf(rows, TRAIN);
const classWeights = [0.5, 1, 2];
const chosen = Int32Array.from([0, 1, 2, 4, 5, 7, 9, 10, 12, 13]);
const args = { gram, chosen, labels, classWeights, lambda: 0.2 };
const best = (scores: readonly number[]) => scores.indexOf(Math.max(...scores));

describe('fitRidge', () => {
  it('solves by hand what can be solved by hand', async () => {
    // Two examples at right angles: K + 1 = [[2, 1], [1, 2]], λ = 1, targets ±½: α = ±½ / 2.
    const two = {
      gram: { values: Float32Array.of(1, 0, 0, 1), trainCount: 2 },
      chosen: Int32Array.of(0, 1),
      labels: Int32Array.of(0, 1),
      classWeights: [1, 1],
      lambda: 1,
    };
    const { coefficients, inverseDiagonal } = await fitRidge(two, true, noPause);
    [0.25, -0.25, -0.25, 0.25].forEach((value, i) => {
      expect(coefficients[i]).toBeCloseTo(value, 12);
    });
    // [[3, 1], [1, 3]]⁻¹ has 3/8 on its diagonal.
    expect([...(inverseDiagonal ?? [])].map((value) => value * 8)).toEqual([
      expect.closeTo(3, 12),
      expect.closeTo(3, 12),
    ]);
  });

  it('agrees with the normal equations on rows it has not learned from', async () => {
    const fit = await fitRidge(args, false, noPause);
    const others = Int32Array.from([3, 6, 8, 11, 14, 15, 16, 17, 18, 19]);
    const expected = [...others].map((row) =>
      best(scoresByNormalEquations([...chosen], classWeights, args.lambda, rows[row] ?? [])),
    );
    expect([...predictRidge(fit, others)]).toEqual(expected);
    expect(new Set(expected).size).toBe(CLASSES);
  });

  it('tells what the fit without each example would say', async () => {
    const fit = await fitRidge(args, true, noPause);
    const scores = leaveOneOutScores(fit);
    const expected = [...chosen].map((row) => {
      const others = [...chosen].filter((other) => other !== row);
      return scoresByNormalEquations(others, classWeights, args.lambda, rows[row] ?? []);
    });
    expected.flat().forEach((value, i) => {
      expect(scores[i]).toBeCloseTo(value, 5);
    });
    expect([...predictLeftOut(fit)]).toEqual(expected.map(best));
  });

  it('says so when features are no numbers, and gives up when asked to', async () => {
    const broken = { ...gram, values: gram.values.map(() => Number.NaN) };
    await expect(fitRidge({ ...args, gram: broken }, false, noPause)).rejects.toMatchObject({
      code: 'unexpected',
    });
    const stop = () => Promise.reject(new Error('enough'));
    await expect(fitRidge(args, false, stop)).rejects.toThrow('enough');
  });
});

describe('chooseLambda', () => {
  const labelsOfNoise = Int32Array.from(labels, (_, row) => (row * 7) % 2);

  it('takes a weak penalty where the classes can be told apart, and a strong one where they cannot', async () => {
    const clear = rows.map((_, row) =>
      Array.from({ length: FEATURES }, (_, f) => (f === row % CLASSES ? 1 : 0)),
    );
    const separable = { gram: gramOf(clear, TRAIN), chosen, labels, classWeights: [1, 1, 1] };
    expect(await chooseLambda(separable, [1e-3, 1, 1e3], noPause)).toBe(1e-3);
    const noise = { gram, chosen, labels: labelsOfNoise, classWeights: [1, 1] };
    expect(await chooseLambda(noise, [1e-3, 1, 1e3], noPause)).toBe(1e3);
  });
});

describe('cholesky', () => {
  it.each([1, 3, 4, 5, 11, 37])('solves and inverts a system of %i, as Gauss and Jordan do', async (size) => {
    const source = Array.from({ length: size }, () =>
      Array.from({ length: size }, () => random.next() - 0.5),
    );
    const matrix = source.map((a, i) => source.map((b, j) => product(a, b) + (i === j ? 0.5 : 0)));
    const right = Array.from({ length: size }, () => [random.next(), random.next()]);
    const lower = Float64Array.from(matrix.flat());
    await factorize(lower, size, noPause);
    const solution = Float64Array.from(right.flat());
    solveFactorized(lower, size, solution, 2);
    solve(matrix, right)
      .flat()
      .forEach((value, i) => {
        expect(solution[i]).toBeCloseTo(value, 9);
      });
    const identity = matrix.map((line, i) => line.map((_, j) => (i === j ? 1 : 0)));
    const diagonal = await invertDiagonal(lower, size, noPause);
    solve(matrix, identity).forEach((line, i) => {
      expect(diagonal[i]).toBeCloseTo(line[i] ?? Number.NaN, 9);
    });
  });
});
