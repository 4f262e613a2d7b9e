/** Small records for the tests of the stores. */

import type { StoredModel } from '../../domain/model.ts';
import type { RunRecord } from '../../domain/runRecord.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import { createModelRecord } from '../../storage/storedModels.ts';

/** A model whose name and every weight say which version of it this is. */
export function sampleStoredModel(id: string, version: number, weightCount = 4): StoredModel {
  const head: Network = {
    name: `head ${version}`,
    nodes: [
      { op: 'input', name: 'features', inputs: [], shape: [weightCount], preprocessing: null },
      { op: 'dense', name: 'logits', inputs: ['features'], units: 1, useBias: false },
    ],
    weights: {
      'logits/kernel': { shape: [weightCount, 1], values: new Float32Array(weightCount).fill(version) },
    },
  };
  const { data, metrics, curve, bestEpoch, settings } = sampleRun('unused', '');
  const description = {
    name: `model ${version}`,
    classNames: ['a'],
    createdAt: '2026-01-01T00:00:00.000Z',
    backbone: {
      id: 'resnet50',
      fingerprint: 'f',
      inputSizePx: 224,
      featureCount: weightCount,
      resize: { fit: 'stretch' as const, cropFraction: 1, version: 1 },
    },
    data,
    metrics,
    curve,
    bestEpoch,
    settings,
  };
  const now = new Date(Date.UTC(2026, 0, 1, 0, 0, version));
  return { record: createModelRecord(id, description, head, now), head };
}

export function sampleRun(id: string, startedAt: string): RunRecord {
  return {
    id,
    modelId: null,
    startedAt,
    elapsedMs: 1000,
    settings: DEFAULT_TRAIN_SETTINGS,
    curve: [],
    bestEpoch: 0,
    stopReason: 'allEpochs',
    metrics: { validation: null, test: null },
    data: { name: 'data', counts: [], seed: 1, splitSource: 'fractions' },
  };
}
