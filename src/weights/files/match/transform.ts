/** How the numbers of a source's tensor are put into the order of ours. */
import type { NetworkNode } from '../../../network/network.ts';
import type { Shape } from '../../../network/shapes.ts';
import { allocateFloats } from '../../../shared/allocate.ts';
import type { SourceLayout, WeightKind } from './sourceNaming.ts';

export type WeightTransform =
  /** The numbers lie in our order already, whatever the shape. */
  | { readonly kind: 'same' }
  /** `[filters, in, height, width]` → `[height, width, in, filters]`. */
  | { readonly kind: 'filtersLast' }
  /** `[units, in]` → `[in, units]`. */
  | { readonly kind: 'unitsLast' }
  /** The same behind a flattened map, whose channels the source has first: `[units, (channels, h, w)]` → `[(h, w, channels), units]`. */
  | { readonly kind: 'unitsLastOfMap'; readonly map: Shape };

export interface SourceWeight {
  /** As it should be in the file. */
  readonly shape: Shape;
  readonly transform: WeightTransform;
}

const SAME: WeightTransform = { kind: 'same' };

/**
 * The shapes that a weight of ours may have in a source, and what makes it ours.
 * @param shape ours
 * @param flattened shape of the map that a dense layer reads flattened; null where it reads plain features
 */
export function sourceWeights(
  node: NetworkNode,
  kind: WeightKind,
  shape: Shape,
  layout: SourceLayout,
  flattened: Shape | null,
): readonly SourceWeight[] {
  if (kind !== 'kernel') return [{ shape, transform: SAME }];
  if (node.op === 'dense') {
    const [inputs = 0, units = 0] = shape;
    if (layout === 'keras') return [{ shape, transform: SAME }];
    const transform: WeightTransform = flattened
      ? { kind: 'unitsLastOfMap', map: flattened }
      : { kind: 'unitsLast' };
    return [{ shape: [units, inputs], transform }];
  }
  const [height = 0, width = 0, inputs = 0, filters = 0] = shape;
  if (layout === 'pytorch') {
    return [{ shape: [filters, inputs, height, width], transform: { kind: 'filtersLast' } }];
  }
  const isDepthwise = node.op === 'conv2d' && node.groups > 1 && inputs === 1;
  // [height, width, channels, filters of each]: flat, that is the order of ours.
  const depthwise = isDepthwise ? [height, width, node.groups, filters / node.groups] : null;
  return [{ shape, transform: SAME }, ...(depthwise ? [{ shape: depthwise, transform: SAME }] : [])];
}

/** `[rows, columns]` → `[columns, rows]`. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const turned = allocateFloats(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return turned;
}

/** Each row `[channels, area]` → `[area, channels]`. */
function channelsLast(
  values: Float32Array,
  rows: number,
  channels: number,
  area: number,
): Float32Array<ArrayBuffer> {
  const turned = allocateFloats(values.length);
  const size = channels * area;
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let place = 0; place < area; place++) {
        turned[row * size + place * channels + channel] = values[row * size + channel * area + place] ?? 0;
      }
    }
  }
  return turned;
}

/** A tensor's numbers in our order. @param shape of the tensor in the file */
export function applyTransform(
  values: Float32Array<ArrayBuffer>,
  shape: Shape,
  transform: WeightTransform,
): Float32Array<ArrayBuffer> {
  const [rows = 0, inputs = 0, height = 1, width = 1] = shape;
  switch (transform.kind) {
    case 'same':
      return values;
    case 'unitsLast':
      return transposed(values, rows, inputs);
    case 'filtersLast': {
      const area = height * width;
      return transposed(channelsLast(values, rows, inputs, area), rows, inputs * area);
    }
    case 'unitsLastOfMap': {
      const [mapHeight = 1, mapWidth = 1, channels = 1] = transform.map;
      return transposed(channelsLast(values, rows, channels, mapHeight * mapWidth), rows, inputs);
    }
  }
}
