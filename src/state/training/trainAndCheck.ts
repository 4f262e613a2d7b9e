/** From a job that is ready to a model that can be kept: learned, and checked in exact arithmetic. */
import type { QuickAnswer } from '../../rpc/checkCalls.ts';
import type { AppError } from '../../shared/errors.ts';
import type { TrainedModel } from '../models/models.ts';
import type { RunSignals } from './control.ts';
import { checkIfPossible } from './exactCheck.ts';
import type { ExtractWatch } from './features.ts';
import type { Learned, TrainingJob } from './learn.ts';
import { toTrainedModel } from './outcome.ts';
import { findMistakes, type Mistake } from './plan.ts';
import { checkLimitMs, quickAnswersOf } from './quickAnswers.ts';
import { changeRun } from './run.ts';

export interface Trained {
  readonly model: TrainedModel;
  readonly mistakes: readonly Mistake[];
  readonly quickAnswers: readonly QuickAnswer[];
  readonly tuningError: AppError | null;
}

/** Learns, or finds what was learned already. */
export type ComeToResult = (job: TrainingJob, signals: RunSignals) => Promise<Learned>;

/** Shows how far the network has got with looking at pictures. */
export function watchExtract({ signal, pause }: RunSignals): ExtractWatch {
  return { signal, pause, onProgress: (extract) => changeRun({ extract }) };
}

/**
 * @param startMs when the run began, or went on
 * @throws AppError of the engine
 */
export async function trainAndCheck(
  job: TrainingJob,
  signals: RunSignals,
  comeToResult: ComeToResult,
  startMs: number,
): Promise<Trained> {
  const { plan, settings, arithmetic, leftOut } = job;
  changeRun({ step: 'training', extract: null, leftOut, settings });
  const result = await comeToResult(job, signals);
  changeRun({ step: 'checking', extract: null });
  const quickAnswers = arithmetic === 'int8' ? quickAnswersOf(plan, result) : [];
  const limitMs = checkLimitMs(performance.now() - startMs);
  const exact = await checkIfPossible(plan, result, quickAnswers, watchExtract(signals), limitMs);
  const model = toTrainedModel(job, result, exact, new Date());
  const { tuningError, testProbabilities } = result;
  return { model, mistakes: findMistakes(plan, testProbabilities), quickAnswers, tuningError };
}
