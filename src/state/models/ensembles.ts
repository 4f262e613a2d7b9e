/** One model of several: chosen from those that are kept, measured on the pictures that are here, kept like any other. */
import { createStore } from 'zustand/vanilla';
import { freshNetworkOf, type ModelDescription, type StoredModel } from '../../domain/model.ts';
import { seenAfter, seenOf, seenTogether } from '../../domain/seenPictures.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import type { EnsembleArgs, EnsembleResult } from '../../rpc/ensembleCalls.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { datasetStore, startDataset } from '../dataset/dataset.ts';
import { splitsOf } from '../dataset/derived.ts';
import { engineCall } from '../engine/engine.ts';
import { turnToBackboneOf } from '../training/backboneInUse.ts';
import { picturesOf } from '../training/features.ts';
import { planTraining, summarizeData, type TrainingPlan, withoutSeen } from '../training/plan.ts';
import { keepJoinedModel, loadModel } from './models.ts';

export interface EnsembleState {
  /** null while nothing is being made. */
  readonly extract: ExtractProgress | null;
  readonly isWorking: boolean;
  readonly error: AppError | null;
}

const IDLE: EnsembleState = { extract: null, isWorking: false, error: null };

export const ensembleStore = createStore<EnsembleState>()(() => IDLE);

export type EnsembleChoices = Pick<EnsembleArgs, 'weighting' | 'flips'>;

/** Letters of a name; the members are listed in full elsewhere. */
const LONGEST_NAME = 80;

let cancel = new AbortController();

function describe(
  members: readonly StoredModel[],
  result: EnsembleResult,
  { weighting, flips }: EnsembleChoices,
  plan: TrainingPlan,
): Omit<ModelDescription, 'data' | 'seenBefore'> {
  const names = members.map(({ record }) => record.name);
  const { backbone, arithmetic, validation, test, weights, memberTests } = result;
  return {
    name: names.join(' + ').slice(0, LONGEST_NAME),
    classNames: plan.classNames,
    createdAt: new Date().toISOString(),
    ...{ backbone, arithmetic, curve: [], bestEpoch: 0, exactMetrics: null },
    metrics: { validation, test },
    settings: { ...DEFAULT_TRAIN_SETTINGS, fromScratch: freshNetworkOf(backbone) },
    seen: seenAfter(plan.examples, seenTogether(members.map(({ record }) => seenOf(record)))),
    ensemble: {
      members: names.map((name, index) => ({
        name,
        weight: weights[index] ?? 0,
        testAccuracy: memberTests[index]?.accuracy ?? null,
      })),
      ...{ weighting, flips },
    },
  };
}

async function make(ids: readonly string[], choices: EnsembleChoices, signal: AbortSignal): Promise<string> {
  const members: StoredModel[] = [];
  for (const id of ids) members.push(await loadModel(id));
  const [first] = members;
  if (!first) throw new AppError('notFound');
  await startDataset();
  const { dataset } = datasetStore.getState();
  const before = seenTogether(members.map(({ record }) => seenOf(record)));
  const { plan, seenBefore } = withoutSeen(planTraining(dataset, splitsOf(dataset)), before);
  const examples = plan.examples
    .filter(({ split }) => split !== 'train')
    .map(({ hash, classIndex, split }) => ({ hash, classIndex, split }));
  const pictures = await picturesOf(examples, signal);
  await turnToBackboneOf(first.record.backbone);
  const makeArgs = (): EnsembleArgs => ({
    members: members.map(({ head, record }) => ({
      network: head,
      classNames: record.classNames,
      backbone: record.backbone,
    })),
    classNames: plan.classNames,
    ...{ examples, pictures, ...choices },
  });
  const onProgress = (extract: ExtractProgress) => ensembleStore.setState({ extract });
  const result = await engineCall('makeEnsemble', makeArgs, { signal, onProgress });
  return keepJoinedModel(
    {
      ...describe(members, result, choices, plan),
      data: summarizeData(plan, dataset),
      ...(seenBefore ? { seenBefore } : {}),
    },
    result.head,
  );
}

/**
 * @param ids of models, the first of which says which backbone they are put on; one alone where it looks in a mirror too
 * @returns the new model's id; null where nothing came of it: errors end in the store
 */
export async function makeEnsembleOf(
  ids: readonly string[],
  choices: EnsembleChoices,
): Promise<string | null> {
  if (ensembleStore.getState().isWorking) return null;
  cancel = new AbortController();
  ensembleStore.setState({ ...IDLE, isWorking: true });
  try {
    const id = await make(ids, choices, cancel.signal);
    ensembleStore.setState(IDLE);
    return id;
  } catch (thrown) {
    const error = toAppError(thrown);
    ensembleStore.setState({ ...IDLE, error: error.code === 'cancelled' ? null : error });
    return null;
  }
}

export function cancelEnsemble(): void {
  cancel.abort();
}

export function dismissEnsembleError(): void {
  ensembleStore.setState({ error: null });
}
