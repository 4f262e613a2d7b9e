/** ResNet152 as torchvision has it. */
import { torchResnet } from '../../architectures/torchResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet152',
  title: 'ResNet152',
  ...torchResnet({ block: 'bottleneck', blocks: [3, 8, 36, 3], groups: 1, groupFilters: 64 }),
  source: null,
};
