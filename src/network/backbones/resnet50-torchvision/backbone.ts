/** ResNet50 as torchvision has it: unlike that of Keras, the stride lies on the 3×3 convolution. */
import { torchResnet } from '../../architectures/torchResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet50-torchvision',
  title: 'ResNet50 (torchvision)',
  ...torchResnet({ block: 'bottleneck', blocks: [3, 4, 6, 3], groups: 1, groupFilters: 64 }),
  source: null,
};
