/** ResNet18 as torchvision has it. */
import { torchResnet } from '../../architectures/torchResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet18',
  title: 'ResNet18',
  ...torchResnet({ block: 'basic', blocks: [2, 2, 2, 2], groups: 1, groupFilters: 64 }),
  source: null,
};
