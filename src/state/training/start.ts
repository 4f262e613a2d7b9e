/** What a fresh run begins with: its settings, and the weights of the model that the person chose to go on from. */
import { freshNetworkOf, type StartingNetwork } from '../../domain/model.ts';
import { type SeenPictures, seenOf } from '../../domain/seenPictures.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { engineStore } from '../engine/engine.ts';
import { loadModel } from '../models/models.ts';
import { settingsFrom, startingPointStore } from './startingPoint.ts';

export interface RunStart {
  readonly settings: TrainSettings;
  readonly start: StartingNetwork | null;
  /** Name of that model. */
  readonly startedFrom: string | undefined;
  /** What it had seen; null: nothing has been seen. */
  readonly startSeen: SeenPictures | null;
}

/** From scratch there is nothing to fine-tune afterwards. */
function withOnePhase(settings: TrainSettings): TrainSettings {
  return settings.fromScratch ? { ...settings, fineTune: null } : settings;
}

/**
 * The head's shape is that of the model, and stages of the backbone that have learned before learn on.
 * @param settings as the person set them
 * @throws AppError of the storage; `modelOfOtherBackbone` for a model over another backbone than the engine's
 */
export async function startOfRun(settings: TrainSettings): Promise<RunStart> {
  const { model } = startingPointStore.getState();
  if (!model)
    return { settings: withOnePhase(settings), start: null, startedFrom: undefined, startSeen: null };
  const { head, record } = await loadModel(model.id);
  const { backbone } = engineStore.getState();
  const fromScratch = freshNetworkOf(record.backbone);
  if (backbone && !fromScratch && record.backbone.fingerprint !== backbone.fingerprint)
    throw new AppError('modelOfOtherBackbone', { backbone: record.backbone.id });
  const nodes = head.nodes.map((node) =>
    node.op === 'dropout' ? { ...node, rate: settings.dropout } : node,
  );
  return {
    settings: withOnePhase({ ...settings, ...settingsFrom(model, settings), fromScratch }),
    start: { network: { ...head, nodes }, classNames: record.classNames },
    startedFrom: record.name,
    startSeen: seenOf(record),
  };
}
