/** MobileNetV2 as torchvision has it. */
import type { Backbone } from '../backbone.ts';
import { buildMobilenetV2 } from './nodes.ts';

export const backbone: Backbone = {
  id: 'mobilenet-v2',
  title: 'MobileNetV2',
  inputSizePx: 224,
  featureNode: 'avgpool',
  featureCount: 1280,
  // A block with stride 2 widens its input before it halves it: the wide map still belongs to the stage before.
  stages: [
    'features.2.relu0',
    'features.4.relu0',
    'features.7.relu0',
    'features.14.relu0',
    'features.18.relu',
  ],
  buildNodes: buildMobilenetV2,
  source: null,
};
