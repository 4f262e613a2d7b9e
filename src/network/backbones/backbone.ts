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
}
