/** Which tensors of a tfjs layers model are the weights of which node: noted layer by layer, checked, then read. */
import { type NetworkNode, type Weight, weightKey } from '../../network/network.ts';
import { InvalidNetworkError, isSameShape, type Shape, weightShapes } from '../../network/shapes.ts';
import { AppError } from '../../shared/errors.ts';

/** A weight before it is read: which tensor of the file it is, and its shape in a network. */
interface ListedWeight {
  readonly tensor: string;
  readonly shape: Shape;
}

export interface LayerWeights {
  /** Of every tensor that the file lists. */
  readonly tensorShapes: ReadonlyMap<string, Shape>;
  /** By the key of a node's weight. */
  readonly weights: Map<string, ListedWeight>;
}

/** What the layers became, and the shape of each node's output. */
interface ReadLayers {
  readonly nodes: readonly NetworkNode[];
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** Notes which tensors a layer's weights are. @param kerasKinds their names in the file, where they are others */
export function takeWeights(
  file: LayerWeights,
  layer: string,
  kinds: readonly string[],
  kerasKinds: readonly string[] = kinds,
): void {
  kinds.forEach((kind, index) => {
    const tensor = `${layer}/${kerasKinds[index] ?? kind}`;
    file.weights.set(weightKey(layer, kind), findTensor(file, tensor));
  });
}

/** @throws InvalidNetworkError where the file lists none of that name */
export function findTensor({ tensorShapes }: LayerWeights, tensor: string): ListedWeight {
  const shape = tensorShapes.get(tensor);
  if (!shape) throw new InvalidNetworkError(`the weight ${tensor} is missing`);
  return { tensor, shape };
}

/** That the file lists the weights that the layers need, each in its shape, and no others. @throws InvalidNetworkError */
export function checkListed({ weights, tensorShapes, nodes, shapes }: LayerWeights & ReadLayers): void {
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const listed = weights.get(weightKey(node.name, kind));
      if (!listed || !isSameShape(listed.shape, shape)) {
        throw new InvalidNetworkError(`${node.name}/${kind} is [${listed?.shape}], not [${shape}]`);
      }
    }
  }
  const used = new Set([...weights.values()].map(({ tensor }) => tensor));
  const unused = [...tensorShapes.keys()].find((tensor) => !used.has(tensor));
  if (unused !== undefined) throw new InvalidNetworkError(`no layer uses the weight ${unused}`);
}

/**
 * @param tensors of the file, read
 * @throws InvalidNetworkError for one that is missing; AppError modelFileNotFinite
 */
export function readListed(
  { weights }: LayerWeights,
  tensors: ReadonlyMap<string, Weight>,
): Readonly<Record<string, Weight>> {
  return Object.fromEntries(
    [...weights].map(([key, { tensor, shape }]) => {
      const values = tensors.get(tensor)?.values;
      if (!values) throw new InvalidNetworkError(`the weight ${tensor} is missing`);
      // The root of a negative variance is no number.
      if (key.endsWith('/movingVariance') && values.some((value) => value < 0)) {
        throw new AppError('modelFileNotFinite', { layer: tensor });
      }
      return [key, { shape, values }];
    }),
  );
}
