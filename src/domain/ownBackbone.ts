/** Weights that a person brought for one of the networks: what is told of them where they are kept. */
import type { PreprocessingKind } from '../network/preprocessingKinds.ts';

/** Ways to prepare pictures that a person can choose from; see `PREPROCESSINGS`. */
export const PREPROCESSING_KINDS = [
  'imagenet',
  'caffe',
  'minusOneToOne',
  'zeroToOne',
  'none',
] as const satisfies readonly PreprocessingKind[];

/** How the names of a file and those of the network came together. */
export interface WeightsFit {
  /** Id of the naming that fits, for example `torchvision`. */
  readonly naming: string;
  /** Weights of the network that were found: all of them. */
  readonly found: number;
  /** Tensors that no part of the network takes, the first few by name. */
  readonly extra: readonly string[];
  readonly extraCount: number;
}

export interface OwnBackbone {
  /** SHA-256 over the weights and how pictures enter: two equal fingerprints are the same features. Its key. */
  readonly fingerprint: string;
  /** Of the backbone registry. */
  readonly backboneId: string;
  /** Name of the file that they came in. */
  readonly fileName: string;
  /** ISO 8601. */
  readonly addedAt: string;
  /** Side of the square input, px. */
  readonly inputSizePx: number;
  /** Of the weights, float32. */
  readonly sizeBytes: number;
  /** null: as the network was published. */
  readonly preprocessing: PreprocessingKind | null;
  /** The 1,000 classes of ImageNet came along: a picture of a known class tells whether all is right. */
  readonly knowsImagenet: boolean;
  readonly fit: WeightsFit;
  /** Of the file, lower-case hex. Missing where they came in several, or before it was kept. */
  readonly fileSha256?: string;
}
