/** ResNet34 as torchvision has it. */
import { torchResnet } from '../../architectures/torchResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet34',
  title: 'ResNet34',
  ...torchResnet({ block: 'basic', blocks: [3, 4, 6, 3], groups: 1, groupFilters: 64 }),
  source: null,
};
