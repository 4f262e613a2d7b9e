/** What one file in this folder must export to be a backbone; the registry lists them. */
import type { NetworkNode } from '../network.ts';

export interface Backbone {
  readonly id: string;
  /** Side of the square input, in pixels. */
  readonly inputSizePx: number;
  /** Node whose output are the features. */
  readonly featureNode: string;
  readonly featureCount: number;
  /** Last node of each stage, first to last: where the network can be cut. */
  readonly stages: readonly string[];
  /** All nodes with BatchNorm unfolded and the ImageNet top. */
  readonly buildNodes: () => NetworkNode[];
  /**
   * Upper bounds of the outputs that `streamNodes` names, as tools/calibrate.ts measures them; without them those
   * that read such an output compute in floating point.
   */
  readonly streamRanges?: Readonly<Record<string, number>>;
}
