/** A sequential network: convolutions, each with ReLU and a pool that halves the side, then one dense layer. */
import type { NetworkNode } from '../../network.ts';
import {
  conv,
  dense,
  imageInput,
  maxPool,
  NO_PADDING,
  relu,
  softmax,
  UNIT_PREPROCESSING,
} from '../../nodeBuilders.ts';
import type { ChosenLayers } from '../backbone.ts';

/** Its convolutions are 3×3, none padded. */
export interface PlainCnn extends ChosenLayers {
  readonly sizePx: number;
}

/** Of CIFAR-10. */
const CLASSES = 10;

/** Side of the smallest picture of which so many convolutions and pools leave a pixel. */
export function leastSideOf(convolutions: number): number {
  let side = 1;
  for (let count = 0; count < convolutions; count++) side = 2 * side + 2;
  return side;
}

/** All nodes with a top of ten classes. Input `[sizePx, sizePx, 3]`, output `[10]`. */
export function buildPlainCnn({ sizePx, filters, denseUnits }: PlainCnn): NetworkNode[] {
  const nodes: NetworkNode[] = [imageInput('input', sizePx, UNIT_PREPROCESSING)];
  let last = 'input';
  filters.forEach((count, index) => {
    const name = `conv${index + 1}`;
    nodes.push(
      conv(name, last, count, 3),
      relu(`${name}_relu`, name),
      maxPool(`${name}_pool`, `${name}_relu`, 2, 2, NO_PADDING),
    );
    last = `${name}_pool`;
  });
  nodes.push(
    { op: 'flatten', name: 'flatten', inputs: [last] },
    dense('dense', 'flatten', denseUnits),
    relu('dense_relu', 'dense'),
    dense('logits', 'dense_relu', CLASSES),
    softmax('softmax', 'logits'),
  );
  return nodes;
}
