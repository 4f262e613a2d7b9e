/** Whether a file's weights are those of a network, all of them and no other's; if not, in which way. */
import type { NetworkNode } from '../../../network/network.ts';
import { AppError } from '../../../shared/errors.ts';
import { toShownText } from '../fileErrors.ts';
import type { TensorFile } from '../tensorFile.ts';
import type { WeightMatch } from './matchWeights.ts';
import { recogniseNetwork } from './recognise.ts';

/** Kernels of convolutions have as many dimensions, and hardly anything else has. */
const KERNEL_RANK = 4;
/** With fewer of its weights found, a network is another one. */
const MIN_FOUND_FRACTION = 0.9;

function otherNetwork({ tensors }: TensorFile, match: WeightMatch): AppError {
  const [misfit] = match.misfits;
  const reason = misfit
    ? `${misfit.source} is [${misfit.found}], not [${misfit.expected}]`
    : `${match.missing.length} missing, ${match.extra.length} over`;
  const looksLike = recogniseNetwork(tensors);
  return looksLike === null
    ? new AppError('weightsUnknownNetwork', {}, { cause: new Error(reason) })
    : new AppError('weightsOtherNetwork', { looksLike }, { cause: new Error(reason) });
}

/**
 * A deeper network of the same family has every weight that is asked for, in its shape, and more: so kernels that are left
 * over under the prefix make it another network.
 * @throws AppError weightsOtherNetwork, weightsUnknownNetwork; weightsOtherClasses where only the number of classes differs;
 *   weightsIncomplete
 */
export function checkMatch(nodes: readonly NetworkNode[], file: TensorFile, match: WeightMatch): void {
  const denseNames = new Set(nodes.filter(({ op }) => op === 'dense').map(({ name }) => name));
  const isDense = (key: string) => denseNames.has(key.slice(0, key.lastIndexOf('/')));
  const needed = match.map.size + match.missing.length + match.misfits.length;
  const hasMoreKernels = match.extra.some(
    (name) => name.startsWith(match.prefix) && file.tensors.get(name)?.shape.length === KERNEL_RANK,
  );
  const found = match.map.size + match.misfits.length;
  if (
    hasMoreKernels ||
    found < MIN_FOUND_FRACTION * needed ||
    match.misfits.some(({ key }) => !isDense(key))
  ) {
    throw otherNetwork(file, match);
  }
  const [classes] = match.misfits;
  if (classes) {
    // Rows of PyTorch, columns of Keras; a bias has both.
    const axis = match.naming.startsWith('keras') ? -1 : 0;
    throw new AppError('weightsOtherClasses', {
      found: classes.found.at(axis) ?? 0,
      expected: classes.expected.at(axis) ?? 0,
    });
  }
  const [first] = match.missing;
  if (first !== undefined) {
    const details = { name: toShownText(first), missingCount: match.missing.length, total: needed };
    throw new AppError('weightsIncomplete', details);
  }
}
