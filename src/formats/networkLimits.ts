/** What of a network from a file a browser can hold and run: a few numbers in a file may ask for terabytes. */
import { costsOf } from '../network/cost.ts';
import type { NetworkNode } from '../network/network.ts';
import { inferShapes, type Shape } from '../network/shapes.ts';
import { AppError } from '../shared/errors.ts';

/** Weights as they lie in a file. Four times those of our backbone with the largest head that can be set. */
export const MAX_WEIGHT_BYTES = 512 * 1024 * 1024;
/** Numbers of one output for one picture, 134 MB; the largest of ResNet50 has 0.8 million. */
const MAX_OUTPUT_VALUES = 2 ** 25;
/** Of all outputs together; ResNet50 has 33 million. */
const MAX_TOTAL_VALUES = 2 ** 28;
/** Multiplications for one picture; ResNet50 does 4 billion. */
const MAX_MULTIPLICATIONS = 2e11;

/**
 * That running a network takes memory and time that a browser has. Only sizes are looked at, so that this can be
 * asked before a single weight is read.
 * @throws AppError modelFileTooLarge; InvalidNetworkError as `inferShapes`
 */
export function checkLimits(nodes: readonly NetworkNode[]): void {
  const reason = exceededLimit(nodes);
  if (reason !== null) throw tooLarge(reason);
}

/** What of a network is more than a browser has, for the log; null: nothing. @throws InvalidNetworkError as `inferShapes` */
export function exceededLimit(nodes: readonly NetworkNode[]): string | null {
  const shapes = inferShapes(nodes);
  let totalValues = 0;
  let multiplications = 0;
  for (const [index, { outputValues, multiplyAdds }] of costsOf(nodes).entries()) {
    const node = nodes[index] as NetworkNode;
    const input = shapes.get(node.inputs[0] ?? '') ?? [];
    const values = Math.max(outputValues, paddedSize(node, input));
    totalValues += values;
    multiplications += multiplyAdds;
    if (values > MAX_OUTPUT_VALUES) return `${node.name}: ${values} numbers`;
  }
  if (totalValues > MAX_TOTAL_VALUES) return `${totalValues} numbers`;
  return multiplications > MAX_MULTIPLICATIONS ? `${multiplications} multiplications` : null;
}

/** @param reason for the log */
export function tooLarge(reason: string): AppError {
  return new AppError('modelFileTooLarge', {}, { cause: new Error(reason) });
}

/** Numbers of the input with its margin of zeros, which some runtimes lay out. */
function paddedSize(node: NetworkNode, [height = 0, width = 0, channels = 0]: Shape): number {
  if (!('padding' in node)) return 0;
  const { top, bottom, left, right } = node.padding;
  return (height + top + bottom) * (width + left + right) * channels;
}
