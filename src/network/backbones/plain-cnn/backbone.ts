/** Convolutions and a dense layer: the first network of many tutorials, trained from scratch, its layers as one likes. */
import { type Backbone, type ChosenLayers, LEAST_INPUT_PX } from '../backbone.ts';
import { buildPlainCnn, leastSideOf } from './nodes.ts';

const SIZE_PX = 32;

/** What the tutorials take. */
const USUAL: ChosenLayers = { filters: [32, 64, 128], denseUnits: 128 };

function withLayers(layers: ChosenLayers): Backbone {
  const leastInputPx = Math.max(LEAST_INPUT_PX, leastSideOf(layers.filters.length));
  const inputSizePx = Math.max(SIZE_PX, leastInputPx);
  return {
    id: 'plain-cnn',
    title: 'Plain CNN',
    ...{ inputSizePx, leastInputPx },
    featureNode: 'dense_relu',
    featureCount: layers.denseUnits,
    stages: [...layers.filters.map((_, at) => `conv${at + 1}_relu`), `conv${layers.filters.length}_pool`],
    buildNodes: (sizePx = inputSizePx) => buildPlainCnn({ ...layers, sizePx }),
    layers: { usual: USUAL, withLayers },
    source: null,
  };
}

export const backbone = withLayers(USUAL);
