import { describe, expect, it } from 'vitest';
import type { TrainResult } from '../../rpc/trainingCalls.ts';
import type { PlannedExample, TrainingPlan } from './plan.ts';
import { checkLimitMs, quickAnswersOf } from './quickAnswers.ts';

/** Six pictures a split, of two classes in turn. */
const PLAN: TrainingPlan = {
  classNames: ['a', 'b'],
  examples: (['train', 'validation', 'test'] as const).flatMap((split) =>
    Array.from({ length: 6 }, (_, i) => {
      const one = { hash: `${split}-${i}`, classIndex: i % 2, split };
      return one as PlannedExample;
    }),
  ),
};

/** Says `b` of every third line. */
const probabilities = Array.from({ length: 6 }, (_, i) => (i % 3 === 0 ? [0.2, 0.8] : [0.7, 0.3])).flat();
const RESULT = {
  test: {},
  testProbabilities: Float32Array.from(probabilities),
  validationProbabilities: Float32Array.from(probabilities),
} as unknown as TrainResult;

describe('the answers to check', () => {
  it('are those of the test pictures, each once, in an order of chance that is the same each time', () => {
    const answers = quickAnswersOf(PLAN, RESULT);
    expect(answers.map(({ hash }) => hash).toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((i) => `test-${i}`));
    expect(answers.map(({ hash }) => hash)).not.toEqual([0, 1, 2, 3, 4, 5].map((i) => `test-${i}`));
    expect(quickAnswersOf(PLAN, RESULT)).toEqual(answers);
    for (const { hash, classIndex, predictedIndex } of answers) {
      const i = Number(hash.slice('test-'.length));
      expect([classIndex, predictedIndex]).toEqual([i % 2, i % 3 === 0 ? 1 : 0]);
    }
  });

  it('are those of validation where there was no test, and none where nothing was kept aside', () => {
    const answers = quickAnswersOf(PLAN, { ...RESULT, test: null });
    expect(answers).toHaveLength(6);
    expect(answers.every(({ hash }) => hash.startsWith('validation'))).toBe(true);
    const bare = { ...PLAN, examples: PLAN.examples.filter(({ split }) => split === 'train') };
    expect(quickAnswersOf(bare, RESULT)).toEqual([]);
  });
});

it('gives the check less than a tenth of the run, and a short run a few seconds', () => {
  for (const workMs of [200_000, 600_000]) {
    const limitMs = checkLimitMs(workMs);
    expect(limitMs / (limitMs + workMs)).toBeCloseTo(0.08, 10);
  }
  expect(checkLimitMs(5000)).toBe(10_000);
});
