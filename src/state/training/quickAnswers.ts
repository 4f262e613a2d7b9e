/** What the exact check is to look at, and how long it may take: worked out from a run alone. */
import type { QuickAnswer } from '../../rpc/checkCalls.ts';
import type { TrainResult } from '../../rpc/trainingCalls.ts';
import { createRandom, shuffle } from '../../shared/random.ts';
import type { TrainingPlan } from './plan.ts';

/** The check takes at most a tenth of a run; a little less is planned, for what is under way when the time is up. */
const TIME_FRACTION = 0.08;
/** Nobody minds so long, and of a small set it looks at every picture. */
const LEAST_LIMIT_MS = 10_000;
/** The same order each time: what an earlier check has computed is kept, and comes first again. */
const ORDER_SEED = 1;

/** How long a check may take behind so much work. */
export function checkLimitMs(workMs: number): number {
  return Math.max(LEAST_LIMIT_MS, (workMs * TIME_FRACTION) / (1 - TIME_FRACTION));
}

/** The pictures that were kept aside, with the answers they got, in an order drawn by chance. */
export function quickAnswersOf(
  { examples, classNames }: TrainingPlan,
  { test, testProbabilities, validationProbabilities }: TrainResult,
): readonly QuickAnswer[] {
  const split = test ? 'test' : 'validation';
  const probabilities = test ? testProbabilities : validationProbabilities;
  const lines = examples.filter((example) => example.split === split);
  if (!probabilities || lines.length === 0) return [];
  const classCount = classNames.length;
  const answers = lines.map(({ hash, classIndex }, line) => {
    const row = probabilities.subarray(line * classCount, (line + 1) * classCount);
    return { hash, classIndex, predictedIndex: Math.max(0, row.indexOf(Math.max(...row))) };
  });
  return shuffle(answers, createRandom(ORDER_SEED));
}
