/**
 * The first idea of the house: a network is data.
 * A backbone, a head or a whole trained model is one `Network`; everything else is a function over it.
 */

/** `[height, width]`. */
export type Size2 = readonly [number, number];

/** Zero padding in pixels on each side. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Affine map of each pixel's channels: `out[o] = Σ_i matrix[3·o + i] · rgb[i] + bias[o]`, with rgb in 0–255.
 * Being a 1×1 convolution, every file format can carry it exactly.
 */
export interface Preprocessing {
  /** Nine numbers, row-major, output channel by input channel (R, G, B). */
  readonly matrix: readonly number[];
  /** Three numbers. */
  readonly bias: readonly number[];
}

interface NodeBase {
  /** Unique in its network. */
  readonly name: string;
  /** Names of the nodes whose outputs this one reads; all of them stand earlier in the list. */
  readonly inputs: readonly string[];
}

export interface InputNode extends NodeBase {
  readonly op: 'input';
  /** Of one example, without the batch: `[height, width, channels]` or `[features]`. */
  readonly shape: readonly number[];
  readonly preprocessing: Preprocessing | null;
}

/** Weights: `kernel` `[height, width, inChannels / groups, filters]`, `bias` `[filters]` if `useBias`. */
export interface Conv2dNode extends NodeBase {
  readonly op: 'conv2d';
  readonly filters: number;
  readonly kernelSize: Size2;
  readonly strides: Size2;
  readonly padding: Padding;
  readonly groups: number;
  readonly useBias: boolean;
}

/**
 * Weights, each `[channels]`: `gamma`, `beta`, `movingMean`, `movingVariance`. In inference it goes by the moving ones;
 * whether it learns is a choice of who trains it.
 */
export interface BatchNormNode extends NodeBase {
  readonly op: 'batchNorm';
  readonly epsilon: number;
  /** Fraction of the moving mean and variance that a step of training keeps, [0, 1): Keras's momentum, 1 − PyTorch's. */
  readonly momentum: number;
}

export interface ReluNode extends NodeBase {
  readonly op: 'relu';
  /** 6 for ReLU6; null for no upper limit. */
  readonly maxValue: number | null;
}

export const ACTIVATION_KINDS = ['leakyRelu', 'sigmoid', 'silu', 'hardSwish'] as const;
export type ActivationKind = (typeof ACTIVATION_KINDS)[number];

/** What is done to each number by itself, apart from ReLU; the formulas stand in `activationKinds.ts`. */
export interface ActivationNode extends NodeBase {
  readonly op: 'activation';
  readonly kind: ActivationKind;
  /** What a leaky ReLU multiplies numbers below zero with; 0 for the other kinds. */
  readonly slope: number;
}

export interface PoolNode extends NodeBase {
  readonly op: 'maxPool' | 'avgPool';
  readonly poolSize: Size2;
  readonly strides: Size2;
  /** Padded places never win a maximum and never count in an average. */
  readonly padding: Padding;
}

/** `[batch, height, width, channels]` → `[batch, channels]`. */
export interface GlobalAvgPoolNode extends NodeBase {
  readonly op: 'globalAvgPool';
}

/** `[batch, height, width, channels]` → `[batch, channels]`. */
export interface GlobalMaxPoolNode extends NodeBase {
  readonly op: 'globalMaxPool';
}

export interface AddNode extends NodeBase {
  readonly op: 'add';
}

/** Along the channels. */
export interface ConcatNode extends NodeBase {
  readonly op: 'concat';
}

export interface FlattenNode extends NodeBase {
  readonly op: 'flatten';
}

/** Inverted dropout; identity outside training. */
export interface DropoutNode extends NodeBase {
  readonly op: 'dropout';
  /** Fraction of inputs set to zero, [0, 1). */
  readonly rate: number;
}

/** Weights: `kernel` `[inFeatures, units]`, `bias` `[units]` if `useBias`. */
export interface DenseNode extends NodeBase {
  readonly op: 'dense';
  readonly units: number;
  readonly useBias: boolean;
}

export interface SoftmaxNode extends NodeBase {
  readonly op: 'softmax';
}

export type NetworkNode =
  | InputNode
  | Conv2dNode
  | BatchNormNode
  | ReluNode
  | ActivationNode
  | PoolNode
  | GlobalAvgPoolNode
  | GlobalMaxPoolNode
  | AddNode
  | ConcatNode
  | FlattenNode
  | DropoutNode
  | DenseNode
  | SoftmaxNode;

/** One named array. Values are row-major. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** Keyed `nodeName/weightName`, for example `conv1/kernel`. */
export type Weights = Readonly<Record<string, Weight>>;

/**
 * Nodes in topological order; the first is the only input, the last is the output.
 * Invariants are checked by `shapes.ts`.
 */
export interface Network {
  readonly name: string;
  readonly nodes: readonly NetworkNode[];
  readonly weights: Weights;
}

/** `name/kind`, the key of a node's weight. */
export function weightKey(nodeName: string, kind: string): string {
  return `${nodeName}/${kind}`;
}

/** The node of that name. @throws Error if there is none: a fault of the program, not of its input. */
export function findNode(nodes: readonly NetworkNode[], name: string): NetworkNode {
  const node = nodes.find((candidate) => candidate.name === name);
  if (!node) throw new Error(`no node ${name}`);
  return node;
}

/** The first node, by which values enter. @throws Error if it is another: `inferShapes` refuses such a network. */
export function inputNodeOf([input]: readonly NetworkNode[]): InputNode {
  if (input?.op !== 'input') throw new Error('a network begins with its input');
  return input;
}

/** From `nodeName/kind` to the weight. What it returns throws Error if there is none. */
export function weightReaderOf({ weights }: Pick<Network, 'weights'>): (key: string) => Weight {
  return (key) => {
    const weight = weights[key];
    if (!weight) throw new Error(`no weight ${key}`);
    return weight;
  };
}

/** The weight at `nodeName/kind`. @throws Error if there is none. */
export function getWeight(network: Network, nodeName: string, kind: string): Weight {
  return weightReaderOf(network)(weightKey(nodeName, kind));
}

/** The last node. */
export function outputNode(network: Network): NetworkNode {
  const node = network.nodes.at(-1);
  if (!node) throw new Error('a network needs nodes');
  return node;
}
