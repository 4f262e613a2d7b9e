/** How a program that trains names and lays out the weights of one family of networks. */

/** Where weights come from: filters first (PyTorch), or as ours (Keras). */
export type SourceLayout = 'pytorch' | 'keras';

/** What our weights of a node are called. */
export type WeightKind = 'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance';

export interface SourceNaming {
  readonly id: string;
  readonly layout: SourceLayout;
  /** What BatchNorm was trained with; null where the file or our node says it. */
  readonly epsilon: number | null;
  /** Names that the weight of a node may have, the likeliest first; none for a node that this naming does not know. */
  candidates(nodeName: string, kind: WeightKind): readonly string[];
}
