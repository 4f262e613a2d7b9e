/** ResNeXt50 with 32 groups of 4 filters, as torchvision has it. */
import { torchResnet } from '../../architectures/torchResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnext50-32x4d',
  title: 'ResNeXt50 32×4d',
  ...torchResnet({ block: 'bottleneck', blocks: [3, 4, 6, 3], groups: 32, groupFilters: 4 }),
  source: null,
};
