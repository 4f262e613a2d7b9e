/** A head as the dense layers that train, which is all that those who train it need to know of the network. */
import { type DenseNode, getWeight, type Network, weightKey } from '../../network/network.ts';

export interface HeadLayer {
  readonly node: DenseNode;
  readonly inputs: number;
  readonly units: number;
  /** Keys of its weights, as in the network: kernel `[inputs, units]`, and bias `[units]` where it has one. */
  readonly kernelKey: string;
  readonly biasKey: string | null;
  /** Fraction of the layer's inputs dropped in training. */
  readonly dropout: number;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

/** @throws Error if the network is not a plain stack of dropout, dense, relu and a final softmax. */
export function toHeadLayers(head: Network): HeadLayer[] {
  const layers: HeadLayer[] = [];
  let dropout = 0;
  head.nodes.forEach((node, index) => {
    if (node.op === 'dropout') dropout = node.rate;
    if (node.op === 'dense') {
      const [inputs = 0, units = 0] = getWeight(head, node.name, 'kernel').shape;
      layers.push({
        node,
        inputs,
        units,
        kernelKey: weightKey(node.name, 'kernel'),
        biasKey: node.useBias ? weightKey(node.name, 'bias') : null,
        dropout,
        relu: head.nodes[index + 1]?.op === 'relu',
      });
      dropout = 0;
    } else if (!['input', 'dropout', 'relu', 'softmax'].includes(node.op)) {
      throw new Error(`a head cannot have a ${node.op}`);
    }
  });
  return layers;
}

/** Values of the weight of that key. @throws Error if there is none. */
export function weightValues(head: Network, key: string): Float32Array<ArrayBuffer> {
  const weight = head.weights[key];
  if (!weight) throw new Error(`no weight ${key}`);
  return weight.values;
}
