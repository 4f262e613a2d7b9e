/** ResNet101 as torchvision has it. */
import { torchResnet } from '../../architectures/torchResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet101',
  title: 'ResNet101',
  ...torchResnet({ block: 'bottleneck', blocks: [3, 4, 23, 3], groups: 1, groupFilters: 64 }),
  source: null,
};
