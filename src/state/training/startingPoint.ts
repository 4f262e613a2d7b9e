/** The kept model that the next training goes on from, if the person chose one. */
import { createStore } from 'zustand/vanilla';
import { freshNetworkOf } from '../../domain/model.ts';
import { type SeenPictures, seenOf } from '../../domain/seenPictures.ts';
import { DEFAULT_FINE_TUNE, type FreshNetwork, type TrainSettings } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import type { CutPoint } from '../../network/stages.ts';
import { loadModel, modelsStore } from '../models/models.ts';
import { cutOfFineTuned } from './trainedNetwork.ts';

/** The settings that a model has decided already. */
export type HeadShape = Pick<TrainSettings, 'head' | 'hiddenUnits'>;

export interface StartingModel {
  readonly id: string;
  readonly name: string;
  /** In the order of its outputs. */
  readonly classNames: readonly string[];
  readonly shape: HeadShape;
  /** Of the weights that it was made over. */
  readonly fingerprint: string;
  /** The network that began with fresh weights; null: it is over the published backbone. */
  readonly fromScratch: FreshNetwork | null;
  /** Where the stages begin that have learned before and learn on; null: it is a head alone. */
  readonly cut: CutPoint | null;
  readonly seen: SeenPictures;
}

export interface StartingPointState {
  /** null: training begins with a fresh head. */
  readonly model: StartingModel | null;
}

export const startingPointStore = createStore<StartingPointState>()(() => ({ model: null }));

/**
 * Chooses a kept model; what it shows of itself is read once.
 * @returns the model that the next run goes on from
 * @throws AppError notFound, storageUnavailable, storageBlocked
 */
export async function chooseStartingPoint(id: string): Promise<StartingModel> {
  const { record, head } = await loadModel(id);
  const shape = headShapeOf(head, record.settings.hiddenUnits);
  const { name, classNames } = record;
  const model = {
    ...{ id, name, classNames, shape, cut: cutOfFineTuned(head), seen: seenOf(record) },
    fingerprint: record.backbone.fingerprint,
    fromScratch: freshNetworkOf(record.backbone),
  };
  startingPointStore.setState({ model });
  return model;
}

/** The change of the settings that shows what the next run takes over from a model. */
export function settingsFrom(
  { shape, cut, fromScratch }: Pick<StartingModel, 'shape' | 'cut' | 'fromScratch'>,
  { fineTune }: Pick<TrainSettings, 'fineTune'>,
): Partial<TrainSettings> {
  const isTuning = cut !== null && fromScratch === null;
  return { ...shape, fromScratch, fineTune: fineTune ?? (isTuning ? DEFAULT_FINE_TUNE : null) };
}

/** True where stages of the backbone have learned before. */
export function isTuned(model: StartingModel | null): boolean {
  return model !== null && model.cut !== null && model.fromScratch === null;
}

/** Back to a fresh head. */
export function clearStartingPoint(): void {
  startingPointStore.setState({ model: null });
}

/**
 * The shape of a head as it is, which says more than the settings beside it: those of an imported file are hearsay.
 * @param otherUnits the setting's value where there is no hidden layer
 */
export function headShapeOf({ nodes }: Pick<Network, 'nodes'>, otherUnits: number): HeadShape {
  const hidden = nodes.flatMap((node) => (node.op === 'dense' ? [node.units] : [])).at(-2);
  return hidden === undefined
    ? { head: 'linear', hiddenUnits: otherUnits }
    : { head: 'mlp', hiddenUnits: hidden };
}

export interface ClassChange {
  /** In both; their weights are carried over. */
  readonly kept: readonly string[];
  /** Learned from nothing. */
  readonly fresh: readonly string[];
  /** Forgotten: no pictures of them any more. */
  readonly dropped: readonly string[];
}

/** What happens to each class, by name. */
export function compareClasses(from: readonly string[], to: readonly string[]): ClassChange {
  const [known, wanted] = [new Set(from), new Set(to)];
  return {
    kept: to.filter((name) => known.has(name)),
    fresh: to.filter((name) => !known.has(name)),
    dropped: from.filter((name) => !wanted.has(name)),
  };
}

// A model that is renamed or deleted meanwhile is so here as well.
modelsStore.subscribe(({ status, models }) => {
  const { model } = startingPointStore.getState();
  if (!model || status !== 'ready') return;
  const record = models.find(({ id }) => id === model.id);
  if (!record) clearStartingPoint();
  else if (record.name !== model.name)
    startingPointStore.setState({ model: { ...model, name: record.name } });
});
