/** A trained model: the network, and what is told of it in its file and where it is kept. */

import type { ChosenLayers } from '../network/backbones/backbone.ts';
import type { Network } from '../network/network.ts';
import type { Arithmetic } from './backends.ts';
import type { EpochMetrics } from './curve.ts';
import type { ExactCheck, Metrics } from './metrics.ts';
import type { ResizeMethod } from './picture.ts';
import type { SeenBefore, SeenPictures } from './seenPictures.ts';
import type { Colours, FreshNetwork, TrainSettings } from './trainSettings.ts';

/** What of the backbone is stored with a model. */
export interface BackboneInfo {
  readonly id: string;
  /** As its authors write it; absent in what earlier versions wrote. */
  readonly title?: string | undefined;
  /** SHA-256 over the shards' hashes: two equal fingerprints are the same weights. */
  readonly fingerprint: string;
  readonly inputSizePx: number;
  readonly featureCount: number;
  readonly resize: ResizeMethod;
  /** As that of `FreshNetwork`. */
  readonly definition?: string | undefined;
  /** As those of `FreshNetwork`. */
  readonly layers?: ChosenLayers | undefined;
  /** As that of `FreshNetwork`, once it is measured. */
  readonly normalisation?: Colours | undefined;
}

/** The fingerprint where there were no published weights: all that was learned is in the model. */
const FRESH_FINGERPRINT = 'from scratch';

/** What is stored of a backbone that began with fresh weights. */
export function freshBackboneInfo(info: Omit<BackboneInfo, 'fingerprint'>): BackboneInfo {
  return { ...info, fingerprint: FRESH_FINGERPRINT };
}

/** The network that a model began with, where it began with fresh weights; null for a published backbone. */
export function freshNetworkOf({
  id,
  fingerprint,
  inputSizePx,
  definition,
  layers,
  normalisation,
}: BackboneInfo): FreshNetwork | null {
  if (fingerprint !== FRESH_FINGERPRINT) return null;
  return {
    ...{ backboneId: id, inputSizePx },
    ...(definition === undefined ? {} : { definition }),
    ...(layers === undefined ? {} : { layers }),
    ...(normalisation === undefined ? {} : { normalisation }),
  };
}

/** A trained network to go on from: a head, or with it stages of the backbone. */
export interface StartingNetwork {
  readonly network: Network;
  /** In the order of its outputs. */
  readonly classNames: readonly string[];
}

/** Of a model that was made of several. */
export interface EnsembleFacts {
  /** Their names when it was made, and how much each counts; all together 1. */
  readonly members: readonly {
    readonly name: string;
    readonly weight: number;
    /** Of its own on the same test pictures, 0–1; null where there were none. */
    readonly testAccuracy: number | null;
  }[];
  /** `fitted`: the weights were found on the validation pictures. */
  readonly weighting: 'average' | 'fitted';
  /** Each also looks at every picture in a mirror (test-time augmentation). */
  readonly flips: boolean;
}

/** What a model file tells of itself, beside the network. */
export interface ModelDescription {
  readonly name: string;
  readonly classNames: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly backbone: BackboneInfo;
  readonly data: DataSummary;
  readonly settings: TrainSettings;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly metrics: { readonly validation: Metrics | null; readonly test: Metrics | null };
  /** What the features were computed in that it learned from and was measured on; absent: float32. */
  readonly arithmetic?: Arithmetic | undefined;
  /** The same measure in float32, as in a model file: of the test pictures, or without any of those of validation. */
  readonly exactMetrics?: Metrics | null | undefined;
  /** With what those had seen that it went on from; absent in models of earlier versions. */
  readonly seen?: SeenPictures | undefined;
  /** Absent where it was trained as one; such a model does not learn on. */
  readonly ensemble?: EnsembleFacts | undefined;
  /** What is not in the metrics, since it had been seen before; absent where all was new. */
  readonly seenBefore?: SeenBefore | undefined;
  /** What of `exactMetrics` is known from a part of those pictures; absent in models of earlier versions. */
  readonly exactCheck?: ExactCheck | null | undefined;
}

export interface DataSummary {
  readonly name: string;
  /** Pictures per class and split, in the order of the classes. */
  readonly counts: readonly {
    readonly className: string;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  }[];
  readonly seed: number;
  /** `folders`: the splits were given. `fractions`: drawn by the seed. */
  readonly splitSource: 'folders' | 'fractions';
}

/** A model that is kept here. */
export interface ModelRecord extends ModelDescription {
  readonly id: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** Of the head's weights. */
  readonly sizeBytes: number;
}

export interface StoredModel {
  readonly record: ModelRecord;
  readonly head: Network;
}
