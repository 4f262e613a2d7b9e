/** Three convolutions and a dense layer: the first network of many tutorials, trained from scratch. */
import type { Backbone } from '../backbone.ts';
import { buildPlainCnn, PLAIN_CNN } from './nodes.ts';

export const backbone: Backbone = {
  id: 'plain-cnn',
  title: 'Plain CNN',
  inputSizePx: 32,
  featureNode: 'dense_relu',
  featureCount: PLAIN_CNN.denseUnits,
  stages: ['conv1_relu', 'conv2_relu', 'conv3_relu', 'conv3_pool'],
  buildNodes: (sizePx = 32) => buildPlainCnn({ ...PLAIN_CNN, sizePx }),
  source: null,
};
