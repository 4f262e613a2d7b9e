/** DenseNet121 as torchvision has it. */
import type { Backbone } from '../backbone.ts';
import { buildDensenet121 } from './nodes.ts';

export const backbone: Backbone = {
  id: 'densenet121',
  title: 'DenseNet121',
  inputSizePx: 224,
  leastInputPx: 29,
  featureNode: 'avgpool',
  featureCount: 1024,
  stages: [
    'features.pool0',
    'features.transition1.conv',
    'features.transition2.conv',
    'features.transition3.conv',
    'relu',
  ],
  buildNodes: buildDensenet121,
  source: null,
};
