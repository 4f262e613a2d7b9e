/** What a run ends with, put together: a model with all that is to be known of it. */
import { seenAfter } from '../../domain/seenPictures.ts';
import type { ExactCheckResult } from '../../rpc/checkCalls.ts';
import type { TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { engineStore } from '../engine/engine.ts';
import type { TrainedModel } from '../models/models.ts';
import type { TrainingJob } from './learn.ts';
import { modelName } from './plan.ts';

/** @param exact what is known of the head in float32, where it learned from 8-bit features */
export function toTrainedModel(
  { plan, data, settings, arithmetic, startedAt, startedFrom, startSeen, seenBefore }: TrainingJob,
  result: TrainResult,
  exact: ExactCheckResult | null,
  now: Date,
): TrainedModel {
  const backbone = result.backbone ?? engineStore.getState().backbone;
  if (!backbone) throw new AppError('unexpected', { message: 'no backbone after training' });
  const { curve, bestEpoch, validation, test, head, stopReason, elapsedMs } = result;
  return {
    description: {
      name: modelName(data.name, now),
      classNames: plan.classNames,
      createdAt: now.toISOString(),
      metrics: { validation, test },
      ...{ backbone, data, settings, curve, bestEpoch, arithmetic },
      exactMetrics: exact?.metrics ?? null,
      exactCheck: exact?.check ?? null,
      seen: seenAfter(plan.examples, startSeen ?? null),
      ...(seenBefore ? { seenBefore } : {}),
    },
    ...{ head, stopReason, startedAt, elapsedMs, startedFrom },
  };
}
